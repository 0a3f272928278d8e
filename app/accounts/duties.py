"""Personal duties 个人任务: what only this person can do, so that it must be handed over when the person leaves.

What an organisation has to do, its other people see on their workbench. A seat on a committee or a place among the
evaluators is a person's: it is given up (回避) and filled anew before the person's appointment may end. Rooms register
their own kinds here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kernel.role import Role


@dataclass(frozen=True)
class Duty:
    """One open personal task.

    zh     what it is (评标委员会成员); matter: of which procurement or evaluation
    whose  the organisation that fills the place anew; cure: what it has to do
    """

    zh: str
    matter: str
    whose: str
    cure: str
    cites: str


Source = Callable[[Session, int, Role, int], list[Duty]]
"""``(session, person_id, role, organisation_id)`` of an appointment → its open duties, in one statement."""

_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Let ``source`` tell of one kind of personal duty."""
    _SOURCES[f"{source.__module__}.{source.__qualname__}"] = source


def open_duties(session: Session, person_id: int, role: Role, organisation_id: int) -> list[Duty]:
    """Everything that must be handed over before this appointment ends. One statement per kind of duty."""
    return [duty for source in _SOURCES.values() for duty in source(session, person_id, role, organisation_id)]
