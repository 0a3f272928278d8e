"""Acts of the assignments: assign, declare or recuse, begin the evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.evaluation.assignments import queries
from app.evaluation.assignments.models import AssignmentRow, TieRow
from app.evaluation.assignments.queries import Place
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.schemes.models import SchemeRow
from app.store import UnitOfWork
from evaluation.assignment import (
    ASSIGNMENT,
    NINTH,
    AssignmentStage,
    TieKind,
    grounds_for_recusal,
    look_back_begins,
    panel_findings,
)
from evaluation.kind import Party
from evaluation.scheme import SCHEME, SchemeStage
from kernel.lifecycle import Taken
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, Unlawful, WrongStage
from kernel.role import Role


@dataclass(frozen=True)
class Assign:
    """指派评估人员: a person takes a place of a party, with the qualifications that the body has checked."""

    actor: Actor
    scheme_id: int
    person_id: int
    party: Party
    qualifications: Sequence[str] = ()


@dataclass(frozen=True)
class DeclaredTie:
    """One tie as a person declares it. ``ended`` None: it lasts."""

    kind: TieKind
    ended: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Declare:
    """无利害关系声明 of one's own. With ties that exclude, the person recuses instead."""

    actor: Actor
    assignment_id: int
    no_conflict: bool
    ties: Sequence[DeclaredTie] = ()


@dataclass(frozen=True)
class Recuse:
    """回避: by the person, or by the body or buyer that learned of a tie."""

    actor: Actor
    assignment_id: int
    reason: str


@dataclass(frozen=True)
class Begin:
    """开始评估."""

    actor: Actor
    scheme_id: int
    version: int | None = None


def assign(work: UnitOfWork, command: Assign, now: datetime) -> AssignmentRow:
    """Give somebody a place. Who is tied to the agency as far as the house knows is refused at once (Unlawful).

    Raises WrongStage once work has begun, BadInput for a person without a fitting appointment or with a place already.
    """
    command.actor.must_be(Role.EVALUATION_BODY, Role.BUYER)
    row = work.lock(SchemeRow, command.scheme_id)
    case = schemes.case_of(work.session, row.id)
    _leads(case, command.actor)
    if row.stage not in (SchemeStage.APPROVED, SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS):
        raise WrongStage(f"方案现处“{row.stage.zh}”环节, 批准后方可指派评估人员")
    held = work.session.execute(
        select(PersonRow.name, OrganisationRow.id, OrganisationRow.name)
        .join(AppointmentRow, AppointmentRow.person_id == PersonRow.id)
        .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .where(
            PersonRow.id == command.person_id,
            AppointmentRow.role.in_(queries.RATERS[command.party]),
            (AppointmentRow.until.is_(None)) | (AppointmentRow.until > now),
            AppointmentRow.on_behalf_of_id.is_(None),
        )
        .order_by(OrganisationRow.id)
    ).first()
    if held is None:
        able = "、".join(role.zh for role in queries.RATERS[command.party])
        raise BadInput((Finding("person", f"{command.party.zh}的评估人员须任{able}"),), "不能指派")
    taken = work.session.scalar(
        select(AssignmentRow.id).where(AssignmentRow.scheme_id == row.id, AssignmentRow.person_id == command.person_id)
    )
    if taken is not None:
        raise BadInput((Finding("person", "该人员已在评估小组中", have=held[0]),), "不能指派")
    made = AssignmentRow(
        scheme_id=row.id, person_id=command.person_id, name=held[0], organisation_id=held[1], organisation_name=held[2],
        party=command.party, qualifications=sorted(set(command.qualifications)), stage=AssignmentStage.ASSIGNED,
        assigned_at=now, reason="",
    )  # fmt: skip
    law = work.law(on=aware(now).date())
    since = look_back_begins(row.work_begins, law)
    ties = queries.ties_of(work.session, [command.person_id], case.subject, since)[command.person_id]
    if grounds := grounds_for_recusal(queries.evaluator_of(made, ties), case.subject.facts(), row.work_begins, law):
        raise Unlawful(grounds, "应当回避, 不能指派")
    work.session.add(made)
    facts = {"scheme": row.id, "person": command.person_id, "party": command.party}
    work.record("assignment.make", made, by=command.actor, at=now, cites=NINTH, facts=facts)
    return made


