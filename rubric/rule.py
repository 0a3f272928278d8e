"""Rules 评分规则: what turns one mark into points. Protocol, form controls and registry; the rules live beside.

``levels`` (levels, bands, ranges) · ``counts`` (checklists, units) · ``external`` (places)
· ``ratios`` (own values, targets, the pool) ·
``adjustments`` (deductions, bonus, veto, delegated and described rules).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, TypeVar

from kernel.points import points as exact
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding
from rubric.entry import Entry, clipped


class BadMark(BadInput):
    """评分无效: a mark that the rule cannot read, or for which it states no points. The message is Chinese."""

    zh = "评分无效"

    def __init__(self, message: str) -> None:
        super().__init__((Finding("mark", message),), message)

    def __str__(self) -> str:
        return self.message


class NotApplicable(Exception):
    """不适用: the rule cannot be applied to this case (a ratio over zero). It is not 0 points."""

    def __init__(self, zh: str) -> None:
        self.zh = zh
        super().__init__(zh)


@dataclass(frozen=True)
class Choice:
    """One radio button or check box: what is stored, what is read, and the points beside it ("20", "16–20", "")."""

    value: str
    label: str
    points_text: str = ""


@dataclass(frozen=True)
class Form:
    """How a mark is entered: the control that a page draws. ``Rule.parse`` reads what the control sends.

    kind  choice           one of ``choices``; sends its value
          several          any number of ``choices``; sends a list of values
          boolean          yes or no; ``choices`` are (true, false) with their labels
          count            a whole number from 0
          number           a number between low and high (either may be None), in ``unit``
          band             one of ``choices`` and points inside it; sends {"level": ..., "points": ...}
          counts_by_grade  a whole number for each of ``choices``; sends {value: text}
          values           a number for each of ``choices`` (terms of a ratio); sends {value: text}
          places           places or words, separated by commas or spaces
          none             nothing can be entered (no rule yet)
    """

    kind: str
    choices: tuple[Choice, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    help: str = ""


class Rule(ABC):
    """One rule. Frozen data; every method is a pure function of it and its arguments."""

    kind: ClassVar[str]
    """The name of the form of rule in YAML."""
    pool_relative: ClassVar[bool] = False
    """Whether points depend on the other subjects' values: recompute when one of them is thrown out."""
    counts_pieces: ClassVar[bool] = False
    """Whether the value counts things that each need their own piece of evidence."""

    @abstractmethod
    def points(self, value: Any, pool: Sequence[Any] = ()) -> Fraction:
        """The exact points 分 of a mark, on the rule's own scale.

        pool    the values of all subjects still in (own value included); only pool-relative rules read it
        Raises BadMark (Chinese message) for a value it cannot read, NotApplicable where it cannot be applied.
        """

    @property
    @abstractmethod
    def low(self) -> Fraction | None:
        """The least it can give; None: no lower bound is stated."""

    @property
    @abstractmethod
    def high(self) -> Fraction | None:
        """The most it can give; None: no upper bound is stated."""

    @abstractmethod
    def gives(self, points: Fraction) -> bool:
        """Whether these points can come out of the rule (87号令 第六十四条: 分项评分超出评分标准范围)."""

    @abstractmethod
    def describe(self) -> str:
        """The rule as one Chinese sentence."""

    @property
    @abstractmethod
    def form(self) -> Form:
        """The control that enters a mark."""

    @classmethod
    @abstractmethod
    def read(cls, entry: Entry) -> Rule | None:
        """The rule as its YAML mapping states it; None with problems noted in the entry's log where it cannot be."""

    def parse(self, entered: Any) -> Any:
        """The mark value of what the form's control sent (texts). Raises BadMark for what the rule cannot read."""
        value = entered.strip() if isinstance(entered, str) else entered
        self.check(value)
        return value

    def check(self, value: Any) -> None:
        """Raises BadMark unless ``value`` can be read; a case of 不适用 and a missing pool are no reason."""
        with suppress(NotApplicable):
            self.points(value, (value,))

    @property
    def computes(self) -> bool:
        """Whether it can give points at all: False while somebody still has to supply the rule."""
        return True

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.form.choices


