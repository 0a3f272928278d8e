"""Written once 写定: columns that the database itself lets nobody change, replace or delete once they are written.

For what a receipt, a signature or a publication stands for: the service that would change it does not exist, and whoever
goes past the services is refused too.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.transparency.protection import Protection


def written_once(table: str, columns: Sequence[str], *, key: str = "id", once: str = "") -> Protection:
    """The protection of ``columns`` of ``table``; its rows are not deleted either.

    once  a column: from when it holds something on; "" from the first moment on
    """
    refuse = f"{table}: what is written stays as it is"
    return Protection(f"written_{table}", frozenset({table}), _sqlite(table, columns, key, once, refuse), _postgresql(table, columns, once, refuse))


def not_replaced(table: str, key: str, refuse: str, once: str = "") -> str:
    """For SQLite, whose INSERT OR REPLACE takes a row away without asking the triggers of DELETE."""
    held = f" AND held.{once} IS NOT NULL" if once else ""
    return (
        f"CREATE TRIGGER {table}_are_not_replaced BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} held WHERE held.{key} = NEW.{key}{held}) BEGIN SELECT RAISE(ABORT, '{refuse}'); END"
    )


def _sqlite(table: str, columns: Sequence[str], key: str, once: str, refuse: str) -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    written = f"OLD.{once} IS NOT NULL" if once else "1"
    stop = f"BEGIN SELECT RAISE(ABORT, '{refuse}'); END"
    return (
        f"CREATE TRIGGER {table}_stay_as_written BEFORE UPDATE ON {table} WHEN {written} AND ({changed}) {stop}",
        f"CREATE TRIGGER {table}_are_not_deleted BEFORE DELETE ON {table} WHEN {written} {stop}",
        not_replaced(table, key, refuse, once),
    )


def _postgresql(table: str, columns: Sequence[str], once: str, refuse: str) -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    written = f"OLD.{once} IS NOT NULL" if once else "TRUE"
    return (
        f"""CREATE OR REPLACE FUNCTION {table}_stay_as_written() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refuse}'; END $$""",
        f"CREATE TRIGGER {table}_stay_as_written BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({written} AND ({changed}))"
        f" EXECUTE FUNCTION {table}_stay_as_written()",
        f"CREATE TRIGGER {table}_are_not_deleted BEFORE DELETE ON {table} FOR EACH ROW WHEN ({written})"
        f" EXECUTE FUNCTION {table}_stay_as_written()",
    )
