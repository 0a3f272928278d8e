"""Moderation 复议: raters who are far apart meet, and whoever changes a mark says why and signs.

The first marks stay as they were signed and are printed beside the second ones. A meeting may end without a change. Nobody
changes another's mark, and no rule changes one by itself. How far apart is too far is the scheme's, known beforehand; no
official text prints it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaluation.kind import NOTICE_88
from kernel.points import percent_text, shortest_text
from kernel.refusal import Finding
from rubric.aggregation import Score
from rubric.criterion import Rubric
from rubric.sheet import Mark, Sheet, mark_finding


@dataclass(frozen=True)
class Threshold:
    """From which difference a leaf is discussed: share of its points between highest and lowest mark of one party.

    Reached means discussed: "以上" includes the number.
    """

    share: Fraction


@dataclass(frozen=True)
class Divergence:
    """A leaf whose raters are far apart. marks: points by rater, as signed."""

    leaf: str
    name: str
    party: str | None
    weight: Fraction
    marks: tuple[tuple[str, Fraction], ...]

    @property
    def range(self) -> Fraction:
        points = [each for _, each in self.marks]
        return max(points) - min(points)

    def sentence(self) -> str:
        """What is told to the meeting."""
        said = "、".join(f"{rater} {shortest_text(points)}" for rater, points in self.marks)
        share = percent_text(self.range / self.weight, 2)
        return f"{self.name}（{shortest_text(self.weight)} 分）: {said}, 相差 {shortest_text(self.range)} 分, 占 {share}"


@dataclass(frozen=True)
class Revision:
    """One mark changed in the meeting: by the rater whose mark it is, with a reason."""

    rater: str
    part: str
    mark: Mark
    reason: str


@dataclass(frozen=True)
class Minutes:
    """复议记录: what was discussed, who was there and signed, what was changed. text: what was said, for the file."""

    leaves: tuple[str, ...]
    present: tuple[str, ...]
    signed: tuple[str, ...]
    revisions: tuple[Revision, ...]
    text: str


def divergences(rubric: Rubric, score: Score, threshold: Threshold) -> tuple[Divergence, ...]:
    """The leaves to discuss, the widest first. Leaves judged by fewer than two of a party, and objective ones, are none."""
    judged = {leaf.id: leaf for leaf in rubric.leaves() if any(not part.objective for part in leaf.parts)}
    found = []
    for line in score.leaf_lines():
        if line.id not in judged or not line.weight:
            continue
        by_party: dict[str | None, list[tuple[str, Fraction]]] = {}
        for mark in line.marks:
            if mark.points is not None:
                by_party.setdefault(mark.party, []).append((mark.rater, mark.points))
        for party, marks in by_party.items():
            apart = Divergence(line.id, line.name, party, line.weight, tuple(marks))
            if len(marks) > 1 and apart.range > 0 and apart.range >= threshold.share * line.weight:
                found.append(apart)
    return tuple(sorted(found, key=lambda each: (-each.range / each.weight, each.leaf, each.party or "")))


def minutes_findings(
    minutes: Minutes, rubric: Rubric, sheets: Sequence[Sheet], to_discuss: Collection[str]
) -> tuple[Finding, ...]:
    """Everything that keeps the minutes from being filed, at once."""
    raters = {sheet.rater: sheet for sheet in sheets}
    parts = {part.id: (leaf, part) for leaf in rubric.leaves() for part in leaf.parts}
    found: list[Finding] = []
    for left_out in sorted(set(to_discuss) - set(minutes.leaves)):
        found.append(Finding("leaves", f"分差达到规定的指标须复议: {left_out}", NOTICE_88))
    if not minutes.text.strip():
        found.append(Finding("text", "请写明复议情况", NOTICE_88))
    for rater in sorted(raters.keys() - set(minutes.present)):
        found.append(Finding("present", f"评分人{rater}未参加复议", NOTICE_88, cure="请改期, 或由全体评分人书面参加"))
    for rater in sorted(set(minutes.present) - set(minutes.signed)):
        found.append(Finding("signed", f"{rater}未在复议记录上签名", NOTICE_88))
    seen: set[tuple[str, str]] = set()
    for revision in minutes.revisions:
        place = f"{revision.rater} {revision.part}"
        if (revision.rater, revision.part) in seen:
            found.append(Finding(place, "同一评分在一次复议中只能修改一次"))
        seen.add((revision.rater, revision.part))
        if revision.rater not in raters or revision.part not in parts:
            found.append(Finding(place, "没有这一评分"))
            continue
        leaf, part = parts[revision.part]
        if leaf.id not in minutes.leaves:
            found.append(Finding(place, f"{leaf.label}未列入复议"))
        if part.objective:
            found.append(Finding(place, "客观指标按事实计分, 不经复议修改; 事实有误的, 请更正事实"))
        if not revision.reason.strip():
            found.append(Finding(place, "修改评分须写明理由", NOTICE_88))
        wrong = mark_finding(leaf, part, revision.mark)
        if wrong:
            found.append(Finding(place, wrong))
    return tuple(found)


def moderated(sheets: Sequence[Sheet], minutes: Minutes) -> tuple[Sheet, ...]:
    """The sheets with the revised marks; the signed ones given stay as they are."""
    changed: dict[str, dict[str, Mark]] = {}
    for revision in minutes.revisions:
        changed.setdefault(revision.rater, {})[revision.part] = replace(revision.mark, reason=revision.reason)
    return tuple(replace(sheet, marks={**sheet.marks, **changed.get(sheet.rater, {})}) for sheet in sheets)


@dataclass(frozen=True)
class Change:
    """One mark before and after, as both are printed."""

    rater: str
    part: str
    before: Mark | None
    after: Mark
    reason: str


def changes(sheets: Iterable[Sheet], minutes: Minutes) -> tuple[Change, ...]:
    """What the meeting changed, in the order of its minutes."""
    signed: Mapping[str, Sheet] = {sheet.rater: sheet for sheet in sheets}
    return tuple(
        Change(each.rater, each.part, signed[each.rater].marks.get(each.part), each.mark, each.reason)
        for each in minutes.revisions
    )
