"""Questions about tenders. Each is one statement; none of them can tell whether, or how many, bids there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.procurement.tenders.models import TenderRow
from app.store.prepared import Prepared
from kernel.money import Fen
from kernel.refusal import Missing
from kernel.role import Role
from procurement.method import Method
from procurement.stage import Stage

PAGE = 20


@dataclass(frozen=True)
class TenderLine:
    """A tender as a list shows it."""

    ocid: str
    title: str
    buyer: str
    method: Method | None
    stage: Stage
    budget: Fen | None
    ceiling: Fen | None
    drafted_at: datetime
    published_at: datetime | None
    bids_close: datetime | None
    reached: dict[str, str]


_LINE = (
    TenderRow.ocid, TenderRow.title, OrganisationRow.name, TenderRow.method, TenderRow.stage, TenderRow.budget,
    TenderRow.ceiling, TenderRow.drafted_at, TenderRow.published_at, TenderRow.bids_close, TenderRow.reached,
)  # fmt: skip


def stage_now(stage: Stage, bids_close: datetime | None, now: datetime) -> Stage:
    """The stage as a reader sees it: bidding is over when time says so, also before anybody has written it down."""
    over = stage is Stage.TENDERING and bids_close is not None and now >= bids_close
    return Stage.CLOSED if over else stage


def tender(session: Session, ocid: str) -> TenderRow:
    """The tender of this number. Raises Missing."""
    row = session.get(TenderRow, ocid)
    if row is None:
        raise Missing("没有这个采购项目")
    return row


def tender_for(session: Session, ocid: str, actor: Actor) -> tuple[TenderRow, str]:
    """The tender and its buyer's name, if ``actor`` may know of it. Raises Missing: a draft does not exist for others."""
    found = session.execute(
        select(TenderRow, OrganisationRow.name)
        .join(OrganisationRow, OrganisationRow.id == TenderRow.buyer_id)
        .where(TenderRow.ocid == ocid)
    ).one_or_none()
    if found is None or not may_see(found[0], actor):
        raise Missing("没有这个采购项目")
    return found[0], found[1]


def published_notice(session: Session, ocid: str) -> tuple[TenderRow, OrganisationRow]:
    """A published tender and its buyer, for anybody. Raises Missing, also for a draft."""
    found = session.execute(
        select(TenderRow, OrganisationRow)
        .join(OrganisationRow, OrganisationRow.id == TenderRow.buyer_id)
        .where(TenderRow.ocid == ocid, TenderRow.stage != Stage.DRAFT)
    ).one_or_none()
    if found is None:
        raise Missing("没有这份公告")
    return found[0], found[1]


def may_see(row: TenderRow, actor: Actor) -> bool:
    """Drafts are for their own buyer; what is published is for everybody."""
    return row.stage is not Stage.DRAFT or actor.buys_for(row.buyer_id)


def tenders_for(
    session: Session, actor: Actor, *, text: str = "", after: str = "", limit: int = PAGE
) -> list[TenderLine]:
    """The tenders on ``actor``'s list: a buyer's own, drafts included; for others all that is published.

    Newest draft first, by (drafted_at, ocid); ``after`` is the number of the last tender of the page before;
    any other number, one that does not exist like one that is not on this list, gives nothing. Gives up to
    ``limit`` + 1 lines: one more than the page says that there is a next page.
    """
    if not after and not text.strip():  # the workbench asks for no more
        given = {"buyer_id": actor.organisation_id} if actor.role is Role.BUYER else {}
        first = _own_newest if given else _newest
        return [TenderLine(*row) for row in first.rows(session, most=limit + 1, **given)]
    seen = TenderRow.buyer_id == actor.organisation_id if actor.role is Role.BUYER else TenderRow.stage != Stage.DRAFT
    statement = _lines().where(seen)
    if text.strip():
        statement = statement.where(holds(text))
    if after:
        mark = select(TenderRow.drafted_at).where(TenderRow.ocid == after, seen).scalar_subquery()
        statement = statement.where(
            or_(TenderRow.drafted_at < mark, and_(TenderRow.drafted_at == mark, TenderRow.ocid < after))
        )
    statement = statement.order_by(TenderRow.drafted_at.desc(), TenderRow.ocid.desc()).limit(limit + 1)
    return [TenderLine(*row) for row in session.execute(statement)]


