"""``flask rubric``: look at a rubric, score sheets with it. Pure: no web application, no database.

Exit codes: 0 fine (notes that do not block may be listed), 1 faults found and listed, 2 bad input (message on stderr).
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from app.cli.answer import FAULTS, FINE, answer, refuse_with, text_of
from kernel.points import exact_text, shortest_text
from kernel.refusal import Refusal
from rubric.aggregation import LeafMark, Line, Score, Veto, aggregate
from rubric.criterion import Rubric
from rubric.fault import Fault, band_faults, faults, totals
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
        {**result, "usable": not blocking, "faults": [_fault(fault) for fault in found]}, FAULTS if blocking else FINE
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
    answer({**result, "faults": [_fault(fault) for fault in found]}, FAULTS if found else FINE)


def _points(value: Fraction | None) -> str | None:
    return None if value is None else shortest_text(value)


def _fault(fault: Fault) -> dict[str, Any]:
    return {"place": fault.place, "kind": fault.kind, "zh": fault.zh, "blocking": fault.blocking}


def _checked(standard: Rubric) -> dict[str, Any]:
    """id, name, total, and per level what its nodes add up to and what stands below each of them."""
    nodes = totals(standard)
    levels = []
    for level in range(1, max((n.level for n in nodes), default=0) + 1):
        at = [n for n in nodes if n.level == level]
        items = [{"id": n.id, "name": n.name, "points": _points(n.points), "below": _points(n.below)} for n in at]
        total = sum((n.points for n in at if n.points is not None), Fraction(0))
        known = any(n.points is not None for n in at)
        levels.append({"level": level, "count": len(at), "sum": _points(total) if known else None, "items": items})
    leaves = standard.leaves()
    price = standard.price
    weights = [leaf.weight for leaf in leaves if leaf.weight is not None and leaf.bonus is None]
    scored = sum(weights, Fraction(0)) + (price.weight if price and price.weight is not None else 0)
    return {
        "id": standard.id,
        "name": standard.name,
        "kind": "rubric",
        "total": _points(standard.total),
        "leaves": {"count": len(leaves), "sum": _points(scored) if weights else None},
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
    result = {"id": standard.id, "name": standard.name, **_score(found)}
    if standard.grades is not None:
        verdict = GradeScale(standard.grades).verdict(found)
        final = verdict.final.name if verdict.final is not None else None
        result["grade"] = {"raw": verdict.raw.name, "final": final, "zh": verdict.zh}
    return result


def _score(found: Score) -> dict[str, Any]:
    result: dict[str, Any] = {
        "total": str(found.shown),
        "total_exact": exact_text(found.total),
        "raw_exact": exact_text(found.raw),
        "full": _points(found.full),
        "scale": _points(found.scale),
        "bonus": exact_text(found.bonus),
        "not_applicable": list(found.not_applicable),
        "vetoes": [_veto(veto) for veto in found.vetoes],
    }
    if found.stages:
        result["stages"] = [
            {"stage": stage, "share": exact_text(share), **_score(part)} for stage, share, part in found.stages
        ]
    else:
        result["working"] = [_line(line) for line in found.lines]
    return result


def _veto(veto: Veto) -> dict[str, Any]:
    raised = [{"rater": rater, "reason": reason} for rater, reason in veto.raised_by]
    return {
        "id": veto.criterion,
        "name": veto.name,
        "effect": veto.effect.zh,
        "grade": veto.effect.grade,
        "effective": veto.effective,
        "raised_by": raised,
    }


def _line(line: Line) -> dict[str, Any]:
    result: dict[str, Any] = {
        "id": line.id,
        "name": line.name,
        "weight": _points(line.weight),
        "points": _points(line.points),
    }
    if line.note:
        result["note"] = line.note
    if line.children:
        result["children"] = [_line(child) for child in line.children]
    if line.parties:
        result["parties"] = [
            {"party": p.party, "share": exact_text(p.share), "mean": _points(p.points)} for p in line.parties
        ]
    if line.marks:
        result["marks"] = [_mark(mark) for mark in line.marks]
    return result


def _mark(mark: LeafMark) -> dict[str, Any]:
    result: dict[str, Any] = {"rater": mark.rater}
    if mark.party is not None:
        result["party"] = mark.party
    result |= {"sum": _points(mark.sum), "points": _points(mark.points)}
    if mark.note:
        result["note"] = mark.note
    if mark.dropped:
        result["dropped"] = True
    result["parts"] = [
        {"part": p.part, "value": _plain(p.value), "points": _points(p.points), **({"note": p.note} if p.note else {})}
        for p in mark.parts
    ]
    return result


def _plain(value: Any) -> Any:
    """A mark's value as JSON holds it; decimals stay exact as texts."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
