"""Charts 图 as frozen values: what they say, in exact numbers, before anything is drawn.

A chart knows its title, a description that says the same in words, and its table. Points are Fractions, money is whole
fen, days are dates; rounding happens here, once, where a number becomes a text. Whoever makes a chart has already left
out what the reader may not see: everything in it is shown, and read aloud.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal, Protocol

from kernel.money import Fen, yuan_text
from kernel.points import half_up, percent_text, shortest_text
from reports.numerals import chinese_date

NONE = "—"
NOT_APPLICABLE = "不适用"
State = Literal["done", "now", "ahead", "missed"]
SIGNS: dict[State, str] = {
    "done": "圆点为已完成",
    "now": "菱形为进行中",
    "ahead": "空心圆为未到",
    "missed": "叉为已逾期",
}
STATES: dict[State, str] = {"done": "已完成", "now": "进行中", "ahead": "未到", "missed": "已逾期"}


class Chart(Protocol):
    """What a page, a PDF and a screen reader need of every kind of chart."""

    def __hash__(self) -> int: ...

    @property
    def title(self) -> str: ...

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: the page says so in words instead."""

    @property
    def sentence(self) -> str:
        """How the drawing is read: one sentence, shown above it."""

    def words(self) -> str:
        """What the chart shows, as sentences: the text alternative, complete."""

    def head(self) -> tuple[str, ...]:
        """The titles of the table's columns; the first names the row, the others are set as numbers."""

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table: the same numbers, exact as the page prints them."""


@dataclass(frozen=True)
class Bar:
    """One dimension 维度: its name, the points reached and the full points; ``points`` None means 不适用."""

    name: str
    points: Fraction | None
    full: Fraction

    @property
    def rate(self) -> Fraction | None:
        """Rate of points 得分率, in [0, 1] as a rule; a bonus may carry it above 1, a penalty below 0."""
        return None if self.points is None or self.full == 0 else self.points / self.full

    def words(self) -> str:
        if self.points is None:
            return f"{self.name}不适用"
        rate = f"，得分率{_per_cent(self.rate)}" if self.rate is not None else ""
        return f"{self.name}得{half_up(self.points, 2)}分（满分{shortest_text(self.full)}分{rate}）"


@dataclass(frozen=True)
class Scores:
    """Score by dimension 各维度得分, as bars; all to the same scale, 0–100 % of each dimension's full points."""

    bars: tuple[Bar, ...]
    title: str = "各维度得分率"
    places: int = 2

    @property
    def is_empty(self) -> bool:
        return not self.bars

    @property
    def sentence(self) -> str:
        rated = [bar for bar in self.bars if bar.rate is not None]
        best = max(rated, key=lambda bar: bar.rate or Fraction(0), default=None)
        worst = min(rated, key=lambda bar: bar.rate or Fraction(0), default=None)
        if best is None or worst is None or best.rate == worst.rate:
            return "得分占各维度满分的比例。"
        ends = f"{best.name}最高（{_per_cent(best.rate)}），{worst.name}最低（{_per_cent(worst.rate)}）"
        return f"得分占各维度满分的比例：{ends}。"

    def words(self) -> str:
        return "各维度得分：" + "；".join(bar.words() for bar in self.bars) + "。" if self.bars else "没有得分。"

    def head(self) -> tuple[str, ...]:
        return ("维度", "满分", "得分", "得分率")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (bar.name, shortest_text(bar.full), _points(bar.points, self.places), _per_cent(bar.rate, NONE))
            for bar in self.bars
        )


@dataclass(frozen=True)
class Web(Scores):
    """The same as a radar 雷达图; drawn as bars below three dimensions, above ten, or where one does not apply."""

    @property
    def is_a_web(self) -> bool:
        return 3 <= len(self.bars) <= 10 and all(bar.rate is not None for bar in self.bars)


@dataclass(frozen=True)
class Rated:
    """One row of several raters: its name, full points, each rater's points (None: no mark), and the folded points 汇总分."""

    name: str
    full: Fraction
    points: tuple[Fraction | None, ...]
    folded: Fraction | None = None


@dataclass(frozen=True)
class Raters:
    """Raters side by side 各评分人得分: one row per dimension or criterion, one sign per rater, all to 0–100 %.

    Only for sheets that are all signed, and for readers who may see them: who makes this value asks the policy.
    """

    raters: tuple[str, ...]
    items: tuple[Rated, ...]
    title: str = "各评分人得分率"
    unit: str = "名评分人"

    def __post_init__(self) -> None:
        if any(len(item.points) != len(self.raters) for item in self.items):
            raise ValueError("each row needs one mark, or None, for every rater")

    @property
    def is_empty(self) -> bool:
        """Nobody has given a mark."""
        return all(mark is None for item in self.items for mark in item.points)

    @property
    def sentence(self) -> str:
        folded = "，竖线为汇总" if any(item.folded is not None for item in self.items) else ""
        return f"每行一个指标，每种图形一{self.unit}{folded}；越靠右得分率越高。"

    def words(self) -> str:
        if self.is_empty:
            return "没有评分。"
        return (
            f"{len(self.raters)}{self.unit}的得分：" + "；".join(self._item_words(item) for item in self.items) + "。"
        )

    def _item_words(self, item: Rated) -> str:
        marks = "、".join(f"{rater}{_gave(mark)}" for rater, mark in zip(self.raters, item.points, strict=True))
        folded = f"，汇总{_points(item.folded)}分" if item.folded is not None else ""
        return f"{item.name}（满分{shortest_text(item.full)}分）：{marks}{folded}"

    def head(self) -> tuple[str, ...]:
        return ("指标", "满分", *self.raters, "汇总")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (item.name, shortest_text(item.full), *(_points(mark) for mark in item.points), _points(item.folded))
            for item in self.items
        )


