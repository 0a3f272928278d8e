"""Holidays 放假安排: the State Council's yearly notice as data, one file a year in ``law/holidays``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from law.table import SHIPPED, BadTable, in_force, kept, names, table


@dataclass(frozen=True)
class Holiday:
    """One holiday of a year: the days off of its notice, the public holidays 法定节假日 among them, make-up days."""

    zh: str
    days_off: frozenset[date]
    statutory: frozenset[date]
    make_up: frozenset[date]


@dataclass(frozen=True)
class Arrangement:
    """The arrangement of one year 年度放假安排, with the number of its notice.

    entry   the number of the entry it comes from, 0 for the tables of the tree
    """

    year: int
    notice: str
    issued: date
    holidays: tuple[Holiday, ...]
    days_off: frozenset[date]
    statutory: frozenset[date]
    make_up: frozenset[date]
    entry: int = 0


@kept()
def years() -> tuple[int, ...]:
    """The years for which a notice is held, ascending."""
    return tuple(int(name) for name in names("holidays"))


@dataclass(frozen=True)
class ArrangedYear:
    """The days of one calendar year, the New Year days off that next year's notice begins in December included."""

    days_off: frozenset[date]
    statutory: frozenset[date]
    make_up: frozenset[date]


@kept()
def arranged_year(year: int) -> ArrangedYear | None:
    """The arranged days that fall into ``year``, or None when its own notice is not held.

    Next year's notice may move days of this December (29 December 2018 was a working Saturday by the notice for 2019);
    until it is held, December is as this year's notice leaves it.
    """
    own = arrangement(year)
    if own is None:
        return None
    both = [own, *filter(None, [arrangement(year + 1)])]
    return ArrangedYear(
        frozenset(day for each in both for day in each.days_off if day.year == year),
        frozenset(day for each in both for day in each.statutory if day.year == year),
        frozenset(day for each in both for day in each.make_up if day.year == year),
    )


@kept()
def arrangement(year: int) -> Arrangement | None:
    """The arrangement of ``year``, or None when no notice is held."""
    return read_arrangement(year, table("holidays", str(year))) if year in years() else None


def read_arrangement(year: int, entry: Mapping[str, Any]) -> Arrangement:
    """An arrangement from its table. Raises BadTable for days that contradict each other."""
    holidays = tuple(
        Holiday(
            zh=each["zh"],
            days_off=_days(each["from"], each["to"]),
            statutory=frozenset(each["statutory"]),
            make_up=frozenset(each.get("make_up", ())),
        )
        for each in entry["holiday"]
    )
    days_off = frozenset[date]().union(*(h.days_off for h in holidays))
    make_up = frozenset[date]().union(*(h.make_up for h in holidays))
    statutory = frozenset[date]().union(*(h.statutory for h in holidays))
    if stray := sorted(day for day in make_up if day.weekday() < 5 or day in days_off):
        raise BadTable(f"holidays/{year}.toml: 补班日须为未放假的周六、周日: {stray[0]}")
    if stray := sorted(statutory - days_off):
        raise BadTable(f"holidays/{year}.toml: 法定节假日须在放假期间内: {stray[0]}")
    first = date(year - 1, 12, 1)
    if stray := sorted(day for day in days_off | make_up if not first <= day <= date(year, 12, 31)):
        raise BadTable(f"holidays/{year}.toml: 日期不属于该年（元旦假期可始于上年12月）: {stray[0]}")
    return Arrangement(year, entry["notice"], entry["issued"], holidays, days_off, statutory, make_up, entry.get("entry", 0))


def _days(first: date, last: date) -> frozenset[date]:
    if last < first:
        raise BadTable(f"放假期间起止颠倒: {first}—{last}")
    return frozenset(date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))


# --- years to come ------------------------------------------------------------------------------------------------------


@kept()
def festivals(year: int) -> Mapping[date, str]:
    """The public holidays 法定节假日 of a year to come with their names, from the calendar alone; empty when not held.

    全国年节及纪念日放假办法 第二条 as revised for 2025: thirteen days. Days off in lieu and moved days are not known yet.
    """
    held = table("festivals", "coming")
    if str(year) not in held:
        return {}
    moving = held[str(year)]
    spring: date = moving["spring"]
    days = {date(year, 1, 1): "元旦"}
    days |= {spring + timedelta(days=n): "春节" for n in range(-1, 3)}
    days[moving["qingming"]] = "清明节"
    days |= {date(year, 5, day): "劳动节" for day in (1, 2)}
    days[moving["dragon_boat"]] = "端午节"
    days[moving["mid_autumn"]] = "中秋节"
    days |= {date(year, 10, day): "国庆节" for day in (1, 2, 3)}
    return days


@kept()
def provisional_year(year: int) -> ArrangedYear | None:
    """A year to come with its public holidays only, or None when even those are not held."""
    days = frozenset(festivals(year))
    return ArrangedYear(days, days, frozenset()) if days else None


@dataclass(frozen=True)
class Passed:
    """A holiday that a period runs over: its name, first and last day off within the period, make-up days within it."""

    zh: str
    first: date
    last: date
    make_up: tuple[date, ...] = ()
    provisional: bool = False


def passed(first: date, last: date) -> tuple[Passed, ...]:
    """The holidays with days off or make-up days from ``first`` to ``last``, both included, in order."""
    found = []
    for year in range(first.year, last.year + 2):
        for zh, off, worked, provisional in _spans(year):
            if max((*off, *worked)) < first or min((*off, *worked)) > last:
                continue
            inside = [day for day in off if first <= day <= last]
            made_up = tuple(day for day in worked if first <= day <= last)
            if inside:
                found.append(Passed(zh, inside[0], inside[-1], made_up, provisional))
            elif made_up:
                found.append(Passed(f"{zh}补班", made_up[0], made_up[-1], made_up))
    return tuple(sorted(found, key=lambda each: each.first))


@kept()
def _spans(year: int) -> tuple[tuple[str, tuple[date, ...], tuple[date, ...], bool], ...]:
    """(name, days off, make-up days, provisional) of every holiday of a year, each in order."""
    held = arrangement(year)
    if held is not None:
        return tuple(
            (each.zh, tuple(sorted(each.days_off)), tuple(sorted(each.make_up)), False) for each in held.holidays
        )
    days = festivals(year)
    return tuple(
        (zh, tuple(sorted(day for day, name in days.items() if name == zh)), (), True)
        for zh in dict.fromkeys(days.values())
    )


def unarranged(first: date, last: date) -> tuple[int, ...]:
    """The years from ``first`` to ``last`` for which no notice is held: what was counted in them is provisional."""
    return tuple(year for year in range(first.year, last.year + 1) if arrangement(year) is None)


def entered(first: date, last: date) -> tuple[Arrangement, ...]:
    """The arrangements of the years from ``first`` to ``last`` that were entered (``law.entry``) and are not in the tree."""
    if in_force() is SHIPPED:
        return ()
    held = (arrangement(year) for year in range(first.year, last.year + 1))
    return tuple(each for each in held if each is not None and each.entry)
