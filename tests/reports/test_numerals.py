"""Capital amounts 人民币大写: what a contract and a bank slip would have to say, digit by digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numerals import capital_amount


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        # the figures with which 支付结算办法 附件一 explains its own rules
        (140950, "壹仟肆佰零玖元伍角"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
    ],
)
def test_the_examples_of_the_rules_for_bills_are_written_as_there(fen: int, written: str) -> None:
    assert capital_amount(fen) == f"人民币{written}"


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "零元整"),
        (1, "壹分"), (9, "玖分"), (10, "壹角"), (11, "壹角壹分"), (99, "玖角玖分"), (100, "壹元整"), (101, "壹元零壹分"), (110, "壹元壹角"),
        (900, "玖元整"), (1000, "壹拾元整"), (1100, "壹拾壹元整"),
        (9900, "玖拾玖元整"), (10000, "壹佰元整"), (10100, "壹佰零壹元整"), (11000, "壹佰壹拾元整"),
        (99900, "玖佰玖拾玖元整"), (100000, "壹仟元整"), (100100, "壹仟零壹元整"), (101000, "壹仟零壹拾元整"),
        (999900, "玖仟玖佰玖拾玖元整"), (1000000, "壹万元整"), (1000100, "壹万零壹元整"), (1100000, "壹万壹仟元整"), (1010000, "壹万零壹佰元整"),
        (9999999900, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元整"), (10000000000, "壹亿元整"), (10000000100, "壹亿零壹元整"),
        (10001000000, "壹亿零壹万元整"), (10500000000, "壹亿零伍佰万元整"), (11000000000, "壹亿壹仟万元整"),
        (10**14, "壹万亿元整"), (10**14 + 10**10, "壹万零壹亿元整"),
        (10**18 - 1, "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        (692900000, "陆佰玖拾贰万玖仟元整"),
    ],
)  # fmt: skip
def test_every_place_before_at_and_after_its_boundary(fen: int, written: str) -> None:
    assert capital_amount(fen) == f"人民币{written}"


@pytest.mark.parametrize("fen", [-1, 10**18])
def test_what_has_no_capital_form_is_refused_and_not_guessed(fen: int) -> None:
    with pytest.raises(ValueError, match="大写"):
        capital_amount(fen)


def read_back(text: str) -> int:
    """The amount in fen of a capital amount, read as a cashier reads it: independent of how it was written."""
    digits = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
    fen = total = section = digit = 0
    for character in text.removeprefix("人民币").removesuffix("整"):
        if character in digits:
            digit = digits[character]
        elif character in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
            digit = 0
        elif character in "万亿":
            section += digit
            total, section = ((total + section) * 10**8, 0) if character == "亿" else (total + section * 10**4, 0)
            digit = 0
        elif character == "元":
            fen += (total + section + digit) * 100
            digit = 0
        else:
            fen += digit * {"角": 10, "分": 1}[character]
            digit = 0
    return fen


@given(st.integers(0, 10**18 - 1))
def test_whoever_reads_the_capitals_pays_the_amount_and_no_other(fen: int) -> None:
    text = capital_amount(fen)

    assert read_back(text) == fen
    assert "零零" not in text
    assert text.endswith("整") == (fen % 100 == 0)


@given(st.lists(st.integers(0, 10**18 - 1), min_size=2, max_size=2, unique=True))
def test_two_amounts_are_never_written_alike(pair: list[int]) -> None:
    assert capital_amount(pair[0]) != capital_amount(pair[1])
