"""Assignments 评估任务 and declared ties 利害关系 as tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts, Key, Words
from app.store.versioned import Versioned
from evaluation.assignment import AssignmentStage, Source, Tie, TieKind
from evaluation.kind import Party


class AssignmentRow(Versioned, db.Model):
    """One evaluator's place in one scheme.

    name, organisation_*  as they were when assigned: a report is still right when people move on
    qualifications        资格 as proven to the body that assigns
    """

    __tablename__ = "evaluation_assignments"
    __table_args__ = (
        UniqueConstraint("scheme_id", "person_id", name="one_place_per_person"),
        CheckConstraint("stage NOT IN ('declared', 'signed') OR declared_at IS NOT NULL", name="declared_before_it_reads"),
        CheckConstraint("stage <> 'signed' OR signed_at IS NOT NULL", name="signed_at_a_moment"),
        CheckConstraint("stage <> 'recused' OR reason <> ''", name="a_recusal_says_why"),
        Index("assignment_of_person", "person_id", "stage"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("evaluation_schemes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(100))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    organisation_name: Mapped[str] = mapped_column(String(200))
    party: Mapped[Party] = mapped_column(Words(Party))
    qualifications: Mapped[list[Any]] = mapped_column(Facts)
    stage: Mapped[AssignmentStage] = mapped_column(Words(AssignmentStage))
    assigned_at: Mapped[datetime] = mapped_column(AwareTime)
    declared_at: Mapped[datetime | None] = mapped_column(AwareTime)
    signed_at: Mapped[datetime | None] = mapped_column(AwareTime)
    recused_at: Mapped[datetime | None] = mapped_column(AwareTime)
    reason: Mapped[str] = mapped_column(String(1000), default="")


class TieRow(db.Model):
    """A tie 利害关系 that a person declared. It stays on file and counts in later evaluations too."""

    __tablename__ = "evaluation_ties"
    __table_args__ = (Index("tie_of_person", "person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[TieKind] = mapped_column(Words(TieKind))
    ended: Mapped[date | None]
    ocid: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    declared_at: Mapped[datetime] = mapped_column(AwareTime)

    def facts(self) -> Tie:
        return Tie(self.kind, self.organisation_id, self.ended, self.ocid, self.note, Source.DECLARED)
