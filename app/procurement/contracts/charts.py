"""The chart of a contract's money 各年度资金: agreed, paid, and due but not yet paid, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.procurement.contracts.models import ContractYearRow, PaymentRow
from reports.chart import Money, MoneyOfYear


def money_chart(years: Sequence[ContractYearRow], payments: Mapping[int, Sequence[PaymentRow]]) -> Money:
    """``payments`` by the year's id. What the evaluation took off is neither paid nor due; a payment without a day is not yet due."""
    found = []
    for year in years:
        of_year = payments.get(year.id, ())
        due = sum(each.planned - each.deducted for each in of_year if each.due_on is not None and each.paid is None)
        paid = sum(each.paid or 0 for each in of_year)
        found.append(MoneyOfYear(f"第{year.number}年度", sum(each.planned for each in of_year), paid, due))
    return Money(tuple(found))
