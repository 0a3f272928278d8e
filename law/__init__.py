"""Law as data 法律即数据: dated numbers with their articles, the working-day calendar, and rules that cite.

    law = law_at(date(2025, 2, 10))
    law["tendering_period"]            # Period(20 日): 政府采购法 第三十五条
    law.get("abnormal_low_of_mean")    # None: 财库〔2026〕2号 is in force only from 2026-02-01

A tender is judged by the law of the day of its legal event, so the day is an argument and old values stay.
Nothing is read from disk before it is asked for; what was read is kept.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from law.day import LawAt

__all__ = ["law_at"]


def law_at(on: date, jurisdiction: str = "national") -> LawAt:
    """The law in force on the day ``on`` in ``jurisdiction``; what a place does not set itself is national.

    Raises Missing for a jurisdiction that is not held, TypeError for a moment instead of a day.
    """
    from law.day import LawAt

    return LawAt.of(on, jurisdiction)
