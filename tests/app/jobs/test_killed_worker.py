"""A worker is killed with -9 at random moments while people go on acting: nothing that was acknowledged is lost or doubled."""

from __future__ import annotations

import random
import time
from datetime import datetime

import pytest
from sqlalchemy import func, select

from app.accounts import Actor
from app.jobs.models import JobRow, JobState
from app.messages.kinds import Delivery, Kind
from app.messages.models import EnvelopeRow, MessageRow
from app.messages.services import Contact, Notice, notify, set_contact
from app.store import reading, unit_of_work
from app.transparency.chain import verify
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from kernel.role import Role
from procurement.stage import Stage
from tests.builders import story
from tests.builders.accounts import an_actor
from tests.builders.persistent import Crowd
from tests.builders.post_office import post_office

PEOPLE, TENDERS = 3, 6
LONGEST_LIFE = 0.35


@pytest.fixture
def readers(work) -> list[Actor]:
    with work() as unit:
        actors = [an_actor(unit, Role.SUPPLIER) for _ in range(PEOPLE)]
        for n, actor in enumerate(actors):
            set_contact(unit, actor, Contact(f"reader{n}@example.cn"), datetime.now(SHANGHAI))
    return actors


@pytest.fixture
def tenders(work) -> list[story.Story]:
    """Published long ago: their deadline has passed, and nobody has closed them."""
    return [story.a_published_tender(work, ocid=f"cp-2025-{n:04}") for n in range(TENDERS)]


@pytest.mark.parametrize("kills", [pytest.param(8, id="8"), pytest.param(120, id="120", marks=pytest.mark.deep)])
def test_what_was_acknowledged_is_sent_and_has_one_id(app, work, session, readers, tenders, worker, kills):
    acknowledged: list[str] = []

    def act() -> bool:
        key = f"notice-{len(acknowledged)}"
        notice = Notice(Kind.CONTRACT, key, "合同已签订", people=[each.person_id for each in readers], statutory=True, cites="87号令 第七十一条")
        with app.app_context(), unit_of_work() as unit:
            notify(unit.session, notice, datetime.now(SHANGHAI))
        acknowledged.append(key)
        time.sleep(0.1)
        return True

    with post_office() as office:
        postman = worker(office)
        crowd, chance = Crowd([act]), random.Random(kills)
        crowd.begin()
        for _ in range(kills):
            postman.start()
            time.sleep(chance.uniform(0.03, LONGEST_LIFE))
            postman.kill()
        crowd.end()
        postman.finish()

    session.rollback()
    envelopes = {row.key: row for row in session.scalars(select(EnvelopeRow))}
    unanswered = {key for key, row in envelopes.items() if row.state is Delivery.UNANSWERED}
    sent = {id.strip("<>").removesuffix("@example.cn"): times for id, times in office.by_id.items()}
    assert len(acknowledged) * PEOPLE == len(envelopes)
    assert session.scalar(select(func.count()).select_from(MessageRow).where(MessageRow.key.in_(acknowledged))) == len(envelopes)
    assert {row.state for row in envelopes.values()} <= {Delivery.SENT, Delivery.UNANSWERED}
    assert set(envelopes) - unanswered <= set(sent) <= set(envelopes), "what has not arrived for certain is known to be in doubt"
    assert [key for key, times in sent.items() if times > 1] == [], "nobody got a letter twice"
    doubts = sum(row.doubts for row in envelopes.values())
    print(f"{kills} kills: {len(envelopes)} letters, {doubts} held by a dying worker, {len(unanswered)} without an answer,"
          f" {len(unanswered - set(sent))} of them not taken")  # fmt: skip
    if kills > 100:
        assert doubts, "no kill ever met a worker with a letter in hand"
    assert session.scalar(select(func.count()).select_from(LogLine).where(LogLine.act == "envelope.unanswered")) == len(unanswered)
    _each_tender_was_closed_once(work, session, tenders)
    assert verify(session).holds


def _each_tender_was_closed_once(work, session, tenders: list[story.Story]) -> None:
    closed = dict(
        session.execute(
            select(LogLine.subject_id, func.count()).where(LogLine.act == "tender.close").group_by(LogLine.subject_id)
        ).all()
    )
    assert closed == {told.ocid: 1 for told in tenders}
    assert {story.stage_of(work, told) for told in tenders} == {Stage.CLOSED}
    assert {row.state for row in reading().scalars(select(JobRow))} == {JobState.DONE}
