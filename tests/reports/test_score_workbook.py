"""The summary recomputes, in a program that is not ours, to the engine's totals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kernel.points import half_up
from reports.compose.score_workbook import WorkbookFacts, score_workbook
from reports.document import Formula
from reports.workbook import make_workbook
from rubric.aggregation import Score, aggregate
from rubric.criterion import Beyond, NotApplicableRule, Rubric
from rubric.sheet import Mark, Sheet
from tests.builders.recompute import all_recomputed, recomputed
from tests.builders.reports import (
    BY_PARTY,
    DAY,
    FIVE_RATERS,
    GRADES_WITH_GAPS,
    PARTY_SHARES,
    THREE_RATERS,
    WITHOUT_EXTREMES,
    Folding,
    a_performance_rubric,
    sheets_for,
    with_bonus,
)

FACTS = WorkbookFacts("精神卫生专职社工服务项目期末绩效评价", "某评估中心", DAY)
ABSENT = {"1.3.2": Mark(not_applicable=True, reason="本年度无资金分配事项")}
PART_ABSENT = {"3.2.2b": Mark(not_applicable=True, reason="无即时记录要求")}
LOWER = {"4.2.1": Mark(75)}
VETO = {"V1": Mark(True, reason="审计报告第3页")}

plain = a_performance_rubric()
by_party = a_performance_rubric(parties=PARTY_SHARES)
in_stages = a_performance_rubric(stages={"中期": Fraction(2, 5), "期末": Fraction(3, 5)})

CASES: dict[str, tuple[Rubric, tuple[Sheet, ...]]] = {
    "three raters, plain mean": (plain, sheets_for(plain, THREE_RATERS)),
    "a leaf that does not apply leaves the scale": (plain, sheets_for(plain, THREE_RATERS, **ABSENT)),
    "a leaf that does not apply is lost": (
        (full := replace(plain, folding=Folding(not_applicable=NotApplicableRule.FULL_SCALE))),
        sheets_for(full, THREE_RATERS, **ABSENT, **PART_ABSENT),
    ),
    "a leaf that does not apply counts as full": (
        (given := replace(plain, folding=Folding(not_applicable=NotApplicableRule.FULL_POINTS))),
        sheets_for(given, THREE_RATERS, **ABSENT, **PART_ABSENT),
    ),
    "a part that does not apply": (plain, sheets_for(plain, THREE_RATERS, **PART_ABSENT)),
    "without highest and lowest": (
        (trimmed := replace(plain, folding=WITHOUT_EXTREMES)),
        sheets_for(trimmed, FIVE_RATERS),
    ),
    "too few raters to leave anybody out": (trimmed, sheets_for(trimmed, THREE_RATERS)),
    "three parties with their shares": (by_party, sheets_for(by_party, BY_PARTY)),
    "bonus beyond the scale": ((above := with_bonus(plain, Beyond.BEYOND, 5)), sheets_for(above, THREE_RATERS)),
    "bonus inside the scale": ((inside := with_bonus(plain, Beyond.INSIDE, 20)), sheets_for(inside, THREE_RATERS)),
    "a ceiling": ((capped := replace(above, ceiling=Fraction(92))), sheets_for(capped, THREE_RATERS)),
    "a veto overrides the grade": (plain, sheets_for(plain, THREE_RATERS, **VETO)),
    "grade bands with gaps": ((gaps := replace(plain, grades=GRADES_WITH_GAPS)), sheets_for(gaps, THREE_RATERS, **LOWER)),
    "mid-term and final": (in_stages, sheets_for(in_stages, THREE_RATERS, "中期") + sheets_for(in_stages, FIVE_RATERS, "期末")),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Rubric, Score, dict[str, list[list[Any]]]]]:
    """Every case, recomputed in one start of LibreOffice."""
    scores = {name: aggregate(rubric, sheets) for name, (rubric, sheets) in CASES.items()}
    contents = {
        name: make_workbook(score_workbook(rubric, sheets, scores[name], FACTS)) for name, (rubric, sheets) in CASES.items()
    }
    values = all_recomputed(contents, tmp_path_factory.mktemp("books"))
    return {name: (CASES[name][0], scores[name], values[name]) for name in CASES}


@pytest.mark.parametrize("case", CASES)
def test_libreoffice_comes_to_the_engines_score_and_every_line_of_it(case: str, books: Any) -> None:
    rubric, score, sheets = books[case]
    first = next(iter(sheets.values()))
    assert shown(first[4][1], rubric.places) == score.shown
    staged = score.stages or (("", Fraction(1), score),)
    for stage, _, part in staged:
        page = sheets[f"汇总 {stage}".strip()]
        column = page[14].index("得分")
        lines = {row[0]: row for row in page[16:] if row[0]}
        assert len(lines) == len(list(part.walk()))
        for line in part.walk():
            cell = lines[line.id][column]
            if line.points is None:
                assert cell in ("不适用", "不计分")
            else:
                assert shown(cell, 6) == half_up(line.points, 6), line.id


def shown(value: Any, places: int) -> Decimal:
    """A computed number as a reader rounds it, free of the last binary digit."""
    return half_up(Fraction(round(Decimal(repr(value)), 11)), places)


def test_an_indicator_that_does_not_apply_lowers_no_rate(books: Any) -> None:
    """决策 reached 11.25 of the 12.5 points that apply: 90 %, not 75 %."""
    page = books["a leaf that does not apply leaves the scale"][2]["汇总"]
    rate = page[14].index("得分率")
    line = next(row for row in page if row[1] == "决策")
    assert shown(line[rate], 4) == Decimal("0.9000")


def test_a_score_in_a_gap_between_bands_gets_no_grade(books: Any) -> None:
    _, score, sheets = books["grade bands with gaps"]
    assert Decimal(89) < score.shown < Decimal(90), "the case must fall between 89 and 90 to prove anything"
    assert sheets["汇总"][5][1].startswith("无对应等级")


def test_a_veto_overrides_the_grade_and_leaves_the_score_visible(books: Any) -> None:
    _, without, _ = books["three raters, plain mean"]
    _, score, sheets = books["a veto overrides the grade"]
    assert score.shown == without.shown
    assert sheets["汇总"][5][1] == "差"
    assert sheets["汇总"][11][1] == "财务一票否决"


def test_changing_one_mark_changes_the_total(tmp_path: Path) -> None:
    """The formulas are alive: nobody typed the engine's numbers into them."""
    import io

    import openpyxl

    rubric, sheets = CASES["three raters, plain mean"]
    score = aggregate(rubric, sheets)
    content = make_workbook(score_workbook(rubric, sheets, score, FACTS))
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book[book.sheetnames[1]]
    row = next(r for r in range(5, page.max_row) if page.cell(r, 1).value == "4.1.1")
    before = page.cell(row, 6).value
    page.cell(row, 6).value = before - 50
    changed = io.BytesIO()
    book.save(changed)
    after = recomputed(changed.getvalue(), tmp_path)["汇总"]
    # 50 of 100 on a leaf of 6 points, one of three raters: exactly one point less
    assert shown(after[4][1], 2) == half_up(score.total - 1, 2)


