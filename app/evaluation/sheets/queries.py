"""Questions about score sheets. One's own at any time; others' only when every sheet of the evaluation is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.evaluation.assignments.models import AssignmentRow
from app.evaluation.sheets.models import EvaluationMarkRow, SheetRow
from evaluation.assignment import AssignmentStage
from kernel.canonical import canonical_json, sha256_hex
from kernel.refusal import NotPermitted
from rubric.sheet import Evidence, Mark, Sheet


class NotAllSigned(NotPermitted):
    """评分表尚未全部签名: until the last signature nobody sees anybody else's marks."""

    zh = "全部评估人员签名前, 任何人不得查看他人的评分"


@dataclass(frozen=True)
class SignedSheet:
    """One signed sheet with whose it is. ``number`` is how pages and reports call the rater: 1, 2, 3."""

    number: int
    assignment: AssignmentRow
    sheet: Sheet
    digest: str


def sheet_of(session: Session, assignment_id: int) -> SheetRow | None:
    """The sheet of an assignment; None before the declaration."""
    return session.scalars(select(SheetRow).where(SheetRow.assignment_id == assignment_id)).one_or_none()


def marks_of(session: Session, sheet_id: int) -> dict[str, Mark]:
    """The marks of one sheet by part."""
    return {part: mark for part, (mark, _) in marks_with_times(session, sheet_id).items()}


def marks_with_times(session: Session, sheet_id: int) -> dict[str, tuple[Mark, datetime]]:
    """The marks of one sheet by part, each with when it was saved."""
    rows = session.scalars(select(EvaluationMarkRow).where(EvaluationMarkRow.sheet_id == sheet_id))
    return {row.part: (mark_of(row), row.saved_at) for row in rows}


def mark_of(row: EvaluationMarkRow) -> Mark:
    """A row as the engine reads it."""
    return Mark(
        row.value, row.not_applicable, row.reason, tuple(Evidence(name) for name in row.evidence), proven=row.proven
    )


def digest_of(marks: Mapping[str, Mark]) -> str:
    """SHA-256 over the canonical text of the marks: what a signature stands for."""
    return sha256_hex(canonical_json({part: _facts(mark) for part, mark in marks.items()}))


def signed_sheets(session: Session, scheme_id: int) -> list[SignedSheet]:
    """All sheets of an evaluation, in two statements. Raises NotAllSigned while anybody who was not recused has not signed."""
    pairs = session.execute(
        select(AssignmentRow, SheetRow)
        .outerjoin(SheetRow, SheetRow.assignment_id == AssignmentRow.id)
        .where(AssignmentRow.scheme_id == scheme_id, AssignmentRow.stage != AssignmentStage.RECUSED)
        .order_by(AssignmentRow.id)
    ).all()
    waiting = [assignment.name for assignment, sheet in pairs if sheet is None or sheet.signed_at is None]
    if waiting or not pairs:
        raise NotAllSigned(f"{NotAllSigned.zh}; 尚未签名: {'、'.join(waiting)}" if waiting else "尚未指派评估人员")
    marks: dict[int, dict[str, Mark]] = {sheet.id: {} for _, sheet in pairs}
    for row in session.scalars(select(EvaluationMarkRow).where(EvaluationMarkRow.sheet_id.in_(list(marks)))):
        marks[row.sheet_id][row.part] = mark_of(row)
    return [
        SignedSheet(n, assignment, Sheet(f"评估人员{n}", marks[sheet.id], party=assignment.party.zh), sheet.digest)
        for n, (assignment, sheet) in enumerate(pairs, 1)
    ]


def _facts(mark: Mark) -> dict[str, Any]:
    return {
        "value": mark.value, "not_applicable": mark.not_applicable, "proven": mark.proven, "reason": mark.reason,
        "evidence": [piece.name for piece in mark.evidence],
    }  # fmt: skip
