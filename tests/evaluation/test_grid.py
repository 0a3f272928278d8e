"""The grid of 民发〔2015〕88号: four aspects by three parties, read from a rubric, never invented."""

from __future__ import annotations

from fractions import Fraction

from evaluation.grid import Aspect, grid_findings, grid_of
from evaluation.kind import Party
from rubric.aggregation import aggregate
from rubric.criterion import Criterion
from tests.builders.evaluation import a_leaf, a_rubric, a_sheet

GOVERNMENT, USERS, PROFESSIONAL = ({party.zh: Fraction(1)} for party in Party)
TOGETHER = {"政府部门": Fraction(2, 5), "服务对象": Fraction(1, 5), "专业机构": Fraction(2, 5)}

COMPREHENSIVE = a_rubric(
    Criterion("1", "行政监管", Fraction(20), (a_leaf("1.1", 20, parties=GOVERNMENT),)),
    Criterion("2", "服务成效", Fraction(40), (a_leaf("2.1", 30, parties=PROFESSIONAL), a_leaf("2.2", 10, parties=USERS))),
    Criterion("3", "项目管理", Fraction(20), (a_leaf("3.1", 20, parties=PROFESSIONAL),)),
    Criterion("4", "社会影响", Fraction(20), (a_leaf("4.1", 20, parties=TOGETHER),)),
)


def test_rows_are_aspects_and_columns_are_parties() -> None:
    grid = grid_of(COMPREHENSIVE)

    assert [grid.full_of(aspect) for aspect in Aspect] == [20, 40, 20, 20]
    assert [grid.full_of(party) for party in Party] == [28, 14, 58]
    assert grid.share_of(Party.PROFESSIONAL) == Fraction(58, 100)
    assert (Aspect.SUPERVISION, Party.USERS) not in grid.cells


def test_a_shared_leaf_is_spread_over_its_parties_by_their_shares() -> None:
    cells = grid_of(COMPREHENSIVE).cells

    assert [cells[Aspect.IMPACT, party].full for party in Party] == [8, 4, 8]


def test_the_scored_cells_add_up_to_the_score() -> None:
    score = aggregate(COMPREHENSIVE, [
        a_sheet("甲", "政府部门", **{"1.1": "18", "4.1": "15"}),
        a_sheet("乙", "服务对象", **{"2.2": "9", "4.1": "20"}),
        a_sheet("丙", "专业机构", **{"2.1": "27", "3.1": "16", "4.1": "10"}),
    ])  # fmt: skip

    grid = grid_of(COMPREHENSIVE, score)

    assert grid.cells[Aspect.IMPACT, Party.USERS].points == 4
    assert sum(cell.points or 0 for cell in grid.cells.values()) == score.total == 84


def test_an_empty_row_an_empty_column_and_a_stranger_are_named() -> None:
    lacking = a_rubric(
        Criterion("1", "行政监管", Fraction(50), (a_leaf("1.1", 50, parties=GOVERNMENT),)),
        Criterion("2", "宣传创新", Fraction(50), (a_leaf("2.1", 50, parties=PROFESSIONAL),)),
    )

    assert [f.zh for f in grid_findings(lacking)] == [
        "综合评估缺少方面: 服务成效", "综合评估缺少方面: 项目管理", "综合评估缺少方面: 社会影响",
        "综合评估没有由服务对象评分的指标", "综合评估没有由专业机构评分的指标", "“宣传创新”不属于综合评估的四个方面",
    ]  # fmt: skip
    assert grid_findings(COMPREHENSIVE) == ()
