"""The mother of servers and workers that are there to be killed: one per process of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.builders.killing import WEB, WORKER, Child, Mother, a_free_port, a_mother

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.builders.post_office import PostOffice
    from tests.databases import Database


@pytest.fixture(scope="session")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with a_mother(tmp_path_factory.mktemp("mother") / "log") as found:
        yield found


@pytest.fixture
def server(mother: Mother, app: Flask, database: Database, tmp_path: Path) -> Iterator[Callable[[datetime], Child]]:
    """``server(now)``: the real server, on the test's database, as of ``now``. Dead at the end of the test."""
    begun: list[Child] = []

    def make(now: datetime) -> Child:
        begun.append(Child(mother, WEB, {**_common(app, database, tmp_path), "port": a_free_port(), "now": now.isoformat()}))
        begun[0].start()
        return begun[0]

    yield make
    for child in begun:
        child.kill()


@pytest.fixture
def worker(mother: Mother, app: Flask, database: Database, tmp_path: Path) -> Callable[..., Child]:
    """``worker(office)``: the real worker, not started yet; ``now`` as for the server."""

    def make(office: PostOffice, now: datetime | None = None) -> Child:
        smtp = {"smtp_url": f"smtp://127.0.0.1:{office.port}", "mail_from": "caiping@example.cn"}
        return Child(mother, WORKER, {**_common(app, database, tmp_path), **smtp, **({"now": now.isoformat()} if now else {})})

    return make


def _common(app: Flask, database: Database, var: Path) -> dict[str, str]:
    return {"secret_key": app.extensions["settings"].secret_key, "database_url": database.url, "var": str(var)}
