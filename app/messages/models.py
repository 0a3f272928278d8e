"""Tables of the messages: the inbox, the outbox 发件箱 of envelopes, and how each person wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.messages.kinds import Channel, Delivery, Kind, Timing
from app.store.columns import AwareTime, Facts, Key, Words
from app.transparency.protection import protect
from app.transparency.written import written_once
from kernel.role import Role


class MessageRow(db.Model):
    """One message 消息 to one person: in the inbox from the moment at which the act is committed.

    key              what it tells of; the same key never reaches a person twice
    handle           its name in addresses, drawn by lot: a number in sequence would tell how much others were told meanwhile
    organisation_id  with role: told in that capacity, and read in it only; both None for what is told in person
    facts            ``[[name, value], …]``, ready to read; url: the page on this site
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("person_id", "key", name="told_once"),
        UniqueConstraint("handle", name="one_message_per_handle"),
        CheckConstraint("(organisation_id IS NULL) = (role IS NULL)", name="in_a_capacity_or_in_person"),
        Index("inbox_of_a_person", "person_id", "id"),
        Index("unread_of_a_person", "person_id", sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    handle: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[Role | None] = mapped_column(Words(Role))
    kind: Mapped[Kind] = mapped_column(Words(Kind))
    subject: Mapped[str] = mapped_column(String(300))
    facts: Mapped[list[Any]] = mapped_column(Facts)
    url: Mapped[str] = mapped_column(String(300))
    statutory: Mapped[bool] = mapped_column(Boolean)
    cites: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(AwareTime)
    read_at: Mapped[datetime | None] = mapped_column(AwareTime)


class EnvelopeRow(db.Model):
    """One letter 信件 on its way out: what is handed to a provider once, with everything that proves it.

    key           also the id that the provider sees (Message-ID, Idempotency-Key): the same in every try
    person_id     None: to a bare address, what it says is a leaflet (``LeafletRow``)
    holder        which worker has it, until leased_until; "" when nobody has
    handed_at     from when on a provider that takes it twice may have it: committed before its last byte leaves
    doubts        how often a worker died with it in hand
    sent_to       the address that was used; answer: what the provider said, answer_hash and letter_hash SHA-256 of both
    """

    __tablename__ = "envelopes"
    __table_args__ = (
        UniqueConstraint("key", name="one_envelope_per_key"),
        CheckConstraint("tries >= 0 AND doubts >= 0", name="tries_are_counted_from_nought"),
        CheckConstraint("(state = 'sending') = (leased_until IS NOT NULL)", name="held_until_a_moment"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at_a_moment"),
        CheckConstraint("state <> 'waiting' OR handed_at IS NULL", name="what_waits_is_in_the_house"),
        Index("envelopes_to_send", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[Channel] = mapped_column(Words(Channel))
    statutory: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[Delivery] = mapped_column(Words(Delivery), default=Delivery.WAITING)
    written_at: Mapped[datetime] = mapped_column(AwareTime)
    due_at: Mapped[datetime] = mapped_column(AwareTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    doubts: Mapped[int] = mapped_column(Integer, default=0)
    holder: Mapped[str] = mapped_column(String(40), default="")
    leased_until: Mapped[datetime | None] = mapped_column(AwareTime)
    handed_at: Mapped[datetime | None] = mapped_column(AwareTime)
    sent_at: Mapped[datetime | None] = mapped_column(AwareTime)
    sent_to: Mapped[str] = mapped_column(String(254), default="")
    answer: Mapped[str] = mapped_column(String(300), default="")
    answer_hash: Mapped[str] = mapped_column(String(64), default="")
    letter_hash: Mapped[str] = mapped_column(String(64), default="")


class EnclosureRow(db.Model):
    """Which messages an envelope holds: one, or a day's digest."""

    __tablename__ = "enclosures"

    envelope_id: Mapped[int] = mapped_column(ForeignKey("envelopes.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, index=True)


class LeafletRow(db.Model):
    """What an envelope to a bare address says, to somebody without an account; gone once it is sent.

    items        ``[[title, detail, path], …]``
    unsubscribe  the page on this site that ends it; "" where there is nothing to end
    """

    __tablename__ = "leaflets"

    envelope_id: Mapped[int] = mapped_column(ForeignKey("envelopes.id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(254), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    opening: Mapped[str] = mapped_column(String(1000))
    items: Mapped[list[Any]] = mapped_column(Facts)
    reason: Mapped[str] = mapped_column(String(1000))
    unsubscribe: Mapped[str] = mapped_column(String(300))


class ContactRow(db.Model):
    """How a person wants to be told 通知方式.

    calendar_hash  SHA-256 of the secret in the address of the calendar feed; None: no feed
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("calendar_hash", name="one_person_per_calendar"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String(254), default="")
    timing: Mapped[Timing] = mapped_column(Words(Timing), default=Timing.AT_ONCE)
    mobile: Mapped[str] = mapped_column(String(20), default="")
    sms: Mapped[bool] = mapped_column(Boolean, default=False)
    calendar_hash: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime] = mapped_column(AwareTime)


protect(
    db.metadata,
    written_once(
        "messages",
        ("key", "handle", "person_id", "organisation_id", "role", "kind", "subject", "facts", "url", "statutory", "cites", "at"),
    ),
)
protect(
    db.metadata,
    written_once("envelopes", ("state", "sent_at", "sent_to", "answer", "answer_hash", "letter_hash"), once="sent_at"),
)
