"""The ledger 作业台账: what time alone has to do, each thing once, and how it went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.store.columns import AwareTime, Key, Words


class JobKind(StrEnum):
    """What time alone changes."""

    CLOSE_TENDER = "close_tender"
    LAPSE_STATEMENT = "lapse_statement"

    @property
    def zh(self) -> str:
        return {JobKind.CLOSE_TENDER: "投标截止", JobKind.LAPSE_STATEMENT: "机构陈述期届满"}[self]


class JobState(StrEnum):
    """How far a job has come. There is no "running": a job and its effect are one transaction."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"

    @property
    def zh(self) -> str:
        return {JobState.WAITING: "等待", JobState.DONE: "已完成", JobState.FAILED: "失败"}[self]


class JobRow(db.Model):
    """One job 作业. DONE is written in the transaction of its effect, so it is true exactly if the effect is there.

    subject  the number of what it is done to
    due_at   when it is tried next; tries: how often it broke; said: what happened, in words
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("kind", "subject", name="each_job_once"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_at_a_moment"),
        CheckConstraint("tries >= 0", name="tries_are_counted_from_nought"),
        Index("jobs_to_do", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[JobKind] = mapped_column(Words(JobKind))
    subject: Mapped[str] = mapped_column(String(64))
    state: Mapped[JobState] = mapped_column(Words(JobState))
    found_at: Mapped[datetime] = mapped_column(AwareTime)
    due_at: Mapped[datetime] = mapped_column(AwareTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    done_at: Mapped[datetime | None] = mapped_column(AwareTime)
    said: Mapped[str] = mapped_column(String(300), default="")


class BeatRow(db.Model):
    """The last sign of life of each worker 工作进程, by its name."""

    __tablename__ = "worker_beats"

    worker: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(AwareTime)
    beat_at: Mapped[datetime] = mapped_column(AwareTime)
    rounds: Mapped[int] = mapped_column(Integer, default=0)
