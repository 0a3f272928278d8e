"""Drafts as a table. A draft is no act: it is in no log, and it goes when the act succeeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Facts, Key


class DraftRow(db.Model):
    """What one person, acting for one organisation, has typed into one form about one subject.

    form, subject  as the room that draws the form names them: ``("bid", "cp-2025-0001")``
    base           what the form was drawn from; a draft from before the last act is nobody's word any more
    fields         what was typed: a list of texts for each name
    version        counts the savings; ``writer`` is the window that saved last
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "form", "subject", name="one_draft_per_form"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    form: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    base: Mapped[str] = mapped_column(String(100))
    fields: Mapped[dict[str, Any]] = mapped_column(Facts)
    version: Mapped[int]
    writer: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[datetime] = mapped_column(AwareTime, index=True)
