"""Questions about messages: the inbox of whoever is signed in, and how the outbox stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import AppointmentRow, SignInSessionRow
from app.messages.kinds import TROUBLED, Channel, Delivery, unnamed
from app.messages.models import EnclosureRow, EnvelopeRow, MessageRow
from app.messages.services import own

PAGE = 30
MOST_SHOWN = 99


def inbox(session: Session, actor: Actor, *, unread: bool = False, before: str = "", limit: int = PAGE) -> list[MessageRow]:
    """What the actor was told in the present capacity or in person, the newest first; up to ``limit`` + 1. One statement.

    before  the handle of one of these: only what was told before it
    """
    statement = select(MessageRow).where(own(actor))
    if unread:
        statement = statement.where(MessageRow.read_at.is_(None))
    if before:
        place = select(MessageRow.id).where(MessageRow.handle == before, own(actor)).scalar_subquery()
        statement = statement.where(MessageRow.id < place)
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


def about(count: int) -> str:
    """``count`` as the administrator sees it: how many letters there are before an opening is how many bids there are.

    >>> [about(count) for count in (0, 1, 9, 10, 99, 100)]
    ['0', '1–9', '1–9', '10–99', '10–99', '100 以上']
    """
    return "0" if not count else "1–9" if count < 10 else "10–99" if count < 100 else "100 以上"


@dataclass(frozen=True)
class Trouble:
    """Letters that have the same trouble, as the administrator sees them: not whose they are, nor how many, nor since when."""

    channel: Channel
    state: Delivery
    answer: str
    about: str


MOST_TROUBLES = 50


def troubles(session: Session) -> list[Trouble]:
    """What keeps letters from arriving: failed, lapsed, in doubt, or tried again; the commonest first. One statement."""
    statement = (
        select(EnvelopeRow.channel, EnvelopeRow.state, EnvelopeRow.answer, func.count())
        .where(
            or_(
                EnvelopeRow.state.in_(TROUBLED),
                and_(EnvelopeRow.state == Delivery.WAITING, EnvelopeRow.tries > 0),
            )
        )
        .group_by(EnvelopeRow.channel, EnvelopeRow.state, EnvelopeRow.answer)
    )
    found: dict[tuple[Channel, Delivery, str], int] = {}
    for channel, state, answer, count in session.execute(statement):
        key = (channel, state, unnamed(answer))
        found[key] = found.get(key, 0) + count
    most = sorted(found.items(), key=lambda each: (-len(str(each[1])), each[0]))[:MOST_TROUBLES]
    return [Trouble(*key, about(count)) for key, count in most]
