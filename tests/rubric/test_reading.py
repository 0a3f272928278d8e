"""Reading: exact, complete, and told all at once in Chinese when it cannot be read."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from kernel.refusal import BadInput
from rubric.fault import blocking
from rubric.reading import BandSets, load_yaml, read_document, read_rubric, rule_from
from rubric.submission import read_submission
from tests.rubric.trees import a_leaf, a_rubric


def refused(text: str) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        read_rubric(load_yaml(text))
    return [finding.zh for finding in refusal.value.findings]


def test_decimals_are_read_from_their_text() -> None:
    assert load_yaml("a: 0.1\nb: 22.50\nc: 1_000.5\nd: 3") == {
        "a": Decimal("0.1"),
        "b": Decimal("22.50"),
        "c": Decimal("1000.5"),
        "d": 3,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\nb: 4", ["第3行: 键“a”重复", "第4行: 键“b”重复"]),
        ("a: [1, 2", ["YAML 格式有误"]),
        ("a: &x {b: 1}\nc: *x", ["第1行: 不支持 YAML 引用"]),
        ("a: .nan\nb: .inf", ["第1行: 数字无法使用: .nan", "第2行: 数字无法使用: .inf"]),
        ("a: 1.0e+99999", ["数字无法使用"]),
        ("a: !!python/object/apply:os.getcwd []", ["YAML 格式有误"]),
        ("a: \x07", ["YAML 格式有误"]),
        ("[" * 900 + "]" * 900, ["嵌套过深"]),
        ("{a: b}: 1", ["第1行: 键须为文本或数字"]),
    ],
)
def test_broken_yaml_is_told_with_its_place(text: str, told: list[str]) -> None:
    with pytest.raises(BadInput) as refusal:
        load_yaml(text)

    assert len(refusal.value.findings) == len(told)
    for finding, part in zip(refusal.value.findings, told, strict=True):
        assert part in finding.zh


def test_every_problem_of_a_rubric_is_told_at_once() -> None:
    told = refused("""
        scoring:
          total: 一百
          places: -1
          folding: {mean: median, not_applicable: skip}
          sections:
            - {weight: -5}
            - name: 技术
              weight: 60
              leaves:
                - {id: A, name: 甲, weight: 60, parts: [{rule: {kind: levles}}, {id: p, rule: {kind: per_unit, cap: true}}]}
    """)

    for part in (
        "total 须为数字, 现为 一百",
        "places 须为不小于0的整数",
        "mean 须为 plain、without_extremes",
        "not_applicable 须为 rescale、full_scale、full_points",
        "缺少 id 或 name",
        "权重不能为负: -5",
        "缺少 id",
        "未知的评分规则“levles”",
        "缺少 points",
        "cap 须为数字",
    ):
        assert any(part in text for text in told), part


@pytest.mark.parametrize("text", ["", "3", "- a", "name: x", "scoring: {}", "criteria: []", "criteria: 3", "indicators: {}"])
def test_what_is_no_rubric_is_refused(text: str) -> None:
    assert refused(text)


def test_a_binary_float_is_refused_since_its_text_is_lost() -> None:
    with pytest.raises(BadInput, match="weight 须为数字"):
        a_rubric({"name": "A", "weight": 0.1})


@pytest.mark.parametrize("text", ["1e999999999", "9" * 61, "1e", "十", "1/0"])
def test_numbers_that_nobody_scores_with_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="须为数字"):
        a_rubric({"name": "A", "weight": text})
    with pytest.raises(BadInput, match="须为数字"):
        rule_from({"kind": "judgement", "points": 10}).points(text)


def test_a_veto_may_only_lead_to_a_grade_that_exists() -> None:
    veto = {"id": "V", "name": "财务", "veto": {"grade": "丁"}, "parts": [{"id": "V", "rule": {"kind": "veto"}}]}

    with pytest.raises(BadInput, match="否决后的等级“丁”不在等级划分内"):
        a_rubric(a_leaf("A", 100), veto, grades=[{"grade": "良", "min": 60}, {"grade": "差", "max": 60}])


@pytest.mark.parametrize(("places", "fine"), [(0, True), (6, True), (7, False), (10**9, False)])
def test_a_score_is_shown_with_a_sane_number_of_places(places: int, fine: bool) -> None:
    if fine:
        assert a_rubric(a_leaf("A", 100), places=places).places == places
    else:
        with pytest.raises(BadInput, match="places 最多为6"):
            a_rubric(a_leaf("A", 100), places=places)


def test_weights_of_105_can_be_read_and_not_used() -> None:
    rubric = a_rubric(a_leaf("A", 60), a_leaf("B", 45))

    assert [fault.zh for fault in blocking(rubric)] == ["各部分合计105分, 应为100分"]


def test_a_leaf_takes_the_scale_of_the_table_or_its_own_or_direct_points() -> None:
    part = {"id": "p", "rule": {"kind": "yes_no", "points": 5}}
    block = {
        "name": "表",
        "total": 15,
        "scale": 100,
        "sections": [
            {"name": "甲", "weight": 15, "leaves": [
                {"id": "A", "name": "A", "weight": 5, "parts": [part]},
                {"id": "B", "name": "B", "weight": 5, "scale": 5, "parts": [{**part, "id": "q"}]},
            ]},
        ],
    }  # fmt: skip

    assert [leaf.full for leaf in read_rubric(block).leaves()] == [100, 5]
    del block["scale"]
    assert [leaf.full for leaf in read_rubric(block).leaves()] == [5, 5]


@pytest.mark.parametrize(("score", "band"), [("89.99", 1), ("90", 0), ("100", 0)])
def test_bands_that_meet_give_the_number_to_the_upper_one(score: str, band: int) -> None:
    document = read_document(load_yaml("band_sets: [{id: x, bands: [{grade: 优, min: 90, max: 100}, {grade: 良, min: 80, max: 90}]}]"))
    assert isinstance(document, BandSets)
    from rubric.grade import GradeScale

    assert GradeScale(document.sets[0]).grade_of(Fraction(score)).name == ("优", "良")[band]


def test_sheets_are_read_with_their_circumstances() -> None:
    read = read_submission(
        load_yaml("""
        sheets:
          - {rater: 甲, party: 第三方, marks: {A: 优, B: {省级: 1}, C: {not_applicable: true, reason: 未安排},
             D: {value: 2, evidence: [合同, {name: 证书, dated: 2025-03-01, legible: false}]}}}
        facts: {T: true}
        dates: {投标截止日: 2025-03-31}
        given: {价格: 8.5}
        """)
    )
    marks = read.sheets[0].marks

    assert (marks["A"].value, marks["B"].value, marks["C"].not_applicable) == ("优", {"省级": 1}, True)
    assert [e.legible for e in marks["D"].evidence] == [True, False]
    assert read.circumstances.given == {"价格": Fraction(17, 2)}


def test_bad_sheets_are_told_all_at_once() -> None:
    with pytest.raises(BadInput) as refusal:
        read_submission({"sheets": [{"marks": {"A": {"value": 1, "proven": "也许"}}}, 3], "dates": {"截止": "明天"}})

    assert len(refusal.value.findings) >= 4
