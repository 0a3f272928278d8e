"""Bids 投标文件 as a table. A replaced or withdrawn bid stays as a row; at most one per supplier is live."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, ExactPoints, Facts, Key
from app.transparency.protection import protect
from app.transparency.written import written_once
from procurement.bid import Bid

SUBMITTED, REPLACED, WITHDRAWN = "submitted", "replaced", "withdrawn"


class BidRow(db.Model):
    """One bid 投标文件 of one supplier for one tender.

    facts       declared value by objective part id, as the part's rule takes it: ``{"T6a": "市级", "B1a": 4, ...}``
    documents   ``{"proofs": {leaf id: text}, "statements": [id, ...], "contact": {...}, "salt": text}``
    price       fen, as written; it may be over the ceiling (87号令 第六十三条 makes it invalid at the review)
    tenderer    the bidder's 统一社会信用代码, as the receipt names it
    rate        instead of a price, where the documents ask for a discount rate
    id          drawn from the receipt's hash: a number in sequence would tell how many bids there are
    receipt_hash  SHA-256 of the canonical JSON of what was submitted and when: the receipt 回执
    """

    __tablename__ = "bids"
    __table_args__ = (
        CheckConstraint("price > 0", name="price_above_zero"),
        CheckConstraint("(price IS NULL) <> (rate IS NULL)", name="either_a_price_or_a_rate"),
        CheckConstraint("status IN ('submitted', 'replaced', 'withdrawn')", name="status_is_known"),
        CheckConstraint("(status = 'submitted') = (ended_at IS NULL)", name="ended_once_not_live"),
        Index("bid_of_supplier", "supplier_id", "submitted_at"),
        Index(
            "one_live_bid_per_supplier", "ocid", "supplier_id", unique=True,
            sqlite_where=text("status = 'submitted'"), postgresql_where=text("status = 'submitted'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    tenderer: Mapped[str] = mapped_column(String(18))
    status: Mapped[str] = mapped_column(String(20))
    price: Mapped[int | None] = mapped_column(BigInteger)  # fen
    rate: Mapped[Fraction | None] = mapped_column(ExactPoints)
    facts: Mapped[dict[str, Any]] = mapped_column(Facts)
    documents: Mapped[dict[str, Any]] = mapped_column(Facts)
    submitted_at: Mapped[datetime] = mapped_column(AwareTime)
    submitted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(AwareTime)
    receipt_hash: Mapped[str] = mapped_column(String(64))

    def value(self) -> Bid:
        """The bid as the rules read it, and as its receipt was computed."""
        return Bid(
            id=str(self.id), tender=self.ocid, supplier=self.tenderer, price=self.price, rate=self.rate,
            facts=self.facts, documents=self.documents, submitted_at=self.submitted_at,
            withdrawn=self.status != SUBMITTED,
        )  # fmt: skip


protect(
    db.metadata,
    written_once(
        "bids",
        ("ocid", "supplier_id", "tenderer", "price", "rate", "facts", "documents", "submitted_at", "submitted_by", "receipt_hash"),
    ),
)
