"""What time alone does 系统时钟: close tenders at their deadline, end the time for statements. Each exactly once.

``tick`` looks what is due, puts it into the ledger and does it, one transaction each. A worker that dies leaves nothing half
done: the next tick finds the job waiting, or done with its effect. Two workers at once take turns at the job's row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.evaluation.results import queries as results
from app.evaluation.results.services import TakeStep, lapse
from app.jobs.models import JobKind, JobRow, JobState
from app.procurement.tenders.queries import due_to_close
from app.procurement.tenders.services import CloseTender, close_tender
from app.store import UnitOfWork, reading, unit_of_work
from kernel.period import SHANGHAI, aware
from kernel.refusal import Missing, Refusal, Stale, Unlawful, WrongStage

log = structlog.get_logger()

TRIES = 8
"""How often a job may break before it is FAILED, for the administrator to see."""
AT_A_TIME = 500

Effect = Callable[[UnitOfWork, str, datetime], object]


@dataclass(frozen=True)
class Kept:
    """One kind of job: which subjects there may be, and what is done to each."""

    find: Callable[[Session, datetime], list[str]]
    do: Effect


def _close(work: UnitOfWork, ocid: str, now: datetime) -> object:
    return close_tender(work, CloseTender(actor=Actor.clock(), ocid=ocid), now)


def _lapse(work: UnitOfWork, result_id: str, now: datetime) -> object:
    return lapse(work, TakeStep(Actor.clock(), int(result_id)), now)


KEPT: dict[JobKind, Kept] = {
    JobKind.CLOSE_TENDER: Kept(lambda session, now: due_to_close(session, now, limit=AT_A_TIME), _close),
    JobKind.LAPSE_STATEMENT: Kept(
        lambda session, now: [str(id) for id in results.waiting_for_a_statement(session, limit=AT_A_TIME)], _lapse
    ),
}


@dataclass
class Ticked:
    """What one tick did."""

    done: int = 0
    waiting: int = 0
    broken: int = 0


def tick(now: datetime) -> Ticked:
    """Do everything that is due at ``now``."""
    ticked = Ticked()
    _enter(now)
    session = reading()
    session.rollback()
    due = select(JobRow.id).where(JobRow.state == JobState.WAITING, JobRow.due_at <= now).order_by(JobRow.due_at, JobRow.id)
    for job_id in list(session.scalars(due.limit(AT_A_TIME))):
        _run(job_id, now, ticked)
    return ticked


def try_again(work: UnitOfWork, job_id: int, actor: Actor, now: datetime) -> None:
    """重新执行: a failed job waits anew. Raises Missing, WrongStage."""
    row = work.lock(JobRow, job_id)
    if row.state is not JobState.FAILED:
        raise WrongStage(f"此作业现为“{row.state.zh}”, 不需要重新执行")
    row.state, row.tries, row.due_at = JobState.WAITING, 0, now
    work.record("job.retry", row, by=actor, at=now)


def _enter(now: datetime) -> None:
    """Put into the ledger what is not there yet. A subject that waits for the second time (a procurement begun anew under
    the same number, a statement's time that ran on) finds its row DONE, and it waits again."""
    session = reading()
    session.rollback()
    for kind, kept in KEPT.items():
        subjects = kept.find(session, now)
        entered = select(JobRow.subject, JobRow.state).where(JobRow.kind == kind, JobRow.subject.in_(subjects))
        known = dict(session.execute(entered).all())
        if all(known.get(subject, JobState.DONE) is not JobState.DONE for subject in subjects):
            continue
        with unit_of_work() as work:
            held = {
                row.subject: row
                for row in work.session.scalars(
                    select(JobRow).where(JobRow.kind == kind, JobRow.subject.in_(subjects)).order_by(JobRow.id).with_for_update()
                )
            }
            for subject in subjects:
                row = held.get(subject)
                if row is None:
                    work.session.add(
                        JobRow(kind=kind, subject=subject, state=JobState.WAITING, found_at=now, due_at=now, tries=0, said="")
                    )
                elif row.state is JobState.DONE:
                    row.state, row.done_at, row.found_at, row.due_at, row.tries = JobState.WAITING, None, now, now, 0


def _run(job_id: int, now: datetime, ticked: Ticked) -> None:
    try:
        with unit_of_work() as work:
            row = work.lock(JobRow, job_id)
            if row.state is not JobState.WAITING:
                return
            KEPT[row.kind].do(work, row.subject, now)
            row.state, row.done_at, row.said = JobState.DONE, now, "已办理"
        ticked.done += 1
    except (WrongStage, Missing) as refusal:
        _note(job_id, now, JobState.DONE, f"无需办理: {refusal.message}")
        ticked.done += 1
    except Unlawful as refusal:
        _note(job_id, now, JobState.WAITING, refusal.findings[0].sentence() if refusal.findings else refusal.message)
        ticked.waiting += 1
    except Stale:
        ticked.waiting += 1
    except Exception as error:  # one job that breaks must not keep the others from being done
        said = error.message if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        log.error("job broke", job=job_id, exc_info=error)
        _note(job_id, now, JobState.FAILED, said, broken=True)
        ticked.broken += 1


def _note(job_id: int, now: datetime, state: JobState, said: str, *, broken: bool = False) -> None:
    """Write down why the effect is not there, in a transaction of its own: the effect's was rolled back.

    What the law does not allow yet is tried after midnight: periods end with a day.
    """
    with unit_of_work() as work:
        row = work.lock(JobRow, job_id)
        if row.state is not JobState.WAITING:
            return
        row.said = said[:300]
        if broken:
            row.tries += 1
            row.state = JobState.FAILED if row.tries >= TRIES else JobState.WAITING
            row.due_at = now + timedelta(minutes=2 ** (row.tries - 1))
        elif state is JobState.DONE:
            row.state, row.done_at = JobState.DONE, now
        else:
            row.due_at = datetime.combine(aware(now).date() + timedelta(days=1), time(), SHANGHAI)
