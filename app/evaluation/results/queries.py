"""Questions about results: who may read which, and everything that a page or a report needs of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.trail import as_text
from app.evaluation.results.models import ObjectionRow, RectificationRow, ResultRow
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from app.evaluation.schemes.queries import Case
from app.evaluation.sheets import queries as sheets
from app.evaluation.sheets.queries import SignedSheet
from evaluation.consequence import Consequence, foreseen
from evaluation.kind import Kind
from evaluation.result import Result, ResultStage
from evaluation.scheme import Scheme
from kernel.refusal import Missing
from kernel.role import Role
from rubric.aggregation import Score, aggregate

PUBLIC_STAGES = (ResultStage.PUBLISHED, ResultStage.OBJECTED, ResultStage.FINAL, ResultStage.APPLIED, ResultStage.WITHDRAWN)
ALL_SEEING = frozenset({Role.FINANCE, Role.OVERSEER})
PAGE = 30


@dataclass(frozen=True)
class ResultLine:
    """A result as a list shows it."""

    id: int
    kind: Kind
    title: str
    buyer_name: str
    supplier_name: str
    year: int
    shown: str
    total: Fraction
    grade: str | None
    stage: ResultStage
    published_at: datetime | None


@dataclass(frozen=True)
class ResultFile:
    """One result with everything that stands behind it. ``score`` is computed again from the signed sheets."""

    row: ResultRow
    case: Case
    scheme: Scheme
    result: Result
    sheets: Sequence[SignedSheet]
    score: Score
    objections: Sequence[ObjectionRow]
    rectifications: Sequence[RectificationRow]

    @property
    def year(self) -> tuple[tuple[Kind, Fraction, Fraction], ...]:
        """(kind, share, percentage 百分制) of the evaluations that the year's score was folded from; empty for one alone."""
        return tuple((Kind(kind), Fraction(share), Fraction(percentage)) for kind, share, percentage in self.row.stages)

    @property
    def consequence(self) -> Consequence:
        """What follows, or would follow if it became final as it stands."""
        return foreseen(self.result)


_LINE = (
    ResultRow.id, SchemeRow.kind, SubjectRow.title, SubjectRow.buyer_name, SubjectRow.supplier_name, SubjectRow.year, ResultRow.shown,
    ResultRow.total, ResultRow.grade, ResultRow.stage, ResultRow.published_at,
)  # fmt: skip


def may_read(actor: Actor | None) -> ColumnElement[bool]:
    """Everybody reads what is published; body, buyer and the evaluated agency read it from the first day on."""
    published = ResultRow.stage.in_(PUBLIC_STAGES)
    if actor is None:
        return published
    if actor.role in ALL_SEEING:
        return ResultRow.id.is_not(None)
    mine = actor.organisation_id
    return or_(published, SubjectRow.supplier_id == mine, SubjectRow.buyer_id == mine, SchemeRow.body_id == mine)


def results_for(
    session: Session, actor: Actor | None, *, text: str = "", kind: Kind | None = None, grade: str = "", year: int = 0,
    stage: ResultStage | None = None, before: int = 0, limit: int = PAGE,
) -> list[ResultLine]:
    """The results that somebody may read, the newest first; limit + 1 lines. ``text``: part of a title or a party's name."""
    statement = (
        select(*_LINE)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(may_read(actor))
        .order_by(ResultRow.id.desc())
        .limit(limit + 1)
    )
    if text:
        said = (SubjectRow.title, SubjectRow.supplier_name, SubjectRow.buyer_name)
        statement = statement.where(or_(*(column.contains(text, autoescape=True) for column in said)))
    for column, value in ((SchemeRow.kind, kind), (ResultRow.grade, grade), (SubjectRow.year, year), (ResultRow.stage, stage)):
        if value:
            statement = statement.where(column == value)
    if before:
        statement = statement.where(ResultRow.id < before)
    return [ResultLine(*row) for row in session.execute(statement)]


@dataclass(frozen=True)
class EvaluationLine:
    """One evaluation as the page of its procurement shows it. ``result_id`` None where there is no result to read yet.

    state  of the result, else of the scheme
    """

    scheme_id: int
    kind: Kind
    year: int | None
    supplier: str
    state: str
    result_id: int | None
    published: bool
    shown: str
    grade: str | None


def evaluations_of(session: Session, ocid: str, actor: Actor) -> list[EvaluationLine]:
    """The evaluations of one procurement that ``actor`` may know of, by year. One statement."""
    readable, known = may_read(actor), schemes.may_read(actor) if actor.role is not Role.EXPERT else SchemeRow.id.is_(None)
    rows = session.execute(
        select(SchemeRow.id, SchemeRow.kind, SubjectRow.year, SubjectRow.supplier_name, SchemeRow.stage, ResultRow, readable)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .outerjoin(ResultRow, ResultRow.scheme_id == SchemeRow.id)
        .where(SubjectRow.ocid == ocid, or_(and_(ResultRow.id.is_not(None), readable), known))
        .order_by(SubjectRow.year, SchemeRow.id)
        .limit(60)
    )
    found = []
    for id, kind, year, supplier, stage, result, may in rows:
        if result is not None and may:
            public = result.stage in PUBLIC_STAGES
            found.append(EvaluationLine(id, kind, year, supplier, result.stage.zh, result.id, public, result.shown, result.grade))
        else:
            found.append(EvaluationLine(id, kind, year, supplier, stage.zh, None, False, "", None))
    return found