def _first_page(seen: ColumnElement[bool]) -> Select[Any]:
    return _lines().where(seen).order_by(TenderRow.drafted_at.desc(), TenderRow.ocid.desc()).limit(bindparam("most"))


_newest = Prepared(lambda: _first_page(TenderRow.stage != Stage.DRAFT))
_own_newest = Prepared(lambda: _first_page(TenderRow.buyer_id == bindparam("buyer_id")))


def open_for_bids(session: Session, now: datetime, *, limit: int = PAGE) -> list[TenderLine]:
    """Tenders that a supplier may still answer, the soonest deadline first."""
    statement = (
        _lines()
        .where(TenderRow.stage == Stage.TENDERING, TenderRow.bids_close > now)
        .order_by(TenderRow.bids_close, TenderRow.ocid)
        .limit(limit)
    )
    return [TenderLine(*row) for row in session.execute(statement)]


def due_to_close(session: Session, now: datetime, *, limit: int = 500) -> list[str]:
    """The numbers of the tenders whose deadline has passed and that nobody has closed yet: for the clock."""
    statement = (
        select(TenderRow.ocid)
        .where(TenderRow.stage == Stage.TENDERING, TenderRow.bids_close <= now)
        .order_by(TenderRow.bids_close, TenderRow.ocid)
        .limit(limit)
    )
    return list(session.scalars(statement))


def closing_between(
    session: Session, now: datetime, until: datetime, *, buyer_id: int | None = None, limit: int = 20
) -> list[tuple[str, str, datetime]]:
    """(number, title, deadline) of the tenders that close after ``now`` and until then; of one buyer, or of all."""
    statement = _closing if buyer_id is None else _own_closing
    rows = statement.rows(session, now=now, until=until, most=limit, **({} if buyer_id is None else {"buyer_id": buyer_id}))
    return [(ocid, title, close) for ocid, title, close in rows if close is not None]


def of_buyer_in(session: Session, buyer_id: int, *stages: Stage) -> list[TenderLine]:
    """A buyer's tenders at these stages, none later than 资格审查 was concluded, the soonest deadline first: for the workbench.

    Whatever the stages, the question is the same: several rooms ask it for one page, and it is asked once.
    """
    return [line for row in _before_the_committee.rows(session, buyer_id=buyer_id) if (line := TenderLine(*row)).stage in stages]


@Prepared
def _before_the_committee() -> Select[Any]:
    stages = (Stage.DRAFT, Stage.TENDERING, Stage.CLOSED, Stage.OPENED, Stage.QUALIFIED)
    own = _lines().where(TenderRow.buyer_id == bindparam("buyer_id"), TenderRow.stage.in_(stages))
    return own.order_by(TenderRow.bids_close, TenderRow.ocid).limit(150)


def _closing_tenders(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(TenderRow.ocid, TenderRow.title, TenderRow.bids_close)
        .where(
            TenderRow.stage == Stage.TENDERING, TenderRow.bids_close > bindparam("now"), TenderRow.bids_close <= bindparam("until"),
            *conditions,
        )
        .order_by(TenderRow.bids_close, TenderRow.ocid)
        .limit(bindparam("most"))
    )  # fmt: skip


_closing = Prepared(_closing_tenders)
_own_closing = Prepared(lambda: _closing_tenders(TenderRow.buyer_id == bindparam("buyer_id")))


def holds(text: str) -> ColumnElement[bool]:
    """The condition that title, number or buyer holds ``text``, as it is written."""
    words = text.strip()
    columns = (TenderRow.title, TenderRow.ocid, OrganisationRow.name)
    return or_(*(column.contains(words, autoescape=True) for column in columns))


def _lines() -> Select[tuple[object, ...]]:
    return select(*_LINE).join(OrganisationRow, OrganisationRow.id == TenderRow.buyer_id)
