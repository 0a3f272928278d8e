"""The calendar of one year 全年日历, as the law in force has it or expects it: for whoever enters or reads an arrangement."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from law.calendar import PROVISIONAL


@dataclass(frozen=True)
class Day:
    """One cell. ``off``: no work; ``moved``: because of a holiday, or, when it is work, instead of a weekend."""

    day: date
    off: bool
    moved: bool


@dataclass(frozen=True)
class Month:
    """One month, in weeks from Monday; None pads."""

    zh: str
    weeks: tuple[tuple[Day | None, ...], ...]


def year_months(year: int) -> tuple[Month, ...]:
    """The twelve months of ``year``. Raises NoArrangement for one of which nothing is known."""
    return tuple(
        Month(
            f"{year}年{month}月",
            tuple(
                tuple(_day(date(year, month, n)) if n else None for n in week)
                for week in calendar.Calendar().monthdayscalendar(year, month)
            ),
        )
        for month in range(1, 13)
    )


def _day(day: date) -> Day:
    off = not PROVISIONAL.is_working_day(day)
    return Day(day, off, off == (day.weekday() < 5))
