"""Entries over the law of the tree: from their day only, firm instead of provisional, refused when malformed, same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kernel.refusal import BadInput
from law import law_at
from law.calendar import PROVISIONAL, Calendar, NoArrangement
from law.citation import resolve
from law.entry import Entry, changes, lay, proved
from law.entry_reading import read_entry, year_from_lines
from law.holiday import entered, unarranged
from law.table import SHIPPED, in_force, laid_over

HOLIDAYS = """元旦 2027-01-01 2027-01-03
春节 2027-02-05 2027-02-11
清明节 2027-04-03 2027-04-05
劳动节 2027-05-01 2027-05-05
端午节 2027-06-09
中秋节 2027-09-15
国庆节 2027-10-01 2027-10-07"""
MAKE_UP = "2027-02-14 春节\n2027-05-08 劳动节\n2027-09-26 国庆节"


def told(part: str, number: str = "豫财购〔2026〕1号", **body: Any) -> dict[str, Any]:
    source = {"title": "示例文件", "number": number, "issuer": "示例机关", "issued": "2026-11-20", "url": "https://www.example.gov.cn/1"}
    return {part: body, "source": source}


def a_year(holidays: str = HOLIDAYS, make_up: str = MAKE_UP) -> Entry:
    held, wrong = year_from_lines(holidays, make_up)
    assert not wrong
    return read_entry(told("year", "国办发明电〔2026〕9号", year=2027, holiday=held))


def a_value(value: Any = 25, since: str = "2027-01-01", **but: Any) -> Entry:
    return read_entry(told("value", **{"place": "national", "id": "tendering_period", "value": value, "since": since, **but}))


def a_threshold(yuan: Any = 3_000_000, since: str = "2027-01-01", **but: Any) -> Entry:
    body = {"place": "fujian", "level": "province", "kind": "open_tender", "goods": "services", "yuan": yuan, "since": since}
    return read_entry(told("threshold", **{**body, **but}))


def refused(**part: Any) -> str:
    with pytest.raises(BadInput) as refusal:
        read_entry(told(**part))
    return str(refusal.value)


# --- from its day only ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "days"), [("2026-12-31", 20), ("2027-01-01", 25), ("2027-01-02", 25)])
def test_a_value_holds_from_its_day_and_the_old_one_until_then(day: str, days: int) -> None:
    with laid_over(lay([a_value()])):
        assert law_at(date.fromisoformat(day)).period("tendering_period").length == days


def test_without_entries_the_law_is_that_of_the_tree_again() -> None:
    with laid_over(lay([a_value()])):
        assert law_at(date(2027, 1, 1)).period("tendering_period").length == 25

    assert in_force() is SHIPPED
    assert law_at(date(2027, 1, 1)).period("tendering_period").length == 20


def test_a_local_value_holds_there_and_nowhere_else() -> None:
    with laid_over(lay([a_value(place="henan")])):
        assert law_at(date(2027, 1, 1), "henan").period("tendering_period").length == 25
        assert law_at(date(2027, 1, 1), "zhengzhou").period("tendering_period").length == 25  # it lies in 河南省
        assert law_at(date(2027, 1, 1), "shenzhen").period("tendering_period").length == 20
        assert law_at(date(2027, 1, 1)).period("tendering_period").length == 20


def test_of_one_day_what_was_approved_later_corrects_what_was_approved_before() -> None:
    with laid_over(lay([a_value(25), a_value(26)])):
        assert law_at(date(2027, 1, 1)).period("tendering_period").length == 26


@pytest.mark.parametrize(("day", "yuan"), [("2026-12-31", 4_000_000), ("2027-01-01", 3_000_000), ("2027-07-01", 4_000_000)])
def test_a_threshold_holds_from_its_day_to_its_last(day: str, yuan: int) -> None:
    with laid_over(lay([a_threshold(until="2027-06-30")])):
        assert law_at(date.fromisoformat(day)).threshold("fujian", "province", "open_tender").amount == 100 * yuan


def test_a_threshold_found_late_does_not_displace_a_newer_one() -> None:
    with laid_over(lay([a_threshold(since="2025-01-01")])):
        assert law_at(date(2025, 6, 1)).threshold("fujian", "province", "open_tender").amount == 300_000_000
        assert law_at(date(2026, 6, 1)).threshold("fujian", "province", "open_tender").amount == 400_000_000


# --- a year -----------------------------------------------------------------------------------------------------------------


def test_a_provisional_year_becomes_firm_and_what_changes_is_told() -> None:
    with pytest.raises(NoArrangement):
        Calendar().is_working_day(date(2027, 2, 10))
    assert PROVISIONAL.is_working_day(date(2027, 2, 10))

    laid = proved(a_year(), ())
    said = "\n".join(changes(a_year(), laid))
    with laid_over(laid):
        assert not Calendar().is_working_day(date(2027, 2, 10))
        assert Calendar().is_working_day(date(2027, 2, 14))  # a Sunday that is worked
        assert unarranged(date(2027, 1, 1), date(2027, 12, 31)) == ()
    with laid_over(lay([replace(a_year(), number=3)])):
        [held] = entered(date(2026, 12, 1), date(2027, 2, 1))
        assert (held.year, held.notice, held.entry) == (2027, "国办发明电〔2026〕9号", 3)

    assert "由暂定（只计法定节假日）变为确定" in said
    assert "由工作日变为放假: 2027-02-09、2027-02-10、2027-02-11" in said
    assert "由休息日变为上班: 2027-02-14、2027-05-08、2027-09-26" in said


def test_the_public_holidays_of_a_span_are_known_from_the_calendar() -> None:
    [spring] = [each for each in a_year().body["holiday"] if each["zh"] == "春节"]
    assert spring["statutory"] == ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08"]


def test_a_make_up_day_without_a_name_belongs_to_the_nearest_holiday() -> None:
    held, wrong = year_from_lines(HOLIDAYS, "2027-05-08")
    assert not wrong
    assert [each["zh"] for each in held if each["make_up"]] == ["劳动节"]


@pytest.mark.parametrize(
    ("holidays", "make_up", "said"),
    [
        (HOLIDAYS, "2027-02-12 春节", "补班日须为没有放假的周六、周日"),  # a Friday
        (HOLIDAYS, "2027-02-06 春节", "补班日须为没有放假的周六、周日"),  # a Saturday off
        (HOLIDAYS.replace("端午节 2027-06-09\n", ""), MAKE_UP, "缺少法定节假日"),
        (HOLIDAYS.replace("2027-01-03", "2027-02-05"), MAKE_UP, "不超过15日"),
        (HOLIDAYS.replace("清明节 2027-04-03 2027-04-05", "清明节 2027-04-05 2027-05-01"), MAKE_UP, "止日须不早于起日"),
        (HOLIDAYS.replace("清明节 2027-04-03 2027-04-05", "清明节 2027-04-05 2027-04-03"), MAKE_UP, "止日须不早于起日"),
        (HOLIDAYS + "\n旅游节 2027-11-11", MAKE_UP, "没有已知的法定节假日"),
        (HOLIDAYS.replace("劳动节 2027-05-01", "劳动节 2028-05-01"), MAKE_UP, "止日须不早于起日"),
        (HOLIDAYS + "\n端午 2027-06-09", MAKE_UP, "重叠"),
    ],
)
def test_days_that_contradict_each_other_are_refused(holidays: str, make_up: str, said: str) -> None:
    held, wrong = year_from_lines(holidays, make_up)
    assert not wrong
    assert said in refused(part="year", year=2027, holiday=held)


def test_everything_wrong_with_a_year_is_said_at_once() -> None:
    held, _ = year_from_lines(HOLIDAYS.replace("端午节 2027-06-09\n", ""), "2027-02-12 春节\n2027-05-08 劳动节\n2027-05-08 劳动节")
    said = refused(part="year", year=2027, holiday=held)
    assert all(word in said for word in ("缺少法定节假日", "补班日重复", "补班日须为没有放假的周六、周日"))


def test_lines_that_cannot_be_read_are_named() -> None:
    _, wrong = year_from_lines("春节\n2027-01-01", "二月十四")
    assert [found.field for found in wrong] == ["holidays", "holidays", "make_up"]
    assert "第2行" in wrong[1].zh


# --- what is malformed is never laid over the law -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"place": "atlantis", "id": "tendering_period", "value": 20, "since": "2027-01-01"}, "地区无法识别"),
        ({"place": "national", "id": "tendering_peroid", "value": 20, "since": "2027-01-01"}, "名称无法识别"),
        ({"place": "national", "id": "tendering_period", "value": "二十", "since": "2027-01-01"}, "须为非负整数（单位: 日"),
        ({"place": "national", "id": "tendering_period", "value": -1, "since": "2027-01-01"}, "须为非负整数"),
        ({"place": "national", "id": "sme_deduction_max", "value": "120%", "since": "2027-01-01"}, "不超过一"),
        ({"place": "national", "id": "tendering_period", "value": 20, "since": "明年"}, "起始日须写作"),
    ],
)
def test_a_malformed_value_is_refused(part: dict[str, Any], said: str) -> None:
    assert said in refused(part="value", **part)


@pytest.mark.parametrize(("written", "exact"), [("10%", "1/10"), ("0.10", "1/10"), ("2/3", "2/3"), ("12.5％", "1/8"), ("1", "1"), ("0", "0")])
def test_a_share_is_read_exactly(written: str, exact: str) -> None:
    assert a_value(written, id="sme_deduction_max").body["value"] == exact


def test_an_article_that_its_text_does_not_have_is_refused() -> None:
    entry = read_entry(told("value", "财政部令第87号", place="national", id="tendering_period", value=20, since="2027-01-01", article="第九十九条"))
    with pytest.raises(BadInput, match="共88条"):
        proved(entry, ())


def test_a_value_without_a_source_is_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        read_entry({"value": {"place": "national", "id": "tendering_period", "value": 20, "since": "2027-01-01"}})
    assert [found.field for found in refusal.value.findings] == [f"source_{name}" for name in ("title", "number", "issuer", "issued", "url")]


# --- what stands behind it ----------------------------------------------------------------------------------------------------


def test_the_text_that_an_entry_cites_resolves_with_its_official_address() -> None:
    with laid_over(lay([a_value(article="第三条")])):
        value = law_at(date(2027, 1, 1)).parameter("tendering_period")
        cited = resolve(value.cites)
    assert str(cited) == "豫财购〔2026〕1号 第三条"
    assert cited.instrument.url == "https://www.example.gov.cn/1"


@pytest.mark.parametrize(("read", "binding"), [(True, True), (False, False)])
def test_what_nobody_has_compared_with_its_text_only_warns(read: bool, binding: bool) -> None:
    with laid_over(lay([replace(a_value(), read=read), replace(a_threshold(), read=read)])):
        assert law_at(date(2027, 1, 1)).parameter("tendering_period").binding is binding
        assert law_at(date(2027, 1, 1)).threshold("fujian", "province", "open_tender").binding is binding


def test_the_same_entries_make_the_same_law_and_others_another() -> None:
    assert lay([a_year(), a_value()]).mark == lay([a_year(), a_value()]).mark
    assert lay([a_year(), a_value()]).mark != lay([a_value(), a_year()]).mark
    assert lay([a_value()]).over == lay([a_value()]).over
    assert lay([]) is SHIPPED
