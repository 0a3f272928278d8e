"""Score sheets 评分表: what one rater marked, with reasons and evidence. A sheet holds choices, never points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.refusal import Finding
from rubric.criterion import Criterion, Part, Rubric
from rubric.rule import BadMark, NotApplicable, shown


@dataclass(frozen=True)
class Evidence:
    """佐证材料: one piece, with its date where it bears one. An illegible scan proves nothing."""

    name: str
    dated: date | None = None
    legible: bool = True


@dataclass(frozen=True)
class Mark:
    """One mark on one part.

    value           what the rule reads (a level's name, a count, true, counts by grade ...)
    not_applicable  不适用: not 0; a reason must be given
    proven          False: proof was asked for and none was found; the part is 0 whatever the value
    evidence        pieces seen; when some are listed, only legible ones inside the part's window count
    points          points typed in place of a choice, on the rule's scale; the rule must be able to give them
    """

    value: Any = None
    not_applicable: bool = False
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    proven: bool = True
    points: Fraction | None = None


@dataclass(frozen=True)
class Sheet:
    """评分表 of one rater: marks by part id. ``party`` and ``stage`` only where the rubric weighs them."""

    rater: str
    marks: Mapping[str, Mark] = field(default_factory=dict)
    party: str | None = None
    stage: str | None = None


def sheet_findings(
    rubric: Rubric, sheet: Sheet, facts: Mapping[str, Any] | None = None, complete: bool = True
) -> tuple[Finding, ...]:
    """Everything wrong with a sheet at once, with the part's id as ``field``; empty when it can be scored.

    facts      values of objective parts that are settled for all raters: the sheet need not hold them
    complete   False: parts without a mark are not counted as wrong (a draft)
    """
    facts = facts or {}
    found: list[Finding] = []
    if rubric.stages and sheet.stage not in rubric.stages:
        found.append(Finding("stage", f"评分人{sheet.rater}: 阶段须为{'、'.join(rubric.stages)}", have=sheet.stage or "未填"))
    parties = {name for leaf in rubric.leaves() for name in rubric.parties_of(leaf)}
    if parties and sheet.party not in parties:
        found.append(Finding("party", f"评分人{sheet.rater}: 评分主体须为{'、'.join(sorted(parties))}", have=sheet.party or "未填"))
    known = {part.id: (leaf, part) for leaf in rubric.leaves() for part in leaf.parts}
    gates = {gate for leaf in rubric.leaves() for gate in leaf.gates}
    mine = {part.id for leaf in rubric.leaves_for(sheet.party) for part in leaf.parts}
    for id in sheet.marks:
        if id not in known and id not in gates:
            found.append(Finding(id, f"评分人{sheet.rater}: 评分标准中没有“{id}”"))
        elif id in known and id not in mine:
            found.append(Finding(id, f"评分人{sheet.rater}: “{known[id][0].label}”不由{sheet.party}评分"))
    for id in known:
        if id in mine:
            leaf, part = known[id]
            mark = as_mark(facts[id]) if part.objective and id in facts else sheet.marks.get(id)
            waived = mark is None and _is_zero_anyway(leaf, part, known, sheet, facts)
            finding = "" if waived else mark_finding(leaf, part, mark, complete)
            if finding:
                found.append(Finding(id, f"评分人{sheet.rater}: {finding}"))
    return tuple(found)


def as_mark(value: Any) -> Mark:
    """A fact as a mark: facts may be plain values or marks with their evidence."""
    return value if isinstance(value, Mark) else Mark(value)


def _is_zero_anyway(
    leaf: Criterion,
    part: Part,
    known: Mapping[str, tuple[Criterion, Part]],
    sheet: Sheet,
    facts: Mapping[str, Any],
) -> bool:
    """Whether a part needs no mark, since a gate is closed or what it requires gave 0."""
    if any(facts[gate] is False for gate in leaf.gates if gate in facts):
        return True
    if part.requires is None or part.requires not in known:
        return False
    required = known[part.requires][1]
    mark = as_mark(facts[required.id]) if required.objective and required.id in facts else sheet.marks.get(required.id)
    if mark is None or mark.not_applicable or required.rule is None:
        return False
    try:
        return not mark.proven or required.rule.points(mark.value, (mark.value,)) == 0
    except (BadMark, NotApplicable):
        return False


def mark_finding(leaf: Criterion, part: Part, mark: Mark | None, complete: bool = True) -> str:
    """What is wrong with one mark, in Chinese; "" when the part can be scored with it."""
    place = leaf.label if part.id == leaf.id else f"{leaf.label} / {part.label}"
    if part.rule is None or not part.rule.computes:
        return f"{place}: 评分规则尚未制定, 不能评分" if complete else ""
    if mark is None:
        return f"{place}: 未评分" if complete else ""
    if mark.not_applicable:
        return "" if mark.reason.strip() else f"{place}: 标为不适用的须写明理由"
    if not mark.proven:
        return ""
    if mark.points is not None:
        return "" if part.rule.gives(mark.points) else f"{place}: 评分标准给不出{shown(mark.points)}分"
    try:
        part.rule.check(mark.value)
    except BadMark as refusal:
        return f"{place}: {refusal.message}"
    return ""
