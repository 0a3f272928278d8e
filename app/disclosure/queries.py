"""Questions that anybody may ask: what was published. Drafts do not exist here, and bids neither.

A fixed number of statements each, whatever is found. Newest first goes by (published_at, id); where words are asked for,
by id alone, which is the order in which the notices were published and the one in which the index is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.accounts.models import OrganisationRow
from app.disclosure import search
from app.disclosure.filters import Asked, Sort
from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NoticeRow
from app.disclosure.words import Question, Term
from app.procurement.tenders.queries import published_notice as tender
from kernel.money import Fen
from kernel.refusal import Missing
from procurement.method import Method

__all__ = [
    "Count",
    "Line",
    "counts",
    "deadlines",
    "lines",
    "notice",
    "notices_of",
    "notices_with",
    "some_words",
    "tender",
]

PAGE = 20
MOST_COUNTED = 1000
"""Beyond this a count says only that there are more: counting a million costs more than it tells."""


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
    NoticeRow.jurisdiction, NoticeRow.method, NoticeRow.amount, NoticeRow.published_at, NoticeRow.closes_at, NoticeRow.until,
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """How many notices there are, altogether and of each kind; ``more``: at least so many, and the kinds were not told."""

    total: int
    kinds: dict[NoticeKind, int]
    more: bool = False


def lines(session: Session, asked: Asked, now: datetime, *, limit: int = PAGE) -> list[Line]:
    """The notices that were asked for, in the order that was asked for; up to ``limit`` + 1: one more says there is a page."""
    wanted = (*_LINE, NoticeRow.text if asked.question else literal(""))
    statement = _narrowed(session, select(*wanted), asked, now)
    key = search.index(session).key if asked.question and asked.sort is not Sort.DEADLINE else None
    for condition in _after(asked, key):
        statement = statement.where(condition)
    statement = statement.order_by(*_order(asked, key)).limit(limit + 1)
    return [Line(*row) for row in session.execute(statement)]


def counts(session: Session, asked: Asked, now: datetime) -> Count:
    """How many notices there are for all that was asked except the kind, by kind. Counts at most ``MOST_COUNTED``."""
    statement = _narrowed(session, select(NoticeRow.kind), asked, now, kinds=False).limit(MOST_COUNTED + 1)
    some = statement.subquery()
    rows = session.execute(select(some.c.kind, func.count()).group_by(some.c.kind)).all()
    found: dict[NoticeKind, int] = dict(rows)
    total = sum(found.values())
    if total > MOST_COUNTED:
        return Count(MOST_COUNTED, {}, more=True)
    return Count(found.get(asked.kind, 0) if asked.kind else total, found)


def some_words(session: Session, question: Question) -> list[tuple[str, int]]:
    """For a question without an answer: which of its words would find something, and how much. One statement.

    Words here are its terms and, of longer ones, their pairs of characters.
    """
    tried = dict.fromkeys(t.text for t in question.terms if len(question.terms) > 1)
    tried |= dict.fromkeys(
        run[i : i + 2]
        for term in question.terms
        for run in term.text.split()
        if len(run) > 2
        for i in range(len(run) - 1)
    )
    words = list(tried)[:12]
    if not words:
        return []
    port = search.index(session)
    each = []
    for number, word in enumerate(words):
        hits = port.narrow(select(NoticeRow.id), Question((Term(word),))).limit(MOST_COUNTED).subquery()
        each.append(select(literal(number).label("number"), func.count().label("found")).select_from(hits))
    found = session.execute(union_all(*each)).all()
    return sorted(
        ((words[number], count) for number, count in found if count), key=lambda word: (-len(word[0]), word[1])
    )[:6]


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


def _narrowed(
    session: Session, statement: Select[Any], asked: Asked, now: datetime, *, kinds: bool = True
) -> Select[Any]:
    question = asked.question
    if question and asked.sort is Sort.DEADLINE:  # few are open: each is looked up among the words
        statement = statement.where(search.index(session).holds(question))
    elif question:
        statement = search.index(session).narrow(statement, question)
    for condition in _conditions(asked, now, kinds):
        statement = statement.where(condition)
    return statement


def _conditions(asked: Asked, now: datetime, kinds: bool) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.kind and kinds:
        found.append(NoticeRow.kind == asked.kind)
    if asked.region:
        found.append(NoticeRow.jurisdiction == asked.region)
    if asked.method:
        found.append(NoticeRow.method == asked.method)
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
