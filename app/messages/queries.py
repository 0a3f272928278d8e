"""Questions about messages: the inbox of whoever is signed in, and how the outbox stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import AppointmentRow, PersonRow, SignInSessionRow
from app.messages.kinds import Channel, Delivery
from app.messages.models import EnclosureRow, EnvelopeRow, MessageRow
from app.messages.services import own

PAGE = 30
MOST_SHOWN = 99


def inbox(session: Session, actor: Actor, *, unread: bool = False, before: int = 0, limit: int = PAGE) -> list[MessageRow]:
    """What the actor was told in the present capacity or in person, the newest first; up to ``limit`` + 1. One statement."""
    statement = select(MessageRow).where(own(actor))
    if unread:
        statement = statement.where(MessageRow.read_at.is_(None))
    if before:
        statement = statement.where(MessageRow.id < before)
    return list(session.scalars(statement.order_by(MessageRow.id.desc()).limit(limit + 1)))


@dataclass(frozen=True)
class Trace:
    """How one message left the house, for whoever it was written to."""

    channel: Channel
    state: Delivery
    sent_at: datetime | None
    answer_hash: str


def traces(session: Session, messages: Sequence[MessageRow]) -> dict[int, list[Trace]]:
    """The envelopes of these messages, by message. One statement."""
    found: dict[int, list[Trace]] = {message.id: [] for message in messages}
    rows = session.execute(
        select(EnclosureRow.message_id, EnvelopeRow.channel, EnvelopeRow.state, EnvelopeRow.sent_at, EnvelopeRow.answer_hash)
        .join(EnvelopeRow, EnvelopeRow.id == EnclosureRow.envelope_id)
        .where(EnclosureRow.message_id.in_(found))
        .order_by(EnvelopeRow.id)
    )
    for message_id, *trace in rows:
        found[message_id].append(Trace(*trace))
    return found


def unread_beside() -> ColumnElement[int]:
    """How many unread messages whoever opened the session has in the present capacity, up to one more than is shown.

    A scalar subquery for ``app.web.identity.beside``; the partial index of unread messages answers it.
    """
    some = (
        select(MessageRow.id)
        .where(
            MessageRow.person_id == SignInSessionRow.person_id,
            MessageRow.read_at.is_(None),
            or_(
                MessageRow.organisation_id.is_(None),
                and_(MessageRow.organisation_id == AppointmentRow.organisation_id, MessageRow.role == AppointmentRow.role),
            ),
        )
        .correlate(SignInSessionRow, AppointmentRow)
    )
    return select(func.count()).select_from(some.limit(MOST_SHOWN + 1).subquery()).scalar_subquery()


def outbox_counts(session: Session) -> dict[tuple[Channel, Delivery], int]:
    """How many envelopes stand where. One statement."""
    statement = select(EnvelopeRow.channel, EnvelopeRow.state, func.count()).group_by(EnvelopeRow.channel, EnvelopeRow.state)
    return {(channel, state): count for channel, state, count in session.execute(statement)}


@dataclass(frozen=True)
class EnvelopeLine:
    """An envelope as the administrator sees it: whose it is and how it goes, not what it says and not where it goes."""

    id: int
    person: str
    channel: Channel
    statutory: bool
    state: Delivery
    written_at: datetime
    due_at: datetime
    tries: int
    doubts: int
    answer: str


def troubled(session: Session, *, before: int = 0, limit: int = PAGE) -> list[EnvelopeLine]:
    """Envelopes that failed, lapsed, or are tried again, the newest first; up to ``limit`` + 1. One statement."""
    statement = (
        select(
            EnvelopeRow.id, func.coalesce(PersonRow.name, "订阅邮箱"), EnvelopeRow.channel, EnvelopeRow.statutory, EnvelopeRow.state,
            EnvelopeRow.written_at, EnvelopeRow.due_at, EnvelopeRow.tries, EnvelopeRow.doubts, EnvelopeRow.answer,
        )
        .outerjoin(PersonRow, PersonRow.id == EnvelopeRow.person_id)
        .where(
            or_(
                EnvelopeRow.state.in_((Delivery.FAILED, Delivery.LAPSED, Delivery.UNANSWERED)),
                and_(EnvelopeRow.state == Delivery.WAITING, EnvelopeRow.tries > 0),
            )
        )
        .order_by(EnvelopeRow.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if before:
        statement = statement.where(EnvelopeRow.id < before)
    return [EnvelopeLine(*row) for row in session.execute(statement)]
