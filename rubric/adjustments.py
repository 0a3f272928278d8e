"""Adjustments 增减: deductions, base and extras, veto, and the rules that a person or somebody else must supply."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from kernel.points import shortest_text
from rubric.entry import Entry
from rubric.rule import (
    BadMark,
    Choice,
    Form,
    Listed,
    Rule,
    cap_text,
    capped,
    fen_text,
    number,
    register,
    shown,
    stated,
    table,
    truth,
    whole,
)


@register
@dataclass(frozen=True)
class DeductMissing(Rule):
    """缺项扣分: start - n × minus, not below 0; a mark is how many are missing."""

    start: Fraction
    minus: Fraction
    items: tuple[str, ...] = ()
    kind: ClassVar[str] = "deduct_missing"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        return max(self.start - whole(value, "缺少项数", len(self.items) or None) * self.minus, Fraction(0))

    @property
    def low(self) -> Fraction | None:
        return max(self.start - len(self.items) * self.minus, Fraction(0)) if self.items else Fraction(0)

    @property
    def high(self) -> Fraction | None:
        return self.start

    def gives(self, points: Fraction) -> bool:
        if points == self.low:
            return True
        lost = self.start - points
        return points >= 0 and lost >= 0 and bool(self.minus) and (lost / self.minus).denominator == 1

    def describe(self) -> str:
        what = f"（{'、'.join(self.items)}）" if self.items else ""
        return f"基准{fen_text(self.start)}, 每缺一项{what}扣{fen_text(self.minus)}, 扣完为止"

    @property
    def form(self) -> Form:
        return Form("count", low=Fraction(0), unit="项", help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        return cls(entry.required("start"), entry.required("minus"), entry.texts("items"))


@dataclass(frozen=True)
class Occurrence:
    """What is counted and how much it takes (or adds) each time. each None: 酌情, the rater states the points.

    once   it holds or it does not (旷工一天及以上), rather than so many times
    """

    name: str
    each: Fraction | None
    once: bool = False


@register
@dataclass(frozen=True)
class Deductions(Rule):
    """逐次扣分: start minus each occurrence, plus a bonus inside the same item.

    A mark is {name: how many times}; for 酌情 the points instead of the times. ``floor`` None: no floor is stated, and
    the points may go below zero. ``most``: the most with bonus; None: ``start``.
    """

    start: Fraction
    minus: tuple[Occurrence, ...]
    plus: tuple[Occurrence, ...] = ()
    floor: Fraction | None = Fraction(0)
    most: Fraction | None = None
    kind: ClassVar[str] = "deductions"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        counts = table(value, "扣分情形") if value != [] else {}
        known = {o.name: (o, -1) for o in self.minus} | {o.name: (o, 1) for o in self.plus}
        total = self.start
        for name, count in counts.items():
            occurrence, sign = stated(known, name, "情形")
            if occurrence.each is None:
                taken = number(count, name)
                if taken < 0:
                    raise BadMark(f"{name}: 扣分不能为负")
            elif occurrence.once:
                taken = occurrence.each * (truth(count) if isinstance(count, bool | str) else whole(count, name, 1))
            else:
                taken = whole(count, name) * occurrence.each
            total += sign * taken
        total = min(total, self._most)
        return total if self.floor is None else max(total, self.floor)

    @property
    def _most(self) -> Fraction:
        return self.start if self.most is None else self.most

    @property
    def low(self) -> Fraction | None:
        if self.floor is not None or not self.minus:
            return self.floor if self.minus else self.start
        if all(o.once and o.each is not None for o in self.minus):
            return self.start - sum((o.each or Fraction(0) for o in self.minus), Fraction(0))
        return None

    @property
    def high(self) -> Fraction | None:
        return self._most if self.plus else self.start

    def gives(self, points: Fraction) -> bool:
        if points in (self.low, self.high, self.start):
            return True
        if points > self._most or (self.floor is not None and points < self.floor):
            return False
        if any(o.each is None for o in self.minus + self.plus):
            return True
        steps = [o.each for o in self.minus if o.each] + [-o.each for o in self.plus if o.each]
        reach, bound = {self.start}, abs(self.start) + abs(points) + max((abs(s) for s in steps), default=0)
        frontier = set(reach)
        while frontier and len(reach) < 5000:
            frontier = {r - s for r in frontier for s in steps if abs(r - s) <= bound} - reach
            reach |= frontier
        return points in reach

    def describe(self) -> str:
        lost = "、".join(f"{o.name}{_each(o, '扣')}" for o in self.minus)
        won = "、".join(f"{o.name}{_each(o, '加')}" for o in self.plus)
        end = "不设下限" if self.floor is None else f"扣至{fen_text(self.floor)}为止"
        return f"基准{fen_text(self.start)}: {'；'.join(t for t in (lost, won, end) if t)}"

    @property
    def form(self) -> Form:
        minus = tuple(Choice(o.name, o.name, f"-{shortest_text(o.each)}" if o.each else "酌情") for o in self.minus)
        plus = tuple(Choice(o.name, o.name, f"+{shortest_text(o.each)}" if o.each else "酌情") for o in self.plus)
        return Form("counts_by_grade", minus + plus, low=Fraction(0), help=self.describe())

    def parse(self, entered: Any) -> Any:
        filled = {k: v for k, v in table(entered or {}, "扣分情形").items() if str(v).strip() != ""}
        return super().parse(filled)

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        """``rules: [{per|if, minus}]``, ``bonus: [{per|if, plus}]``, ``floor`` (null: none), ``most``."""
        minus = tuple(_occurrence(item, "minus") for item in entry.entries("rules"))
        plus = tuple(_occurrence(item, "plus") for item in entry.entries("bonus"))
        if not minus and not plus:
            entry.problem("缺少 rules")
            return None
        floor = entry.number("floor") if "floor" in entry else Fraction(0)
        return cls(entry.required("start"), minus, plus, floor, entry.number("most"))


def _occurrence(entry: Entry, key: str) -> Occurrence:
    name = entry.text("per") or entry.text("if") or entry.text("name")
    if not name:
        entry.problem("缺少 per 或 if")
    each = entry.get(key)
    if isinstance(each, str) and not any(c.isdigit() for c in each):
        each = None  # 酌情, 视具体情况: the rater states the points
    number_read = None if each is None else entry.read_number(each, key)
    return Occurrence(name, number_read, "if" in entry and "per" not in entry)


def _each(occurrence: Occurrence, verb: str) -> str:
    if occurrence.each is None:
        return f"酌情{verb}分"
    return f"{'' if occurrence.once else '每次'}{verb}{fen_text(occurrence.each)}"


@register
@dataclass(frozen=True)
class BaseAndExtras(Rule):
    """基础条件加附加: points for the base, more per unit, at most ``cap``. A mark is {base: true, units: n}.

    needs_base   whether extras count without the base; None: the source does not say, and such a mark is refused
    """

    base: str
    base_points: Fraction
    unit: str
    each: Fraction
    cap: Fraction | None = None
    needs_base: bool | None = None
    kind: ClassVar[str] = "base_and_extras"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        given = {_BASE_TERMS.get(k, k): v for k, v in table(value, "基础条件和附加数量").items()}
        holds, units = truth(given.get("base", False)), whole(given.get("units") or 0, self.unit)
        if units and not holds:
            if self.needs_base is None:
                raise BadMark(f"评分标准未写明不具备“{self.base}”时“{self.unit}”是否计分")
            if self.needs_base:
                return Fraction(0)
        total = (self.base_points if holds else Fraction(0)) + units * self.each
        return capped(total, self.cap)

    @property
    def low(self) -> Fraction | None:
        return Fraction(0)

    @property
    def high(self) -> Fraction | None:
        return self.cap

    def gives(self, points: Fraction) -> bool:
        if points in (0, self.cap):
            return True
        if points < 0 or (self.cap is not None and points > self.cap):
            return False
        starts = [self.base_points] if self.needs_base else [self.base_points, Fraction(0)]
        return any(points >= s and ((points - s) / self.each).denominator == 1 for s in starts if self.each)

    def describe(self) -> str:
        return f"{self.base}得{fen_text(self.base_points)}, {self.unit}每项加{fen_text(self.each)}{cap_text(self.cap)}"

    @property
    def form(self) -> Form:
        terms = (Choice("base", self.base, shortest_text(self.base_points)), Choice("units", self.unit))
        return Form("values", terms, help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        base, extra = entry.child("base"), entry.child("per_unit")
        needs = entry.truth("needs_base") if entry.get("needs_base") is not None else None
        return cls(
            base.text("if"),
            base.required("points"),
            extra.text("unit"),
            extra.required("points"),
            entry.number("cap"),
            needs,
        )


_BASE_TERMS = {"基础条件": "base", "附加数量": "units"}


@register
@dataclass(frozen=True)
class VetoRule(Listed):
    """一票否决: true when the case is found. It carries no points; what it does to the grade stands in the leaf."""

    case: str = ""
    kind: ClassVar[str] = "veto"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        truth(value)
        return Fraction(0)

    def listed(self) -> Collection[Fraction]:
        return (Fraction(0),)

    def describe(self) -> str:
        return f"否决项, 不计分{': ' + self.case if self.case else ''}"

    @property
    def form(self) -> Form:
        return Form("boolean", (Choice("true", "存在否决情形"), Choice("false", "不存在")), help=self.case)

    def parse(self, entered: Any) -> Any:
        return truth(entered)

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        return cls(entry.text("case"))


@register
@dataclass(frozen=True)
class Judgement(Rule):
    """酌情评分: points set by a person between two ends. What guides the person is the text.

    ``stated`` False: the source describes a rule that cannot be computed, or breaks off; a fault says so.
    """

    least: Fraction
    most: Fraction
    text: str = ""
    stated: bool = True
    step: Fraction | None = None
    kind: ClassVar[str] = "judgement"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        found = number(value, "分值")
        if not self.gives(found):
            step = f", 且为{shortest_text(self.step)}的整数倍" if self.step else ""
            raise BadMark(f"分值须在{shortest_text(self.least)}至{shortest_text(self.most)}之间{step}: {shown(found)}")
        return found

    @property
    def low(self) -> Fraction | None:
        return self.least

    @property
    def high(self) -> Fraction | None:
        return self.most

    def gives(self, points: Fraction) -> bool:
        return self.least <= points <= self.most and (not self.step or (points / self.step).denominator == 1)

    def describe(self) -> str:
        head = f"由评分人在{shortest_text(self.least)}至{shortest_text(self.most)}分之间评定"
        return f"{head}: {self.text}" if self.text else head

    @property
    def form(self) -> Form:
        return Form("number", low=self.least, high=self.most, unit="分", help=self.text)

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        least = entry.number("least", Fraction(0)) or Fraction(0)
        return cls(least, entry.required("points"), entry.text("text"), True, entry.number("step"))


@register
@dataclass(frozen=True)
class Delegated(Rule):
    """另行制定的规则: points without a rule until somebody supplies one (``Rubric.with_rule``). Cannot be scored."""

    full: Fraction | None
    to: str = ""
    kind: ClassVar[str] = "delegated"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        raise BadMark(f"评分规则尚未制定（{self.to or '另行制定'}）, 不能评分")

    @property
    def computes(self) -> bool:
        return False

    @property
    def low(self) -> Fraction | None:
        return Fraction(0)

    @property
    def high(self) -> Fraction | None:
        return self.full

    def gives(self, points: Fraction) -> bool:
        return False

    def describe(self) -> str:
        return f"{fen_text(self.full)}, 评分规则{self.to or '另行制定'}"

    @property
    def form(self) -> Form:
        return Form("none", help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        return cls(entry.number("points"), entry.text("to") or entry.text("delegated_to"))

