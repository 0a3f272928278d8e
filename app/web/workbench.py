"""The workbench 待办: what waits for whoever is signed in, the soonest due first, and how far the work has come.

Rooms register their tasks and their work under way by role.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.queries import arrived
from app.store import reading
from app.store.prepared import asked_once
from app.web import outlook
from app.web.clock import clock
from app.web.identity import signed_in
from kernel.period import aware
from kernel.role import Role
from law import law_at
from law.calendar import NoArrangement

room = Blueprint("workbench", __name__)


@dataclass(frozen=True)
class Task:
    """One thing to do.

    due      until when; None when nothing presses
    detail   why it waits and what happens if nobody acts
    cites    the article, "" when none sets the date
    minutes  how long it usually takes somebody who has done it before
    act      the word on the button
    days     days left as the law counts them, with ``unit`` (个工作日 or 日); None: working days until ``due``
    """

    due: datetime | None
    title: str
    detail: str
    cites: str
    url: str
    minutes: int
    act: str = "办理"
    days: int | None = None
    unit: str = "日"


@dataclass(frozen=True)
class Underway:
    """最近的项目: one piece of work and how far it has come. ``steps``: (word, "done", "now" or "", note) for the face's line."""

    title: str
    url: str
    steps: Sequence[tuple[str, str, str]]


Source = Callable[[Session, Actor, datetime], list[Task]]
Work = Callable[[Session, Actor, datetime], list[Underway]]

_SOURCES: dict[Role, dict[str, Source]] = {}
_WORK: dict[Role, dict[str, Work]] = {}


def register(role: Role, source: Source) -> None:
    """Let ``source(session, actor, now)`` put tasks on the workbench of everybody in ``role``. One statement each."""
    _SOURCES.setdefault(role, {})[f"{source.__module__}.{source.__qualname__}"] = source


def show_underway(role: Role, work: Work) -> None:
    """Let ``work(session, actor, now)`` show on the workbench of everybody in ``role`` how far things have come. One statement."""
    _WORK.setdefault(role, {})[f"{work.__module__}.{work.__qualname__}"] = work


def tasks_for(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Everything that waits for ``actor``, the soonest due first, what has no date last."""
    found = [task for source in _SOURCES.get(actor.role, {}).values() for task in source(session, actor, now)]
    return sorted(found, key=lambda task: (task.due is None, task.due or now, task.title))


def countdown(task: Task, now: datetime) -> tuple[int | None, str]:
    """The number a task shows, and its unit: as given, else working days until the due day, negative when it has passed.

    Calendar days where no working day is left before a due day that is not today, and for a year whose working days are
    not arranged yet.
    """
    if task.days is not None or task.due is None:
        return task.days, task.unit
    today, due = aware(now).date(), aware(task.due).date()
    try:
        days = law_at(today).calendar.working_days_between(today, due)
    except NoArrangement:
        days = 0
    return (days, "个工作日") if days or due == today else ((due - today).days, "日")


@room.get("/workbench")
def show() -> str:
    with asked_once():
        return _page(signed_in(), clock())


def _page(actor: Actor, now: datetime) -> str:
    session, here = reading(), arrived(reading(), current_user.session_id, current_user.person_id)
    tasks = [(task, *countdown(task, now)) for task in tasks_for(session, actor, now)]
    underway = [each for work in _WORK.get(actor.role, {}).values() for each in work(reading(), actor, now)]
    since = here.last_time or outlook.yesterday(now)
    return render_template(
        "workbench/show.html", tasks=tasks, underway=underway, now=now, minutes=sum(task.minutes for task, *_ in tasks),
        waiting=outlook.waiting_for(session, actor, now), coming=outlook.coming(session, actor, now),
        news=outlook.news(session, actor, since), since=since, here=here,
    )  # fmt: skip
