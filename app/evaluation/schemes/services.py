"""Acts on subjects and schemes: hand over, draft, approve, publish to the evaluated, abandon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.evaluation.rubrics.models import RubricRow
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries
from app.evaluation.schemes.models import SchemeRow, SubjectRow, contract_bands, terms_of
from app.store import UnitOfWork
from evaluation.kind import Kind, Party, Use
from evaluation.scheme import SCHEME, Panel, PartyShare, Scheme, SchemeStage, StageShare, Timetable
from evaluation.subject import Subject, faults_of
from kernel.lifecycle import Taken
from kernel.period import Period, aware
from kernel.refusal import BadInput, Finding, Missing, WrongStage
from kernel.role import Role
from rubric.criterion import Folding

ENTRUSTED = "财政部令第102号 第二十一条"
_ENDED = (SchemeStage.CLOSED, SchemeStage.ABANDONED)


@dataclass(frozen=True)
class HandOver:
    """委托评估: a subject goes to the organisation that shall evaluate it."""

    actor: Actor
    subject: Subject
    body_id: int


@dataclass(frozen=True)
class DraftScheme:
    """起草评估方案. Weights are exact; nothing has a default. ``contract_grades``: the contract's grade bands, not the rubric's."""

    actor: Actor
    subject_id: int
    rubric_id: int
    kind: Kind
    name: str
    parties: Sequence[tuple[Party, Fraction]]
    panel: Sequence[tuple[Party, int]]
    work_begins: date
    sheets_due: date
    statement: Period
    publicity: Period
    uses: frozenset[Use] = frozenset()
    stages: Sequence[tuple[Kind, Fraction]] = ()
    qualifications: Sequence[tuple[str, int]] = ()
    folding: Folding | None = None
    contract_grades: bool = False


@dataclass(frozen=True)
class RedraftScheme:
    """修改草案: the same draft with everything that it sets put anew; ``version`` is the one that the page showed."""

    draft: DraftScheme
    scheme_id: int
    version: int


@dataclass(frozen=True)
class TakeStep:
    """One step of the SCHEME table; ``version`` is the one that the page showed, None outside pages."""

    actor: Actor
    scheme_id: int
    version: int | None = None


def hand_over(work: UnitOfWork, command: HandOver, now: datetime) -> SubjectRow:
    """Keep a subject and entrust it. The same year of the same contract is handed over once; asked again, it is given.

    Raises BadInput for facts that make no subject, NotPermitted unless the buyer acts.
    """
    command.actor.must_be(Role.BUYER)
    subject = command.subject
    command.actor.must_act_for(subject.buyer.id)
    if wrong := faults_of(subject):
        raise BadInput(wrong, "不能发起评估")
    body = work.session.get(OrganisationRow, command.body_id)
    if body is None or Role.EVALUATION_BODY not in body.kind.roles:
        raise BadInput((Finding("body", "请选择第三方评估机构"),), "不能发起评估")
    year = subject.contract.year if subject.contract else 0
    held = work.session.scalars(
        select(SubjectRow).where(
            SubjectRow.ocid == subject.ocid, SubjectRow.supplier_id == subject.supplier.id, SubjectRow.year == year
        )
    ).one_or_none()
    if held is not None:
        if held.body_id != command.body_id:
            raise BadInput((Finding("body", "该对象已委托其他机构评估"),), "不能重复委托")
        return held
    row = SubjectRow.of(subject, command.body_id, now)
    work.session.add(row)
    facts = {"tender": subject.ocid, "supplier": subject.supplier.id, "year": year, "body": command.body_id}
    work.record("subject.hand_over", row, by=command.actor, at=now, cites=ENTRUSTED, facts=facts)
    return row


def draft_scheme(work: UnitOfWork, command: DraftScheme, now: datetime) -> SchemeRow:
    """Keep a scheme as a draft, with whatever is still wrong: a fault refuses approval, never the draft.

    Raises BadInput for what cannot be kept at all, WrongStage while another scheme of this kind is open.
    """
    subject = _drafting(work, command)
    open_one = work.session.scalar(
        select(SchemeRow.name).where(
            SchemeRow.subject_id == subject.id, SchemeRow.kind == command.kind, SchemeRow.stage.not_in(_ENDED)
        )
    )
    if open_one is not None:
        raise WrongStage(f"同一对象的{command.kind.zh}方案“{open_one}”尚未办结, 不能另行起草")
    row = SchemeRow(
        subject_id=subject.id, body_id=subject.body_id, drafted_by=command.actor.person_id,
        drafted_for=command.actor.delegator_id, drafted_at=now,
    )  # fmt: skip
    _write(work, row, subject, command, "scheme.draft", now)
    return row


def redraft_scheme(work: UnitOfWork, command: RedraftScheme, now: datetime) -> SchemeRow:
    """Put a draft anew. Whoever does so is its drafter from then on, and does not approve it.

    Raises WrongStage once it is approved, Stale, BadInput.
    """
    row = work.lock(SchemeRow, command.scheme_id)
    work.expect(row, command.version)
    if row.stage is not SchemeStage.DRAFT:
        raise WrongStage(f"方案现处“{row.stage.zh}”环节, 不能再修改")
    draft = replace(command.draft, subject_id=row.subject_id, kind=row.kind)
    subject = _drafting(work, draft)
    row.drafted_by, row.drafted_for, row.drafted_at = draft.actor.person_id, draft.actor.delegator_id, now
    _write(work, row, subject, draft, "scheme.redraft", now)
    return row


def _drafting(work: UnitOfWork, command: DraftScheme) -> SubjectRow:
    command.actor.must_be(Role.EVALUATION_BODY, Role.BUYER)
    return queries.subject_for(work.session, command.subject_id, command.actor)


def _write(work: UnitOfWork, row: SchemeRow, subject: SubjectRow, command: DraftScheme, act: str, now: datetime) -> None:
    """Put what the command sets into the row, with its log line. Raises BadInput for what cannot be kept at all."""
    rubric = work.session.get(RubricRow, command.rubric_id)
    wrong = []
    if rubric is None or rubric.owner_id not in (subject.body_id, subject.buyer_id):
        wrong.append(Finding("rubric", "请选择本单位的指标体系"))
    if not command.name.strip():
        wrong.append(Finding("name", "请写明方案名称"))
    if command.sheets_due < command.work_begins:
        wrong.append(Finding("sheets_due", "评分表提交期限不得早于评估开始日期", have=command.sheets_due, need=f"不早于 {command.work_begins}"))
    if wrong or rubric is None:
        raise BadInput(wrong, "不能保存方案")
    facts_of_subject = subject.facts()
    bands = contract_bands(facts_of_subject) if command.contract_grades else None
    if command.contract_grades and bands is None:
        raise BadInput((Finding("grading", "合同没有约定等级, 请按指标体系划分等级"),), "不能保存方案")
    scheme = Scheme(
        stage=SchemeStage.DRAFT, kind=command.kind, name=command.name.strip(), subject=facts_of_subject,
        rubric=rubric_of(rubric.text), parties=tuple(PartyShare(p, w) for p, w in command.parties),
        timetable=Timetable(command.work_begins, command.sheets_due, command.statement, command.publicity),
        panel=Panel(tuple(command.panel), tuple(command.qualifications)), today=aware(now).date(),
        folding=command.folding, grades=bands, stages=tuple(StageShare(k, w) for k, w in command.stages), uses=command.uses,
    )  # fmt: skip
    row.rubric_id, row.kind, row.name, row.stage = rubric.id, scheme.kind, scheme.name, scheme.stage
    row.terms, row.work_begins, row.sheets_due = terms_of(scheme), command.work_begins, command.sheets_due
    work.session.add(row)
    facts = {"subject": subject.id, "rubric": rubric.digest, "kind": scheme.kind, "terms": row.terms}
    work.record(act, row, by=command.actor, at=now, cites=scheme.kind.cites, facts=facts)


def approve_scheme(work: UnitOfWork, command: TakeStep, now: datetime) -> Taken:
    """批准方案, by a second person; the rubric is frozen. Raises Unlawful with everything that is wrong in the scheme."""
    case, scheme = _locked(work, command, now)
    if command.actor.role is Role.BUYER:
        command.actor.must_act_for(case.subject.buyer_id)
    approved = replace(scheme, approved_by=command.actor.person_id, approved_for=command.actor.delegator_id)
    taken = _take(work, approved, "approve", command, now)
    case.scheme.stage, case.scheme.approved_at = taken.target, now
    case.scheme.approved_by, case.scheme.approved_for = approved.approved_by, approved.approved_for
    if case.rubric.frozen_at is None:
        case.rubric.frozen_at = now
    warnings = [finding.zh for finding in taken.warnings]
    facts = {"rubric": case.rubric.digest, "warnings": warnings}
    work.record("scheme.approve", case.scheme, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return taken


def publish_scheme(work: UnitOfWork, command: TakeStep, now: datetime) -> Taken:
    """告知被评估机构: from now on rubric, weights and timetable are known. Raises Unlawful when work has begun already."""
    case, scheme = _locked(work, command, now)
    _of_the_scheme(case, command.actor)
    taken = _take(work, replace(scheme, published_on=aware(now).date()), "publish", command, now)
    case.scheme.stage, case.scheme.published_at = taken.target, now
    work.record("scheme.publish", case.scheme, by=command.actor, at=now, cites=taken.cites)
    return taken


def abandon_scheme(work: UnitOfWork, command: TakeStep, reason: str, now: datetime) -> Taken:
    """终止方案, with the reason. Raises BadInput without one."""
    case, scheme = _locked(work, command, now)
    _of_the_scheme(case, command.actor)
    if not reason.strip():
        raise BadInput((Finding("reason", "请写明终止理由"),), "不能终止方案")
    taken = _take(work, scheme, "abandon", command, now)
    case.scheme.stage, case.scheme.ended_at = taken.target, now
    work.record("scheme.abandon", case.scheme, by=command.actor, at=now, cites=taken.cites, facts={"reason": reason.strip()})
    return taken


def _locked(work: UnitOfWork, command: TakeStep, now: datetime) -> tuple[queries.Case, Scheme]:
    row = work.lock(SchemeRow, command.scheme_id)
    case = queries.case_of(work.session, row.id)
    if command.actor.role is not Role.FINANCE:
        _of_the_scheme(case, command.actor)  # before anything else is said: others do not learn that the page is out of date
    if command.version is not None:
        work.expect(row, command.version)
    return case, case.scheme.facts(case.subject.facts(), rubric_of(case.rubric.text), aware(now).date())


def _of_the_scheme(case: queries.Case, actor: Actor) -> None:
    """Only the leading body and the buyer act on a scheme; others do not even learn of it."""
    if actor.organisation_id not in (case.scheme.body_id, case.subject.buyer_id):
        raise Missing("没有这一评估方案, 或者它尚未向您告知")


def _take(work: UnitOfWork, scheme: Scheme, act: str, command: TakeStep, now: datetime) -> Taken:
    return SCHEME.take(scheme, act, by=command.actor.role, law=work.law(on=aware(now).date()))
