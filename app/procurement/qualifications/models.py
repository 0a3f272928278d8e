"""Reviews 审查 of bids as tables: one conclusion per bid and item, and the signature that closes a review."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Key

QUALIFICATION, CONFORMITY, LOW_PRICE = "qualification", "conformity", "low_price"


class ReviewItemRow(db.Model):
    """One conclusion 审查结论: does this bid meet this item? A failed item needs its reason.

    review  qualification 资格审查 (by the buyer) | conformity 符合性审查 (by the committee)
            | low_price 异常低价审查 (by the committee; item is always "explanation")
    item    the condition's number in the tender documents
    """

    __tablename__ = "review_items"
    __table_args__ = (
        UniqueConstraint("bid_id", "review", "item", name="one_conclusion_per_item"),
        CheckConstraint("review IN ('qualification', 'conformity', 'low_price')", name="review_is_known"),
        CheckConstraint("passed OR reason <> ''", name="failed_needs_a_reason"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"))
    review: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(40))
    passed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime] = mapped_column(AwareTime)


class ReviewRow(db.Model):
    """A review of all bids of a tender that was signed, and is closed."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("ocid", "review", name="a_review_is_signed_once"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"))
    review: Mapped[str] = mapped_column(String(20))
    signed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signed_at: Mapped[datetime] = mapped_column(AwareTime)
