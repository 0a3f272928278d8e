"""Counting 计数: how many notices a question finds, altogether and beside each value of each filter. One statement.

Beside a value stands what one would find by choosing it, all other filters as they are. Only notices are counted, so no
count can know of a draft or a bid. Asked for nothing but filters of a fixed set, the kept tallies answer exactly; asked for
words, amounts, days or a buyer, up to ``MOST`` notices are counted, and beyond that only "so many and more" is said: each of
them has to be looked up, and that may not cost more than the page that shows twenty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import String, and_, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from app.disclosure.filters import Asked
from app.disclosure.models import NoticeRow, TallyRow
from app.disclosure.queries import narrowed
from app.disclosure.tallies import ANY

MOST = 200
FACETS = ("kind", "region", "method", "field")
"""The filters whose values are few enough to be counted; their names in an address."""
_COLUMNS = tuple(
    func.coalesce(type_coerce(column, String), "")
    for column in (NoticeRow.kind, NoticeRow.jurisdiction, NoticeRow.method, NoticeRow.service_field)
)
_TALLIED = (TallyRow.kind, TallyRow.jurisdiction, TallyRow.method, TallyRow.service_field)

Tally = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Count:
    """``total`` notices, or at least so many where there are ``more``; ``beside``: filter → value → how many.

    ``told``: whether the counts beside the values are known; they are not when more than ``MOST`` had to be looked through.
    """

    total: int
    more: bool = False
    told: bool = True
    beside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def counts(session: Session, asked: Asked, now: datetime) -> Count:
    """What the list of this question would count."""
    bare = replace(asked, kind=None, region="", method=None, field=None, after=0)
    chosen = _facet_values(asked)
    if not bare.filters:
        return _kept(session, chosen)
    some = narrowed(session, select(*_COLUMNS), bare, now).limit(MOST + 1).subquery()
    by_value = select(*some.c, func.count()).group_by(*some.c)
    if not any(chosen):
        tallies: list[Tally] = [tuple(row) for row in session.execute(by_value)]
        exact = None
    else:  # should there be too many of the others, the chosen ones may still be few
        own = narrowed(session, select(NoticeRow.id), asked, now).limit(MOST + 1).subquery()
        nothing = [literal("-")] * len(FACETS)
        rows = session.execute(union_all(by_value, select(*nothing, func.count()).select_from(own))).all()
        exact = next(row[-1] for row in rows if row[0] == "-")
        tallies = [tuple(row) for row in rows if row[0] != "-"]
    if sum(tally[-1] for tally in tallies) <= MOST:
        return _fold(tallies, chosen)
    total = MOST + 1 if exact is None else exact
    return Count(min(total, MOST), more=total > MOST, told=False)


def _kept(session: Session, chosen: tuple[str, ...]) -> Count:
    """The counts of the tallies: of the chosen values, and with each of them exchanged for another."""
    wanted = [value or ANY for value in chosen]
    same = [column == value for column, value in zip(_TALLIED, wanted, strict=True)]
    but_one = (and_(*same[:n], *same[n + 1 :]) for n in range(len(FACETS)))
    total, beside = 0, {name: dict[str, int]() for name in FACETS}
    for *values, number in session.execute(select(*_TALLIED, TallyRow.number).where(or_(*but_one))):
        other = [n for n, (want, have) in enumerate(zip(wanted, values, strict=True)) if want != have]
        if not other:
            total = number
        for n, name in enumerate(FACETS):
            if values[n] != ANY and (not other or other == [n]):
                beside[name][values[n]] = number
    return Count(total, beside=beside)


def _facet_values(asked: Asked) -> tuple[str, ...]:
    return tuple(str(value or "") for value in (asked.kind, asked.region, asked.method, asked.field))


def _fold(tallies: Iterable[Tally], chosen: tuple[str, ...]) -> Count:
    """Sum up: what differs from the chosen values in one filter only stands beside that filter's value."""
    total, beside = 0, {name: Counter[str]() for name in FACETS}
    for *values, number in tallies:
        other = [n for n, (want, have) in enumerate(zip(chosen, values, strict=True)) if want and want != have]
        if not other:
            total += number
        for n, name in enumerate(FACETS):
            if not other or other == [n]:
                beside[name][values[n]] += number
    return Count(total, beside=beside)


