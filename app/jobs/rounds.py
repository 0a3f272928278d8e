"""The worker's rounds: one tick of the clock, one emptying of the outbox, one sign of life."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import structlog
from flask import Flask

from app.disclosure.telling import tell_subscribers
from app.drafts.services import forget_old
from app.jobs import clock
from app.jobs.models import BeatRow
from app.messages import outbox
from app.messages.journal import Journal
from app.messages.kinds import Channel
from app.messages.letters import Post
from app.messages.mail import Mail, Smtp
from app.messages.outbox import Provider
from app.messages.webhook import Webhook
from app.store import unit_of_work

log = structlog.get_logger()


def providers_of(app: Flask) -> dict[Channel, Provider]:
    """The ways out that the settings name; a channel without one keeps its letters waiting, and lapses them in the end."""
    settings = app.extensions["settings"]
    found: dict[Channel, Provider] = {}
    if settings.smtp_url:
        found[Channel.EMAIL] = Mail(Smtp.from_url(settings.smtp_url), settings.mail_from)
    if settings.sms_url:
        found[Channel.SMS] = Webhook(settings.sms_url, settings.sms_secret)
    return found


def tick(app: Flask) -> clock.Ticked:
    """Do what time does. Needs an application context."""
    now = app.extensions["clock"].now()
    ticked = clock.tick(now)
    forgotten = forget_old(now)
    if forgotten:
        log.info("put old drafts away", drafts=forgotten)
    told = tell_subscribers(now)
    if told:
        log.info("told subscribers", letters=told)
    if ticked.done or ticked.broken:
        log.info("ticked", done=ticked.done, broken=ticked.broken)
    return ticked


def drain(app: Flask, *, lease: timedelta) -> outbox.Drained:
    """Empty the outbox. Needs an application context."""
    post = Post(app.jinja_env, app.extensions["settings"].site_url)
    journal = Journal(app.extensions["settings"].var / "handed-over")
    drained = outbox.drain(providers_of(app), post, journal, app.extensions["clock"].now, lease)
    if any(asdict(drained).values()):
        log.info("drained", **asdict(drained))
    return drained


def beat(app: Flask, worker: str) -> None:
    """Leave a sign of life; signs older than a week are swept."""
    now = app.extensions["clock"].now()
    with unit_of_work() as work:
        work.session.query(BeatRow).where(BeatRow.beat_at < now - timedelta(days=7)).delete()
        row = work.session.get(BeatRow, worker)
        if row is None:
            row = BeatRow(worker=worker, started_at=now, beat_at=now, rounds=0)
            work.session.add(row)
        row.beat_at, row.rounds = now, row.rounds + 1
