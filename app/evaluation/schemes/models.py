"""Subjects 评估对象 and schemes 评估方案 as tables: they remember; ``evaluation.scheme`` judges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts, Key, Words
from app.store.versioned import Versioned
from app.transparency.protection import protect
from app.transparency.written import written_once
from evaluation.kind import Kind, Party, Use
from evaluation.scheme import Panel, PartyShare, Scheme, SchemeStage, StageShare, Timetable
from evaluation.subject import ContractFacts, Organisation, PaymentClause, RenewalClause, Subject, SubjectKind
from kernel.period import Period, Unit
from kernel.refusal import Finding
from rubric.criterion import Folding, GradeBand, GradeBands, Mean, NotApplicableRule, Rubric

CONTRACT, RUBRIC = "contract", "rubric"
"""Whose grade bands a scheme uses."""


class SubjectRow(db.Model):
    """One subject: an applicant of a procurement, or one year of a contract. Handed over once, never changed.

    body_id   the organisation entrusted with evaluating it 受托评估机构
    year      第几年度; 0 for an applicant
    contract  the contract's facts and clauses as handed over; {} for an applicant
    """

    __tablename__ = "evaluation_subjects"
    __table_args__ = (
        UniqueConstraint("ocid", "supplier_id", "year", name="each_subject_once"),
        CheckConstraint("(kind = 'agency') = (year = 0)", name="only_a_project_has_years"),
        CheckConstraint("supplier_id <> buyer_id", name="nobody_buys_from_themselves"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[SubjectKind] = mapped_column(Words(SubjectKind))
    ocid: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    supplier_name: Mapped[str] = mapped_column(String(200))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    buyer_name: Mapped[str] = mapped_column(String(200))
    body_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    year: Mapped[int] = mapped_column(Integer)
    contract: Mapped[dict[str, Any]] = mapped_column(Facts)
    handed_over_at: Mapped[datetime] = mapped_column(AwareTime)

    def facts(self) -> Subject:
        """The subject as the rules see it."""
        return Subject(
            kind=self.kind,
            supplier=Organisation(self.supplier_id, self.supplier_name),
            buyer=Organisation(self.buyer_id, self.buyer_name),
            ocid=self.ocid,
            title=self.title,
            contract=_contract(self.contract) if self.contract else None,
        )

    @classmethod
    def of(cls, subject: Subject, body_id: int, now: datetime) -> SubjectRow:
        """The row of a subject that was just handed over to ``body_id``."""
        contract = subject.contract
        return cls(
            kind=subject.kind, ocid=subject.ocid, title=subject.title, supplier_id=subject.supplier.id,
            supplier_name=subject.supplier.name, buyer_id=subject.buyer.id, buyer_name=subject.buyer.name,
            body_id=body_id, year=contract.year if contract else 0, contract=_contract_facts(contract) if contract else {},
            handed_over_at=now,
        )  # fmt: skip


def _contract_facts(contract: ContractFacts) -> dict[str, Any]:
    payment, renewal = contract.payment, contract.renewal
    return {
        "contract_id": contract.contract_id, "number": contract.number, "title": contract.title,
        "amount_fen": contract.amount_fen, "begins": contract.begins, "ends": contract.ends, "year": contract.year,
        "years": contract.years,
        "payment": payment and {"full_grades": payment.full_grades, "base": payment.base, "text": payment.text},
        "bands": [[b.grade, b.low, b.high, b.low_incl, b.high_incl] for b in contract.bands],
        "renewal": renewal and {"renews": renewal.renews, "stops": renewal.stops, "text": renewal.text, "may": renewal.buyer_decides},
    }  # fmt: skip


def _contract(kept: dict[str, Any]) -> ContractFacts:
    payment, renewal = kept["payment"], kept["renewal"]
    return ContractFacts(
        contract_id=kept["contract_id"], number=kept["number"], title=kept["title"], amount_fen=kept["amount_fen"],
        begins=date.fromisoformat(kept["begins"]), ends=date.fromisoformat(kept["ends"]), year=kept["year"],
        years=kept["years"],
        payment=payment and PaymentClause(
            frozenset(payment["full_grades"]), Fraction(payment["base"]) if payment["base"] else None, payment["text"]
        ),
        renewal=renewal and RenewalClause(
            frozenset(renewal["renews"]), frozenset(renewal["stops"]), renewal["text"], frozenset(renewal["may"])
        ),
        bands=tuple(
            GradeBand(grade, _exact(low), _exact(high), low_incl, high_incl)
            for grade, low, high, low_incl, high_incl in kept["bands"]
        ),
    )  # fmt: skip


def _exact(kept: str | None) -> Fraction | None:
    return None if kept is None else Fraction(kept)


class SchemeRow(Versioned, db.Model):
    """One evaluation scheme.

    body_id   the organisation that leads the evaluation (第三方评估机构, or the buyer itself)
    drafted_for, approved_for   whom the drafter, the approver acted for 委托人; None: in their own name
    terms     parties, stages, panel, uses, folding, grading, statement, publicity: what the scheme sets, as facts
    """

    __tablename__ = "evaluation_schemes"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="approved_by_a_second_person"),
        CheckConstraint(
            "approved_by IS NULL OR drafted_for IS NULL OR approved_by <> drafted_for",
            name="not_approved_by_whom_it_was_drafted_for",
        ),
        CheckConstraint("approved_for IS NULL OR approved_for <> drafted_by", name="not_approved_on_behalf_of_its_drafter"),
        CheckConstraint(
            "approved_for IS NULL OR drafted_for IS NULL OR approved_for <> drafted_for",
            name="not_approved_for_whom_it_was_drafted_for",
        ),
        CheckConstraint("sheets_due >= work_begins", name="sheets_due_after_work_begins"),
        CheckConstraint("published_at IS NULL OR approved_by IS NOT NULL", name="approved_before_it_is_published"),
        CheckConstraint("begun_at IS NULL OR published_at IS NOT NULL", name="published_before_work_begins"),
        Index("scheme_of_body", "body_id", "id"),
        Index("scheme_of_subject", "subject_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("evaluation_subjects.id"))
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubrics.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[Kind] = mapped_column(Words(Kind))
    name: Mapped[str] = mapped_column(String(200))
    stage: Mapped[SchemeStage] = mapped_column(Words(SchemeStage))
    terms: Mapped[dict[str, Any]] = mapped_column(Facts)
    work_begins: Mapped[date]
    sheets_due: Mapped[date]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    drafted_for: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime] = mapped_column(AwareTime)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_for: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None] = mapped_column(AwareTime)
    published_at: Mapped[datetime | None] = mapped_column(AwareTime)
    begun_at: Mapped[datetime | None] = mapped_column(AwareTime)
    ended_at: Mapped[datetime | None] = mapped_column(AwareTime)

    def facts(
        self, subject: Subject, rubric: Rubric, today: date, *,
        panel_lacks: Sequence[Finding] = (), undeclared: Sequence[str] = (), result_is_final: bool = False,
    ) -> Scheme:
        """The scheme as the rules judge it on ``today``."""
        terms = self.terms
        return Scheme(
            stage=self.stage, kind=self.kind, name=self.name, subject=subject, rubric=rubric,
            parties=tuple(PartyShare(Party(p), Fraction(w)) for p, w in terms["parties"]),
            timetable=Timetable(self.work_begins, self.sheets_due, _period(terms["statement"]), _period(terms["publicity"])),
            panel=Panel(
                tuple((Party(p), n) for p, n in terms["panel"]), tuple((q, n) for q, n in terms["qualifications"])
            ),
            today=today,
            folding=_folding(terms["folding"]),
            grades=contract_bands(subject) if terms["grading"] == CONTRACT else None,
            stages=tuple(StageShare(Kind(k), Fraction(w)) for k, w in terms["stages"]),
            uses=frozenset(Use(u) for u in terms["uses"]),
            panel_lacks=tuple(panel_lacks), undeclared=tuple(undeclared), drafted_by=self.drafted_by,
            drafted_for=self.drafted_for, approved_by=self.approved_by, approved_for=self.approved_for,
            published_on=self.published_at.date() if self.published_at else None,
            result_is_final=result_is_final,
        )  # fmt: skip


def contract_bands(subject: Subject) -> GradeBands | None:
    """The contract's own grade bands; None where it prints none."""
    bands = subject.contract.bands if subject.contract else ()
    return GradeBands(bands, scale=Fraction(100), id="contract", name="合同约定的等级") if bands else None


