"""Aggregation 汇总: fold all raters' sheets into one exact number, and keep the whole working.

Per leaf and rater: parts (``requires``, proof, evidence window), their sum up to the cap, times weight / scale. Per leaf:
the mean of its raters, plain or without highest and lowest, per party and weighted by the parties' shares. Groups add up.
Leaves that are 不适用 for everybody leave the scale, as the rubric states. Stages are weighted last. Every number is a
``Fraction``; the shown score is rounded half up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kernel.points import half_up
from kernel.refusal import BadInput, Finding
from rubric.criterion import Beyond, Criterion, Folding, Mean, NotApplicableRule, Rubric, VetoEffect
from rubric.marking import NOTHING_ELSE, Circumstances, LeafMark, Marking, PartPoints
from rubric.rule import truth
from rubric.sheet import Sheet, as_mark, sheet_findings

__all__ = [
    "NOTHING_ELSE",
    "Circumstances",
    "LeafMark",
    "Line",
    "PartPoints",
    "PartyMean",
    "Score",
    "Veto",
    "aggregate",
    "mean_of",
    "score_sheet",
]


@dataclass(frozen=True)
class PartyMean:
    """The mean of one party's raters on one leaf, and its share."""

    party: str
    share: Fraction
    points: Fraction | None


@dataclass(frozen=True)
class Line:
    """One node of the tree with its points, as a page or a workbook prints it. points None: 不适用, or 另行计算."""

    id: str
    name: str
    level: int
    weight: Fraction | None
    points: Fraction | None
    note: str = ""
    children: tuple[Line, ...] = ()
    marks: tuple[LeafMark, ...] = ()
    parties: tuple[PartyMean, ...] = ()

    def walk(self) -> Iterator[Line]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def is_leaf(self) -> bool:
        return not self.children


@dataclass(frozen=True)
class Veto:
    """一票否决 as raised: by whom with which reason, and whether enough raters raised it for it to take effect."""

    criterion: str
    name: str
    effect: VetoEffect
    raised_by: tuple[tuple[str, str], ...]
    effective: bool


@dataclass(frozen=True)
class Score:
    """得分 with its working.

    total           exact, in the rubric's points: raw × full / scale + bonus, up to the ceiling
    shown           total rounded half up to ``places``, once
    raw             Σ of the leaves' points, before anything is re-based; a veto leaves it visible
    full            the weights of all leaves scored here; scale: the same without what is 不适用
    bonus           points beyond the scale
    lines           the tree; empty when there are stages
    not_applicable  ids of the leaves that are 不适用 for every rater
    stages          (stage, share, its score)
    """

    total: Fraction
    shown: Decimal
    raw: Fraction
    full: Fraction
    scale: Fraction
    bonus: Fraction
    places: int
    lines: tuple[Line, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    not_applicable: tuple[str, ...] = ()
    stages: tuple[tuple[str, Fraction, Score], ...] = ()

    def walk(self) -> Iterator[Line]:
        for line in self.lines:
            yield from line.walk()

    def line(self, id: str) -> Line:
        """The line of a criterion. Raises KeyError when there is none."""
        for line in self.walk():
            if line.id == id:
                return line
        raise KeyError(id)

    def leaf_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.walk() if line.is_leaf)


def aggregate(rubric: Rubric, sheets: Iterable[Sheet], circumstances: Circumstances = NOTHING_ELSE) -> Score:
    """汇总: fold all raters' sheets into one score.

    The price section counts only when its points are ``given``. Raises BadInput with everything wrong in every sheet
    (missing marks, marks that a rule cannot read, parties or stages without a sheet, leaves without points or rule).
    """
    sheets = tuple(sheets)
    problems = [f for sheet in sheets for f in sheet_findings(rubric, sheet, circumstances.facts)]
    if not sheets:
        problems.append(Finding("sheets", "没有评分表"))
    raters = [(s.rater, s.stage) for s in sheets]
    for rater, stage in dict.fromkeys(raters):
        if raters.count((rater, stage)) > 1:
            problems.append(Finding("rater", f"评分人{rater}有多份评分表"))
    for _, criterion in rubric.walk():
        if criterion.is_leaf and criterion.weight is None and criterion.veto is None:
            problems.append(Finding(criterion.id, f"{criterion.label}: 未定分值, 不能计分"))
    stages = tuple(rubric.stages) or (None,)
    for stage in stages:
        of_stage = [s for s in sheets if s.stage == stage or not rubric.stages]
        parties = {p for leaf in rubric.leaves() for p in rubric.parties_of(leaf)}
        missing = sorted(parties - {s.party for s in of_stage if s.party})
        if sheets and (missing or not of_stage):
            where = f"{stage}阶段" if stage else ""
            problems.append(Finding("party", f"{where}缺少评分表: {'、'.join(missing) or '全部'}"))
    if problems:
        raise BadInput(problems, "评分表有误")
    if not rubric.stages:
        return _fold(rubric, sheets, circumstances)
    scored = tuple(
        (stage, share, _fold(rubric, tuple(s for s in sheets if s.stage == stage), circumstances))
        for stage, share in rubric.stages.items()
    )
    total = sum((share * score.total for _, share, score in scored), Fraction(0))
    return Score(
        total=total,
        shown=half_up(total, rubric.places),
        raw=sum((share * score.raw for _, share, score in scored), Fraction(0)),
        full=max(score.full for _, _, score in scored),
        scale=max(score.scale for _, _, score in scored),
        bonus=sum((share * score.bonus for _, share, score in scored), Fraction(0)),
        places=rubric.places,
        vetoes=tuple(v for _, _, score in scored for v in score.vetoes),
        not_applicable=tuple(dict.fromkeys(id for _, _, score in scored for id in score.not_applicable)),
        stages=scored,
    )


