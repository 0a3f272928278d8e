"""The dossier 后续: what came of a procurement beyond the tender, as far as a reader may know.

The rooms that come after (contract, payments, renewal) and the other wing (evaluation) each add a source; the tender's page
asks them all, so that one page shows the whole way from need to renewal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.tenders.models import TenderRow

GROUPS = ("合同", "付款", "评估", "续签")
"""In which order a page shows them."""


@dataclass(frozen=True)
class Item:
    """One thing that came of a procurement.

    group  one of GROUPS; url "" where the reader may know of it and not open it
    word   its state, with ``tone`` as ``face.tag`` knows it
    since, until  first and last day of a span of service, for the picture of the whole way
    """

    group: str
    title: str
    url: str
    said: str
    word: str
    tone: str = "info"
    cites: str = ""
    since: date | None = None
    until: date | None = None


Source = Callable[[Session, TenderRow, Actor, datetime], list[Item]]

_SOURCES: dict[str, Source] = {}


def add(source: Source) -> None:
    """Let ``source`` tell what came of a tender. A constant number of statements; nothing the reader may not know."""
    _SOURCES[f"{source.__module__}.{source.__qualname__}"] = source


def dossier_of(session: Session, row: TenderRow, actor: Actor, now: datetime) -> list[Item]:
    """Everything that came of ``row``, by group, each group in the order its sources give."""
    found = [item for source in _SOURCES.values() for item in source(session, row, actor, now)]
    return sorted(found, key=lambda item: GROUPS.index(item.group))
