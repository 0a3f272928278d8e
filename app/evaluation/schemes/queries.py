"""Questions about subjects and schemes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.accounts.organisation import Kind as OrganisationKind
from app.accounts.trail import as_text
from app.evaluation.rubrics.models import RubricRow
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from evaluation.kind import Kind
from evaluation.scheme import SchemeStage
from kernel.refusal import Missing
from kernel.role import Role

PAGE = 30
KNOWN = (SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS, SchemeStage.CLOSED)
"""Stages in which the evaluated, and everybody who evaluates, may read the scheme."""
ALL_SEEING = frozenset({Role.FINANCE, Role.OVERSEER})


@dataclass(frozen=True)
class SchemeLine:
    """A scheme as a list shows it."""

    id: int
    name: str
    kind: Kind
    stage: SchemeStage
    title: str
    supplier_name: str
    year: int
    work_begins: date
    sheets_due: date


@dataclass(frozen=True)
class SubjectLine:
    """A subject that waits for a scheme, as a list shows it."""

    id: int
    title: str
    supplier_name: str
    buyer_name: str
    year: int
    handed_over_at: datetime


@dataclass(frozen=True)
class Case:
    """One scheme with everything that stands behind it, in one statement."""

    scheme: SchemeRow
    subject: SubjectRow
    rubric: RubricRow
    body_name: str


_LINE = (
    SchemeRow.id, SchemeRow.name, SchemeRow.kind, SchemeRow.stage, SubjectRow.title, SubjectRow.supplier_name,
    SubjectRow.year, SchemeRow.work_begins, SchemeRow.sheets_due,
)  # fmt: skip


def may_read(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` may know of a scheme: its body and buyer always, others once it is published."""
    if actor.role in ALL_SEEING:
        return SchemeRow.id.is_not(None)
    known = SchemeRow.stage.in_(KNOWN)
    if actor.role is Role.SUPPLIER:
        return and_(known, SubjectRow.supplier_id == actor.organisation_id)
    if actor.role is Role.EVALUATOR:
        return and_(known, SchemeRow.body_id == actor.organisation_id)
    return or_(SchemeRow.body_id == actor.organisation_id, SubjectRow.buyer_id == actor.organisation_id)


def rows_of_procurement() -> tuple[Select[Any], Any]:
    """(number, key, name) of every scheme, and the column of its procurement's number: for the history of that."""
    rows = select(as_text(SchemeRow.id), as_text(SchemeRow.id).label("key"), SchemeRow.name)
    return rows.join(SubjectRow, SubjectRow.id == SchemeRow.subject_id), SubjectRow.ocid


def schemes_for(session: Session, actor: Actor, *, before: int = 0, limit: int = PAGE) -> list[SchemeLine]:
    """The schemes that the actor may read, the newest first; limit + 1 lines."""
    statement = (
        select(*_LINE)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(may_read(actor))
        .order_by(SchemeRow.id.desc())
        .limit(limit + 1)
    )
    if before:
        statement = statement.where(SchemeRow.id < before)
    return [SchemeLine(*row) for row in session.execute(statement)]


def case_for(session: Session, scheme_id: int, actor: Actor) -> Case:
    """One scheme with subject, rubric and leading body. Raises Missing for what the actor may not know of."""
    return _case(session, and_(SchemeRow.id == scheme_id, may_read(actor)))


def case_of(session: Session, scheme_id: int) -> Case:
    """The same for the wing's own services, which check for themselves who acts. Raises Missing."""
    return _case(session, SchemeRow.id == scheme_id)


def _case(session: Session, condition: ColumnElement[bool]) -> Case:
    row = session.execute(
        select(SchemeRow, SubjectRow, RubricRow, OrganisationRow.name)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .join(RubricRow, RubricRow.id == SchemeRow.rubric_id)
        .join(OrganisationRow, OrganisationRow.id == SchemeRow.body_id)
        .where(condition)
    ).one_or_none()
    if row is None:
        raise Missing("没有这一评估方案, 或者它尚未向您告知")
    return Case(*row)


def subject_for(session: Session, subject_id: int, actor: Actor) -> SubjectRow:
    """A subject that the actor's organisation may draft a scheme for. Raises Missing."""
    row = session.get(SubjectRow, subject_id)
    if row is None or actor.organisation_id not in (row.body_id, row.buyer_id):
        raise Missing("没有这一评估对象, 或者未委托本单位评估")
    return row


def subject(session: Session, subject_id: int) -> SubjectRow:
    """A subject, whoever asks: to tell the body that it was entrusted. Raises Missing."""
    row = session.get(SubjectRow, subject_id)
    if row is None:
        raise Missing("没有这一评估对象")
    return row


def subjects_for(session: Session, actor: Actor, limit: int = PAGE) -> list[SubjectLine]:
    """The subjects entrusted to the actor's organisation (or bought by it), the newest first."""
    statement = (
        select(
            SubjectRow.id, SubjectRow.title, SubjectRow.supplier_name, SubjectRow.buyer_name, SubjectRow.year,
            SubjectRow.handed_over_at,
        )
        .where(or_(SubjectRow.body_id == actor.organisation_id, SubjectRow.buyer_id == actor.organisation_id))
        .order_by(SubjectRow.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [SubjectLine(*row) for row in session.execute(statement)]


def evaluation_bodies(session: Session) -> list[tuple[int, str]]:
    """(id, name) of every third-party evaluation body, by name."""
    statement = (
        select(OrganisationRow.id, OrganisationRow.name)
        .where(OrganisationRow.kind == OrganisationKind.EVALUATION_BODY)
        .order_by(OrganisationRow.name)
    )
    return [(id, name) for id, name in session.execute(statement)]
