"""Periods 期限: a number of calendar days 日, working days 工作日, months 月 or years 年, as the law writes them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time 北京时间: UTC+8 without summer time since 1992, so a fixed offset needs no time-zone database."""


class Unit(StrEnum):
    """What a period counts."""

    DAY = "day"  # 日 (calendar days)
    WORKING_DAY = "working_day"  # 工作日
    MONTH = "month"  # 月
    YEAR = "year"  # 年

    @property
    def zh(self) -> str:
        return {"day": "日", "working_day": "个工作日", "month": "个月", "year": "年"}[self.value]


@dataclass(frozen=True)
class Period:
    """So many units. Counting them is the calendar's affair (``law.calendar``)."""

    length: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.length < 0:
            raise ValueError(f"期限不能为负: {self.length}")

    def __str__(self) -> str:
        return f"{self.length}{self.unit.zh}"


def months_after(day: date, months: int) -> date:
    """The corresponding day ``months`` later; where that month has none, its last day (民法典 第二百零二条).

    >>> months_after(date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def aware(moment: datetime) -> datetime:
    """``moment`` in Beijing time. Raises ValueError for a naive time: nobody knows which moment that is."""
    if moment.tzinfo is None:
        raise ValueError("时间须带时区（Asia/Shanghai）")
    return moment.astimezone(SHANGHAI)
