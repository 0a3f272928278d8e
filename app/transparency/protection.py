"""Protection 数据库自身的防护: triggers with which a database refuses what no service does, and rows it begins with.

A protection is run twice from one place: after ``metadata.create_all``, and in the migration that makes its tables
(``op.protect(name)``, which migrations/env.py writes into a new revision by itself).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, event

PROTECTIONS: dict[str, Protection] = {}
"""Every protection by its name."""


@dataclass(frozen=True)
class Protection:
    """Statements for each dialect, to run in this order once all of ``tables`` are there.

    makes        tables that the statements themselves make and no model describes (a full-text index)
    undo_sqlite  statements that take those away again, before ``tables`` go
    """

    name: str
    tables: frozenset[str]
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]
    makes: frozenset[str] = frozenset()
    undo_sqlite: tuple[str, ...] = ()

    def statements(self, dialect: str) -> tuple[str, ...]:
        """The statements for ``dialect`` (``sqlite`` or ``postgresql``)."""
        return {"sqlite": self.sqlite, "postgresql": self.postgresql}[dialect]

    def undoing(self, dialect: str) -> tuple[str, ...]:
        """The statements that take away what ``makes`` names."""
        return {"sqlite": self.undo_sqlite, "postgresql": ()}[dialect]


def described(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the models describe the table ``name``: for alembic's ``include_name``."""
    return kind != "table" or name not in {made for protection in PROTECTIONS.values() for made in protection.makes}


def protect(metadata: MetaData, protection: Protection) -> None:
    """Whenever ``metadata`` creates the tables of ``protection``, run its statements too; and let migrations find it."""
    PROTECTIONS[protection.name] = protection

    @event.listens_for(metadata, "after_create")
    def _created(_: Any, connection: Connection, tables: Any = (), **__: Any) -> None:
        if protection.tables <= {table.name for table in tables or ()}:
            for statement in protection.statements(connection.dialect.name):
                connection.exec_driver_sql(statement)
