"""One act, one transaction, one log line: all of it, or nothing; on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from sqlalchemy import func, select

from app.accounts.models import OrganisationRow, PersonRow
from app.store import idempotency, reading, unit_of_work
from app.store.models import IdempotencyRow
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from kernel.refusal import Missing, Unlawful
from tests.builders.accounts import REGISTRAR, a_person, an_organisation

NOW = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)


def count(session, table):
    session.rollback()
    return session.scalar(select(func.count()).select_from(table))


def test_what_was_done_and_its_log_line_are_kept_together(work, session):
    with work() as unit:
        an_organisation(unit)

    assert (count(session, OrganisationRow), count(session, LogLine)) == (1, 1)


def test_a_refusal_leaves_neither_the_change_nor_the_log_line(work, session):
    def refused():
        with work() as unit:
            an_organisation(unit)
            raise Unlawful([])

    with pytest.raises(Unlawful):
        refused()

    assert (count(session, OrganisationRow), count(session, LogLine)) == (0, 0)


def test_an_act_inside_an_act_is_refused(work, session):
    def nested():
        with work() as unit:
            an_organisation(unit)
            with work():
                raise AssertionError("the inner act must not begin")

    with pytest.raises(RuntimeError, match="one act is one transaction"):
        nested()

    assert count(session, OrganisationRow) == 0
    with work() as unit:  # the refused one left the door open for the next
        an_organisation(unit)


def test_a_row_that_is_not_there_is_missing(work):
    with pytest.raises(Missing), work() as unit:
        unit.lock(OrganisationRow, 99)


def test_the_reading_session_does_not_write(session):
    session.add(OrganisationRow(kind="buyer", name="x", registered_at=NOW))

    with pytest.raises(RuntimeError, match="does not write"):
        session.flush()


def test_a_page_reads_after_an_act_what_the_act_wrote(work, session):
    assert session.scalar(select(func.count()).select_from(OrganisationRow)) == 0
    with work() as unit:
        an_organisation(unit)

    assert session.scalar(select(func.count()).select_from(OrganisationRow)) == 1


def test_two_acts_on_one_row_wait_for_each_other_and_lose_nothing(app, work, session):
    with work() as unit:
        person = a_person(unit)
    number, problems = person.id, []

    def count_up():
        try:
            with app.app_context():
                for _ in range(5):
                    with unit_of_work() as unit:
                        row = unit.lock(PersonRow, number)
                        row.failures += 1
                        unit.record("person.count", row, by=REGISTRAR, at=NOW)
        except Exception as problem:
            problems.append(problem)

    together(count_up, 4)

    assert problems == []
    session.rollback()
    assert session.get(PersonRow, number).failures == 20
    numbers = session.scalars(select(LogLine.sequence).order_by(LogLine.sequence)).all()
    assert numbers == list(range(1, 22))


def test_a_key_taken_by_two_at_once_is_acted_upon_once(app, work, session):
    with work() as unit:
        person = a_person(unit)
    once = idempotency.OnceKey(person.id, "/tenders/x/publish", "k" * 22, NOW)
    outcomes, barrier = [], threading.Barrier(4)

    def double_click():
        with app.app_context():
            idempotency.pending.set(once)
            barrier.wait()
            try:
                with unit_of_work() as unit:
                    an_organisation(unit)
                    unit.leads_to("/tenders/x")
                outcomes.append("done")
            except idempotency.AlreadyDone as already:
                outcomes.append(already.location)

    together(double_click, 4)

    assert sorted(outcomes) == ["/tenders/x", "/tenders/x", "/tenders/x", "done"]
    assert (count(session, OrganisationRow), count(session, IdempotencyRow)) == (1, 1)


def test_a_refused_act_gives_its_key_back(work, session):
    with work() as unit:
        person = a_person(unit)
    once = idempotency.OnceKey(person.id, "/x", "k" * 22, NOW)
    idempotency.pending.set(once)

    with pytest.raises(Unlawful), work():
        raise Unlawful([])

    assert idempotency.outcome(reading(), once) is None


def together(what, times):
    threads = [threading.Thread(target=what) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
