"""年度得分: a year's score folded from several evaluations, as the report prints it and as the workbook recomputes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from kernel.points import exact_text, half_up
from reports.compose import formulas
from reports.compose.wording import per_cent
from reports.compose.working import equals, term
from reports.document import Align, Block, Cell, Column, Formula, Look, Paragraph, Sheet, Table, rows


@dataclass(frozen=True)
class YearStage:
    """One evaluation of the year: its name, its share in the year's score, its own score in per cent of its scale 百分制."""

    name: str
    share: Fraction
    percentage: Fraction


def year_score(stages: Sequence[YearStage], total: Fraction) -> Fraction:
    """The folded score on a scale of ``total``, exact."""
    return sum((stage.share * stage.percentage for stage in stages), Fraction(0)) * total / 100


def year_blocks(stages: Sequence[YearStage], total: Fraction, places: int) -> tuple[Block, ...]:
    """How the year's score comes about: a table of the stages, and the sum in one line. Empty for one evaluation alone."""
    if not stages:
        return ()
    exact = year_score(stages, total)
    lines = [
        (stage.name, str(half_up(stage.percentage, places)), exact_text(stage.percentage), per_cent(stage.share))
        for stage in stages
    ]
    columns = (
        Column("评估", 34), Column("百分制得分", 18, Align.RIGHT), Column("精确值", 32, Align.RIGHT), Column("权重", 16, Align.RIGHT),
    )  # fmt: skip
    scale = "" if total == 100 else f"，再乘以{exact_text(total / 100)}"
    parts = "＋".join(f"{per_cent(stage.share)}×{term(stage.percentage)}" for stage in stages)
    working = f"{parts}{equals(exact, *(stage.percentage for stage in stages))}{scale}，精确值{exact_text(exact)}"
    return (
        Table(columns, rows(lines), "表#　年度得分的构成"),
        Paragraph(f"年度得分：{working}，四舍五入一次为{half_up(exact, places)}分。"),
    )


def year_sheet(
    name: str, title: str, stages: Sequence[YearStage], total: Fraction, places: int, own: str, own_total: Fraction, grade: Cell
) -> Sheet:
    """The workbook's page: earlier evaluations as exact numbers, the last one from its own summary, folded by formulas.

    own    the address of this evaluation's unrounded score; ``own_total`` its full scale
    grade  the grade of ``B5`` by the bands that count
    """
    first = 9
    last = first + len(stages) - 1
    body: list[tuple[Cell | None, ...]] = [
        (Cell(f"{title}　年度得分", Look.TITLE),),
        (Cell(f"各次评估的百分制得分按权重相加，只在年度得分四舍五入一次，保留{places}位小数。", Look.NOTE),),
        (),
        (),
        (Cell("年度得分", Look.TOTAL), Cell(Formula(f"={formulas.rounded('B7', places)}"), Look.TOTAL, places)),
        (Cell("等级", Look.TOTAL), grade),
        (Cell("加权得分"), Cell(Formula(f"=SUM(D{first}:D{last})*{formulas.exact(total / 100)}"), Look.NUMBER, 8)),
        tuple(Cell(head, Look.HEAD) for head in ("评估", "权重", "百分制得分", "加权得分")),
    ]
    for row, stage in enumerate(stages, first):
        here = f"={own}*100/{formulas.exact(own_total)}" if row == last else f"={formulas.exact(stage.percentage)}"
        body.append(
            (
                Cell(stage.name), Cell(stage.share, Look.NUMBER, 2, per_cent=True), Cell(Formula(here), Look.NUMBER, 8),
                Cell(Formula(f"=B{row}*C{row}"), Look.NUMBER, 8),
            )
        )  # fmt: skip
    return Sheet(name, tuple(body), (24.0, 16.0, 18.0, 16.0))
