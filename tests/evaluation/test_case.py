"""Cases of evaluation, worked by hand in their files, and what a broken one says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evaluation.case import Worked, read_case, work_out
from evaluation.consequence import Outcome
from evaluation.kind import Kind
from kernel.refusal import BadInput
from rubric.reading import load_yaml

CASES = Path(__file__).parents[1] / "cases"


def mapping(name: str) -> dict[str, Any]:
    return load_yaml((CASES / f"evaluation-{name}.yaml").read_text("utf-8"))


def worked(name: str, **but: Any) -> Worked:
    return work_out(read_case(mapping(name) | but))


def test_the_self_evaluation_form_of_ten_fifty_thirty_ten():
    """财预〔2020〕10号 (weights of the form: a filled form of 2022)."""
    found = worked("self-form")

    assert found.scored.exact == Fraction(807, 10) + Fraction(187, 21)
    assert (str(found.scored.shown), found.scored.grade) == ("89.60", "良")
    assert (found.reading.share, found.reading.needed) == (Fraction(187, 210), 235)
    assert found.reading.remarks == ("有效问卷 210 份, 达到 ±5.0% 需要 235 份",)
    assert found.scored.score.line("D").points == Fraction(187, 21)


def test_a_thousand_points_of_three_parties():
    found = worked("three-parties")

    assert (found.scored.exact, found.scored.grade, found.scored.vetoes) == (900, "优秀", ())


def test_a_veto_of_one_of_two_is_no_majority_and_of_both_is_one():
    """The points stay visible; the word changes."""

    def raised(*which: bool) -> Worked:
        case = mapping("three-parties")
        for sheet, veto in zip(case["sheets"], which, strict=False):
            sheet["marks"]["D1"] = {"value": veto, "reason": "虚列支出"} if veto else False
        return work_out(read_case(case))

    assert [raised(True, False).scored.grade, raised(True, True).scored.grade] == ["优秀", "不合格"]
    assert raised(True, True).scored.exact == 900


def test_a_year_of_two_stages_its_deduction_to_the_fen_and_a_clause_that_is_silent():
    found = worked("year-and-money")

    assert found.scored.own == Fraction(872, 10)
    assert (found.scored.exact, found.scored.grade) == (Fraction(8592, 100), "良好")
    assert found.payment.deduction_fen == 31_411_467
    assert found.renewal.outcome is Outcome.UNDECIDED


def test_a_self_evaluation_is_shown_beside_and_never_folded_in():
    beside, without = worked("year-and-money"), worked("year-and-money", self=None)

    assert beside.scored == without.scored
    assert beside.own.total == 98
    assert [(d.leaf, d.own, d.panel) for d in beside.differences] == [
        ("P", 8, 8), ("Q", 20, 18), ("O", 40, Fraction(392, 10)), ("E", 30, 22),
    ]  # fmt: skip


def test_agreement_is_of_what_several_people_judged_in_percent_of_each_leaf():
    found = worked("year-and-money").agreement

    assert [(each.rater, each.units, round(each.mean, 4)) for each in found.severity] == [
        ("甲", 1, 62.5),
        ("乙", 1, 68.75),
        ("丙", 1, 75.0),
    ]
    assert [each.deviation for each in found.severity] == [-9.375, 0.0, 9.375]
    assert {each.statistic for each in found.refused} >= {"ICC(1,1)", "kendall_w"}, "one judged leaf is one unit"


def test_a_case_may_be_of_one_stage_of_the_year_alone():
    assert worked("year-and-money", stages=[]).scored.exact == Fraction(872, 10)


def test_the_year_waits_for_a_stage_without_a_score():
    stages = [{"kind": "中期绩效评估", "weight": "0.4"}, {"kind": "期末绩效评估", "weight": "0.6"}]
    with pytest.raises(BadInput, match="缺少中期绩效评估的结果"):
        worked("year-and-money", stages=stages)


def test_everything_wrong_with_a_file_is_told_at_once():
    broken = mapping("year-and-money") | {
        "kind": "年终总结", "parties": {"专业机构": "0.7", "政府部门": "0.2"}, "stages": [{"kind": "midterm", "weight": "0.4"}],
        "contract": {"amount_yuan": "1.234", "year": 4, "years": 3}, "grade": "优秀", "rubric": {"name": "空"}, "sheets": [],
    }  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        read_case(broken)

    said = "\n".join(finding.sentence() for finding in refusal.value.findings)
    assert [
        word
        for word in ("grade", "年终总结", "90.00%", "阶段权重", "两位小数", "year 须在", "criteria", "没有评分表")
        if word not in said
    ] == []


def test_a_case_takes_the_kind_by_its_word_or_its_value():
    assert read_case(mapping("year-and-money") | {"kind": "final"}).kind is Kind.FINAL


def test_a_questionnaire_feeds_only_a_part_that_the_rubric_has():
    case = mapping("self-form")
    case["questionnaire"]["feeds"]["part"] = "D9"
    with pytest.raises(BadInput, match="D9"):
        read_case(case)
