"""The history 办理记录 of a tender: which acts on which of its tables a reader may know of.

Every room of the wing adds a chapter: a table, its acts in Chinese words, and for whom. A chapter is closed to whomever its
condition does not name, so what is sealed cannot be told: neither a bid nor how many there are before the opening (财政部令第87号
第二十八条), nor what a committee does before the result is announced to those outside (第六十六条).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.trail import Passed, Trace, passed
from app.procurement.tenders.models import TenderRow
from kernel.role import Role
from procurement.stage import Stage

LONGEST = 300
"""How many acts one page tells of."""
NEWEST = 50
"""How many of a reader's newest tenders the workbench looks at for news."""

OPENED = tuple(stage for stage in Stage if stage.opened)

Readers = Callable[[Actor], ColumnElement[bool] | None]
"""Of which tenders a reader may know the acts of a chapter: a condition, or None for none at all."""


@dataclass(frozen=True)
class Chapter:
    """The acts on one table. ``rows``: select of (subject id, key of the page, title), joined to ``TenderRow``.

    hidden_from  roles that are told of the act and not led to the page
    news         whether the workbench tells of it too; False where another source of the workbench does already
    """

    kind: str
    acts: Mapping[str, str]
    readers: Readers
    rows: Callable[[], Select[Any]]
    page: str = "tenders.show"
    by: str = "ocid"
    hidden_from: tuple[Role, ...] = ()
    news: bool = True


_CHAPTERS: list[Chapter] = []
_OF_READERS: dict[Role, Callable[[Actor], Select[Any]]] = {}


def add(chapter: Chapter) -> None:
    """Let the history tell this chapter."""
    if chapter not in _CHAPTERS:
        _CHAPTERS.append(chapter)


def concerns(role: Role, tenders: Callable[[Actor], Select[Any]]) -> None:
    """Which tenders (a select of numbers, bounded) are news to somebody in ``role``."""
    _OF_READERS[role] = tenders


def history_of(session: Session, row: TenderRow, actor: Actor) -> list[Passed]:
    """What happened to a tender that ``actor`` may know of, in order. One statement."""
    return passed(session, _traces(actor, TenderRow.ocid == row.ocid, _CHAPTERS), limit=LONGEST)


def news(actor: Actor) -> list[Trace]:
    """The same for the workbench, of the tenders that concern the reader."""
    mine = _OF_READERS.get(actor.role)
    if not mine:
        return []
    concerned = mine(actor).cte("concerned").prefix_with("MATERIALIZED")  # found once, and not once for each chapter
    return _traces(actor, TenderRow.ocid.in_(select(concerned.c.ocid)), [chapter for chapter in _CHAPTERS if chapter.news])


def _traces(actor: Actor, which: ColumnElement[bool], chapters: Sequence[Chapter]) -> list[Trace]:
    found = []
    for chapter in chapters:
        may = chapter.readers(actor)
        if may is not None:
            page = "" if actor.role in chapter.hidden_from else chapter.page
            found.append(Trace(chapter.kind, chapter.acts, chapter.rows().where(which, may), page, chapter.by))
    return found


# --- who may know -------------------------------------------------------------------------------------------------------


def everybody(actor: Actor) -> ColumnElement[bool]:
    """What is public: of every published tender, and of one's own drafts."""
    public = TenderRow.stage != Stage.DRAFT
    return public | (TenderRow.buyer_id == actor.organisation_id) if actor.role is Role.BUYER else public


def inside(actor: Actor) -> ColumnElement[bool] | None:
    """What is for the own buyer and for those who supervise."""
    if actor.role is Role.BUYER:
        return of(TenderRow.buyer_id, actor)
    return TenderRow.stage != Stage.DRAFT if actor.role in (Role.FINANCE, Role.OVERSEER) else None


def inside_once_opened(actor: Actor) -> ColumnElement[bool] | None:
    """The same, and only of tenders whose bids were opened: a tender that failed before stays sealed."""
    may = inside(actor)
    return None if may is None else and_(may, TenderRow.stage.in_(OPENED))


def of(organisation: Any, actor: Actor) -> ColumnElement[bool]:
    """Whether it is the reader's own organisation. Nothing is added; but no index is entered by it, since the tenders to be
    told of are chosen already, and few, while an agency may have thousands of bids."""
    own: ColumnElement[bool] = organisation + 0 == actor.organisation_id
    return own


def numbered(table: Any) -> Callable[[], Select[Any]]:
    """The rows of a table that holds one row per tender, under its number."""
    return lambda: select(table.ocid, TenderRow.ocid.label("key"), TenderRow.title).join(TenderRow, TenderRow.ocid == table.ocid)


def of_tenders(rows: Select[Any], ocid: Any) -> Select[Any]:
    """Rows of another wing, which know the number of their procurement, joined to the tenders."""
    return rows.join(TenderRow, TenderRow.ocid == ocid)


# --- the tender's own chapters ------------------------------------------------------------------------------------------


def own_rows() -> Select[Any]:
    """The tenders themselves."""
    return select(TenderRow.ocid, TenderRow.ocid.label("key"), TenderRow.title)


def _newest_published(actor: Actor) -> Select[Any]:
    newest = select(TenderRow.ocid).where(TenderRow.stage != Stage.DRAFT)
    return newest.order_by(TenderRow.published_at.desc(), TenderRow.ocid.desc()).limit(NEWEST)


def _of_the_buyer(actor: Actor) -> Select[Any]:
    own = select(TenderRow.ocid).where(TenderRow.buyer_id == actor.organisation_id)
    return own.order_by(TenderRow.ocid.desc()).limit(NEWEST)


add(Chapter(
    "tenders",
    {
        "tender.publish": "发布招标公告", "tender.correct": "发布更正公告", "tender.close": "投标截止", "tender.fail": "废标",
        "tender.terminate": "终止采购",
    },
    everybody, own_rows,
))  # fmt: skip
add(Chapter("tenders", {"tender.draft": "起草采购文件", "tender.redraft": "替换采购文件"}, inside, own_rows))
concerns(Role.BUYER, _of_the_buyer)
concerns(Role.FINANCE, _newest_published)
concerns(Role.OVERSEER, _newest_published)
