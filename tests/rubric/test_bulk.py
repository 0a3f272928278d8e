"""Bulk scoring: the same to the last digit, and as strict about what is missing."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from kernel.refusal import BadInput
from rubric.aggregation import aggregate
from rubric.bulk import CompiledRubric
from rubric.sheet import Mark
from tests.rubric.trees import a_leaf, a_rubric, a_sheet

RUBRIC = a_rubric(a_leaf("A", 60), a_leaf("B", 40, {"kind": "ratio", "points": 100}))


def rows(subject: Any, *sheets: tuple[str, dict[str, Any]]) -> list[tuple[Any, str, str, str]]:
    return [(subject, rater, part, json.dumps(value)) for rater, marks in sheets for part, value in marks.items()]


def test_units_grow_with_the_denominators_met_on_the_way() -> None:
    compiled = CompiledRubric(RUBRIC, decode=json.loads)
    found = compiled.totals(
        rows("一", ("甲", {"A": "优", "B": "1/3"}), ("乙", {"A": "良", "B": "1/7"}))
        + rows("二", ("甲", {"A": "优", "B": "1/11"}))
    )

    assert found == {
        "一": Fraction(60 + 48, 2) + Fraction(40, 2) * (Fraction(1, 3) + Fraction(1, 7)),
        "二": 60 + Fraction(40, 11),
    }


def test_a_missing_mark_is_refused_as_ever() -> None:
    with pytest.raises(BadInput, match="B: 未评分"):
        CompiledRubric(RUBRIC, decode=json.loads).totals(rows("一", ("甲", {"A": "优"})))


def test_an_unknown_part_is_refused_as_ever() -> None:
    with pytest.raises(BadInput, match="评分标准中没有“C”"):
        CompiledRubric(RUBRIC, decode=json.loads).totals(rows("一", ("甲", {"A": "优", "B": 1, "C": 1})))


def test_rows_of_one_subject_must_stand_together() -> None:
    one, two = rows("一", ("甲", {"A": "优", "B": 1})), rows("二", ("甲", {"A": "优", "B": 1}))

    with pytest.raises(BadInput, match="须相邻"):
        CompiledRubric(RUBRIC, decode=json.loads).totals(one + two + one)


def test_a_part_marked_twice_by_one_rater_is_refused() -> None:
    one = rows("一", ("甲", {"A": "优", "B": 1}))

    with pytest.raises(BadInput, match="有多条记录"):
        CompiledRubric(RUBRIC, decode=json.loads).totals([*one, one[0]])


def test_what_is_not_applicable_takes_the_ordinary_way() -> None:
    marks = {"A": Mark("良"), "B": Mark(not_applicable=True, reason="未安排")}

    assert CompiledRubric(RUBRIC).total([("甲", marks)]) == aggregate(RUBRIC, [a_sheet(**marks)]).total == 80


def test_rubrics_with_a_bonus_inside_or_a_ceiling_take_the_ordinary_way() -> None:
    for but in ({"bonus": "inside"}, {"bonus": "beyond"}):
        rubric = a_rubric(a_leaf("A", 100), a_leaf("E", 5, **but), ceiling=103)
        expected = aggregate(rubric, [a_sheet(A="优", E="优")]).total
        assert CompiledRubric(rubric).total([("甲", {"A": "优", "E": "优"})]) == expected


def test_a_bonus_beyond_the_scale_is_added_in_bulk_too() -> None:
    rubric = a_rubric(a_leaf("A", 100), a_leaf("E", 5, bonus="beyond"))

    assert CompiledRubric(rubric).total([("甲", {"A": "优", "E": "优"})]) == 105
