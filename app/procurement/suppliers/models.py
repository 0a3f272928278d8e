"""The supplier file 供应商档案 and the standing records 履约记录 as tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts, Key, Words
from app.store.versioned import Versioned
from app.transparency.protection import protect
from app.transparency.written import written_once
from procurement.supplier import SupplierKind


class SupplierRow(Versioned, db.Model):
    """One supplier file 供应商档案: an organisation that may bid 供应商(承接主体).

    facts    ``{"profile": {...}, "registered_on", "proofs": [...], "credit": [...], "small_or_micro"}``, written and read
             by ``suppliers.file``: ``supplier_of(row)`` gives the ``Supplier`` that rules judge
    """

    __tablename__ = "suppliers"
    __table_args__ = (
        UniqueConstraint("organisation_id", name="one_file_per_organisation"),
        UniqueConstraint("uscc", name="one_file_per_credit_code"),
        CheckConstraint("length(uscc) = 18", name="credit_code_has_18_characters"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str] = mapped_column(String(18))
    kind: Mapped[SupplierKind] = mapped_column(Words(SupplierKind))
    facts: Mapped[dict[str, Any]] = mapped_column(Facts)
    registered_at: Mapped[datetime] = mapped_column(AwareTime)
    changed_at: Mapped[datetime] = mapped_column(AwareTime)


class StandingRow(db.Model):
    """One standing record 履约记录: how an evaluation of a contract year ended. Rows are added, never changed."""

    __tablename__ = "standings"
    __table_args__ = (
        UniqueConstraint("supplier_id", "tender_ocid", "contract_year", "kind", name="one_standing_per_year_and_kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"), index=True)
    tender_ocid: Mapped[str] = mapped_column(String(64))
    contract_year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    score: Mapped[str] = mapped_column(String(80))  # exact, as n/d
    shown: Mapped[str] = mapped_column(String(20))
    grade: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[datetime] = mapped_column(AwareTime)
    facts: Mapped[dict[str, Any]] = mapped_column(Facts)


protect(
    db.metadata,
    written_once(
        "standings",
        ("supplier_id", "tender_ocid", "contract_year", "kind", "score", "shown", "grade", "recorded_at", "facts"),
    ),
)
