"""Questions about supplier files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
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
        pattern = "%" + text.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        statement = statement.where(
            or_(SupplierRow.name.like(pattern, escape="\\"), SupplierRow.uscc.like(pattern, escape="\\"))
        )
    return [SupplierLine(*row) for row in session.execute(statement)]
