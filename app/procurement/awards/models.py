"""Awards 中标 as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts


class AwardRow(db.Model):
    """The award 中标 of one tender: decided by the buyer, then announced; both acts have their own term.

    amount    fen, the price as bid
    decision  how it was decided: ``{"candidates": [{place, bidder, rank, total, drawn}], "seed", "passed_over": {bid: reason},
              "refused": [{bid, supplier, reason, at}], "due": the last lawful day, "late"}``
    notice    the fields of the result notice 中标结果公告 (财政部令第87号 第六十九条); {} before it is announced
    """

    __tablename__ = "awards"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("announced_at IS NULL OR announced_at >= decided_at", name="decided_before_announced"),
    )

    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"), primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"), index=True)
    supplier_name: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int] = mapped_column(BigInteger)  # fen
    rank: Mapped[int]
    decision: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    decided_at: Mapped[datetime] = mapped_column(AwareTime)
    decided_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    announced_at: Mapped[datetime | None] = mapped_column(AwareTime)
    notice: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