class Listed(Rule):
    """A rule that gives one of a few stated numbers of points and nothing between them."""

    @abstractmethod
    def listed(self) -> Collection[Fraction]:
        """Every number of points that it can give; at least one."""

    @property
    def low(self) -> Fraction | None:
        return min(self.listed())

    @property
    def high(self) -> Fraction | None:
        return max(self.listed())

    def gives(self, points: Fraction) -> bool:
        return points in self.listed()


# --- registry -------------------------------------------------------------------------------------------------------

R = TypeVar("R", bound=type[Rule])
T = TypeVar("T")
KINDS: dict[str, type[Rule]] = {}
"""Every kind of rule by its name in YAML."""


def register(cls: R) -> R:
    """Class decorator: make a kind of rule known by its ``kind``."""
    KINDS[cls.kind] = cls
    return cls


# --- reading values -------------------------------------------------------------------------------------------------


def number(value: Any, what: str = "数值") -> Fraction:
    """``value`` as an exact number. Texts may be decimals, percentages or fractions. Raises BadMark otherwise."""
    try:
        return exact(value)
    except ValueError:
        raise BadMark(f"{what}须为数字: {shown(value)}") from None


def whole(value: Any, what: str = "数量", most: int | None = None) -> int:
    """``value`` as a whole number from 0 to ``most``. Raises BadMark otherwise."""
    found = number(value, what)
    if found.denominator != 1 or found < 0:
        raise BadMark(f"{what}须为不小于0的整数: {shown(value)}")
    if most is not None and found > most:
        raise BadMark(f"{what}最多为{most}: {shown(value)}")
    return int(found)


def truth(value: Any) -> bool:
    """``value`` as true or false. Raises BadMark for anything but a boolean or its word."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUTH:
        return _TRUTH[value.strip().lower()]
    raise BadMark(f"须填是或否: {shown(value)}")


_TRUTH = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def names(value: Any) -> tuple[str, ...]:
    """One name or several as a tuple. Raises BadMark for anything that holds no names."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(v, str) for v in value):
        return tuple(value)
    raise BadMark(f"须为名称或名称列表: {shown(value)}")


def table(value: Any, what: str) -> Mapping[str, Any]:
    """``value`` as a mapping of names. Raises BadMark otherwise."""
    if not isinstance(value, Mapping):
        raise BadMark(f"{what}须按名称分别填写: {shown(value)}")
    return {str(k): v for k, v in value.items()}


def stated(known: Mapping[str, T], name: Any, what: str = "项") -> T:
    """What the rule states under ``name``. Raises BadMark, naming all that there is, where it states nothing."""
    if not isinstance(name, str) or name not in known:
        raise BadMark(f"没有“{shown(name)}”这一{what}, 可选: {'、'.join(known)}")
    return known[name]


def capped(points: Fraction, cap: Fraction | None) -> Fraction:
    """``points``, or the most that the rule allows."""
    return points if cap is None else min(points, cap)


def shown(value: Any) -> str:
    """A value as a message prints it."""
    if value is None:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return shortest_text(value)
    if isinstance(value, Mapping):
        return "、".join(f"{str(k)[:12]}: {str(v)[:12]}" for k, v in list(value.items())[:3]) or "（空）"
    return clipped(str(value))


def fen_text(points: Fraction | None) -> str:
    """Points as a sentence prints them: "7.5分"; 未定 where there are none."""
    return "未定" if points is None else f"{shortest_text(points)}分"


def cap_text(cap: Fraction | None, what: str = "最高") -> str:
    """A cap at the end of a sentence: ", 最高10分"; nothing where there is none."""
    return "" if cap is None else f", {what}{fen_text(cap)}"