def rows_of_procurement() -> tuple[Select[Any], Any]:
    """(number, key, name) of the results that are public, and the column of their procurement's number: for its history."""
    rows = (
        select(as_text(ResultRow.id), as_text(ResultRow.id).label("key"), SchemeRow.name)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(ResultRow.stage.in_(PUBLIC_STAGES))
    )
    return rows, SubjectRow.ocid


def grades(session: Session, actor: Actor | None) -> list[str]:
    """The grades among the results that somebody may read: what a filter may offer."""
    statement = (
        select(ResultRow.grade)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(may_read(actor), ResultRow.grade.is_not(None))
        .distinct()
        .order_by(ResultRow.grade)
        .limit(20)
    )
    return [grade for grade in session.scalars(statement) if grade]


def result_for(session: Session, result_id: int, actor: Actor | None, today: date) -> ResultFile:
    """One result with its working. Raises Missing for what the reader may not know of yet."""
    row = session.scalars(
        select(ResultRow)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(and_(ResultRow.id == result_id, may_read(actor)))
    ).one_or_none()
    if row is None:
        raise Missing("没有这一评估结果, 或者它尚未公示")
    return file_of(session, row, today)


def file_of(session: Session, row: ResultRow, today: date) -> ResultFile:
    """Everything behind one result: for pages, reports and the wing's own services."""
    case = schemes.case_of(session, row.scheme_id)
    scheme = case.scheme.facts(case.subject.facts(), rubric_of(case.rubric.text), today)
    signed = sheets.signed_sheets(session, row.scheme_id)
    objections = list(session.scalars(select(ObjectionRow).where(ObjectionRow.result_id == row.id).order_by(ObjectionRow.id)))
    mending = list(
        session.scalars(select(RectificationRow).where(RectificationRow.result_id == row.id).order_by(RectificationRow.id))
    )
    score = aggregate(scheme.measure, [each.sheet for each in signed])
    return ResultFile(row, case, scheme, row.facts(scheme, objections), signed, score, objections, mending)


def case_of_result(session: Session, result_id: int) -> tuple[ResultRow, Case]:
    """One result with its scheme, without computing anything again: to tell people of it. Raises Missing."""
    row = session.get(ResultRow, result_id)
    if row is None:
        raise Missing("没有这一评估结果")
    return row, schemes.case_of(session, row.scheme_id)


def objection(session: Session, objection_id: int) -> ObjectionRow:
    """One objection. Raises Missing."""
    row = session.get(ObjectionRow, objection_id)
    if row is None:
        raise Missing("没有这一异议")
    return row


def rectification(session: Session, rectification_id: int) -> RectificationRow:
    """One finding to be mended. Raises Missing."""
    row = session.get(RectificationRow, rectification_id)
    if row is None:
        raise Missing("没有这一整改事项")
    return row


def waiting_for_a_statement(session: Session, *, limit: int = 500) -> list[int]:
    """The results that their agencies may still state upon, the oldest first: for the clock, which ends that time."""
    statement = select(ResultRow.id).where(ResultRow.stage == ResultStage.COMPUTED).order_by(ResultRow.id).limit(limit)
    return list(session.scalars(statement))


def result_of_scheme(session: Session, scheme_id: int) -> ResultRow | None:
    """The result of a scheme; None before it is computed."""
    return session.scalars(select(ResultRow).where(ResultRow.scheme_id == scheme_id)).one_or_none()


def earlier_stages(session: Session, subject_id: int) -> dict[Kind, Fraction]:
    """Percentages 百分制 of the final results of this subject's earlier evaluations, by kind, the latest of each."""
    statement = (
        select(SchemeRow.kind, ResultRow.own_exact, ResultRow.total)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .where(SchemeRow.subject_id == subject_id, ResultRow.stage.in_((ResultStage.FINAL, ResultStage.APPLIED)))
        .order_by(ResultRow.id)
    )
    return {kind: own * 100 / total for kind, own, total in session.execute(statement)}


def results_of_subject(session: Session, subject_id: int, actor: Actor | None) -> list[ResultLine]:
    """All results of one subject that somebody may read, in the order in which they were computed."""
    statement = (
        select(*_LINE)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(SchemeRow.subject_id == subject_id, may_read(actor))
        .order_by(ResultRow.id)
    )
    return [ResultLine(*row) for row in session.execute(statement)]
