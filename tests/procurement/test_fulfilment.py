"""履约: payments planned, due and late; the ledger adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from procurement.fulfilment import Fulfilment, LedgerLine, late_payments, pay_by, payments_of, unsettled
from tests.builders.procurement import LAW_2025, a_contract

PAYMENTS = payments_of(a_contract(), 1)


def test_a_year_s_payments_are_its_price() -> None:
    assert sum(p.planned for p in PAYMENTS) == a_contract().amount
    assert [p.number for p in PAYMENTS] == [1, 2, 3]


def test_paid_and_open_are_the_whole_less_what_was_taken_off() -> None:
    first, second, third = PAYMENTS
    done = Fulfilment((replace(first, paid_on=date(2025, 4, 10)), second, replace(third, deducted=69_290_000)))
    assert done.paid == 207_870_000
    assert done.paid + done.open == a_contract().amount - 69_290_000


@pytest.mark.parametrize(("on", "late"), [("2025-04-30", 0), ("2025-05-06", 0), ("2025-05-07", 1)])
def test_thirty_days_to_pay_rolled_over_the_holiday(on: str, late: int) -> None:
    """财库〔2019〕38号: due on 1 April; the thirtieth day, 1 May, is a holiday that ends on 5 May 2025."""
    assert pay_by(date(2025, 4, 1), LAW_2025) == date(2025, 5, 6)
    due = replace(PAYMENTS[0], due_on=date(2025, 4, 1))
    assert len(late_payments([due], date.fromisoformat(on), LAW_2025)) == late


def test_what_is_not_due_or_paid_is_not_late() -> None:
    paid = replace(PAYMENTS[0], due_on=date(2025, 4, 1), paid_on=date(2025, 12, 1))
    assert late_payments([paid, PAYMENTS[1]], date(2026, 1, 1), LAW_2025) == ()


def test_an_open_payment_keeps_the_contract_open_a_wholly_deducted_one_does_not() -> None:
    third = PAYMENTS[2]
    assert len(unsettled(PAYMENTS)) == 3
    assert unsettled([replace(third, deducted=third.planned)]) == ()


def test_the_ledger_counts_by_service() -> None:
    lines = [LedgerLine(date(2025, 5, n), "个案服务", Fraction(n), "例", "个案记录") for n in (1, 2)]
    other = LedgerLine(date(2025, 5, 3), "小组工作", Fraction(1), "个", "签到表")
    assert Fulfilment(PAYMENTS, (*lines, other)).done("个案服务") == 3
