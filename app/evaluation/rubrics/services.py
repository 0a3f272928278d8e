"""Acts on rubrics: keep one. Freezing is the scheme's act; nothing changes a rubric once it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import Actor
from app.evaluation.rubrics.models import RubricRow
from app.evaluation.rubrics.text import digest_of, rubric_of
from app.store import UnitOfWork
from kernel.refusal import BadInput, Finding
from kernel.role import Role
from rubric.fault import blocking

KEEPERS = (Role.EVALUATION_BODY, Role.BUYER, Role.FINANCE)


@dataclass(frozen=True)
class KeepRubric:
    """Keep a rubric for the actor's organisation. ``text`` is YAML; ``origin`` is ``library`` or ``upload``."""

    actor: Actor
    text: str
    origin: str = "upload"
    name: str = ""


def keep_rubric(work: UnitOfWork, command: KeepRubric, now: datetime) -> RubricRow:
    """导入指标体系. A rubric with faults is kept with them, and shown; what is no rubric at all is refused (BadInput).

    A corrected rubric is a new one: whoever was scored by the old can still read it.
    """
    command.actor.must_be(*KEEPERS)
    text = command.text
    rubric = rubric_of(text)
    name = (command.name or rubric.name).strip()
    digest = digest_of(text)
    wrong = []
    if not name:
        wrong.append(Finding("name", "请写明指标体系的名称"))
    if not rubric.leaves():
        wrong.append(Finding("file", "指标体系中没有指标"))
    held = work.session.scalar(
        select(RubricRow.name).where(RubricRow.owner_id == command.actor.organisation_id, RubricRow.digest == digest)
    )
    if held is not None:
        wrong.append(Finding("file", "本单位已有内容完全相同的指标体系", have=held))
    if wrong:
        raise BadInput(wrong, "不能导入指标体系")
    row = RubricRow(
        owner_id=command.actor.organisation_id, code=rubric.id[:80], name=name[:200], purpose=rubric.purpose[:40],
        origin=command.origin, text=text, digest=digest, total=rubric.total, leaves=len(rubric.leaves()),
        faults=len(blocking(rubric)), kept_at=now,
    )  # fmt: skip
    work.session.add(row)
    facts = {"digest": digest, "origin": command.origin, "faults": row.faults}
    work.record("rubric.keep", row, by=command.actor, at=now, cites="民发〔2015〕88号", facts=facts)
    return row
