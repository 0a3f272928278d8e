"""Questions about rubrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.evaluation.rubrics.models import RubricRow
from kernel.refusal import Missing
from kernel.role import Role

ALL_SEEING = frozenset({Role.FINANCE, Role.OVERSEER})
PAGE = 50


@dataclass(frozen=True)
class RubricLine:
    """A rubric as a list shows it."""

    id: int
    name: str
    purpose: str
    origin: str
    total: Fraction | None
    leaves: int
    faults: int
    kept_at: datetime
    frozen_at: datetime | None


_LINE = (
    RubricRow.id, RubricRow.name, RubricRow.purpose, RubricRow.origin, RubricRow.total, RubricRow.leaves,
    RubricRow.faults, RubricRow.kept_at, RubricRow.frozen_at,
)  # fmt: skip


def rubrics_for(session: Session, actor: Actor, *, before: int = 0, limit: int = PAGE) -> list[RubricLine]:
    """The rubrics that the actor's organisation keeps (all of them for supervision), the newest first; limit + 1 lines."""
    statement = select(*_LINE).order_by(RubricRow.id.desc()).limit(limit + 1)
    if actor.role not in ALL_SEEING:
        statement = statement.where(RubricRow.owner_id == actor.organisation_id)
    if before:
        statement = statement.where(RubricRow.id < before)
    return [RubricLine(*row) for row in session.execute(statement)]


def usable(session: Session, organisation_ids: list[int]) -> list[tuple[int, str]]:
    """(id, name) of the rubrics without faults that these organisations keep, the newest first."""
    statement = (
        select(RubricRow.id, RubricRow.name)
        .where(RubricRow.owner_id.in_(organisation_ids), RubricRow.faults == 0)
        .order_by(RubricRow.id.desc())
        .limit(200)
    )
    return [(id, name) for id, name in session.execute(statement)]


def rubric_for(session: Session, rubric_id: int, actor: Actor) -> RubricRow:
    """One rubric of the actor's own organisation (any, for supervision). Raises Missing for what is not theirs."""
    row = session.get(RubricRow, rubric_id)
    if row is None or (actor.role not in ALL_SEEING and row.owner_id != actor.organisation_id):
        raise Missing("没有这一指标体系, 或者它不属于本单位")
    return row
