"""The calendar feed 日历订阅: the workbench's deadlines as iCalendar (RFC 5545), under an address with a secret in it.

The secret is shown once, only its hash is kept; a new one ends the old. Whoever has the address sees what waits for the
person, and nothing else: no amounts, no names beyond the titles of the tasks.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts import Actor
from app.accounts.admission import token_hash
from app.accounts.delegation import in_force
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.messages.models import ContactRow
from app.messages.services import contact_row
from app.store import UnitOfWork
from app.web.workbench import Task, tasks_for
from kernel.canonical import sha256_hex
from kernel.refusal import Missing

OCTETS = 75
"""The longest line in octets (RFC 5545 3.1); what is longer is folded."""


def open_feed(work: UnitOfWork, actor: Actor, now: datetime) -> str:
    """开通日历订阅: a fresh secret; the one before leads nowhere from now on."""
    secret = secrets.token_urlsafe(32)
    row = contact_row(work, actor, now)
    row.calendar_hash = token_hash(secret)
    work.record("calendar.open", row, by=actor, at=now)
    return secret


def end_feed(work: UnitOfWork, actor: Actor, now: datetime) -> None:
    """停止日历订阅."""
    row = contact_row(work, actor, now)
    row.calendar_hash = None
    work.record("calendar.end", row, by=actor, at=now)


def actors_of(session: Session, secret: str, now: datetime) -> list[Actor]:
    """Whose feed it is, in every capacity held now. Raises Missing for a secret that leads nowhere. One statement."""
    given, delegator = aliased(AppointmentRow), aliased(PersonRow)
    rows = session.execute(
        select(
            PersonRow.id, OrganisationRow.id, AppointmentRow.role, PersonRow.name, OrganisationRow.name,
            delegator.id, delegator.name,
        )
        .select_from(ContactRow)
        .join(PersonRow, PersonRow.id == ContactRow.person_id)
        .outerjoin(AppointmentRow, (AppointmentRow.person_id == PersonRow.id) & in_force(now)[0] & in_force(now)[1])
        .outerjoin(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .outerjoin(given, given.id == AppointmentRow.on_behalf_of_id)
        .outerjoin(delegator, delegator.id == given.person_id)
        .where(ContactRow.calendar_hash == token_hash(secret))
        .order_by(AppointmentRow.id)
    ).all()  # fmt: skip
    if not rows:
        raise Missing("没有这个日历, 或者已经停止订阅")
    return [Actor(person, organisation, role, name, named, behalf, behalf_name or "") for
            person, organisation, role, name, named, behalf, behalf_name in rows if role is not None]  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One task in one capacity."""

    actor: Actor
    task: Task


def entries_of(session: Session, actors: Iterable[Actor], now: datetime) -> list[Entry]:
    """The tasks that have a date, in every capacity, the soonest first."""
    found = [Entry(actor, task) for actor in actors for task in tasks_for(session, actor, now) if task.due is not None]
    return sorted(found, key=lambda entry: (entry.task.due or now, entry.task.title))


def ics(entries: Iterable[Entry], site: str, now: datetime) -> str:
    """The feed. Each task is an entry at its deadline with one alarm a day before; its UID is the same as long as it waits."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//caiping//workbench//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
             "NAME:采评待办", "X-WR-CALNAME:采评待办", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]  # fmt: skip
    for entry in entries:
        lines += _event(entry, site, now)
    lines.append("END:VCALENDAR")
    return "".join(piece + "\r\n" for line in lines for piece in _folded(line))


def _event(entry: Entry, site: str, now: datetime) -> Iterator[str]:
    task, actor = entry.task, entry.actor
    assert task.due is not None
    due = _utc(task.due)
    uid = sha256_hex(f"{actor.person_id}/{actor.organisation_id}/{actor.role}/{task.url}/{task.title}")[:32]
    cites = f"依据: {task.cites}" if task.cites else ""
    said = [part for part in (task.detail, cites, f"{actor.role.zh} · {actor.organisation_name}") if part]
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}@caiping"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{due}"
    yield f"DTEND:{due}"
    yield f"SUMMARY:{_text(task.title)}"
    yield f"DESCRIPTION:{_text(chr(10).join(said))}"
    yield f"URL:{site}{task.url}"
    yield "TRANSP:TRANSPARENT"
    yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(task.title)}", "TRIGGER:-P1D", "END:VALARM")
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(said: str) -> str:
    r"""A value of type TEXT (RFC 5545 3.3.11).

    >>> _text("甲, 乙; 丙\\丁\n戊")
    '甲\\, 乙\\; 丙\\\\丁\\n戊'
    """
    for mark, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        said = said.replace(mark, escaped)
    return said


def _folded(line: str) -> Iterator[str]:
    """``line`` in pieces of at most 75 octets, never inside a character; all but the first begin with a space."""
    piece, octets = "", 0
    for character in line:
        width = len(character.encode("utf-8"))
        if octets + width > OCTETS:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + character, octets + width
    yield piece
