"""Telling people 告知: what an act has to say is written in the act's own transaction, once per person.

``notify`` writes the message into the inbox and, where the person wants or the law asks it, an envelope into the outbox.
Nothing is sent here: a worker empties the outbox (``app/messages/outbox.py``). The act is told or it did not happen.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.delegation import in_force
from app.accounts.models import AppointmentRow
from app.messages.kinds import Channel, Delivery, Kind, Timing
from app.messages.models import ContactRow, EnclosureRow, EnvelopeRow, MessageRow
from app.store import UnitOfWork
from kernel.canonical import sha256_hex
from kernel.period import SHANGHAI, aware
from kernel.refusal import Missing
from kernel.role import Role

DIGEST_TIME = time(8, 0)
"""When a day's digest is sent, Beijing time."""


@dataclass(frozen=True)
class Office:
    """Everybody who acts for an organisation in a role: whoever holds it at that moment, delegates included."""

    organisation_id: int
    role: Role


@dataclass(frozen=True)
class Notice:
    """What is to be told, and to whom.

    key        what it tells of, the same for the same: nobody is told twice, however often it is written
    facts      (name, value) ready to read; nothing that any of the recipients may not know
    url        the page on this site, a path
    offices    told in that capacity; people: ids of those who are told in person
    statutory  asked for by law (``cites``): told at once, and cannot be switched off
    """

    kind: Kind
    key: str
    subject: str
    facts: Sequence[tuple[str, str]] = ()
    url: str = "/workbench"
    offices: Sequence[Office] = ()
    people: Sequence[int] = ()
    statutory: bool = False
    cites: str = ""


@dataclass(frozen=True)
class _Recipient:
    """One person told of one notice, in a capacity or (both None) in person."""

    person_id: int
    organisation_id: int | None
    role: Role | None


@dataclass(frozen=True)
class _Told:
    """One notice to one person: one message."""

    notice: Notice
    to: _Recipient

    def values(self, now: datetime) -> dict[str, Any]:
        notice, to = self.notice, self.to
        return {
            "key": notice.key, "handle": secrets.token_urlsafe(12), "person_id": to.person_id, "organisation_id": to.organisation_id, "role": to.role,
            "kind": notice.kind, "subject": notice.subject[:300], "facts": [list(fact) for fact in notice.facts],
            "url": notice.url, "statutory": notice.statutory, "cites": notice.cites, "at": now,
        }  # fmt: skip


def notify(session: Session, notices: Notice | Iterable[Notice], now: datetime) -> int:
    """Write ``notices`` inside the caller's transaction; how many messages are new.

    A constant number of statements, however many notices and people.
    """
    told = [notices] if isinstance(notices, Notice) else list(notices)
    if not told:
        return 0
    offices = _who_holds(session, {office for notice in told for office in notice.offices}, now)
    wanted: dict[tuple[int, str], _Told] = {}
    for notice in told:
        for to in _recipients(notice, offices):
            wanted.setdefault((to.person_id, notice.key), _Told(notice, to))
    known = select(MessageRow.person_id, MessageRow.key).where(
        MessageRow.key.in_({notice.key for notice in told}), MessageRow.person_id.in_({person for person, _ in wanted})
    )
    for person_id, key in session.execute(known):
        wanted.pop((person_id, key), None)
    if wanted:
        rows = [each.values(now) for each in wanted.values()]
        written = session.execute(insert(MessageRow).returning(MessageRow.id, MessageRow.person_id, MessageRow.key), rows)
        _into_envelopes(session, [(id, wanted[person_id, key]) for id, person_id, key in written], now)
    return len(wanted)


def mark_read(work: UnitOfWork, actor: Actor, handle: str, now: datetime) -> MessageRow:
    """标为已读. Raises Missing for what was told to somebody else, or in another capacity."""
    row = work.session.scalars(select(MessageRow).where(MessageRow.handle == handle, own(actor)).with_for_update()).one_or_none()
    if row is None:
        raise Missing("没有这条消息")
    if row.read_at is None:
        row.read_at = now
    return row


