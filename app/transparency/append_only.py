"""Append-only 只增不改: the database itself refuses to change or delete a log line."""

from __future__ import annotations

from app.transparency.protection import Protection
from app.transparency.written import not_replaced

HEAD = "INSERT INTO log_heads (id, sequence, hash) VALUES (1, 0, '" + "0" * 64 + "')"

_SQLITE = (
    """CREATE TRIGGER log_lines_are_never_changed BEFORE UPDATE ON log_lines
BEGIN SELECT RAISE(ABORT, 'log_lines is append-only'); END""",
    """CREATE TRIGGER log_lines_are_never_deleted BEFORE DELETE ON log_lines
BEGIN SELECT RAISE(ABORT, 'log_lines is append-only'); END""",
    not_replaced("log_lines", "sequence", "log_lines is append-only"),
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION log_lines_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'log_lines is append-only'; END $$""",
    """CREATE TRIGGER log_lines_are_never_changed BEFORE UPDATE OR DELETE ON log_lines
FOR EACH ROW EXECUTE FUNCTION log_lines_are_append_only()""",
    """CREATE TRIGGER log_lines_are_never_emptied BEFORE TRUNCATE ON log_lines
FOR EACH STATEMENT EXECUTE FUNCTION log_lines_are_append_only()""",
)


PROTECTION = Protection("log", frozenset({"log_lines", "log_heads"}), (*_SQLITE, HEAD), (*_POSTGRESQL, HEAD))
