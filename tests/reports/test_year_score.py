"""A year's score folded from two evaluations: every figure printed, and recomputed by a program that is not ours."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from kernel.points import half_up
from reports.compose.score_workbook import WorkbookFacts, score_workbook
from reports.compose.year_score import YearStage, year_blocks, year_score
from reports.document import Paragraph
from reports.workbook import make_workbook
from rubric.aggregation import aggregate
from tests.builders.recompute import recomputed
from tests.builders.reports import DAY, THREE_RATERS, a_performance_rubric, sheets_for

MIDTERM = YearStage("中期绩效评估", Fraction(2, 5), Fraction("92.9884"))
FINAL = YearStage("期末绩效评估", Fraction(3, 5), Fraction("97.43"))


def test_the_working_is_the_sum_that_a_reader_repeats() -> None:
    blocks = year_blocks((MIDTERM, FINAL), Fraction(100), 2)

    [sentence] = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert "40%×92.9884＋60%×97.43≈95.6534，精确值1195667/12500" in sentence
    assert "95.65分" in sentence


def test_an_evaluation_that_stands_alone_has_no_year_to_explain() -> None:
    assert year_blocks((), Fraction(100), 2) == ()


def test_percentages_are_folded_back_onto_the_scale_of_the_rubric() -> None:
    assert year_score((MIDTERM, FINAL), Fraction(1000)) == Fraction("956.5336")


def test_only_the_year_is_rounded_not_its_stages() -> None:
    """89.994 and 90.006 at equal shares are exactly 90, although their rounded values 89.99 and 90.01 agree by chance."""
    low, high = (YearStage(n, Fraction(1, 3) if n == "甲" else Fraction(2, 3), Fraction(p)) for n, p in (("甲", "89.994"), ("乙", "89.9955")))
    exact = year_score((low, high), Fraction(100))
    assert half_up(exact, 2) == Decimal("90.00")
    rounded_first = Fraction(1, 3) * Fraction(half_up(low.percentage, 2)) + Fraction(2, 3) * Fraction(half_up(high.percentage, 2))
    assert rounded_first != exact


def test_libreoffice_folds_the_year_as_the_engine_does(tmp_path: Path) -> None:
    rubric = replace(a_performance_rubric(), total=Fraction(100))
    sheets = sheets_for(rubric, THREE_RATERS)
    score = aggregate(rubric, sheets)
    own = YearStage("期末绩效评估", Fraction(3, 5), score.total)
    facts = WorkbookFacts("年度评估", "某评估中心", DAY, year=(MIDTERM, own))

    values = recomputed(make_workbook(score_workbook(rubric, sheets, score, facts)), tmp_path)

    exact = year_score((MIDTERM, own), Fraction(100))
    assert Decimal(str(values["年度得分"][4][1])).quantize(Decimal("0.01")) == half_up(exact, 2)
