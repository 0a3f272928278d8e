"""Acts of the committee 评标委员会: keep the pool, draw, declare or recuse, form, and its joint reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.accounts import Actor
from app.procurement.committees import queries
from app.procurement.committees.models import CommitteeRow, ExpertRow, MemberRow
from app.procurement.qualifications import queries as reviews
from app.procurement.qualifications.services import (
    Conclusion,
    close_review,
    keep_conclusions,
    refuse_if_signed,
    stage_is,
)
from app.procurement.tenders.models import TenderRow
from app.store import UnitOfWork
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from procurement.committee import Capacity, Ground, Relation, composition, draw, drawing_findings, recusals
from procurement.qualification import Review
from procurement.stage import Progress, Stage
from procurement.tender import TENDER


@dataclass(frozen=True)
class RegisterExpert:
    """评审专家入库, by the finance authority that keeps the pool."""

    actor: Actor
    person_id: int
    name: str
    employer: str
    title: str = ""
    fields: tuple[str, ...] = ()
    finance_supervisor: bool = False


@dataclass(frozen=True)
class DrawCommittee:
    """随机抽取评审专家 from the pool with a published seed. ``relations``: what is known of ties with the bidders."""

    actor: Actor
    ocid: str
    seed: str
    experts: int
    evaluation_at: datetime
    relations: Sequence[Relation] = ()


@dataclass(frozen=True)
class Redraw:
    """补抽 after somebody left."""

    actor: Actor
    ocid: str


@dataclass(frozen=True)
class NameRepresentative:
    """委派采购人代表, with a letter of authorisation (财政部令第87号 第四十五条)."""

    actor: Actor
    ocid: str
    person_id: int
    name: str


@dataclass(frozen=True)
class Declare:
    """回避声明 before any bid is read: no tie with any bidder, or the grounds of recusal."""

    actor: Actor
    ocid: str
    grounds: tuple[Ground, ...] = ()
    detail: str = ""


@dataclass(frozen=True)
class FormCommittee:
    """组建评标委员会: everybody has declared, a leader 组长 was elected."""

    actor: Actor
    ocid: str
    leader_id: int


@dataclass(frozen=True)
class ConcludeConformity:
    """符合性审查结论 of the committee, entered by its leader."""

    actor: Actor
    ocid: str
    conclusions: Sequence[Conclusion] = field(default=())


@dataclass(frozen=True)
class SignConformity:
    """符合性审查签字."""

    actor: Actor
    ocid: str


@dataclass(frozen=True)
class ReleaseMember:
    """登记成员离任: a member who cannot take part any more, with the reason."""

    actor: Actor
    ocid: str
    member_id: int
    reason: str


def register_expert(work: UnitOfWork, command: RegisterExpert, now: datetime) -> ExpertRow:
    """Put an expert into the pool. Raises NotPermitted, and BadInput when already there."""
    command.actor.must_be(Role.FINANCE)
    if work.session.get(ExpertRow, command.person_id) is not None:
        raise BadInput([Finding("person_id", "该人员已在评审专家库中", have=command.name)])
    row = ExpertRow(
        person_id=command.person_id, name=command.name, employer=command.employer, title=command.title,
        fields=list(command.fields), finance_supervisor=command.finance_supervisor, registered_at=now,
    )  # fmt: skip
    work.session.add(row)
    work.record("expert.register", row, by=command.actor, at=now, cites="财库〔2016〕198号")
    return row


def draw_committee(work: UnitOfWork, command: DrawCommittee, now: datetime) -> CommitteeRow:
    """Draw the experts. The seed, the pool and who was left out are kept: anybody can draw again.

    Raises BadInput (no seed, too few experts, drawn twice), Unlawful (too early), WrongStage, NotPermitted.
    """
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.QUALIFIED)
    if work.session.get(CommitteeRow, row.ocid) is not None:
        raise BadInput([Finding("seed", "评审专家已经抽取, 缺额时请补抽", cites="财政部令第87号 第四十九条")])
    if aware(command.evaluation_at) < aware(now):
        raise BadInput([Finding("evaluation_at", "评审时间不能早于抽取时间", have=f"{aware(command.evaluation_at):%Y-%m-%d %H:%M}")])
    today, law = aware(now).date(), work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    if early := list(drawing_findings(today, aware(command.evaluation_at).date(), row.facts(), law)):
        raise Unlawful([replace(each, field="evaluation_at") for each in early], "评审专家抽取过早")
    people = queries.pool(work.session)
    suppliers = [bid.supplier_name for bid in reviews.opened_bids(work.session, row)]
    bars = recusals(command.relations, [str(p.person_id) for p in people], suppliers, aware(command.evaluation_at).date())
    barred = {finding.field.removeprefix("members."): finding.zh for finding in bars}
    barred |= {str(p.person_id): "本人或者本单位与项目有关" for p in people if p.employer in (row.facts().buyer, *suppliers)}
    made = draw(
        command.seed, row.ocid, [queries.candidate(p) for p in people], command.experts,
        excluded=set(barred), drawn_on=aware(now).date(),
    )  # fmt: skip
    committee = CommitteeRow(
        ocid=row.ocid, drawn_at=now, drawn_by=command.actor.person_id, evaluation_at=command.evaluation_at,
        draw={
            "seed": made.seed, "seats": command.experts, "pool": list(made.pool), "drawn": list(made.drawn),
            "excluded": list(made.excluded), "barred": barred,
        },
    )  # fmt: skip
    work.session.add(committee)
    work.session.flush()
    by_id = {str(p.person_id): p for p in people}
    for person in made.drawn:
        work.session.add(_expert_seat(row, by_id[person]))
    facts = {"seed": made.seed, "pool": len(made.pool), "drawn": len(made.drawn), "excluded": len(made.excluded)}
    work.record("committee.draw", committee, by=command.actor, at=now, cites="财政部令第87号 第四十八条", facts=facts)
    return committee


def name_representative(work: UnitOfWork, command: NameRepresentative, now: datetime) -> None:
    """Seat the buyer's representative. Raises BadInput when the person sits already, WrongStage before the draw."""
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.QUALIFIED)
    if work.session.get(CommitteeRow, row.ocid) is None:
        raise WrongStage("请先抽取评审专家, 再委派采购人代表")
    if queries.member_of(work.session, row.ocid, command.person_id) is not None:
        raise BadInput([Finding("person_id", "该人员已是评标委员会成员", have=command.name)])
    seat = MemberRow(
        ocid=row.ocid, person_id=command.person_id, name=command.name, employer=row.facts().buyer,
        capacity=Capacity.BUYER_REPRESENTATIVE, conflicts=[],
    )  # fmt: skip
    work.session.add(seat)
    work.record("committee.name_representative", seat, by=command.actor, at=now, cites="财政部令第87号 第四十五条")


