"""SQLite is told to be durable, to keep foreign keys, and to let a killed writer go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.extensions import db
from app.settings import Settings


def test_the_product_runs_with_write_ahead_log_full_synchronous_foreign_keys_patience_and_room(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    app = create_app(Settings(secret_key="x" * 32, database_url=url, var=tmp_path))
    with app.app_context(), db.engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "cache_size")
        ]

    assert found == ["wal", 2, 1, 10_000, -16_384]


def test_an_appointment_of_nobody_is_refused_by_the_database(app, work):
    with pytest.raises(IntegrityError), work() as unit:
        unit.session.execute(text(
            "INSERT INTO appointments (person_id, organisation_id, role, since) VALUES (7, 7, 'buyer', '2025-01-01')"
        ))


def test_a_writer_killed_in_the_middle_leaves_nothing_and_blocks_nobody(tmp_path):
    """kill -9 while the transaction is open: the next writer gets the lock at once and finds no half act."""
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    app = create_app(Settings(secret_key="x" * 32, database_url=url, var=tmp_path))
    with app.app_context():
        db.metadata.create_all(db.engine)
    doomed = textwrap.dedent(f"""
        import time
        from pathlib import Path
        from app import create_app
        from app.settings import Settings
        from app.store import unit_of_work
        from tests.builders.accounts import an_organisation
        app = create_app(Settings(secret_key="x" * 32, database_url={url!r}, var=Path({str(tmp_path)!r})))
        with app.app_context(), unit_of_work() as work:
            an_organisation(work)
            work.session.flush()
            print("open", flush=True)
            time.sleep(60)
    """)
    process = subprocess.Popen([sys.executable, "-c", doomed], stdout=subprocess.PIPE, text=True, cwd=app.root_path)
    assert process.stdout.readline() == "open\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    from app.store import unit_of_work

    with app.app_context():
        with unit_of_work() as work:
            assert work.session.execute(text("SELECT count(*) FROM organisations")).scalar() == 0
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
