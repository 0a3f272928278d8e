"""What alembic does not compare: the migrations make the same constraints, indexes and first rows as the models do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask_migrate import upgrade
from sqlalchemy import Connection, UniqueConstraint, create_engine, func, inspect, select, table, text

from app import create_app, models_of_all_rooms
from app.extensions import db
from tests.architecture.tree import ROOT
from tests.databases import Database, settings_for

MIGRATIONS = ROOT / "migrations"
BOOKKEEPING = "alembic_version"



@dataclass
class Pair:
    """The same database twice: as the migrations make it, and as the models say."""

    migrated: Connection
    modelled: Connection


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def pair(
    request: pytest.FixtureRequest, _databases: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    kind = _databases(request.param)
    if kind.missing:
        pytest.skip(kind.missing)
    folder = tmp_path_factory.mktemp("schemas")
    modelled = create_engine(_another(kind, folder, "modelled"))
    db.metadata.create_all(modelled)
    app = create_app(settings_for(_another(kind, folder, "migrated"), folder))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        with db.engine.connect() as ours, modelled.connect() as theirs:
            yield Pair(ours, theirs)
        db.engine.dispose()
        modelled.dispose()
        if request.param == "postgresql":
            for name in ("modelled", "migrated"):
                _administer(kind, f"DROP DATABASE {name} WITH (FORCE)")


def _another(database: Database, folder: Path, name: str) -> str:
    """The address of another, wholly empty database of the same kind."""
    if database.kind == "sqlite":
        return f"sqlite:///{folder / name}.sqlite3"
    _administer(database, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _administer(database, f"CREATE DATABASE {name}")
    return database.url.replace("/caiping?", f"/{name}?")


def _administer(database: Database, statement: str) -> None:
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def tables(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, keys, constraints and indexes, in an order that does not depend on who made it."""
    seen = inspect(connection)
    return {
        name: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], str(column["default"]))
                for column in seen.get_columns(name)
            },
            "primary key": seen.get_pk_constraint(name),
            "foreign keys": _sorted(seen.get_foreign_keys(name)),
            "unique": _sorted(seen.get_unique_constraints(name)),
            "checks": _sorted(seen.get_check_constraints(name)),
            "indexes": _sorted(seen.get_indexes(name)),
        }
        for name in sorted(seen.get_table_names())
        if name != BOOKKEEPING
    }


def _sorted(described: Any) -> list[str]:
    """Each as text: a partial index holds its condition as an object that equals only itself."""
    return sorted("; ".join(f"{key}: {_plain(value)}" for key, value in sorted(each.items())) for each in described)


def _plain(value: Any) -> str:
    return str({key: str(held) for key, held in sorted(value.items())}) if isinstance(value, dict) else str(value)


def triggers(connection: Connection) -> set[tuple[str, str]]:
    """Every trigger with its table."""
    if connection.dialect.name == "sqlite":
        found = text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    else:
        found = text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    return {(name, table) for name, table in connection.execute(found)}


def row_counts(connection: Connection) -> dict[str, int]:
    names = inspect(connection).get_table_names()
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in sorted(names)
        if name != BOOKKEEPING
    }


def test_every_table_has_the_columns_and_constraints_of_its_model(pair: Pair) -> None:
    """Check constraints too: half of what a table promises is in them."""
    assert tables(pair.migrated) == tables(pair.modelled)


def test_the_same_triggers_guard_what_was_signed_and_logged(pair: Pair) -> None:
    assert triggers(pair.modelled)
    assert triggers(pair.migrated) == triggers(pair.modelled)


def test_both_begin_with_the_same_rows(pair: Pair) -> None:
    assert row_counts(pair.migrated) == row_counts(pair.modelled)


def test_no_two_tables_share_the_name_of_a_constraint_or_index() -> None:
    """Indexes, and the unique constraints that make one, share one room of names in PostgreSQL."""
    models_of_all_rooms()
    names = Counter(
        str(each.name)
        for table in db.metadata.tables.values()
        for each in (*table.indexes, *(c for c in table.constraints if isinstance(c, UniqueConstraint)))
    )

    assert [name for name, times in names.items() if times > 1] == []
