"""Results 评估结果 as tables, with objections and rectifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, ExactPoints, Facts, Key, Words
from app.store.versioned import Versioned
from app.transparency.protection import protect
from app.transparency.written import written_once
from evaluation.result import Objection, Result, ResultStage
from evaluation.scheme import Scheme


class ResultRow(Versioned, db.Model):
    """The result of one scheme. Score and grade are written once, by the engine.

    exact, shown   the score that is published; own_*: of this evaluation alone, where the year folds several stages
    stages         ``[[kind, share, percentage], …]`` when folded; [] otherwise
    digest         SHA-256 over rubric, terms and signed sheets: whoever has them computes the same score
    consequence    what was applied, as it was handed over; {} before
    """

    __tablename__ = "evaluation_results"
    __table_args__ = (
        UniqueConstraint("scheme_id", name="one_result_per_scheme"),
        CheckConstraint("grade IS NOT NULL OR gap <> ''", name="a_grade_or_the_reason_for_none"),
        CheckConstraint("stage IN ('computed', 'heard') OR published_at IS NOT NULL", name="published_at_a_moment"),
        CheckConstraint("stage NOT IN ('final', 'applied') OR final_at IS NOT NULL", name="final_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("evaluation_schemes.id"))
    stage: Mapped[ResultStage] = mapped_column(Words(ResultStage))
    exact: Mapped[Fraction] = mapped_column(ExactPoints)
    shown: Mapped[str] = mapped_column(String(20))
    total: Mapped[Fraction] = mapped_column(ExactPoints)
    own_exact: Mapped[Fraction] = mapped_column(ExactPoints)
    own_shown: Mapped[str] = mapped_column(String(20))
    stages: Mapped[list[Any]] = mapped_column(Facts)
    grade: Mapped[str | None] = mapped_column(String(40))
    gap: Mapped[str] = mapped_column(String(300))
    vetoes: Mapped[list[Any]] = mapped_column(Facts)
    digest: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(AwareTime)
    statement: Mapped[str] = mapped_column(Text, default="")
    heard_at: Mapped[datetime | None] = mapped_column(AwareTime)
    published_at: Mapped[datetime | None] = mapped_column(AwareTime)
    final_at: Mapped[datetime | None] = mapped_column(AwareTime)
    applied_at: Mapped[datetime | None] = mapped_column(AwareTime)
    consequence: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)

    def facts(self, scheme: Scheme, objections: Sequence[ObjectionRow] = ()) -> Result:
        """The result as the rules judge it on the scheme's day."""
        return Result(
            stage=self.stage, kind=scheme.kind, subject=scheme.subject, exact=self.exact, shown=Decimal(self.shown),
            total=self.total, grade=self.grade, timetable=scheme.timetable, computed_on=self.computed_at.date(),
            today=scheme.today, gap=self.gap, vetoes=tuple(self.vetoes), uses=scheme.uses, statement=self.statement,
            published_on=self.published_at.date() if self.published_at else None,
            objections=tuple(o.facts() for o in objections),
        )  # fmt: skip


class ObjectionRow(db.Model):
    """One objection 异议 with its answer."""

    __tablename__ = "evaluation_objections"
    __table_args__ = (
        CheckConstraint("name <> '' AND contact <> '' AND text <> ''", name="by_real_name_and_with_reasons"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered_in_writing"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("evaluation_results.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(AwareTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(AwareTime)
    upheld: Mapped[bool] = mapped_column(Boolean, default=False)

    def facts(self) -> Objection:
        answered = self.answered_at.date() if self.answered_at else None
        return Objection(self.name, self.contact, self.text, self.raised_at.date(), answered, self.upheld)


class RectificationRow(db.Model):
    """One finding to be mended 整改事项."""

    __tablename__ = "evaluation_rectifications"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("evaluation_results.id"), index=True)
    leaf: Mapped[str] = mapped_column(String(200))
    found: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    done_on: Mapped[date | None]
    proof: Mapped[str] = mapped_column(Text, default="")


protect(
    db.metadata,
    written_once(
        "evaluation_results",
        ("scheme_id", "exact", "shown", "total", "own_exact", "own_shown", "stages", "grade", "gap", "vetoes", "digest", "computed_at"),
    ),
)
