"""Matching 匹配: which saved searches want to be told of new notices, without holding each against each.

Every search has one *anchor*: something that a notice must have to be shown by it, as rare as can be told beforehand (a pair
of neighbouring characters, else a field, a method, a region, a kind; ``*`` where it asks for none of these). The anchors of
the new notices, looked up in an index, give the few searches that may want them. Those are then asked the very question of
the public list, once per different filter, so that nobody is told of what the list does not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.disclosure.filters import Asked, asked
from app.disclosure.models import NoticeRow, SavedSearchRow
from app.disclosure.queries import among
from app.disclosure.words import plain, tokens

AT_ONCE = 5000
"""Anchors looked up in one statement."""
Told = tuple[int, int]
"""(id of a saved search, id of a notice that it wants)."""


def written(question: Asked) -> str:
    """A filter as a saved search keeps it: the address of its first page, without an order.

    >>> written(asked({"q": "禁毒", "sort": "oldest", "after": "7"}))
    'q=%E7%A6%81%E6%AF%92'
    """
    return urlencode({name: value for name, value in question.first_page().items() if name != "sort"})


def read(query: str) -> Asked:
    """The filter of a saved search."""
    return asked(dict(parse_qsl(query)))


def anchor(question: Asked) -> str:
    """What a notice must have at least.

    >>> anchor(asked({"q": "禁毒社工", "kind": "tender"})), anchor(asked({"kind": "tender"})), anchor(asked({}))
    ('w:禁毒', 'k:tender', '*')
    """
    runs = sorted((run for text in (question.text, question.buyer) for run in plain(text).split()), key=len, reverse=True)
    if runs and len(runs[0]) > 1:
        return f"w:{runs[0][:2]}"
    for letter, value in (("f", question.field), ("m", question.method), ("r", question.region), ("k", question.kind)):
        if value:
            return f"{letter}:{value}"
    return "*"


def matches(session: Session, notices: Sequence[int], now: datetime) -> list[Told]:
    """Which confirmed searches want which of these notices. Statements: a few, and one per different filter that may."""
    rows = session.execute(
        select(NoticeRow.text, NoticeRow.kind, NoticeRow.jurisdiction, NoticeRow.method, NoticeRow.service_field).where(
            NoticeRow.id.in_(notices)
        )
    ).all()
    anchors = {"*"}
    for text, *facets in rows:
        anchors |= {f"w:{token}" for token in tokens(plain(text))}
        anchors |= {f"{letter}:{value}" for letter, value in zip("krmf", facets, strict=True) if value}
    by_query: dict[str, list[int]] = {}
    for some in _pieces(sorted(anchors), AT_ONCE):
        wanted = select(SavedSearchRow.query, SavedSearchRow.id).where(
            SavedSearchRow.anchor.in_(some), SavedSearchRow.confirmed_at.is_not(None)
        )
        for query, id in session.execute(wanted):
            by_query.setdefault(query, []).append(id)
    return [
        (search, notice)
        for query, searches in by_query.items()
        for notice in among(session, read(query), notices, now)
        for search in searches
    ]


def _pieces(values: Sequence[str], size: int) -> Iterator[Iterable[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
