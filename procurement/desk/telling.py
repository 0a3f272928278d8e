"""How the desk tells its answers to machines: one form for rows wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from kernel.period import Period, Unit
from kernel.refusal import BadInput
from law.calendar import PROVISIONAL
from law.holiday import passed, unarranged
from law.region import Region
from procurement.desk.counting import Edge, count, provisional_lines, shown, stray_days
from procurement.desk.timetable import Moved, Row


def row_mapping(row: Row, moved: Iterable[Moved] = ()) -> dict[str, Any]:
    """One row: event, date, kind, count, unit, rule, citation, working, status; and what else a reader may want.

    ``count`` and ``unit`` lead from ``from`` to the limit (years are given in days); ``strict`` and ``safe`` are the
    readings where texts differ; ``provisional`` lists the years that were counted without their official arrangement.
    """
    told: dict[str, Any] = {
        "event": row.event,
        "zh": row.zh,
        "date": row.day.isoformat(),
        "kind": row.edge.value,
        "count": row.period.length,
        "unit": row.period.unit.value,
        "rule": row.rule,
        "citation": row.cites,
        "working": "; ".join(row.working),
        "status": row.status,
        "from": row.counted.start.isoformat(),
        "strict": row.strict.isoformat(),
        "safe": row.safe.isoformat(),
        "holidays": [
            {"zh": each.zh, "first": each.first.isoformat(), "last": each.last.isoformat()}
            for each in row.counted.passed
        ],
        "provisional": list(row.provisional),
    }
    if row.note:
        told["note"] = row.note
    if row.set_for is not None:
        told["limit"] = row.limit.isoformat()
    shifts = [
        {"from": m.before.isoformat(), "to": m.after.isoformat(), "why": m.why} for m in moved if m.event == row.event
    ]
    if shifts:
        told["moved"] = shifts
    return told


def rows_mapping(rows: Sequence[Row], moved: Sequence[Moved] = (), place: Region | None = None) -> list[dict[str, Any]]:
    """Every row; with what is not known of the place, where one was named."""
    extra = (
        {"region": place.code or place.place.id, "region_note": place.caution}
        if place and place.place.id != "national"
        else {}
    )
    if place is not None and not place.held:
        extra = {"region": place.code, "region_note": place.caution}
    return [{**row_mapping(row, moved), **extra} for row in rows]


def working_days(first: date, number: int) -> Mapping[str, Any]:
    """The ``number``-th working day after ``first`` (before it, when negative); ``first`` is not counted."""
    if stray := stray_days(**{"from": first}):
        raise BadInput(stray, "日期超出范围")
    if number >= 0:
        counted = count(first, Period(number, Unit.WORKING_DAY), Edge.EARLIEST)
        last, working = counted.day, list(counted.working)
    else:
        last, left = first, -number
        while left:
            last -= timedelta(days=1)
            left -= PROVISIONAL.is_working_day(last)
        working = [f"自 {shown(first)} 往前数, 当日不计入, 只计工作日", f"第{-number}个工作日为 {shown(last)}"]
    low, high = min(first, last), max(first, last)
    return _days(
        first, {"add": number, "count": number, "unit": "working_day", "date": last.isoformat()}, low, high, working
    )


def days_between(first: date, last: date) -> Mapping[str, Any]:
    """How many working days and calendar days lie after ``first`` up to and including ``last``."""
    if stray := stray_days(**{"from": first, "to": last}):
        raise BadInput(stray, "日期超出范围")
    number = PROVISIONAL.working_days_between(first, last)
    low, high = min(first, last), max(first, last)
    working = [
        f"自 {shown(first)} 至 {shown(last)}: 首日不计入, 末日计入",
        f"日历日 {(last - first).days}日, 其中工作日 {number}个",
        *provisional_lines(unarranged(low, high), passed(low, high)),
    ]
    found = {
        "to": last.isoformat(), "count": number, "unit": "working_day", "working_days": number, "calendar_days": (last - first).days,
        "to_is_working_day": PROVISIONAL.is_working_day(last),
    }  # fmt: skip
    return _days(first, found, low, high, working)


def _days(first: date, found: dict[str, Any], low: date, high: date, working: list[str]) -> dict[str, Any]:
    return {
        "from": first.isoformat(),
        **found,
        "rule": "D-wd",
        "citation": "全国年节及纪念日放假办法",
        "status": "D",
        "holidays": [
            {
                "zh": each.zh, "first": each.first.isoformat(), "last": each.last.isoformat(),
                "make_up": [day.isoformat() for day in each.make_up],
            }
            for each in passed(low, high)
        ],
        "provisional": list(unarranged(low, high)),
        "working": "; ".join(working),
    }  # fmt: skip
