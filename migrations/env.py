"""Migrations 数据库迁移: one head, the same steps on SQLite and on PostgreSQL. Run through ``flask db upgrade``.

Column types of ours are written as what lies underneath (texts, times, integers), so that a revision of today still runs
when our classes have moved. A revision that makes tables with a protection gets ``op.protect(name)`` by itself.
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
from app.transparency.protection import PROTECTIONS, described

models_of_all_rooms()


@Operations.register_operation("protect")
class Protect(MigrateOperation):
    """``op.protect(name)``: the triggers (and first rows) of one of ``app.transparency.protection.PROTECTIONS``."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def protect(cls, operations: Operations, name: str) -> None:
        operations.invoke(cls(name))


@Operations.register_operation("unprotect")
class Unprotect(MigrateOperation):
    """``op.unprotect(name)``: take away what a protection made beside the models' tables."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def unprotect(cls, operations: Operations, name: str) -> None:
        operations.invoke(cls(name))


@Operations.implementation_for(Protect)
def _protect(operations: Operations, operation: Protect) -> None:
    for statement in PROTECTIONS[operation.name].statements(operations.get_context().dialect.name):
        operations.execute(statement)


@Operations.implementation_for(Unprotect)
def _unprotect(operations: Operations, operation: Unprotect) -> None:
    for statement in PROTECTIONS[operation.name].undoing(operations.get_context().dialect.name):
        operations.execute(statement)


@renderers.dispatch_for(Protect)
def _render_protect(_context: Any, operation: Protect) -> str:
    return f"op.protect({operation.name!r})"


@renderers.dispatch_for(Unprotect)
def _render_unprotect(_context: Any, operation: Unprotect) -> str:
    return f"op.unprotect({operation.name!r})"


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A column type of ours as the plain type underneath."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def process_revision_directives(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """No empty revision; and one that makes protected tables protects them."""
    upgrade = directives[0].upgrade_ops
    if upgrade.is_empty():
        directives[:] = []
        return
    made = {getattr(step, "table_name", None) for step in upgrade.ops}
    protected = [protection for protection in PROTECTIONS.values() if protection.tables <= made]
    upgrade.ops += [Protect(protection.name) for protection in protected]
    downgrade = directives[0].downgrade_ops
    downgrade.ops[:0] = [Unprotect(protection.name) for protection in protected if protection.makes]


def configure(connection: Connection) -> None:
    """One transaction for all steps, on both databases; SQLite rebuilds tables where it cannot alter them."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        include_name=described,
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
