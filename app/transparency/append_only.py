"""Append-only 只增不改: the database itself refuses to change or delete a log line.

``statements`` is used twice: after metadata.create_all (tests, demonstration) and in the migration that makes the table.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, text

from app.transparency.models import LogHead, LogLine

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


def _guard(target: Any, connection: Connection, **_: Any) -> None:
    for statement in statements(connection.dialect.name):
        connection.execute(text(statement))


# The head is created after the lines (by name order of create_all's dependency sort they are independent), so the
# listener waits for whichever comes last: the metadata as a whole.
event.listen(LogLine.metadata, "after_create", lambda target, connection, tables=None, **_: (
    _guard(target, connection) if {LogLine.__table__, LogHead.__table__} <= set(tables or ()) else None
))
