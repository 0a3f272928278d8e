"""The law in force 现行法: the law of the tree, and over it what was entered and approved, the same in every process.

A process asks the database for one number, how many entries are approved, at most every ``law_seconds``; only when the number
is another does it read the entries. Whoever approves sees the change at once. The core is handed an immutable value.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from law.table import SHIPPED, InForce, lay_over

if TYPE_CHECKING:
    from flask import Flask

    from law.entry import Entry

_log = logging.getLogger(__name__)


class LawInForce:
    """What one process knows of the entries of one installation."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asked: float | None = None
        self._version = 0
        self._laid: InForce = SHIPPED

    def hold(self, *, now: bool = False) -> None:
        """Let the law in force hold in this context. ``now``: ask the database, however lately it was asked."""
        moment = time.monotonic()
        if now or self._asked is None or moment - self._asked >= self._seconds:
            self._asked = moment
            try:
                with db.engine.connect() as connection:
                    self._read(connection)
            except SQLAlchemyError:  # not made yet, or away: what needs it fails by itself
                _log.warning("the entries of the law could not be read; the law stays as it was known")
        lay_over(self._laid)

    def forget(self) -> None:
        """Nothing is entered: the database was just emptied."""
        self._asked, self._version, self._laid = time.monotonic(), 0, SHIPPED

    def _read(self, connection: Connection) -> None:
        from app.store.models import LawEntryRow

        version = connection.execute(select(func.coalesce(func.max(LawEntryRow.approved_as), 0))).scalar_one()
        if version != self._version:
            from law.entry import lay

            self._laid, self._version = lay(approved(connection)), version


def approved(connection: Connection) -> list[Entry]:
    """The approved entries in the order of their approval. One statement."""
    from app.store.models import LawEntryRow
    from law.entry import COLUMNS, revived

    columns = [getattr(LawEntryRow, name) for name in COLUMNS]
    rows = connection.execute(select(*columns).where(LawEntryRow.approved_as.is_not(None)).order_by(LawEntryRow.approved_as))
    return [revived(dict(row)) for row in rows.mappings()]


def hold(*, now: bool = False) -> None:
    """Let the law in force hold in this context of the current application."""
    current_app.extensions["law_in_force"].hold(now=now)


def init_app(app: Flask) -> None:
    app.extensions["law_in_force"] = LawInForce(app.extensions["settings"].law_seconds)
    app.before_request(hold)
