"""A slot of an input mapping: a value with its place, so that every problem can say where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kernel.money import Fen
from kernel.period import SHANGHAI
from kernel.points import points
from kernel.refusal import Finding
from rubric.entry import clipped

MOST_DIGITS = 30
"""No amount, share or count of a tender is longer."""


def exact_number(value: Any) -> Fraction:
    """A number as YAML or JSON gives it, exactly. A float is read as its shortest text: 0.88 is 22/25.

    Raises ValueError for what is no finite number.
    """
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str):
        value = value.replace(",", "").replace("，", "").strip()
        if len(value) > MOST_DIGITS or "e" in value.lower():
            raise ValueError("数字过长, 或者使用了科学计数法")
    found = points(value)
    if abs(found) >= 10**MOST_DIGITS:
        raise ValueError("数字过长")
    return found


class Slot:
    """One place of a mapping. Reading adds to ``problems`` and goes on, so that all of them are told at once."""

    def __init__(self, value: Any, place: str = "", problems: list[Finding] | None = None) -> None:
        self.value = value
        self.place = place
        self.problems: list[Finding] = [] if problems is None else problems

    def problem(self, zh: str, have: Any = None, need: Any = None) -> None:
        value = self.value if have is None else have
        text = "空" if value is None or value == "" else str(value)
        self.problems.append(Finding(self.place or "文件", zh, have=clipped(text), need=need))

    def __bool__(self) -> bool:
        return self.value is not None

    def __getitem__(self, key: str) -> Slot:
        """The slot below; an absent key is an empty slot. A value that is no mapping has nothing below."""
        place = f"{self.place}.{key}" if self.place else key
        below = self.value.get(key) if isinstance(self.value, Mapping) else None
        return Slot(below, place, self.problems)

    def __contains__(self, key: str) -> bool:
        return isinstance(self.value, Mapping) and key in self.value

    def mapping(self) -> Slot:
        """Itself, or an empty slot with a problem noted when it holds something that is no mapping."""
        if self.value is not None and not isinstance(self.value, Mapping):
            self.problem("须为“键: 值”的形式")
            return Slot(None, self.place, self.problems)
        return self

    def items(self) -> Iterator[Slot]:
        """The slots of a list, from 1; nothing when empty."""
        if self.value is None:
            return
        if not isinstance(self.value, list | tuple):
            self.problem("须为列表")
            return
        for n, value in enumerate(self.value, 1):
            yield Slot(value, f"{self.place}[{n}]", self.problems)

    def text(self) -> str:
        """A text; numbers and dates are written out; "" when empty."""
        if self.value is None:
            return ""
        if isinstance(self.value, Mapping | list | tuple):
            self.problem("须为文字")
            return ""
        return str(self.value).strip()

    def texts(self) -> tuple[str, ...]:
        return tuple(slot.text() for slot in self.items())

    def flag(self, default: bool = False) -> bool:
        if self.value is None:
            return default
        if not isinstance(self.value, bool):
            self.problem("须为 true 或 false")
            return default
        return self.value

    def number(self) -> Fraction | None:
        if self.value is None:
            return None
        try:
            return exact_number(self.value)
        except ValueError:
            self.problem("数字无法识别")
            return None

    def share(self) -> Fraction | None:
        """A number from 0 to 1 ("0.30", "30%", "2/3")."""
        found = self.number()
        if found is not None and not 0 <= found <= 1:
            self.problem("比例须在0与1之间")
            return None
        return found

    def count(self, least: int = 0) -> int | None:
        found = self.number()
        if found is None:
            return None
        if found.denominator != 1 or found < least:
            self.problem(f"须为不小于{least}的整数")
            return None
        return int(found)

    def fen(self) -> Fen | None:
        """An amount in yuan as fen; it must be above 0."""
        if self.value is None:
            return None
        try:
            exact = exact_number(self.value) * 100
            if exact.denominator != 1:
                raise ValueError("金额最多保留到分")
            fen = int(exact)
        except ValueError:
            self.problem("金额无法识别（元, 最多两位小数）")
            return None
        if fen <= 0:
            self.problem("金额须大于0")
            return None
        return fen

    def day(self) -> date | None:
        """A YAML date or ISO text."""
        if self.value is None:
            return None
        if isinstance(self.value, datetime):
            return self.value.date()
        if isinstance(self.value, date):
            return self.value
        try:
            return date.fromisoformat(str(self.value).strip()[:10])
        except ValueError:
            self.problem("日期无法识别", need="如 2026-12-21")
            return None

    def moment(self) -> datetime | None:
        """A moment; without a zone it is Beijing time."""
        if self.value is None:
            return None
        if isinstance(self.value, datetime):
            found = self.value
        else:
            try:
                found = datetime.fromisoformat(str(self.value).strip())
            except ValueError:
                self.problem("时间无法识别", need="如 2026-12-21 09:30")
                return None
        return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)
