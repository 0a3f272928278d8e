"""Termination 终止合同: on which ground a contract ends before its time, and what is paid for what was done.

No side ends a contract at will (政府采购法 第五十条): both agree, or the law lets one of them, or the public interest asks for
it. What was done by then is paid, the rest is not (民法典 第五百六十六条).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.money import Fen, share_of


class Ground(StrEnum):
    """Why a contract may end before its time."""

    AGREED = "agreed"
    PURPOSE_DEFEATED = "purpose_defeated"
    BREACH = "breach"
    PUBLIC_INTEREST = "public_interest"

    @property
    def zh(self) -> str:
        return {
            "agreed": "协商解除: 双方书面协商一致",
            "purpose_defeated": "法定解除: 因不可抗力不能实现合同目的",
            "breach": "法定解除: 对方违约, 经催告仍不履行或者致使不能实现合同目的",
            "public_interest": "继续履行将损害国家利益和社会公共利益",
        }[self.value]

    @property
    def cites(self) -> str:
        return {
            "agreed": "民法典 第五百六十二条",
            "purpose_defeated": "民法典 第五百六十三条",
            "breach": "民法典 第五百六十三条",
            "public_interest": "政府采购法 第五十条",
        }[self.value]


@dataclass(frozen=True)
class Termination:
    """How a contract ends.

    ended_on  last day of service: as agreed, or the day the notice arrived at the other side (民法典 第五百六十五条)
    earned    fen: everything that was earned until then, over all years, what is paid already included
    """

    ground: Ground
    ended_on: date
    earned: Fen


@dataclass(frozen=True)
class YearWorth:
    """One agreed year: its first and last day of service, both included, and what it comes to after deductions, in fen."""

    starts_on: date
    ends_on: date
    worth: Fen


def earned_until(years: Sequence[YearWorth], ended_on: date) -> Fen:
    """What the days of service until ``ended_on`` (included) come to: a proposal, which the two sides may replace.

    Each year by its days, rounded half up to the fen once; a year that is over counts in full, one that has not begun not at all.

    >>> earned_until([YearWorth(date(2025, 1, 1), date(2025, 12, 31), 36500)], date(2025, 1, 10))
    1000
    """
    return sum((_of_year(year, ended_on) for year in years), 0)


def _of_year(year: YearWorth, ended_on: date) -> Fen:
    days = (year.ends_on - year.starts_on).days + 1
    done = min(max((ended_on - year.starts_on).days + 1, 0), days)
    return share_of(year.worth, Fraction(done, days))


def last_payments(open_ones: Sequence[Fen], earned: Fen, paid: Fen) -> tuple[tuple[Fen, ...], Fen]:
    """What of each payment that is still open remains to be paid, in order, and what the supplier pays back 退还; in fen.

    earned  at most what was paid and what is open together

    >>> last_payments([300, 500], earned=1000, paid=600), last_payments([500], earned=400, paid=600)
    (((300, 100), 0), ((0,), 200))
    """
    left, parts = max(earned - paid, 0), []
    for amount in open_ones:
        part = min(amount, left)
        parts.append(part)
        left -= part
    return tuple(parts), max(paid - earned, 0)
