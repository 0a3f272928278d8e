"""How money, points, days are printed; and what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from app.web import filters
from app.web.clock import Clock
from kernel.period import SHANGHAI


@pytest.mark.parametrize(
    ("points", "shown"),
    [(Fraction(899949, 10000), "89.99"), (Fraction(89995, 1000), "90.00"), (Fraction(899951, 10000), "90.00"), (None, "—")],
)
def test_points_are_rounded_half_up_when_shown(points, shown):
    assert filters.points(points) == shown


def test_a_moment_is_printed_in_beijing_time_with_its_weekday():
    assert filters.day(datetime(2025, 3, 20, 16, 30, tzinfo=UTC)) == "2025年3月21日 星期五 00:30"
    assert filters.day(date(2025, 2, 9)) == "2025年2月9日 星期日"


def test_a_time_without_a_zone_is_not_printed_as_if_we_knew():
    with pytest.raises(ValueError, match="时区"):
        filters.day(datetime(2025, 3, 20, 16, 30))  # noqa: DTZ001


def test_a_simulated_clock_starts_where_it_is_told_and_runs():
    start = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)
    clock = Clock(start)
    first = clock.now()

    assert timedelta() <= first - start < timedelta(seconds=5)
    assert clock.now() > first
    clock.set(None)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_contract_shows_its_amount_in_figures_and_in_capitals(app):
    with app.test_request_context("/"):
        shown = app.jinja_env.from_string('{% import "layouts/face.html" as face %}{{ face.amount(fen) }}')

        assert "¥6,929,000.00" in shown.render(fen=692900000)
        assert "人民币陆佰玖拾贰万玖仟元整" in shown.render(fen=692900000)
        assert "大写" not in shown.render(fen=None)
