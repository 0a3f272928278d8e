"""``flask evaluation``: what an evaluation's figures say. Pure: no web application, no database.

Exit codes: 0 fine, 2 bad input (message on stderr).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.answer import answer, refuse_with, text_of
from kernel.refusal import BadInput, Finding, Refusal

if TYPE_CHECKING:
    from rubric.agreement import Agreement

COLUMNS = ("unit", "rater", "value")


@click.group("evaluation")
def evaluation() -> None:
    """评估: 评分一致性。"""


@evaluation.command("agreement")
@click.argument("file", type=click.Path(path_type=Path))
def agreement(file: Path) -> None:
    """检查评分表 FILE（CSV, 列 unit,rater,value, 空格为缺失）的评分一致性; 无定义的统计量列出原因。"""
    from rubric.agreement import agreement as judge
    from rubric.agreement import ratings

    try:
        found = judge(ratings(_lines(text_of(file))))
    except Refusal as refusal:
        refuse_with(refusal)
    answer(_told(found))


def _lines(text: str) -> Iterator[tuple[str, str, float | None]]:
    """The lines of a CSV file. Raises BadInput with everything wrong with it."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise BadInput((), f"不是可用的 CSV 文件（第 {reader.line_num} 行: {error}）") from None
    head = rows[0][1] if rows else []
    if missing := [column for column in COLUMNS if head.count(column) != 1]:
        raise BadInput((), f"首行须有 unit,rater,value 三列, 各一次; 有误的列: {', '.join(missing)}")
    found: list[Finding] = []
    lines: list[tuple[str, str, float | None]] = []
    places = [head.index(column) for column in COLUMNS]
    for number, row in rows[1:]:
        if not any(row):
            continue
        place = f"第 {number} 行"
        if len(row) != len(head):
            found.append(Finding(place, have=len(row), need=len(head), zh="列数与首行不同"))
            continue
        unit, rater, value = (row[at] for at in places)
        if not unit or not rater:
            found.append(Finding(place, zh="缺被评单位或评分人"))
            continue
        try:
            lines.append((unit, rater, float(value) if value else None))
        except ValueError:
            found.append(Finding(place, have=value, zh="评分不是数"))
    if found:
        raise BadInput(found)
    return iter(lines)


def _told(found: Agreement) -> dict[str, Any]:
    """The answer: numbers as computed, unrounded."""
    return {
        "units": found.units,
        "raters": found.raters,
        "missing": found.missing,
        "icc": {form: asdict(estimate) for form, estimate in found.icc.items()},
        "alpha": {metric: asdict(estimate) for metric, estimate in found.alpha.items()},
        "kendall_w": None if found.kendall_w is None else asdict(found.kendall_w),
        "kappa": {"fleiss": found.fleiss_kappa, "cohen": [asdict(pair) for pair in found.cohen_kappas]},
        "severity": {each.rater: {k: v for k, v in asdict(each).items() if k != "rater"} for each in found.severity},
        "spread": {each.unit: {k: v for k, v in asdict(each).items() if k != "unit"} for each in found.spread},
        "outliers": [asdict(each) for each in found.outliers],
        "refused": [asdict(each) for each in found.refused],
    }
