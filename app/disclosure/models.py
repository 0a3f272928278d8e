"""Public notices 公告 as tables: what was said to everybody, when, and the words by which it is found.

A notice is written in the transaction of the act that publishes it and says afterwards what it said then. Drafts and bids
have no notice, so no list, count, search or feed can know of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.disclosure.kinds import NoticeKind
from app.extensions import db
from app.store.columns import AwareTime, Facts, Key, Words
from app.transparency.protection import Protection, protect
from app.transparency.written import written_once
from procurement.method import Method


class NoticeRow(db.Model):
    """One public notice 公告.

    buyer, supplier  names as they were published
    amount      fen: the budget of a tender, the price of an award or a contract (per year); None where none was said
    closes_at   until when bids are taken
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
    amount: Mapped[int | None] = mapped_column(BigInteger)  # fen
    published_at: Mapped[datetime] = mapped_column(AwareTime)
    closes_at: Mapped[datetime | None] = mapped_column(AwareTime)
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


SAID = tuple(column.name for column in NoticeRow.__table__.columns if column.name not in ("id", "until"))
"""What a notice said. Only that it holds no longer may be written later."""

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