def mark_all_read(work: UnitOfWork, actor: Actor, now: datetime) -> int:
    """全部标为已读: what was told until ``now`` in the present capacity; how many there were."""
    unread = update(MessageRow).where(own(actor), MessageRow.read_at.is_(None), MessageRow.at <= now)
    return work.session.execute(unread.values(read_at=now)).rowcount


def own(actor: Actor) -> ColumnElement[bool]:
    """What the actor may read: told in person, or in the capacity in which the actor acts now."""
    return and_(
        MessageRow.person_id == actor.person_id,
        or_(
            MessageRow.organisation_id.is_(None),
            and_(MessageRow.organisation_id == actor.organisation_id, MessageRow.role == actor.role),
        ),
    )


@dataclass(frozen=True)
class Contact:
    """How a person wants to be told; without an address it is told in-site only."""

    email: str = ""
    timing: Timing = Timing.AT_ONCE
    mobile: str = ""
    sms: bool = False


def contact_of(session: Session, person_id: int | None) -> tuple[Contact, bool]:
    """The person's choice, and whether there is a calendar feed."""
    row = session.get(ContactRow, person_id)
    if row is None:
        return Contact(), False
    return Contact(row.email, row.timing, row.mobile, row.sms), row.calendar_hash is not None


def set_contact(work: UnitOfWork, actor: Actor, wanted: Contact, now: datetime) -> None:
    """设定通知方式. Takes effect for what is told from now on; what the law asks to be told is sent in any case."""
    row = contact_row(work, actor, now)
    row.email, row.timing, row.mobile, row.sms, row.changed_at = wanted.email, wanted.timing, wanted.mobile, wanted.sms, now
    facts = {"email": bool(wanted.email), "timing": wanted.timing, "sms": wanted.sms}
    work.record("contact.set", row, by=actor, at=now, facts=facts)


def contact_row(work: UnitOfWork, actor: Actor, now: datetime) -> ContactRow:
    """The person's own row, locked; made when there is none."""
    assert actor.person_id is not None
    row = work.session.get(ContactRow, actor.person_id, with_for_update=True)
    if row is None:
        row = ContactRow(person_id=actor.person_id, timing=Timing.AT_ONCE, changed_at=now, email="", mobile="", sms=False)
        work.session.add(row)
    return row


def next_digest(now: datetime) -> datetime:
    """The next time at which digests are sent, strictly after ``now``.

    >>> next_digest(datetime(2025, 3, 10, 7, 59, tzinfo=SHANGHAI)).isoformat()
    '2025-03-10T08:00:00+08:00'
    >>> next_digest(datetime(2025, 3, 10, 8, 0, tzinfo=SHANGHAI)).isoformat()
    '2025-03-11T08:00:00+08:00'
    """
    today = datetime.combine(aware(now).date(), DIGEST_TIME, SHANGHAI)
    return today if now < today else today + timedelta(days=1)


def _who_holds(session: Session, offices: set[Office], now: datetime) -> dict[Office, list[int]]:
    if not offices:
        return {}
    held: dict[Office, list[int]] = {}
    statement = (
        select(AppointmentRow.organisation_id, AppointmentRow.role, AppointmentRow.person_id)
        .where(AppointmentRow.organisation_id.in_({office.organisation_id for office in offices}), *in_force(now))
        .order_by(AppointmentRow.person_id)
        .distinct()
    )
    for organisation_id, role, person_id in session.execute(statement):
        held.setdefault(Office(organisation_id, role), []).append(person_id)
    return held


def _recipients(notice: Notice, held: dict[Office, list[int]]) -> Iterable[_Recipient]:
    for person_id in notice.people:
        yield _Recipient(person_id, None, None)
    for office in notice.offices:
        for person_id in held.get(office, ()):
            yield _Recipient(person_id, office.organisation_id, office.role)


