"""Criteria 评分项, 指标: the tree. Groups add up their children; a leaf has parts, and a part has one rule.

Any depth, any scale: a leaf's parts give points on its ``scale``; they count ``weight / scale`` of it in the rubric's
total. With direct points scale and weight are the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.refusal import BadInput, Finding
from rubric.interval import Interval
from rubric.rule import Rule


@dataclass(frozen=True)
class Window:
    """佐证材料期间: from ``first`` to ``last``, both included. A text end (投标截止日) is resolved by the caller."""

    first: date | str | None = None
    last: date | str | None = None

    def holds(self, day: date, dates: Mapping[str, date]) -> bool:
        """Whether ``day`` is inside. Raises BadInput when an end is named but its date was not given."""
        first, last = self._resolve(self.first, dates), self._resolve(self.last, dates)
        return (first is None or first <= day) and (last is None or day <= last)

    @staticmethod
    def _resolve(end: date | str | None, dates: Mapping[str, date]) -> date | None:
        if not isinstance(end, str):
            return end
        if end not in dates:
            raise BadInput((Finding("dates", f"佐证材料期间的“{end}”未给出日期"),))
        return dates[end]

    def text(self) -> str:
        return f"{self.first or '不限'}至{self.last or '不限'}"


@dataclass(frozen=True)
class Part:
    """One point of a leaf: its rule, whether it is objective 客观 (one fact for all raters) and what it requires.

    requires   id of another part: these points are 0 when that part gave 0
    window     evidence dated outside does not count
    """

    id: str
    rule: Rule | None
    objective: bool = False
    requires: str | None = None
    name: str = ""
    note: str = ""
    window: Window | None = None

    @property
    def label(self) -> str:
        return f"{self.id} {self.name}".strip()


class Beyond(StrEnum):
    """How a bonus 加分项 stands to the scale."""

    INSIDE = "inside"  # 分内: part of the points of its group
    BEYOND = "beyond"  # 附加: on top of the total


@dataclass(frozen=True)
class VetoEffect:
    """一票否决: what a veto does to the grade. The raw score always stays visible.

    grade    the grade that results, in the rubric's own words; None: the result is void 无效
    needs    any | majority | all of the raters who mark it
    """

    zh: str = "一票否决"
    grade: str | None = None
    needs: str = "any"


@dataclass(frozen=True)
class Criterion:
    """One node of the tree. A leaf has no children.

    weight        its points in the rubric's total, 分; None: the source gives none
    scale         the points at which its parts are full; None: the same as ``weight`` (direct points)
    cap           the most its parts count together, on ``scale``; None: ``scale``
    floor         the least; None: whatever the rules give
    gates         names of facts that must be true, else the leaf is 0
    parties       who scores it and with which share: one name owns it, several share it; empty: whoever has a sheet
    price         the price section of a tender: its points come from the price formula, not from raters
    bonus         加分: inside or beyond the scale
    complete      False: the source breaks off, and sums below it are not to be trusted
    remarks       what the source itself says is wrong, or leaves open
    without_points  points of observation that the source names without a score
    """

    id: str
    name: str
    weight: Fraction | None
    children: tuple[Criterion, ...] = ()
    parts: tuple[Part, ...] = ()
    scale: Fraction | None = None
    cap: Fraction | None = None
    floor: Fraction | None = None
    gates: tuple[str, ...] = ()
    parties: Mapping[str, Fraction] = field(default_factory=dict)
    price: bool = False
    bonus: Beyond | None = None
    veto: VetoEffect | None = None
    evidence: tuple[str, ...] = ()
    definition: str = ""
    source: str = ""
    depends_on: str = ""
    complete: bool = True
    remarks: tuple[str, ...] = ()
    without_points: tuple[str, ...] = ()

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def full(self) -> Fraction | None:
        """The scale on which the parts are scored."""
        return self.scale if self.scale is not None else self.weight

    @property
    def objective(self) -> bool:
        """Whether every part is objective: one value for all raters."""
        return bool(self.parts) and all(p.objective for p in self.parts)

    @property
    def label(self) -> str:
        return self.name if self.id == self.name else f"{self.id} {self.name}".strip()

    def leaves(self) -> Iterator[Criterion]:
        """The leaves below (or itself), in order; the price section is not among them."""
        if self.is_leaf:
            if not self.price:
                yield self
            return
        for child in self.children:
            yield from child.leaves()

    def walk(self, depth: int = 1) -> Iterator[tuple[int, Criterion]]:
        """This node and all below with their depth, parents first."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


class Mean(StrEnum):
    """How the raters of one leaf become one number."""

    PLAIN = "plain"  # 算术平均
    WITHOUT_EXTREMES = "without_extremes"  # 去掉一个最高分和一个最低分

    @property
    def zh(self) -> str:
        return {"plain": "算术平均", "without_extremes": "去掉一个最高分和一个最低分后平均"}[self.value]


