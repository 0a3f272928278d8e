"""Acts on score sheets: declare and open, mark one leaf, sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts import Actor
from app.evaluation.assignments import queries as assignments
from app.evaluation.assignments import services as assignment_services
from app.evaluation.assignments.models import AssignmentRow
from app.evaluation.assignments.queries import Place
from app.evaluation.assignments.services import Declare
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.sheets import queries
from app.evaluation.sheets.models import EvaluationMarkRow, SheetRow
from app.store import UnitOfWork
from evaluation.assignment import ASSIGNMENT, AssignmentStage
from evaluation.scheme import SchemeStage
from kernel.lifecycle import Taken
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, WrongStage
from kernel.role import Role
from rubric.criterion import Criterion, Rubric
from rubric.rule import BadMark, truth
from rubric.sheet import Mark, Sheet, sheet_findings

SCORING = "民发〔2015〕88号"


@dataclass(frozen=True)
class Entry:
    """What was entered for one part.

    value           as its control gave it or its rule takes it; None: nothing was entered
    not_applicable  不适用; proven False: 未见佐证材料, the part is 0
    """

    value: Any = None
    not_applicable: bool = False
    proven: bool = True


@dataclass(frozen=True)
class MarkLeaf:
    """Mark one leaf: every part of it, one reason and the evidence seen."""

    actor: Actor
    assignment_id: int
    leaf: str
    entries: Mapping[str, Entry]
    reason: str = ""
    evidence: Sequence[str] = ()


@dataclass(frozen=True)
class SignSheet:
    """签名提交评分表."""

    actor: Actor
    assignment_id: int


def declare_and_open(work: UnitOfWork, command: Declare, now: datetime) -> SheetRow:
    """Sign the declaration, and with it open the sheet. Raises what ``assignments.services.declare`` raises."""
    assignment_services.declare(work, command, now)
    sheet = SheetRow(assignment_id=command.assignment_id, opened_at=now, digest="")
    work.session.add(sheet)
    work.session.flush()
    return sheet


def mark_leaf(work: UnitOfWork, command: MarkLeaf, now: datetime) -> None:
    """Save the marks of one leaf. Raises BadInput naming everything that the rules cannot read, at its part.

    Raises WrongStage before work begins and after the signature, NotPermitted for another's sheet or party.
    """
    place, sheet = _own_sheet(work, command.assignment_id, command.actor)
    if place.scheme.stage is not SchemeStage.IN_PROGRESS:
        raise WrongStage(f"评估方案现处“{place.scheme.stage.zh}”环节, 评估开始后方可评分")
    rubric = measure(place, now)
    leaf = _leaf(rubric, command.leaf, place.assignment.party.zh)
    marks = _marks(leaf, command)
    held = {
        row.part: row
        for row in work.session.scalars(select(EvaluationMarkRow).where(EvaluationMarkRow.sheet_id == sheet.id))
    }
    for part, mark in marks.items():
        row = held.get(part) or EvaluationMarkRow(sheet_id=sheet.id, part=part)
        row.value, row.not_applicable, row.proven = mark.value, mark.not_applicable, mark.proven
        row.reason, row.evidence, row.saved_at = mark.reason, [piece.strip() for piece in command.evidence], now
        work.session.add(row)
    work.record("sheet.mark", sheet, by=command.actor, at=now, cites=SCORING, facts={"leaf": leaf.id})


def sign_sheet(work: UnitOfWork, command: SignSheet, now: datetime) -> Taken:
    """Sign the sheet: from now on nobody changes it, its owner included. Raises Unlawful listing every missing leaf."""
    place, sheet = _own_sheet(work, command.assignment_id, command.actor)
    marks = queries.marks_of(work.session, sheet.id)
    law = work.law(on=aware(now).date())
    facts = assignments.assignment_facts(
        work.session, place, law, declares=True, unmarked=unmarked(measure(place, now), marks, place.assignment.party.zh)
    )
    role = Role.EVALUATOR if command.actor.role in assignments.RATERS[place.assignment.party] else command.actor.role
    taken = ASSIGNMENT.take(facts, "sign", by=role, law=law)
    place.assignment.stage, place.assignment.signed_at = taken.target, now
    sheet.digest = queries.digest_of(marks)
    sheet.signed_at = now
    work.record("sheet.sign", sheet, by=command.actor, at=now, cites=taken.cites, facts={"digest": sheet.digest})
    return taken


def measure(place: Place, now: datetime) -> Rubric:
    """The rubric by which this place's sheet is scored."""
    scheme = place.scheme.facts(place.subject.facts(), rubric_of(place.rubric.text), aware(now).date())
    return scheme.measure


