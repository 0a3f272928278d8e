"""The store's own tables: which forms have been acted upon already; what was entered into the law."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts, Key, Words
from app.transparency.protection import Protection, protect
from app.transparency.written import written_once


class IdempotencyRow(db.Model):
    """A form that was acted upon 已办理的表单: written in the act's own transaction, so it exists exactly if the act does.

    location  where the first answer led; "" while nobody said so
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("person_id", "path", "key", name="one_act_per_key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    path: Mapped[str] = mapped_column(String(300))
    key: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(AwareTime, index=True)


class EntryState(StrEnum):
    """How far an entry has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return {"proposed": "待批准", "approved": "已批准", "rejected": "未批准", "withdrawn": "已撤回"}[self.value]


class LawEntryRow(db.Model):
    """An entry into the law 补录 (``law.entry``): written once when it is proposed, decided once by a second person.

    body           what is entered, in the form of the tables of the tree
    title … url    where it is written
    approved_as    the how-manieth approval it was: the order in which entries are laid over the law; None unless approved
    read_in_full   whether the approver read the official text
    """

    __tablename__ = "law_entries"
    __table_args__ = (
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_once_it_is_no_proposal"),
        CheckConstraint("(state = 'approved') = (approved_as IS NOT NULL)", name="counted_when_approved"),
        CheckConstraint("state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> proposed_by)", name="approved_by_a_second_person"),
        CheckConstraint("state = 'approved' OR NOT read_in_full", name="read_by_who_approved"),
        UniqueConstraint("approved_as", name="one_approval_after_another"),
        Index("law_entries_by_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    folder: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))
    body: Mapped[dict[str, Any]] = mapped_column(Facts)
    valid_from: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    issued: Mapped[date]
    url: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_for: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    proposed_at: Mapped[datetime] = mapped_column(AwareTime)
    state: Mapped[EntryState] = mapped_column(Words(EntryState))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_for: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    decided_at: Mapped[datetime | None] = mapped_column(AwareTime)
    reason: Mapped[str] = mapped_column(String(500), default="")
    read_in_full: Mapped[bool] = mapped_column(default=False)
    approved_as: Mapped[int | None] = mapped_column(Integer)


_ENTERED = (
    "folder", "name", "key", "body", "valid_from", "title", "document", "issuer", "issued", "url", "proposed_by", "proposed_for", "proposed_at",
)  # fmt: skip
_DECIDED = ("state", "decided_by", "decided_for", "decided_at", "reason", "read_in_full", "approved_as")
_STANDS = "law_entries: what is decided stays decided"

protect(db.metadata, written_once("law_entries", _ENTERED))
protect(db.metadata, Protection(
    "decided_law_entries",
    frozenset({"law_entries"}),
    (
        "CREATE TRIGGER law_entries_stay_decided BEFORE UPDATE ON law_entries WHEN OLD.decided_at IS NOT NULL AND ("
        + " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _DECIDED)
        + f") BEGIN SELECT RAISE(ABORT, '{_STANDS}'); END",
    ),
    (
        f"""CREATE OR REPLACE FUNCTION law_entries_stay_decided() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_STANDS}'; END $$""",
        "CREATE TRIGGER law_entries_stay_decided BEFORE UPDATE ON law_entries FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL AND ("
        + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _DECIDED)
        + ")) EXECUTE FUNCTION law_entries_stay_decided()",
    ),
))  # fmt: skip
