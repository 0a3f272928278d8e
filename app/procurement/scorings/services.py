"""Acts of scoring 评审: keep marks, sign a sheet, correct what the law lets be corrected, sign the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.accounts import Actor
from app.procurement.committees.models import CommitteeRow, MemberRow
from app.procurement.committees.queries import member_of
from app.procurement.committees.services import leaders
from app.procurement.qualifications.models import LOW_PRICE, ReviewItemRow
from app.procurement.qualifications.queries import conclusions, opened_bids, reviewed, signed_reviews, valid_bids
from app.procurement.qualifications.services import stage_is
from app.procurement.scorings import queries
from app.procurement.scorings.models import MarkRow, RankingRow, ScoreSheetRow
from app.procurement.scorings.working import correctable, member_number, ranking_now, ranking_of
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import FailTender, fail_tender
from app.store import UnitOfWork
from kernel.period import aware
from kernel.refusal import BadInput, Finding, NotPermitted, WrongStage
from kernel.role import Role
from procurement.case import result_mapping
from procurement.marks import value_problem
from procurement.qualification import Review
from procurement.scoring import FlagKind, Ranking
from procurement.stage import Progress, Stage
from procurement.tender import TENDER


@dataclass(frozen=True)
class SaveMarks:
    """保存评分 of one bid on one's own sheet: ``values`` by part id, as each part's rule reads them; ``reasons`` by part id.

    ``cleared``: parts whose mark is taken back; a part in neither stays as it is.
    """

    actor: Actor
    ocid: str
    bid_id: int
    values: Mapping[str, Any]
    reasons: Mapping[str, str] = field(default_factory=dict)
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SignSheet:
    """评分表签字: the sheet is complete and frozen."""

    actor: Actor
    ocid: str


@dataclass(frozen=True)
class CorrectMark:
    """更正评分 on one's own signed sheet, before the report is signed, on the grounds of 财政部令第87号 第六十四条 only."""

    actor: Actor
    ocid: str
    bid_id: int
    part: str
    value: Any
    reason: str


@dataclass(frozen=True)
class SignRanking:
    """评标报告签字, by the leader for the committee: the candidates are recommended."""

    actor: Actor
    ocid: str


@dataclass(frozen=True)
class JudgeExplanation:
    """异常低价说明的认定: the committee accepts or rejects a bidder's written explanation (财政部令第87号 第六十条)."""

    actor: Actor
    ocid: str
    bid_id: int
    accepted: bool
    reason: str


@dataclass(frozen=True)
class FailForTooFewValid:
    """废标 because fewer than three bids are valid (财政部令第87号 第四十三条)."""

    actor: Actor
    ocid: str
    branch: str
    reason: str


def save_marks(work: UnitOfWork, command: SaveMarks, now: datetime) -> ScoreSheetRow:
    """Keep marks on one's own sheet. Raises BadInput with everything unreadable at once, WrongStage, NotPermitted."""
    row = work.lock(TenderRow, command.ocid)
    seat = own_seat(work, row, command.actor)
    rubric = row.facts().rubric
    parts = {part.id: part for part in rubric.parts()} if rubric else {}
    wrong = [Finding(id, f"评分标准中没有“{id}”") for id in command.values if id not in parts]
    wrong += [
        Finding(id, f"{parts[id].label}: {problem}")
        for id, value in command.values.items()
        if id in parts and (problem := value_problem(parts[id], value))
    ]
    if command.bid_id not in {bid.row.id for bid in valid_bids(work.session, row)}:
        wrong.append(Finding("bid", "该投标文件不在评分范围内", cites="财政部令第87号 第五十条"))
    if wrong:
        raise BadInput(wrong, "评分未能保存")
    sheet = queries.own_sheet(work.session, seat.id)
    if sheet is None:
        sheet = ScoreSheetRow(ocid=row.ocid, member_id=seat.id)
        work.session.add(sheet)
        work.session.flush()
    elif sheet.signed_at is not None:
        raise WrongStage("评分表已签字, 不能再改; 确有错误的, 依照财政部令第87号 第六十四条更正")
    kept = queries.own_marks(work.session, sheet.id).get(command.bid_id, {})
    for part, value in command.values.items():
        mark = kept.get(part) or MarkRow(sheet_id=sheet.id, bid_id=command.bid_id, part=part)
        mark.value, mark.reason, mark.saved_at = value, command.reasons.get(part, "").strip(), now
        work.session.add(mark)
    for part in command.cleared & set(kept):
        work.session.delete(kept[part])
    facts = {"bid": command.bid_id, "parts": len(command.values)}
    work.record("scoring.save", sheet, by=command.actor, at=now, cites="财政部令第87号 第五十五条", facts=facts)
    return sheet


