"""Counting a limit 期限推算: the day, and how it was found: what was skipped, where it rolled over, which reading.

Where texts differ both readings are told (rule sheet D-20, D-weekend):
- a least period (``Edge.EARLIEST``) is full on its last day, nothing rolls over; the safe reading gives full days and
  a working day;
- a last day to act (``Edge.LATEST``) rolls over holidays and weekends; the strict reading moves it for public holidays
  only, and who wants no dispute acts on the last working day before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kernel.period import Period, Unit
from kernel.refusal import BadInput, Finding
from law.calendar import PROVISIONAL
from law.holiday import Passed, entered, passed, unarranged

_DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"


FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
"""Days outside of these are slips of the pen: no rule of the sheet reaches them."""


def stray_days(**days: date | None) -> list[Finding]:
    """A finding for every day that no calendar of the desk could count from."""
    need = f"{FIRST.year}年至{LAST.year}年之间的日期"
    return [
        Finding(name, "日期超出范围", have=day, need=need)
        for name, day in days.items()
        if day is not None and not FIRST <= day <= LAST
    ]


class Edge(StrEnum):
    """Which end of the lawful time a day is."""

    EARLIEST = "earliest"
    LATEST = "latest"

    @property
    def zh(self) -> str:
        return {"earliest": "最早", "latest": "最迟"}[self.value]


@dataclass(frozen=True)
class Counted:
    """A day and how it was counted.

    strict, safe   the narrow reading, and the day with which nobody can find fault
    passed         holidays within the period; rolled: the day before it rolled over, None where it did not
    provisional    the years without a notice that were counted with the public holidays only
    """

    day: date
    start: date
    period: Period
    edge: Edge
    strict: date
    safe: date
    working: tuple[str, ...]
    passed: tuple[Passed, ...] = ()
    rolled: date | None = None
    provisional: tuple[int, ...] = ()


def shown(day: date) -> str:
    """A day with its weekday."""
    return f"{day.isoformat()}（周{WEEKDAYS[day.weekday()]}）"


def count(start: date, period: Period, edge: Edge, *, full: bool = False) -> Counted:
    """Count ``period`` from ``start``, which is not counted.

    full   a least period between two acts: the safe reading leaves the whole last day 满足额日
    Raises NoArrangement for years whose holidays are not held, BadInput for a day out of range.
    """
    _sound(start)
    last = PROVISIONAL.add(start, period)
    if period.unit in (Unit.MONTH, Unit.YEAR):  # the corresponding day; nothing rolls over
        lines = (
            f"自 {shown(start)} 起{period}, 至对应日 {shown(last)}（民法典 第二百零二条）, 共{(last - start).days}日",
        )
        return Counted(last, start, period, edge, last, last, lines)
    if edge is Edge.EARLIEST:
        safe = PROVISIONAL.roll(last + _DAY) if full else last
        return _told(Counted(last, start, period, edge, last, safe, ()), last)
    day = PROVISIONAL.roll(last)
    strict = PROVISIONAL.roll(last, weekends=False)
    safe = _back_to_work(strict)
    return _told(Counted(day, start, period, edge, strict, safe, (), rolled=last if day != last else None), last)


def count_back(end: date, period: Period, edge: Edge) -> Counted:
    """The last day (LATEST) from which ``period`` is full by ``end``; or the first one (EARLIEST) that is not earlier
    than ``period`` before ``end``."""
    _sound(end)
    if edge is Edge.LATEST:
        day = PROVISIONAL.before(end, period)
        safe = _back_to_work(day - _DAY if period.unit is Unit.DAY else day)
        counted = Counted(day, end, period, edge, day, safe, ())
    else:
        day = PROVISIONAL.before(end, period) + (_DAY if period.unit is Unit.WORKING_DAY else timedelta())
        while period.unit is Unit.WORKING_DAY and PROVISIONAL.add(day - _DAY, period) >= end:
            day -= _DAY
        counted = Counted(day, end, period, edge, day, PROVISIONAL.roll(day), ())
    years = unarranged(counted.day, end) if period.unit is Unit.WORKING_DAY else ()
    how = (
        f"自 {shown(end)} 倒推{period}, 届日本日不计" if edge is Edge.LATEST
        else f"自 {shown(end)} 倒推{period}"
    )  # fmt: skip
    held = passed(counted.day, end)
    lines = (how, *_holiday_lines(held, period.unit), *entered_lines(counted.day, end), f"得 {shown(counted.day)}")
    return replace(counted, working=lines, passed=held, provisional=years)


def _sound(day: date) -> None:
    if stray := stray_days(date=day):
        raise BadInput(stray, "日期超出范围")


def keeps(start: date, period: Period, edge: Edge, day: date, *, back: bool = False) -> bool:
    """Whether ``day`` keeps the limit: not before the earliest, not after the latest. Back: counted back from ``start``."""
    limit = count_back(start, period, edge).day if back else count(start, period, edge).day
    return day >= limit if edge is Edge.EARLIEST else day <= limit


def anchor(day: date, zh: str) -> Counted:
    """A day that is given, not counted."""
    return Counted(day, day, Period(0, Unit.DAY), Edge.EARLIEST, day, day, (zh,))


def _told(found: Counted, last: date) -> Counted:
    lines = [f"自 {shown(found.start)} 起算, 当日不计入, 第1日为 {shown(found.start + _DAY)}"]
    if found.period.unit is Unit.WORKING_DAY:
        lines = [f"自 {shown(found.start)} 起算, 当日不计入, 只计工作日"]
    held = passed(found.start + _DAY, found.day)
    lines += _holiday_lines(held, found.period.unit)
    lines += entered_lines(found.start + _DAY, found.day)
    lines.append(f"满{found.period}为 {shown(last)}")
    if found.rolled is not None:
        lines.append(f"该日为休息日, 顺延至 {shown(found.day)}")
    if found.strict != found.day:
        lines.append(f"从严解读（仅法定节假日顺延, 周六日不顺延）为 {shown(found.strict)}")
    if found.safe != found.day:
        lines.append(f"稳妥日期为 {shown(found.safe)}")
    counts_work = found.period.unit is Unit.WORKING_DAY or found.edge is Edge.LATEST
    years = unarranged(found.start + _DAY, found.day) if counts_work else ()
    return replace(found, working=(*lines, *provisional_lines(years, held)), passed=held, provisional=years)


def _holiday_lines(held: tuple[Passed, ...], unit: Unit) -> list[str]:
    """What the period runs over. Calendar days count holidays too, and the line says so."""
    lines = []
    for each in held:
        span = (
            each.first.isoformat() if each.first == each.last else f"{each.first.isoformat()}至{each.last.isoformat()}"
        )
        if each.zh.endswith("补班"):
            if unit is Unit.WORKING_DAY:
                lines.append(f"{'、'.join(day.isoformat() for day in each.make_up)}为{each.zh}, 计入工作日")
            continue
        lines.append(f"经过{each.zh}（{span}）, {'不计' if unit is Unit.WORKING_DAY else '日历日照计'}")
        if each.make_up and unit is Unit.WORKING_DAY:
            lines.append(f"{'、'.join(day.isoformat() for day in each.make_up)}为调休补班, 计入工作日")
    return lines


def entered_lines(first: date, last: date) -> list[str]:
    """Which years were counted with an arrangement that was entered here, and by which notice."""
    return [f"{each.year}年放假安排据{each.notice}（本平台补录第{each.entry}号）" for each in entered(first, last)]


def provisional_lines(years: tuple[int, ...], held: tuple[Passed, ...]) -> tuple[str, ...]:
    """What is said loudly of years without a notice, and what may still change."""
    if not years:
        return ()
    names = "、".join(f"{each.zh}（{each.first.isoformat()}起）" for each in held if each.provisional) or "无"
    return (
        f"【暂定】{'、'.join(map(str, years))}年放假安排尚未收录, 仅按法定节假日推算; 所经过的法定节假日: {names}",
        "可能变化: 国务院办公厅年度通知公布后, 连休、补假会使日期推后, 调休补班会使日期提前; 请届时重新计算",
    )


def _back_to_work(day: date) -> date:
    while not PROVISIONAL.is_working_day(day):
        day -= _DAY
    return day
