"""What an evaluator sees of a service user before there is a reason to see more."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.masking import ServiceUser, age, age_band, masked_identity, masked_name, masked_text, shown_user

TODAY = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("born", "shown"),
    [
        (date(2007, 6, 29), "王** · 18–34 岁"),
        (date(2007, 6, 30), "编号 K1 · 12–17 岁"),
        (date(2007, 7, 1), "编号 K1 · 12–17 岁"),
        (date(1900, 1, 1), "王** · 80 岁以上"),
        (None, "编号 K1"),
    ],
)
def test_a_minor_has_no_name_and_is_of_age_from_the_day_after_the_birthday(born, shown):
    """未成年人: 不满十八周岁 (民法典 第十七条)."""
    assert shown_user(ServiceUser("K1", "王小丫", "", born), TODAY) == shown


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张**"), ("欧阳修", "欧阳**"), ("欧阳", "欧**"), ("迪丽热巴·迪力木拉提", "迪**"), ("", "**"), (" 李 ", "李**")]
)
def test_a_name_is_its_family_name(name, masked):
    assert masked_name(name) == masked


@given(st.text(alphabet="张李王欧阳修三四", min_size=2, max_size=6))
def test_what_is_shown_does_not_tell_how_long_a_name_is(name):
    assert masked_name(name).endswith("**")
    assert len(masked_name(name)) <= 4


@pytest.mark.parametrize(("identity", "shown"), [("110105199003071234", "1234"), ("11010519900307123X", "123X"), ("1234567", "****")])
def test_of_an_identity_number_the_last_four_and_of_a_short_one_nothing(identity, shown):
    assert masked_identity(identity).endswith(shown)
    assert identity not in masked_identity(identity)


def test_free_text_loses_numbers_and_the_names_it_was_told():
    text = "王小丫(110105195003071234)的儿子王强 电话13800138000, 家里 010-62345678, 2025年服务9510人次"
    masked = masked_text(text, ("王小丫", "王强"))

    assert masked == "王**(**************1234)的儿子王** 电话1**********, 家里 ****, 2025年服务9510人次"


@pytest.mark.parametrize(("years", "band"), [(5, "0–5 岁"), (6, "6–11 岁"), (17, "12–17 岁"), (18, "18–34 岁"), (79, "60–79 岁"), (80, "80 岁以上")])
def test_bands_meet_without_gap(years, band):
    assert age_band(years) == band


def test_a_birthday_on_a_leap_day():
    assert [age(date(2008, 2, 29), date(2026, month, day)) for month, day in ((2, 28), (3, 1))] == [17, 18]
