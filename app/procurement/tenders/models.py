"""The tender 采购项目 as a table: it remembers; ``procurement.tender`` judges."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Dialect, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.extensions import db
from app.store.columns import AwareTime, Facts, Words
from app.store.versioned import Versioned
from procurement.documents import Tender
from procurement.method import Method
from procurement.service_field import ServiceField
from procurement.stage import Stage


class AsWritten(TypeDecorator[dict[str, Any]]):
    """Documents as JSON text in the order in which they were written: 优 stands before 良, whatever sorting says."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(value)


class TenderRow(Versioned, db.Model):
    """One tender 采购项目.

    case      the tender file mapping as drafted (without ``cases`` and ``expected_results``)
    notice    what publication added: contact, places, how documents are had (87号令 第十三条)
    reached   ``{line step id: ISO time}``: when each step of the line was reached; written through ``reach``
    outcome   why it was unsuccessful and which lawful branch was taken; {} otherwise
    """

    __tablename__ = "tenders"
    __table_args__ = (
        CheckConstraint("stage = 'draft' OR bids_close IS NOT NULL", name="deadline_once_published"),
        CheckConstraint("stage = 'draft' OR published_at IS NOT NULL", name="publication_time_once_published"),
        CheckConstraint("opened_at IS NULL OR opened_at >= bids_close", name="opened_at_the_deadline_or_later"),
        CheckConstraint("ceiling IS NULL OR ceiling > 0", name="ceiling_above_zero"),
        Index("tender_newest_first", "published_at", "ocid"),
        Index("tender_of_buyer", "buyer_id", "ocid"),
        Index("tender_of_buyer_at_stage", "buyer_id", "stage", "bids_close"),
        Index("tender_of_buyer_newest_draft_first", "buyer_id", "drafted_at", "ocid"),
        Index("tender_newest_draft_first", "drafted_at", "ocid"),
        Index("tender_by_deadline", "stage", "bids_close"),
    )

    ocid: Mapped[str] = mapped_column(String(64), primary_key=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    title: Mapped[str] = mapped_column(String(300))
    method: Mapped[Method | None] = mapped_column(Words(Method))
    service_field: Mapped[ServiceField | None] = mapped_column(Words(ServiceField))
    stage: Mapped[Stage] = mapped_column(Words(Stage))
    jurisdiction: Mapped[str] = mapped_column(String(40))
    budget: Mapped[int | None] = mapped_column(BigInteger)  # fen
    ceiling: Mapped[int | None] = mapped_column(BigInteger)  # fen
    case: Mapped[dict[str, Any]] = mapped_column(AsWritten)
    notice: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    reached: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    outcome: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    drafted_at: Mapped[datetime] = mapped_column(AwareTime)
    documents_issued: Mapped[date | None]
    documents_until: Mapped[date | None]
    published_at: Mapped[datetime | None] = mapped_column(AwareTime)
    bids_close: Mapped[datetime | None] = mapped_column(AwareTime)
    opened_at: Mapped[datetime | None] = mapped_column(AwareTime)

    def facts(self) -> Tender:
        """The tender as the rules judge it: the documents as read, with this row's dates and stage."""
        from procurement.reading import read_tender

        return replace(
            read_tender(self.case),
            ocid=self.ocid,
            jurisdiction=self.jurisdiction,
            documents_issued=self.documents_issued,
            documents_until=self.documents_until,
            bids_close=self.bids_close,
            stage=self.stage,
        )

    def adopt(self, proposed: Tender, *, stage: Stage) -> None:
        """Remember what was decided: the dates of ``proposed``, and the stage the step led to."""
        self.documents_issued = proposed.documents_issued
        self.documents_until = proposed.documents_until
        self.bids_close = proposed.bids_close
        self.stage = stage

    def reach(self, station: str, at: datetime) -> None:
        """Note that ``station`` (an id of ``tenders.line.LINE``) was completed at ``at``; the first time stays."""
        if station not in self.reached:
            self.reached = {**self.reached, station: at.isoformat()}
