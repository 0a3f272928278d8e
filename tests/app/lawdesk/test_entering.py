"""Entering into the law: proposed by one, approved by another, written once, told in the log; every process sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.accounts import Actor, services
from app.lawdesk import entering
from app.store import law_in_force
from app.store.models import EntryState
from app.transparency import chain
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, NotPermitted, WrongStage
from kernel.role import Role
from law import law_at
from law.calendar import NoArrangement
from tests.builders.accounts import LONG_AGO, REGISTRAR, an_actor
from tests.law.test_entry import a_threshold, a_value, a_year

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def two(work) -> tuple[Actor, Actor]:
    """Who proposes, and who approves."""
    with work() as unit:
        return an_actor(unit, Role.SYSTEM_ADMIN), an_actor(unit, Role.FINANCE)


def proposed(work, actor: Actor, entry: Any = None, now: datetime = NOW) -> int:
    with work() as unit:
        row = entering.propose(unit, entering.Propose(actor, entry or a_value()), now)
        unit.session.flush()
        return row.id


def decided(work, actor: Actor, number: int, *, approve: bool = True, now: datetime = NOW, **but: Any) -> None:
    with work() as unit:
        entering.decide(unit, entering.Decide(actor, number, approve, **{"read": True, **but}), now)
    law_in_force.hold(now=True)


def lines(session, act: str) -> list[LogLine]:
    session.rollback()
    return list(session.scalars(select(LogLine).where(LogLine.act == act)))


def days(on: str = "2027-01-01") -> int:
    return law_at(date.fromisoformat(on)).period("tendering_period").length


def test_nothing_changes_until_a_second_person_has_approved(work, two) -> None:
    number = proposed(work, two[0])
    law_in_force.hold(now=True)
    assert days() == 20

    decided(work, two[1], number)
    assert (days("2026-12-31"), days("2027-01-01")) == (20, 25)


def test_whoever_proposed_approves_nothing_not_as_a_delegate_either(work, two) -> None:
    system, finance = two
    assert system.person_id is not None
    number = proposed(work, system)
    with work() as unit:  # the same person also works at the finance bureau
        services.appoint(unit, services.Appoint(system.person_id, finance.organisation_id or 0, Role.FINANCE, REGISTRAR), LONG_AGO)
    also = Actor(system.person_id, finance.organisation_id, Role.FINANCE)
    delegate = Actor(finance.person_id, finance.organisation_id, Role.FINANCE, delegator_id=system.person_id)

    for same in (also, delegate):
        with pytest.raises(NotPermitted, match="不能批准自己提出的内容"):
            decided(work, same, number)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM_ADMIN, Role.CLOCK)])
def test_only_the_system_administrator_proposes(work, two, role) -> None:
    with pytest.raises(NotPermitted):
        proposed(work, Actor(two[0].person_id, two[0].organisation_id, role))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.FINANCE, Role.CLOCK)])
def test_only_the_finance_bureau_approves(work, two, role) -> None:
    number = proposed(work, two[0])
    with pytest.raises(NotPermitted):
        decided(work, Actor(two[1].person_id, two[1].organisation_id, role), number)


def test_the_console_alone_is_nobody_and_enters_nothing(work) -> None:
    with pytest.raises(NotPermitted):
        proposed(work, REGISTRAR)


def test_both_acts_stand_in_the_log_with_their_source(work, two, session) -> None:
    decided(work, two[1], proposed(work, two[0]))

    for act, actor in (("law_entry.propose", two[0]), ("law_entry.approve", two[1])):
        [line] = lines(session, act)
        facts = json.loads(line.facts)
        assert line.person_id == actor.person_id
        assert facts["source"] == ["示例文件", "豫财购〔2026〕1号", "示例机关", "2026-11-20", "https://www.example.gov.cn/1"]
        assert facts["body"] == {"since": "2027-01-01", "value": 25}
    assert facts["read_in_full"] is True
    assert chain.verify(session).holds


@pytest.mark.parametrize(("read", "binding"), [(True, True), (False, False)])
def test_what_the_approver_did_not_compare_with_the_text_only_warns(work, two, read, binding) -> None:
    decided(work, two[1], proposed(work, two[0]), read=read)
    assert law_at(date(2027, 1, 1)).parameter("tendering_period").binding is binding


def test_a_year_that_nobody_read_stays_provisional(work, two) -> None:
    number = proposed(work, two[0], a_year())
    with pytest.raises(BadInput, match="须先核对通知原文"):
        decided(work, two[1], number, read=False)
    with pytest.raises(NoArrangement):
        law_at(date(2027, 1, 1)).calendar.is_working_day(date(2027, 2, 10))

    decided(work, two[1], number)
    assert not law_at(date(2027, 1, 1)).calendar.is_working_day(date(2027, 2, 10))


def test_a_rejection_gives_its_reason_and_changes_nothing(work, two, session) -> None:
    number = proposed(work, two[0])
    with pytest.raises(BadInput, match="理由"):
        decided(work, two[1], number, approve=False, reason=" ")

    decided(work, two[1], number, approve=False, reason="文号有误")
    assert days() == 20
    assert json.loads(lines(session, "law_entry.reject")[0].facts)["reason"] == "文号有误"
    with pytest.raises(WrongStage):
        decided(work, two[1], number)


def test_a_proposal_can_be_withdrawn_and_then_not_be_approved(work, two) -> None:
    number = proposed(work, two[0])
    with work() as unit:
        entering.withdraw(unit, number, two[0], NOW)
    with pytest.raises(WrongStage):
        decided(work, two[1], number)


def test_an_error_is_corrected_by_a_later_entry_and_the_earlier_one_stays(work, two, session) -> None:
    decided(work, two[1], proposed(work, two[0], a_value(52)))
    decided(work, two[1], proposed(work, two[0], a_value(25)))

    session.rollback()
    shown = entering.entries(session, public=True, today=NOW.date())
    assert days() == 25
    assert [each.state for each in shown] == [EntryState.APPROVED, EntryState.APPROVED]
    assert entering.entry(session, shown[0].id, public=True, today=NOW.date()).changes == (
        "2027-01-01起: 此前为52日（豫财购〔2026〕1号）, 改为25日（豫财购〔2026〕1号）",
    )


def test_the_same_thing_is_not_entered_twice(work, two) -> None:
    decided(work, two[1], proposed(work, two[0]))
    with pytest.raises(BadInput, match="同样的内容已经补录"):
        proposed(work, two[0])


def test_a_day_that_is_over_is_said_to_be_with_how_much_was_done_since(work, two, session) -> None:
    number = proposed(work, two[0], a_threshold(since="2024-01-01"))
    decided(work, two[1], number)

    session.rollback()
    shown = entering.entry(session, number, public=True, today=NOW.date())
    assert shown.backdated
    assert shown.acts > 0
    assert json.loads(lines(session, "law_entry.approve")[0].facts)["backdated"] is True


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE law_entries SET body = '{}'",
        "UPDATE law_entries SET url = 'https://elsewhere.example'",
        "UPDATE law_entries SET state = 'rejected', approved_as = NULL, read_in_full = false",
        "UPDATE law_entries SET decided_by = proposed_by",
        "DELETE FROM law_entries",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_approved(work, two, change) -> None:
    decided(work, two[1], proposed(work, two[0]))
    with pytest.raises(DBAPIError), work() as unit:
        unit.session.execute(text(change))


def test_the_database_itself_wants_a_second_person(work, two) -> None:
    number = proposed(work, two[0])
    with pytest.raises(IntegrityError), work() as unit:
        unit.session.execute(
            text("UPDATE law_entries SET state = 'approved', approved_as = 1, decided_at = proposed_at, decided_by = proposed_by WHERE id = :id"),
            {"id": number},
        )


def test_a_proposal_cannot_be_rewritten_before_it_is_approved(work, two) -> None:
    proposed(work, two[0])
    with pytest.raises(DBAPIError), work() as unit:
        unit.session.execute(text("UPDATE law_entries SET valid_from = '2026-01-01'"))


def test_another_process_sees_what_was_approved_in_this_one(work, two, database) -> None:
    """A command, without an application; and an application that is started anew."""
    decided(work, two[1], proposed(work, two[0], a_year()))
    environment = {**os.environ, "DATABASE_URL": database.url}
    told = subprocess.run(
        [sys.executable, "-c", "from app.cli.law import law; law()", "workdays", "--from", "2027-02-04", "--add", "1"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(told.stdout)["date"] == "2027-02-12"
    assert "暂定" not in told.stdout

    from app.store.law_in_force import LawInForce

    other = LawInForce(seconds=2)
    other.hold()
    assert not law_at(date(2027, 1, 1)).calendar.is_working_day(date(2027, 2, 10))


def test_a_process_asks_for_one_number_and_reads_only_when_it_is_another(work, two, statements) -> None:
    decided(work, two[1], proposed(work, two[0]))
    with statements() as seen:
        law_in_force.hold()
    assert seen == []
    with statements() as seen:
        law_in_force.hold(now=True)
    assert len(seen) == 1
