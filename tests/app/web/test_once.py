"""An act form that is sent twice acts once, and both answers lead to the same page."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask import url_for
from sqlalchemy import func, select

from app import create_app
from app.accounts import admission, policy
from app.accounts.models import OrganisationRow
from app.extensions import db
from app.store import unit_of_work
from app.store.models import IdempotencyRow
from app.web.once import done
from kernel.period import SHANGHAI
from kernel.refusal import Unlawful
from tests.builders.accounts import an_actor, an_organisation, open_the_door
from tests.databases import Browser, settings_for

KEY = "0123456789abcdefghijkl"


@pytest.fixture
def trial(database, tmp_path, monkeypatch):
    """An application with two more routes: one that registers an organisation each time it acts, one that is refused."""
    app = create_app(settings_for(database.url, tmp_path))
    app.test_client_class = Browser

    def act(number):
        with unit_of_work() as work:
            row = an_organisation(work)
            work.session.flush()
            return done(work, url_for("workbench.show", made=row.id), "已登记")

    def refuse():
        with unit_of_work() as work:
            an_organisation(work)
            raise Unlawful([], "不能登记")

    for rule, endpoint, view in (("/trial/<int:number>", "trial.act", act), ("/refused", "trial.refuse", refuse)):
        app.add_url_rule(rule, endpoint, view, methods=["POST"])
        monkeypatch.setitem(policy.ROUTES, endpoint, policy.SIGNED_IN)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def browser(trial):
    with unit_of_work() as work:
        actor = an_actor(work)
    browser = trial.test_client()
    open_the_door(trial, browser, actor)
    return browser


def organisations():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OrganisationRow)) - 1  # without the actor's own


def test_the_same_form_sent_again_leads_to_the_first_outcome(browser):
    first, again = (browser.post("/trial/1", data={"once": KEY}) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location == "/workbench?made=2"
    assert organisations() == 1


def test_another_form_another_page_and_another_person_are_another_act(trial, browser):
    with unit_of_work() as work:
        stranger = an_actor(work)
    other = trial.test_client()
    open_the_door(trial, other, stranger)

    browser.post("/trial/1", data={"once": KEY})
    browser.post("/trial/1", data={"once": KEY[::-1]})
    browser.post("/trial/2", data={"once": KEY})
    other.post("/trial/1", data={"once": KEY})

    assert organisations() - 1 == 4


def test_four_clicks_at_the_same_time_act_once_and_all_arrive(trial, browser):
    with browser.session_transaction() as cookie:
        mine = dict(cookie)
    answers, barrier = [], threading.Barrier(4)

    def click():
        one = trial.test_client()
        with trial.app_context(), one.session_transaction() as cookie:
            cookie.update(mine)
        barrier.wait()
        answers.append(one.post("/trial/1", data={"once": KEY}).location)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert answers == ["/workbench?made=2"] * 4
    assert organisations() == 1


@pytest.mark.parametrize("key", ["", "too short", "x" * 65])
def test_an_act_without_a_proper_key_does_not_happen(browser, key):
    answer = browser.post("/trial/1", data={"once": key})

    assert answer.status_code == 400
    assert "防重复标识" in answer.text
    assert organisations() == 0


def test_a_refused_form_may_be_sent_again(browser):
    answers = [browser.post("/refused", data={"once": KEY}).status_code for _ in range(2)]

    assert answers == [422, 422]
    assert organisations() == 0


def test_the_time_of_an_act_is_when_its_form_had_arrived_whole(trial, browser, monkeypatch):
    """An upload that begins before a deadline and ends after it is late."""
    begun = datetime(2025, 3, 21, 9, 29, 59, tzinfo=SHANGHAI)
    trial.extensions["clock"].set(begun)

    class Slow(BytesIO):
        def readinto(self, buffer):
            trial.extensions["clock"].set(begun + timedelta(minutes=5))
            return super().readinto(buffer)

    body = f"once={KEY}".encode()
    browser.open(
        "/trial/1", method="POST", input_stream=Slow(body), content_length=len(body),
        content_type="application/x-www-form-urlencoded",
    )

    [kept] = db.session.scalars(select(IdempotencyRow.at)).all()
    assert timedelta(minutes=5) <= kept - begun < timedelta(minutes=6)


def test_old_keys_are_swept_when_somebody_signs_in(trial, browser):
    browser.post("/trial/1", data={"once": KEY})
    now = trial.extensions["clock"].now()
    for days, left in ((6, 1), (8, 0)):
        with unit_of_work() as work:
            admission.sign_in(work, admission.Try(1, True, "a" * 64), now + timedelta(days=days), hours=12)
        assert db.session.scalar(select(func.count()).select_from(IdempotencyRow)) == left
