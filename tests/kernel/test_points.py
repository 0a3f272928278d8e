"""Points: exact until they are shown, and then rounded once, half away from zero 四舍五入."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.points import exact_text, half_up, percent_text, points, shortest_text


@pytest.mark.parametrize(("written", "exact"), [("7.25", Fraction(29, 4)), ("20%", Fraction(1, 5)), ("2/3", Fraction(2, 3)), (22, Fraction(22))])
def test_points_are_read_exactly(written: str | int, exact: Fraction) -> None:
    assert points(written) == exact


@pytest.mark.parametrize("written", ["", "优", "1/0", "inf", "nan", "1e999999999", "1/" + "9" * 100, "5%%%x", "5%%", "%" * 5000])
def test_what_is_no_number_of_points_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the family of messages is open
        points(written)


@pytest.mark.parametrize("value", [None, True, 0.5, [], {}, date(2025, 1, 1), b"7", Decimal("NaN"), Decimal("-Infinity")])
def test_what_is_not_written_as_an_exact_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the family of messages is open
        points(value)


@pytest.mark.parametrize("digits", [59, 60])
def test_sixty_digits_are_read_on_either_side_of_the_point(digits: int) -> None:
    nines = "9" * digits
    assert points(nines) == points(int(nines)) == points(Decimal(nines)) == int(nines)
    assert points(f"0.{nines}") == Fraction(int(nines), 10**digits)


def test_the_sixty_first_digit_is_refused_however_it_is_written() -> None:
    nines = "9" * 61
    for written in (nines, int(nines), Decimal(nines), f"0.{nines}", f"-{nines}", f"{nines}%", f"1/{nines}", "1e60", "1e-61"):
        with pytest.raises(ValueError):  # noqa: PT011 - the family of messages is open
            points(written)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("89.994", "89.99"), ("89.995", "90.00"), ("89.996", "90.00"), ("-0.004", "0.00"), ("-0.005", "-0.01")],
)
def test_halves_go_away_from_zero(value: str, shown: str) -> None:
    assert f"{half_up(points(value), 2):f}" == shown


@given(st.fractions(), st.integers(0, 6))
def test_rounding_never_moves_a_score_by_more_than_half_a_place(value: Fraction, places: int) -> None:
    assert abs(Fraction(half_up(value, places)) - value) * 2 * 10**places <= 1


@given(st.fractions())
def test_the_exact_text_is_read_back_as_the_same_number(value: Fraction) -> None:
    assert Fraction(exact_text(value)) == value
    assert Fraction(shortest_text(value)) == value


def test_a_shown_score_keeps_all_its_places() -> None:
    assert half_up(Fraction(90), 2) == Decimal("90.00")
    assert str(half_up(Fraction(90), 2)) == "90.00"


@pytest.mark.parametrize(
    ("share", "exactly", "rounded"),
    [("12345/1000000", "1.2345%", "1.23%"), ("12350/1000000", "1.235%", "1.24%"), ("1", "100%", "100.00%"), ("1/3", "100/3%", "33.33%")],
)
def test_a_share_is_told_exactly_or_rounded_half_up(share: str, exactly: str, rounded: str) -> None:
    assert percent_text(points(share)) == exactly
    assert percent_text(points(share), 2) == rounded
