"""Questions about supplier files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app.procurement.suppliers.models import StandingRow, SupplierRow
from kernel.refusal import Missing
from procurement.supplier import SupplierKind

PAGE = 30


@dataclass(frozen=True)
class SupplierLine:
    """A file as the list shows it, with how many standing records it has and when the latest was added."""

    id: int
    name: str
    uscc: str
    kind: SupplierKind
    standings: int
    latest: datetime | None


def own_file(session: Session, organisation_id: int | None) -> SupplierRow | None:
    """The file of an organisation; None while it has none."""
    return session.scalars(select(SupplierRow).where(SupplierRow.organisation_id == organisation_id)).one_or_none()


def supplier(session: Session, supplier_id: int) -> SupplierRow:
    """The file with this id. Raises Missing."""
    row = session.get(SupplierRow, supplier_id)
    if row is None:
        raise Missing("没有这份供应商档案")
    return row


def standings_of(session: Session, supplier_id: int) -> list[StandingRow]:
    """All standing records of a supplier, the newest first."""
    statement = (
        select(StandingRow)
        .where(StandingRow.supplier_id == supplier_id)
        .order_by(StandingRow.recorded_at.desc(), StandingRow.id.desc())
    )
    return list(session.scalars(statement))


def suppliers(session: Session, *, text: str = "", after: int = 0, limit: int = PAGE) -> list[SupplierLine]:
    """The files in the order in which they were opened, from behind ``after``; up to ``limit`` + 1 lines."""
    return [SupplierLine(*row) for row in session.execute(_files(text, after, limit))]


def _files(text: str, after: int, limit: int) -> Select[tuple[object, ...]]:
    counted = (
        select(
            StandingRow.supplier_id, func.count().label("standings"), func.max(StandingRow.recorded_at).label("latest")
        )
        .group_by(StandingRow.supplier_id)
        .subquery()
    )
    statement = (
        select(
            SupplierRow.id, SupplierRow.name, SupplierRow.uscc, SupplierRow.kind,
            func.coalesce(counted.c.standings, 0), counted.c.latest,
        )
        .outerjoin(counted, counted.c.supplier_id == SupplierRow.id)
        .where(SupplierRow.id > after)
        .order_by(SupplierRow.id)
        .limit(limit + 1)
    )  # fmt: skip
    if text.strip():
        words = text.strip()
        statement = statement.where(
            or_(SupplierRow.name.contains(words, autoescape=True), SupplierRow.uscc.contains(words, autoescape=True))
        )
    return statement


def agencies(
    session: Session, named: Select[tuple[int]], *, text: str = "", after: int = 0, limit: int = PAGE
) -> list[SupplierLine]:
    """The agencies that the public may know of: those with a standing record, and those that ``named`` gives the ids of.

    Who has only opened a file is not among them: before an opening that could tell who is about to bid. Order and limit
    as in ``suppliers``.
    """
    return [SupplierLine(*row) for row in session.execute(_files(text, after, limit).where(_known(named)))]


def agency(session: Session, named: Select[tuple[int]], uscc: str) -> SupplierRow:
    """The file of such an agency by its 统一社会信用代码. Raises Missing, also for one that the public does not know of."""
    row = session.scalars(select(SupplierRow).where(SupplierRow.uscc == uscc, _known(named))).one_or_none()
    if row is None:
        raise Missing("没有这家社工机构的公开信息")
    return row


def _known(named: Select[tuple[int]]) -> ColumnElement[bool]:
    """Asked of one file at a time, each by an index: the whole list of those named grows with every notice."""
    on_record = select(StandingRow.id).where(StandingRow.supplier_id == SupplierRow.id)
    in_a_notice = named.where(named.selected_columns[0] == SupplierRow.id)
    return or_(*(exists(each.correlate(SupplierRow)) for each in (on_record, in_a_notice)))
