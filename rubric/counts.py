"""Counts 计数: rules that count what is met or held. Checklists, all-or-nothing, units, graded units."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar

from kernel.points import shortest_text
from rubric.entry import Entry
from rubric.levels import named_points
from rubric.rule import (
    BadMark,
    Choice,
    Form,
    Listed,
    Rule,
    cap_text,
    capped,
    fen_text,
    names,
    number,
    register,
    stated,
    table,
    truth,
    whole,
)

NONE = "无"
"""What a control sends for "none of these"."""


@register
@dataclass(frozen=True)
class Checklist(Listed):
    """清单计数: points by how many items are met. A mark is the number, or the list of items met."""

    by_count: tuple[Fraction, ...]
    items: tuple[str, ...] = ()
    kind: ClassVar[str] = "checklist"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        if isinstance(value, list | tuple):
            met = names(value)
            unknown = [n for n in met if self.items and n not in self.items]
            if unknown or len(set(met)) != len(met):
                raise BadMark(f"清单中没有或重复: {'、'.join(unknown or met)}")
            value = len(met)
        return self.by_count[whole(value, "满足项数", len(self.by_count) - 1)]

    def listed(self) -> Collection[Fraction]:
        return self.by_count

    def describe(self) -> str:
        what = f"（{'、'.join(self.items)}）" if self.items else ""
        return f"满足项数{what}: " + "、".join(f"{n}项{fen_text(p)}" for n, p in enumerate(self.by_count))

    @property
    def form(self) -> Form:
        choices = tuple(Choice(str(n), f"满足{n}项", shortest_text(p)) for n, p in enumerate(self.by_count))
        return Form("choice", choices, help="；".join(self.items))

    def parse(self, entered: Any) -> Any:
        value = super().parse(entered)
        return int(number(value)) if isinstance(value, str) else value

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        items = tuple(str(i) for i in entry.items("items"))
        by_count = [entry.read_number(v, "by_count") for v in entry.items("by_count")]
        each = entry.number("per_item")
        if not by_count and items and each is not None:
            by_count = [each * n for n in range(len(items) + 1)]
        if not by_count:
            entry.problem("缺少 by_count")
            return None
        if items and len(by_count) != len(items) + 1:
            entry.problem(f"by_count 应有{len(items) + 1}个分值（0项至{len(items)}项）, 现有{len(by_count)}个")
        return cls(tuple(p or Fraction(0) for p in by_count), items)


@register
@dataclass(frozen=True)
class AllOf(Listed):
    """全部满足才得分: points when everything holds, else ``otherwise`` (0)."""

    full: Fraction
    items: tuple[str, ...] = ()
    input: str = ""
    otherwise: Fraction = Fraction(0)
    kind: ClassVar[str] = "all_of"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        return self.full if truth(value) else self.otherwise

    def listed(self) -> Collection[Fraction]:
        return (self.full, self.otherwise)

    def describe(self) -> str:
        what = "、".join(self.items) or self.input
        return f"{what + ': ' if what else ''}全部满足得{fen_text(self.full)}, 否则{fen_text(self.otherwise)}"

    @property
    def form(self) -> Form:
        yes, no = Choice("true", "是", shortest_text(self.full)), Choice("false", "否", shortest_text(self.otherwise))
        return Form("boolean", (yes, no), help="；".join(self.items) or self.input)

    def parse(self, entered: Any) -> Any:
        return truth(entered)

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        items = tuple(str(i) for i in entry.items("items"))
        otherwise = entry.number("else", Fraction(0)) or Fraction(0)
        return cls(entry.required("points"), items, entry.text("input"), otherwise)


@register
@dataclass(frozen=True)
class YesNo(AllOf):
    """是否: points when it holds, else 0."""

    kind: ClassVar[str] = "yes_no"

    def describe(self) -> str:
        return f"{self.input or '符合'}: 是得{fen_text(self.full)}, 否得{fen_text(self.otherwise)}"


@register
@dataclass(frozen=True)
class JudgedCount(Listed):
    """按满足条数分档: the best level whose ``min`` is reached by the number of criteria met; below all of them 0."""

    levels: tuple[tuple[int, Fraction, str], ...]
    items: tuple[str, ...] = ()
    kind: ClassVar[str] = "judged_count"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        if isinstance(value, list | tuple):
            value = len(set(names(value)))
        count = whole(value, "满足条数", len(self.items) or None)
        return max([p for least, p, _ in self.levels if count >= least], default=Fraction(0))

    def listed(self) -> Collection[Fraction]:
        none = set() if any(least == 0 for least, _, _ in self.levels) else {Fraction(0)}
        return none | {p for _, p, _ in self.levels}

    def describe(self) -> str:
        return "按满足条数: " + "、".join(f"{name or ''}满{least}条{fen_text(p)}" for least, p, name in self.levels)

    @property
    def form(self) -> Form:
        most = Fraction(len(self.items)) if self.items else None
        return Form("count", low=Fraction(0), high=most, unit="条", help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        raw = entry.get("levels")
        levels: list[tuple[int, Fraction, str]] = []
        if isinstance(raw, Mapping):
            for key, value in raw.items():
                if isinstance(value, Mapping):
                    item = Entry(value, f"{entry.place}.{key}", entry.log)
                    levels.append((item.whole("min", 0), item.required("points"), str(key)))
                else:
                    least, found = entry.read_number(key, "levels"), entry.read_number(value, f"levels.{key}")
                    levels.append((int(least or 0), found or Fraction(0), ""))
        else:
            for item in entry.entries("levels"):
                levels.append((item.whole("min", 0), item.required("points"), item.text("name")))
        if not levels:
            entry.problem("缺少 levels")
            return None
        return cls(tuple(levels), tuple(str(i) for i in entry.items("items") or entry.items("criteria")))


@register
@dataclass(frozen=True)
class PerUnit(Rule):
    """按数量计分: 0 below ``base_units``; else base_points + (n - base_units) × each, at most ``cap``.

    >>> rule = PerUnit(each=Fraction(5), base_units=20, base_points=Fraction(10), cap=Fraction(30))
    >>> [int(rule.points(n)) for n in (19, 20, 21, 24, 25)]
    [0, 10, 15, 30, 30]
    """

    each: Fraction
    base_units: int = 0
    base_points: Fraction = Fraction(0)
    cap: Fraction | None = None
    unit: str = ""
    kind: ClassVar[str] = "per_unit"
    counts_pieces: ClassVar[bool] = True

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        count = whole(value, self.unit or "数量")
        if count < self.base_units:
            return Fraction(0)
        found = self.base_points + (count - self.base_units) * self.each
        return capped(found, self.cap)

    @property
    def low(self) -> Fraction | None:
        if self.each < 0:
            return None
        least = capped(self.base_points, self.cap)
        return min(Fraction(0), least) if self.base_units else least

    @property
    def high(self) -> Fraction | None:
        if self.cap is not None:
            return self.cap
        return None if self.each > 0 else self.base_points

    def gives(self, points: Fraction) -> bool:
        if (points == 0 and self.base_units) or (points == self.cap and self.each > 0):
            return True
        if self.each == 0:
            return points == self.base_points
        steps = (points - self.base_points) / self.each
        return steps >= 0 and steps.denominator == 1 and (self.cap is None or points <= self.cap)

    def describe(self) -> str:
        unit = self.unit or "单位"
        base = f"满{self.base_units}得{fen_text(self.base_points)}, 此后" if self.base_units or self.base_points else ""
        return f"{unit}: {base}每增加1得{fen_text(self.each)}{cap_text(self.cap)}"

    @property
    def form(self) -> Form:
        return Form("count", low=Fraction(0), unit=self.unit, help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        base = entry.number("base_points", Fraction(0)) or Fraction(0)
        return cls(
            entry.required("points"), entry.whole("base_units", 0), base, entry.number("cap"), entry.text("unit")
        )


@register
@dataclass(frozen=True)
class GradedUnits(Rule):
    """按等级计数: Σ count × points of the grade, each grade at most its own cap, all together at most ``cap``."""

    grades: tuple[tuple[str, Fraction], ...]
    grade_caps: tuple[tuple[str, Fraction], ...] = ()
    cap: Fraction | None = None
    unit: str = ""
    kind: ClassVar[str] = "graded_units"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        counts, grades, caps = table(value, self.unit or "数量"), dict(self.grades), dict(self.grade_caps)
        total = Fraction(0)
        for name, count in counts.items():
            each = stated(grades, name, "等级")
            found = whole(count, name) * each
            total += capped(found, caps.get(name))
        return capped(total, self.cap)

    @property
    def low(self) -> Fraction | None:
        return Fraction(0) if all(p >= 0 for _, p in self.grades) else None

    @property
    def high(self) -> Fraction | None:
        caps = dict(self.grade_caps)
        if all(n in caps or p <= 0 for n, p in self.grades):
            return capped(sum((caps[n] for n, p in self.grades if p > 0), Fraction(0)), self.cap)
        return self.cap

    def gives(self, points: Fraction) -> bool:
        if points == self.cap:
            return True
        if points < 0 or (self.cap is not None and points > self.cap):
            return points == 0
        caps, steps = dict(self.grade_caps), [(n, p) for n, p in self.grades if p > 0]
        options = []
        for name, each in steps:
            most = int(min(points, caps.get(name, points)) // each)
            sums = {each * n for n in range(min(most, 500) + 1)}
            options.append(sums | ({caps[name]} if name in caps else set()))
        reach = {Fraction(0)}
        for sums in options:
            reach = {a + b for a, b in product(reach, sums) if a + b <= points}
        return points in reach

    def describe(self) -> str:
        caps = dict(self.grade_caps)
        each = "、".join(
            f"{n}每项{fen_text(p)}" + (f"（最高{fen_text(caps[n])}）" if n in caps else "") for n, p in self.grades
        )
        return f"{self.unit + ': ' if self.unit else ''}{each}{cap_text(self.cap, '合计最高')}"

    @property
    def form(self) -> Form:
        choices = tuple(Choice(n, n, shortest_text(p)) for n, p in self.grades)
        return Form("counts_by_grade", choices, low=Fraction(0), unit=self.unit, help=self.describe())

    def parse(self, entered: Any) -> Any:
        filled = {k: v for k, v in table(entered, self.unit or "数量").items() if str(v).strip() != ""}
        return {k: whole(v, k) for k, v in super().parse(filled).items()}

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        grades = named_points(entry, "grades")
        caps = tuple(entry.numbers("grade_caps").items())
        for name, _ in caps:
            if name not in dict(grades):
                entry.problem(f"grade_caps 中的“{name}”不在 grades 内")
        return cls(grades, caps, entry.number("cap"), entry.text("unit")) if grades else None


@register
@dataclass(frozen=True)
class Flags(Rule):
    """逐项计分: Σ points of the items that hold, at most ``cap``. A mark is the list of items."""

    items: tuple[tuple[str, Fraction], ...]
    cap: Fraction | None = None
    kind: ClassVar[str] = "flags"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        if isinstance(value, Mapping):
            value = [n for n, holds in table(value, "各项").items() if truth(holds)]
        known, total = dict(self.items), Fraction(0)
        if len(set(names(value))) != len(names(value)):
            raise BadMark(f"同一项重复: {'、'.join(names(value))}")
        for name in names(value):
            total += stated(known, name)
        return capped(total, self.cap)

    @property
    def low(self) -> Fraction | None:
        return sum((p for _, p in self.items if p < 0), Fraction(0))

    @property
    def high(self) -> Fraction | None:
        return capped(sum((p for _, p in self.items if p > 0), Fraction(0)), self.cap)

    def gives(self, points: Fraction) -> bool:
        reach = {Fraction(0)}
        for _, p in self.items:
            reach |= {r + p for r in reach}
        return points in {capped(r, self.cap) for r in reach}

    def describe(self) -> str:
        return "逐项计分: " + "、".join(f"{n}{fen_text(p)}" for n, p in self.items) + cap_text(self.cap)

    @property
    def form(self) -> Form:
        """The items and 以上均无, so that "none of them" can be told from "not looked at yet"."""
        return Form("several", (*(Choice(n, n, shortest_text(p)) for n, p in self.items), Choice(NONE, "以上均无", "0")))

    def parse(self, entered: Any) -> Any:
        ticked = [] if entered in (None, "") else list(names(entered))
        if NONE in ticked and NONE not in dict(self.items):
            if len(ticked) > 1:
                raise BadMark("已选“以上均无”, 不能同时选其他项")
            ticked = []
        return super().parse(ticked)

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        items = named_points(entry, "items")
        return cls(items, entry.number("cap")) if items else None
