"""Parameters 参数: a number of the law with its unit, article, dates and how well it was checked.

    [tendering_period]
    zh     = "自招标文件开始发出之日起至投标截止之日止的最短期间"
    unit   = "day"
    cites  = "政府采购法 第三十五条"
    status = "V"
    sheet  = "L-35"
    since  = { 2003-01-01 = 20 }        # old values stay

A value may bring its own article and status:
``2022-07-01 = { value = "0.20", cites = "财库〔2022〕19号", status = "V2" }``.
``until`` is the last day on which the parameter was in force; without it, it still is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.money import fen_from_yuan
from kernel.period import Period, Unit
from kernel.points import points
from law.rule import STATUSES
from law.table import BadTable, entries, kept

Value = Period | int | Fraction
"""What a parameter may be: a period; a count, minutes or an amount in fen 分 (int); a share (exact fraction)."""

UNITS = {
    **{unit.value: unit.zh for unit in Unit},
    "count": "",
    "minute": "分钟",
    "share": "",
    "yuan": "元",
}
"""The units a table may name. ``yuan`` is written in yuan and held in fen; ``share`` as text, "2/3" or "0.10"."""


@dataclass(frozen=True)
class Parameter:
    """The value in force on one day.

    unit     day, working_day, month, year (value: Period) · count, minute (int) · yuan (int, in fen) · share (Fraction)
    cites    the article of this value; status: V, V2, Mh/Mm/Ml, D; sheet: the line of the rule sheet
    since    the day from which this value holds; entry: the number of the entry it comes from, 0 for the tables of the tree
    """

    id: str
    zh: str
    value: Value
    unit: str
    cites: str
    status: str
    since: date
    sheet: str = ""
    note: str = ""
    entry: int = 0

    @property
    def binding(self) -> bool:
        """False while the number is known from memory only: what rests on it warns."""
        return not self.status.startswith("M")


@dataclass(frozen=True)
class History:
    """All values of one parameter, oldest first, and the last day it was in force (None: it still is)."""

    id: str
    zh: str
    values: tuple[Parameter, ...]
    until: date | None = None

    def on(self, day: date) -> Parameter | None:
        """The value in force on ``day``, or None before the first and after the last."""
        if self.until is not None and day > self.until:
            return None
        place = bisect_right([value.since for value in self.values], day)
        return self.values[place - 1] if place else None

    def span(self) -> str:
        """Which rule this is and when it is in force, as a Chinese sentence."""
        first = self.values[0]
        end = f"至{self.until.isoformat()}" if self.until else "起"
        return f"“{self.zh}”自{first.since.isoformat()}{end}施行（{first.cites}）"


@kept()
def histories() -> Mapping[str, History]:
    """Every national parameter by id."""
    return {id: read_history(id, entry) for id, entry in entries("parameters").items()}


def read_history(id: str, entry: Mapping[str, Any]) -> History:
    """A parameter from its table. Raises BadTable, naming the parameter, for anything missing or unknown."""
    unknown = set(entry) - {"zh", "unit", "cites", "status", "sheet", "since", "until", "note"}
    missing = {"zh", "unit", "cites", "status", "since"} - set(entry)
    if unknown or missing:
        raise BadTable(f"参数 {id}: 缺少 {sorted(missing)}, 多出 {sorted(unknown)}")
    if entry["unit"] not in UNITS:
        raise BadTable(f"参数 {id}: 未知单位 {entry['unit']!r}")
    values = []
    for day, written in entry["since"].items():
        own = written if isinstance(written, Mapping) else {"value": written}
        status = own.get("status", entry["status"])
        if status not in STATUSES:
            raise BadTable(f"参数 {id}: 未知核对状态 {status!r}")
        values.append(
            Parameter(
                id=id,
                zh=entry["zh"],
                value=_value(id, own["value"], entry["unit"]),
                unit=entry["unit"],
                cites=own.get("cites", entry["cites"]),
                status=status,
                since=date.fromisoformat(day),
                sheet=own.get("sheet", entry.get("sheet", "")),
                note=own.get("note", entry.get("note", "")),
                entry=own.get("entry", 0),
            )
        )
    if not values or [v.since for v in values] != sorted({v.since for v in values}):
        raise BadTable(f"参数 {id}: since 须按日期由早到晚, 不得重复")
    return History(id, entry["zh"], tuple(values), entry.get("until"))


def _value(id: str, written: Any, unit: str) -> Value:
    try:
        if unit == "share":
            if not isinstance(written, str):
                raise ValueError('比例须写成文本, 如 "2/3"、"0.10"')
            return points(written)
        if not isinstance(written, int) or isinstance(written, bool) or written < 0:
            raise ValueError(f"须为非负整数: {written!r}")
    except ValueError as error:
        raise BadTable(f"参数 {id}: {error}") from None
    if unit == "yuan":
        return fen_from_yuan(written)
    return Period(written, Unit(unit)) if unit in set(Unit) else written
