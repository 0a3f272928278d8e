"""Marking 单份计分: one rater's sheet turned into points, part by part: what is required, proven, inside the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.refusal import BadInput, Finding
from rubric.criterion import Criterion, NotApplicableRule, Part, Rubric
from rubric.rule import BadMark, NotApplicable, truth
from rubric.sheet import Mark, Sheet, as_mark


@dataclass(frozen=True)
class PartPoints:
    """One part as one rater marked it. points: on the leaf's scale; None: 不适用. note: why it is not the rule's own."""

    part: str
    value: Any
    points: Fraction | None
    note: str = ""


@dataclass(frozen=True)
class LeafMark:
    """One leaf as one rater marked it.

    sum      parts together on the leaf's scale, after cap and floor; None: 不适用
    points   the same in the rubric's total: sum × weight / scale
    dropped  left out as the highest or the lowest
    """

    rater: str
    party: str | None
    parts: tuple[PartPoints, ...]
    sum: Fraction | None
    points: Fraction | None
    note: str = ""
    dropped: bool = False


@dataclass(frozen=True)
class Circumstances:
    """What a score needs besides sheets.

    facts   values (or Marks) of objective parts, the same for all raters, and of gates
    pool    per pool-relative part the values of every subject still in (own one included)
    dates   named dates that evidence windows refer to (投标截止日)
    given   points of criteria computed elsewhere (the price section), by id, in the rubric's total
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    pool: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    given: Mapping[str, Fraction] = field(default_factory=dict)


NOTHING_ELSE = Circumstances()


class Marking:
    """One sheet being turned into points; remembers parts, since others may require them.

    It trusts the sheet: ``sheet_findings`` has been asked before.
    """

    def __init__(self, rubric: Rubric, sheet: Sheet, circumstances: Circumstances) -> None:
        self.rubric, self.sheet, self.circumstances = rubric, sheet, circumstances
        self.known: dict[str, PartPoints] = {}
        self.open: set[str] = set()

    def leaf(self, leaf: Criterion) -> LeafMark:
        parts = tuple(self.part(leaf, part) for part in leaf.parts)
        closed = [gate for gate in leaf.gates if not self.gate(gate)]
        if closed:
            note = f"前置条件未满足: {'、'.join(closed)}"
            return LeafMark(self.sheet.rater, self.sheet.party, parts, Fraction(0), Fraction(0), note)
        if leaf.veto is not None and not leaf.weight:
            return LeafMark(self.sheet.rater, self.sheet.party, parts, None, None)
        full = leaf.full or Fraction(0)
        given = [p.points for p in parts if p.points is not None]
        if parts and not given:
            note = parts[0].note or "不适用"
            return LeafMark(self.sheet.rater, self.sheet.party, parts, None, None, note)
        total, note = sum(given, Fraction(0)), ""
        missing = [part for part, p in zip(leaf.parts, parts, strict=True) if p.points is None]
        if missing:
            total, note = self._without(leaf, total, missing, full)
        limit = leaf.cap if leaf.cap is not None else full
        if total > limit:
            total, note = limit, note or "以满分为限"
        if leaf.floor is not None and total < leaf.floor:
            total, note = leaf.floor, note or "扣完为止"
        points = total * (leaf.weight or Fraction(0)) / full if full else total
        return LeafMark(self.sheet.rater, self.sheet.party, parts, total, points, note)

    def _without(self, leaf: Criterion, total: Fraction, missing: Sequence[Part], full: Fraction) -> tuple[Fraction, str]:
        """Parts that are 不适用 inside a leaf, treated as the rubric treats leaves."""
        names = "、".join(p.label for p in missing)
        high = sum((p.rule.high or Fraction(0) for p in missing if p.rule), Fraction(0))
        treatment = self.rubric.folding.not_applicable
        if treatment is NotApplicableRule.FULL_POINTS:
            return total + high, f"{names}不适用, 按满分计"
        if treatment is NotApplicableRule.RESCALE and 0 < high < full:
            return total * full / (full - high), f"{names}不适用, 其余部分按比例折算"
        return total, f"{names}不适用"

    def gate(self, gate: str) -> bool:
        value = self.circumstances.facts.get(gate, self.sheet.marks.get(gate))
        if isinstance(value, Mark):
            value = value.value if value.proven and not value.not_applicable else False
        try:
            return truth(value)
        except BadMark:
            return False

    def part(self, leaf: Criterion, part: Part) -> PartPoints:
        if part.id not in self.known:
            if part.id in self.open:
                raise BadInput((Finding(part.id, f"{leaf.label}: {part.label}的前置项互为前提"),))
            self.open.add(part.id)
            self.known[part.id] = self._points(leaf, part)
            self.open.discard(part.id)
        return self.known[part.id]

    def _points(self, leaf: Criterion, part: Part) -> PartPoints:
        facts = self.circumstances.facts
        mark = as_mark(facts[part.id]) if part.objective and part.id in facts else self.sheet.marks.get(part.id)
        value = mark.value if mark else None
        if part.requires is not None:
            owner = self.rubric.leaf_of(part.requires)
            if self.part(owner, self.rubric.part(part.requires)).points == 0:
                return PartPoints(part.id, value, Fraction(0), f"前置项{part.requires}为0分")
        if mark is None or part.rule is None:
            return PartPoints(part.id, value, Fraction(0), "未评分")
        if mark.not_applicable:
            return PartPoints(part.id, value, None, f"不适用: {mark.reason}")
        if not mark.proven:
            return PartPoints(part.id, value, Fraction(0), "无佐证材料")
        value, note = self._proven(part, mark)
        if note == _NO_PROOF:
            return PartPoints(part.id, value, Fraction(0), note)
        if mark.points is not None:
            return PartPoints(part.id, value, mark.points, "评分人直接填写分值")
        try:
            return PartPoints(part.id, value, part.rule.points(value, self.circumstances.pool.get(part.id, ())), note)
        except NotApplicable as outcome:
            return PartPoints(part.id, value, None, f"不适用: {outcome.zh}")

    def _proven(self, part: Part, mark: Mark) -> tuple[Any, str]:
        """The value as far as its evidence carries it: illegible pieces and pieces outside the window prove nothing."""
        if not mark.evidence:
            return mark.value, ""
        good = [
            e
            for e in mark.evidence
            if e.legible
            and (part.window is None or e.dated is None or part.window.holds(e.dated, self.circumstances.dates))
        ]
        if not good:
            return mark.value, _NO_PROOF
        if part.window is not None and part.rule is not None and part.rule.counts_pieces and mark.points is None:
            counted = min(int(mark.value), len(good))
            if counted != int(mark.value):
                return counted, f"有效佐证材料{len(good)}份, 按{counted}计"
        return mark.value, ""


_NO_PROOF = "佐证材料不清晰或不在规定期间内"
