"""The outlook 旁栏: beside one's own tasks, what waits for others, what happened since last time, what time alone will do.

Rooms register their sources by role, as they register tasks (app/web/workbench.py); each source is one statement, and
everything that happened is one statement together. All of it comes out of lifecycles, timetables and the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import current_app, url_for
from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.trail import Passed, Trace, Trail
from app.web.navigation import may
from kernel.lifecycle import Lifecycle
from kernel.period import SHANGHAI, aware
from kernel.role import Role

MOST = 12
"""How many lines one part of the outlook shows."""


@dataclass(frozen=True)
class Waiting:
    """等待他人: who must act before it goes on. ``since`` and ``due`` None where nothing says so."""

    who: str
    what: str
    title: str
    url: str
    since: datetime | None = None
    due: datetime | None = None
    cites: str = ""


@dataclass(frozen=True)
class Coming:
    """What happens at ``at`` without anybody's doing, and by which article."""

    at: datetime
    what: str
    title: str
    url: str
    cites: str = ""


WaitingSource = Callable[[Session, Actor, datetime], list[Waiting]]
ComingSource = Callable[[Session, Actor, datetime], list[Coming]]
NewsSource = Callable[[Actor], list[Trace]]

_WAITING: dict[Role, dict[str, WaitingSource]] = {}
_COMING: dict[Role, dict[str, ComingSource]] = {}
_NEWS: dict[Role, dict[str, NewsSource]] = {}
_TRAILS: dict[Role, Trail] = {}
"""What is told to each role, built once: who asks is a parameter, so a source of news asks nothing of its actor but columns."""


def wait_for(roles: Iterable[Role], source: WaitingSource) -> None:
    """Let ``source`` tell people in ``roles`` what waits for others. One statement."""
    for role in roles:
        _WAITING.setdefault(role, {})[_name(source)] = source


def foresee(roles: Iterable[Role], source: ComingSource) -> None:
    """Let ``source`` tell people in ``roles`` what time alone does until ``horizon(now)``. One statement."""
    for role in roles:
        _COMING.setdefault(role, {})[_name(source)] = source


def tell(roles: Iterable[Role], source: NewsSource) -> None:
    """Let ``source`` give the traces of the log that people in ``roles`` may know of. No statement of its own."""
    for role in roles:
        _NEWS.setdefault(role, {})[_name(source)] = source
        _TRAILS.pop(role, None)


def waiting_for(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """What waits for others, the soonest due first, what has no date last."""
    found = [each for source in _WAITING.get(actor.role, {}).values() for each in source(session, actor, now)]
    return sorted(found, key=lambda each: (each.due is None, each.due or each.since or now, each.title))[:MOST]


def coming(session: Session, actor: Actor, now: datetime) -> list[Coming]:
    """What time alone will do until the end of tomorrow, in order."""
    found = [each for source in _COMING.get(actor.role, {}).values() for each in source(session, actor, now)]
    return sorted((each for each in found if now < each.at <= horizon(now)), key=lambda each: (each.at, each.title))[:MOST]


def news(session: Session, actor: Actor, since: datetime) -> list[tuple[Passed, str]]:
    """What others did since then that this reader may know of, the newest first, each with its address. One statement."""
    trail = _TRAILS.get(actor.role)
    if trail is None:
        anybody: Any = Actor(bindparam("person_id"), bindparam("organisation_id"), actor.role)  # type: ignore[arg-type]
        traces = [trace for source in _NEWS.get(actor.role, {}).values() for trace in source(anybody)]
        trail = _TRAILS[actor.role] = Trail(traces, limit=MOST)
    asks = {"person_id": actor.person_id, "organisation_id": actor.organisation_id}
    found = trail.passed(session, since=since, besides=actor.person_id, **asks)
    return [(each, address(each)) for each in found]


def address(each: Passed) -> str:
    """Where an act is shown, if the reader may open that page; else ""."""
    if each.page and each.page in current_app.view_functions and may(each.page):
        return url_for(each.page, **{each.by: each.key})
    return ""


def horizon(now: datetime) -> datetime:
    """The end of tomorrow: what the night and the next morning bring."""
    return datetime.combine(aware(now).date() + timedelta(days=2), time(), SHANGHAI)


def yesterday(now: datetime) -> datetime:
    """The beginning of yesterday: since when it is told to somebody who is here for the first time."""
    return datetime.combine(aware(now).date() - timedelta(days=1), time(), SHANGHAI)


def others(lifecycle: Lifecycle, stage: object, actor: Actor, *, besides: Iterable[str] = ()) -> tuple[str, str, str]:
    """Who else must act at ``stage``, in which step, by which article: from the table. Empty texts when nobody else.

    besides  acts that end the matter instead of carrying it on
    """
    for step in lifecycle.steps:
        people = [role for role in step.roles if role not in (actor.role, Role.CLOCK)]
        if step.source == stage and step.act not in besides and people:
            return "、".join(role.zh for role in people), step.zh, step.cites
    return "", "", ""


def _name(source: Callable[..., object]) -> str:
    return f"{source.__module__}.{source.__qualname__}"
