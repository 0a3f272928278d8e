"""The rubric 指标体系 as a table: the text as it was handed in, with what the engine found in it."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, ExactPoints, Key
from app.store.versioned import Versioned
from app.transparency.protection import protect
from app.transparency.written import written_once


class RubricRow(Versioned, db.Model):
    """One rubric of one organisation.

    text       the YAML exactly as it was handed in; the engine reads it
    digest     SHA-256 of the text: what a report quotes
    origin     ``library`` (ships with the product) or ``upload``
    faults     how many the engine found when it was kept; a rubric with faults is kept and shown, never scored
    frozen_at  when the first scheme that stands on it was approved; from then on nothing of it changes
    """

    __tablename__ = "rubrics"
    __table_args__ = (
        UniqueConstraint("owner_id", "digest", name="each_rubric_once_per_organisation"),
        CheckConstraint("origin IN ('library', 'upload')", name="origin_is_known"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    code: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    total: Mapped[Fraction | None] = mapped_column(ExactPoints)
    leaves: Mapped[int] = mapped_column(Integer)
    faults: Mapped[int] = mapped_column(Integer)
    kept_at: Mapped[datetime] = mapped_column(AwareTime)
    frozen_at: Mapped[datetime | None] = mapped_column(AwareTime)


protect(
    db.metadata,
    written_once(
        "rubrics",
        ("owner_id", "code", "name", "purpose", "origin", "text", "digest", "total", "leaves", "faults", "kept_at"),
    ),
)
