"""The law of one day 某日之法: every question to the law is asked of a day and a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, TypeVar

from kernel.money import Fen
from kernel.period import Period
from kernel.refusal import Missing
from law.calendar import Calendar
from law.jurisdiction import Bands, Jurisdiction, Threshold, jurisdiction, known
from law.parameter import Parameter
from law.table import kept

T = TypeVar("T")

_CALENDAR = Calendar()


class NotInForce(Missing):
    """当日尚无规定: the number is known, but not in force on the day that was asked for."""

    zh = "该日没有生效的规定"


@dataclass(frozen=True)
class LawAt:
    """The law in force on the day ``on`` in ``place``. Cheap to make; equal days and places are one object."""

    on: date
    place: Jurisdiction

    @staticmethod
    def of(on: date, name: str = "national") -> LawAt:
        """See ``law.law_at``."""
        if isinstance(on, datetime) or not isinstance(on, date):
            raise TypeError(f"须给出日期（date）, 不是时刻: {on!r}")
        return _law_at(on, name)

    @property
    def jurisdiction(self) -> str:
        """The name of the jurisdiction: "national", "shenzhen" …"""
        return self.place.id

    @property
    def calendar(self) -> Calendar:
        """The calendar of working days 工作日. The same for every place and day."""
        return _CALENDAR

    def __getitem__(self, id: str) -> Any:
        """The value in force: Period, int, Fraction, or fen. Raises NotInForce; KeyError for an unknown name."""
        return self.parameter(id).value

    def get(self, id: str, default: Any = None) -> Any:
        """The value in force, or ``default`` when none is in force on the day. KeyError for an unknown name."""
        found = self.place.parameter(id, self.on)
        return default if found is None else found.value

    def __contains__(self, id: str) -> bool:
        """Whether a value is in force on the day. False for an unknown name."""
        return id in known() and self.place.parameter(id, self.on) is not None

    def parameter(self, id: str) -> Parameter:
        """The parameter with its article, status and date. Raises NotInForce; KeyError for an unknown name."""
        found = self.place.parameter(id, self.on)
        if found is None:
            raise NotInForce(f"{self.place.zh}在{self.on.isoformat()}没有生效的规定: {known()[id].span()}")
        return found

    def period(self, id: str) -> Period:
        """A parameter that is a period. Raises as ``law[id]``; TypeError when it is something else."""
        return _of_type(id, self[id], Period)

    def count(self, id: str) -> int:
        """A parameter that is a whole number: a count, or minutes. Raises as ``period``."""
        return _of_type(id, self[id], int)

    def share(self, id: str) -> Fraction:
        """A parameter that is a share of one, exact. Raises as ``period``."""
        return _of_type(id, self[id], Fraction)

    def amount(self, id: str) -> Fen:
        """A parameter that is money, in fen 分. Raises as ``period``."""
        return _of_type(id, self[id], int)

    def threshold(self, region: str, level: str, kind: str, goods: str = "services") -> Threshold:
        """The amount from which ``kind`` applies, in force on the day; see ``law.jurisdiction``. Raises Missing."""
        return jurisdiction(region).threshold(level, kind, goods, self.on)

    def bands(self, id: str) -> Bands:
        """The grade bands 等级 in force on the day, exactly as written, gaps included. Raises Missing."""
        return self.place.bands(id, self.on)


def _of_type(id: str, value: Any, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"参数 {id} 不是 {kind.__name__}: {value!r}")
    return value


@kept()
def _law_at(on: date, name: str) -> LawAt:
    return LawAt(on, jurisdiction(name))
