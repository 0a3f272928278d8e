"""Contracts 合同 as tables: the contract, its one to three years, and the payments of each year."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, ExactPoints, Facts, Key
from app.store.versioned import Versioned
from app.transparency.protection import protect
from app.transparency.written import written_once


class ContractRow(Versioned, db.Model):
    """One contract 合同 of one award.

    amount   the yearly price in fen; years: how many it may run with its renewals (1 + 1 + 1)
    terms    the payments and clauses that were agreed, as plain values
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("ocid", name="one_contract_per_tender"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("years BETWEEN 1 AND 3", name="one_to_three_years"),
        CheckConstraint("stage = 'draft' OR signed_on IS NOT NULL", name="signing_day_once_signed"),
        Index("contract_of_buyer", "buyer_id", "stage"),
        Index("contract_of_supplier", "supplier_id", "stage"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"))
    number: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    stage: Mapped[str] = mapped_column(String(30))
    amount: Mapped[int] = mapped_column(BigInteger)  # fen per year
    years: Mapped[int]
    terms: Mapped[dict[str, Any]] = mapped_column(Facts)
    drawn_up_at: Mapped[datetime] = mapped_column(AwareTime)
    signed_on: Mapped[date | None]


class ContractYearRow(Versioned, db.Model):
    """One year 合同年度: yearly signed inside at most three (一年一签).

    score, grade    of the final 绩效评估, once its result was applied
    renewal         what the clause says about that grade: renew | stop | buyer_decides | undecided
    decision        renewed | ended, with its reason
    """

    __tablename__ = "contract_years"
    __table_args__ = (
        UniqueConstraint("contract_id", "number", name="each_year_once"),
        CheckConstraint("number BETWEEN 1 AND 3", name="one_to_three_years"),
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint("decision IS NULL OR decision IN ('renewed', 'ended')", name="decision_is_known"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"))
    number: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    score: Mapped[Fraction | None] = mapped_column(ExactPoints)
    grade: Mapped[str | None] = mapped_column(String(40))
    renewal: Mapped[str | None] = mapped_column(String(20))
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    decided_at: Mapped[datetime | None] = mapped_column(AwareTime)


class PaymentRow(db.Model):
    """One payment 支付 of one year: planned, due, paid, all in fen. The parts of a year add up to its amount.

    deducted   fen taken off by the clause on the evaluation's score, with its working
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("year_id", "number", name="each_payment_once"),
        CheckConstraint("planned >= 0 AND deducted >= 0 AND deducted <= planned", name="no_more_deducted_than_planned"),
        CheckConstraint("paid IS NULL OR paid = planned - deducted", name="paid_is_what_was_due"),
        CheckConstraint("(paid IS NULL) = (paid_on IS NULL)", name="paid_on_a_day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    year_id: Mapped[int] = mapped_column(ForeignKey("contract_years.id"))
    number: Mapped[int]
    condition: Mapped[str] = mapped_column(String(300))
    share: Mapped[Fraction] = mapped_column(ExactPoints)
    planned: Mapped[int] = mapped_column(BigInteger)  # fen
    deducted: Mapped[int] = mapped_column(BigInteger, default=0)  # fen
    working: Mapped[str] = mapped_column(String(500), default="")
    due_on: Mapped[date | None]
    paid: Mapped[int | None] = mapped_column(BigInteger)  # fen
    paid_on: Mapped[date | None]


protect(db.metadata, written_once("payments", ("planned", "deducted", "paid", "paid_on"), once="paid_on"))
