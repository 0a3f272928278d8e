"""Emptying the outbox 发件: claim one envelope, hand it to its provider, keep what the provider said.

Four moments: *claim* (the envelope is ours until its lease ends), *hand over* (no transaction is open while a provider
answers), in its midst ``handed_at`` (just before the last byte; whoever has lost its lease stops there), *settle* (the answer
and the new state together). Whoever dies in between leaves an envelope that is SENDING. When its lease has ended: not handed
over, then it is handed over; answered (so the journal), then the answer is kept; handed over without an answer, then it is
UNANSWERED and not sent a second time. Every try has the same id (``Message-ID``, ``Idempotency-Key``).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import PersonRow
from app.messages import leaflets
from app.messages.journal import Journal
from app.messages.kinds import TROUBLED, Channel, Delivery, unnamed
from app.messages.letters import Letter, Post
from app.messages.models import ContactRow, EnclosureRow, EnvelopeRow, LeafletRow, MessageRow
from app.store import UnitOfWork, reading, unit_of_work
from kernel.canonical import sha256_hex
from kernel.refusal import WrongStage

TRIES = 14
"""Tries after which an envelope stands as FAILED, for the administrator to see: about a day and a half."""
FIRST_PAUSE = timedelta(minutes=1)
"""Pause after the first failed try, doubled after each …"""
LONGEST_PAUSE = timedelta(hours=6)
"""… up to this."""
PATIENCE = 3
"""Failed tries in a row after which a channel rests until the next round: its provider is down, and each try costs time."""
KEPT = timedelta(days=7)
"""An envelope that could not leave for so long is LAPSED: yesterday's news is not sent when a provider comes back."""
AT_A_TIME = 1000
"""How many letters the administrator sends again at once."""


class Refused(Exception):
    """The provider will never take this letter: no try helps. The message is what it said."""


class Relieved(Exception):
    """The lease had ended before the letter was out of the door: somebody else has it now, and it is not ours to send."""


class Provider(Protocol):
    """A door out of the house: e-mail, SMS. The same ``letter.id`` twice is one letter to it."""

    def send(self, letter: Letter, handed: Callable[[], None]) -> str:
        """Hand over, and give the provider's words. Raises Refused for good, OSError and its kin for now.

        ``handed`` is called just before the letter cannot be called back any more, by a provider that would take it twice;
        what it raises keeps the letter here. One that knows its ids need not call it.
        """

    def close(self) -> None:
        """Let go of connections."""


@dataclass
class Drained:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    unanswered: int = 0
    lapsed: int = 0


class Clock(Protocol):
    def __call__(self) -> datetime: ...


def drain(
    providers: Mapping[Channel, Provider], post: Post, journal: Journal, clock: Clock, lease: timedelta, *, limit: int = 10_000
) -> Drained:
    """Hand over everything that is due, one envelope after the other, until nothing is or ``limit`` is reached."""
    done = Drained(lapsed=_lapse(clock(), providers))
    holder = secrets.token_hex(8)
    journal.sweep(KEPT)
    awake, in_a_row = dict(providers), dict.fromkeys(providers, 0)
    try:
        for _ in range(limit):
            if not awake or not _something_is_due(awake, clock()):
                break
            claimed = claim(awake, clock(), holder, lease)
            if claimed is None:
                break
            taken = _deliver(claimed, providers[claimed.channel], post, journal, holder, clock, done)
            in_a_row[claimed.channel] = 0 if taken else in_a_row[claimed.channel] + 1
            if in_a_row[claimed.channel] >= PATIENCE:
                del awake[claimed.channel]
    finally:
        for provider in providers.values():
            provider.close()
    return done


@dataclass(frozen=True)
class Claimed:
    """An envelope in hand: what to say to whom.

    address   "" when the person has none any more
    doubtful  whoever had it before died with it in hand; handed: and it may have arrived
    leaflet   what to say to a bare address; else ``messages``
    """

    id: int
    key: str
    channel: Channel
    address: str
    name: str
    written_at: datetime
    tries: int
    statutory: bool
    doubtful: bool
    handed: bool
    messages: tuple[MessageRow, ...]
    leaflet: LeafletRow | None

    def letter(self, post: Post) -> Letter:
        if self.leaflet is not None:
            return post.leaflet(self.key, self.written_at, self.leaflet)
        return post.letter(self.key, self.channel, self.address, self.name, self.written_at, self.messages)


