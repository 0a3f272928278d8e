"""From rows to the ranking and back: what the engine was given is kept, so that anybody computes it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from app.procurement.qualifications.models import LOW_PRICE
from app.procurement.qualifications.queries import OpenedBid, conclusions, opened_bids
from app.procurement.scorings import queries
from app.procurement.scorings.models import RankingRow
from app.procurement.suppliers.file import supplier_of
from app.procurement.tenders.models import TenderRow
from kernel.money import yuan
from kernel.points import shortest_text
from law import law_at
from procurement.case import read_evaluation
from procurement.documents import Tender
from procurement.qualification import Review
from procurement.scoring import FlagKind, Ranking, contender_of, rank_bids
from procurement.supplier import sme_deduction_of
from rubric.criterion import Rubric
from rubric.sheet import Mark, Sheet

OUTLIER_GAP = Fraction(3, 4)
"""From which share of a part's maximum on a mark is shown as 畸高、畸低. The law names no number; it only draws the eye."""


def ranking_now(session: Session, row: TenderRow, evaluated_on: date) -> tuple[Ranking, dict[str, Any]]:
    """Rank the opened bids by everybody's signed sheets and the law of the day of evaluation.

    The second value is a case in the form of ``docs/case-files.md``: with the tender's file it is all that
    ``flask award rank`` needs to give the same result. Raises NotPermitted until all sheets are signed.
    """
    tender = row.facts()
    given = case_of(session, row, tender, evaluated_on)
    return _rank(tender, given), given


def ranking_of(tender: Tender, kept: RankingRow) -> Ranking:
    """The ranking computed again from what was kept: with all its working, for pages and reports."""
    return _rank(tender, kept.input)


def case_file(row: TenderRow, kept: RankingRow) -> dict[str, Any]:
    """The tender's documents with this evaluation as their one case: what a stranger gives to ``flask award rank``."""
    return {**row.case, "cases": [kept.input]}


def member_number(kept: RankingRow, member_id: int) -> int | None:
    """The number (from 1) under which a member's points stand in the ranking; None for who was not there."""
    ids = [member["id"] for member in kept.input["members"]]
    return ids.index(member_id) + 1 if member_id in ids else None


def correctable(ranking: Ranking, number: int | None) -> frozenset[tuple[str, str]]:
    """(bid, part) of the marks that member ``number`` may correct (财政部令第87号 第六十四条).

    Its own flagged marks; and where members differ on an objective part, everybody's: the one who stands alone may be
    the one who is right.
    """
    return frozenset(
        (flag.bidder, flag.part)
        for flag in ranking.flags
        if flag.kind is not FlagKind.LOW_PRICE and (flag.expert == number or flag.kind is FlagKind.INCONSISTENT)
    )


def case_of(session: Session, row: TenderRow, tender: Tender, evaluated_on: date) -> dict[str, Any]:
    """The tender's bids, reviews and signed sheets as one case of a case file; bidders by their bid's number."""
    assert tender.rubric is not None
    marks = queries.signed_marks(session, row.ocid)
    seats = [state for state in queries.sheet_states(session, row.ocid) if state.member_id in marks]
    failed: dict[tuple[int, str], str] = {}
    accepted: dict[int, bool] = {}
    for found in conclusions(session, row.ocid, [Review.QUALIFICATION, Review.CONFORMITY, LOW_PRICE]):
        if found.review == LOW_PRICE:
            accepted[found.bid_id] = found.passed
        elif not found.passed:
            failed.setdefault((found.bid_id, found.review), found.reason)
    bidders: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for bid in opened_bids(session, row):
        out = {review.value: failed.get((bid.row.id, review), "") for review in Review}
        entry: dict[str, Any] = {"id": str(bid.row.id), "name": bid.supplier_name, "price": _price_text(bid)}
        entry |= {review: reason for review, reason in out.items() if reason}
        if deduction := sme_deduction_of(supplier_of(bid.supplier), tender.sme_deduction):
            entry["sme_deduction"] = shortest_text(deduction)
        if bid.row.id in accepted:
            entry["explanation_accepted"] = accepted[bid.row.id]
        if not any(out.values()):
            held = [marks[seat.member_id].get(bid.row.id, {}) for seat in seats]
            entry["facts"], differing = _facts(tender.rubric, bid, deduction, held)
            entries += differing
        bidders.append(entry)
    return {
        "id": row.ocid, "experts": len(seats), "evaluation_date": evaluated_on.isoformat(),
        "outlier": {"gap_share_of_max": shortest_text(OUTLIER_GAP)},
        "members": [{"id": s.member_id, "name": s.name, "capacity": s.capacity, "leader": s.leader} for s in seats],
        "bidders": bidders, "entries": entries, "judged": [str(bid) for bid in accepted],
    }  # fmt: skip


def _facts(
    rubric: Rubric, bid: OpenedBid, deduction: Fraction, held: list[Mapping[str, queries.SignedMark]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The values of one valid bid: settled ones of objective parts, one per member of subjective ones; and who differs."""
    sheets = [
        Sheet(str(n), {part: Mark(mark.value, reason=mark.reason) for part, mark in marks.items()})
        for n, marks in enumerate(held, 1)
    ]
    declared: Mapping[str, Any] = bid.row.facts
    settled = {
        part.id: queries.settled([s.marks[part.id].value for s in sheets if part.id in s.marks], declared.get(part.id))
        for part in rubric.parts()
        if part.objective
    }
    gates = {gate: declared.get(gate) is True for leaf in rubric.leaves() for gate in leaf.gates}
    contender, differing = contender_of(
        rubric, replace(bid.row.value(), sme_deduction=deduction), settled | gates, sheets, bidder=str(bid.row.id)
    )
    entries = [
        {"bidder": each.bidder, "expert": each.expert, "part": each.part, "value": shortest_text(each.value)}
        for each in differing
    ]
    return {**contender.facts, **{part: list(values) for part, values in contender.choices.items()}}, entries


def _price_text(bid: OpenedBid) -> str:
    if bid.row.price is not None:
        return f"{yuan(bid.row.price):f}"
    return shortest_text(bid.row.rate or Fraction(0))


def _rank(tender: Tender, given: Mapping[str, Any]) -> Ranking:
    law = law_at(date.fromisoformat(given["evaluation_date"]), jurisdiction=tender.jurisdiction)
    return rank_bids(tender, read_evaluation(tender, given), law)
