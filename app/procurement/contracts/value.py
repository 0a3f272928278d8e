"""The contract between its two forms: the frozen ``Contract`` that rules judge, and the rows that remember."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
from kernel.money import Fen
from kernel.period import Period, Unit
from kernel.points import exact_text
from procurement.contract import Contract, ContractStage, LongTermGround, Supplement, payment_plan
from procurement.documents import DeductionTerms, PaymentTerm, Renewal, RenewalTerms
from procurement.termination import Ground, Termination, YearWorth


def terms_of(contract: Contract) -> dict[str, Any]:
    """What was agreed, as plain values: a contract is read from its own row, whatever becomes of the documents."""
    renewal, deduction = contract.renewal, contract.deduction
    return {
        "award_amount": contract.award_amount,
        "notice_on": contract.notice_on,
        "starts_on": contract.starts,
        "year": {"length": contract.year_length.length, "unit": contract.year_length.unit},
        "payments": [
            {"number": p.number, "when": p.when, "share": None if p.share is None else exact_text(p.share), "by": p.by}
            for p in contract.payments
        ],
        "renewal": None if renewal is None else {
            "max_renewals": renewal.max_renewals, "each_years": renewal.each_years, "condition": renewal.condition,
            "stop_if": renewal.stop_if, "may_if": renewal.may_if, "grades": dict(renewal.grades),
        },
        "deduction": None if deduction is None else {"base": exact_text(deduction.base), "full_grade": deduction.full_grade},
        "grounds": list(contract.grounds),
        "supplements": [supplement_facts(each) for each in contract.supplements],
    }  # fmt: skip


def supplement_facts(supplement: Supplement) -> dict[str, Any]:
    """One supplement as the row keeps it."""
    return {
        "year": supplement.year, "amount": supplement.amount, "signed_on": supplement.signed_on.isoformat(),
        "reason": supplement.reason,
    }  # fmt: skip


def contract_value(row: ContractRow, years: Sequence[ContractYearRow] = (), buyer: str = "", supplier: str = "") -> Contract:
    """The contract that ``row`` and its years remember, as the rules judge it."""
    terms: Mapping[str, Any] = row.terms
    renewal, deduction = terms["renewal"], terms["deduction"]
    return Contract(
        number=row.number, tender=row.ocid, title=row.title, buyer=buyer, supplier=supplier, amount=row.amount,
        starts=date.fromisoformat(terms["starts_on"]), years=row.years,
        year_length=Period(terms["year"]["length"], Unit(terms["year"]["unit"])),
        award_amount=terms["award_amount"],
        notice_on=None if terms["notice_on"] is None else date.fromisoformat(terms["notice_on"]),
        signed_on=row.signed_on, payments=payment_terms(terms),
        renewal=None if renewal is None else RenewalTerms(
            renewal["max_renewals"], renewal["each_years"], renewal["condition"], renewal["stop_if"], renewal["may_if"],
            {grade: Renewal(word) for grade, word in renewal["grades"].items()},
        ),
        deduction=None if deduction is None else DeductionTerms(Fraction(deduction["base"]), deduction["full_grade"]),
        grounds=tuple(LongTermGround(each) for each in terms["grounds"]),
        supplements=tuple(
            Supplement(s["year"], s["amount"], date.fromisoformat(s["signed_on"]), s["reason"]) for s in terms["supplements"]
        ),
        signed_years=max(1, len(years)), stage=ContractStage(row.stage), ending=ending_of(terms),
        reason=terms.get("ending", {}).get("reason", ""),
    )  # fmt: skip


def ending_of(terms: Mapping[str, Any]) -> Termination | None:
    """How the contract was terminated; None for one that was not."""
    if "ending" not in terms:
        return None
    held = terms["ending"]
    return Termination(Ground(held["ground"]), date.fromisoformat(held["ended_on"]), held["earned"])


def ending_facts(ending: Termination, reason: str, owed_back: Fen) -> dict[str, Any]:
    """A termination as the row keeps it; ``owed_back``: what the supplier pays back, in fen."""
    return {
        "ground": ending.ground, "ended_on": ending.ended_on.isoformat(), "earned": ending.earned, "reason": reason,
        "owed_back": owed_back,
    }  # fmt: skip


def worth_of(years: Sequence[ContractYearRow], payments: Mapping[int, Sequence[PaymentRow]]) -> list[YearWorth]:
    """The agreed years with what each comes to after deductions."""
    return [YearWorth(year.starts_on, year.ends_on, sum(p.planned - p.deducted for p in payments[year.id])) for year in years]


def payment_terms(terms: Mapping[str, Any]) -> tuple[PaymentTerm, ...]:
    """The payments of every year as agreed."""
    return tuple(
        PaymentTerm(p["number"], p["when"], None if p["share"] is None else Fraction(p["share"]), p["by"])
        for p in terms["payments"]
    )


def payments_of_year(contract: Contract, year_id: int) -> list[PaymentRow]:
    """The payments of one year as planned; they add up to its amount exactly. None is due yet."""
    planned = payment_plan(contract.amount, contract.payments)
    return [
        PaymentRow(
            year_id=year_id, number=term.number, condition=term.when, planned=amount, deducted=0, working="",
            share=term.share if term.share is not None else Fraction(amount, contract.amount),
        )
        for term, amount in zip(contract.payments, planned, strict=True)
    ]  # fmt: skip
