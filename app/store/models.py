"""The store's own table: which forms have been acted upon already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Key


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
