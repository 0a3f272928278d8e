"""/jobs: the system administrator sees what ran, what waits and what failed, and tries again; nobody else sees it."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta

import pytest
from flask import current_app
from huey.serializer import SignedSerializer
from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import PersonRow
from app.jobs import queue, rounds
from app.jobs.clock import tick
from app.jobs.models import JobKind, JobRow, JobState
from app.messages.kinds import Delivery, Kind
from app.messages.models import EnvelopeRow
from app.messages.services import Contact, Notice, notify, set_contact
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.story import CLOSE, with_bids

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def administrator(work, client, sign_in_as, clock_at) -> Actor:
    clock_at(NOW)
    with work() as unit:
        actor = an_actor(unit, Role.SYSTEM_ADMIN)
    sign_in_as(client, actor)
    return actor


@pytest.fixture
def failed_letter(work) -> int:
    with work() as unit:
        reader = an_actor(unit, Role.SUPPLIER)
        set_contact(unit, reader, Contact("private@example.cn"), NOW)
    with work() as unit:
        notify(unit.session, Notice(Kind.PAYMENT, "k", "款项已支付: 机密项目", people=[reader.person_id]), NOW)
    with work() as unit:
        [row] = unit.session.query(EnvelopeRow)
        row.state, row.answer, row.tries = Delivery.FAILED, "550 no such user <private@example.cn>", 1
        return row.id


def test_what_ran_waits_and_failed_is_on_one_page(client, work, administrator, failed_letter):
    with_bids(work, bidders=3)
    tick(CLOSE)
    with work() as unit:
        unit.session.add(
            JobRow(kind=JobKind.LAPSE_STATEMENT, subject="7", state=JobState.FAILED, found_at=NOW, due_at=NOW, tries=8, said="坏了")
        )

    page = client.get("/jobs").text

    for said in ("投标截止", "已完成", "机构陈述期届满", "坏了", "重新执行", "550 no such user", "重新发送"):
        assert said in page


def test_the_administrator_sees_that_a_letter_failed_and_not_what_it_says_nor_whose_it_is(client, session, administrator, failed_letter):
    page = client.get("/jobs").text

    assert "550 no such user &lt;…&gt;" in page
    reader = session.scalars(select(PersonRow.name).join(EnvelopeRow, EnvelopeRow.person_id == PersonRow.id)).one()
    for secret in ("private@example.cn", "机密项目", reader):
        assert secret not in page


def test_what_failed_is_sent_again_by_hand(client, session, administrator, failed_letter):
    trouble = {"channel": "email", "state": "failed", "answer": "550 no such user <…>"}
    assert client.post("/jobs/envelopes/again", data={**trouble, "answer": "550"}).status_code == 409
    assert client.post("/jobs/envelopes/again", data={**trouble, "state": "lost"}).status_code == 400
    assert client.post("/jobs/envelopes/again", data=trouble).status_code == 303

    session.rollback()
    row = session.get(EnvelopeRow, failed_letter)
    assert (row.state, row.tries) == (Delivery.WAITING, 0)
    assert client.post("/jobs/envelopes/again", data=trouble).status_code == 409


@pytest.mark.parametrize("role", [Role.BUYER, Role.SUPPLIER, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OVERSEER])
def test_nobody_else_may(app, work, sign_in_as, failed_letter, role):
    browser = app.test_client()
    with work() as unit:
        actor = an_actor(unit, role)
    sign_in_as(browser, actor)

    assert browser.get("/jobs").status_code == 403
    assert browser.post("/jobs/envelopes/again").status_code == 403


@pytest.mark.parametrize(("minutes", "word"), [(2, "正在工作"), (3, "正在工作"), (4, "没有回应")])
def test_a_worker_that_is_silent_for_three_minutes_is_not_there(client, administrator, clock_at, minutes, word):
    clock_at(NOW - timedelta(minutes=minutes) + timedelta(seconds=5))
    rounds.beat(current_app, "worker-1")
    clock_at(NOW)

    page = client.get("/jobs").text
    assert word in page
    assert "worker-1" in page


def test_the_page_costs_the_same_however_much_there_is(client, work, administrator, statements):
    def cost() -> int:
        with statements() as seen:
            assert client.get("/jobs").status_code == 200
        return len(seen)

    few = cost()
    with work() as unit:
        for n in range(40):
            unit.session.add(JobRow(kind=JobKind.CLOSE_TENDER, subject=str(n), state=JobState.WAITING, found_at=NOW, due_at=NOW))
    assert cost() == few


# --- the queue -----------------------------------------------------------------------------------------------------------


def test_an_act_rings_for_the_worker_only_where_there_is_one(app, work, tmp_path):
    """Without a queue file nobody listens, and an act costs nothing for it."""
    with work() as unit:
        reader = an_actor(unit, Role.SUPPLIER)
    file = app.extensions["settings"].var / queue.FILE
    app.extensions.pop("queue", None)
    file.unlink(missing_ok=True)
    queue.ring(app)
    assert not file.exists()

    ready = queue.queue_of(app)
    try:
        with_bids(work, bidders=1)
        assert reader
        assert ready.huey.pending_count() == 1
    finally:
        app.extensions.pop("queue")
        ready.huey.storage.close()
        for left in file.parent.glob(f"{queue.FILE}*"):
            left.unlink()


@pytest.mark.parametrize("signed_with", [None, "a secret of somebody else"])
def test_whoever_can_write_into_the_queue_cannot_make_the_worker_run_something(app, signed_with):
    """Huey pickles its tasks; ours are signed with the installation's secret."""
    app.extensions.pop("queue", None)
    ready = queue.queue_of(app)
    forged = pickle.dumps(("anything",))
    if signed_with:
        forged = SignedSerializer(secret=signed_with, salt=queue.QUEUE).serialize(("anything",))
    try:
        ready.huey.storage.enqueue(forged)
        with pytest.raises(ValueError, match="Signature" if signed_with else "Separator"):
            ready.huey.dequeue()
    finally:
        app.extensions.pop("queue")
        ready.huey.storage.close()
        for left in (app.extensions["settings"].var).glob(f"{queue.FILE}*"):
            left.unlink()
