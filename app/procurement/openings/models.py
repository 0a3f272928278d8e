"""The opening record 开标记录 as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts
from app.transparency.protection import protect
from app.transparency.written import written_once


class OpeningRow(db.Model):
    """The opening 开标 of one tender: when, by whom, who was there, and what was read out 唱标 (开标一览表).

    record   ``{"lines": [{"bid_id", "supplier_id", "supplier", "price", "submitted_at", "receipt_hash"}, ...],
             "host", "overseer", "place"}``, lines in order of arrival
    """

    __tablename__ = "openings"

    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(AwareTime)
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    record: Mapped[dict[str, Any]] = mapped_column(Facts)


protect(db.metadata, written_once("openings", ("opened_at", "opened_by", "record"), key="ocid"))