def score_sheet(
    rubric: Rubric, sheet: Sheet, circumstances: Circumstances = NOTHING_ELSE
) -> dict[str, LeafMark]:
    """One rater's own points, by leaf id, for the leaves that this sheet can score already (drafts are welcome)."""
    bad = {f.field for f in sheet_findings(rubric, sheet, circumstances.facts)}
    marking = Marking(rubric, sheet, circumstances)
    return {
        leaf.id: marking.leaf(leaf)
        for leaf in rubric.leaves_for(sheet.party)
        if leaf.full is not None and not any(part.id in bad for part in leaf.parts)
    }


def mean_of(points: Sequence[tuple[str, Fraction]], folding: Folding) -> tuple[Fraction, frozenset[str]]:
    """The mean of (rater, points) as the rubric states, and the raters left out.

    Highest and lowest are left out only from ``folding.minimum`` raters on (and never from fewer than three).
    """
    left_out: frozenset[str] = frozenset()
    kept = list(points)
    if folding.mean is Mean.WITHOUT_EXTREMES and len(points) >= max(folding.minimum, 3):
        ordered = sorted(points, key=lambda pair: (pair[1], pair[0]))
        left_out = frozenset((ordered[0][0], ordered[-1][0]))
        kept = ordered[1:-1]
    return sum((p for _, p in kept), Fraction(0)) / len(kept), left_out


# --- all raters -----------------------------------------------------------------------------------------------------


