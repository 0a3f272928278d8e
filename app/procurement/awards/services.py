"""Acts of the award 中标: decide, announce with the letters, go on to the next candidate when the winner will not sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.accounts import Actor
from app.procurement.awards.models import AwardRow
from app.procurement.bids.models import BidRow
from app.procurement.committees.queries import members
from app.procurement.qualifications.services import stage_is
from app.procurement.scorings.models import RankingRow
from app.procurement.scorings.working import ranking_of
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders.models import TenderRow
from app.store import UnitOfWork
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Missing, WrongStage
from kernel.role import Role
from procurement import timetable
from procurement.award import Award, Candidate, decide, result_notice
from procurement.documents import Tender
from procurement.scoring import Ranking
from procurement.stage import Progress, Stage
from procurement.tender import TENDER


@dataclass(frozen=True)
class DecideAward:
    """确定中标人. The first candidate, unless one is ``passed_over``: bid id → lawful reason.

    seed   of the public draw, where candidates are tied; "" otherwise
    """

    actor: Actor
    ocid: str
    seed: str = ""
    passed_over: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnnounceAward:
    """发布中标结果公告、发出中标通知书, and tell each bidder its own result.

    winner_address   "" = the address in the winner's file; agency_fee: standard and amount, "" = none is charged
    """

    actor: Actor
    ocid: str
    winner_address: str = ""
    agency_fee: str = ""


@dataclass(frozen=True)
class NextCandidate:
    """转下一候选人: the winner refuses to sign, and the next in order is decided upon (政府采购法实施条例 第四十九条)."""

    actor: Actor
    ocid: str
    reason: str


def decide_award(work: UnitOfWork, command: DecideAward, now: datetime) -> AwardRow:
    """Decide by the order of the candidates. Deciding later than five working days is noted, and stays valid.

    Raises BadInput with everything that is wrong (a tie without its seed, a reason left empty, nobody left), WrongStage,
    NotPermitted.
    """
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.RANKED)
    if work.session.get(AwardRow, row.ocid) is not None:
        raise WrongStage("中标人已经确定, 请公告中标结果")
    tender, kept, ranking = _ranked(work, row)
    passed_over = {str(bid): reason for bid, reason in command.passed_over.items()}
    made = decide(ranking, tender, seed=command.seed.strip(), passed_over=passed_over)
    award = AwardRow(ocid=row.ocid, notice={})
    _adopt(work, award, made, command.actor, now, _term(work, row, kept, now))
    work.session.add(award)
    _recorded(work, award, made, command.actor, now)
    return award


def announce_award(work: UnitOfWork, command: AnnounceAward, now: datetime) -> AwardRow:
    """Announce: the notice with all its fields, the committee's names too; the tender moves on to AWARDED.

    From now on every bidder can read its own score and rank, and nobody else's. Raises BadInput listing every field that
    is missing, WrongStage before the decision, NotPermitted.
    """
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.RANKED)
    award = _decided(work, row)
    tender, _, ranking = _ranked(work, row)
    supplier = work.session.get(SupplierRow, award.supplier_id)
    address = command.winner_address.strip() or (supplier.facts.get("profile", {}).get("address", "") if supplier else "")
    today = aware(now).date()
    law = work.law(on=today, jurisdiction=row.jurisdiction)
    contact = " ".join(row.notice.get(name, "") for name in ("buyer_address", "contact_person", "contact_phone")).strip()
    notice = result_notice(
        tender, award_value(award), ranking, experts=[seat.name for seat in members(work.session, row.ocid) if seat.left_at is None],
        winner_name=award.supplier_name, winner_address=address, buyer_contact=contact,
        notice_ends=timetable.notice_ends(today, law).day,
        sme_statement=supplier is not None and bool(supplier.facts.get("small_or_micro")),
    )  # fmt: skip
    proposed = replace(tender, progress=Progress(at=now))
    taken = TENDER.take(proposed, "award", by=command.actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    row.reach("award", now)
    due = timetable.result_notice(aware(award.decided_at).date(), law).day
    award.announced_at = now
    award.notice = {**asdict(notice), "agency_fee": command.agency_fee.strip(), "due": due, "late": today > due}
    facts = {"winner": award.bid_id, "amount": award.amount, "late": today > due}
    work.record("award.announce", award, by=command.actor, at=now, cites="财政部令第87号 第六十九条", facts=facts)
    return award


def next_candidate(work: UnitOfWork, command: NextCandidate, now: datetime) -> AwardRow:
    """The winner will not sign: the next candidate is decided upon and must be announced anew.

    Raises Unlawful without a reason, BadInput when no candidate is left (then the procurement starts again), WrongStage.
    """
    row = _buyers(work, command.ocid, command.actor)
    award = _decided(work, row)
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    proposed = replace(row.facts(), progress=Progress(at=now, reason=command.reason))
    taken = TENDER.take(proposed, "next_candidate", by=command.actor.role, law=law)
    tender, kept, ranking = _ranked(work, row)
    reason = command.reason.strip()
    refused = [
        *award.decision["refused"],
        {"bid": award.bid_id, "supplier": award.supplier_name, "reason": reason, "at": now.isoformat()},
    ]
    passed_over = {**award.decision["passed_over"], str(award.bid_id): f"中标后不签订合同: {reason}"}
    made = decide(ranking, tender, seed=award.decision["seed"], passed_over=passed_over)
    row.adopt(proposed, stage=taken.target)
    award.announced_at, award.notice = None, {}
    _adopt(work, award, made, command.actor, now, {**_term(work, row, kept, now), "refused": refused, "due": None, "late": False})
    facts = {"refused": refused[-1]["bid"], "reason": reason, "next": award.bid_id}
    work.record("award.next_candidate", award, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return award


def award_value(row: AwardRow) -> Award:
    """The award as the rules of ``procurement`` read it."""
    made: Mapping[str, Any] = row.decision
    order = tuple(
        Candidate(each["place"], each["bidder"], each["rank"], Decimal(each["total"]), each["drawn"]) for each in made["candidates"]
    )
    place = next((c.place for c in order if c.bidder == str(row.bid_id)), row.rank)
    return Award(row.ocid, str(row.bid_id), row.amount, place, order, made["passed_over"], made["seed"])


def _adopt(work: UnitOfWork, award: AwardRow, made: Award, actor: Actor, now: datetime, term: dict[str, Any]) -> None:
    bid = work.session.get(BidRow, int(made.bidder))
    supplier = work.session.get(SupplierRow, bid.supplier_id) if bid is not None else None
    if bid is None or supplier is None:
        raise Missing("没有这份投标文件")
    award.bid_id, award.supplier_id, award.supplier_name = bid.id, supplier.id, supplier.name
    award.amount = made.amount
    award.rank = next(c.rank for c in made.candidates if c.bidder == made.bidder)
    award.decided_at, award.decided_by = now, actor.person_id
    award.decision = {
        "candidates": [asdict(candidate) for candidate in made.candidates], "seed": made.seed,
        "passed_over": dict(made.passed_over), "refused": [], **term,
    }  # fmt: skip


def _term(work: UnitOfWork, row: TenderRow, kept: RankingRow, now: datetime) -> dict[str, Any]:
    """The last day of the decision, five working days after the report (the buyer runs its tender itself)."""
    day = aware(now).date()
    law = work.law(on=day, jurisdiction=row.jurisdiction)
    due = timetable.decision(aware(kept.signed_at or now).date(), law).day
    return {"due": due, "late": day > due}


def _recorded(work: UnitOfWork, award: AwardRow, made: Award, actor: Actor, now: datetime) -> None:
    facts = {
        "winner": award.bid_id, "place": made.place, "amount": award.amount, "seed": made.seed,
        "passed_over": dict(made.passed_over), "late": award.decision["late"],
    }  # fmt: skip
    work.record("award.decide", award, by=actor, at=now, cites="财政部令第87号 第六十八条", facts=facts)


def _ranked(work: UnitOfWork, row: TenderRow) -> tuple[Tender, RankingRow, Ranking]:
    kept = work.session.get(RankingRow, row.ocid)
    if kept is None or kept.signed_at is None:
        raise WrongStage("评标报告尚未签署")
    tender = row.facts()
    return tender, kept, ranking_of(tender, kept)


def _decided(work: UnitOfWork, row: TenderRow) -> AwardRow:
    award = work.session.get(AwardRow, row.ocid)
    if award is None:
        raise BadInput([Finding("award", "尚未确定中标人", cites="财政部令第87号 第六十八条")])
    return award


def _buyers(work: UnitOfWork, ocid: str, actor: Actor) -> TenderRow:
    actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, ocid)
    actor.must_act_for(row.buyer_id)
    return row
