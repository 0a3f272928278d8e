"""Fulfilment 履约: what is due and paid, and the project ledger 台账 that the supplier keeps (财政部令第102号 第二十七条)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kernel.money import Fen, yuan_text
from kernel.refusal import Finding
from law.day import LawAt
from procurement.contract import Contract, payment_plan


@dataclass(frozen=True)
class Payment:
    """One payment of one contract year, in fen. due_on: None until its condition is met."""

    year: int
    number: int
    condition: str
    planned: Fen
    deducted: Fen = 0
    working: str = ""
    due_on: date | None = None
    paid_on: date | None = None

    @property
    def payable(self) -> Fen:
        return self.planned - self.deducted


@dataclass(frozen=True)
class LedgerLine:
    """One line of the ledger: what was done, how much of it, and what proves it."""

    on: date
    service: str
    quantity: Fraction
    unit: str
    evidence: str
    note: str = ""


@dataclass(frozen=True)
class Fulfilment:
    """How far a contract has been performed."""

    payments: tuple[Payment, ...]
    ledger: tuple[LedgerLine, ...] = ()

    @property
    def paid(self) -> Fen:
        return sum(p.payable for p in self.payments if p.paid_on is not None)

    @property
    def open(self) -> Fen:
        """Planned and not yet paid, deductions taken off."""
        return sum(p.payable for p in self.payments if p.paid_on is None)

    def done(self, service: str) -> Fraction:
        """The quantity of one service in the ledger."""
        return sum((line.quantity for line in self.ledger if line.service == service), Fraction(0))


def payments_of(contract: Contract, year: int) -> tuple[Payment, ...]:
    """The payments of one contract year as planned."""
    planned = payment_plan(contract.amount, contract.payments)
    return tuple(
        Payment(year, term.number, term.when, amount)
        for term, amount in zip(contract.payments, planned, strict=True)
    )


def pay_by(condition_met: date, law: LawAt) -> date:
    """The last day to pay once the condition is met and the invoice is there: thirty days (财库〔2019〕38号)."""
    return law.calendar.latest(condition_met, law.period("payment"))


def late_payments(payments: Iterable[Payment], on: date, law: LawAt) -> tuple[Finding, ...]:
    """Payments that are overdue on the day ``on``."""
    return tuple(
        Finding(
            f"payments.{p.year}.{p.number}", f"第{p.year}年第{p.number}笔付款已逾期: {p.condition} {yuan_text(p.payable)}",
            cites=law.parameter("payment").cites, have=on, need=f"最迟 {pay_by(p.due_on, law)}", binding=False,
        )
        for p in payments
        if p.paid_on is None and p.due_on is not None and on > pay_by(p.due_on, law)
    )  # fmt: skip


def unsettled(payments: Iterable[Payment]) -> tuple[Finding, ...]:
    """The payments that keep a contract from being complete 履行完毕."""
    return tuple(
        Finding(f"payments.{p.year}.{p.number}", f"第{p.year}年第{p.number}笔尚未支付: {yuan_text(p.payable)}", cites="财库〔2016〕205号")
        for p in payments
        if p.paid_on is None and p.payable > 0
    )
