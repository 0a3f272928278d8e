"""A mother of workers: imports the product once, then forks a real worker, kills it at a random moment, and again.

    python -m tests.builders.killing <database url> <var> <smtp url> <kills> <seed>

At the end one worker is left to finish. Prints how many workers were killed while they held a letter.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.jobs import queue, rounds
from app.messages.kinds import Delivery
from app.messages.models import EnvelopeRow
from app.settings import Settings
from app.store import reading

LEASE_SECONDS = 1
LONGEST_LIFE = 0.35


def main(url: str, var: str, smtp: str, kills: int, seed: int) -> None:
    settings = Settings(
        "a secret of the tests, long enough", url, var=Path(var), smtp_url=smtp, mail_from="caiping@example.cn",
        lease_seconds=LEASE_SECONDS,
    )  # fmt: skip
    app, chance = create_app(settings), random.Random(seed)
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            try:
                queue.work(app)
            finally:
                os._exit(3)
        time.sleep(chance.uniform(0.03, LONGEST_LIFE))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "a worker ended by itself"
    Path(var, "killed").touch()
    while not Path(var, "told").exists():
        time.sleep(0.01)
    finish(app)


def finish(app: Flask) -> None:
    """What is left is done by a worker that nobody kills."""
    for _ in range(200):
        with app.app_context():
            rounds.tick(app)
            rounds.drain(app, lease=timedelta(seconds=LEASE_SECONDS))
            left = reading().scalar(
                select(func.count()).select_from(EnvelopeRow).where(EnvelopeRow.state.in_((Delivery.WAITING, Delivery.SENDING)))
            )
        if not left:
            return
        time.sleep(0.05)
    raise SystemExit(f"{left} letters are still waiting")


if __name__ == "__main__":
    database, folder, server, times, begin = sys.argv[1:]
    main(database, folder, server, int(times), int(begin))
