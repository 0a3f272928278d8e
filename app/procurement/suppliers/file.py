"""The supplier file between its two forms: the frozen ``Supplier`` that rules judge, and the facts that a row keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from app.procurement.suppliers.models import StandingRow, SupplierRow
from kernel.period import aware
from procurement.supplier import Condition, CreditCheck, CreditList, Proof, Standing, Supplier

PROFILE = {
    "legal_representative": "法定代表人（负责人）",
    "address": "住所",
    "phone": "联系电话",
    "business": "业务范围",
    "staff": "专职工作人员（人）",
    "social_workers": "持证社会工作者（人）",
}
"""What a file says of its organisation beyond name and code, in the order of the page."""


def supplier_of(row: SupplierRow, standings: Sequence[StandingRow] = ()) -> Supplier:
    """The supplier that ``row`` remembers, with its standing records where they are given."""
    facts: Mapping[str, Any] = row.facts
    profile = facts.get("profile", {})
    return Supplier(
        name=row.name,
        uscc=row.uscc,
        kind=row.kind,
        legal_representative=profile.get("legal_representative", ""),
        address=profile.get("address", ""),
        phone=profile.get("phone", ""),
        registered_on=_day(facts.get("registered_on")),
        proofs=tuple(
            Proof(Condition(p["condition"]), p["paper"], p["held"], _day(p.get("valid_until")))
            for p in facts.get("proofs", ())
        ),
        credit=tuple(
            CreditCheck(
                c["channel"], date.fromisoformat(c["checked_on"]), tuple(CreditList(w) for w in c["listed"]), c["evidence"]
            )
            for c in facts.get("credit", ())
        ),
        standings=tuple(standing_of(row, each) for each in standings),
        small_or_micro=bool(facts.get("small_or_micro")),
    )


def standing_of(supplier: SupplierRow, row: StandingRow) -> Standing:
    """One standing record as the rules read it."""
    return Standing(
        supplier.name, row.tender_ocid, row.contract_year, row.kind, Fraction(row.score), row.shown, row.grade,
        aware(row.recorded_at).date(),
    )  # fmt: skip


def proof_facts(proof: Proof) -> dict[str, Any]:
    """One proof as a row keeps it."""
    return {
        "condition": proof.condition.value,
        "paper": proof.paper.strip(),
        "held": proof.held,
        "valid_until": None if proof.valid_until is None else proof.valid_until.isoformat(),
    }


def credit_facts(check: CreditCheck) -> dict[str, Any]:
    """One credit check as a row keeps it."""
    return {
        "channel": check.channel.strip(),
        "checked_on": check.checked_on.isoformat(),
        "listed": [which.value for which in check.listed],
        "evidence": check.evidence.strip(),
    }


def _day(text: str | None) -> date | None:
    return None if not text else date.fromisoformat(text)
