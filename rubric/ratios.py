"""Ratios 比率: points in proportion. Own values (指标完成率, 成本节约率), a target, or the whole pool of bids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any, ClassVar

from kernel.points import percent_text, shortest_text
from rubric.entry import Entry
from rubric.rule import BadMark, Choice, Form, NotApplicable, Rule, fen_text, number, register, shown, table

MEASURES = {
    "share": "{n}/{d}",  # 实际/计划: more is better
    "inverse": "{d}/{n}",  # 计划/实际: less is better (cost, time)
    "saving": "({d}-{n})/{d}",  # (计划-实际)/计划: negative when over plan
}


@dataclass(frozen=True)
class Proportional(Rule):
    """Points in proportion: from none to ``full``, and any number between can come out."""

    full: Fraction

    @property
    def low(self) -> Fraction | None:
        return Fraction(0)

    @property
    def high(self) -> Fraction | None:
        return self.full

    def gives(self, points: Fraction) -> bool:
        return (self.low is None or points >= self.low) and (self.high is None or points <= self.high)


@register
@dataclass(frozen=True)
class Ratio(Proportional):
    """比率计分: points in proportion to a rate of two own values.

    rate      ``share`` n/d, ``inverse`` d/n, ``saving`` (d - n)/d
    full_at   the rate that earns all points; zero_at: the rate that earns none; linear between and beyond
    most      the most it gives, 分 (default: full); None: no limit (a bonus)
    least     the least it gives (default 0); None: negative points stay negative
    pass_at   below this rate 0 points
    A mark is {numerator: x, denominator: y} by the terms' names, or the rate itself ("87.5%"). A zero denominator is
    不适用, which is not 0.

    >>> rule = Ratio(Fraction(10), "实际支出资金", "实际到位资金")
    >>> rule.points({"实际支出资金": 45, "实际到位资金": 50})
    Fraction(9, 1)
    """

    numerator: str = "分子"
    denominator: str = "分母"
    measure: str = "share"
    full_at: Fraction = Fraction(1)
    zero_at: Fraction = Fraction(0)
    most: Fraction | None = None
    least: Fraction | None = Fraction(0)
    pass_at: Fraction | None = None
    uncapped: bool = False
    kind: ClassVar[str] = "ratio"

    def rate(self, value: Any) -> Fraction:
        """The exact rate of a mark. Raises BadMark, or NotApplicable over zero."""
        if not isinstance(value, Mapping):
            return number(value, "比率")
        given = table(value, "比率")
        unknown = set(given) - {self.numerator, self.denominator, "numerator", "denominator"}
        if unknown:
            raise BadMark(f"比率中没有“{'、'.join(sorted(unknown))}”, 应填: {self.numerator}、{self.denominator}")
        top = number(given.get(self.numerator, given.get("numerator")), self.numerator)
        bottom = number(given.get(self.denominator, given.get("denominator")), self.denominator)
        over = top if self.measure == "inverse" else bottom
        if over == 0:
            raise NotApplicable(f"{self.numerator if self.measure == 'inverse' else self.denominator}为0")
        if self.measure == "inverse":
            return bottom / top
        return (bottom - top) / bottom if self.measure == "saving" else top / bottom

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        rate = self.rate(value)
        if self.pass_at is not None and rate < self.pass_at:
            return max(Fraction(0), self.least or Fraction(0))
        found = self.full * (rate - self.zero_at) / (self.full_at - self.zero_at)
        if self.high is not None:
            found = min(found, self.high)
        return found if self.least is None else max(found, self.least)

    @property
    def low(self) -> Fraction | None:
        return self.least

    @property
    def high(self) -> Fraction | None:
        return None if self.uncapped else self.full if self.most is None else self.most

    def formula(self) -> str:
        return MEASURES[self.measure].format(n=self.numerator, d=self.denominator)

    def describe(self) -> str:
        ends = f"达到{percent_text(self.full_at)}得{fen_text(self.full)}"
        if self.zero_at:
            ends += f", {percent_text(self.zero_at)}得0分"
        ends += ", 其间按比例计分"
        if self.pass_at is not None:
            ends += f", 低于{percent_text(self.pass_at)}得0分"
        if self.least is None:
            ends += ", 可为负分"
        if self.high is not None and self.high != self.full:
            ends += f", 最高{fen_text(self.high)}"
        return f"{self.formula()}: {ends}"

    @property
    def form(self) -> Form:
        terms = (Choice(self.numerator, self.numerator), Choice(self.denominator, self.denominator))
        return Form("values", terms, help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        measure = entry.text("measure", "share")
        if measure not in MEASURES:
            entry.problem(f"measure 须为 {'、'.join(MEASURES)}, 现为 {measure}")
            measure = "share"
        full_at = entry.number("full_at", Fraction(1)) or Fraction(0)
        zero_at = entry.number("zero_at", Fraction(0)) or Fraction(0)
        if full_at == zero_at:
            entry.problem("full_at 与 zero_at 不能相同")
            full_at = zero_at + 1
        least = entry.number("least") if "least" in entry else Fraction(0)
        return cls(
            entry.required("points"),
            entry.text("numerator", "分子"),
            entry.text("denominator", "分母"),
            measure,
            full_at,
            zero_at,
            entry.number("most"),
            least,
            entry.number("pass_at"),
            "most" in entry and entry.get("most") is None,
        )


@register
@dataclass(frozen=True)
class TargetRatio(Proportional):
    """指标值比率 (绩效自评定量指标): met → full; below → points × actual / target; far above → reduced.

    target        指标值; None: the mark gives it as {target, actual}
    lower_better  反向指标 (cost): met when actual ≤ target, else points × target / actual
    far_above     the share of the target from which the target counts as set too low (1.3 = 130 %); None: never
    The reduction is the deviation beyond ``far_above``, down to ``least_share`` of the points. Which share counts as far
    above is the evaluation's own choice, so it is data and has no default.
    """

    target: Fraction | None = None
    lower_better: bool = False
    far_above: Fraction | None = None
    least_share: Fraction = Fraction(0)
    unit: str = ""
    kind: ClassVar[str] = "target_ratio"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        target = self.target
        if isinstance(value, Mapping):
            given = {_TERMS.get(k, k): v for k, v in table(value, "指标值").items()}
            unknown = set(given) - {"target", "actual"}
            if unknown:
                raise BadMark(f"没有“{'、'.join(sorted(unknown))}”, 应填: 指标值、实际完成值")
            actual = number(given.get("actual"), "实际完成值")
            stated = number(given["target"], "指标值") if given.get("target") is not None else None
            if self.target is not None and stated is not None and stated != self.target:
                raise BadMark(f"指标值应为{shortest_text(self.target)}, 现为{shortest_text(stated)}")
            target = target if target is not None else stated
        else:
            actual = number(value, "实际完成值")
        if target is None:
            raise BadMark("未给出指标值")
        if target < 0 or actual < 0:
            raise BadMark(f"指标值和实际完成值不能为负: {shown(target)}、{shown(actual)}")
        if self.lower_better:
            return self.full if actual <= target else self.full * target / actual
        if target == 0:
            raise NotApplicable("指标值为0")
        rate = actual / target
        if rate < 1:
            return self.full * rate
        if self.far_above is None or rate <= self.far_above:
            return self.full
        return self.full * max(1 - (rate - self.far_above), self.least_share)

    def describe(self) -> str:
        target = f"指标值{'≤' if self.lower_better else '≥'}{shortest_text(self.target)}{self.unit}, " if self.target else ""
        below = "按 指标值/实际完成值 计分" if self.lower_better else "按 实际完成值/指标值 计分"
        far = f", 超过指标值的{percent_text(self.far_above)}的按偏离程度扣减" if self.far_above is not None else ""
        return f"{target}达到得{fen_text(self.full)}, 未达到{below}{far}"

    @property
    def form(self) -> Form:
        if self.target is not None:
            return Form("number", low=Fraction(0), unit=self.unit, help=self.describe())
        terms = (Choice("target", "指标值"), Choice("actual", "实际完成值"))
        return Form("values", terms, unit=self.unit, help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        far_above = entry.number("far_above")
        if far_above is not None and far_above < 1:
            entry.problem("far_above 须不小于1（100%）")
        return cls(
            entry.required("points"),
            entry.number("target"),
            entry.truth("lower_better") or entry.text("direction") == "lower_is_better",
            far_above,
            entry.number("least_share", Fraction(0)) or Fraction(0),
            entry.text("unit"),
        )


_TERMS = {"指标值": "target", "年度指标值": "target", "实际完成值": "actual"}


@register
@dataclass(frozen=True)
class PoolRatio(Proportional):
    """与全体投标比较: lowest / own × points (``best: lowest``), or own / highest × points (``best: highest``).

    The pool is every bid still in: recompute when one is thrown out. Below ``minimum`` 0 points.
    """

    best: str = "lowest"
    minimum: Fraction | None = None
    input: str = ""
    kind: ClassVar[str] = "pool_ratio"
    pool_relative: ClassVar[bool] = True

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        own = number(value, self.input or "数值")
        values = [number(v, self.input or "数值") for v in pool]
        if own not in values:
            raise BadMark(f"{self.input or '数值'}{shown(own)}不在全体投标的数值之中")
        if self.best == "lowest" and min(values) <= 0:
            raise BadMark(f"{self.input or '数值'}须大于0")
        if self.best == "highest" and min(values) < 0:
            raise BadMark(f"{self.input or '数值'}不能为负")
        if self.minimum is not None and own < self.minimum:
            return Fraction(0)
        if self.best == "lowest":
            return self.full * min(values) / own
        if max(values) == 0:
            raise NotApplicable(f"全部{self.input or '数值'}为0")
        return self.full * own / max(values)

    def describe(self) -> str:
        what = self.input or "数值"
        formula = f"最低{what}/本{what}" if self.best == "lowest" else f"本{what}/最高{what}"
        least = f", 低于{shortest_text(self.minimum)}得0分" if self.minimum is not None else ""
        return f"{formula}×{fen_text(self.full)}{least}"

    @property
    def form(self) -> Form:
        return Form("number", low=Fraction(0), unit=self.input, help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        best = entry.text("best", "lowest")
        if best not in ("lowest", "highest"):
            entry.problem(f"best 须为 lowest 或 highest, 现为 {best}")
        return cls(entry.required("points"), best, entry.number("minimum"), entry.text("input"))


@register
@dataclass(frozen=True)
class DeductPerPoint(Rule):
    """每低于一个百分点扣分: start - (百分点 below ``target``) × minus, not below ``least``.

    Only completed percentage points count (99.5 % of 100 % loses nothing) unless ``proportional``.
    """

    start: Fraction
    minus: Fraction = Fraction(1)
    target: Fraction = Fraction(1)
    proportional: bool = False
    least: Fraction = Fraction(0)
    input: str = ""
    kind: ClassVar[str] = "deduct_per_point"

    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        if isinstance(value, Mapping):
            value = Ratio(Fraction(1), least=None, uncapped=True).rate(value)
        below = max((self.target - number(value, self.input or "完成率")) * 100, Fraction(0))
        return max(self.start - (below if self.proportional else floor(below)) * self.minus, self.least)

    @property
    def low(self) -> Fraction | None:
        return self.least

    @property
    def high(self) -> Fraction | None:
        return self.start

    def gives(self, points: Fraction) -> bool:
        if not self.least <= points <= self.start:
            return False
        lost = self.start - points
        return self.proportional or points == self.least or not self.minus or (lost / self.minus).denominator == 1

    def describe(self) -> str:
        what = self.input or "完成率"
        part = "" if self.proportional else "（不足一个百分点的不扣）"
        least = f", 扣至{fen_text(self.least)}为止"
        return f"{what}每低于{percent_text(self.target)}一个百分点扣{fen_text(self.minus)}{part}{least}"

    @property
    def form(self) -> Form:
        return Form("number", unit=self.input or "完成率", help=self.describe())

    @classmethod
    def read(cls, entry: Entry) -> Rule | None:
        return cls(
            entry.required("start"),
            entry.number("minus", Fraction(1)) or Fraction(0),
            entry.number("target", Fraction(1)) or Fraction(0),
            entry.truth("proportional"),
            entry.number("least", Fraction(0)) or Fraction(0),
            entry.text("input"),
        )