class _Folding:
    """The tree being folded for the sheets of one stage."""

    def __init__(self, rubric: Rubric, sheets: Sequence[Sheet], circumstances: Circumstances) -> None:
        self.rubric, self.circumstances = rubric, circumstances
        self.markings = [Marking(rubric, sheet, circumstances) for sheet in sheets]
        self.full = self.scale = self.bonus = Fraction(0)
        self.not_applicable: list[str] = []
        self.vetoes: list[Veto] = []

    def line(self, criterion: Criterion, level: int, extra: bool) -> Line:
        """The line of one node. extra: it stands outside the scale (a bonus), here or above."""
        line = self.node(criterion, level, extra or criterion.bonus is not None)
        if criterion.bonus is Beyond.BEYOND and line.points is not None:
            self.bonus += line.points
        return line

    def node(self, criterion: Criterion, level: int, extra: bool) -> Line:
        if criterion.id in self.circumstances.given:
            given = self.circumstances.given[criterion.id]
            if not extra and criterion.weight is not None:
                self.full += criterion.weight
                self.scale += criterion.weight
            return Line(criterion.id, criterion.name, level, criterion.weight, given, "另行计算")
        if criterion.price:
            return Line(criterion.id, criterion.name, level, criterion.weight, None, "由价格公式另行计算")
        if criterion.is_leaf:
            return self.leaf(criterion, level, extra)
        children = tuple(self.line(child, level + 1, extra) for child in criterion.children)
        points, note = _sum(criterion.children, children, criterion.weight)
        return Line(criterion.id, criterion.name, level, criterion.weight, points, note, children)

    def leaf(self, leaf: Criterion, level: int, extra: bool) -> Line:
        owners = self.rubric.parties_of(leaf)
        marks = [m.leaf(leaf) for m in self.markings if not owners or m.sheet.party in owners]
        weight = leaf.weight or Fraction(0)
        if not extra:
            self.full += weight
        if leaf.veto is not None:
            self.veto(leaf, [m for m in self.markings if not owners or m.sheet.party in owners])
            if not weight:
                return Line(leaf.id, leaf.name, level, leaf.weight, None, "否决项, 不计分", marks=tuple(marks))
        points, dropped, means = self.mean(marks, owners)
        marks = [replace(m, dropped=m.rater in dropped) for m in marks]
        note = ""
        if points is None:
            self.not_applicable.append(leaf.id)
            note = "不适用"
            if self.rubric.folding.not_applicable is NotApplicableRule.FULL_POINTS:
                points, note = weight, "不适用, 按满分计"
            if not extra and self.rubric.folding.not_applicable is not NotApplicableRule.RESCALE:
                self.scale += weight
        elif not extra:
            self.scale += weight
        return Line(leaf.id, leaf.name, level, leaf.weight, points, note, marks=tuple(marks), parties=means)

    def mean(
        self, marks: Sequence[LeafMark], owners: Mapping[str, Fraction]
    ) -> tuple[Fraction | None, frozenset[str], tuple[PartyMean, ...]]:
        """The leaf's points over raters and parties; None when it is 不适用 for all of them."""
        if not owners:
            points = [(m.rater, m.points) for m in marks if m.points is not None]
            if not points:
                return None, frozenset(), ()
            return *mean_of(points, self.rubric.folding), ()
        dropped: frozenset[str] = frozenset()
        means: list[PartyMean] = []
        for party, share in owners.items():
            own = [(m.rater, m.points) for m in marks if m.party == party and m.points is not None]
            if own:
                mean, left_out = mean_of(own, self.rubric.folding)
                dropped |= left_out
                means.append(PartyMean(party, share, mean))
            else:
                means.append(PartyMean(party, share, None))
        counted = [(m.share, m.points) for m in means if m.points is not None]
        if not counted:
            return None, dropped, tuple(means)
        total = sum((share * p for share, p in counted), Fraction(0))
        if len(counted) < len(means):  # 不适用 for one party: its share goes to the others in proportion
            total = total * sum(owners.values(), Fraction(0)) / sum((share for share, _ in counted), Fraction(0))
        return total, dropped, tuple(means)

    def veto(self, leaf: Criterion, markings: Sequence[Marking]) -> None:
        if leaf.veto is None:
            return
        raised = []
        for marking in markings:
            for part in leaf.parts:
                facts = self.circumstances.facts
                mark = as_mark(facts[part.id]) if part.id in facts else marking.sheet.marks.get(part.id)
                if mark is not None and not mark.not_applicable and mark.value is not None and truth(mark.value):
                    raised.append((marking.sheet.rater, mark.reason))
        if not raised:
            return
        needed = {"any": 1, "majority": len(markings) // 2 + 1, "all": len(markings)}[leaf.veto.needs]
        effective = len({rater for rater, _ in raised}) >= needed
        self.vetoes.append(Veto(leaf.id, leaf.name, leaf.veto, tuple(raised), effective))


def _sum(
    criteria: Sequence[Criterion], lines: Sequence[Line], limit: Fraction | None
) -> tuple[Fraction | None, str]:
    """What the lines add up to inside the scale; a bonus inside makes up for losses, up to the limit."""
    pairs = [(c, line.points) for c, line in zip(criteria, lines, strict=True) if c.bonus is not Beyond.BEYOND]
    known = [p for _, p in pairs if p is not None]
    if not known:
        return None, ""
    total = sum(known, Fraction(0))
    if limit is not None and total > limit and any(c.bonus is Beyond.INSIDE for c, _ in pairs):
        return limit, "含加分, 以满分为限"
    return total, ""


def _fold(rubric: Rubric, sheets: Sequence[Sheet], circumstances: Circumstances) -> Score:
    folding = _Folding(rubric, sheets, circumstances)
    lines = tuple(folding.line(c, 1, False) for c in rubric.criteria)
    raw = _sum(rubric.criteria, lines, rubric.total)[0] or Fraction(0)
    if not folding.scale and folding.full:
        raise BadInput((Finding("sheets", "全部指标均为不适用, 无法计分"),))
    total = raw * folding.full / folding.scale if folding.scale else raw
    total += folding.bonus
    if rubric.ceiling is not None:
        total = min(total, rubric.ceiling)
    return Score(
        total=total,
        shown=half_up(total, rubric.places),
        raw=raw,
        full=folding.full,
        scale=folding.scale,
        bonus=folding.bonus,
        places=rubric.places,
        lines=lines,
        vetoes=tuple(folding.vetoes),
        not_applicable=tuple(folding.not_applicable),
    )