@dataclass
class _Mail:
    """Envelopes of one act by key, what is new of them, and which messages go into each."""

    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    enclosed: list[tuple[str, int]] = field(default_factory=list)

    def put(self, envelope: dict[str, Any], message_id: int) -> None:
        if envelope["key"] not in self.known:
            self.new.setdefault(envelope["key"], envelope)
        self.enclosed.append((envelope["key"], message_id))


def _into_envelopes(session: Session, messages: Sequence[tuple[int, _Told]], now: datetime) -> None:
    """One envelope per message and channel, or the day's digest."""
    people = {told.to.person_id for _, told in messages}
    contacts = {row.person_id: row for row in session.scalars(select(ContactRow).where(ContactRow.person_id.in_(people)))}
    mail = _Mail()
    digests = _digests(session, contacts.values(), mail, now)
    for message_id, told in messages:
        contact, statutory = contacts.get(told.to.person_id), told.notice.statutory
        if contact is None:
            continue
        if contact.email and (statutory or contact.timing is Timing.AT_ONCE):
            mail.put(_envelope(told, Channel.EMAIL, now), message_id)
        elif contact.email and contact.timing is Timing.DAILY:
            mail.put(digests[contact.person_id], message_id)
        if contact.mobile and (statutory or contact.sms):
            mail.put(_envelope(told, Channel.SMS, now), message_id)
    if mail.new:
        # Two acts may begin the same digest at once: the later one waits, and puts its message into the earlier one's.
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(EnvelopeRow).on_conflict_do_nothing(index_elements=["key"]), list(mail.new.values()))
        written = select(EnvelopeRow.key, EnvelopeRow.id).where(EnvelopeRow.key.in_(mail.new))
        mail.known.update((key, id) for key, id in session.execute(written))
    if mail.enclosed:
        held = [{"envelope_id": mail.known[key], "message_id": message_id} for key, message_id in mail.enclosed]
        session.execute(insert(EnclosureRow), held)


def _envelope(told: _Told, channel: Channel, now: datetime) -> dict[str, Any]:
    key = sha256_hex(f"{told.to.person_id}/{channel.value}/{told.notice.key}")[:40]
    return _waiting(key, told.to.person_id, channel, now, now, statutory=told.notice.statutory)


def _digests(session: Session, contacts: Iterable[ContactRow], mail: _Mail, now: datetime) -> dict[int, dict[str, Any]]:
    """The digest of everybody who wants one, by person. One that is being sent takes no more: then it is the next day's."""
    people = sorted(row.person_id for row in contacts if row.timing is Timing.DAILY and row.email)
    if not people:
        return {}
    first = next_digest(now)
    moments = (first, first + timedelta(days=1))
    keys = [_digest_key(person, moment) for person in people for moment in moments]
    held = select(EnvelopeRow.key, EnvelopeRow.id, EnvelopeRow.state).where(EnvelopeRow.key.in_(keys))
    states = {}
    for key, id, state in session.execute(held.order_by(EnvelopeRow.id).with_for_update()):
        mail.known[key], states[key] = id, state
    found = {}
    for person in people:
        open_ = states.get(_digest_key(person, first), Delivery.WAITING) is Delivery.WAITING
        moment = first if open_ else moments[1]
        found[person] = _waiting(_digest_key(person, moment), person, Channel.EMAIL, now, moment, statutory=False)
    return found


def _digest_key(person_id: int, moment: datetime) -> str:
    return f"digest-{person_id}-{moment:%Y%m%d}"


def _waiting(
    key: str, person_id: int, channel: Channel, now: datetime, due: datetime, *, statutory: bool
) -> dict[str, Any]:
    return {
        "key": key, "person_id": person_id, "channel": channel, "statutory": statutory, "state": Delivery.WAITING,
        "written_at": now, "due_at": due, "tries": 0, "doubts": 0, "holder": "", "sent_to": "", "answer": "", "answer_hash": "",
        "letter_hash": "",
    }  # fmt: skip
