"""The door: wrong tries are counted, five of them close it for fifteen minutes, and sessions can be taken back."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import admission
from app.accounts.admission import Try, sign_in
from app.accounts.models import PersonRow, SignInSessionRow
from app.store import unit_of_work
from app.transparency.models import LogLine
from app.web import identity
from kernel.period import SHANGHAI
from kernel.refusal import Missing, NotPermitted
from tests.builders.accounts import REGISTRAR, a_person, an_actor

NOW = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)
ADDRESS = "a" * 64


@pytest.fixture
def person(work):
    with work() as unit:
        return a_person(unit).id


def attempt(person, *, right, at=NOW, address=ADDRESS):
    with unit_of_work() as work:
        return sign_in(work, Try(person, right, address), at, hours=12)


def test_the_right_password_opens_and_the_wrong_one_and_the_wrong_login_hear_the_same(work, session):
    with work() as unit:
        known = a_person(unit, login="known", password="correct horse").id

    assert admission.check(session, " Known ", "correct horse", ADDRESS) == Try(known, True, ADDRESS)
    assert admission.check(session, "known", "wrong horse", ADDRESS) == Try(known, False, ADDRESS)
    assert admission.check(session, "unknown", "correct horse", ADDRESS) == Try(None, False, ADDRESS)
    assert attempt(known, right=False) == attempt(None, right=False) == admission.WRONG


def test_somebody_without_a_password_cannot_sign_in_with_the_empty_one(session, work):
    with work() as unit:
        a_person(unit, login="none")

    assert not admission.check(session, "none", "", ADDRESS).right


def test_four_wrong_tries_leave_the_door_open_and_the_fifth_closes_it(person):
    for _ in range(4):
        attempt(person, right=False)
    assert attempt(person, right=True).token

    for _ in range(5):
        attempt(person, right=False)
    refused = attempt(person, right=True)
    assert (refused.token, refused.status) == ("", 429)
    assert "09:15" in refused.refusal


@pytest.mark.parametrize(("seconds", "opens"), [(-1, False), (0, True), (1, True)])
def test_the_lock_lasts_fifteen_minutes(person, seconds, opens):
    for _ in range(5):
        attempt(person, right=False)

    later = NOW + timedelta(minutes=15, seconds=seconds)

    assert bool(attempt(person, right=True, at=later).token) is opens


def test_after_a_lock_the_count_begins_again(person, session):
    for _ in range(5):
        attempt(person, right=False)
    attempt(person, right=False, at=NOW + timedelta(minutes=16))

    assert session.get(PersonRow, person).failures == 1


def test_tries_at_the_same_time_are_counted_one_by_one(app, person, session):
    answers = []

    def guess(right):
        with app.app_context():
            answers.append(attempt(person, right=right).token)

    threads = [threading.Thread(target=guess, args=(False,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    row = session.get(PersonRow, person)
    assert (len(answers), row.failures, row.locked_until is not None) == (8, 5, True)


def test_an_address_waits_after_thirty_failures_whoever_is_tried(session):
    for number in range(29):
        attempt(None, right=False, address=ADDRESS, at=NOW + timedelta(seconds=number))
    session.rollback()
    assert not admission.must_wait(session, ADDRESS, NOW)
    attempt(None, right=False)
    session.rollback()

    assert admission.must_wait(session, ADDRESS, NOW)
    assert not admission.must_wait(session, "b" * 64, NOW)
    assert not admission.must_wait(session, ADDRESS, NOW + timedelta(minutes=15))


def test_the_token_is_not_in_the_database(work, person, session):
    token = attempt(person, right=True).token
    [held] = session.scalars(select(SignInSessionRow.token_hash)).all()

    assert token not in held
    assert held == admission.token_hash(token)


def test_a_revoked_session_is_nobody_from_the_next_request_on(app, work, person, clock_at):
    clock_at(NOW)
    tokens = [attempt(person, right=True).token for _ in range(2)]
    assert all(identity.load(token) for token in tokens)

    with work() as unit:
        assert admission.revoke_sessions(unit, person, REGISTRAR, NOW) == 2

    assert [identity.load(token) for token in tokens] == [None, None]


def test_a_session_ends_after_its_hours(work, person, clock_at):
    token = attempt(person, right=True).token

    clock_at(NOW + timedelta(hours=12, seconds=-30))
    assert identity.load(token)
    clock_at(NOW + timedelta(hours=12))
    assert identity.load(token) is None


def test_with_one_appointment_one_acts_in_it_and_somebody_elses_is_refused(work, session, clock_at):
    clock_at(NOW)
    with work() as unit:
        mine, other = an_actor(unit), an_actor(unit)
    token = attempt(mine.person_id, right=True).token
    user = identity.load(token)
    assert user.actor == mine
    [theirs] = admission.appointments_of(session, other.person_id, NOW)

    with pytest.raises(NotPermitted), work() as unit:
        admission.choose_role(unit, user.session_id, theirs.id, NOW)


def test_nobody_ends_another_persons_session(work, session, person):
    attempt(person, right=True)
    [number] = session.scalars(select(SignInSessionRow.id)).all()

    with pytest.raises(Missing), work() as unit:
        admission.end_session(unit, number, person + 1, NOW)


def test_unlocking_opens_at_once_and_leaves_its_line(work, person, session):
    for _ in range(5):
        attempt(person, right=False)
    with work() as unit:
        admission.unlock(unit, person, REGISTRAR, NOW)

    assert attempt(person, right=True).token
    acts = session.scalars(select(LogLine.act).order_by(LogLine.sequence)).all()
    assert acts == ["person.register", "person.lock", "person.unlock", "session.start"]


def test_an_actor_answers_for_role_and_organisation(work):
    with work() as unit:
        actor = an_actor(unit)

    actor.must_be(actor.role)
    actor.must_act_for(actor.organisation_id)
    with pytest.raises(NotPermitted):
        actor.must_act_for(actor.organisation_id + 1)
    with pytest.raises(NotPermitted):
        replace(actor, role=REGISTRAR.role).must_be(actor.role)
