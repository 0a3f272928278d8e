"""What time alone does: at its moment, once, and what cannot be done is tried again and shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import Actor
from app.evaluation.results import queries as results
from app.jobs import clock
from app.jobs.clock import KEPT, Kept, tick, try_again
from app.jobs.models import JobKind, JobRow, JobState
from app.procurement.tenders.services import CloseTender, close_tender
from app.transparency.models import LogLine
from evaluation.result import ResultStage
from kernel.period import SHANGHAI
from kernel.refusal import WrongStage
from kernel.role import Role
from procurement.stage import Stage
from tests.builders import evaluation_story, story
from tests.builders.story import CLOSE


def ledger(session) -> list[tuple[JobKind, JobState]]:
    session.rollback()
    return [(row.kind, row.state) for row in session.scalars(select(JobRow).order_by(JobRow.id))]


def acts(session, act: str) -> int:
    session.rollback()
    return len(session.scalars(select(LogLine).where(LogLine.act == act)).all())


@pytest.mark.parametrize(
    ("seconds", "stage"), [(-1, Stage.TENDERING), (0, Stage.CLOSED), (1, Stage.CLOSED)]
)
def test_a_tender_is_closed_at_its_deadline(work, seconds, stage):
    told = story.with_bids(work, bidders=3)

    tick(CLOSE + timedelta(seconds=seconds))

    assert story.stage_of(work, told) is stage


def test_it_is_closed_once_however_often_the_clock_ticks(work, session):
    story.with_bids(work, bidders=3)
    for minute in range(3):
        tick(CLOSE + timedelta(minutes=minute))

    assert acts(session, "tender.close") == 1
    assert ledger(session) == [(JobKind.CLOSE_TENDER, JobState.DONE)]


def test_the_log_says_that_the_clock_did_it(work, session):
    story.with_bids(work, bidders=3)
    tick(CLOSE)

    [line] = session.scalars(select(LogLine).where(LogLine.act == "tender.close"))
    assert (line.role, line.person_id) == (Role.CLOCK, None)


def test_what_somebody_else_did_meanwhile_is_nothing_to_do(work, session):
    """The opening closes what time has closed; whoever comes second finds it done."""
    told = story.with_bids(work, bidders=3)
    with work() as unit:
        close_tender(unit, CloseTender(actor=Actor.clock(), ocid=told.ocid), CLOSE)
        unit.session.add(JobRow(kind=JobKind.CLOSE_TENDER, subject=told.ocid, state=JobState.WAITING, found_at=CLOSE, due_at=CLOSE))

    ticked = tick(CLOSE)

    assert (ticked.done, ticked.broken) == (1, 0)
    [row] = session.scalars(select(JobRow))
    assert row.said.startswith("无需办理")
    assert acts(session, "tender.close") == 1


@pytest.mark.parametrize(
    ("day", "stage"),
    [(date(2026, 1, 30), ResultStage.COMPUTED), (date(2026, 2, 2), ResultStage.COMPUTED), (date(2026, 2, 3), ResultStage.HEARD)],
)
def test_the_time_for_a_statement_ends_the_day_after_its_last(work, session, day, stage):
    """Five working days from Monday 26 January 2026: the last is Monday 2 February."""
    told = evaluation_story.a_story().all_signed().computed()

    tick(datetime.combine(day, datetime.min.time(), SHANGHAI))

    assert results.case_of_result(session, told.result_id)[0].stage is stage


def test_what_is_too_early_waits_until_midnight_and_is_not_asked_every_minute(work, session):
    evaluation_story.a_story().all_signed().computed()
    noon = datetime(2026, 1, 27, 12, 0, tzinfo=SHANGHAI)
    assert tick(noon).waiting == 1
    assert tick(noon + timedelta(minutes=1)).waiting == 0

    [row] = session.scalars(select(JobRow))
    assert row.due_at == datetime(2026, 1, 28, 0, 0, tzinfo=SHANGHAI)
    assert "陈述" in row.said


def test_a_job_that_breaks_is_tried_again_then_shown_and_others_go_on(work, session, monkeypatch):
    story.with_bids(work, bidders=3)
    evaluation_story.a_story().all_signed().computed()

    def broken(unit, subject, now):
        raise ZeroDivisionError("the calendar of that year is missing")

    monkeypatch.setitem(KEPT, JobKind.CLOSE_TENDER, Kept(KEPT[JobKind.CLOSE_TENDER].find, broken))
    now, rounds = datetime(2026, 2, 4, 9, 0, tzinfo=SHANGHAI), 0
    while (JobKind.CLOSE_TENDER, JobState.FAILED) not in ledger(session):
        tick(now)
        now, rounds = now + timedelta(hours=3), rounds + 1

    assert rounds == clock.TRIES
    assert (JobKind.LAPSE_STATEMENT, JobState.DONE) in ledger(session)
    [failed] = session.scalars(select(JobRow).where(JobRow.state == JobState.FAILED))
    assert failed.said == "ZeroDivisionError: the calendar of that year is missing"
    assert acts(session, "tender.close") == 0

    monkeypatch.undo()
    with work() as unit:
        try_again(unit, failed.id, Actor(None, None, Role.SYSTEM_ADMIN), now)
    tick(now)
    assert acts(session, "tender.close") == 1
    with pytest.raises(WrongStage), work() as unit:
        try_again(unit, failed.id, Actor(None, None, Role.SYSTEM_ADMIN), now)


def test_an_effect_that_breaks_halfway_leaves_nothing(work, session, monkeypatch):
    """State and effect are one transaction: a job is never done without its effect, nor the other way round."""
    told = story.with_bids(work, bidders=3)
    do = KEPT[JobKind.CLOSE_TENDER].do

    def halfway(unit, subject, now):
        do(unit, subject, now)
        raise OSError("killed after the effect")

    monkeypatch.setitem(KEPT, JobKind.CLOSE_TENDER, Kept(KEPT[JobKind.CLOSE_TENDER].find, halfway))
    tick(CLOSE)

    assert story.stage_of(work, told) is Stage.TENDERING
    assert acts(session, "tender.close") == 0
    assert ledger(session) == [(JobKind.CLOSE_TENDER, JobState.WAITING)]
