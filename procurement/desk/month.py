"""The little calendar 小日历 of the challenge clock: months with days off, make-up days, and every step on its day."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from law.calendar import PROVISIONAL
from procurement.desk.timetable import Row

MOST_MONTHS = 4
SHORT = {
    "documents_received": "收到文件", "document_notice": "发布公告", "process_step": "环节结束", "result_notice": "发布公告",
    "challenge": "质疑截止", "challenge_answer": "答复截止", "complaint": "投诉截止", "complaint_review": "审查截止",
    "complaint_refusal": "不受理告知", "complaint_notice": "发出副本", "complaint_reply": "说明截止", "suspension_end": "暂停届满",
    "complaint_decision": "决定截止",
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One cell. ``count``: the n-th working day of the challenge period; ``steps``: what ends on it; ``off``: a rest day."""

    day: date
    off: bool
    worked: bool
    count: int = 0
    steps: tuple[str, ...] = ()
    last: bool = False


@dataclass(frozen=True)
class Month:
    """One month, in weeks from Monday; None pads."""

    zh: str
    weeks: tuple[tuple[Day | None, ...], ...]


def months(rows: Sequence[Row]) -> tuple[Month, ...]:
    """The months from the event on, at most four; later steps stand in the list only."""
    by = {row.event: row for row in rows}
    challenge = by["challenge"]
    start = rows[0].day
    counted = _counted(challenge)
    steps: dict[date, list[str]] = {}
    for row in rows:
        zh = SHORT.get(row.event, "公告期满" if row.event.endswith("_period_end") else row.zh)
        steps.setdefault(row.day, []).append(zh)
    found: list[Month] = []
    year, month = start.year, start.month
    end = max(row.day for row in rows)
    while (year, month) <= (end.year, end.month) and len(found) < MOST_MONTHS:
        weeks = tuple(
            tuple(_day(date(year, month, n), counted, steps, challenge.day) if n else None for n in week)
            for week in calendar.Calendar().monthdayscalendar(year, month)
        )
        found.append(Month(f"{year}年{month}月", weeks))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return tuple(found)


def _counted(row: Row) -> dict[date, int]:
    """The working days of the challenge period with their numbers."""
    found: dict[date, int] = {}
    day = row.counted.start
    while day < row.day:
        day += timedelta(days=1)
        if PROVISIONAL.is_working_day(day):
            found[day] = len(found) + 1
    return found


def _day(day: date, counted: dict[date, int], steps: dict[date, list[str]], last: date) -> Day:
    works = PROVISIONAL.is_working_day(day)
    return Day(day, not works, works and day.weekday() > 4, counted.get(day, 0), tuple(steps.get(day, ())), day == last)
