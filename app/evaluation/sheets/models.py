"""Score sheets 评分表 as tables: one sheet per assignment, one row per mark. Signed sheets are frozen by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.evaluation.sheets import frozen
from app.extensions import db
from app.store.columns import AwareTime, Facts, Key
from app.transparency.protection import protect


class SheetRow(db.Model):
    """One evaluator's sheet; it exists from the declaration on. ``digest`` is that of the signed marks."""

    __tablename__ = "evaluation_sheets"
    __table_args__ = (
        UniqueConstraint("assignment_id", name="one_sheet_per_assignment"),
        CheckConstraint("(signed_at IS NULL) = (digest = '')", name="signed_with_its_digest"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("evaluation_assignments.id"))
    opened_at: Mapped[datetime] = mapped_column(AwareTime)
    signed_at: Mapped[datetime | None] = mapped_column(AwareTime)
    digest: Mapped[str] = mapped_column(String(64), default="")


class EvaluationMarkRow(db.Model):
    """One mark: what one evaluator chose for one part, with reason and evidence. It holds the choice, never points.

    value     as the part's rule takes it; None when 不适用 or without proof
    evidence  names of the pieces that were seen
    """

    __tablename__ = "evaluation_marks"
    __table_args__ = (
        UniqueConstraint("sheet_id", "part", name="one_evaluation_mark_per_part"),
        CheckConstraint("NOT not_applicable OR reason <> ''", name="not_applicable_says_why"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("evaluation_sheets.id"))
    part: Mapped[str] = mapped_column(String(80))
    value: Mapped[Any | None] = mapped_column(Facts)
    not_applicable: Mapped[bool] = mapped_column(Boolean, default=False)
    proven: Mapped[bool] = mapped_column(Boolean, default=True)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    evidence: Mapped[list[Any]] = mapped_column(Facts, default=list)
    saved_at: Mapped[datetime] = mapped_column(AwareTime)


protect(db.metadata, frozen.PROTECTION)