def declare(work: UnitOfWork, command: Declare, now: datetime) -> MemberRow:
    """Declare freedom from ties, or leave the committee with the ground. Nobody reads a bid before declaring."""
    row = work.lock(TenderRow, command.ocid)
    stage_is(row, Stage.QUALIFIED)
    seat = _own_seat(work, row, command.actor)
    if command.grounds and not command.detail.strip():
        raise BadInput([Finding("detail", "请说明回避情形", cites="政府采购法实施条例 第九条")])
    seat.declared_at = now
    seat.conflicts = [{"ground": ground, "detail": command.detail.strip()} for ground in command.grounds]
    if command.grounds:
        seat.left_at = now
    facts = {"grounds": list(command.grounds)}
    work.record("committee.declare", seat, by=command.actor, at=now, cites="政府采购法实施条例 第九条", facts=facts)
    return seat


def release_member(work: UnitOfWork, command: ReleaseMember, now: datetime) -> MemberRow:
    """The buyer gives up the seat of a member who is absent or leaves; the seat is drawn again (财政部令第87号 第四十九条).

    Raises BadInput without a reason, Missing, WrongStage once the committee works, NotPermitted.
    """
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.QUALIFIED)
    seat = work.lock(MemberRow, command.member_id)
    if seat.ocid != row.ocid or seat.left_at is not None:
        raise Missing("没有这名成员, 或者该成员已经退出")
    if not command.reason.strip():
        raise BadInput([Finding("reason", "请写明该成员不能参加评审的理由", "财政部令第87号 第四十九条")])
    seat.left_at, seat.leader = now, False
    seat.conflicts = [{"ground": "leaving", "detail": command.reason.strip()}]
    work.record("committee.release", seat, by=command.actor, at=now, cites="财政部令第87号 第四十九条")
    return seat


