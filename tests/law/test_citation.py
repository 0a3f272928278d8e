"""Citations: one written form, and nothing is cited that a reader could not look up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.citation import UnknownCitation, number, numeral, resolve, resolve_all
from law.instrument import instruments

SHEET = Path(__file__).parents[2].parent / "shared" / "law" / "procurement.md"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("政府采购法 第三十五条", "政府采购法 第三十五条"),
        ("政府采购法 第三十六条第一款第一项", "政府采购法 第三十六条第一款第一项"),
        ("《中华人民共和国政府采购法》第三十六条第一款第（一）项", "政府采购法 第三十六条第一款第一项"),
        ("政府采购法实施条例 第二十条", "政府采购法实施条例 第二十条"),
        ("财政部令第87号 第五十五条", "财政部令第87号 第五十五条"),
        ("87号令 第五十五条", "财政部令第87号 第五十五条"),
        ("政府采购货物和服务招标投标管理办法 第五十五条", "财政部令第87号 第五十五条"),
        ("财库〔2026〕2号", "财库〔2026〕2号"),
        ("财库[2026]2号", "财库〔2026〕2号"),
        ("财库〔2026〕12号", "财库〔2026〕12号"),
        ("财库〔2019〕38号 一（九）", "财库〔2019〕38号 一（九）"),
        ("民发〔2015〕88号 三（三）", "民发〔2015〕88号 三（三）"),
        ("民法典 第二百零一条", "民法典 第二百零一条"),
    ],
)
def test_a_citation_resolves_to_its_one_form(written, meant):
    assert str(resolve(written)) == meant


@pytest.mark.parametrize(
    ("name", "last", "past"),
    [
        ("政府采购法", "第八十八条", "第八十九条"),
        ("政府采购法实施条例", "第七十九条", "第八十条"),
        ("财政部令第87号", "第八十八条", "第八十九条"),
        ("财政部令第74号", "第六十二条", "第六十三条"),
        ("财政部令第110号", "第五十二条", "第五十三条"),
        ("财政部令第94号", "第四十五条", "第四十六条"),
        ("财政部令第101号", "第二十一条", "第二十二条"),
        ("财政部令第102号", "第三十五条", "第三十六条"),
        ("财库〔2020〕46号", "第二十四条", "第二十五条"),
        ("财库〔2021〕22号", "第四十四条", "第四十五条"),
        ("民法典", "第一千二百六十条", "第一千二百六十一条"),
    ],
)
def test_the_last_article_is_there_and_the_next_is_not(name, last, past):
    assert resolve(f"{name} {last}").article == instruments()[name].articles
    with pytest.raises(UnknownCitation, match="共"):
        resolve(f"{name} {past}")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "第三十五条",
        "政府采购促进法 第三条",
        "财库〔2026〕22号",
        "政府采购法 第99条",
        "政府采购法 第三五条",
        "政府采购法 三十五条",
        "政府采购法 第三十五条左右",
        "政府采购法 一（九）",
        "财库〔2019〕38号 第三条",
        "政府采购法 第〇条",
    ],
)
def test_what_nobody_could_look_up_is_refused(wrong):
    with pytest.raises(UnknownCitation):
        resolve(wrong)


def test_several_citations_in_one_text():
    found = resolve_all("政府采购法 第三十六条、第三十七条；87号令 第四十三条")

    assert [str(each) for each in found] == [
        "政府采购法 第三十六条",
        "政府采购法 第三十七条",
        "财政部令第87号 第四十三条",
    ]
    with pytest.raises(UnknownCitation):
        resolve_all("政府采购法 第三十六条；第九十九条")
    with pytest.raises(UnknownCitation):
        resolve_all("；")


@given(st.integers(1, 9999))
def test_numerals_are_read_as_they_are_written(value):
    assert number(numeral(value)) == value


def test_article_numbers_are_written_as_in_the_statute_book():
    assert [numeral(n) for n in (10, 11, 20, 100, 101, 110, 111, 1000, 1001, 1010, 1260)] == [
        "十", "十一", "二十", "一百", "一百零一", "一百一十", "一百一十一", "一千", "一千零一", "一千零一十", "一千二百六十"
    ]  # fmt: skip


def test_the_old_order_ends_the_day_before_the_new_one_begins():
    old, new = instruments()["财政部令第18号"], instruments()["财政部令第87号"]
    for day, old_holds in ((date(2017, 9, 30), True), (date(2017, 10, 1), False)):
        assert (old.in_force(day), new.in_force(day)) == (old_holds, not old_holds)


def test_only_pages_that_the_rule_sheet_lists_are_given_as_sources():
    if not SHEET.exists():
        pytest.skip("the rule sheet is not beside this checkout")
    listed = SHEET.read_text(encoding="utf-8")

    assert [each.url for each in instruments().values() if each.url and each.url not in listed] == []


def test_what_is_known_from_memory_claims_no_official_page_was_read():
    assert [each.name for each in instruments().values() if each.status == "V" and "未读" in each.note] == []
