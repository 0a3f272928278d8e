"""Questions that anybody may ask: what was published. Drafts do not exist here, and bids neither.

A fixed number of statements each, whatever is found. Newest first goes by (published_at, id); where words are asked for,
by id alone, which is the order in which the notices were published and the one in which the index is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import OrganisationRow
from app.disclosure import search
from app.disclosure.filters import Asked, Sort
from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NoticeRow
from app.procurement.tenders.queries import published_notice as tender
from kernel.money import Fen
from kernel.refusal import Missing
from procurement.method import Method
from procurement.service_field import ServiceField

__all__ = [
    "Line",
    "deadlines",
    "lines",
    "notice",
    "notices_of",
    "notices_with",
    "tender",
]

PAGE = 20

@dataclass(frozen=True)
class Line:
    """A notice as a list shows it."""

    id: int
    ocid: str
    kind: NoticeKind
    title: str
    buyer: str
    supplier: str
    jurisdiction: str
    method: Method | None
    field: ServiceField | None
    amount: Fen | None
    published_at: datetime
    closes_at: datetime | None
    until: datetime | None
    text: str

    @property
    def name(self) -> str:
        return self.kind.named(self.method)

    def is_open(self, now: datetime) -> bool:
        """Whether it is a tender that may still be answered."""
        return self.closes_at is not None and self.closes_at > now and self.until is None


_LINE = (
    NoticeRow.id, NoticeRow.ocid, NoticeRow.kind, NoticeRow.title, NoticeRow.buyer, NoticeRow.supplier,
    NoticeRow.jurisdiction, NoticeRow.method, NoticeRow.service_field, NoticeRow.amount, NoticeRow.published_at, NoticeRow.closes_at,
    NoticeRow.until,
)  # fmt: skip


def lines(session: Session, asked: Asked, now: datetime, *, limit: int = PAGE) -> list[Line]:
    """The notices that were asked for, in the order that was asked for; up to ``limit`` + 1: one more says there is a page."""
    wanted = (*_LINE, NoticeRow.text if asked.question else literal(""))
    statement = narrowed(session, select(*wanted), asked, now)
    key = search.index(session).key if asked.question and asked.sort is not Sort.DEADLINE else None
    for condition in _after(asked, key):
        statement = statement.where(condition)
    statement = statement.order_by(*_order(asked, key)).limit(limit + 1)
    return [Line(*row) for row in session.execute(statement)]


def among(session: Session, asked: Asked, ids: Sequence[int], now: datetime) -> list[int]:
    """Which of these notices the list of this question shows, on whatever page, the oldest first."""
    statement = select(NoticeRow.id).where(NoticeRow.id.in_(ids), *_facets(asked), *_conditions(asked, now))
    if asked.question:
        statement = statement.where(search.index(session).holds(asked.question))
    return list(session.scalars(statement.order_by(NoticeRow.id)))


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, Line]:
    """These notices as a list shows them."""
    return {row[0]: Line(*row) for row in session.execute(select(*_LINE, literal("")).where(NoticeRow.id.in_(ids)))}


def deadlines(session: Session, now: datetime, *, limit: int = 8) -> list[Line]:
    """The tenders that may still be answered, the soonest deadline first."""
    return lines(session, Asked(sort=Sort.DEADLINE), now, limit=limit)[:limit]


def notices_of(session: Session, ocid: str) -> list[NoticeRow]:
    """Everything that was published of one procurement, in the order in which it was."""
    return list(session.scalars(select(NoticeRow).where(NoticeRow.ocid == ocid).order_by(NoticeRow.id)))


def notice(session: Session, ocid: str, number: int) -> NoticeRow:
    """One notice. Raises Missing."""
    row = session.get(NoticeRow, number)
    if row is None or row.ocid != ocid:
        raise Missing("没有这份公告")
    return row


def notices_with(session: Session, supplier_id: int, *, limit: int = 50) -> list[Line]:
    """What was published of one agency, the newest first."""
    statement = (
        select(*_LINE, literal(""))
        .where(NoticeRow.supplier_id == supplier_id)
        .order_by(NoticeRow.id.desc())
        .limit(limit)
    )
    return [Line(*row) for row in session.execute(statement)]


def named_suppliers() -> Select[tuple[int]]:
    """The ids of the agencies that a notice names: whoever has only bid, or only registered, is not among them."""
    return select(NoticeRow.supplier_id).where(NoticeRow.supplier_id.is_not(None))  # type: ignore[return-value]


def narrowed(
    session: Session, statement: Select[Any], asked: Asked, now: datetime, *, facets: bool = True
) -> Select[Any]:
    """``statement`` with what was asked; without ``facets`` whatever kind, region, method and field the notices have."""
    question = asked.question
    if question and asked.sort is Sort.DEADLINE:  # few are open: each is looked up among the words
        statement = statement.where(search.index(session).holds(question))
    elif question:
        statement = search.index(session).narrow(statement, question)
    for condition in (*(_facets(asked) if facets else ()), *_conditions(asked, now)):
        statement = statement.where(condition)
    return statement


def _facets(asked: Asked) -> list[ColumnElement[bool]]:
    wanted = (
        (NoticeRow.kind, asked.kind), (NoticeRow.jurisdiction, asked.region), (NoticeRow.method, asked.method),
        (NoticeRow.service_field, asked.field),
    )  # fmt: skip
    return [column == value for column, value in wanted if value]


def _conditions(asked: Asked, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.low is not None:
        found.append(NoticeRow.amount >= asked.low)
    if asked.high is not None:
        found.append(NoticeRow.amount <= asked.high)
    if asked.begins:
        found.append(NoticeRow.published_at >= asked.begins)
    if asked.ends:
        found.append(NoticeRow.published_at < asked.ends)
    if asked.buyer:
        part = asked.buyer.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        named = select(OrganisationRow.id).where(OrganisationRow.name.like(f"%{part}%", escape="\\"))
        found.append(NoticeRow.buyer_id.in_(named))
    if asked.only_open:
        found += [NoticeRow.closes_at > now, NoticeRow.until.is_(None)]
    return found


def _order(asked: Asked, key: ColumnElement[int] | None) -> tuple[ColumnElement[Any], ...]:
    """Every order ends with the id, so that no two notices stand at one place."""
    if asked.sort is Sort.DEADLINE:
        return NoticeRow.closes_at.asc(), NoticeRow.id.asc()
    if key is not None:
        return (key.asc() if asked.sort is Sort.OLDEST else key.desc(),)
    if asked.sort is Sort.OLDEST:
        return NoticeRow.published_at.asc(), NoticeRow.id.asc()
    return NoticeRow.published_at.desc(), NoticeRow.id.desc()


def _after(asked: Asked, key: ColumnElement[int] | None) -> list[ColumnElement[bool]]:
    """What stands behind the last notice of the page before."""
    if not asked.after:
        return []
    forward = asked.sort is not Sort.NEWEST
    if key is not None:
        return [key > asked.after if forward else key < asked.after]
    behind = NoticeRow.id > asked.after if forward else NoticeRow.id < asked.after
    column = NoticeRow.closes_at if asked.sort is Sort.DEADLINE else NoticeRow.published_at
    mark = select(column).where(NoticeRow.id == asked.after).correlate(None).scalar_subquery()
    # The plain comparison in front lets the database begin at the mark; the second tells apart what shares its moment.
    beyond = or_(column > mark if forward else column < mark, and_(column == mark, behind))
    return [column >= mark if forward else column <= mark, beyond]


def last_number(session: Session) -> int:
    """The number of the newest notice; 0 before the first."""
    return session.scalar(select(func.max(NoticeRow.id))) or 0


def procurements_between(session: Session, first: int, behind: int) -> list[tuple[str, datetime]]:
    """(ocid, its last notice's moment) of every procurement with a tender notice among these numbers."""
    tenders = aliased(NoticeRow)
    statement = (
        select(NoticeRow.ocid, func.max(NoticeRow.published_at))
        .where(
            NoticeRow.ocid.in_(
                select(tenders.ocid).where(tenders.id >= first, tenders.id < behind, tenders.kind == NoticeKind.TENDER)
            )
        )
        .group_by(NoticeRow.ocid)
        .order_by(func.min(NoticeRow.id))
    )
    return [(ocid, changed) for ocid, changed in session.execute(statement)]
