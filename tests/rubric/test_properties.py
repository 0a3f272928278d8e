"""What must hold for every rubric and every set of sheets: bounds, monotonicity, exactness, order, bulk = one by one."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kernel.refusal import BadInput
from rubric.aggregation import aggregate
from rubric.bulk import CompiledRubric
from rubric.criterion import Rubric
from rubric.reading import rule_from
from rubric.rule import NotApplicable
from rubric.sheet import Mark, Sheet
from tests.rubric.trees import a_rubric

points = st.decimals(min_value=0, max_value=40, places=2)
names = st.sampled_from(["优", "良", "中", "差"])


@st.composite
def rules(draw: st.DrawFn) -> tuple[dict[str, Any], st.SearchStrategy[Any]]:
    """A rule and marks that it can read."""
    kind = draw(st.sampled_from(sorted(_RULES)))
    built: tuple[dict[str, Any], st.SearchStrategy[Any]] = _RULES[kind](draw)
    return built


def _levels(draw: st.DrawFn) -> Any:
    return {"kind": "judgement_levels", "levels": {n: draw(points) for n in ("优", "良", "中", "差")}}, names


def _checklist(draw: st.DrawFn) -> Any:
    by_count = draw(st.lists(points, min_size=1, max_size=6))
    return {"kind": "checklist", "by_count": by_count}, st.integers(0, len(by_count) - 1)


def _per_unit(draw: st.DrawFn) -> Any:
    rule = {"kind": "per_unit", "points": draw(points), "base_units": draw(st.integers(0, 5)), "base_points": draw(points)}
    if draw(st.booleans()):
        rule["cap"] = max(draw(points), rule["base_points"])
    return rule, st.integers(0, 30)


def _graded(draw: st.DrawFn) -> Any:
    rule: dict[str, Any] = {"kind": "graded_units", "grades": {n: draw(st.integers(0, 9)) for n in ("甲", "乙")}}
    if draw(st.booleans()):
        rule["cap"] = draw(st.integers(0, 30))
    return rule, st.dictionaries(st.sampled_from(["甲", "乙"]), st.integers(0, 6))


def _places(draw: st.DrawFn) -> Any:
    rule = {"kind": "ranked_external_grades", "best_n": draw(st.integers(1, 4)), "ranks": {"1": 35, "2": 25, "other": 1}}
    return rule, st.lists(st.integers(0, 5), max_size=6)


def _ratio(draw: st.DrawFn) -> Any:
    measure = draw(st.sampled_from(["share", "inverse", "saving"]))
    pair = st.fixed_dictionaries({"分子": st.integers(0, 50), "分母": st.integers(0, 50)})
    return {"kind": "ratio", "points": draw(points), "measure": measure}, pair


def _deductions(draw: st.DrawFn) -> Any:
    rule = {"kind": "deductions", "start": draw(points), "rules": [{"per": "迟到", "minus": draw(points)}], "floor": 0}
    return rule, st.dictionaries(st.just("迟到"), st.integers(0, 9))


def _flags(draw: st.DrawFn) -> Any:
    rule = {"kind": "flags", "items": {n: draw(points) for n in "甲乙丙"}}
    return rule, st.lists(st.sampled_from("甲乙丙"), unique=True)


def _yes(draw: st.DrawFn) -> Any:
    return {"kind": "yes_no", "points": draw(points)}, st.booleans()


_RULES = {
    "levels": _levels, "checklist": _checklist, "per_unit": _per_unit, "graded": _graded, "places": _places,
    "ratio": _ratio, "deductions": _deductions, "flags": _flags, "yes": _yes,
}  # fmt: skip


@given(rules(), st.data())
def test_points_stay_within_the_stated_bounds_and_can_be_given(drawn: Any, data: st.DataObject) -> None:
    rule, value = rule_from(drawn[0]), data.draw(drawn[1])
    try:
        found = rule.points(value)
    except NotApplicable:  # a zero denominator; nothing else may come
        return

    assert rule.low is None or rule.low <= found
    assert rule.high is None or found <= rule.high
    assert rule.gives(found)
    assert isinstance(found, Fraction)


@given(points, st.integers(0, 8), points, points, st.integers(0, 40))
def test_one_unit_more_never_gives_less(each: Any, base: int, base_points: Any, more: Any, count: int) -> None:
    rule = rule_from({"kind": "per_unit", "points": each, "base_units": base, "base_points": base_points, "cap": base_points + more})

    assert rule.points(count) <= rule.points(count + 1)


@given(st.integers(0, 200), st.integers(1, 200))
def test_a_better_ratio_never_gives_less_and_a_dearer_cost_never_more(actual: int, plan: int) -> None:
    share = rule_from({"kind": "ratio", "points": 10, "numerator": "实际", "denominator": "计划"})
    cost = rule_from({"kind": "ratio", "points": 10, "measure": "inverse", "numerator": "实际", "denominator": "计划"})

    assert share.points({"实际": actual, "计划": plan}) <= share.points({"实际": actual + 1, "计划": plan})
    assert cost.points({"实际": actual + 1, "计划": plan}) >= cost.points({"实际": actual + 2, "计划": plan})


# --- whole rubrics ------------------------------------------------------------------------------------------------------


@st.composite
def rubrics_with_sheets(draw: st.DrawFn) -> tuple[Rubric, list[Sheet]]:
    """A rubric of several leaves, some with two parts and a requirement, and the sheets of one to six raters."""
    leaves, marks = [], {}
    for nr in range(draw(st.integers(1, 5))):
        rule, values = draw(rules())
        parts: list[dict[str, Any]] = [{"id": f"L{nr}a", "rule": rule}]
        marks[f"L{nr}a"] = values
        if draw(st.booleans()):
            second, more = draw(rules())
            parts.append({"id": f"L{nr}b", "rule": second, "requires": draw(st.sampled_from([None, f"L{nr}a"]))})
            marks[f"L{nr}b"] = more
        leaf = {"id": f"L{nr}", "name": "项", "weight": draw(st.integers(1, 30)), "parts": parts}
        leaf["scale"] = draw(st.sampled_from([100, 30, leaf["weight"]]))
        if draw(st.booleans()):
            leaf["cap"] = draw(st.integers(1, 30))
        leaves.append(leaf)
    mean = draw(st.sampled_from(["plain", "without_extremes"]))
    rubric = a_rubric(*leaves, total=sum(leaf["weight"] for leaf in leaves), folding={"mean": mean, "minimum": 4})
    raters = draw(st.integers(1, 6))
    return rubric, [Sheet(f"{n}", {id: Mark(draw(v)) for id, v in marks.items()}) for n in range(raters)]


@given(rubrics_with_sheets(), st.randoms(use_true_random=False))
def test_the_order_of_raters_and_marks_changes_nothing(drawn: tuple[Rubric, list[Sheet]], random: Any) -> None:
    rubric, sheets = drawn
    other = [Sheet(s.rater, dict(random.sample(sorted(s.marks.items()), len(s.marks)))) for s in sheets]
    random.shuffle(other)

    assert _total(rubric, sheets) == _total(rubric, other)


@given(rubrics_with_sheets())
def test_the_total_is_exact_and_within_the_scale(drawn: tuple[Rubric, list[Sheet]]) -> None:
    rubric, sheets = drawn
    total = _total(rubric, sheets)
    if total is None:
        return

    assert isinstance(total, Fraction)
    caps = sum((max(leaf.cap or leaf.full, leaf.full) * leaf.weight / leaf.full for leaf in rubric.leaves()), Fraction(0))  # type: ignore[operator,type-var]
    assert 0 <= total <= max(caps, Fraction(0)) * 30


@given(rubrics_with_sheets())
def test_bulk_scoring_equals_scoring_one_by_one(drawn: tuple[Rubric, list[Sheet]]) -> None:
    rubric, sheets = drawn
    compiled = CompiledRubric(rubric, decode=json.loads)
    rows = [
        (subject, sheet.rater, part, json.dumps(mark.value, ensure_ascii=False))
        for subject in ("一", "二")
        for sheet in (sheets if subject == "一" else sheets[::-1][:1])
        for part, mark in sheet.marks.items()
    ]
    expected = {"一": _total(rubric, sheets), "二": _total(rubric, sheets[::-1][:1])}
    if None in expected.values():
        return

    assert compiled.totals(rows) == expected
    assert compiled.totals(rows) == expected  # once more, now that every mark is known


def _total(rubric: Rubric, sheets: list[Sheet]) -> Fraction | None:
    try:
        return aggregate(rubric, sheets).total
    except BadInput as refusal:
        if "全部指标均为不适用" not in str(refusal):
            raise
        return None
