"""``flask rubric``: look at a rubric, score sheets with it. Pure: no web application, no database.

Exit codes: 0 fine (notes that do not block may be listed), 1 faults found and listed, 2 bad input (message on stderr).
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from app.cli.answer import FAULTS, FINE, answer, refuse_with, text_of
from app.cli.working import points_or_none, told_fault, told_score
from kernel.refusal import Refusal
from rubric.aggregation import Score, aggregate
from rubric.criterion import Rubric
from rubric.fault import band_faults, faults, totals
from rubric.grade import GradeScale
from rubric.reading import BandSets, Structures, load_yaml, read_document, read_rubric
from rubric.submission import read_submission


@click.group("rubric")
def rubric() -> None:
    """评分标准: 检查与计分。"""


@rubric.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """检查评分标准 FILE（招标文件、指标体系或本系统的评分标准库）: 各级合计与全部缺陷。"""
    try:
        document = read_document(load_yaml(text_of(file)))
        if isinstance(document, BandSets):
            found = tuple(fault for bands in document.sets for fault in band_faults(bands))
            result = _band_sets(document)
        elif isinstance(document, Structures):
            found, result = (), _structures(document)
        else:
            found, result = faults(document), _checked(document)
    except Refusal as refusal:
        refuse_with(refusal)
    blocking = any(fault.blocking for fault in found)
    answer(
        {**result, "usable": not blocking, "faults": [told_fault(fault) for fault in found]}, FAULTS if blocking else FINE
    )


@rubric.command("score")
@click.argument("rubric_file", metavar="RUBRIC", type=click.Path(path_type=Path))
@click.argument("sheets_file", metavar="SHEETS", type=click.Path(path_type=Path))
def score(rubric_file: Path, sheets_file: Path) -> None:
    """按评分标准 RUBRIC 汇总评分表 SHEETS, 输出得分、等级和全部计算过程。"""
    try:
        standard = read_rubric(load_yaml(text_of(rubric_file)))
        submission = read_submission(load_yaml(text_of(sheets_file)))
        result = _scored(standard, aggregate(standard, submission.sheets, submission.circumstances))
    except Refusal as refusal:
        refuse_with(refusal)
    found = [fault for fault in faults(standard) if fault.blocking]
    answer({**result, "faults": [told_fault(fault) for fault in found]}, FAULTS if found else FINE)


def _checked(standard: Rubric) -> dict[str, Any]:
    """id, name, total, and per level what its nodes add up to and what stands below each of them."""
    nodes = totals(standard)
    levels = []
    for level in range(1, max((n.level for n in nodes), default=0) + 1):
        at = [n for n in nodes if n.level == level]
        items = [{"id": n.id, "name": n.name, "points": points_or_none(n.points), "below": points_or_none(n.below)} for n in at]
        total = sum((n.points for n in at if n.points is not None), Fraction(0))
        known = any(n.points is not None for n in at)
        levels.append({"level": level, "count": len(at), "sum": points_or_none(total) if known else None, "items": items})
    leaves = standard.leaves()
    price = standard.price
    weights = [leaf.weight for leaf in leaves if leaf.weight is not None and leaf.bonus is None]
    scored = sum(weights, Fraction(0)) + (price.weight if price and price.weight is not None else 0)
    return {
        "id": standard.id,
        "name": standard.name,
        "kind": "rubric",
        "total": points_or_none(standard.total),
        "leaves": {"count": len(leaves), "sum": points_or_none(scored) if weights else None},
        "levels": levels,
    }


def _band_sets(document: BandSets) -> dict[str, Any]:
    sets = [
        {
            "id": bands.id,
            "name": bands.name,
            "bands": [{"grade": b.grade, "range": b.text()} for b in bands.bands],
            "gaps": [f"{a.grade} / {b.grade}" for a, b in GradeScale(bands).gaps()],
        }
        for bands in document.sets
    ]
    return {"id": document.id, "name": document.name, "kind": "band_sets", "sets": sets}


def _structures(document: Structures) -> dict[str, Any]:
    names = [str(item.get("name", "")) for item in document.items]
    return {"id": document.id, "name": document.name, "kind": "structures", "structures": names}


def _scored(standard: Rubric, found: Score) -> dict[str, Any]:
    result = {"id": standard.id, "name": standard.name, **told_score(found)}
    if standard.grades is not None:
        verdict = GradeScale(standard.grades).verdict(found)
        final = verdict.final.name if verdict.final is not None else None
        result["grade"] = {"raw": verdict.raw.name, "final": final, "zh": verdict.zh}
    return result
