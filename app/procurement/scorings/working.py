"""From rows to the ranking and back: what the engine was given is kept, so that anybody computes it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.procurement.qualifications.models import LOW_PRICE
from app.procurement.qualifications.queries import conclusions, opened_bids
from app.procurement.scorings import queries
from app.procurement.scorings.models import RankingRow
from app.procurement.tenders.models import TenderRow
from kernel.money import yuan
from kernel.points import shortest_text
from law import law_at
from procurement.case import read_evaluation
from procurement.qualification import Review
from procurement.scoring import Ranking, contender_of, rank_bids
from rubric.sheet import Mark, Sheet


def ranking_now(session: Session, row: TenderRow, evaluated_on: date) -> tuple[Ranking, dict[str, Any]]:
    """Rank the opened bids by everybody's signed sheets and the law of the day of evaluation.

    The second value is a case in the form of ``docs/case-files.md``: with the tender's file it is all that
    ``flask award rank`` needs to give the same result. Raises NotPermitted until all sheets are signed.
    """
    given = case_of(session, row, evaluated_on)
    return _rank(row, given), given


def ranking_of(row: TenderRow, kept: RankingRow) -> Ranking:
    """The ranking computed again from what was kept: with all its working, for pages and reports."""
    return _rank(row, kept.input)


def _rank(row: TenderRow, given: Mapping[str, Any]) -> Ranking:
    tender = row.facts()
    law = law_at(date.fromisoformat(given["evaluation_date"]), jurisdiction=row.jurisdiction)
    return rank_bids(tender, read_evaluation(tender, given), law)


def case_of(session: Session, row: TenderRow, evaluated_on: date) -> dict[str, Any]:
    """The tender's bids, reviews and signed sheets as one case of a case file; bidders by their bid's number."""
    rubric = row.facts().rubric
    assert rubric is not None
    marks = queries.signed_marks(session, row.ocid)
    seats = [state for state in queries.sheet_states(session, row.ocid) if state.member_id in marks]
    failed: dict[tuple[int, str], str] = {}
    accepted: dict[int, bool] = {}
    for found in conclusions(session, row.ocid, [Review.QUALIFICATION, Review.CONFORMITY, LOW_PRICE]):
        if found.review == LOW_PRICE:
            accepted[found.bid_id] = found.passed
        elif not found.passed:
            failed.setdefault((found.bid_id, found.review), found.reason)
    bidders, entries = [], []
    for bid in opened_bids(session, row):
        out = {review: failed.get((bid.row.id, review), "") for review in Review}
        sheets = [
            Sheet(str(seat.member_id), {part: Mark(m.value, reason=m.reason) for part, m in marks[seat.member_id].get(bid.row.id, {}).items()})
            for seat in seats
        ]
        facts = {
            part.id: queries.settled([s.marks[part.id].value for s in sheets if part.id in s.marks], bid.row.facts.get(part.id))
            for part in rubric.parts()
            if part.objective
        } | {gate: bid.row.facts.get(gate) for leaf in rubric.leaves() for gate in leaf.gates}
        contender, differing = contender_of(
            rubric, bid.row.value(), facts, sheets, bidder=str(bid.row.id),
            qualification=out[Review.QUALIFICATION], conformity=out[Review.CONFORMITY],
        )  # fmt: skip
        entries += [
            {"bidder": e.bidder, "expert": e.expert, "part": e.part, "value": shortest_text(e.value)} for e in differing
        ]
        bidders.append(
            {
                "id": contender.bidder, "name": bid.supplier_name,
                "price": f"{yuan(bid.row.price):f}" if bid.row.price is not None else shortest_text(bid.row.rate),
                "facts": {**contender.facts, **{part: list(values) for part, values in contender.choices.items()}},
                **({"qualification": contender.qualification} if contender.qualification else {}),
                **({"conformity": contender.conformity} if contender.conformity else {}),
                **({"explanation_accepted": accepted[bid.row.id]} if bid.row.id in accepted else {}),
            }
        )  # fmt: skip
    return {
        "id": row.ocid, "experts": len(seats), "evaluation_date": evaluated_on.isoformat(),
        "members": [{"id": s.member_id, "name": s.name, "capacity": s.capacity, "leader": s.leader} for s in seats],
        "bidders": bidders, "entries": entries, "judged": [str(bid) for bid in accepted],
    }  # fmt: skip
