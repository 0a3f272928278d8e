"""The queue 队列: Huey on a SQLite file, or on Redis for several machines. It only rings: the truth is in the database.

Two tasks without arguments: *minute*, which Huey runs every minute (a sign of life, what time does, the outbox), and *drain*,
for which an act rings when it has just written something to send. A task that is lost with a killed worker loses nothing: the rows that it
would have worked on are still there, and the next task finds them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
from datetime import timedelta
from typing import Any

from flask import Flask
from huey import RedisHuey, SqliteHuey, crontab
from huey.api import Huey
from huey.serializer import SignedSerializer

from app.jobs import rounds

QUEUE = "caiping"
FILE = "queue.sqlite3"


class Queue:
    """The queue of one application, with its two tasks."""

    def __init__(self, app: Flask) -> None:
        settings = app.extensions["settings"]
        # Huey pickles what it queues; signed, so that who can write into the queue still cannot make us run something.
        serializer = SignedSerializer(secret=settings.secret_key, salt=QUEUE)
        self.name = f"{socket.gethostname()}-{os.getpid()}"
        self.huey: Huey
        if settings.redis_url:
            self.huey = RedisHuey(QUEUE, url=settings.redis_url, results=False, serializer=serializer)
        else:
            settings.var.mkdir(parents=True, exist_ok=True)
            self.huey = SqliteHuey(QUEUE, filename=str(settings.var / FILE), results=False, fsync=False, serializer=serializer)

        def drain() -> None:
            with app.app_context():
                rounds.drain(app, lease=timedelta(seconds=settings.lease_seconds))

        def minute() -> None:
            with app.app_context():
                rounds.beat(app, self.name)
                rounds.tick(app)
                rounds.drain(app, lease=timedelta(seconds=settings.lease_seconds))

        self.drain: Any = self.huey.task()(drain)
        self.minute: Any = self.huey.periodic_task(crontab())(minute)


def queue_of(app: Flask) -> Queue:
    """The application's queue, opened when first asked for."""
    if "queue" not in app.extensions:
        app.extensions["queue"] = Queue(app)
    queue: Queue = app.extensions["queue"]
    return queue


def ring(app: Flask) -> None:
    """Something waits in the outbox. Never an error: if nobody hears it, the minute does.

    Where no worker has ever run there is no queue file, and nobody is rung for.
    """
    settings = app.extensions["settings"]
    if not settings.redis_url and not (settings.var / FILE).exists():
        return
    with contextlib.suppress(OSError, sqlite3.Error, *_redis_errors()):
        queue_of(app).drain()


def _redis_errors() -> tuple[type[Exception], ...]:
    try:
        from redis.exceptions import RedisError
    except ImportError:
        return ()
    return (RedisError,)


def work(app: Flask) -> None:
    """Be the worker until SIGINT (finishes what it is at) or SIGTERM: one thread, the minute's tasks included."""
    queue = queue_of(app)
    queue.minute()  # now, and not only when the minute is full
    consumer = queue.huey.create_consumer(
        workers=1, periodic=True, initial_delay=0.02, backoff=1.3, max_delay=1.0, check_worker_health=True
    )
    consumer.run()