def test_everything_but_marks_is_a_formula() -> None:
    rubric, sheets = CASES["three raters, plain mean"]
    book = score_workbook(rubric, sheets, aggregate(rubric, sheets), FACTS)
    summary = book.sheets[0]
    for row in summary.rows[16:]:
        numbers = [cell for cell in row[3:] if cell is not None and cell.value not in ("", None)]
        assert all(isinstance(cell.value, Formula | str) for cell in numbers)


def test_half_of_the_last_place_goes_up_as_in_the_engine(tmp_path: Path) -> None:
    """89.995 is 90.00: summed as binary fractions it arrives below, and would be 89.99."""
    from tests.builders.reports import a_leaf

    thirds = tuple(a_leaf(str(n), f"指标{n}", Fraction(10)) for n in range(1, 11))
    rubric = Rubric("tenths", "十项指标", Fraction(100), thirds)
    marks = {str(n): Mark("89.9") for n in range(1, 6)} | {str(n): Mark("90.09") for n in range(6, 11)}
    score = aggregate(rubric, (Sheet("一", marks),))
    assert score.total == Fraction("89.995")
    page = recomputed(make_workbook(score_workbook(rubric, (Sheet("一", marks),), score, FACTS)), tmp_path)["汇总"]
    assert Decimal(str(page[4][1])) == score.shown == Decimal("90.00")
