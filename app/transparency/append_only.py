"""Append-only 只增不改: the database itself refuses to change or delete a log line.

``statements`` is used twice: after metadata.create_all (tests, demonstration) and in the migration that makes the table.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event

HEAD = "INSERT INTO log_heads (id, sequence, hash) VALUES (1, 0, '" + "0" * 64 + "')"

_SQLITE = (
    """CREATE TRIGGER log_lines_are_never_changed BEFORE UPDATE ON log_lines
BEGIN SELECT RAISE(ABORT, 'log_lines is append-only'); END""",
    """CREATE TRIGGER log_lines_are_never_deleted BEFORE DELETE ON log_lines
BEGIN SELECT RAISE(ABORT, 'log_lines is append-only'); END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION log_lines_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'log_lines is append-only'; END $$""",
    """CREATE TRIGGER log_lines_are_never_changed BEFORE UPDATE OR DELETE ON log_lines
FOR EACH ROW EXECUTE FUNCTION log_lines_are_append_only()""",
    """CREATE TRIGGER log_lines_are_never_emptied BEFORE TRUNCATE ON log_lines
FOR EACH STATEMENT EXECUTE FUNCTION log_lines_are_append_only()""",
)


def statements(dialect: str) -> tuple[str, ...]:
    """The triggers for ``dialect`` (``sqlite`` or ``postgresql``) and the empty chain's head, to run in this order."""
    return (*{"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[dialect], HEAD)


def protect(metadata: MetaData) -> None:
    """Whenever ``metadata`` creates the log's two tables, create their protection and the empty chain's head too."""

    @event.listens_for(metadata, "after_create")
    def _created(_: Any, connection: Connection, tables: Any = (), **__: Any) -> None:
        if {"log_lines", "log_heads"} <= {table.name for table in tables or ()}:
            for statement in statements(connection.dialect.name):
                connection.exec_driver_sql(statement)
