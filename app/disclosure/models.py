"""Public notices 公告 as tables: what was said to everybody, when, and the words by which it is found.

A notice is written in the transaction of the act that publishes it and says afterwards what it said then. Drafts and bids
have no notice, so no list, count, search or feed can know of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.disclosure.kinds import NoticeKind
from app.extensions import db
from app.messages.kinds import Timing
from app.store.columns import AwareTime, Facts, Key, Words
from app.transparency.protection import Protection, protect
from app.transparency.written import written_once
from procurement.method import Method
from procurement.service_field import ServiceField


class NoticeRow(db.Model):
    """One public notice 公告.

    buyer, supplier  names as they were published
    amount      fen: the budget of a tender, the price of an award or a contract (per year); None where none was said
    closes_at   until when bids are taken
    said_close  until when bids were taken by this notice's own words; a correction moves ``closes_at`` of the tender notice
    until       from when it holds no longer: ended, or its winner did not sign; the notice stays readable
    subject_id  the evaluation result or the contract it announces; None otherwise
    body        ``[[name, text], …]``: what was said, as it was said
    text        what is searched; no names, telephone numbers or addresses of persons
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= published_at", name="ends_after_it_begins"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_is_not_below_nought"),
        Index("newest", "published_at", "id"),
        Index("newest_of_kind", "kind", "published_at", "id"),
        Index("newest_of_region", "jurisdiction", "published_at", "id"),
        Index("newest_of_method", "method", "published_at", "id"),
        Index("newest_of_service", "service_field", "published_at", "id"),
        Index("newest_of_buyer", "buyer_id", "published_at", "id"),
        Index("of_supplier", "supplier_id", "id"),
        Index("of_procurement", "ocid", "id"),
        Index("by_amount", "amount"),
        Index("by_deadline", "closes_at", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    ocid: Mapped[str] = mapped_column(String(64))
    kind: Mapped[NoticeKind] = mapped_column(Words(NoticeKind))
    title: Mapped[str] = mapped_column(String(400))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    buyer: Mapped[str] = mapped_column(String(200))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("suppliers.id"))
    supplier: Mapped[str] = mapped_column(String(200), default="")
    jurisdiction: Mapped[str] = mapped_column(String(40))
    method: Mapped[Method | None] = mapped_column(Words(Method))
    service_field: Mapped[ServiceField | None] = mapped_column(Words(ServiceField))
    amount: Mapped[int | None] = mapped_column(BigInteger)  # fen
    published_at: Mapped[datetime] = mapped_column(AwareTime)
    closes_at: Mapped[datetime | None] = mapped_column(AwareTime)
    said_close: Mapped[datetime | None] = mapped_column(AwareTime)
    until: Mapped[datetime | None] = mapped_column(AwareTime)
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[list[list[str]]] = mapped_column(Facts)
    text: Mapped[str] = mapped_column(Text)

    @property
    def name(self) -> str:
        """The notice's own name: 招标公告, 竞争性磋商公告, …"""
        return self.kind.named(self.method)

    def in_force(self, moment: datetime) -> bool:
        """Whether it was public at ``moment`` and still held."""
        return self.published_at <= moment and (self.until is None or self.until > moment)


class NoticeWordsRow(db.Model):
    """The words of one notice on PostgreSQL: its tokens under a GIN index, its plain text for the recheck.

    On SQLite this table is empty; there the words are in the FTS5 table ``notice_index``. See app/disclosure/search.py.
    """

    __tablename__ = "notice_words"
    __table_args__ = (Index("tokens", "tokens", postgresql_using="gin"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    tokens: Mapped[Any] = mapped_column(ARRAY(Text).with_variant(Text, "sqlite"))
    plain: Mapped[str] = mapped_column(Text)


class TallyRow(db.Model):
    """How many notices there are of one kind, region, method and field: counted as they are written, since counting a million
    when somebody reads would cost more than the page. "" where a notice has no method or field, "*" for all values together."""

    __tablename__ = "notice_tallies"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(40), primary_key=True)
    method: Mapped[str] = mapped_column(String(40), primary_key=True)
    service_field: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)


class NewsRow(db.Model):
    """A notice that the saved searches have not been held against yet; gone once they have."""

    __tablename__ = "notice_news"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True, autoincrement=False)


class SavedSearchRow(db.Model):
    """A saved search 订阅检索: tell this address, or this person, of new notices that the filter shows.

    email         of a stranger; kept until it unsubscribes, then gone with the row. "" for a person, who is told in the inbox
    query         the filter as an address has it, in its one order
    anchor        what a notice must have at least, see ``app.disclosure.matching``: finds the few searches to be looked at
    secret_hash   SHA-256 of the secret in the confirmation letter; None once confirmed
    confirmed_at  nothing is sent before; what is not confirmed within two days is swept away
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        CheckConstraint("(email = '') <> (person_id IS NULL)", name="of_an_address_or_of_a_person"),
        CheckConstraint("confirmed_at IS NOT NULL OR secret_hash IS NOT NULL", name="confirmed_or_to_be_confirmed"),
        Index(
            "once_per_address", "email", "query", unique=True,
            sqlite_where=text("person_id IS NULL"), postgresql_where=text("person_id IS NULL"),
        ),
        Index("once_per_person", "person_id", "query", unique=True),
        Index("to_be_confirmed", "secret_hash", unique=True),
        Index("by_anchor", "anchor"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    query: Mapped[str] = mapped_column(String(1000))
    anchor: Mapped[str] = mapped_column(String(60))
    timing: Mapped[Timing] = mapped_column(Words(Timing))
    asked_at: Mapped[datetime] = mapped_column(AwareTime)
    secret_hash: Mapped[str | None] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None] = mapped_column(AwareTime)


class HitRow(db.Model):
    """A notice that a saved search wants to be told of and has not been yet; gone once it has."""

    __tablename__ = "saved_search_hits"

    search_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True, autoincrement=False)
    due_at: Mapped[datetime] = mapped_column(AwareTime, index=True)


SAID = tuple(column.name for column in NoticeRow.__table__.columns if column.name not in ("id", "closes_at", "until"))
"""What a notice said. Only that its deadline moved, or that it holds no longer, may be written later."""

protect(db.metadata, written_once("notices", SAID))

FTS = "notice_index"
"""SQLite's index: no content of its own (``content=''``), and tokens that are ours (``ascii`` cuts at spaces only)."""

protect(
    db.metadata,
    Protection(
        "notice_index",
        frozenset({"notices"}),
        (f"CREATE VIRTUAL TABLE {FTS} USING fts5(tokens, content='', tokenize='ascii')",),
        (),
        undo_sqlite=(f"DROP TABLE {FTS}",),
        makes=frozenset({FTS, *(f"{FTS}_{part}" for part in ("data", "idx", "docsize", "config"))}),
    ),
)
