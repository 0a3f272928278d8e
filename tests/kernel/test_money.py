"""Money: whole fen, one rounding, and nothing that cannot be written down."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import fen_from_yuan, share_of, yuan, yuan_text


@pytest.mark.parametrize(("written", "fen"), [("0.01", 1), ("6,929,000", 692900000), ("6929000.00", 692900000), (7, 700), ("-0.05", -5)])
def test_an_amount_in_yuan_is_read_to_the_fen(written: str | int, fen: int) -> None:
    assert fen_from_yuan(written) == fen


@pytest.mark.parametrize("written", ["0.001", "1e-3", "12.345"])
def test_parts_of_a_fen_are_refused_never_rounded(written: str) -> None:
    with pytest.raises(ValueError, match="两位小数"):
        fen_from_yuan(written)


@pytest.mark.parametrize("written", ["", "一百", "NaN", "Infinity", "1e999999999", "1e-999999999", "9" * 200])
def test_what_is_no_writable_amount_is_refused_at_once(written: str) -> None:
    with pytest.raises(ValueError, match="无法识别"):
        fen_from_yuan(written)


def test_floats_are_refused_because_a_tenth_is_not_a_float() -> None:
    with pytest.raises(ValueError, match="十进制"):
        fen_from_yuan(0.1)  # type: ignore[arg-type]


@given(st.integers(-(10**40), 10**40))
def test_fen_to_yuan_and_back_loses_nothing(fen: int) -> None:
    assert fen_from_yuan(yuan(fen)) == fen
    assert yuan_text(fen).replace("¥", "").replace(",", "") == f"{yuan(fen):f}"


def test_a_share_is_rounded_half_up_to_the_fen() -> None:
    assert [share_of(amount, Fraction(1, 2)) for amount in (1, 2, 3)] == [1, 1, 2]
    assert share_of(692900000, Fraction(1, 3)) == 230966667
