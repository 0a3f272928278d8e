"""Frozen 签名后不可更改: the database itself refuses to change a signed sheet or any mark on it.

``statements`` is used twice: after metadata.create_all (tests, demonstration) and in the migration that makes the tables.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, MetaData, event

_SIGNED = "EXISTS (SELECT 1 FROM evaluation_sheets s WHERE s.id = {row}.sheet_id AND s.signed_at IS NOT NULL)"


def _sqlite() -> tuple[str, ...]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'a signed sheet is never changed'); END"
    marks = tuple(
        f"CREATE TRIGGER signed_marks_are_frozen_{act.lower()} BEFORE {act} ON evaluation_marks"
        f" WHEN {_SIGNED.format(row=row)} {refuse}"
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    )
    sheets = tuple(
        f"CREATE TRIGGER signed_sheets_are_frozen_{act.lower()} BEFORE {act} ON evaluation_sheets"
        f" WHEN OLD.signed_at IS NOT NULL {refuse}"
        for act in ("UPDATE", "DELETE")
    )
    return (*marks, *sheets)


_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION signed_marks_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP <> 'INSERT' AND {_SIGNED.format(row="OLD")} THEN RAISE EXCEPTION 'a signed sheet is never changed'; END IF;
IF TG_OP <> 'DELETE' AND {_SIGNED.format(row="NEW")} THEN RAISE EXCEPTION 'a signed sheet is never changed'; END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW; END $$""",
    """CREATE TRIGGER signed_marks_are_frozen BEFORE INSERT OR UPDATE OR DELETE ON evaluation_marks
FOR EACH ROW EXECUTE FUNCTION signed_marks_are_frozen()""",
    """CREATE OR REPLACE FUNCTION signed_sheets_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'a signed sheet is never changed'; END $$""",
    """CREATE TRIGGER signed_sheets_are_frozen BEFORE UPDATE OR DELETE ON evaluation_sheets
FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION signed_sheets_are_frozen()""",
)


def statements(dialect: str) -> tuple[str, ...]:
    """The triggers for ``dialect`` (``sqlite`` or ``postgresql``), to run in this order."""
    return {"sqlite": _sqlite(), "postgresql": _POSTGRESQL}[dialect]


def protect(metadata: MetaData) -> None:
    """Whenever ``metadata`` creates the two tables, create their protection too."""

    @event.listens_for(metadata, "after_create")
    def _created(_: Any, connection: Connection, tables: Any = (), **__: Any) -> None:
        if {"evaluation_sheets", "evaluation_marks"} <= {table.name for table in tables or ()}:
            for statement in statements(connection.dialect.name):
                connection.exec_driver_sql(statement.replace("%", "%%"))
