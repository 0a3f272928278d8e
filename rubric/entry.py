"""Entries 条目: a mapping being read. Every problem is noted with its place, so that all are told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.points import points
from kernel.refusal import Finding


@dataclass
class Log:
    """What reading found. problems: the text cannot be used; remarks: it can, but somebody should look."""

    problems: list[Finding] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def problem(self, place: str, zh: str) -> None:
        self.problems.append(Finding(place, f"{place}: {zh}" if place else zh))

    def remark(self, place: str, zh: str) -> None:
        self.remarks.append((place, zh))


class Entry:
    """A mapping with its place. Getters return None (or the default) and note a problem instead of raising."""

    def __init__(self, mapping: Any, place: str, log: Log) -> None:
        self.place, self.log = place, log
        if not isinstance(mapping, Mapping):
            log.problem(place, f"须为键值对, 现为 {shown(mapping)}")
            mapping = {}
        self.mapping: Mapping[Any, Any] = mapping

    def __contains__(self, key: str) -> bool:
        return key in self.mapping

    def get(self, key: str, default: Any = None) -> Any:
        return self.mapping.get(key, default)

    def problem(self, zh: str) -> None:
        self.log.problem(self.place, zh)

    def remark(self, zh: str) -> None:
        self.log.remark(self.place, zh)

    def text(self, key: str, default: str = "") -> str:
        value = self.get(key)
        if value is None:
            return default
        if isinstance(value, Mapping | list):
            self.problem(f"{key} 须为文本, 现为 {shown(value)}")
            return default
        return str(value)

    def number(self, key: str, default: Fraction | None = None) -> Fraction | None:
        """An exact number, percentage or fraction; the default where the key is absent or null."""
        value = self.get(key)
        return default if value is None else self.read_number(value, key, default)

    def read_number(self, value: Any, what: str, default: Fraction | None = None) -> Fraction | None:
        try:
            return points(value)
        except ValueError:
            self.problem(f"{what} 须为数字, 现为 {shown(value)}")
            return default

    def required(self, key: str) -> Fraction:
        """A number that must be there; 0 with a problem noted where it is not."""
        if self.get(key) is None:
            self.problem(f"缺少 {key}")
            return Fraction(0)
        return self.number(key) or Fraction(0)

    def whole(self, key: str, default: int) -> int:
        found = self.number(key)
        if found is None:
            return default
        if found.denominator != 1 or found < 0:
            self.problem(f"{key} 须为不小于0的整数, 现为 {shown(self.get(key))}")
            return default
        return int(found)

    def truth(self, key: str, default: bool = False) -> bool:
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.problem(f"{key} 须为 true 或 false, 现为 {shown(value)}")
            return default
        return value

    def items(self, key: str) -> list[Any]:
        """A list; empty where absent or null."""
        value = self.get(key)
        if value is None:
            return []
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.problem(f"{key} 须为列表, 现为 {shown(value)}")
            return []
        return list(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as one."""
        value = self.get(key)
        if isinstance(value, str):
            return (value,)
        return tuple(str(v) for v in self.items(key))

    def entries(self, key: str) -> Iterator[Entry]:
        for nr, item in enumerate(self.items(key), 1):
            yield Entry(item, f"{self.place}.{key}[{nr}]" if self.place else f"{key}[{nr}]", self.log)

    def table(self, key: str) -> dict[Any, Any]:
        """A mapping; empty where absent or null."""
        value = self.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.problem(f"{key} 须为键值对, 现为 {shown(value)}")
            return {}
        return dict(value)

    def numbers(self, key: str) -> dict[str, Fraction]:
        """A mapping of names to exact numbers."""
        found = {}
        for name, value in self.table(key).items():
            read = self.read_number(value, f"{key}.{name}")
            if read is not None:
                found[str(name)] = read
        return found

    def day(self, value: Any, what: str) -> date | str | None:
        if value is None or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return str(value)

    def child(self, key: str) -> Entry:
        return Entry(self.get(key) or {}, f"{self.place}.{key}" if self.place else key, self.log)


def shown(value: Any) -> str:
    """A raw value as a message prints it."""
    if value is None:
        return "空"
    if isinstance(value, Mapping | list):
        return "键值对" if isinstance(value, Mapping) else "列表"
    return clipped(str(value))


def clipped(text: str) -> str:
    """A text as a message quotes it: forty characters, the last of them … where more were written."""
    return text if len(text) <= 40 else text[:39] + "…"