def redraw(work: UnitOfWork, command: Redraw, now: datetime) -> None:
    """补抽: fill the seats of those who left, by the next lots of the same seed (财政部令第87号 第四十九条)."""
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.QUALIFIED)
    committee = work.lock(CommitteeRow, row.ocid)
    made = committee.draw
    sitting = [s for s in queries.members(work.session, row.ocid) if s.left_at is None and s.capacity == Capacity.EXPERT]
    missing = made["seats"] - len(sitting)
    if missing <= 0:
        raise BadInput([Finding("seats", "评审专家没有缺额, 不需要补抽", cites="财政部令第87号 第四十九条")])
    people = {str(p.person_id): p for p in queries.pool(work.session)}
    again = draw(
        made["seed"], row.ocid, [queries.candidate(p) for p in people.values()], len(made["drawn"]) + missing,
        excluded=set(made["excluded"]), drawn_on=aware(now).date(),
    )  # fmt: skip
    for person in again.drawn[len(made["drawn"]) :]:
        work.session.add(_expert_seat(row, people[person]))
    committee.draw = {**made, "pool": list(again.pool), "drawn": list(again.drawn)}
    work.record("committee.redraw", committee, by=command.actor, at=now, cites="财政部令第87号 第四十九条", facts={"added": missing})


def form_committee(work: UnitOfWork, command: FormCommittee, now: datetime) -> None:
    """The committee stands: size, odd number, experts' share, declarations, leader. The tender moves on to COMMITTEE.

    Raises Unlawful with everything that is wrong with the composition, WrongStage, NotPermitted.
    """
    row = _buyers(work, command.ocid, command.actor)
    stage_is(row, Stage.QUALIFIED)
    committee = work.lock(CommitteeRow, row.ocid)
    seats = queries.members(work.session, row.ocid)
    for seat in seats:
        seat.leader = seat.id == command.leader_id and seat.left_at is None
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    sitting = [seat for seat in seats if seat.left_at is None]
    outstanding = [*composition(queries.committee(committee, seats), row.facts(), law)]
    outstanding += [
        Finding("members", f"{seat.name}尚未作出回避声明", cites="政府采购法实施条例 第九条") for seat in sitting if seat.declared_at is None
    ]
    if not any(seat.leader for seat in sitting):
        outstanding.append(Finding("leader", "请推选评标组长", cites="财政部令第87号 第四十七条"))
    proposed = replace(row.facts(), progress=Progress(at=now, outstanding=tuple(outstanding)))
    taken = TENDER.take(proposed, "form_committee", by=command.actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    committee.formed_at = now
    facts = {"members": len(sitting), "leader": command.leader_id}
    work.record("committee.form", committee, by=command.actor, at=now, cites=taken.cites, facts=facts)


def conclude_conformity(work: UnitOfWork, command: ConcludeConformity, now: datetime) -> None:
    """Keep the committee's conclusions of 符合性审查 (财政部令第87号 第五十条). Raises BadInput listing everything wrong."""
    row = leaders(work, command.ocid, command.actor, Stage.COMMITTEE)
    keep_conclusions(work, row, Review.CONFORMITY, command.conclusions, command.actor, now)


def sign_conformity(work: UnitOfWork, command: SignConformity, now: datetime) -> None:
    """Close 符合性审查: from now on the valid bids are scored. Raises BadInput listing every gap."""
    row = leaders(work, command.ocid, command.actor, Stage.COMMITTEE)
    refuse_if_signed(work, row, Review.CONFORMITY)
    found = reviews.reviewed(work.session, row, Review.CONFORMITY)
    close_review(work, row, Review.CONFORMITY, found, command.actor, now)


def _expert_seat(row: TenderRow, expert: ExpertRow) -> MemberRow:
    return MemberRow(
        ocid=row.ocid, person_id=expert.person_id, name=expert.name, employer=expert.employer, title=expert.title,
        capacity=Capacity.EXPERT, conflicts=[],
    )  # fmt: skip


def _buyers(work: UnitOfWork, ocid: str, actor: Actor) -> TenderRow:
    actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, ocid)
    actor.must_act_for(row.buyer_id)
    return row


def _own_seat(work: UnitOfWork, row: TenderRow, actor: Actor) -> MemberRow:
    seat = queries.member_of(work.session, row.ocid, actor.person_id)
    if seat is None:
        raise NotPermitted("您不是本项目评标委员会的成员")
    return seat


def leaders(work: UnitOfWork, ocid: str, actor: Actor, *stages: Stage) -> TenderRow:
    """A tender in one of these stages, for the committee's leader only (the leader enters what the members agreed)."""
    row = work.lock(TenderRow, ocid)
    if not _own_seat(work, row, actor).leader:
        raise NotPermitted("由评标组长录入评标委员会的共同意见（财政部令第87号 第六十一条）")
    stage_is(row, *stages)
    return row
