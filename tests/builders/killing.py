"""A mother of processes: imports the product once, forks the real server and the real worker, kills them with -9, and again.

    python -m tests.builders.killing

An order per line on stdin, as JSON, answered by the same line on stdout: ``["start", kind, settings]`` (the child is there; a
server listens), ``["kill", kind]`` (it is dead, with everything that it had started), ``["finish", settings]`` (what waits in
the outbox has been done by rounds that nobody kills). When stdin ends the children are killed too: nothing is left behind.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 1
PATIENCE_SECONDS = 120
WEB, WORKER = "web", "worker"


class Mother:
    """This side of the pipe."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from, self._log = process.stdin, process.stdout, log
        self._ear = selectors.DefaultSelector()
        self._ear.register(self._from, selectors.EVENT_READ)

    def ask(self, *order: Any) -> None:
        line = json.dumps(order) + "\n"
        self._to.write(line)
        self._to.flush()
        answer = self._from.readline() if self._ear.select(PATIENCE_SECONDS) else "no answer"
        assert answer == line, answer + self._log.read_text(errors="replace")[-3000:]


@dataclass(frozen=True)
class Child:
    """A server or a worker. ``settings``: fields of Settings that JSON can hold, and ``port`` for a server."""

    mother: Mother
    kind: str
    settings: dict[str, Any]

    def start(self) -> None:
        self.mother.ask("start", self.kind, self.settings)

    def kill(self) -> None:
        self.mother.ask("kill", self.kind)

    def finish(self) -> None:
        self.mother.ask("finish", self.settings)


@contextmanager
def a_mother(log: Path) -> Iterator[Mother]:
    """She writes to ``log``, and so do her children."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIPING_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.builders.killing"], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=output, text=True,
        )  # fmt: skip
    try:
        yield Mother(process, log)
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- inside the mother ---------------------------------------------------------------------------------------------------


def main() -> None:
    children: dict[str, int] = {}
    apps: dict[str, Flask] = {}
    for line in sys.stdin:
        match json.loads(line):
            case ["start", kind, settings]:
                if kind in children:  # of a test that failed in the middle
                    _kill(children.pop(kind))
                app = _app(apps, settings)
                port = settings.get("port", 0)
                children[kind] = _fork(app, port) if kind == WEB else _fork(app)
                if port:
                    _wait_for(port)
            case ["kill", kind]:
                _kill(children.pop(kind))
            case ["finish", settings]:
                _finish(_app(apps, settings))
        print(line, end="", flush=True)
    for child in children.values():
        _kill(child)


def _app(apps: dict[str, Flask], wanted: dict[str, Any]) -> Flask:
    """The application for these settings: made once, so that its clock runs on from one life to the next."""
    from app import create_app
    from app.settings import Settings

    key = json.dumps(wanted)
    if key not in apps:
        now = datetime.fromisoformat(wanted["now"]) if "now" in wanted else None
        plain = {name: value for name, value in wanted.items() if name not in ("now", "port", "var")}
        apps[key] = create_app(Settings(**plain, var=Path(wanted["var"]), now=now, lease_seconds=LEASE_SECONDS))
    return apps[key]


def _fork(app: Flask, port: int = 0) -> int:
    child = os.fork()
    if child == 0:
        try:
            os.setsid()  # a group of its own: what it starts is killed in the same instant
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(2, 1)
            _serve(app, port) if port else _work(app)
        finally:
            os._exit(3)
    return child


def _kill(child: int) -> None:
    while os.getpgid(child) != child:
        time.sleep(0.001)
    os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it had ended by itself"


def _serve(app: Flask, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian("wsgi:app", "127.0.0.1", port, interface=Interfaces.WSGI, workers=2, log_enabled=False)
    server.serve(target_loader=lambda *_: app)  # type: ignore[no-untyped-call]


def _work(app: Flask) -> None:
    from app.jobs import queue

    queue.work(app)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.005)
    raise TimeoutError("the server does not listen")


def _finish(app: Flask) -> None:
    from app.extensions import db
    from app.jobs import rounds
    from app.messages.kinds import Delivery
    from app.messages.models import EnvelopeRow
    from app.store import reading

    waits = select(func.count()).select_from(EnvelopeRow).where(EnvelopeRow.state.in_((Delivery.WAITING, Delivery.SENDING)))
    for _ in range(600):
        with app.app_context():
            rounds.tick(app)
            rounds.drain(app, lease=timedelta(seconds=LEASE_SECONDS))
            left = reading().scalar(waits)
        if not left:
            break
        time.sleep(0.05)
    with app.app_context():
        db.engine.dispose()  # a child inherits no connection
    if not left:
        return
    raise SystemExit(f"{left} letters are still waiting")


if __name__ == "__main__":
    main()