@dataclass(frozen=True)
class Moment:
    """One step in time: on a day, or from ``on`` until ``until``. ``on`` None is 未定; ``note`` goes into the table only."""

    name: str
    on: date | None
    state: State = "done"
    until: date | None = None
    note: str = ""

    @property
    def when(self) -> str:
        if self.on is None:
            return "未定"
        first = chinese_date(self.on)
        return first if self.until is None or self.until == self.on else f"{first}至{chinese_date(self.until)}"


@dataclass(frozen=True)
class Timeline:
    """The way of a procurement 办理时间 along the calendar. ``today`` is marked when it lies within what is shown."""

    moments: tuple[Moment, ...]
    today: date | None = None
    title: str = "办理时间"

    @property
    def is_empty(self) -> bool:
        """No step has a day yet."""
        return all(each.on is None for each in self.moments)

    @property
    def sentence(self) -> str:
        states = {each.state for each in self.moments if each.on is not None}
        parts = [say for state, say in SIGNS.items() if state in states]
        if any(each.until is not None for each in self.moments):
            parts.append("横线为期间")
        if self.shows_today:
            parts.append("虚线为今天")
        return "，".join(parts) + "。" if parts else ""

    @property
    def shows_today(self) -> bool:
        """Today lies within what is shown."""
        days = [day for each in self.moments for day in (each.on, each.until) if day is not None]
        return self.today is not None and bool(days) and min(days) <= self.today <= max(days)

    def words(self) -> str:
        if not self.moments:
            return "还没有时间安排。"
        return "；".join(f"{each.name}：{each.when}，{STATES[each.state]}" for each in self.moments) + "。"

    def head(self) -> tuple[str, ...]:
        return ("步骤", "时间", "状态", "说明") if any(each.note for each in self.moments) else ("步骤", "时间", "状态")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        found = ((each.name, each.when, STATES[each.state], each.note) for each in self.moments)
        return tuple(row[: len(self.head())] for row in found)


@dataclass(frozen=True)
class MoneyOfYear:
    """One contract year: agreed 约定, paid 已付, and due 应付未付 (settled, payable, not yet paid), in fen."""

    name: str
    planned: Fen
    paid: Fen
    due: Fen


@dataclass(frozen=True)
class Money:
    """Money planned, paid and due over the contract years 各年度资金."""

    years: tuple[MoneyOfYear, ...]
    title: str = "各年度资金"

    @property
    def is_empty(self) -> bool:
        return not self.years

    @property
    def sentence(self) -> str:
        return "实线框为约定，实心为已付，虚线框为应付未付。"

    def words(self) -> str:
        if self.is_empty:
            return "还没有付款安排。"
        said = (
            f"{y.name}约定{yuan_text(y.planned)}，已付{yuan_text(y.paid)}，应付未付{yuan_text(y.due)}"
            for y in self.years
        )
        return "；".join(said) + "。"

    def head(self) -> tuple[str, ...]:
        return ("年度", "约定", "已付", "应付未付")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return tuple((y.name, yuan_text(y.planned), yuan_text(y.paid), yuan_text(y.due)) for y in self.years)


@dataclass(frozen=True)
class Record:
    """One standing record 履约记录: of which contract, for which year and kind, how many points of 100, which grade."""

    contract: str
    label: str
    on: date
    points: Fraction
    shown: str
    grade: str = ""


@dataclass(frozen=True)
class Standing:
    """Standing over the years 历年履约评估: points of 100 along the calendar, one sign per contract."""

    records: tuple[Record, ...]
    title: str = "历年评估得分"
    contracts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "records", tuple(sorted(self.records, key=lambda each: (each.on, each.contract, each.label)))
        )
        object.__setattr__(self, "contracts", tuple(dict.fromkeys(each.contract for each in self.records)))

    @property
    def is_empty(self) -> bool:
        return not self.records

    @property
    def sentence(self) -> str:
        signs = "，每种图形一个项目" if len(self.contracts) > 1 else ""
        return f"按登记日期排列，满分100分{signs}。"

    def words(self) -> str:
        if self.is_empty:
            return "还没有履约记录。"
        return (
            "；".join(
                f"{chinese_date(each.on)}登记{each.contract}{each.label}，{each.shown}分{each.grade}"
                for each in self.records
            )
            + "。"
        )

    def head(self) -> tuple[str, ...]:
        return ("项目", "评估", "登记", "得分", "等级")

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (each.contract, each.label, chinese_date(each.on), each.shown, each.grade or NONE) for each in self.records
        )


def in_words(bars: tuple[Bar, ...] | list[Bar]) -> str:
    """What a chart of these dimensions says, as a sentence."""
    return Scores(tuple(bars)).words()


def _points(points: Fraction | None, places: int = 2) -> str:
    return NONE if points is None else f"{half_up(points, places)}"


def _gave(points: Fraction | None) -> str:
    """So that the number of a name does not run into its points."""
    return "未评分" if points is None else f"得{_points(points)}分"


def _per_cent(rate: Fraction | None, none: str = NOT_APPLICABLE) -> str:
    return none if rate is None else percent_text(rate, 2)
