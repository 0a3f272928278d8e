"""The library: sound, whole, and plain about what is ours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from kernel.refusal import Missing
from rubric import library
from rubric.adjustments import Deductions, VetoRule
from rubric.aggregation import aggregate
from rubric.criterion import Rubric
from rubric.fault import faults
from rubric.grade import GradeScale
from rubric.levels import Bands
from rubric.ratios import Ratio
from rubric.reading import load_yaml, read_rubric
from rubric.rule import KINDS, Form
from rubric.sheet import Mark, Sheet


@pytest.mark.parametrize("name", library.names())
def test_a_rubric_of_the_library_has_no_fault_at_all(name: str) -> None:
    assert faults(library.load(name)) == ()


@pytest.mark.parametrize("name", library.names())
def test_its_weights_are_said_to_be_ours(name: str) -> None:
    rubric = library.load(name)

    assert any("本系统拟定" in text for text in rubric.source)
    assert rubric.total == 100
    assert all(leaf.evidence for leaf in rubric.leaves())


def test_the_appraisal_has_the_three_dimensions_of_the_text() -> None:
    """民发〔2015〕88号: 专业资质, 内部治理, 人才资源."""
    assert [c.name for c in library.load("appraisal-agency").criteria] == ["专业资质", "内部治理", "人才资源"]


def test_the_performance_rubric_has_the_frame_and_its_balance() -> None:
    """财预〔2020〕10号: 决策, 过程, 产出, 效益; 产出 and 效益 together at least 60 of 100."""
    rubric = library.load("performance-project")
    weights = {c.name: c.weight for c in rubric.criteria}

    assert list(weights) == ["决策", "过程", "产出", "效益"]
    assert (weights["产出"] or 0) + (weights["效益"] or 0) >= 60
    kinds = {type(part.rule) for part in rubric.parts()}
    assert {Ratio, Bands, Deductions, VetoRule} <= kinds
    assert {part.objective for part in rubric.parts()} == {True, False}


def test_the_grid_has_four_aspects_by_three_parties() -> None:
    """民发〔2015〕88号: 行政监管, 服务成效, 项目管理, 社会影响; 政府部门, 服务对象, 专业机构."""
    rubric = library.load("comprehensive-grid")

    assert [c.name for c in rubric.criteria] == ["行政监管", "服务成效", "项目管理", "社会影响"]
    assert {party for leaf in rubric.leaves() for party in leaf.parties} == {"政府部门", "服务对象", "专业机构"}


@pytest.mark.parametrize("name", library.names())
def test_full_marks_make_the_total_and_the_best_grade(name: str) -> None:
    rubric = library.load(name)
    parties = sorted({p for leaf in rubric.leaves() for p in leaf.parties}) or [None]
    sheets = [Sheet(str(nr), _best(rubric, party), party) for nr, party in enumerate(parties)]

    score = aggregate(rubric, sheets)

    assert score.total == 100
    assert rubric.grades is not None
    assert GradeScale(rubric.grades).verdict(score).final == GradeScale(rubric.grades).grade_of(100)


def test_the_rubric_in_the_handbook_is_sound() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rubric.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]

    assert faults(read_rubric(load_yaml(example))) == ()
    for kind in KINDS:
        assert f"`{kind}`" in page


def test_a_name_that_is_not_in_the_library_is_missing() -> None:
    for name in ("../secret", "nothing", "grade bands"):
        with pytest.raises(Missing):
            library.load(name)
    with pytest.raises(Missing):
        library.grade_bands("nothing")


def _best(rubric: Rubric, party: str | None) -> dict[str, Mark]:
    """For every part of the party some mark that gives the most its rule can give."""
    marks = {}
    for leaf in rubric.leaves_for(party):
        for part in leaf.parts:
            assert part.rule is not None
            marks[part.id] = next(m for m in _tries(part.rule.form) if _gives(part.rule, m))
    return marks


def _tries(form: Form) -> list[Mark]:
    names = [c.value for c in form.choices]
    ticked = [n for n in names if n != "无"]
    values = [True, False, *names, *range(40), ticked, {}, [], Fraction(1), *(Fraction(n, 2) for n in range(40))]
    values += [[1, 1, 1], {"target": 10, "actual": 10}, *(dict.fromkeys(names, 50) for _ in "1")]
    return [Mark(v) for v in values]


def _gives(rule: object, mark: Mark) -> bool:
    from kernel.refusal import BadInput
    from rubric.rule import NotApplicable, Rule

    assert isinstance(rule, Rule)
    try:
        return rule.points(mark.value) == rule.high and not (isinstance(rule, VetoRule) and mark.value)
    except (BadInput, NotApplicable):
        return False
