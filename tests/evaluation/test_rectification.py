"""Rectification 整改: overdue from the day after, and late stays late."""

from __future__ import annotations

from datetime import date

import pytest

from evaluation.rectification import Rectification, rectification_findings

ITEM = Rectification("个案服务质量", "两份个案缺结案评估", "补齐结案评估", date(2026, 2, 27))


@pytest.mark.parametrize(("today", "overdue"), [(26, False), (27, False), (28, True)])
def test_a_rectification_is_overdue_from_the_day_after_its_last(today: int, overdue: bool) -> None:
    assert ITEM.overdue(date(2026, 2, today)) is overdue


def test_done_in_time_is_neither_overdue_nor_late_and_done_late_stays_late() -> None:
    in_time = Rectification("", "", "", date(2026, 2, 27), done_on=date(2026, 2, 27))
    late = Rectification("", "", "", date(2026, 2, 27), done_on=date(2026, 2, 28))

    assert (in_time.overdue(date(2026, 3, 1)), in_time.late) == (False, False)
    assert (late.overdue(date(2026, 3, 1)), late.late) == (False, True)


def test_a_rectification_says_what_and_by_when_everything_missing_at_once() -> None:
    nothing = Rectification("个案服务质量", " ", "", date(2026, 1, 26))

    assert [f.field for f in rectification_findings(nothing, date(2026, 1, 26))] == ["found", "asked", "due"]
    assert rectification_findings(ITEM, date(2026, 1, 26)) == ()