def terms_of(scheme: Scheme) -> dict[str, Any]:
    """What a scheme sets, as the row keeps it."""
    folding = scheme.folding
    return {
        "parties": [[s.party, s.weight] for s in scheme.parties],
        "stages": [[s.kind, s.weight] for s in scheme.stages],
        "panel": [[party, least] for party, least in scheme.panel.least],
        "qualifications": [[name, least] for name, least in scheme.panel.qualifications],
        "uses": scheme.uses,
        "statement": [scheme.timetable.statement.length, scheme.timetable.statement.unit],
        "publicity": [scheme.timetable.publicity.length, scheme.timetable.publicity.unit],
        "grading": CONTRACT if scheme.grades else RUBRIC,
        "folding": folding and [folding.mean, folding.minimum, folding.not_applicable],
    }  # fmt: skip


def _period(kept: list[Any]) -> Period:
    return Period(kept[0], Unit(kept[1]))


def _folding(kept: list[Any] | None) -> Folding | None:
    return Folding(Mean(kept[0]), kept[1], NotApplicableRule(kept[2])) if kept else None


protect(
    db.metadata,
    written_once(
        "evaluation_subjects",
        ("kind", "ocid", "title", "supplier_id", "buyer_id", "body_id", "year", "contract", "handed_over_at"),
    ),
)
