"""The log's two tables: the lines, append-only by trigger, and the head that says how many there must be."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.transparency import append_only
from app.transparency.protection import protect

SEQUENCE = BigInteger().with_variant(Integer, "sqlite")


class LogLine(db.Model):
    """One act that happened. Every field goes into ``hash``, together with the hash of the line before.

    at     ISO text in Beijing time, exactly as it was hashed
    facts  canonical JSON text, exactly as it was hashed
    """

    __tablename__ = "log_lines"
    __table_args__ = (Index("subject", "subject_kind", "subject_id", "sequence"), Index("moment", "at", "sequence"),)

    sequence: Mapped[int] = mapped_column(SEQUENCE, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(SEQUENCE)
    organisation_id: Mapped[int | None] = mapped_column(SEQUENCE)
    role: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[str] = mapped_column(String(120))
    cites: Mapped[str] = mapped_column(Text)
    facts: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class LogHead(db.Model):
    """The last line's number and hash, in one row that every writer locks: acts queue here for one insert's time."""

    __tablename__ = "log_heads"
    __table_args__ = (CheckConstraint("id = 1", name="only_one_head"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(SEQUENCE)
    hash: Mapped[str] = mapped_column(String(64))


protect(db.metadata, append_only.PROTECTION)
