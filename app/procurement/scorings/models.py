"""Scoring 评审 as tables: one sheet per member, one row per mark, one ranking per tender."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.procurement.scorings import frozen
from app.store.columns import AwareTime, Facts, Key
from app.store.versioned import Versioned
from app.transparency.protection import protect
from app.transparency.written import written_once


class ScoreSheetRow(db.Model):
    """One member's score sheet 评分表 over all valid bids. Once signed, only corrected (87-64)."""

    __tablename__ = "score_sheets"
    __table_args__ = (UniqueConstraint("member_id", name="one_sheet_per_member"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("committee_members.id"))
    signed_at: Mapped[datetime | None] = mapped_column(AwareTime)


class MarkRow(db.Model):
    """One mark: what one member chose for one part of one bid. It holds the choice, never points.

    value      as the part's rule takes it (a level's name, a count, true, counts by grade)
    corrected  the value after a correction under 财政部令第87号 第六十四条; ``value`` stays as it was signed
    """

    __tablename__ = "marks"
    __table_args__ = (
        UniqueConstraint("sheet_id", "bid_id", "part", name="one_mark_per_part"),
        CheckConstraint("corrected IS NULL OR correction <> ''", name="a_correction_says_why"),
        Index("marks_by_bid", "bid_id", "part"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("score_sheets.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bids.id"))
    part: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(Facts)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    corrected: Mapped[Any | None] = mapped_column(Facts)
    correction: Mapped[str] = mapped_column(String(1000), default="")
    saved_at: Mapped[datetime] = mapped_column(AwareTime)


class RankingRow(Versioned, db.Model):
    """The ranking 评审排序 as computed and, once the committee signed, as filed.

    result   what the engine gave, in the form of a case file's results (exact fractions as text)
    input    the facts it was computed from, so that a stranger computes it again
    """

    __tablename__ = "rankings"

    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"), primary_key=True)
    result: Mapped[dict[str, Any]] = mapped_column(Facts)
    input: Mapped[dict[str, Any]] = mapped_column(Facts)
    computed_at: Mapped[datetime] = mapped_column(AwareTime)
    signed_at: Mapped[datetime | None] = mapped_column(AwareTime)


protect(db.metadata, frozen.PROTECTION)


protect(
    db.metadata,
    written_once(
        "rankings",
        ("result", "input", "computed_at", "signed_at"), key="ocid", once="signed_at",
    ),
)
