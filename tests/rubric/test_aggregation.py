"""From sheets to a score 汇总: parts, raters, parties, stages, and one rounding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from kernel.refusal import BadInput
from rubric.aggregation import Circumstances, aggregate, score_sheet
from rubric.grade import GradeScale
from rubric.reading import rule_from
from rubric.sheet import Evidence, Mark
from tests.rubric.trees import LEVELS, a_leaf, a_rubric, a_sheet


def test_a_leaf_on_a_hundred_scale_counts_its_weight() -> None:
    rubric = a_rubric(a_leaf("A", 8), a_leaf("B", 92))

    score = aggregate(rubric, [a_sheet(A="良", B="优")])

    assert score.line("A").points == Fraction(80 * 8, 100)
    assert score.total == Fraction(64, 10) + 92


def test_the_score_is_rounded_once_half_up_to_the_places_of_the_rubric() -> None:
    third = a_rubric(a_leaf("A", 100), places=2)

    score = aggregate(third, [a_sheet(str(n), A=v) for n, v in enumerate(("优", "优", "良"))])

    assert score.total == Fraction(280, 3)
    assert score.shown == Decimal("93.33")


@pytest.mark.parametrize(("hundredths", "shown"), [(8994, "89.9"), (8995, "90.0"), (8996, "90.0")])
def test_halves_are_rounded_up_at_the_place_the_rubric_states(hundredths: int, shown: str) -> None:
    rubric = a_rubric(a_leaf("A", 100, {"kind": "judgement", "points": 100}), places=1)

    assert str(aggregate(rubric, [a_sheet(A=Fraction(hundredths, 100))]).shown) == shown


@pytest.mark.parametrize("total", [100, 105, 1000, 1, "22.5"])
def test_any_scale_adds_up_exactly(total: Any) -> None:
    weight = Fraction(str(total)) / 4
    rubric = a_rubric(*(a_leaf(id, weight) for id in "ABCD"), total=total)

    assert aggregate(rubric, [a_sheet(A="优", B="优", C="优", D="优")]).total == Fraction(str(total))


def test_a_tree_of_any_depth_adds_up_level_by_level() -> None:
    deep: dict[str, Any] = a_leaf("A", 100)
    for level in range(12):
        deep = {"id": f"G{level}", "name": f"G{level}", "weight": 100, "criteria": [deep]}

    score = aggregate(a_rubric(deep), [a_sheet(A="良")])

    assert score.total == 80
    assert [line.level for line in score.walk()] == list(range(1, 14))


# --- parts ------------------------------------------------------------------------------------------------------------


def mixed(**but: Any) -> Any:
    parts = [
        {"id": "a", "objective": True, "rule": {"kind": "checklist", "by_count": [0, 20, 40, 60, 80]}},
        {"id": "b", "requires": "a", "rule": {"kind": "judgement_levels", "levels": {"优": 20, "差": 0}}},
    ]
    return a_rubric({"id": "T1", "name": "服务计划", "weight": 8, "scale": 100, "parts": parts, **but}, total=8)


@pytest.mark.parametrize(("count", "points"), [(0, 0), (1, 40), (4, 100)])
def test_a_part_that_requires_another_gives_nothing_while_that_gave_nothing(count: int, points: int) -> None:
    mark = aggregate(mixed(), [a_sheet(a=count, b="优")]).line("T1").marks[0]

    assert mark.sum == points
    assert mark.points == Fraction(points * 8, 100)
    assert [p.note for p in mark.parts] == ["", "前置项a为0分" if count == 0 else ""]


def test_a_part_that_is_zero_anyway_needs_no_mark() -> None:
    assert aggregate(mixed(), [a_sheet(a=0)]).total == 0
    assert aggregate(mixed(gates=["持证"]), [a_sheet()], Circumstances(facts={"持证": False})).total == 0
    with pytest.raises(BadInput, match="b: 未评分"):
        aggregate(mixed(), [a_sheet(a=1)])


def test_objective_parts_come_from_the_facts_and_are_the_same_for_all_raters() -> None:
    circumstances = Circumstances(facts={"a": 3})

    score = aggregate(mixed(), [a_sheet("甲", b="优"), a_sheet("乙", b="差")], circumstances)

    assert [[p.points for p in m.parts] for m in score.line("T1").marks] == [[60, 20], [60, 0]]


@pytest.mark.parametrize(("gate", "points"), [(True, 8), (False, 0), (None, 0)])
def test_a_closed_gate_makes_the_whole_leaf_zero(gate: bool | None, points: int) -> None:
    facts = {} if gate is None else {"持证": gate}

    score = aggregate(mixed(gates=["持证"]), [a_sheet(a=4, b="优")], Circumstances(facts=facts))

    assert score.total == points
    assert score.line("T1").marks[0].note == ("" if gate else "前置条件未满足: 持证")


@pytest.mark.parametrize(("each", "points"), [(33, 99), (34, 100), (35, 100)])
def test_parts_count_together_at_most_the_cap(each: int, points: int) -> None:
    leaf = a_leaf("A", 100, {"kind": "per_unit", "points": each}, cap=100)

    assert aggregate(a_rubric(leaf), [a_sheet(A=3)]).total == points


def test_points_typed_in_place_of_a_choice_count_only_where_the_rule_can_give_them() -> None:
    rubric = a_rubric(a_leaf("A", 100))

    assert aggregate(rubric, [a_sheet(A=Mark(points=Fraction(80)))]).total == 80
    with pytest.raises(BadInput, match="给不出85分"):
        aggregate(rubric, [a_sheet(A=Mark(points=Fraction(85)))])


# --- proof ------------------------------------------------------------------------------------------------------------


def test_without_proof_there_are_no_points() -> None:
    score = aggregate(a_rubric(a_leaf("A", 100)), [a_sheet(A=Mark("优", proven=False))])

    assert score.total == 0
    assert score.line("A").marks[0].parts[0].note == "无佐证材料"


@pytest.mark.parametrize(
    ("days", "contracts"),
    [
        (["2021-12-31", "2022-01-01", "2025-03-31"], 2),
        (["2022-01-01", "2025-03-31", "2025-04-01"], 2),
        (["2021-12-31"], 0),
    ],
)
def test_evidence_dated_outside_the_window_does_not_count(days: list[str], contracts: int) -> None:
    rule = {"kind": "per_unit", "points": 25, "cap": 100, "window": ["2022-01-01", "投标截止日"]}
    pieces = tuple(Evidence(day, date.fromisoformat(day)) for day in days)
    closing = Circumstances(dates={"投标截止日": date(2025, 3, 31)})

    score = aggregate(a_rubric(a_leaf("B", 100, rule)), [a_sheet(B=Mark(len(days), evidence=pieces))], closing)

    assert score.total == 25 * contracts


def test_an_illegible_scan_proves_nothing() -> None:
    blurred = Mark("优", evidence=(Evidence("扫描件", legible=False),))

    assert aggregate(a_rubric(a_leaf("A", 100)), [a_sheet(A=blurred)]).total == 0


def test_a_window_with_a_named_end_asks_for_its_date() -> None:
    rule = {"kind": "per_unit", "points": 25, "window": ["2022-01-01", "投标截止日"]}
    mark = Mark(1, evidence=(Evidence("合同", date(2023, 1, 1)),))

    with pytest.raises(BadInput, match="投标截止日"):
        aggregate(a_rubric(a_leaf("B", 100, rule)), [a_sheet(B=mark)])


# --- raters -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("raters", "mean", "left_out"), [(4, 75, 0), (5, "260/3", 2), (6, 80, 2)])
def test_highest_and_lowest_are_left_out_only_from_the_stated_number_of_raters(
    raters: int, mean: Any, left_out: int
) -> None:
    rubric = a_rubric(a_leaf("A", 100), folding={"mean": "without_extremes", "minimum": 5})
    marks = ["优", "差", "优", "优", "中", "中"][:raters]

    line = aggregate(rubric, [a_sheet(str(n), A=v) for n, v in enumerate(marks)]).line("A")

    assert line.points == Fraction(str(mean))
    assert sum(m.dropped for m in line.marks) == left_out


def test_equal_marks_leave_out_one_at_each_end_and_no_more() -> None:
    rubric = a_rubric(a_leaf("A", 100), folding={"mean": "without_extremes", "minimum": 3})

    line = aggregate(rubric, [a_sheet(str(n), A="良") for n in range(3)]).line("A")

    assert line.points == 80
    assert sum(m.dropped for m in line.marks) == 2


def test_everything_wrong_in_all_sheets_is_told_at_once() -> None:
    rubric = a_rubric(a_leaf("A", 50), a_leaf("B", 50))

    with pytest.raises(BadInput) as refusal:
        aggregate(rubric, [a_sheet("甲", A="好"), a_sheet("乙", A="优", B="优", C="优"), a_sheet("乙", A="优", B="优")])

    text = str(refusal.value)
    for part in ("评分人甲: A: 没有“好”这一档", "评分人甲: B: 未评分", "评分标准中没有“C”", "评分人乙有多份评分表"):
        assert part in text


def test_no_sheet_is_no_score() -> None:
    with pytest.raises(BadInput, match="没有评分表"):
        aggregate(a_rubric(a_leaf("A", 100)), [])


def test_a_draft_shows_the_leaves_that_are_marked_already() -> None:
    rubric = a_rubric(a_leaf("A", 50), a_leaf("B", 50))

    assert {id: m.points for id, m in score_sheet(rubric, a_sheet(B="良")).items()} == {"B": 40}


# --- parties and stages -----------------------------------------------------------------------------------------------


def test_a_leaf_may_belong_to_one_party_and_another_be_shared() -> None:
    rubric = a_rubric(
        a_leaf("A", 70, party="第三方"),
        a_leaf("B", 30, parties={"第三方": "0.5", "街道": "0.5"}),
    )

    score = aggregate(
        rubric,
        [
            a_sheet("甲", "第三方", A="优", B="优"),
            a_sheet("乙", "第三方", A="良", B="中"),
            a_sheet("丙", "街道", B="差"),
        ],
    )

    assert score.line("A").points == 63
    assert [(p.party, p.points) for p in score.line("B").parties] == [("第三方", 24), ("街道", 0)]
    assert score.total == 75


def test_a_party_may_not_mark_what_is_not_its_own() -> None:
    rubric = a_rubric(a_leaf("A", 70, party="第三方"), a_leaf("B", 30, party="街道"))

    with pytest.raises(BadInput, match="“A”不由街道评分"):
        aggregate(rubric, [a_sheet("甲", "第三方", A="优"), a_sheet("丙", "街道", A="优", B="优")])


def test_a_party_without_a_sheet_is_missed() -> None:
    rubric = a_rubric(a_leaf("A", 100, parties={"第三方": "0.7", "街道": "0.3"}))

    with pytest.raises(BadInput, match="缺少评分表: 街道"):
        aggregate(rubric, [a_sheet("甲", "第三方", A="优")])


def test_stages_are_weighted_last() -> None:
    rubric = a_rubric(a_leaf("A", 100), stages={"中期": "0.4", "期末": "0.6"})

    score = aggregate(rubric, [a_sheet("甲", stage="中期", A="中"), a_sheet("甲", stage="期末", A="优")])

    assert score.total == 84
    assert [(stage, part.total) for stage, _, part in score.stages] == [("中期", 60), ("期末", 100)]


def test_a_stage_without_a_sheet_is_missed() -> None:
    rubric = a_rubric(a_leaf("A", 100), stages={"中期": "0.4", "期末": "0.6"})

    with pytest.raises(BadInput, match="期末阶段缺少评分表"):
        aggregate(rubric, [a_sheet("甲", stage="中期", A="中")])


# --- 不适用 -------------------------------------------------------------------------------------------------------------

NOT_HERE = Mark(not_applicable=True, reason="本年度未安排")


@pytest.mark.parametrize(("treatment", "total"), [("rescale", 80), ("full_scale", 64), ("full_points", 84)])
def test_a_leaf_that_does_not_apply_is_treated_as_the_rubric_states(treatment: str, total: int) -> None:
    rubric = a_rubric(a_leaf("A", 80), a_leaf("B", 20), folding={"not_applicable": treatment})

    score = aggregate(rubric, [a_sheet(A="良", B=NOT_HERE)])

    assert score.total == total
    assert score.not_applicable == ("B",)


def test_not_applicable_is_not_zero() -> None:
    rubric = a_rubric(a_leaf("A", 80), a_leaf("B", 20))

    assert aggregate(rubric, [a_sheet(A="良", B="差")]).total == 64
    assert aggregate(rubric, [a_sheet(A="良", B=NOT_HERE)]).total == 80


def test_a_zero_denominator_leaves_the_scale_by_itself() -> None:
    rate = {"kind": "ratio", "points": 10, "numerator": "执行数", "denominator": "预算数"}
    rubric = a_rubric(a_leaf("A", 90), a_leaf("B", 10, rate, scale=10))

    score = aggregate(rubric, [a_sheet(A="良", B={"执行数": 0, "预算数": 0})])

    assert (score.raw, score.full, score.scale, score.total) == (72, 100, 90, 80)
    assert "不适用: 预算数为0" in score.line("B").marks[0].parts[0].note


def test_raters_who_find_it_applicable_still_score_it() -> None:
    rubric = a_rubric(a_leaf("A", 100))

    score = aggregate(rubric, [a_sheet("甲", A=NOT_HERE), a_sheet("乙", A="良")])

    assert score.total == 80
    assert score.not_applicable == ()


def test_not_applicable_needs_a_reason() -> None:
    with pytest.raises(BadInput, match="须写明理由"):
        aggregate(a_rubric(a_leaf("A", 100)), [a_sheet(A=Mark(not_applicable=True))])


def test_when_nothing_applies_there_is_no_score() -> None:
    with pytest.raises(BadInput, match="全部指标均为不适用"):
        aggregate(a_rubric(a_leaf("A", 100)), [a_sheet(A=NOT_HERE)])


# --- bonus, price, veto, delegated --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bonus", "mark", "total"), [(None, "良", 80), ("inside", "优", 85), ("beyond", "优", 85)])
def test_a_bonus_adds(bonus: str | None, mark: str, total: int) -> None:
    extra = [a_leaf("E", 5, bonus=bonus)] if bonus else []
    marks = {"E": "优"} if bonus else {}

    assert aggregate(a_rubric(a_leaf("A", 100), *extra), [a_sheet(A="良", **marks)]).total == total


def test_a_bonus_inside_never_lifts_above_full_and_one_beyond_does() -> None:
    for bonus, total in (("inside", 100), ("beyond", 105)):
        rubric = a_rubric(a_leaf("A", 100), a_leaf("E", 5, bonus=bonus))
        assert aggregate(rubric, [a_sheet(A="优", E="优")]).total == total


def test_a_ceiling_holds_what_a_bonus_may_reach() -> None:
    rubric = a_rubric(a_leaf("A", 100), a_leaf("E", 5, bonus="beyond"), ceiling=103)

    assert aggregate(rubric, [a_sheet(A="优", E="优")]).total == 103


def test_the_price_section_counts_only_when_its_points_are_given() -> None:
    rubric = a_rubric({"name": "价格", "weight": 10, "price": True}, a_leaf("A", 90))

    without = aggregate(rubric, [a_sheet(A="良")])
    given = aggregate(rubric, [a_sheet(A="良")], Circumstances(given={"价格": Fraction(9)}))

    assert (without.total, without.full) == (72, 90)
    assert (given.total, given.full) == (81, 100)
    assert rubric.price is not None
    assert rubric.price.weight == 10


GRADES = [{"grade": "良", "min": 80}, {"grade": "中", "min": 60, "max": 80}, {"grade": "差", "max": 60}]


@pytest.mark.parametrize(
    ("needs", "raised", "effective"),
    [("any", 1, True), ("majority", 1, False), ("majority", 2, True), ("all", 2, False), ("all", 3, True)],
)
def test_a_veto_overrides_the_grade_and_leaves_the_score_visible(needs: str, raised: int, effective: bool) -> None:
    veto = {"id": "V", "name": "财务", "veto": {"grade": "差", "needs": needs}, "parts": [{"id": "V", "rule": {"kind": "veto"}}]}
    rubric = a_rubric(a_leaf("A", 100), veto, grades=GRADES)
    sheets = [a_sheet(str(n), A="良", V=Mark(n < raised, reason="挪用")) for n in range(3)]

    score = aggregate(rubric, sheets)
    assert rubric.grades is not None
    verdict = GradeScale(rubric.grades).verdict(score)

    assert score.total == 80
    assert verdict.raw.name == "良"
    assert verdict.final is not None
    assert verdict.final.name == ("差" if effective else "良")
    assert len(score.vetoes[0].raised_by) == raised


def test_a_veto_without_a_grade_voids_the_result() -> None:
    veto = {"id": "V", "name": "财务", "veto": {}, "parts": [{"id": "V", "rule": {"kind": "veto"}}]}
    rubric = a_rubric(a_leaf("A", 100), veto, grades=GRADES)

    score = aggregate(rubric, [a_sheet(A="优", V=Mark(True, reason="虚列支出"))])
    assert rubric.grades is not None
    verdict = GradeScale(rubric.grades).verdict(score)

    assert verdict.final is None
    assert "结果无效" in verdict.zh
    assert "良" in verdict.zh
    assert score.vetoes[0].raised_by == (("甲", "虚列支出"),)


def test_a_delegated_rule_is_scored_only_once_somebody_supplies_it() -> None:
    rubric = a_rubric(a_leaf("A", 100, {"kind": "delegated", "points": 100, "to": "各省自行制定"}))

    with pytest.raises(BadInput, match="评分规则尚未制定"):
        aggregate(rubric, [a_sheet(A="优")])
    assert aggregate(rubric.with_rule("A", rule_from(LEVELS)), [a_sheet(A="良")]).total == 80
    with pytest.raises(KeyError):
        rubric.with_rule("B", rule_from(LEVELS))


def test_a_pool_relative_leaf_is_recomputed_for_the_pool_given() -> None:
    rubric = a_rubric(a_leaf("H", 100, {"kind": "pool_ratio", "points": 100, "best": "highest"}))

    totals = [aggregate(rubric, [a_sheet(H=80)], Circumstances(pool={"H": p})).total for p in ((80, 100), (80,))]

    assert totals == [80, 100]
