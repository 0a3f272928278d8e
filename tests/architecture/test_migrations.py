"""The migrations make the schema that the models describe, on both databases, and the log is protected by them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.extensions import db
from app.store import reading
from app.transparency.models import LogHead, LogLine
from app.transparency.protection import described
from tests.databases import Database, settings_for

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@pytest.fixture
def bare_app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    if database.kind == "sqlite":
        url, forget = f"sqlite:///{tmp_path / 'bare.sqlite3'}", lambda: None
    else:
        server = create_engine(database.url, isolation_level="AUTOCOMMIT")
        url = database.url.replace("/caiping?", "/bare?")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE bare"))

        def forget() -> None:
            with server.connect() as connection:
                connection.execute(text("DROP DATABASE bare WITH (FORCE)"))
            server.dispose()

    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    forget()


def test_there_is_one_head_and_it_makes_exactly_the_models_tables(bare_app: Flask) -> None:
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1

    flask_migrate.upgrade()

    _schema_is_the_models()
    _log_is_protected()


def test_a_revision_written_today_makes_the_schema_and_protects_the_log(bare_app: Flask, tmp_path: Path) -> None:
    """The generator is right, whatever the revisions hold: this is how the next one will be written."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    (folder / "versions").mkdir()
    flask_migrate.migrate(directory=str(folder), message="everything")
    [written] = (folder / "versions").glob("*.py")
    assert "app." not in written.read_text(encoding="utf-8"), "a revision must outlive our classes"

    flask_migrate.upgrade(directory=str(folder))
    _schema_is_the_models()
    _log_is_protected()

    flask_migrate.downgrade(directory=str(folder), revision="base")
    with db.engine.connect() as connection:
        assert [name for name in db.inspect(connection).get_table_names() if name != "alembic_version"] == []


def _schema_is_the_models() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": described})
        assert compare_metadata(context, db.metadata) == []


def _log_is_protected() -> None:
    assert reading().scalar(select(LogHead.sequence)) == 0
    reading().rollback()
    line = {column.name: column.type.python_type() for column in LogLine.__table__.columns}
    with db.engine.begin() as connection:
        connection.execute(LogLine.__table__.insert().values(**line))
    for statement in ("UPDATE log_lines SET act = 'x'", "DELETE FROM log_lines"):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))