def unmarked(rubric: Rubric, marks: Mapping[str, Mark], party: str) -> tuple[str, ...]:
    """Names of the leaves that still lack a mark the rules can read."""
    bad = {finding.field for finding in sheet_findings(rubric, Sheet("本人", marks, party=party))}
    gates = set(marks)
    return tuple(
        leaf.label
        for leaf in rubric.leaves_for(party)
        if any(part.id in bad for part in leaf.parts) or any(gate not in gates for gate in leaf.gates)
    )


def _own_sheet(work: UnitOfWork, assignment_id: int, actor: Actor) -> tuple[Place, SheetRow]:
    row = work.lock(AssignmentRow, assignment_id)
    if row.person_id != actor.person_id:
        raise NotPermitted("评分表只能由本人填写")
    if row.stage is not AssignmentStage.DECLARED:
        raise WrongStage({
            AssignmentStage.ASSIGNED: "请先签署无利害关系声明, 再打开评分表",
            AssignmentStage.SIGNED: "评分表已签名, 任何人不能再更改",
            AssignmentStage.RECUSED: "您已回避, 不能评分",
        }[row.stage])  # fmt: skip
    sheet = queries.sheet_of(work.session, row.id)
    if sheet is None:
        raise Missing("没有这份评分表")
    case = schemes.case_of(work.session, row.scheme_id)
    return Place(row, case.scheme, case.subject, case.rubric), sheet


def _leaf(rubric: Rubric, id: str, party: str) -> Criterion:
    for leaf in rubric.leaves_for(party):
        if leaf.id == id:
            return leaf
    raise Missing(f"没有由{party}评分的指标“{id}”")


def _marks(leaf: Criterion, command: MarkLeaf) -> dict[str, Mark]:
    """The leaf's marks. Raises BadInput with everything that is wrong, each at its part."""
    reason = command.reason.strip()
    wrong: list[Finding] = []
    marks: dict[str, Mark] = {}
    unknown = set(command.entries) - {part.id for part in leaf.parts} - set(leaf.gates)
    wrong += [Finding(id, f"“{leaf.name}”没有“{id}”这一评分点") for id in sorted(unknown)]
    for gate in leaf.gates:
        entry = command.entries.get(gate, Entry())
        try:
            marks[gate] = Mark(truth(entry.value), reason=reason)
        except BadMark:
            wrong.append(Finding(gate, f"请选择“{gate}”是否满足"))
    subjective = False
    for part in leaf.parts:
        entry = command.entries.get(part.id, Entry())
        if entry.not_applicable or not entry.proven:
            marks[part.id] = Mark(None, not_applicable=entry.not_applicable, reason=reason, proven=entry.proven)
            subjective = True
            continue
        if part.rule is None or not part.rule.computes:
            wrong.append(Finding(part.id, "评分规则尚未制定, 不能评分"))
            continue
        if entry.value is None:
            wrong.append(Finding(part.id, "请评分, 或者标明不适用"))
            continue
        try:
            marks[part.id] = Mark(part.rule.parse(entry.value), reason=reason)
        except BadMark as refusal:
            wrong.append(Finding(part.id, refusal.message))
        subjective = subjective or not part.objective
    if subjective and not reason:
        wrong.append(Finding("reason", "请写明理由（档案编号、所见情况）; 不适用和未见佐证的也须说明"))
    if len(reason) > 2000:
        wrong.append(Finding("reason", "理由最长 2000 字", have=f"{len(reason)} 字"))
    if wrong:
        raise BadInput(wrong, f"“{leaf.name}”未能保存")
    return marks
