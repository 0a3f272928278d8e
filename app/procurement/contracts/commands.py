"""Commands 指令 of the contract's room: what an act needs to know. The acts themselves are in ``services``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.accounts import Actor
from kernel.money import Fen


@dataclass(frozen=True)
class PlannedPayment:
    """One payment of every year: its condition, and its share of the year's amount; None = what the others leave."""

    condition: str
    share: Fraction | None


@dataclass(frozen=True)
class DrawUpContract:
    """拟定合同 from the award and the draft contract of the documents.

    amount     fen per year; None = the amount of the award (any other is refused: 财政部令第87号 第七十一条)
    years      how many years it may run with its renewals, 1 to 3; None = what the documents say
    payments   empty = the payments of the documents; shares must add up to 100 %
    grounds    why more than one year is lawful, values of ``LongTermGround`` (财政部令第102号 第二十四条)
    """

    actor: Actor
    ocid: str
    number: str
    starts_on: date
    amount: Fen | None = None
    years: int | None = None
    payments: tuple[PlannedPayment, ...] = ()
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignContract:
    """签订合同: both sides have signed on ``signed_on``."""

    actor: Actor
    contract_id: int
    signed_on: date


@dataclass(frozen=True)
class Pay:
    """支付: one payment that is due, in full."""

    actor: Actor
    payment_id: int
    paid_on: date


@dataclass(frozen=True)
class ApplyEvaluation:
    """结果应用 of the final 绩效评估 of one contract year.

    score   as published 公布得分, as an exact number: what both parties hold in hand is what the clause is applied to
    grade   None where the score fell between the bands
    """

    actor: Actor
    contract_id: int
    year: int
    score: Fraction
    grade: str | None


@dataclass(frozen=True)
class SettlePayment:
    """结算确认: what is deducted from the last payment, where the clause does not say it."""

    actor: Actor
    payment_id: int
    deducted: Fen
    reason: str


@dataclass(frozen=True)
class DecideRenewal:
    """续签决定 for the year after ``year``: renew, or end with this year. ``budgeted``: the next year's budget is secured."""

    actor: Actor
    contract_id: int
    year: int
    renew: bool
    reason: str = ""
    budgeted: bool = False


@dataclass(frozen=True)
class SupplementContract:
    """补充合同 for more of the same: all supplements together at most 10 % of the contract (政府采购法 第四十九条)."""

    actor: Actor
    contract_id: int
    amount: Fen
    reason: str
    signed_on: date


@dataclass(frozen=True)
class TerminateContract:
    """终止合同 before its time.

    ground     a value of ``procurement.termination.Ground``
    ended_on   last day of service: as agreed, or the day the notice arrived at the other side
    earned     fen: everything that was earned until then, what is paid already included
    """

    actor: Actor
    contract_id: int
    ground: str
    ended_on: date
    earned: Fen
    reason: str


@dataclass(frozen=True)
class CompleteContract:
    """履行完毕: everything is paid, evaluated and decided."""

    actor: Actor
    contract_id: int