def sign_sheet(work: UnitOfWork, command: SignSheet, now: datetime) -> None:
    """Sign one's own sheet. The last signature completes the scoring and computes the ranking.

    Raises BadInput listing every mark that is missing, WrongStage, NotPermitted.
    """
    row = work.lock(TenderRow, command.ocid)
    seat = own_seat(work, row, command.actor)
    sheet = queries.own_sheet(work.session, seat.id)
    if sheet is not None and sheet.signed_at is not None:
        raise WrongStage("评分表已签字")
    kept = queries.own_marks(work.session, sheet.id) if sheet else {}
    rubric = row.facts().rubric
    assert rubric is not None  # a published tender has its table
    missing = [
        Finding(f"{bid.row.id}/{part.id}", f"{bid.supplier_name}: {leaf.label} {part.id} 未评分", cites="财政部令第87号 第五十五条")
        for bid in valid_bids(work.session, row)
        for leaf in rubric.leaves()
        for part in leaf.parts
        if part.id not in kept.get(bid.row.id, {})
    ]
    if missing or sheet is None:
        raise BadInput(missing, "评分表尚不完整, 不能签字")
    sheet.signed_at = now
    work.record("scoring.sign", sheet, by=command.actor, at=now, cites="财政部令第87号 第五十五条")
    work.session.flush()
    due, signed = queries.sheet_counts(work.session, row.ocid)
    if due == signed:
        progress = Progress(at=now, sheets_due=due, sheets_signed=signed)
        proposed = replace(row.facts(), progress=progress)
        law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
        taken = TENDER.take(proposed, "score", by=command.actor.role, law=law)
        row.adopt(proposed, stage=taken.target)
        compute(work, row, command.actor, now)


def compute(work: UnitOfWork, row: TenderRow, actor: Actor, now: datetime) -> Ranking:
    """Rank by the engine, and keep the result with all that it was computed from. Computed again after a correction."""
    committee = work.session.get(CommitteeRow, row.ocid)
    evaluated_on = aware(committee.evaluation_at if committee else now).date()
    ranking, given = ranking_now(work.session, row, evaluated_on)
    kept = work.session.get(RankingRow, row.ocid) or RankingRow(ocid=row.ocid)
    kept.result, kept.input, kept.computed_at = {"id": row.ocid, **result_mapping(ranking)}, given, now
    work.session.add(kept)
    facts = {"status": ranking.status, "valid": list(ranking.valid), "flags": len(ranking.flags)}
    work.record("ranking.compute", kept, by=actor, at=now, cites="财政部令第87号 第五十七条", facts=facts)
    return ranking


def correct_mark(work: UnitOfWork, command: CorrectMark, now: datetime) -> None:
    """Correct one flagged mark on one's own sheet; the signed value stays beside it, and the ranking is computed again.

    Raises BadInput, also where none of the four grounds is there, WrongStage, NotPermitted.
    """
    row = work.lock(TenderRow, command.ocid)
    seat = _seat(work, row, command.actor)
    stage_is(row, Stage.SCORED)
    ranking_row = work.lock(RankingRow, row.ocid)
    tender = row.facts()
    sheet = queries.own_sheet(work.session, seat.id)
    mark = queries.own_marks(work.session, sheet.id).get(command.bid_id, {}).get(command.part) if sheet else None
    wrong = []
    if mark is None or tender.rubric is None:
        wrong.append(Finding("part", "没有这一项评分"))
    elif problem := value_problem(tender.rubric.part(command.part), command.value):
        wrong.append(Finding("value", problem))
    allowed = correctable(ranking_of(tender, ranking_row), member_number(ranking_row, seat.id))
    if mark is not None and (str(command.bid_id), command.part) not in allowed:
        wrong.append(
            Finding("part", "评审结果汇总完成后, 只有法定的四种情形可以修改评分, 本项没有这些情形", cites="财政部令第87号 第六十四条")
        )
    if not command.reason.strip():
        wrong.append(Finding("reason", "请写明更正理由", cites="财政部令第87号 第六十四条"))
    if wrong or mark is None:
        raise BadInput(wrong, "更正未能保存")
    mark.corrected, mark.correction = command.value, command.reason.strip()
    facts = {"bid": command.bid_id, "part": command.part, "from": mark.value, "to": command.value}
    work.record("scoring.correct", mark, by=command.actor, at=now, cites="财政部令第87号 第六十四条", facts=facts)
    work.session.flush()
    compute(work, row, command.actor, now)


