"""Levels 分档: rules that look a value up. By name, by judgement inside a band, by the range a number falls in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from kernel.points import shortest_text
from rubric.entry import Entry
from rubric.interval import Interval
from rubric.rule import (
    BadMark,
    Choice,
    Form,
    Listed,
    Rule,
    fen_text,
    names,
    number,
    register,
    shown,
    stated,
    whole,
)


@register
@dataclass(frozen=True)
class JudgementLevels(Rule):
    """分档评判: a level by its name. ``per_time`` holds levels that count per occurrence (未完成每次扣2分).

    spans: what the names say in numbers, as far as that can be read; a person picks the level, faults look at the spans.

    >>> JudgementLevels((("优", Fraction(20)), ("良", Fraction(10)))).points("良")
    Fraction(10, 1)
    """

    levels: tuple[tuple[str, Fraction], ...]
    per_time: tuple[tuple[str, Fraction], ...] = ()
    input: str = ""
    spans: tuple[Span, ...] = ()
    kind: ClassVar[str] = "judgement_levels"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        if isinstance(value, dict) and self.per_time:
            name = str(value.get("level"))
            each = dict(self.per_time).get(name)
            if each is not None:
                return each * whole(value.get("times", 1), "次数")
            value = name
        found = dict(self.levels)
        if not isinstance(value, str) or value not in found:
            raise BadMark(f"没有“{shown(value)}”这一档, 可选: {'、'.join(self._names())}")
        return found[value]

    def _names(self) -> tuple[str, ...]:
        return tuple(n for n, _ in self.levels) + tuple(n for n, _ in self.per_time)

    @property
    def low(self) -> Fraction | None:
        return None if any(p < 0 for _, p in self.per_time) else min(p for _, p in self.levels)

    @property
    def high(self) -> Fraction | None:
        return None if any(p > 0 for _, p in self.per_time) else max(p for _, p in self.levels)

    def gives(self, points: Fraction) -> bool:
        by_time = any(p and points / p >= 0 and (points / p).denominator == 1 for _, p in self.per_time)
        return by_time or points in {p for _, p in self.levels}

    def describe(self) -> str:
        each = [f"{n}每次{fen_text(p)}" for n, p in self.per_time]
        head = f"按{self.input}分档: " if self.input else "分档评判: "
        return head + "、".join([f"{n}{fen_text(p)}" for n, p in self.levels] + each)

    @property
    def form(self) -> Form:
        return Form("choice", tuple(Choice(n, n, shortest_text(p)) for n, p in self.levels + self.per_time))

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        levels = named_points(entry, "levels")
        return cls(levels, input=entry.text("input")) if levels else None


@register
@dataclass(frozen=True)
class BestOf(Listed):
    """取最高一项: the best of the names that hold, not cumulative. No name holds: 0."""

    map: tuple[tuple[str, Fraction], ...]
    input: str = ""
    kind: ClassVar[str] = "best_of"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        known = dict(self.map)
        return max((stated(known, name) for name in names(value)), default=Fraction(0))

    def listed(self) -> Collection[Fraction]:
        return {Fraction(0)} | {p for _, p in self.map}

    def describe(self) -> str:
        head = f"按{self.input}取最高一项: " if self.input else "取最高一项, 不累计: "
        return head + "、".join(f"{n}{fen_text(p)}" for n, p in self.map)

    @property
    def form(self) -> Form:
        return Form("choice", tuple(Choice(n, n, shortest_text(p)) for n, p in self.map))

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        found = named_points(entry, "map")
        return cls(found, entry.text("input")) if found else None


@dataclass(frozen=True)
class Band(Interval):
    """One band of judgement: a name and the points it allows. Both ends are stated."""

    name: str
    low: Fraction
    high: Fraction
    low_incl: bool = True
    high_incl: bool = True


@register
@dataclass(frozen=True)
class Bands(Rule):
    """档内酌情评分: the rater picks a band and points inside it.

    A mark is {"level": name, "points": n}, or the points alone where they lie in a band. ``step``: the smallest step
    (half points 0.5); None: any. Points between two bands belong to none and are refused.

    >>> Bands((Band("较好", Fraction(11), Fraction(15)), Band("一般", Fraction(6), Fraction(10)))).points("12.5")
    Fraction(25, 2)
    """

    bands: tuple[Band, ...]
    step: Fraction | None = None
    kind: ClassVar[str] = "bands"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        level = None
        if isinstance(value, dict):
            level, value = value.get("level"), value.get("points")
            if level is not None and level not in {b.name for b in self.bands}:
                raise BadMark(f"没有“{shown(level)}”这一档, 可选: {'、'.join(b.name for b in self.bands)}")
            fixed = [b.low for b in self.bands if b.name == level and b.low == b.high]
            if value in (None, "") and fixed:
                value = fixed[0]
        found = number(value, "分值")
        if not any(b.holds(found) for b in self.bands if level is None or b.name == level):
            where = f"“{level}”档" if level is not None else "任何一档"
            raise BadMark(f"{shown(found)}分不在{where}内: {self._bands_text()}")
        if self.step and (found / self.step).denominator != 1:
            raise BadMark(f"分值须为{shortest_text(self.step)}的整数倍: {shown(found)}")
        return found

    def _bands_text(self) -> str:
        return "、".join(f"{b.name}{_band_text(b)}分" for b in self.bands)

    @property
    def low(self) -> Fraction | None:
        return min(b.low for b in self.bands)

    @property
    def high(self) -> Fraction | None:
        return max(b.high for b in self.bands)

    def gives(self, points: Fraction) -> bool:
        in_step = not self.step or (points / self.step).denominator == 1
        return in_step and any(b.holds(points) for b in self.bands)

    def describe(self) -> str:
        return f"档内酌情评分: {self._bands_text()}"

    @property
    def form(self) -> Form:
        choices = tuple(Choice(b.name, b.name, _band_text(b)) for b in self.bands)
        return Form("band", choices, self.low, self.high, "分")

    def parse(self, entered: Any) -> Any:
        if isinstance(entered, dict):
            entered = {k: v.strip() if isinstance(v, str) else v for k, v in entered.items() if v not in (None, "")}
        return super().parse(entered)

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        """``bands: [{name, range: [low, high]} | {name, points} | {name, share: [a, b]}]``; share × ``points``."""
        full = entry.number("points")
        bands: list[Band] = []
        key = "bands" if "bands" in entry else "levels"
        for item in entry.entries(key):
            name = item.text("name") or item.text("level") or item.text("when")
            share = "share" in item or "share_of_points" in item
            ends = item.items("share" if "share" in item else "share_of_points" if share else "range")
            if item.get("points") is not None:
                ends = [item.get("points")] * 2
            read = [item.read_number(end, "range") for end in ends]
            if len(read) != 2 or read[0] is None or read[1] is None or read[0] > read[1]:
                item.problem("须写明 range: [低, 高] 或 points")
                continue
            if share and full is None:
                item.problem("按比例分档须写明 points")
                continue
            factor = full if share and full is not None else Fraction(1)
            bands.append(
                Band(name, read[0] * factor, read[1] * factor, item.truth("min_incl", True), item.truth("max_incl", True))
            )
        if not bands:
            entry.problem(f"缺少 {key}")
        if full is not None:  # shares of one total touch: 80%（含）belongs to the band above
            lows = {b.low for b in bands}
            bands = [replace(b, high_incl=b.high not in lows or b.low == b.high) for b in bands]
        return cls(tuple(bands), entry.number("step")) if bands else None


def _band_text(band: Band) -> str:
    if band.low == band.high:
        return shortest_text(band.low)
    if band.low_incl and band.high_incl:
        return f"{shortest_text(band.low)}–{shortest_text(band.high)}"
    return band.text()


@dataclass(frozen=True)
class Span(Interval):
    """A range of values and the points it gives."""

    low: Fraction | None
    high: Fraction | None
    points: Fraction
    low_incl: bool = True
    high_incl: bool = False


@register
@dataclass(frozen=True)
class Ranges(Listed):
    """数值分档: the points of the first range that holds the number; none holds it: ``otherwise``.

    otherwise   None: the source says nothing there, and such a value is refused rather than given 0
    exclusive   True: a value that two ranges hold with different points is refused, since the source contradicts itself
    """

    spans: tuple[Span, ...]
    otherwise: Fraction | None = Fraction(0)
    exclusive: bool = False
    input: str = ""
    kind: ClassVar[str] = "ranges"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        found = number(value, self.input or "数值")
        holding = [s for s in self.spans if s.holds(found)]
        if self.exclusive and len({s.points for s in holding}) > 1:
            raise BadMark(f"{shown(found)}同时落入两档（{'、'.join(s.text() for s in holding)}）, 评分标准自相矛盾")
        if holding:
            return holding[0].points
        if self.otherwise is None:
            raise BadMark(f"{shown(found)}不在评分标准的任何一档内: {'、'.join(s.text() for s in self.spans)}")
        return self.otherwise

    def listed(self) -> Collection[Fraction]:
        return {s.points for s in self.spans} | (set() if self.otherwise is None else {self.otherwise})

    def describe(self) -> str:
        return f"按{self.input or '数值'}分档: " + "、".join(f"{s.text()}得{fen_text(s.points)}" for s in self.spans)

    @property
    def form(self) -> Form:
        return Form("number", unit=self.input, help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        key = next((k for k in ("ranges", "levels", "bands") if k in entry), "ranges")
        spans = tuple(
            Span(
                item.number("min"),
                item.number("max"),
                item.required("points"),
                item.truth("min_incl", True),
                item.truth("max_incl", False),
            )
            for item in entry.entries(key)
        )
        for span in spans:
            if span.low is not None and span.high is not None and span.low > span.high:
                entry.problem(f"区间下限大于上限: {shortest_text(span.low)} > {shortest_text(span.high)}")
        if not spans:
            entry.problem(f"缺少 {key}")
            return None
        return cls(spans, entry.number("otherwise", Fraction(0)), input=entry.text("input") or entry.text("unit"))


def named_points(entry: Entry, key: str) -> tuple[tuple[str, Fraction], ...]:
    """``{name: points}`` or ``[{name, points}]`` as pairs, in the order written; a problem where there are none."""
    raw = entry.get(key)
    if isinstance(raw, list):
        found: list[tuple[str, Fraction]] = []
        for item in entry.entries(key):
            name = item.text("name") or item.text("level") or item.text("when") or item.text("text")
            if not name:
                item.problem("缺少 name")
            found.append((name, item.required("points")))
        for name in {n for n, _ in found}:
            if [n for n, _ in found].count(name) > 1:
                entry.problem(f"{key} 中“{name}”出现多次")
    else:
        found = list(entry.numbers(key).items())
    if not found:
        entry.problem(f"缺少 {key}")
    return tuple(found)
