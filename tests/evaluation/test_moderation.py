"""Raters who are far apart meet; whoever changes a mark says why and signs; the first marks stay."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from evaluation.moderation import Minutes, Revision, Threshold, changes, divergences, minutes_findings, moderated
from rubric.aggregation import aggregate
from rubric.counts import YesNo
from rubric.criterion import Part
from rubric.marking import Circumstances
from rubric.sheet import Mark
from tests.builders.evaluation import a_leaf, a_rubric, a_sheet

RUBRIC = a_rubric()
FIFTH = Threshold(Fraction(1, 5))


def the_sheets(**of_the_third: str):
    return (
        a_sheet("甲", D1="14", G1="18", C1="30", X1="27"),
        a_sheet("乙", D1="14", G1="18", C1="30", X1="27"),
        a_sheet("丙", **({"D1": "14", "G1": "18", "C1": "30", "X1": "27"} | of_the_third)),
    )


def found_in(sheets, rubric=RUBRIC):
    return divergences(rubric, aggregate(rubric, sheets, Circumstances()), FIFTH)


def the_minutes(**but: object) -> Minutes:
    made = Minutes(
        ("X1",), ("甲", "乙", "丙"), ("甲", "乙", "丙"),
        (Revision("丙", "X1", Mark({"level": "评分", "points": "25"}), "漏看了转介协议"),), "逐份核对了转介协议",
    )  # fmt: skip
    return replace(made, **but)


def said(minutes: Minutes, *, to_discuss=("X1",), rubric=RUBRIC):
    return [finding.sentence() for finding in minutes_findings(minutes, rubric, the_sheets(X1="15"), to_discuss)]


@pytest.mark.parametrize(("points", "discussed"), [("21.1", False), ("21", True), ("20.9", True)])
def test_a_fifth_of_the_points_apart_is_discussed_and_less_is_not(points, discussed):
    """30 points, a fifth is 6: 27 and 21 are discussed (以上 includes the number)."""
    assert [each.leaf for each in found_in(the_sheets(X1=points))] == (["X1"] if discussed else [])


def test_the_widest_comes_first_and_the_sentence_says_who_gave_what():
    found = found_in(the_sheets(X1="15", D1="5"))

    assert [each.leaf for each in found] == ["D1", "X1"]
    assert found[1].sentence() == "服务对象改善（30 分）: 甲 27、乙 27、丙 15, 相差 12 分, 占 40.00%"


def test_what_one_party_thinks_is_not_compared_with_another():
    """Government and users judge from where they stand; a difference between parties is what weights are for."""
    rubric = a_rubric(a_leaf("A", 100), parties={"专业机构": Fraction(1, 2), "服务对象": Fraction(1, 2)})
    sheets = (a_sheet("甲", A="90"), a_sheet("居民", "服务对象", A="40"))

    assert found_in(sheets, rubric) == ()


def test_an_objective_leaf_is_a_fact_and_no_opinion():
    leaf = replace(a_leaf("A", 10), parts=(Part("A", YesNo(Fraction(10)), objective=True),))
    sheets = tuple(replace(a_sheet(rater), marks={"A": Mark(value)}) for rater, value in (("甲", True), ("乙", False)))

    assert found_in(sheets, a_rubric(leaf)) == ()


def test_lawful_minutes_change_one_mark_and_leave_the_signed_sheet_as_it_was():
    sheets = the_sheets(X1="15")
    after = moderated(sheets, the_minutes())

    assert said(the_minutes()) == []
    assert sheets[2].marks["X1"].value["points"] == "15"
    assert (after[2].marks["X1"].value["points"], after[2].marks["X1"].reason) == ("25", "漏看了转介协议")
    assert after[:2] == sheets[:2]
    [change] = changes(sheets, the_minutes())
    assert (change.before, change.after.value["points"]) == (sheets[2].marks["X1"], "25")


def test_a_meeting_may_end_without_a_change():
    sheets = the_sheets(X1="15")

    assert said(the_minutes(revisions=())) == []
    assert moderated(sheets, the_minutes(revisions=())) == sheets


@pytest.mark.parametrize(
    ("but", "why"),
    [
        ({"leaves": (), "revisions": ()}, "须复议: X1"),
        ({"present": ("甲", "丙"), "signed": ("甲", "丙")}, "评分人乙未参加复议"),
        ({"signed": ("甲", "乙")}, "丙未在复议记录上签名"),
        ({"text": "  "}, "请写明复议情况"),
        ({"revisions": (Revision("丙", "X1", Mark({"level": "评分", "points": "25"}), " "),)}, "须写明理由"),
        ({"revisions": (Revision("丙", "X1", Mark({"level": "评分", "points": "31"}), "补看"),)}, "X1"),
        ({"revisions": (Revision("丙", "D1", Mark({"level": "评分", "points": "14"}), "补看"),)}, "未列入复议"),
        ({"revisions": (Revision("丁", "X1", Mark({"level": "评分", "points": "25"}), "补看"),)}, "没有这一评分"),
        ({"revisions": 2 * (Revision("丙", "X1", Mark({"level": "评分", "points": "25"}), "补看"),)}, "只能修改一次"),
    ],
)  # fmt: skip
def test_minutes_that_would_override_in_silence_are_not_filed(but, why):
    assert any(why in sentence for sentence in said(the_minutes(**but))), said(the_minutes(**but))


def test_a_fact_is_not_moderated():
    leaf = replace(a_leaf("X1", 30), parts=(Part("X1", YesNo(Fraction(30)), objective=True),))
    minutes = the_minutes(revisions=(Revision("丙", "X1", Mark(True), "补看"),))

    assert any("客观指标按事实计分" in sentence for sentence in said(minutes, rubric=a_rubric(leaf)))
