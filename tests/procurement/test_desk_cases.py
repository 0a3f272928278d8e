"""Worked cases of the law desk: three to a rule (short, exact, over), and dates over Spring Festival, National Day, make-up days."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from kernel.period import Period, Unit
from law import law_at
from law.citation import resolve_all
from law.coverage import rule_of
from procurement.desk.answer import Answer, Severity, as_mapping
from procurement.desk.choice import choose
from procurement.desk.counting import Edge, count, keeps
from procurement.desk.course import COURSES
from procurement.desk.need import read_need
from procurement.desk.panel import compose, read_panel
from procurement.desk.scoring import check, read_table
from procurement.desk.term import judge, read_deal

CASES = Path(__file__).parents[1] / "cases"
DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
PLACES = ("short", "exact", "over")


def cases(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def named(found: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=f"{case['rule']} {case['name']}") for case in found]


DATES = cases("desk-dates")


@pytest.mark.parametrize("case", named(DATES))
def test_a_date_counted_by_hand(case):
    assert resolve_all(case["cites"])
    found = count(case["from"], Period(case["length"], Unit(case["unit"])), Edge(case["edge"]))

    assert found.day == case["gives"]
    assert case["count"]


@pytest.mark.parametrize("case", named(DATES))
def test_the_same_date_by_an_independent_holiday_library(case):
    """Counted again day by day with nothing of ours."""
    day, left = case["from"], case["length"]
    while left:
        day += DAY
        left -= case["unit"] == "day" or chinese_calendar.is_workday(day)
    while case["edge"] == "latest" and not chinese_calendar.is_workday(day):
        day += DAY

    assert day == case["gives"]


def test_there_are_forty_dates_over_the_holidays_of_three_years():
    spanned = {
        year: [case for case in DATES if year in (case["from"].year, case["gives"].year)] for year in (2024, 2025, 2026)
    }

    assert len(DATES) >= 40
    assert all(len(found) >= 10 for found in spanned.values())
    assert sum("补班" in case["count"] for case in DATES) >= 10


@pytest.mark.parametrize("case", named(cases("desk-limits")))
def test_one_day_short_exact_and_one_day_over(case):
    assert resolve_all(case["cites"])
    number = law_at(case["from"]).parameter(case["number"])
    assert isinstance(number.value, Period)
    told = [
        keeps(case["from"], number.value, Edge(case["edge"]), case[place], back=case.get("back", False))
        for place in PLACES
    ]

    assert told == case["lawful"]


def ask(desk: str, question: Mapping[str, Any]) -> Answer:
    desks: dict[str, Callable[[], Answer]] = {
        "method": lambda: choose(read_need(question, TODAY)),
        "committee": lambda: compose(read_panel(question, TODAY)),
        "rubric": lambda: check(read_table(question, TODAY)),
        "term": lambda: judge(read_deal(question, TODAY)),
    }
    return desks[desk]()


def at(answer: Answer, path: str) -> Any:
    """What stands in the answer at a path: ``methods.consultation.open``, ``low_price.triggered.count``."""
    value: Any = as_mapping(answer)
    for step in path.split("."):
        if step == "count":
            value = len(value)
        elif step == "first":
            value = value[0]
        elif step == "has_exception":
            value = value["exception"] is not None
        elif isinstance(value, list):
            value = next(each for each in value if each["method"] == step)
        else:
            value = value[step]
    return value


@pytest.mark.parametrize("case", named(cases("desk-answers")))
def test_short_exact_and_over(case):
    assert resolve_all(case["cites"])
    answers = [ask(case["desk"], {**case["question"], case["vary"]: case[place]}) for place in PLACES]
    own = [[point for point in answer.points if point.rule == case["rule"]] for answer in answers]
    if "found" in case:
        about = case.get("about", "")
        told = [any(p.severity is not Severity.NOTE and about in p.zh for p in points) for points in own]
        assert told == case["found"]
    if "noted" in case:
        assert [bool(points) for points in own] == case["noted"]
    if "says" in case:
        for points, words in zip(own, case["says"], strict=True):
            assert any(words in point.zh for point in points)
    if "gives" in case:
        assert [at(answer, case["result"]) for answer in answers] == case["gives"]
    assert {"found", "noted", "says", "gives"} & set(case)
    for answer in answers:
        assert answer.conclusion
        assert answer.articles
        assert all(rule_of(point.rule) for point in answer.points)


def test_what_is_known_from_memory_only_never_breaks_anything():
    found = ask(
        "committee",
        {"method": "consultation", "complex": True, "members": [{"name": "甲"}, {"name": "乙"}, {"name": "丙"}]},
    )
    [legal] = [point for point in found.points if "法律专家" in point.zh]

    assert legal.waits
    assert legal.severity is Severity.NOTE
    assert "待核对" in legal.zh


@pytest.mark.parametrize("method", COURSES, ids=lambda method: method.value)
def test_every_limit_of_a_course_is_a_line_of_the_rule_sheet(method):
    assert all(rule_of(limit.rule) for limit in COURSES[method])