def claim(providers: Mapping[Channel, Provider], now: datetime, holder: str, lease: timedelta) -> Claimed | None:
    """The envelope that is due the longest, ours until ``now + lease``; None when nothing is due.

    One whose lease has ended counts as due: whoever held it is gone, and nobody knows how far it had come.
    """
    with unit_of_work() as work:
        row = work.session.scalars(
            select(EnvelopeRow)
            .where(_due(providers, now))
            .order_by(EnvelopeRow.due_at, EnvelopeRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        doubtful = row.state is Delivery.SENDING
        row.doubts += doubtful
        row.state, row.holder, row.leased_until, row.tries = Delivery.SENDING, holder, now + lease, row.tries + 1
        handed, leaflet = row.handed_at is not None, None
        if row.person_id is None:
            leaflet = work.session.get(LeafletRow, row.id)
            name, address = "", leaflet.address if leaflet is not None else ""
        else:
            contact = work.session.get(ContactRow, row.person_id)
            name = work.session.scalar(select(PersonRow.name).where(PersonRow.id == row.person_id)) or ""
            address = "" if contact is None else contact.email if row.channel is Channel.EMAIL else contact.mobile
        return Claimed(
            row.id, row.key, row.channel, address, name, row.written_at, row.tries, row.statutory,
            doubtful, handed, tuple(_enclosed(work.session, row.id)), leaflet,
        )  # fmt: skip


def _deliver(
    claimed: Claimed, provider: Provider, post: Post, journal: Journal, holder: str, clock: Clock, done: Drained
) -> bool:
    """Whether the provider answered for good, one way or the other; also when somebody else had heard it."""
    answer = journal.read(claimed.key) if claimed.doubtful else None
    if claimed.handed and answer is None:
        settle_failure(claimed, holder, "工作进程在等待答复时中断", clock(), Delivery.UNANSWERED)
        done.unanswered += 1
        return True
    try:
        if not claimed.address:
            raise Refused("收件人没有地址")
        letter = claimed.letter(post)
        if answer is None:
            answer = provider.send(letter, lambda: hand_over(claimed, holder, clock()))
            journal.answered(claimed.key, answer)
    except Relieved:
        return True
    except Refused as refusal:
        settle_failure(claimed, holder, str(refusal), clock(), Delivery.FAILED)
        done.failed += 1
    except Exception as error:  # whatever a provider does, the outbox goes on and says what happened
        given_up = claimed.tries >= TRIES
        said = f"{type(error).__name__}: {error}"
        settle_failure(claimed, holder, said, clock(), Delivery.FAILED if given_up else Delivery.WAITING)
        done.failed += given_up
        done.retried += not given_up
        journal.forget(claimed.key)
        return False
    else:
        with unit_of_work() as work:
            done.sent += settle(work, claimed, holder, letter, answer, clock())
    journal.forget(claimed.key)
    return True


def hand_over(claimed: Claimed, holder: str, now: datetime) -> None:
    """交出: committed before the last byte leaves, so that whoever finds the envelope knows. Raises Relieved."""
    with unit_of_work() as work:
        row = _held(work, claimed.id, holder)
        if row is None:
            raise Relieved
        row.handed_at = now


def settle(work: UnitOfWork, claimed: Claimed, holder: str, letter: Letter, answer: str, now: datetime) -> bool:
    """已送交: the provider took it. What the law asks to be told is also proven in the log, by hashes alone.

    False when the lease had ended and somebody else took the envelope meanwhile: then theirs is what counts. An answer that
    comes after its envelope was given up as UNANSWERED is still the answer.
    """
    row = work.lock(EnvelopeRow, claimed.id)
    if row.state is not Delivery.UNANSWERED and _held(work, claimed.id, holder) is None:
        return False
    row.state, row.holder, row.leased_until, row.sent_at = Delivery.SENT, "", None, now
    row.answer, row.answer_hash, row.letter_hash = answer[:300], sha256_hex(answer), letter.hash
    if claimed.leaflet is None:
        row.sent_to = claimed.address
    else:
        work.session.execute(delete(LeafletRow).where(LeafletRow.envelope_id == row.id))
    if row.statutory:
        facts = {
            "channel": row.channel, "messages": [message.id for message in claimed.messages], "tries": row.tries,
            "letter": row.letter_hash, "answer": row.answer_hash,
        }  # fmt: skip
        work.record("envelope.send", row, by=Actor.clock(), at=now, cites=claimed.messages[0].cites, facts=facts)
    return True


def settle_failure(claimed: Claimed, holder: str, said: str, now: datetime, state: Delivery) -> None:
    """未能送交: wait longer before the next try (WAITING), or leave it for the administrator to see (FAILED, UNANSWERED)."""
    with unit_of_work() as work:
        row = _held(work, claimed.id, holder)
        if row is None:
            return
        row.state, row.holder, row.leased_until = state, "", None
        row.handed_at = row.handed_at if state is Delivery.UNANSWERED else None
        row.answer, row.answer_hash = said[:300], sha256_hex(said)
        row.due_at = now + pause(row.tries)
        if state is not Delivery.WAITING and row.statutory:
            facts = {"channel": row.channel, "messages": [m.id for m in claimed.messages], "tries": row.tries, "answer": row.answer_hash}
            act = "envelope.fail" if state is Delivery.FAILED else "envelope.unanswered"
            work.record(act, row, by=Actor.clock(), at=now, cites=claimed.messages[0].cites, facts=facts)


def pause(tries: int) -> timedelta:
    """How long to wait after so many failed tries: doubled each time, up to a fifth longer so that not all come at once."""
    return min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE) * (1 + random.random() / 5)


def try_again(work: UnitOfWork, channel: Channel, state: Delivery, answer: str, actor: Actor, now: datetime) -> int:
    """重新发送: all letters that have this trouble wait anew, with all their tries, under the ids that they had; how many.

    answer  what the provider said, without addresses (``unnamed``). Raises WrongStage where nothing is in trouble so.
    """
    rows = work.session.scalars(
        select(EnvelopeRow)
        .where(EnvelopeRow.channel == channel, EnvelopeRow.state == state, EnvelopeRow.state.in_(TROUBLED))
        .order_by(EnvelopeRow.id)
        .with_for_update()
    )
    found = [row for row in rows if unnamed(row.answer) == answer][:AT_A_TIME]
    if not found:
        raise WrongStage("没有这样的信件需要重新发送")
    for row in found:
        row.state, row.tries, row.due_at, row.written_at, row.handed_at = Delivery.WAITING, 0, now, now, None
        work.record("envelope.retry", row, by=actor, at=now)
    return len(found)


def _held(work: UnitOfWork, envelope_id: int, holder: str) -> EnvelopeRow | None:
    row = work.lock(EnvelopeRow, envelope_id)
    return row if row.state is Delivery.SENDING and row.holder == holder else None


def _enclosed(session: Session, envelope_id: int) -> list[MessageRow]:
    return list(
        session.scalars(
            select(MessageRow)
            .join(EnclosureRow, EnclosureRow.message_id == MessageRow.id)
            .where(EnclosureRow.envelope_id == envelope_id)
            .order_by(MessageRow.id)
        )
    )


def _due(channels: Collection[Channel], now: datetime) -> ColumnElement[bool]:
    return and_(
        EnvelopeRow.channel.in_(channels),
        or_(
            and_(EnvelopeRow.state == Delivery.WAITING, EnvelopeRow.due_at <= now),
            and_(EnvelopeRow.state == Delivery.SENDING, EnvelopeRow.leased_until <= now),
        ),
    )


def _something_is_due(channels: Collection[Channel], now: datetime) -> bool:
    """A look before the writers' queue is entered: mostly there is nothing."""
    session = reading()
    session.rollback()
    return session.scalar(select(EnvelopeRow.id).where(_due(channels, now)).limit(1)) is not None


def _lapse(now: datetime, providers: Mapping[Channel, Provider]) -> int:
    """What waited for longer than KEPT beyond its time does not leave any more, where there is a way out at all."""
    if not providers:
        return 0
    if reading().scalar(leaflets.stuck(now, KEPT).limit(1)) is not None:
        with unit_of_work() as work:
            leaflets.sweep(work.session, now, KEPT)
    old = select(EnvelopeRow.id).where(
        EnvelopeRow.state == Delivery.WAITING, EnvelopeRow.due_at < now - KEPT, EnvelopeRow.tries == 0,
        EnvelopeRow.channel.in_(providers),
    )  # fmt: skip
    if reading().scalar(old.limit(1)) is None:
        return 0
    with unit_of_work() as work:
        lapsed = update(EnvelopeRow).where(EnvelopeRow.id.in_(old)).values(state=Delivery.LAPSED)
        return work.session.execute(lapsed).rowcount
