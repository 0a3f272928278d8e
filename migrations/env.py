"""Migrations 数据库迁移: one head, the same steps on SQLite and on PostgreSQL. Run through ``flask db upgrade``.

Column types of ours are written as what lies underneath (texts, times, integers), so that a revision of today still runs
when our classes have moved. A revision that makes the log's tables gets ``op.protect_log()`` by itself.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate import renderers
from alembic.operations import MigrateOperation, Operations
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app import models_of_all_rooms
from app.extensions import db
from app.transparency.append_only import statements

models_of_all_rooms()


@Operations.register_operation("protect_log")
class ProtectLog(MigrateOperation):
    """``op.protect_log()``: the triggers that make the log append-only, and the empty chain's head."""

    @classmethod
    def protect_log(cls, operations: Operations) -> None:
        operations.invoke(cls())


@Operations.implementation_for(ProtectLog)
def _protect(operations: Operations, _: ProtectLog) -> None:
    for statement in statements(operations.get_context().dialect.name):
        operations.execute(statement)


@renderers.dispatch_for(ProtectLog)
def _render_protect(_context: Any, _: ProtectLog) -> str:
    return "op.protect_log()"


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A column type of ours as the plain type underneath."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def process_revision_directives(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """No empty revision; and the one that makes the log protects it."""
    upgrade = directives[0].upgrade_ops
    if upgrade.is_empty():
        directives[:] = []
    elif {"log_lines", "log_heads"} <= {getattr(step, "table_name", None) for step in upgrade.ops}:
        upgrade.ops.append(ProtectLog())


def configure(connection: Connection) -> None:
    """One transaction for all steps, on both databases; SQLite rebuilds tables where it cannot alter them."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,
        render_as_batch=connection.dialect.name == "sqlite",
        process_revision_directives=process_revision_directives,
    )


def run_online() -> None:
    with db.engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # before the transaction begins: a table is rebuilt under its own name, and nothing may cascade
            _pragma(connection, "foreign_keys=OFF")
        configure(connection)
        with context.begin_transaction():
            context.run_migrations()
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"foreign keys broken by this migration: {broken}")
        connection.commit()
        if sqlite:
            _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, words: str) -> None:
    """Straight to the driver: SQLAlchemy would begin a transaction first, and then SQLite ignores it."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    driver.cursor().execute(f"PRAGMA {words}")


def print_sql() -> None:
    """``flask db upgrade --sql``: the statements, for a database administrator who runs them by hand."""
    context.configure(dialect_name=db.engine.dialect.name, target_metadata=db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    print_sql()
else:
    run_online()
