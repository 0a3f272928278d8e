"""Months and aware time (民法典 第二百零二条)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kernel.period import Period, Unit, aware, months_after


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [
        (date(2025, 3, 21), 12, date(2026, 3, 21)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last(day: date, months: int, ends: date) -> None:
    assert months_after(day, months) == ends


def test_a_time_without_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="时区"):
        aware(datetime(2025, 3, 4, 9, 30))  # noqa: DTZ001


def test_any_zone_becomes_beijing_time() -> None:
    assert aware(datetime(2025, 3, 4, 1, 30, tzinfo=UTC)).isoformat() == "2025-03-04T09:30:00+08:00"


def test_a_period_prints_as_the_law_writes_it() -> None:
    assert [str(Period(5, unit)) for unit in Unit] == ["5日", "5个工作日", "5个月", "5年"]


def test_no_period_is_negative() -> None:
    with pytest.raises(ValueError, match="不能为负"):
        Period(-1, Unit.DAY)
