"""Every form of scoring rule, worked by hand: tests/rubric/cases/rules.toml."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rubric.ratios import PoolRatio
from rubric.reading import rule_from
from rubric.rule import KINDS, BadMark, NotApplicable, Rule

CASES = tomllib.loads((Path(__file__).parent / "cases" / "rules.toml").read_text("utf-8"))["case"]
GIVES = [(c["name"], c["rule"], value, points) for c in CASES for value, points in c["gives"]]
REFUSES = [(c["name"], c["rule"], value) for c in CASES for value in c["refuses"]]


def points_text(rule: Rule, value: Any) -> Any:
    try:
        return rule.points(value)
    except NotApplicable:
        return "不适用"


@pytest.mark.parametrize(("name", "rule", "value", "points"), GIVES, ids=[f"{n}: {v}" for n, _, v, _ in GIVES])
def test_a_mark_gives_its_points(name: str, rule: dict[str, Any], value: Any, points: str) -> None:
    assert points_text(rule_from(rule), value) == (points if points == "不适用" else Fraction(points))


@pytest.mark.parametrize(("name", "rule", "value"), REFUSES, ids=[f"{n}: {v}" for n, _, v in REFUSES])
def test_what_is_no_mark_is_refused_in_chinese(name: str, rule: dict[str, Any], value: Any) -> None:
    with pytest.raises(BadMark) as refusal:
        rule_from(rule).points(value)

    assert any("一" <= c <= "鿿" for c in str(refusal.value))


@pytest.mark.parametrize(("name", "rule", "value", "points"), GIVES, ids=[f"{n}: {v}" for n, _, v, _ in GIVES])
def test_points_lie_in_the_bounds_and_can_be_given(name: str, rule: dict[str, Any], value: Any, points: str) -> None:
    built = rule_from(rule)
    if points == "不适用":
        return
    found = Fraction(points)

    assert built.low is None or built.low <= found
    assert built.high is None or found <= built.high
    assert built.gives(found)


def test_every_kind_has_a_case() -> None:
    assert set(KINDS) == {c["rule"]["kind"] for c in CASES} | {"pool_ratio"}


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_every_rule_describes_itself_in_chinese_and_says_how_it_is_entered(case: dict[str, Any]) -> None:
    rule = rule_from(case["rule"])

    assert any("一" <= c <= "鿿" for c in rule.describe())
    assert rule.form.kind in {
        "choice", "several", "boolean", "count", "number", "band", "counts_by_grade", "values", "places", "none",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "entered", "value"),
    [
        ({"kind": "checklist", "by_count": [0, 20, 40]}, "2", 2),
        ({"kind": "yes_no", "points": 5}, "true", True),
        ({"kind": "per_unit", "points": 5}, " 3 ", "3"),
        ({"kind": "graded_units", "grades": {"省级": 1, "市级": 2}}, {"省级": "2", "市级": ""}, {"省级": 2}),
        ({"kind": "flags", "items": {"甲": 1, "乙": 2}}, ["甲"], ["甲"]),
        ({"kind": "flags", "items": {"甲": 1, "乙": 2}}, "", []),
        ({"kind": "flags", "items": {"甲": 1, "乙": 2}}, ["无"], []),
        ({"kind": "ranked_external_grades", "ranks": {"1": 3}}, "无", []),
        ({"kind": "ranked_external_grades", "ranks": {"1": 3}}, "1, 2、3", [1, 2, 3]),
        ({"kind": "bands", "bands": [{"name": "好", "range": [1, 5]}]}, {"level": "好", "points": "4"}, {"level": "好", "points": "4"}),
        ({"kind": "deductions", "start": 5, "rules": [{"per": "迟到", "minus": 1}]}, {"迟到": ""}, {}),
        ({"kind": "veto"}, "否", False),
    ],
)  # fmt: skip
def test_a_form_control_becomes_a_mark(rule: dict[str, Any], entered: Any, value: Any) -> None:
    assert rule_from(rule).parse(entered) == value


def test_none_of_these_and_one_of_them_cannot_both_be_ticked() -> None:
    with pytest.raises(BadMark, match="以上均无"):
        rule_from({"kind": "flags", "items": {"甲": 1}}).parse(["甲", "无"])


def test_the_form_refuses_what_the_rule_cannot_read() -> None:
    with pytest.raises(BadMark, match="没有“优”这一档"):
        rule_from({"kind": "judgement_levels", "levels": {"好": 1}}).parse("优")


# --- the whole pool 与全体投标比较 (财政部令第87号 第五十五条: 最低报价为基准) -------------------------------------------------


def test_the_lowest_of_the_pool_is_full_and_the_others_in_proportion() -> None:
    rule = PoolRatio(Fraction(10))

    assert [rule.points(p, (80, 100, 160)) for p in (80, 100, 160)] == [10, 8, 5]


def test_throwing_a_bid_out_changes_the_others() -> None:
    rule = PoolRatio(Fraction(10))

    assert rule.points(100, (50, 100)) == 5
    assert rule.points(100, (100,)) == 10


def test_the_most_hours_are_full_and_below_the_minimum_there_is_nothing() -> None:
    rule = rule_from({"kind": "pool_ratio", "points": 10, "best": "highest", "minimum": 1000, "input": "服务时数"})

    assert [rule.points(h, (999, 1000, 2000)) for h in (999, 1000, 2000)] == [0, 5, 10]


def test_a_pool_without_the_own_value_or_with_a_zero_price_is_refused() -> None:
    for value, pool in ((100, (90, 95)), (0, (0, 100)), (100, (0, 100))):
        with pytest.raises(BadMark):
            PoolRatio(Fraction(10)).points(value, pool)


def test_a_level_may_count_per_occurrence_below_zero() -> None:
    from rubric.levels import JudgementLevels

    rule = JudgementLevels((("按时", Fraction(5)), ("延迟", Fraction(2))), (("未完成", Fraction(-2)),))

    assert [rule.points(v) for v in ("按时", {"level": "未完成", "times": 3})] == [5, -6]
    assert rule.low is None
    assert rule.gives(Fraction(-6))
    assert not rule.gives(Fraction(-5))
