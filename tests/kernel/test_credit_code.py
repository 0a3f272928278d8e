"""统一社会信用代码: GB 32100-2015 lets the last character check the seventeen before it."""

from __future__ import annotations

import pytest

from kernel.credit_code import ALPHABET, check_character, is_credit_code

CODES = ("91350100M000100Y43", "914403001922038216")


@pytest.mark.parametrize("code", CODES)
def test_codes_with_the_right_check_character_are_well_formed(code: str) -> None:
    assert check_character(code[:17]) == code[17]
    assert is_credit_code(code)


@pytest.mark.parametrize("code", ["", CODES[0][:17], CODES[0] + "0", CODES[0].lower(), f" {CODES[0]}", CODES[0].replace("0", "O")])
def test_a_code_of_another_length_or_with_a_character_the_standard_leaves_out_is_none(code: str) -> None:
    assert not is_credit_code(code)


@pytest.mark.parametrize("code", CODES)
def test_every_single_slip_is_noticed(code: str) -> None:
    slips = [code[:at] + sign + code[at + 1 :] for at in range(18) for sign in ALPHABET if sign != code[at]]
    assert len(slips) == 18 * 30
    assert not any(is_credit_code(slip) for slip in slips)


def test_every_first_seventeen_have_one_check_character_also_where_the_sum_is_a_multiple_of_31() -> None:
    assert check_character("0" * 17) == "0"
    with pytest.raises(ValueError, match="substring"):
        check_character("9135010OM000100Y4")  # the letter O for a zero
