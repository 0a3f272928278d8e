"""Faults: found, placed, never repaired."""

from __future__ import annotations

from typing import Any

import pytest

from rubric.fault import Fault, blocking, faults, totals
from tests.rubric.trees import a_leaf, a_rubric


def found(*criteria: Any, total: Any = 100, **but: Any) -> list[Fault]:
    return list(faults(a_rubric(*criteria, total=total, **but)))


def kinds(*criteria: Any, **but: Any) -> list[str]:
    return [f.kind for f in found(*criteria, **but)]


def group(id: str, weight: Any, *children: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "weight": weight, "criteria": list(children)}


def test_a_sound_rubric_has_no_faults() -> None:
    assert found(a_leaf("A", 60), a_leaf("B", 40)) == []


@pytest.mark.parametrize(("weight", "faulty"), [(39, True), (40, False), (41, True)])
def test_sums_must_add_up_to_the_total(weight: int, faulty: bool) -> None:
    assert ("sum" in kinds(a_leaf("A", 60), a_leaf("B", weight))) is faulty


def test_sums_are_checked_at_every_level_and_named_by_their_path() -> None:
    deep = group("甲", 100, group("乙", 100, a_leaf("A", 60), a_leaf("B", 45)))

    places = [(f.place, f.zh) for f in found(deep) if f.kind == "sum"]

    assert ("甲 / 乙", "下级合计105分, 本级为100分") in places
    assert ("评分标准", "各评分项合计105分, 应为100分") in places


def test_the_totals_by_level_stand_beside_what_is_below() -> None:
    rubric = a_rubric(group("甲", 60, a_leaf("A", 30), a_leaf("B", 20)), a_leaf("C", 40))

    assert [(t.id, t.level, t.points, t.below) for t in totals(rubric)] == [
        ("r", 0, 100, 100), ("甲", 1, 60, 50), ("A", 2, 30, None), ("B", 2, 20, None), ("C", 1, 40, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("points", "kind"), [(99, "rule_falls_short"), (100, None), (101, "rule_exceeds")])
def test_a_rule_gives_what_its_leaf_is_worth(points: int, kind: str | None) -> None:
    assert kinds(a_leaf("A", 100, {"kind": "yes_no", "points": points})) == ([kind] if kind else [])


def test_a_stated_cap_makes_a_rule_that_gives_more_a_mere_note() -> None:
    leaf = a_leaf("A", 100, {"kind": "yes_no", "points": 150}, cap=100)

    assert [(f.kind, f.blocking) for f in found(leaf)] == [("rule_exceeds", False)]


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        ({"min": 100, "max": 200, "points": 100}, None),
        ({"min": 99, "max": 200, "points": 100}, "levels_overlap"),
        ({"min": 101, "max": 200, "points": 100}, "levels_gap"),
    ],
)
def test_ranges_that_overlap_or_leave_a_gap_are_named(second: dict[str, Any], kind: str | None) -> None:
    leaf = a_leaf("A", 100, {"kind": "ranges", "ranges": [{"max": 100, "points": 50}, second]})

    assert kinds(leaf) == ([kind] if kind else [])


def test_bands_that_leave_a_gap_or_give_no_zero_are_named() -> None:
    rule = {"kind": "bands", "bands": [{"name": "好", "range": [60, 100]}, {"name": "差", "range": [1, 50]}]}

    assert kinds(a_leaf("A", 100, rule)) == ["levels_gap", "levels_open"]


def test_bands_one_step_apart_leave_no_gap() -> None:
    rule = {"kind": "bands", "step": 1, "bands": [{"name": "好", "range": [51, 100]}, {"name": "差", "range": [0, 50]}]}

    assert found(a_leaf("A", 100, rule)) == []


@pytest.mark.parametrize(
    ("leaf", "kind"),
    [
        ({"id": "A", "name": "A", "weight": 100}, "rule_missing"),
        ({"id": "A", "name": "A", "weight": 100, "parts": [{"id": "A", "rule": None}]}, "rule_missing"),
        (a_leaf("A", 100, {"kind": "delegated", "points": 100}), "rule_delegated"),
        ({**a_leaf("A", 100), "weight": None}, "points_missing"),
        (a_leaf("A", 100, parties={"甲方": "0.5", "乙方": "0.4"}), "shares"),
        (a_leaf("A", 100, cap=110), "rule_exceeds"),
    ],
)
def test_what_cannot_be_scored_blocks(leaf: dict[str, Any], kind: str) -> None:
    assert kind in [f.kind for f in blocking(a_rubric(leaf))]


def test_a_point_without_a_score_is_named_and_does_not_block() -> None:
    leaf = a_leaf("A", 100, without_points=["承诺三个月内持证"])

    assert [(f.kind, f.zh, f.blocking) for f in found(leaf)] == [
        ("point_without_score", "观察点“承诺三个月内持证”没有分值", False)
    ]


def test_requirements_must_exist_and_not_go_in_circles() -> None:
    def part(id: str, requires: str) -> dict[str, Any]:
        return {"id": id, "requires": requires, "rule": {"kind": "yes_no", "points": 50}}

    unknown = {"id": "A", "name": "A", "weight": 100, "parts": [part("a", "z"), part("b", "a")]}
    circle = {"id": "A", "name": "A", "weight": 100, "parts": [part("a", "b"), part("b", "a")]}

    assert kinds(unknown) == ["requires_unknown"]
    assert kinds(circle) == ["requires_circle", "requires_circle"]


def test_one_id_twice_is_one_too_many() -> None:
    assert "duplicate_id" in kinds(a_leaf("A", 50), a_leaf("A", 50))


def test_bands_of_grades_with_gaps_are_noted_and_overlaps_block() -> None:
    gap = [{"grade": "良", "min": 80, "max": 100}, {"grade": "差", "min": 0, "max": 79}]
    both = [{"grade": "良", "min": 80, "max": 100}, {"grade": "差", "min": 0, "max": 81}]

    assert [(f.kind, f.blocking) for f in found(a_leaf("A", 100), grades=gap)] == [("grade_gap", False)]
    assert [(f.kind, f.blocking) for f in found(a_leaf("A", 100), grades=both)] == [("grade_overlap", True)]


def test_a_bonus_is_outside_the_sums() -> None:
    assert found(a_leaf("A", 100), a_leaf("E", 5, bonus="beyond")) == []
