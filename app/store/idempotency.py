"""Once 只办一次: a form that is sent twice (double click, reload, retry after a crash) is acted upon once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.store.models import IdempotencyRow


@dataclass(frozen=True)
class OnceKey:
    """Whose form, sent where, with which key, when."""

    person_id: int
    path: str
    key: str
    at: datetime


class AlreadyDone(Exception):
    """This very form was acted upon before; ``location`` is where the first answer led ("" when it did not say)."""

    def __init__(self, location: str) -> None:
        self.location = location
        super().__init__(location)


pending: ContextVar[OnceKey | None] = ContextVar("pending_once_key", default=None)
"""The key of the request being served; the first unit of work in it takes the key. Set by app.web.once."""


def outcome(session: Session, once: OnceKey) -> str | None:
    """Where the first answer to this form led; None when the form has not been acted upon."""
    return session.execute(
        select(IdempotencyRow.location).where(
            IdempotencyRow.person_id == once.person_id,
            IdempotencyRow.path == once.path,
            IdempotencyRow.key == once.key,
        )
    ).scalar_one_or_none()


def claim(session: Session, once: OnceKey) -> IdempotencyRow:
    """Take the key inside this transaction. Raises AlreadyDone when somebody has it; waits for whoever is taking it."""
    found = outcome(session, once)
    if found is not None:
        raise AlreadyDone(found)
    row = IdempotencyRow(person_id=once.person_id, path=once.path, key=once.key, at=once.at, location="")
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        found = outcome(session, once)
        if found is None:
            raise
        raise AlreadyDone(found) from None
    return row


def sweep(session: Session, before: datetime) -> None:
    """Forget keys from ``before``: nobody's browser still holds such a form."""
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.at < before))


@contextmanager
def set_aside() -> Iterator[None]:
    """The form's key waits for the act itself: what is kept beside it (uploads of a form that may yet be refused)
    must not use it up."""
    once = pending.get()
    pending.set(None)
    try:
        yield
    finally:
        pending.set(once)
