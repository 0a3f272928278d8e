"""Bulk 成批写入: rows written past the services and as they would write them: the columns' own types, defaults and triggers.

SQLite takes ``executemany``, PostgreSQL ``COPY``. Both check constraints, foreign keys and triggers row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table

BLOCK = 4000
"""Rows that are kept in memory before they are written."""

Row = tuple[Any, ...]
Write = Callable[[list[Row]], None]


class Into:
    """Rows of one table on their way into it.

    varying  the columns that ``add`` gives, in its order; fixed: what is the same in every row
    Columns that are in neither get their default. Raises KeyError where there is none.
    """

    def __init__(self, connection: Connection, table: Table, varying: Sequence[str], **fixed: Any) -> None:
        self._connection, self._table = connection, table
        columns = table.c
        given = {*varying, *fixed}
        rest = {column.name: _default(column) for column in columns if column.name not in given}
        same = {name: self._bound(columns[name])(value) for name, value in {**fixed, **rest}.items()}
        self._same = tuple(same.values())
        self._names = (*varying, *same)
        self._ready = [self._bound(columns[name]) for name in varying]
        self._rows: list[Row] = []

    def add(self, *values: Any) -> None:
        self._rows.append((*(ready(value) for ready, value in zip(self._ready, values, strict=True)), *self._same))

    @property
    def full(self) -> bool:
        return len(self._rows) >= BLOCK

    def write(self) -> None:
        """Write what there is. Tables that are referred to go first."""
        if self._rows:
            write(self._connection, self._table.name, self._names, self._rows)
            self._rows = []

    def _bound(self, column: Column[Any]) -> Callable[[Any], Any]:
        dialect = self._connection.dialect
        return column.type.dialect_impl(dialect).bind_processor(dialect) or _same


def write(connection: Connection, table: str, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Write ``rows`` whose values are as the driver takes them."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table} ({', '.join(_quoted(names))}) VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(_quoted(names))}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _default(column: Column[Any]) -> Any:
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    if column.default is not None and column.default.is_callable:
        return column.default.arg(None)  # type: ignore[attr-defined]
    if column.nullable:
        return None
    raise KeyError(f"{column}: the generator says nothing of this column")


def _same(value: Any) -> Any:
    return value