def judge_explanation(work: UnitOfWork, command: JudgeExplanation, now: datetime) -> None:
    """Keep the committee's word on a low price. A trigger asks for it; only a rejected explanation makes a bid invalid."""
    row = leaders(work, command.ocid, command.actor, Stage.COMMITTEE, Stage.SCORED)
    wrong = []
    if not command.reason.strip():
        wrong.append(Finding("reason", "请写明认定理由", cites="财政部令第87号 第六十条"))
    if command.bid_id not in {bid.row.id for bid in opened_bids(work.session, row)}:
        wrong.append(Finding("bid_id", "没有这份投标文件"))
    if wrong:
        raise BadInput(wrong, "认定未能保存")
    kept = {c.bid_id: c for c in conclusions(work.session, row.ocid, [LOW_PRICE])}
    conclusion = kept.get(command.bid_id) or ReviewItemRow(bid_id=command.bid_id, review=LOW_PRICE, item="explanation")
    conclusion.passed, conclusion.reason = command.accepted, command.reason.strip()
    conclusion.decided_by, conclusion.decided_at = command.actor.person_id, now
    work.session.add(conclusion)
    facts = {"bid": command.bid_id, "accepted": command.accepted}
    work.record("review.judge_explanation", row, by=command.actor, at=now, cites="财政部令第87号 第六十条", facts=facts)
    if row.stage is Stage.SCORED:
        work.session.flush()
        compute(work, row, command.actor, now)


def sign_ranking(work: UnitOfWork, command: SignRanking, now: datetime) -> None:
    """Sign the ranking; the tender moves on to RANKED.

    Raises Unlawful with every flag that still blocks (财政部令第87号 第六十四条), every low price nobody has judged, and when
    fewer than three bids are valid; NotPermitted, WrongStage.
    """
    row = work.lock(TenderRow, command.ocid)
    if not _seat(work, row, command.actor).leader:
        raise NotPermitted("由评标组长代表评标委员会签署评标报告（财政部令第87号 第五十八条）")
    stage_is(row, Stage.SCORED)
    kept = work.lock(RankingRow, row.ocid)
    ranking = ranking_of(row.facts(), kept)
    names = {bid["id"]: bid["name"] for bid in kept.input["bidders"]}
    outstanding = [
        Finding(
            f"{flag.bidder}/{flag.part}", f"{names[flag.bidder]}: 第{flag.expert}位成员 {flag.part} {flag.kind.value}",
            cites="财政部令第87号 第六十四条", cure="请该成员更正本人评分",
        )
        for flag in ranking.flags
        if flag.kind.blocks
    ]  # fmt: skip
    judged = set(kept.input.get("judged", []))
    outstanding += [
        Finding(f"{flag.bidder}/price", f"{names[flag.bidder]}: 报价触发异常低价审查, 评标委员会尚未认定", cites="财政部令第87号 第六十条")
        for flag in ranking.flags
        if flag.kind is FlagKind.LOW_PRICE and flag.bidder not in judged
    ]
    progress = Progress(at=now, valid=len(ranking.valid), outstanding=tuple(outstanding))
    proposed = replace(row.facts(), progress=progress)
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    taken = TENDER.take(proposed, "rank", by=command.actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    row.reach("review", now)
    kept.signed_at = now
    facts = {"order": [bid.bidder for bid in ranking.bids], "totals": [str(bid.shown) for bid in ranking.bids]}
    work.record("ranking.sign", kept, by=command.actor, at=now, cites=taken.cites, facts=facts)


def fail_for_too_few_valid(work: UnitOfWork, command: FailForTooFewValid, now: datetime) -> None:
    """废标 when fewer than three bids are valid. Raises Unlawful when there are enough."""
    command.actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, command.ocid)
    command.actor.must_act_for(row.buyer_id)
    stage_is(row, Stage.COMMITTEE, Stage.SCORED)
    kept = work.session.get(RankingRow, row.ocid)
    if kept is not None:
        valid = len(ranking_of(row.facts(), kept).valid)
    else:
        valid = len(reviewed(work.session, row, Review.CONFORMITY).passed)
    fail_tender(work, FailTender(command.actor, command.ocid, command.branch, command.reason, Progress(valid=valid)), now)


def own_seat(work: UnitOfWork, row: TenderRow, actor: Actor) -> MemberRow:
    """The actor's seat, while sheets are open: the committee stands and 符合性审查 is signed."""
    seat = _seat(work, row, actor)
    stage_is(row, Stage.COMMITTEE)
    if Review.CONFORMITY not in signed_reviews(work.session, row.ocid):
        raise WrongStage("符合性审查尚未签字, 不能评分（财政部令第87号 第五十条）")
    return seat


def _seat(work: UnitOfWork, row: TenderRow, actor: Actor) -> MemberRow:
    seat = member_of(work.session, row.ocid, actor.person_id)
    if seat is None:
        raise NotPermitted("您不是本项目评标委员会的成员")
    return seat
