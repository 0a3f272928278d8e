"""The rooms after the award count with ``procurement.timetable``, the desk with its own; whoever asks both hears the same day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from law import law_at
from procurement import timetable
from procurement.desk.clock import clock

DAYS = [date(2024, 1, 2) + timedelta(days=7 * week + week % 7) for week in range(140)]
"""Every weekday in turn, over Spring Festival, National Day and make-up weekends of 2024 to 2026."""


@pytest.mark.parametrize("published", DAYS, ids=str)
def test_the_award_room_and_the_challenge_clock_name_one_last_day(published: date) -> None:
    """政府采购法 第五十二条; 财政部令第87号 第六十九条."""
    law = law_at(published)
    desk = {row.event: row.day for row in clock("result_notice", published).results["rows"]}

    assert timetable.notice_ends(published, law).day == desk["result_notice_period_end"]
    assert timetable.challenge(published, law).day == desk["challenge"]
