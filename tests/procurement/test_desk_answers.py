"""What the desk answers, beyond the three boundaries of each rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kernel.refusal import BadInput
from procurement.desk.answer import as_mapping
from procurement.desk.choice import choose
from procurement.desk.need import read_need
from procurement.desk.panel import compose, read_panel
from procurement.desk.scoring import check, read_table
from procurement.desk.telling import days_between, working_days
from procurement.desk.term import judge, read_deal
from procurement.desk.timetable import forward
from procurement.method import METHOD_NAMES, Method
from rubric.reading import load_yaml

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)


def method(**question: Any) -> dict[str, Any]:
    return as_mapping(choose(read_need(question, TODAY)))


def option(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in answer["methods"] if each["method"] == name)


def test_every_method_is_answered_open_or_with_the_reason_why_not():
    answer = method(amount=800000, region="410100", date=date(2026, 9, 1))

    assert [each["method"] for each in answer["methods"]] == [METHOD_NAMES[each] for each in Method]
    assert all(each["why"] for each in answer["methods"])
    assert answer["open"] == ["open_tendering", "consultation"]


def test_a_place_whose_amounts_are_not_held_says_that_the_guideline_is_no_decision():
    answer = method(amount=2500000, region="410100", date=date(2026, 9, 1))

    assert "国家指引" in answer["conclusion"]
    assert any("郑州" in each for each in answer["cautions"])


def test_a_repeated_service_over_the_year_is_named_splitting_with_the_sum():
    earlier = [{"date": "2026-03-01", "amount": 900000, "method": "竞争性磋商", "item": "社工站"}]
    answer = method(
        amount=1200000,
        item="社工站",
        region="350000",
        level="city",
        open_tender_threshold=2000000,
        earlier=earlier,
        date=date(2026, 9, 1),
    )
    [found] = [each for each in answer["findings"] if each["rule"] == "R-28"]

    assert (found["severity"], found["have"]) == ("违反", "¥2,100,000.00")
    assert option(answer, "consultation")["approvals"]


def test_an_urgency_before_october_2026_needs_the_approval_it_always_needed():
    asked = {"amount": 3000000, "region": "350000", "level": "city", "grounds": ["urgent"]}
    before, after = method(**asked, date=date(2026, 9, 30)), method(**asked, date=date(2026, 10, 1))

    assert "财政部门批准" in option(before, "negotiation")["approvals"][1]
    assert "财库〔2026〕12号" in option(after, "negotiation")["approvals"][0]


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"amount": -1},
        {"amount": 1, "region": "9999"},
        {"amount": 1, "object": "spaceship"},
        {"amount": 1, "grounds": ["whim"]},
    ],
)
def test_a_question_that_cannot_be_read_is_refused_with_every_reason(question):
    with pytest.raises(BadInput):
        read_need(question, TODAY)


def test_a_key_that_nobody_reads_is_told_and_other_names_are_understood():
    told = method(
        object="政府购买社会工作服务", budget="150万元", catalogue_hit=False, urgency="unforeseeable", colour="red"
    )

    assert "1,500,000.00" in told["question"]
    assert option(told, "negotiation")["open"]
    assert any("colour" in each for each in told["cautions"])


def test_a_committee_may_be_asked_by_numbers_alone():
    told = as_mapping(compose(read_panel({"method": "open_tendering", "size": 5, "experts": 3}, TODAY)))

    assert [each["what"] for each in told["findings"] if each["severity"] == "违反"] == [
        "评审专家不足成员总数的三分之二"
    ]


@pytest.mark.parametrize(("weight", "lawful"), [(9, False), ("10%", True), (0.3, True), (31, False)])
def test_the_weight_of_price_may_be_asked_alone(weight, lawful):
    told = as_mapping(
        check(read_table({"method": "consultation", "price_weight": weight, "date": "2026-09-01"}, TODAY))
    )

    assert told["lawful"] is lawful


def test_a_single_source_has_no_committee_of_a_number():
    found = compose(read_panel({"method": "single_source"}, TODAY))

    assert "专业人员" in found.conclusion


def test_the_plan_of_a_framework_is_filed_before_it_starts():
    found = {row.event: row for row in forward(Method.FRAMEWORK, date(2026, 3, 2))}

    assert found["plan_filing"].day == date(2026, 3, 2)
    assert option(method(amount=800000, grounds=["users_choose"]), "framework")["approvals"] == [
        "采购方案报本级财政部门备案（财政部令第110号 第八条）"
    ]


def test_after_the_report_is_signed_nobody_is_replaced():
    found = compose(read_panel({"method": "open_tendering", "dropout": "after"}, TODAY))

    assert "不得因此重新评审" in found.results["dropout"][0]
    assert "第六十七条" in found.results["dropout"][-1]


def test_the_demonstration_tender_is_checked_by_the_law_of_its_year():
    told = check(read_table(load_yaml((ROOT / "demo" / "tender.yaml").read_text(encoding="utf-8")), TODAY))

    assert told.results["price_weight"]
    assert told.working


def test_the_low_price_test_begins_on_the_first_of_february_2026():
    items = [{"name": "价格", "points": 10}, {"name": "服务方案", "points": 90}]
    before = check(read_table({"items": items, "date": "2026-01-31"}, TODAY))
    after = check(read_table({"items": items, "date": "2026-02-01"}, TODAY))

    assert before.results["low_price"] is None
    assert after.results["low_price"]["of_ceiling"] == "45%"


def test_levels_without_points_are_named_and_words_are_read_by_the_clause_check():
    items = [
        {"name": "价格", "points": 30},
        {"name": "服务方案", "points": 30, "levels": ["优", "良", "差"]},
        {"name": "人员", "points": 20, "levels": [{"name": "优", "points": 20}, {"name": "良", "points": 10}]},
        {"name": "业绩", "points": 20, "text": "投标人具有本市同类项目业绩的，每个得5分，最高20分"},
    ]
    told = as_mapping(check(read_table({"method": "竞争性磋商", "items": items, "date": "2026-09-01"}, TODAY)))
    wrong = {(each["rule"], each["severity"]): each["what"] for each in told["findings"] if each["severity"] != "提示"}

    assert wrong[("87-55", "违反")].startswith("服务方案")
    assert wrong[("R-20(4)", "风险")].startswith("业绩")
    assert not any("人员" in what for what in wrong.values())


def test_term_and_money_gives_every_date_of_a_contract():
    told = as_mapping(
        judge(read_deal({"notice": "2026-09-04", "signed": "2026-09-30", "invoice": "2026-11-02"}, TODAY))
    )

    assert {name: each["date"] for name, each in told["dates"].items()} == {
        "contract_signing": "2026-10-08",
        "contract_publication": "2026-10-09",
        "contract_filing": "2026-10-15",
        "payment": "2026-12-02",
        "payment_prompt": "2026-11-16",
        "archive": "2041-09-30",
    }


@pytest.mark.parametrize(
    ("start", "number", "gives"),
    [
        ("2026-09-24", 5, "2026-10-09"),
        ("2026-10-09", -5, "2026-09-24"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-09-24", 0, "2026-09-24"),
    ],
)
def test_working_days_are_added_and_taken_away(start, number, gives):
    assert working_days(date.fromisoformat(start), number)["date"] == gives


def test_working_days_between_two_days_leave_out_the_first():
    told = days_between(date(2026, 9, 24), date(2026, 10, 9))

    assert (told["working_days"], told["calendar_days"]) == (5, 15)
    assert [each["zh"] for each in told["holidays"]] == ["中秋节", "国庆节"]