def declare(work: UnitOfWork, command: Declare, now: datetime) -> Taken:
    """Sign the declaration; from now on documents may be opened. Declared ties stay on file, also when they exclude.

    Raises Unlawful for ties that exclude (then nothing is kept: recuse instead), NotPermitted for another's assignment.
    """
    place = _own(work, command.assignment_id, command.actor)
    for tie in command.ties:
        work.session.add(
            TieRow(
                person_id=place.assignment.person_id, organisation_id=place.subject.supplier_id, kind=tie.kind,
                ended=tie.ended, ocid=place.subject.ocid, note=tie.note.strip(), declared_at=now,
            )
        )  # fmt: skip
    work.session.flush()
    law = work.law(on=aware(now).date())
    facts = queries.assignment_facts(work.session, place, law, declares=command.no_conflict or None)
    taken = ASSIGNMENT.take(facts, "declare", by=_as_rater(command.actor, place), law=law)
    place.assignment.stage, place.assignment.declared_at = taken.target, now
    said = {"ties": [tie.kind for tie in command.ties]}
    work.record("assignment.declare", place.assignment, by=command.actor, at=now, cites=taken.cites, facts=said)
    return taken


def recuse(work: UnitOfWork, command: Recuse, now: datetime) -> Taken:
    """回避, with the reason. The place is free again for somebody else; nothing that was scored counts."""
    row = work.lock(AssignmentRow, command.assignment_id)
    case = schemes.case_of(work.session, row.scheme_id)
    if row.person_id != command.actor.person_id:
        _leads(case, command.actor)
    if not command.reason.strip():
        raise BadInput((Finding("reason", "请写明回避理由", NINTH),), "不能回避")
    law = work.law(on=aware(now).date())
    place = Place(row, case.scheme, case.subject, case.rubric)
    role = Role.EVALUATOR if row.person_id == command.actor.person_id else command.actor.role
    taken = ASSIGNMENT.take(queries.assignment_facts(work.session, place, law), "recuse", by=role, law=law)
    row.stage, row.recused_at, row.reason = taken.target, now, command.reason.strip()
    work.record("assignment.recuse", row, by=command.actor, at=now, cites=taken.cites, facts={"by_self": role is Role.EVALUATOR})
    return taken


def begin_evaluation(work: UnitOfWork, command: Begin, now: datetime) -> Taken:
    """开始评估. Raises Unlawful with everything missing: the day, the panel, each declaration."""
    row = work.lock(SchemeRow, command.scheme_id)
    case = schemes.case_of(work.session, row.id)
    _leads(case, command.actor)
    if command.version is not None:
        work.expect(row, command.version)
    seats = queries.sitting(queries.assignments_of(work.session, row.id))
    scheme = row.facts(case.subject.facts(), rubric_of(case.rubric.text), aware(now).date())
    lacks = panel_findings([queries.evaluator_of(seat) for seat in seats], scheme.panel)
    undeclared = [seat.name for seat in seats if seat.stage is AssignmentStage.ASSIGNED]
    scheme = row.facts(scheme.subject, scheme.rubric, scheme.today, panel_lacks=lacks, undeclared=undeclared)
    taken = SCHEME.take(scheme, "begin", by=command.actor.role, law=work.law(on=scheme.today))
    row.stage, row.begun_at = taken.target, now
    work.record("scheme.begin", row, by=command.actor, at=now, cites=taken.cites, facts={"evaluators": len(seats)})
    return taken


def _own(work: UnitOfWork, assignment_id: int, actor: Actor) -> Place:
    row = work.lock(AssignmentRow, assignment_id)
    if row.person_id != actor.person_id:
        raise NotPermitted("评估任务只能由本人办理")
    case = schemes.case_of(work.session, row.scheme_id)
    return Place(row, case.scheme, case.subject, case.rubric)


def _as_rater(actor: Actor, place: Place) -> Role:
    """A rater of the government acts as an official; the table calls whoever evaluates 评估人员."""
    if actor.role in queries.RATERS[place.assignment.party]:
        return Role.EVALUATOR
    return actor.role


def _leads(case: schemes.Case, actor: Actor) -> None:
    if actor.organisation_id not in (case.scheme.body_id, case.subject.buyer_id):
        raise Missing("没有这一评估方案, 或者它尚未向您告知")