class NotApplicableRule(StrEnum):
    """What an 不适用 leaf does to the score."""

    RESCALE = "rescale"  # its points leave the scale; the score is re-based in proportion
    FULL_SCALE = "full_scale"  # the scale stays; the leaf adds nothing
    FULL_POINTS = "full_points"  # it counts as full

    @property
    def zh(self) -> str:
        return {
            "rescale": "不适用的指标不计, 得分按其余指标折算",
            "full_scale": "不适用的指标不得分, 满分不变",
            "full_points": "不适用的指标按满分计",
        }[self.value]


@dataclass(frozen=True)
class Folding:
    """How sheets become a score: all of it stated by the rubric, nothing assumed by the engine.

    minimum   raters from which highest and lowest are left out; below it the plain mean is taken
    """

    mean: Mean = Mean.PLAIN
    minimum: int = 3
    not_applicable: NotApplicableRule = NotApplicableRule.RESCALE


@dataclass(frozen=True)
class GradeBand(Interval):
    """One band of a grade scale as written; ``grade_of`` is in ``rubric.grade``."""

    grade: str
    low: Fraction | None = None
    high: Fraction | None = None
    low_incl: bool = True
    high_incl: bool = False


@dataclass(frozen=True)
class GradeBands:
    """A set of bands: the scale it is written for, the word below the lowest band, whether scores may exceed it."""

    bands: tuple[GradeBand, ...] = ()
    scale: Fraction | None = None
    below: str | None = None
    may_exceed_scale: bool = False
    id: str = ""
    name: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rubric:
    """评分标准: the whole tree with its total, its way of folding sheets and its grades.

    total     分; None: the source states none
    places    decimals of the shown score; rounded half up 四舍五入 once
    parties   shares of the parties for leaves that name none of their own
    stages    shares of the stages (中期, 期末); empty: one stage
    ceiling   the most a score with bonus may reach; None: no limit
    source    where it comes from, as texts
    remarks   (place, text): what the source leaves open or says of itself
    """

    id: str
    name: str
    total: Fraction | None
    criteria: tuple[Criterion, ...]
    places: int = 2
    folding: Folding = Folding()
    grades: GradeBands | None = None
    parties: Mapping[str, Fraction] = field(default_factory=dict)
    stages: Mapping[str, Fraction] = field(default_factory=dict)
    ceiling: Fraction | None = None
    purpose: str = ""
    complete: bool = True
    source: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()

    def leaves(self) -> tuple[Criterion, ...]:
        """The leaves that raters score, in order, without the price section."""
        return tuple(leaf for c in self.criteria for leaf in c.leaves())

    def walk(self) -> Iterator[tuple[int, Criterion]]:
        """Every node with its depth (1 = top), parents first."""
        for criterion in self.criteria:
            yield from criterion.walk()

    def parts(self) -> tuple[Part, ...]:
        return tuple(p for leaf in self.leaves() for p in leaf.parts)

    def leaf(self, id: str) -> Criterion:
        """The leaf of this id. Raises KeyError when there is none."""
        for leaf in self.leaves():
            if leaf.id == id:
                return leaf
        raise KeyError(id)

    def part(self, id: str) -> Part:
        """The part of this id. Raises KeyError when there is none."""
        for part in self.parts():
            if part.id == id:
                return part
        raise KeyError(id)

    def leaf_of(self, part_id: str) -> Criterion:
        """The leaf that holds the part. Raises KeyError when there is none."""
        for leaf in self.leaves():
            if any(p.id == part_id for p in leaf.parts):
                return leaf
        raise KeyError(part_id)

    @property
    def price(self) -> Criterion | None:
        """The price section of a tender, if it has one."""
        return next((c for _, c in self.walk() if c.price), None)

    def parties_of(self, leaf: Criterion) -> Mapping[str, Fraction]:
        """Who scores the leaf, with shares; empty: whoever has a sheet."""
        return leaf.parties or self.parties

    def leaves_for(self, party: str | None) -> tuple[Criterion, ...]:
        """The leaves that a rater of this party scores."""
        found = []
        for leaf in self.leaves():
            owners = self.parties_of(leaf)
            if not owners or party in owners:
                found.append(leaf)
        return tuple(found)

    def with_rule(self, part_id: str, rule: Rule) -> Rubric:
        """The same rubric with the rule of one part supplied (由各省自行制定). Raises KeyError for an unknown part."""
        self.part(part_id)
        return replace(self, criteria=tuple(_with_rule(c, part_id, rule) for c in self.criteria))


def _with_rule(criterion: Criterion, part_id: str, rule: Rule) -> Criterion:
    return replace(
        criterion,
        parts=tuple(replace(p, rule=rule) if p.id == part_id else p for p in criterion.parts),
        children=tuple(_with_rule(c, part_id, rule) for c in criterion.children),
    )
