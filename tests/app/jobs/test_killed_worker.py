"""A worker is killed with -9 at random moments while people go on acting: nothing that was acknowledged is lost or doubled."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

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
from tests.builders.post_office import PostOffice, post_office

ROOT = Path(__file__).resolve().parents[3]
PEOPLE, TENDERS = 3, 6


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


@pytest.mark.parametrize("kills", [10, pytest.param(120, marks=pytest.mark.deep)])
def test_what_was_acknowledged_is_sent_and_has_one_id(database, work, session, readers, tenders, tmp_path, kills):
    with post_office() as office:
        acknowledged = _kill_while_people_act(database.url, office, readers, tmp_path, kills)

    session.rollback()
    envelopes = {row.key: row for row in session.scalars(select(EnvelopeRow))}
    taken = {id.strip("<>").removesuffix("@example.cn"): times for id, times in office.by_id.items()}
    assert len(acknowledged) * PEOPLE == len(envelopes)
    assert set(taken) == set(envelopes), "every letter arrived, and nobody got one with another id"
    assert {row.state for row in envelopes.values()} <= {Delivery.SENT, Delivery.UNANSWERED}
    assert [key for key, times in taken.items() if times > 1] == [], "nobody got a letter twice"
    assert session.scalar(select(func.count()).select_from(MessageRow)) >= len(envelopes)
    print(f"{len(envelopes)} letters, {sum(row.doubts for row in envelopes.values())} held by a dying worker,"
          f" {sum(row.state is Delivery.UNANSWERED for row in envelopes.values())} without an answer")  # fmt: skip
    if kills > 100:
        assert any(row.doubts for row in envelopes.values()), "no kill ever met a worker with a letter in hand"

    _each_tender_was_closed_once(work, session, tenders)
    assert verify(session).holds


def _kill_while_people_act(url: str, office: PostOffice, readers: list[Actor], var: Path, kills: int) -> list[str]:
    """Write notices until the last worker is dead; which of them were acknowledged."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIPING_")}
    log = (var / "workers.log").open("wb")
    words = [url, str(var), f"smtp://127.0.0.1:{office.port}", str(kills), str(kills)]
    mother = subprocess.Popen(
        [sys.executable, "-m", "tests.builders.killing", *words], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    acknowledged: list[str] = []
    try:
        while not (var / "killed").exists() and mother.poll() is None:
            key = f"notice-{len(acknowledged)}"
            notice = Notice(Kind.CONTRACT, key, "合同已签订", people=[each.person_id for each in readers], statutory=True, cites="87号令 第七十一条")
            with unit_of_work() as unit:
                notify(unit.session, notice, datetime.now(SHANGHAI))
            acknowledged.append(key)
            time.sleep(0.05)
        (var / "told").touch()
        assert mother.wait(120) == 0, (var / "workers.log").read_text(errors="replace")[-3000:]
    finally:
        mother.kill()
        mother.wait()
        log.close()
    assert acknowledged
    return acknowledged


def _each_tender_was_closed_once(work, session, tenders: list[story.Story]) -> None:
    closed = dict(
        session.execute(
            select(LogLine.subject_id, func.count()).where(LogLine.act == "tender.close").group_by(LogLine.subject_id)
        ).all()
    )
    assert closed == {told.ocid: 1 for told in tenders}
    assert {story.stage_of(work, told) for told in tenders} == {Stage.CLOSED}
    assert {row.state for row in reading().scalars(select(JobRow))} == {JobState.DONE}
