"""What every test of the shell stands on: both databases, the application, a client, a unit of work.

``app``, ``client``, ``work``, ``session`` run twice, on SQLite and on PostgreSQL; the latter from the machine's installed
binaries, privately, without durability. Each test begins with an empty schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.databases import Database, postgresql_database, sqlite_database

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from app.accounts import Actor
    from app.store import UnitOfWork


@pytest.fixture(scope="session")
def _databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """Each kind of database, made when first asked for, once per process."""
    made: dict[str, Database] = {}

    def give(kind: str) -> Database:
        if kind not in made:
            make = {"sqlite": sqlite_database, "postgresql": postgresql_database}[kind]
            made[kind] = make(tmp_path_factory.mktemp(kind))
        return made[kind]

    yield give
    for database in made.values():
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, _databases: Callable[[str], Database]) -> Database:
    """An empty database with the whole schema; ``database.kind`` says which."""
    found = _databases(request.param)
    if found.missing:
        pytest.skip(found.missing)
    found.empty()
    return found


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The application on ``database``, inside an application context. Real time, unless ``clock_at`` is called."""
    with database.app.app_context():
        yield database.app
    database.app.extensions["clock"].set(None)


@pytest.fixture
def clock_at(app: Flask) -> Callable[[datetime], None]:
    """``clock_at(moment)`` sets the application's clock; it runs on from there."""
    return app.extensions["clock"].set


@pytest.fixture
def work(app: Flask) -> Callable[[], AbstractContextManager[UnitOfWork]]:
    """``with work() as unit:``: one act, committed at the end of the block."""
    from app.store import unit_of_work

    return unit_of_work


@pytest.fixture
def session(app: Flask) -> Session:
    """The reading session. Call ``session.rollback()`` to see what was committed since the last read."""
    from app.store import reading

    return reading()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies. Its ``post`` adds the once-key that every act form carries (unless given)."""
    return app.test_client()


@pytest.fixture
def sign_in_as(app: Flask) -> Callable[[Any, Actor], None]:
    """``sign_in_as(client, actor)``: the client acts as ``actor`` from now on. The actor needs its appointment."""
    from tests.builders.accounts import open_the_door

    def enter(browser: FlaskClient, actor: Actor) -> None:
        open_the_door(app, browser, actor)

    return enter


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with statements() as seen:``: the SQL that runs inside the block, without BEGIN and COMMIT."""
    from sqlalchemy import event

    from app.extensions import db

    @contextmanager
    def listen() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return listen
