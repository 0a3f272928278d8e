"""The two databases of the tests, each with its application: made once per process, emptied before every test."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from app import create_app
from app.extensions import db
from app.settings import Settings
from app.transparency.append_only import HEAD

HOMES = "caiping-pg-"


class Browser(FlaskClient):
    """A client that sends a once-key with every form, as the pages do.

    Each request runs outside the test's own application context, as in real life: Flask would lend it that one, and who
    is signed in would leak from one request into the next.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Any:
        data = kwargs.get("data")
        if data is None or isinstance(data, dict):
            from app.web.once import new_key

            kwargs["data"] = {"once": new_key(), **(data or {})}
        return super().post(*args, **kwargs)


@dataclass
class Database:
    """One kind of database and the application on it; ``missing`` says why there is none."""

    kind: str
    app: Flask = None  # type: ignore[assignment]
    url: str = ""
    missing: str = ""
    empty: Callable[[], None] = lambda: None
    close: Callable[[], None] = lambda: None


def settings_for(url: str, var: Path) -> Settings:
    """Settings of a test: no durability, no CSRF tokens to fetch (tests/app/web has its own for those)."""
    return Settings(
        secret_key="a secret of the tests, long enough", database_url=url, var=var, sqlite_synchronous="OFF",
        csrf=False, testing=True, law_seconds=86_400,
    )


def make_app(url: str, var: Path) -> Flask:
    """The application on ``url``, its schema made by the migrations."""
    app = create_app(settings_for(url, var))
    app.test_client_class = Browser
    with app.app_context():
        flask_migrate.upgrade()
    return app


def sqlite_database(folder: Path) -> Database:
    """A file, and a copy of it as it was when empty: emptying is copying it back."""
    file, template = folder / "caiping.sqlite3", folder / "template.sqlite3"
    app = make_app(f"sqlite:///{file}", folder)
    with app.app_context():
        engine = db.engine
    engine.dispose()  # the last connection folds the write-ahead log into the file
    shutil.copyfile(file, template)

    def empty() -> None:
        engine.dispose()
        for left in (f"{file}-wal", f"{file}-shm"):
            Path(left).unlink(missing_ok=True)
        shutil.copyfile(template, file)
        app.extensions["law_in_force"].forget()

    return Database("sqlite", app, f"sqlite:///{file}", empty=empty, close=engine.dispose)


def postgresql_database(folder: Path) -> Database:
    """A private cluster on a socket in a folder of its own; emptied by one statement."""
    cluster = Cluster.start()
    if isinstance(cluster, str):
        return Database("postgresql", missing=cluster)
    try:
        app = make_app(cluster.url("caiping"), folder)
    except BaseException:
        cluster.stop()
        raise
    tables = ", ".join(table.name for table in db.metadata.tables.values())
    erase = create_engine(cluster.url("caiping"), isolation_level="AUTOCOMMIT")

    def empty() -> None:
        with app.app_context():
            db.engine.dispose()
        with erase.connect() as connection:
            # replica: the triggers that forbid emptying the log rest for this one connection
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
            connection.execute(text(HEAD))
            connection.execute(text("SET session_replication_role = DEFAULT"))
        app.extensions["law_in_force"].forget()

    def close() -> None:
        with app.app_context():
            db.engine.dispose()
        erase.dispose()
        cluster.stop()

    return Database("postgresql", app, cluster.url("caiping"), empty=empty, close=close)


class Cluster:
    """A PostgreSQL started from the installed binaries, as an unprivileged user when we are root.

    It is our child and dies with us, however we end; what a killed predecessor left on disk is swept away.
    """

    def __init__(self, binaries: Path, home: Path, user: str | None) -> None:
        self.binaries, self.home, self.user = binaries, home, user
        self._server: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls) -> Cluster | str:
        """A running cluster, or the reason why there is none."""
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
        if not installed:
            return "PostgreSQL 未安装（/usr/lib/postgresql/*/bin），这部分测试只在 SQLite 上运行"
        user = _unprivileged() if os.geteuid() == 0 else None
        if os.geteuid() == 0 and user is None:
            return "以 root 运行且没有 postgres 或 nobody 用户，无法启动 PostgreSQL"
        _sweep()
        home = Path(tempfile.mkdtemp(prefix=f"{HOMES}{os.getpid()}-"))
        if user:
            shutil.chown(home, user)
        cluster = cls(installed[-1].parent, home, user)
        try:
            cluster._run("initdb", "-D", home / "data", "-U", "caiping", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
            cluster._serve()
            cluster._run("createdb", "-h", home, "-U", "caiping", "caiping")
        except (subprocess.CalledProcessError, TimeoutError) as error:
            cluster.stop()
            said = error.stderr.decode(errors="replace")[-300:] if isinstance(error, subprocess.CalledProcessError) else ""
            return f"PostgreSQL 无法启动: {said or error}"
        return cluster

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://caiping@/{name}?host={self.home}"

    def stop(self) -> None:
        if self._server:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def _serve(self) -> None:
        """Start the server and wait until it answers."""
        careless = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
        modest = ("listen_addresses=", "max_connections=60", "shared_buffers=32MB")
        options = [word for setting in (*careless, *modest) for word in ("-c", setting)]
        command = [self.binaries / "postgres", "-D", self.home / "data", "-k", self.home, *options]
        with (self.home / "log").open("wb") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_die_with_parent, **self._manner())
        ready = [self.binaries / "pg_isready", "-q", "-h", self.home]
        for _ in range(400):
            if subprocess.run(ready, check=False, **self._manner()).returncode == 0:
                return
            time.sleep(0.05)
        raise TimeoutError((self.home / "log").read_text(errors="replace")[-300:])

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.binaries / program), *map(str, arguments)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **self._manner())

    def _manner(self) -> dict[str, Any]:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        return {"user": self.user, "cwd": self.home, "stdin": subprocess.DEVNULL, "env": environment}


def _die_with_parent() -> None:
    """Ask Linux to end the server (SIGQUIT) when the test process ends; elsewhere nothing is asked."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _sweep() -> None:
    """Remove the homes of clusters whose test process is gone."""
    for home in Path(tempfile.gettempdir()).glob(f"{HOMES}*-*"):
        owner = home.name.removeprefix(HOMES).split("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists() and Path("/proc/self").exists():
            shutil.rmtree(home, ignore_errors=True)


def _unprivileged() -> str | None:
    import pwd

    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None
