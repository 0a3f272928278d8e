"""Questions about assignments, and about the ties that the house knows of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.evaluation.assignments.models import AssignmentRow, TieRow
from app.evaluation.rubrics.models import RubricRow
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from evaluation.assignment import Assignment, AssignmentStage, Evaluator, Source, Tie, TieKind, look_back_begins
from evaluation.kind import Party
from evaluation.scheme import SchemeStage
from kernel.period import SHANGHAI
from kernel.refusal import Missing, NotPermitted
from kernel.role import Role
from law.day import LawAt

RATERS = {
    Party.PROFESSIONAL: (Role.EVALUATOR,),
    Party.USERS: (Role.EVALUATOR,),
    Party.GOVERNMENT: (Role.BUYER, Role.FINANCE),
}
"""In which capacity a rater of a party acts. Service users' representatives are enrolled by the evaluation body."""


@dataclass(frozen=True)
class Place:
    """One assignment with its scheme, subject and rubric, in one statement."""

    assignment: AssignmentRow
    scheme: SchemeRow
    subject: SubjectRow
    rubric: RubricRow


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be assigned."""

    person_id: int
    name: str
    organisation_id: int
    organisation_name: str
    role: Role


def assignments_of(session: Session, scheme_id: int) -> list[AssignmentRow]:
    """Everybody assigned to a scheme, in the order of assignment; the recused too."""
    return list(
        session.scalars(select(AssignmentRow).where(AssignmentRow.scheme_id == scheme_id).order_by(AssignmentRow.id))
    )


def assignment(session: Session, assignment_id: int) -> AssignmentRow:
    """One assignment. Raises Missing."""
    row = session.get(AssignmentRow, assignment_id)
    if row is None:
        raise Missing("没有这项评估任务")
    return row


def sitting(rows: Iterable[AssignmentRow]) -> list[AssignmentRow]:
    """Those who were not recused."""
    return [row for row in rows if row.stage is not AssignmentStage.RECUSED]


def place_of(session: Session, assignment_id: int, actor: Actor) -> Place:
    """One's own assignment. Raises Missing when there is none, NotPermitted when it is somebody else's."""
    found = session.execute(
        select(AssignmentRow, SchemeRow, SubjectRow, RubricRow)
        .join(SchemeRow, SchemeRow.id == AssignmentRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .join(RubricRow, RubricRow.id == SchemeRow.rubric_id)
        .where(AssignmentRow.id == assignment_id)
    ).one_or_none()
    if found is None:
        raise Missing("没有这一评估任务")
    place = Place(*found)
    if place.assignment.person_id != actor.person_id:
        raise NotPermitted("评估任务只能由本人办理, 评分表只有本人可见")
    return place


def own_assignments(session: Session, actor: Actor) -> list[Place]:
    """All of one's own assignments, the newest first."""
    statement = (
        select(AssignmentRow, SchemeRow, SubjectRow, RubricRow)
        .join(SchemeRow, SchemeRow.id == AssignmentRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .join(RubricRow, RubricRow.id == SchemeRow.rubric_id)
        .where(AssignmentRow.person_id == actor.person_id)
        .order_by(AssignmentRow.id.desc())
        .limit(100)
    )
    return [Place(*row) for row in session.execute(statement)]


def candidates(session: Session, scheme: SchemeRow, subject: SubjectRow, now: datetime) -> list[Candidate]:
    """Who may be assigned: evaluators of the leading body, officials of the buyer. Those assigned already are left out."""
    taken = select(AssignmentRow.person_id).where(AssignmentRow.scheme_id == scheme.id)
    statement = (
        select(PersonRow.id, PersonRow.name, OrganisationRow.id, OrganisationRow.name, AppointmentRow.role)
        .join(AppointmentRow, AppointmentRow.person_id == PersonRow.id)
        .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .where(
            (AppointmentRow.until.is_(None)) | (AppointmentRow.until > now),
            AppointmentRow.on_behalf_of_id.is_(None),
            ((AppointmentRow.role == Role.EVALUATOR) & (AppointmentRow.organisation_id == scheme.body_id))
            | ((AppointmentRow.role == Role.BUYER) & (AppointmentRow.organisation_id == subject.buyer_id)),
            PersonRow.id.not_in(taken),
        )
        .order_by(OrganisationRow.id, PersonRow.id)
        .limit(200)
    )
    return [Candidate(*row) for row in session.execute(statement)]


def ties_of(session: Session, person_ids: list[int], subject: SubjectRow, since: date) -> dict[int, tuple[Tie, ...]]:
    """What the house knows: appointments at the agency within the look-back, and ties declared at any time."""
    begins = datetime.combine(since, time(), SHANGHAI)
    employed = session.execute(
        select(AppointmentRow.person_id, AppointmentRow.until).where(
            AppointmentRow.person_id.in_(person_ids),
            AppointmentRow.organisation_id == subject.supplier_id,
            (AppointmentRow.until.is_(None)) | (AppointmentRow.until >= begins),
        )
    )
    found: dict[int, list[Tie]] = {id: [] for id in person_ids}
    for person_id, until in employed:
        ended = until.date() if until else None
        found[person_id].append(Tie(TieKind.EMPLOYMENT, subject.supplier_id, ended, note="任职记录", source=Source.ON_FILE))
    here = (TieRow.organisation_id == subject.supplier_id) | (TieRow.ocid == subject.ocid)
    declared = session.scalars(select(TieRow).where(TieRow.person_id.in_(person_ids), here))
    for tie in declared:
        found[tie.person_id].append(tie.facts())
    return {id: tuple(ties) for id, ties in found.items()}


def evaluator_of(row: AssignmentRow, ties: tuple[Tie, ...] = ()) -> Evaluator:
    """The assignment's person as the rules see them."""
    return Evaluator(
        row.person_id, row.name, row.organisation_id, row.organisation_name, row.party, frozenset(row.qualifications), ties
    )


def assignment_facts(
    session: Session, place: Place, law: LawAt, *, declares: bool | None = None, unmarked: tuple[str, ...] = ()
) -> Assignment:
    """One assignment as the rules judge it, with every tie that is known."""
    row = place.assignment
    since = look_back_begins(place.scheme.work_begins, law)
    ties = ties_of(session, [row.person_id], place.subject, since)[row.person_id]
    return Assignment(
        row.stage, evaluator_of(row, ties), place.subject.facts(), place.scheme.work_begins,
        declares_no_conflict=declares, unmarked=unmarked, begun=place.scheme.stage is SchemeStage.IN_PROGRESS,
    )  # fmt: skip
