"""委托代理: who may act for whom until when, that the log names both, and that two people never become one and a half."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import admission, delegation
from app.accounts.delegation import Delegate, delegate, delegations_of, end_delegation
from app.accounts.models import AppointmentRow
from app.accounts.organisation import Kind
from app.accounts.services import Appoint, announce_leaving, appoint, dismiss
from app.evaluation.schemes import services as schemes
from app.evaluation.schemes.models import SchemeRow
from app.store import reading, unit_of_work
from app.transparency.models import LogLine
from evaluation.scheme import SchemeStage
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Missing, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from tests.builders.accounts import LONG_AGO, REGISTRAR, an_actor, an_organisation
from tests.builders.evaluation_story import APPROVED, DRAFTED, a_story, at

NOW = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()


@pytest.fixture
def bureau(work):
    """Two people of one buyer."""
    with work() as unit:
        house = an_organisation(unit, Kind.BUYER)
        return an_actor(unit, Role.BUYER, house), an_actor(unit, Role.BUYER, house)


def given(work, giver, receiver, last_day=TODAY + timedelta(days=3), now=NOW):
    with work() as unit:
        row = delegate(unit, Delegate(giver, receiver.person_id, last_day), now)
        unit.session.flush()
        return row.id


def fields(refusal):
    return [finding.field for finding in refusal.value.findings]


def held(session, person, now):
    session.rollback()
    return [(each.role, each.delegator) for each in admission.appointments_of(session, person.person_id, now)]


def test_a_colleague_may_act_until_the_end_of_the_last_day_and_not_a_moment_longer(work, session, bureau):
    giver, receiver = bureau
    given(work, giver, receiver, TODAY)
    midnight = datetime(2025, 2, 11, 0, 0, tzinfo=SHANGHAI)

    assert held(session, receiver, NOW) == [(Role.BUYER, ""), (Role.BUYER, giver.name)]
    assert (Role.BUYER, giver.name) in held(session, receiver, midnight - timedelta(microseconds=1))
    assert held(session, receiver, midnight) == [(Role.BUYER, "")]


def test_the_log_names_both(work, session, bureau):
    giver, receiver = bureau
    given(work, giver, receiver)
    acting = replace(receiver, delegator_id=giver.person_id, delegator_name=giver.name)
    with work() as unit:
        unit.record("tender.read", unit.session.get(AppointmentRow, 1), by=acting, at=NOW, facts={"pages": 3})
    session.rollback()
    line = session.scalars(select(LogLine).order_by(LogLine.sequence.desc()).limit(1)).one()

    assert line.person_id == receiver.person_id
    assert json.loads(line.facts) == {"on_behalf_of": giver.person_id, "pages": 3}


@pytest.mark.parametrize(
    ("last_day", "wrong"), [(TODAY - timedelta(days=1), ["last_day"]), (TODAY, []), (TODAY + timedelta(days=1), [])]
)
def test_the_last_day_is_today_or_later(work, bureau, last_day, wrong):
    if not wrong:
        assert given(work, *bureau, last_day)
        return
    with pytest.raises(BadInput) as refusal:
        given(work, *bureau, last_day)
    assert fields(refusal) == wrong


def test_nobody_delegates_longer_than_they_serve(work):
    with work() as unit:
        house = an_organisation(unit, Kind.BUYER)
        colleague, giver = an_actor(unit, Role.BUYER, house), an_actor(unit, Role.BUYER, house)
        row = unit.session.scalars(select(AppointmentRow).where(AppointmentRow.person_id == giver.person_id)).one()
        row.until = datetime(2025, 2, 21, 0, 0, tzinfo=SHANGHAI)

    with pytest.raises(BadInput) as refusal:
        given(work, giver, colleague, date(2025, 2, 21))
    assert fields(refusal) == ["last_day"]
    assert given(work, giver, colleague, date(2025, 2, 20))


def test_strangers_oneself_and_a_second_time_are_refused(work, bureau):
    giver, receiver = bureau
    with work() as unit:
        stranger = an_actor(unit, Role.BUYER)
    given(work, giver, receiver)

    for person in (stranger, giver, receiver):
        with pytest.raises(BadInput) as refusal:
            given(work, giver, person)
        assert fields(refusal) == ["person_id"]


@pytest.mark.parametrize("role", [Role.EXPERT, Role.EVALUATOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_judging_and_administering_are_done_in_person(work, role):
    with work() as unit:
        giver = an_actor(unit, role)
        house = unit.session.get(AppointmentRow, 1).organisation
        receiver = an_actor(unit, role, house)

    with pytest.raises(NotPermitted):
        given(work, giver, receiver)


def test_a_delegate_does_not_delegate_onward(work, bureau):
    """民法典 第一百六十九条: 转委托须经被代理人同意; the house knows no such consent."""
    giver, receiver = bureau
    given(work, giver, receiver)
    acting = replace(receiver, delegator_id=giver.person_id)

    with pytest.raises(NotPermitted):
        given(work, acting, giver)


def test_it_is_taken_back_by_either_side_and_by_nobody_else(work, session, bureau):
    giver, receiver = bureau
    with work() as unit:
        third = an_actor(unit, Role.BUYER)
    number = given(work, giver, receiver)

    with pytest.raises(Missing), work() as unit:
        end_delegation(unit, number, third, NOW)
    with work() as unit:
        end_delegation(unit, number, receiver, NOW + timedelta(hours=1))
    assert held(session, receiver, NOW + timedelta(hours=2)) == [(Role.BUYER, "")]
    with pytest.raises(WrongStage), work() as unit:
        end_delegation(unit, number, giver, NOW + timedelta(hours=3))


def test_an_own_appointment_is_no_delegation_to_be_ended(work, bureau):
    giver, _ = bureau
    with work() as unit:
        own = unit.session.scalars(select(AppointmentRow.id).where(AppointmentRow.person_id == giver.person_id)).one()

    with pytest.raises(Missing), work() as unit:
        end_delegation(unit, own, giver, NOW)


def test_a_delegation_ends_with_the_appointment_it_came_from(work, session, bureau):
    """民法典 第一百七十三条."""
    giver, receiver = bureau
    given(work, giver, receiver)
    with work() as unit:
        own = unit.session.scalars(select(AppointmentRow.id).where(AppointmentRow.person_id == giver.person_id)).one()
        announce_leaving(unit, own, NOW.date(), receiver, NOW)
        dismiss(unit, own, REGISTRAR, NOW + timedelta(hours=1))
    session.rollback()

    assert delegations_of(session, receiver.person_id, NOW + timedelta(hours=1)) == []


def test_a_delegation_is_no_appointment_of_ones_own(work, bureau):
    """Somebody who only acts for another may still be appointed to the same role."""
    giver, _ = bureau
    with work() as unit:
        house = unit.session.get(AppointmentRow, 1).organisation
        evaluator = an_actor(unit, Role.BUYER, house)
    given(work, giver, evaluator)

    with pytest.raises(BadInput), work() as unit:
        appoint(unit, Appoint(evaluator.person_id, house.id, Role.BUYER, REGISTRAR), NOW)


def test_the_database_refuses_a_delegation_without_end(work, bureau):
    giver, receiver = bureau
    with pytest.raises(IntegrityError, match="a_delegation_has_an_end"), work() as unit:
        unit.session.add(AppointmentRow(
            person_id=receiver.person_id, organisation_id=giver.organisation_id, role=Role.BUYER, since=LONG_AGO,
            until=None, on_behalf_of_id=1,
        ))  # fmt: skip


# --- nobody approves their own act ---------------------------------------------------------------------------------------


def acting_for(actor, delegator):
    return replace(actor, delegator_id=delegator.person_id, delegator_name=delegator.name)


def approve(story, actor):
    with unit_of_work() as work:
        schemes.approve_scheme(work, schemes.TakeStep(actor, story.scheme_id), at(APPROVED))


def stage(story):
    reading().rollback()
    return reading().get(SchemeRow, story.scheme_id).stage


def test_the_drafter_does_not_approve_through_a_delegate(app):
    """政府采购法 第六十一条: 经办与审核分离."""
    story = a_story().handed_over().with_rubric()
    story.drafted(by=story.body, on=DRAFTED)
    drafter = replace(story.buyer)
    with unit_of_work() as work:
        schemes.redraft_scheme(work, schemes.RedraftScheme(story.a_draft(by=drafter), story.scheme_id, 1), at(DRAFTED, 11))

    for approver in (drafter, acting_for(story.second_buyer, drafter)):
        with pytest.raises(Unlawful) as refusal:
            approve(story, approver)
        assert "approved_by" in fields(refusal)
    assert stage(story) is SchemeStage.DRAFT

    approve(story, story.second_buyer)  # in their own name they are a second person
    assert stage(story) is SchemeStage.APPROVED


def test_whoever_had_it_drafted_does_not_approve_it(app):
    story = a_story().handed_over().with_rubric()
    story.drafted(by=acting_for(story.second_buyer, story.buyer), on=DRAFTED)

    for approver in (story.buyer, story.second_buyer):
        with pytest.raises(Unlawful) as refusal:
            approve(story, approver)
        assert "approved_by" in fields(refusal)


def test_the_database_knows_the_four_eyes_too(app):
    story = a_story().handed_over().with_rubric()
    story.drafted(by=acting_for(story.second_buyer, story.buyer), on=DRAFTED)

    with pytest.raises(IntegrityError, match="not_approved_by_whom_it_was_drafted_for"), unit_of_work() as work:
        work.session.get(SchemeRow, story.scheme_id).approved_by = story.buyer.person_id


def test_the_workbench_does_not_offer_the_approval_to_a_delegate_of_the_drafter(app):
    from app.evaluation.schemes.tasks import schemes_to_approve

    story = a_story().handed_over().with_rubric()
    story.drafted(by=story.buyer, on=DRAFTED)
    reading().rollback()
    with app.test_request_context():
        assert len(schemes_to_approve(reading(), story.second_buyer, at(APPROVED))) == 1
        assert schemes_to_approve(reading(), acting_for(story.second_buyer, story.buyer), at(APPROVED)) == []
        assert schemes_to_approve(reading(), story.buyer, at(APPROVED)) == []


def test_roles_that_may_be_delegated_are_those_in_which_one_acts_for_an_organisation():
    assert {Role.EXPERT, Role.EVALUATOR, Role.CLOCK, Role.SYSTEM_ADMIN} & delegation.DELEGABLE == set()
