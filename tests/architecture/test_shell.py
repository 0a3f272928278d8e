"""The shell as a whole: settings that refuse, a start that is light, commands that answer in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from app import FOUNDATION, ROOMS, create_app
from app.extensions import db
from app.settings import HalfConfigured, Settings
from kernel.period import SHANGHAI
from tests.builders.accounts import an_actor
from tests.databases import make_app, settings_for

ROOT = Path(__file__).resolve().parents[2]


def test_production_refuses_to_start_half_configured_and_says_everything_at_once() -> None:
    with pytest.raises(HalfConfigured) as refusal:
        Settings.from_env({"CAIPING_ENV": "production", "CAIPING_NOW": "2025-02-10T09:00", "CAIPING_PROXIES": "-1"})

    for name in ("CAIPING_SECRET_KEY", "CAIPING_NOW", "CAIPING_PROXIES"):
        assert name in str(refusal.value)


def test_production_is_https_and_keeps_its_own_secret(tmp_path: Path) -> None:
    env = {"CAIPING_ENV": "production", "CAIPING_SECRET_KEY": "k" * 32, "DATABASE_URL": "postgres://db/caiping"}

    settings = Settings.from_env({**env, "CAIPING_VAR": str(tmp_path)})

    assert (settings.https, settings.secret_key) == (True, "k" * 32)
    assert settings.database_url == "postgresql+psycopg://db/caiping"
    assert list(tmp_path.iterdir()) == []


def test_development_makes_a_secret_once_and_keeps_it_to_its_owner(tmp_path: Path) -> None:
    first, again = (Settings.from_env({"CAIPING_VAR": str(tmp_path)}) for _ in range(2))

    assert first.secret_key == again.secret_key
    assert len(first.secret_key) >= 48
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert first.database_url == f"sqlite:///{tmp_path / 'caiping.sqlite3'}"


def test_the_demonstrations_clock_starts_where_it_is_told_in_beijing_time(tmp_path: Path) -> None:
    settings = Settings.from_env({"CAIPING_VAR": str(tmp_path), "CAIPING_NOW": "2025-02-10T09:00"})

    assert settings.now == datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)


def test_importing_the_shell_loads_no_framework() -> None:
    """Commands that need no application must not pay for one."""
    probe = "import sys, app, app.settings, app.cli.accounts, app.cli.log; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert not {"flask", "sqlalchemy", "wtforms", "jinja2", "weasyprint", "openpyxl", "argon2"} & set(loaded.split())


def test_the_web_application_starts_without_the_renderers(tmp_path: Path) -> None:
    probe = (
        "import sys; from pathlib import Path; from app import create_app; from app.settings import Settings;"
        f"create_app(Settings('x' * 32, 'sqlite://', var=Path({str(tmp_path)!r}))); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT).stdout

    assert not {"weasyprint", "openpyxl"} & set(loaded.split())


def test_every_room_named_is_a_room_with_furniture() -> None:
    for room in (*FOUNDATION, *ROOMS):
        folder = ROOT / room.replace(".", "/")
        assert any((folder / f"{piece}.py").exists() for piece in ("models", "views", "tasks")), room


def test_every_room_that_has_tables_or_pages_is_named() -> None:
    furnished = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for piece in ("models", "views")
        for path in (ROOT / "app").rglob(f"{piece}.py")
    }

    assert sorted(furnished - set(ROOMS) - set(FOUNDATION)) == []


class Console:
    """``flask`` as a person types it, on an installation of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        make_app(f"sqlite:///{var / 'caiping.sqlite3'}", var)

    def __call__(self, *words: str, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "CAIPING_VAR": str(self.var), "CAIPING_ENV": "development", **env}
        environ.pop("DATABASE_URL", None)
        command = [sys.executable, "-m", "flask", *words]
        return subprocess.run(command, capture_output=True, text=True, input=typed, cwd=ROOT, env=environ, check=False)


@pytest.fixture(scope="module")
def flask(tmp_path_factory: pytest.TempPathFactory) -> Console:
    return Console(tmp_path_factory.mktemp("console"))


def test_an_installation_is_peopled_from_the_command_line(flask: Console) -> None:
    made = flask("accounts", "add-organisation", "--kind", "expert_pool", "--name", "评审专家库")
    assert json.loads(made.stdout) == {"id": 1}
    made = flask("accounts", "add-person", "--name", "龑䶮", "--login", "yan", "--password-stdin", typed="long enough\n")
    assert json.loads(made.stdout) == {"id": 1}
    appointed = flask("accounts", "appoint", "--login", "yan", "--organisation", "评审专家库", "--role", "expert")
    assert appointed.returncode == 0

    listed = json.loads(flask("accounts", "list").stdout)

    assert listed["organisations"] == [{"id": 1, "kind": "expert_pool", "name": "评审专家库", "credit_code": None}]
    assert listed["people"][0]["appointments"] == [{"role": "expert", "organisation": 1}]
    assert "password" not in json.dumps(listed)
    assert json.loads(flask("accounts", "unlock", "yan").stdout) == {"person": 1, "locked": False}
    assert json.loads(flask("accounts", "revoke-sessions", "yan").stdout) == {"person": 1, "sessions_ended": 0}


def test_what_is_refused_is_said_on_stderr_with_two(flask: Console) -> None:
    refused = flask("accounts", "add-organisation", "--kind", "supplier", "--name", " ")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "请填写单位名称" in refused.stderr
    assert "请填写统一社会信用代码" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_logs_verdict_is_json_and_its_exit_code(tmp_path: Path) -> None:
    flask = Console(tmp_path)
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'caiping.sqlite3'}", tmp_path))
    with app.app_context():
        from app.store import unit_of_work

        with unit_of_work() as work:
            an_actor(work)
        whole = flask("log", "verify")
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER log_lines_are_never_changed")
            connection.exec_driver_sql("UPDATE log_lines SET act = 'person.forget' WHERE sequence = 2")
        edited = flask("log", "verify")

    assert (whole.returncode, json.loads(whole.stdout)["lines"]) == (0, 3)
    assert (edited.returncode, json.loads(edited.stdout)["first_bad"]) == (1, 2)


def test_a_log_that_cannot_be_read_is_neither_whole_nor_broken(tmp_path: Path) -> None:
    flask = Console(tmp_path)
    (tmp_path / "caiping.sqlite3").unlink()

    unreadable = flask("log", "verify")

    assert (unreadable.returncode, unreadable.stdout) == (2, "")
    assert "尚未建立" in unreadable.stderr


def test_a_half_configured_installation_says_so_in_one_line(flask: Console) -> None:
    refused = flask("log", "verify", CAIPING_ENV="production", CAIPING_SECRET_KEY="")

    assert refused.returncode == 2
    assert "CAIPING_SECRET_KEY" in refused.stderr
    assert "Traceback" not in refused.stderr
