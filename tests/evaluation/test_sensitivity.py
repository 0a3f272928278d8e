"""What would have to be otherwise for the grade to be another one; each answer is tried by scoring it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluation.kind import Kind
from evaluation.result import scored
from evaluation.scheme import StageShare
from evaluation.sensitivity import sensitivity
from rubric.aggregation import aggregate
from rubric.criterion import GradeBand, GradeBands
from rubric.marking import Circumstances
from rubric.sheet import Mark
from tests.builders.evaluation import a_rubric, a_scheme, a_sheet

WHOLE = GradeBands(
    (
        GradeBand("优秀", Fraction(90), Fraction(100), True, True), GradeBand("良好", Fraction(80), Fraction(90)),
        GradeBand("合格", Fraction(60), Fraction(80)), GradeBand("不合格", Fraction(0), Fraction(60)),
    )
)  # fmt: skip
SCHEME = a_scheme(rubric=a_rubric(grades=WHOLE), grades=None, stages=())
NOTHING = Circumstances()


def the_sheets(d: str, g: str, c: str, x: str, raters: str = "甲乙丙"):
    return tuple(a_sheet(rater, D1=d, G1=g, C1=c, X1=x) for rater in raters)


def test_a_tenth_below_excellent_says_how_little_is_missing_and_which_leaves_could_give_it():
    found = sensitivity(SCHEME, the_sheets("15", "18", "30", "26.9"), NOTHING)
    up, down = found.distances

    assert (up.grade, up.missing, up.exact) == ("优秀", Decimal("0.10"), Fraction(95, 1000)), "89.995 is shown as 90.00"
    assert (down.grade, down.missing) == ("合格", Decimal("9.91"))
    assert [(each.leaf, each.needed) for each in found.leaves if each.upwards] == [
        ("G1", Fraction("18.095")), ("C1", Fraction("30.095")), ("X1", Fraction("26.995")),
    ]  # fmt: skip
    assert "D1" not in {each.leaf for each in found.leaves if each.upwards}, "it is full already"
    assert not found.firm


def test_one_rater_on_whom_the_grade_hangs_is_named():
    sheets = (*the_sheets("15", "18", "31", "27", "甲乙"), a_sheet("丙", D1="10", G1="15", C1="28", X1="20"))
    found = sensitivity(SCHEME, sheets, NOTHING)

    assert [(each.rater, each.grade, each.turns) for each in found.raters] == [
        ("甲", "良好", False), ("乙", "良好", False), ("丙", "优秀", True),
    ]  # fmt: skip


def test_a_single_rater_cannot_be_left_out():
    [alone] = sensitivity(SCHEME, the_sheets("15", "18", "31", "27", "甲"), NOTHING).raters

    assert (alone.shown, alone.turns) == (None, False)


def test_a_grade_that_nothing_single_turns_is_firm():
    found = sensitivity(SCHEME, the_sheets("0", "0", "0", "5"), NOTHING)

    assert found.distances[0].grade == "合格"
    assert found.firm


def test_in_a_folded_year_a_leaf_moves_only_its_stage():
    scheme = replace(SCHEME, kind=Kind.FINAL, stages=(StageShare(Kind.MIDTERM, Fraction(1, 2)), StageShare(Kind.FINAL, Fraction(1, 2))))
    alone = sensitivity(SCHEME, the_sheets("15", "18", "30", "26.9"), NOTHING)
    folded = sensitivity(scheme, the_sheets("15", "18", "30", "26.9"), NOTHING, {Kind.MIDTERM: Fraction("89.9")})

    assert folded.distances[0].exact == alone.distances[0].exact
    assert [each.needed for each in folded.leaves if each.leaf == "G1" and each.upwards] == [Fraction("18.19")]


MARKS = st.tuples(*(st.integers(0, most * 10).map(lambda tenths: Fraction(tenths, 10)) for most in (15, 20, 35, 30)))


@given(MARKS)
def test_what_is_said_of_a_leaf_comes_true_when_it_is_scored(marks):
    points = dict(zip(("D1", "G1", "C1", "X1"), marks, strict=True))

    def graded(**but: Fraction):
        sheet = a_sheet("甲", **{leaf: str(float(value)) for leaf, value in points.items()})
        for leaf, value in but.items():
            mark = Mark({"level": "评分", "points": f"{value.numerator}/{value.denominator}"}, reason="见档案")
            sheet = replace(sheet, marks={**sheet.marks, leaf: mark})
        return scored(SCHEME, aggregate(SCHEME.measure, [sheet], NOTHING), None).grade

    before = graded()
    assume(before is not None)
    found = sensitivity(SCHEME, (a_sheet("甲", **{leaf: str(float(value)) for leaf, value in points.items()}),), NOTHING)
    hair = Fraction(1, 10**6)
    for swing in found.leaves:
        inside, outside = (swing.needed, swing.needed - hair) if swing.upwards else (swing.needed - hair, swing.needed)
        assert graded(**{swing.leaf: max(Fraction(0), inside)}) == swing.grade
        assert graded(**{swing.leaf: max(Fraction(0), outside)}) != swing.grade or swing.needed == 0


@pytest.mark.parametrize(("x", "grade"), [("5", None)])
def test_without_bands_there_is_nothing_to_turn(x, grade):
    scheme = a_scheme(rubric=a_rubric(grades=None), grades=None, stages=())
    found = sensitivity(scheme, the_sheets("1", "1", "1", x), NOTHING)

    assert (found.distances, found.leaves) == ((), ())
    assert {each.grade for each in found.raters} == {grade}
