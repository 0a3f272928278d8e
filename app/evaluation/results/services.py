"""Acts on results: compute, state, lapse, publish, object, answer, finalise, withdraw, rectify; applying ends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.accounts import Actor
from app.evaluation.results import queries
from app.evaluation.results.models import ObjectionRow, RectificationRow, ResultRow
from app.evaluation.results.queries import ResultFile
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.schemes.models import SchemeRow
from app.evaluation.sheets import queries as sheets
from app.store import UnitOfWork
from evaluation.consequence import Consequence, consequence_of
from evaluation.rectification import Rectification, rectification_findings
from evaluation.result import RESULT, Objection, ResultStage, scored
from evaluation.scheme import SCHEME, SchemeStage
from kernel.canonical import canonical_json, sha256_hex
from kernel.lifecycle import Taken
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, WrongStage
from kernel.role import Role
from rubric.aggregation import aggregate


@dataclass(frozen=True)
class Compute:
    """计算结果 from the signed sheets of a scheme."""

    actor: Actor
    scheme_id: int


@dataclass(frozen=True)
class TakeStep:
    """One step of the RESULT table; ``version`` is the one that the page showed, None outside pages."""

    actor: Actor
    result_id: int
    version: int | None = None


@dataclass(frozen=True)
class State:
    """机构陈述."""

    actor: Actor
    result_id: int
    statement: str


@dataclass(frozen=True)
class Object:
    """提出异议, in writing and by real name."""

    actor: Actor
    result_id: int
    name: str
    contact: str
    text: str


@dataclass(frozen=True)
class Answer:
    """书面答复异议. ``upheld``: 成立."""

    actor: Actor
    objection_id: int
    answer: str
    upheld: bool


@dataclass(frozen=True)
class Order:
    """提出整改要求."""

    actor: Actor
    result_id: int
    leaf: str
    found: str
    asked: str
    due: date


@dataclass(frozen=True)
class Mend:
    """报告整改完成."""

    actor: Actor
    rectification_id: int
    proof: str


def compute_result(work: UnitOfWork, command: Compute, now: datetime) -> ResultRow:
    """Let the engine fold the signed sheets. Nobody types a score.

    Raises NotAllSigned naming who has not signed, WrongStage before work began or when there is a result already,
    BadInput for a stage of the year that has no final result yet.
    """
    row = work.lock(SchemeRow, command.scheme_id)
    case = schemes.case_of(work.session, row.id)
    _leads(case, command.actor)
    command.actor.must_be(Role.EVALUATION_BODY, Role.BUYER)
    if row.stage is not SchemeStage.IN_PROGRESS:
        raise WrongStage(f"方案现处“{row.stage.zh}”环节, 不能计算结果")
    if queries.result_of_scheme(work.session, row.id) is not None:
        raise WrongStage("结果已经计算, 不能重复计算")
    scheme = row.facts(case.subject.facts(), rubric_of(case.rubric.text), aware(now).date())
    signed = sheets.signed_sheets(work.session, row.id)
    score = aggregate(scheme.measure, [each.sheet for each in signed])
    found = scored(scheme, score, queries.earlier_stages(work.session, case.subject.id))
    result = ResultRow(
        scheme_id=row.id, stage=ResultStage.COMPUTED, exact=found.exact, shown=f"{found.shown:f}", total=found.total,
        own_exact=found.own, own_shown=f"{found.own_shown:f}", stages=[list(each) for each in found.stages],
        grade=found.grade, gap=found.gap, vetoes=list(found.vetoes), computed_at=now, statement="", consequence={},
        digest=_digest(case.rubric.digest, row.terms, [each.digest for each in signed]),
    )  # fmt: skip
    work.session.add(result)
    facts = {"scheme": row.id, "score": found.exact, "shown": result.shown, "grade": found.grade, "digest": result.digest}
    work.record("result.compute", result, by=command.actor, at=now, cites=scheme.kind.cites, facts=facts)
    return result


def state(work: UnitOfWork, command: State, now: datetime) -> Taken:
    """机构陈述: the evaluated agency says what it has to say. Raises Unlawful after the period, or without a word."""
    file = _locked(work, TakeStep(command.actor, command.result_id), now)
    if file.case.subject.supplier_id != command.actor.organisation_id:
        raise Missing("没有这一评估结果, 或者它尚未公示")
    file.row.statement = command.statement.strip()
    return _take(work, file, "state", command.actor, now, heard_at=now)


def lapse(work: UnitOfWork, command: TakeStep, now: datetime) -> Taken:
    """陈述期届满 without a statement. Raises Unlawful while the period runs."""
    file = _locked(work, command, now) if command.actor.role is Role.CLOCK else _led(work, command, now)
    return _take(work, file, "lapse", command.actor, now, heard_at=now)


def publish(work: UnitOfWork, command: TakeStep, now: datetime) -> Taken:
    """公示结果: from now on everybody may read it, and the days for objections run."""
    file = _led(work, command, now)
    return _take(work, file, "publish", command.actor, now, published_at=now)


def object_to(work: UnitOfWork, command: Object, now: datetime) -> ObjectionRow:
    """提出异议. Raises Unlawful: anonymous, without reasons, or after the notice; all of it at once."""
    file = _locked(work, TakeStep(command.actor, command.result_id), now)
    if file.row.stage not in queries.PUBLIC_STAGES:
        raise Missing("没有这一评估结果, 或者它尚未公示")
    raised = Objection(command.name.strip(), command.contact.strip(), command.text.strip(), aware(now).date())
    proposed = replace(file, result=replace(file.result, objections=(*file.result.objections, raised)))
    taken = _step(work, proposed, "object", command.actor, now)
    row = ObjectionRow(
        result_id=file.row.id, person_id=command.actor.person_id, name=raised.name, contact=raised.contact,
        text=raised.text, raised_at=now, answer="", upheld=False,
    )  # fmt: skip
    file.row.stage = taken.target
    work.session.add(row)
    work.record("result.object", row, by=command.actor, at=now, cites=taken.cites, facts={"result": file.row.id})
    return row


def answer(work: UnitOfWork, command: Answer, now: datetime) -> Taken:
    """书面答复异议. Raises BadInput without reasons, WrongStage when it is answered already, NotPermitted to who raised it."""
    objection = work.lock(ObjectionRow, command.objection_id)
    file = _locked(work, TakeStep(command.actor, objection.result_id), now)
    _leads(file.case, command.actor)
    if objection.person_id in command.actor.people:
        raise NotPermitted("不能答复本人提出的异议, 请由本单位其他人员或者评估机构答复")
    if objection.answered_at is not None:
        raise WrongStage("该异议已经答复")
    if not command.answer.strip():
        raise BadInput((Finding("answer", "请写明答复内容和理由"),), "不能答复")
    taken = _step(work, file, "answer", command.actor, now)
    objection.answer, objection.answered_at, objection.upheld = command.answer.strip(), now, command.upheld
    facts = {"objection": objection.id, "upheld": command.upheld}
    work.record("result.answer", file.row, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return taken


def finalise(work: UnitOfWork, command: TakeStep, now: datetime) -> Taken:
    """确定结果, and close the scheme. Raises Unlawful while the notice runs or an objection waits or was upheld."""
    file = _led(work, command, now)
    taken = _take(work, file, "finalise", command.actor, now, final_at=now)
    _close(work, file, command.actor, now)
    return taken


def withdraw(work: UnitOfWork, command: TakeStep, now: datetime) -> Taken:
    """撤销结果 after an objection was upheld; the scheme ends, and another evaluation may begin."""
    file = _led(work, command, now)
    taken = _take(work, file, "withdraw", command.actor, now)
    file.case.scheme.stage, file.case.scheme.ended_at = SchemeStage.ABANDONED, now
    work.record("scheme.abandon", file.case.scheme, by=command.actor, at=now, cites=taken.cites, facts={"reason": "异议成立, 结果撤销"})
    return taken


def apply_result(work: UnitOfWork, command: TakeStep, now: datetime) -> tuple[ResultFile, Consequence]:
    """应用结果: mark it as applied and give what follows. ``app.handoffs`` carries that to procurement in the same act."""
    file = _locked(work, command, now)
    if file.case.subject.buyer_id != command.actor.organisation_id:
        raise Missing("没有这一评估结果, 或者它尚未公示")
    consequence = consequence_of(file.result)
    file.row.consequence = _kept(consequence)
    _take(work, file, "apply", command.actor, now, applied_at=now)
    return file, consequence


def order_rectification(work: UnitOfWork, command: Order, now: datetime) -> RectificationRow:
    """提出整改要求, before the result is final. Raises BadInput with everything missing."""
    file = _locked(work, TakeStep(command.actor, command.result_id), now)
    _leads(file.case, command.actor)
    if file.row.stage in (ResultStage.APPLIED, ResultStage.WITHDRAWN):
        raise WrongStage(f"结果现处“{file.row.stage.zh}”环节, 不能再提出整改要求")
    item = Rectification(command.leaf.strip(), command.found.strip(), command.asked.strip(), command.due)
    if wrong := rectification_findings(item, aware(now).date()):
        raise BadInput(wrong, "不能提出整改要求")
    row = RectificationRow(result_id=file.row.id, leaf=item.leaf, found=item.found, asked=item.asked, due=item.due, proof="")
    work.session.add(row)
    work.record("rectification.order", row, by=command.actor, at=now, cites="民发〔2015〕88号", facts={"due": item.due})
    return row


def mend(work: UnitOfWork, command: Mend, now: datetime) -> RectificationRow:
    """报告整改完成, with what proves it. Raises BadInput without proof, WrongStage when it was reported already."""
    row = work.lock(RectificationRow, command.rectification_id)
    file = queries.file_of(work.session, work.lock(ResultRow, row.result_id), aware(now).date())
    command.actor.must_be(Role.SUPPLIER)
    command.actor.must_act_for(file.case.subject.supplier_id)
    if row.done_on is not None:
        raise WrongStage("该整改事项已报告完成")
    if not command.proof.strip():
        raise BadInput((Finding("proof", "请写明整改情况和证明材料"),), "不能报告整改")
    row.done_on, row.proof = aware(now).date(), command.proof.strip()
    work.record("rectification.mend", row, by=command.actor, at=now, cites="民发〔2015〕88号")
    return row


def _locked(work: UnitOfWork, command: TakeStep, now: datetime) -> ResultFile:
    row = work.lock(ResultRow, command.result_id)
    if command.version is not None:
        work.expect(row, command.version)
    return queries.file_of(work.session, row, aware(now).date())


def _led(work: UnitOfWork, command: TakeStep, now: datetime) -> ResultFile:
    """The same for those who lead the evaluation. Others learn nothing, not even that their page is out of date."""
    file = _locked(work, replace(command, version=None), now)
    _leads(file.case, command.actor)
    if command.version is not None:
        work.expect(file.row, command.version)
    return file


def _leads(case: schemes.Case, actor: Actor) -> None:
    if actor.organisation_id not in (case.scheme.body_id, case.subject.buyer_id):
        raise Missing("没有这一评估结果, 或者它尚未公示")


def _step(work: UnitOfWork, file: ResultFile, act: str, actor: Actor, now: datetime) -> Taken:
    result = replace(file.result, statement=file.row.statement)
    return RESULT.take(result, act, by=actor.role, law=work.law(on=aware(now).date()))


def _take(work: UnitOfWork, file: ResultFile, act: str, actor: Actor, now: datetime, **moments: datetime) -> Taken:
    taken = _step(work, file, act, actor, now)
    file.row.stage = taken.target
    for name, moment in moments.items():
        setattr(file.row, name, moment)
    work.record(f"result.{act}", file.row, by=actor, at=now, cites=taken.cites)
    return taken


def _close(work: UnitOfWork, file: ResultFile, actor: Actor, now: datetime) -> None:
    scheme = replace(file.scheme, result_is_final=True)
    taken = SCHEME.take(scheme, "close", by=actor.role, law=work.law(on=aware(now).date()))
    file.case.scheme.stage, file.case.scheme.ended_at = taken.target, now
    work.record("scheme.close", file.case.scheme, by=actor, at=now, cites=taken.cites)


def _digest(rubric: str, terms: Any, sheet_digests: list[str]) -> str:
    return sha256_hex(canonical_json({"rubric": rubric, "terms": terms, "sheets": sheet_digests}))


def _kept(consequence: Consequence) -> dict[str, Any]:
    payment, renewal, standing = consequence.payment, consequence.renewal, consequence.standing
    return {
        "payment": payment and {"deduction_fen": payment.deduction_fen, "rate": payment.rate, "working": payment.working},
        "renewal": renewal and {"outcome": renewal.outcome, "reason": renewal.reason},
        "standing": standing and {"kind": standing.kind, "score": standing.score, "grade": standing.grade},
    }

