"""When what happened in the demonstration: real periods on real working days of 2025 and 2026, so that the law can judge."""

from __future__ import annotations

from datetime import datetime

from kernel.period import SHANGHAI


def at(day: str, time: str = "09:00") -> datetime:
    """The moment in Beijing time.

    >>> at("2025-02-10").isoformat()
    '2025-02-10T09:00:00+08:00'
    """
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)


FOUNDED = at("2025-01-02")
INTENTION = at("2025-01-06")  # 采购意向: thirty days and more before the notice
DRAFTED = at("2025-02-07", "10:00")
NOTICE = at("2025-02-10")
DOCUMENTS_UNTIL = at("2025-02-17", "17:00")
BIDS = {"A": at("2025-02-27", "15:20"), "B": at("2025-02-28", "10:05"), "C": at("2025-03-03", "09:40"), "D": at("2025-03-03", "16:55")}
REPLACED = at("2025-03-03", "11:10")  # C lowers its price while it still may
CLOSE = at("2025-03-04", "09:30")
CREDIT_CHECKED = at("2025-03-04", "10:30")
QUALIFIED = at("2025-03-04", "11:30")
DRAWN = at("2025-03-04", "14:00")
DECLARED = at("2025-03-05", "08:40")
FORMED = at("2025-03-05", "08:55")
EVALUATION = at("2025-03-05", "09:00")
CONFORMITY = at("2025-03-05", "10:00")
SCORED = at("2025-03-05", "15:30")
RANKED = at("2025-03-05", "16:30")
DECIDED = at("2025-03-07", "10:00")
ANNOUNCED = at("2025-03-10", "09:00")
DRAWN_UP = at("2025-03-11", "09:00")
RUBRICS = at("2025-03-11", "09:30")
ENTRUSTED = at("2025-03-11", "09:40")
SIGNED = at("2025-03-21", "15:00")  # within ten working days of the notice, as the documents ask
YEAR_ENTRUSTED = at("2025-03-24")
PAID = {(1, 1): at("2025-04-08"), (1, 2): at("2025-10-14"), (1, 3): at("2026-01-23")}
RENEWAL = at("2026-01-21", "09:30")  # two months before the first year ends
APPLIED = at("2026-01-16", "15:00")
END = at("2026-01-26")
