"""The committee 评标委员会 as tables: how it was drawn, who sits, who declared what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts, Key


class ExpertRow(db.Model):
    """One expert of the pool 评审专家库: who may be drawn, and what keeps a person off a project."""

    __tablename__ = "experts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    employer: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(100), default="")
    fields: Mapped[list[str]] = mapped_column(Facts, default=list)
    finance_supervisor: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime] = mapped_column(AwareTime)


class CommitteeRow(db.Model):
    """One committee 评标委员会 of one tender.

    draw  ``{"seed", "pool": [person id, ...], "drawn": [...], "refused": {person id: reason}}``: enough to draw again
    """

    __tablename__ = "committees"
    __table_args__ = (CheckConstraint("drawn_at <= evaluation_at", name="drawn_before_the_evaluation"),)

    ocid: Mapped[str] = mapped_column(ForeignKey("tenders.ocid"), primary_key=True)
    draw: Mapped[dict[str, Any]] = mapped_column(Facts)
    drawn_at: Mapped[datetime] = mapped_column(AwareTime)
    drawn_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    evaluation_at: Mapped[datetime] = mapped_column(AwareTime)
    formed_at: Mapped[datetime | None] = mapped_column(AwareTime)


class MemberRow(db.Model):
    """One member 成员. ``conflicts`` holds the grounds of recusal 回避情形 found or declared: that member left."""

    __tablename__ = "committee_members"
    __table_args__ = (
        UniqueConstraint("ocid", "person_id", name="a_person_sits_once"),
        CheckConstraint("capacity IN ('expert', 'buyer_representative')", name="capacity_is_known"),
        CheckConstraint("NOT leader OR capacity = 'expert'", name="buyer_representative_does_not_lead"),
        CheckConstraint("NOT leader OR left_at IS NULL", name="who_left_does_not_lead"),
        Index(
            "one_leader_per_committee", "ocid", unique=True,
            sqlite_where=text("leader"), postgresql_where=text("leader"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ocid: Mapped[str] = mapped_column(ForeignKey("committees.ocid"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    employer: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(100), default="")
    capacity: Mapped[str] = mapped_column(String(30))
    leader: Mapped[bool] = mapped_column(default=False)
    declared_at: Mapped[datetime | None] = mapped_column(AwareTime)
    conflicts: Mapped[list[Any]] = mapped_column(Facts, default=list)
    left_at: Mapped[datetime | None] = mapped_column(AwareTime)
