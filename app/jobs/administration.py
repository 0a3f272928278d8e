"""The page /jobs 后台作业 of the system administrator: what ran, what waits, what failed; and once more what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.jobs import clock as night
from app.jobs.models import BeatRow, JobKind, JobRow, JobState
from app.messages import outbox
from app.messages.kinds import Channel, Delivery
from app.messages.queries import PAGE, about, outbox_counts, troubles
from app.procurement.tenders.queries import open_for_bids
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done

SILENT = timedelta(minutes=3)
"""A worker that gave no sign of life for so long is not there."""


def open_on(room: Blueprint) -> None:
    """Add the page and its two acts to ``room``, and the word in the head to whoever may."""
    room.add_url_rule("/jobs", "index", index, methods=["GET"])
    room.add_url_rule("/jobs/<int:job_id>/again", "try_again", try_again, methods=["POST"])
    room.add_url_rule("/jobs/envelopes/again", "send_again", send_again, methods=["POST"])
    navigation.add("后台作业", "jobs.index", 80)


def index() -> str:
    now, session = clock(), reading()
    found = jobs(session, before=request.args.get("before", 0, type=int))
    return render_template(
        "jobs/index.html", now=now, beats=beats(session), silent=now - SILENT, jobs=found[:PAGE], more_jobs=len(found) > PAGE,
        troubles=troubles(session), counts=outbox_counts(session), about=about, waiting=jobs_waiting(session),
        coming=open_for_bids(session, now, limit=10), Channel=Channel, Delivery=Delivery, JobState=JobState,
    )  # fmt: skip


def try_again(job_id: int) -> Response:
    with unit_of_work() as work:
        night.try_again(work, job_id, signed_in(), clock())
        return done(work, url_for("jobs.index"), "已重新排队, 一分钟内执行。")


def send_again() -> Response:
    """All letters that have one trouble: see ``app.messages.queries.troubles``."""
    sent = request.form
    try:
        channel, state = Channel(sent.get("channel", "")), Delivery(sent.get("state", ""))
    except ValueError:
        raise BadRequest("没有这样的信件") from None
    with unit_of_work() as work:
        outbox.try_again(work, channel, state, sent.get("answer", ""), signed_in(), clock())
        return done(work, url_for("jobs.index"), "信件已重新排队, 一分钟内发送。")


@dataclass(frozen=True)
class JobLine:
    """A job as the page shows it."""

    id: int
    kind: JobKind
    subject: str
    state: JobState
    found_at: datetime
    due_at: datetime
    done_at: datetime | None
    tries: int
    said: str


def jobs(session: Session, *, before: int = 0, limit: int = PAGE) -> list[JobLine]:
    """What time did and has to do, the newest first; up to ``limit`` + 1. One statement."""
    statement = select(
        JobRow.id, JobRow.kind, JobRow.subject, JobRow.state, JobRow.found_at, JobRow.due_at, JobRow.done_at, JobRow.tries, JobRow.said
    )
    if before:
        statement = statement.where(JobRow.id < before)
    return [JobLine(*row) for row in session.execute(statement.order_by(JobRow.id.desc()).limit(limit + 1))]


def jobs_waiting(session: Session) -> dict[JobState, int]:
    """How many jobs stand where. One statement."""
    return dict(session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all())


def beats(session: Session) -> list[BeatRow]:
    """The workers' last signs of life, the latest first. One statement."""
    return list(session.scalars(select(BeatRow).order_by(BeatRow.beat_at.desc()).limit(20)))
