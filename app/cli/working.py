"""A score with its working as JSON: exact numbers as texts, the same for every command that prints one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kernel.points import exact_text, shortest_text
from rubric.aggregation import LeafMark, Line, Score, Veto
from rubric.fault import Fault


def points_or_none(value: Fraction | None) -> str | None:
    """Points as a text, exact; None where there are none (不适用)."""
    return None if value is None else shortest_text(value)


def told_fault(fault: Fault) -> dict[str, Any]:
    """A fault of a rubric."""
    return {"place": fault.place, "kind": fault.kind, "zh": fault.zh, "blocking": fault.blocking}


def told_score(found: Score) -> dict[str, Any]:
    """The score, its vetoes, and the tree down to each rater's parts."""
    result: dict[str, Any] = {
        "total": str(found.shown),
        "total_exact": exact_text(found.total),
        "raw_exact": exact_text(found.raw),
        "full": points_or_none(found.full),
        "scale": points_or_none(found.scale),
        "bonus": exact_text(found.bonus),
        "not_applicable": list(found.not_applicable),
        "vetoes": [_veto(veto) for veto in found.vetoes],
    }
    if found.stages:
        result["stages"] = [
            {"stage": stage, "share": exact_text(share), **told_score(part)} for stage, share, part in found.stages
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
        "weight": points_or_none(line.weight),
        "points": points_or_none(line.points),
    }
    if line.note:
        result["note"] = line.note
    if line.children:
        result["children"] = [_line(child) for child in line.children]
    if line.parties:
        result["parties"] = [
            {"party": p.party, "share": exact_text(p.share), "mean": points_or_none(p.points)} for p in line.parties
        ]
    if line.marks:
        result["marks"] = [_mark(mark) for mark in line.marks]
    return result


def _mark(mark: LeafMark) -> dict[str, Any]:
    result: dict[str, Any] = {"rater": mark.rater}
    if mark.party is not None:
        result["party"] = mark.party
    result |= {"sum": points_or_none(mark.sum), "points": points_or_none(mark.points)}
    if mark.note:
        result["note"] = mark.note
    if mark.dropped:
        result["dropped"] = True
    result["parts"] = [
        {"part": p.part, "value": _plain(p.value), "points": points_or_none(p.points), **({"note": p.note} if p.note else {})}
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
