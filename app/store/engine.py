"""The engine's manners: what every connection to SQLite must be told."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event

from app.extensions import db

BUSY_MILLISECONDS = 10_000
PAGE_CACHE_KIBIBYTES = 16_384
"""Of each connection. The two megabytes that SQLite takes by itself do not hold what one workbench reads out of a large
file: each request would then read its pages again, and cost more the more procurements there are."""


def prepare(app: Flask) -> None:
    """Attach the manners to ``app``'s engine. PostgreSQL needs none beyond its own defaults."""
    settings = app.extensions["settings"]
    if settings.database_url.startswith("sqlite"):
        settings.var.mkdir(parents=True, exist_ok=True)
        with app.app_context():
            attach_sqlite(db.engine, settings.sqlite_synchronous)


def attach_sqlite(engine: Engine, synchronous: str) -> None:
    """WAL, durable commits, foreign keys, patience, room; and transactions begun by us, since sqlite3 begins them too late.

    A unit of work begins IMMEDIATE (execution option ``writes``); a reader begins plainly and sees one snapshot.
    """

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIBIBYTES}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
