"""When somebody leaves: personal duties are listed, handed over, and only then does the appointment end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts import Actor, duties, services
from app.accounts.models import AppointmentRow
from app.evaluation.assignments import services as assignments
from app.evaluation.assignments.tasks import evaluators_leaving
from app.procurement.committees import queries as committees
from app.procurement.committees import services as committee_acts
from app.procurement.committees.tasks import members_leaving
from app.store import reading, unit_of_work
from kernel.refusal import BadInput, Missing, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from tests.builders import story as told
from tests.builders.accounts import REGISTRAR, an_actor
from tests.builders.evaluation_story import TOLD, a_story, at

NOON = told.DRAWN + timedelta(hours=1)


@pytest.fixture
def drawn(work):
    """Experts are drawn, nobody has declared yet."""
    story = told.with_pool(work, told.qualified(work))
    with work() as unit:
        draw = committee_acts.DrawCommittee(story.buyer, story.ocid, told.SEED, 5, told.EVALUATION)
        committee_acts.draw_committee(unit, draw, told.DRAWN)
    return story


def seats(story):
    reading().rollback()
    return committees.members(reading(), story.ocid)


def appointment_of(person_id):
    reading().rollback()
    return reading().scalars(select(AppointmentRow).where(AppointmentRow.person_id == person_id)).one()


def test_a_seat_on_a_committee_is_handed_over_before_its_holder_leaves(drawn, work):
    """财政部令第87号 第四十九条: released by the buyer, drawn again by the next lot, then the appointment may end."""
    seat = seats(drawn)[0]
    office = appointment_of(seat.person_id)

    with pytest.raises(Unlawful) as refusal, work() as unit:
        services.dismiss(unit, office.id, REGISTRAR, NOON)
    [finding] = refusal.value.findings
    assert drawn.buyer.organisation_name in finding.cure
    assert finding.cites == "财政部令第87号 第四十九条"

    with work() as unit:
        committee_acts.release_member(
            unit, committee_acts.ReleaseMember(drawn.buyer, drawn.ocid, seat.id, "调离原单位"), NOON
        )
    with work() as unit:
        committee_acts.redraw(unit, committee_acts.Redraw(drawn.buyer, drawn.ocid), NOON)
    sitting = [each.person_id for each in seats(drawn) if each.left_at is None]
    assert len(sitting) == 5
    assert seat.person_id not in sitting

    with work() as unit:
        services.dismiss(unit, office.id, REGISTRAR, NOON)
    assert appointment_of(seat.person_id).until == NOON


def test_a_seat_is_given_up_with_a_reason_by_its_own_buyer_before_the_committee_works(drawn, work):
    seat = seats(drawn)[0]
    with work() as unit:
        stranger = an_actor(unit, Role.BUYER)

    release = committee_acts.ReleaseMember
    for command, refusal in [
        (release(drawn.buyer, drawn.ocid, seat.id, " "), BadInput),
        (release(drawn.buyer, drawn.ocid, 10**6, "离任"), Missing),
        (release(stranger, drawn.ocid, seat.id, "离任"), NotPermitted),
    ]:
        with pytest.raises(refusal), work() as unit:
            committee_acts.release_member(unit, command, NOON)
    assert seats(drawn)[0].left_at is None


def test_once_the_committee_works_its_members_stay_until_the_report(work):
    story = told.committee_formed(work)

    with pytest.raises(WrongStage), work() as unit:
        committee_acts.release_member(
            unit, committee_acts.ReleaseMember(story.buyer, story.ocid, seats(story)[0].id, "离任"), told.FORMED
        )
    with pytest.raises(Unlawful) as refusal, work() as unit:
        services.dismiss(unit, appointment_of(story.leader.person_id).id, REGISTRAR, told.FORMED)
    assert "评标报告签署以后" in refusal.value.findings[0].cure


def test_who_announces_to_leave_shows_on_the_buyers_workbench(drawn, work, app):
    seat = seats(drawn)[0]
    last_day = date(2025, 3, 5)
    with app.test_request_context():
        assert members_leaving(reading(), drawn.buyer, NOON) == []
    with work() as unit:
        services.announce_leaving(unit, appointment_of(seat.person_id).id, last_day, REGISTRAR, NOON)
    reading().rollback()

    with app.test_request_context():
        [task] = members_leaving(reading(), drawn.buyer, NOON)
    assert seat.name in task.title
    assert task.due.date() == last_day


def test_a_last_day_that_is_over_cannot_be_announced(work):
    with work() as unit:
        actor = an_actor(unit, Role.EXPERT)
    number = appointment_of(actor.person_id).id

    for day, refused in ((NOON.date() - timedelta(days=1), True), (NOON.date(), False), (NOON.date() + timedelta(days=1), False)):
        if refused:
            with pytest.raises(BadInput), work() as unit:
                services.announce_leaving(unit, number, day, REGISTRAR, NOON)
        else:
            with work() as unit:
                services.announce_leaving(unit, number, day, REGISTRAR, NOON)


def test_a_place_among_the_evaluators_is_recused_before_its_holder_leaves(app):
    story = a_story().handed_over().with_rubric().drafted().approved().told().assigned()
    leaving = story.evaluators[0]
    office = appointment_of(leaving.person_id)
    now = at(TOLD, 17)
    with pytest.raises(NotPermitted), unit_of_work() as work:
        services.announce_leaving(work, office.id, now.date(), REGISTRAR, now)
    with unit_of_work() as work:
        services.announce_leaving(work, office.id, now.date(), story.body, now)
    reading().rollback()

    with app.test_request_context():
        [task] = evaluators_leaving(reading(), story.body, now)
    assert leaving.name in task.title
    with pytest.raises(Unlawful) as refusal, unit_of_work() as work:
        services.dismiss(work, office.id, REGISTRAR, now)
    assert refusal.value.findings[0].zh.startswith("评估人员")

    with unit_of_work() as work:
        assignments.recuse(work, assignments.Recuse(story.body, story.assignment_ids[0], "离任"), now)
    with unit_of_work() as work:
        services.dismiss(work, office.id, REGISTRAR, now)
    reading().rollback()
    assert duties.open_duties(reading(), leaving.person_id, Role.EVALUATOR, leaving.organisation_id) == []


def test_what_an_organisation_has_to_do_is_no_personal_duty(work):
    """A colleague finds a draft on the same workbench; nothing keeps the drafter."""
    story = told.a_published_tender(work)

    with work() as unit:
        services.dismiss(unit, appointment_of(story.buyer.person_id).id, REGISTRAR, told.PUBLISHED)


def test_nobody_dismisses_themselves(work):
    with work() as unit:
        admin = an_actor(unit, Role.SYSTEM_ADMIN)
    number = appointment_of(admin.person_id).id

    with pytest.raises(NotPermitted), work() as unit:
        services.dismiss(unit, number, admin, NOON)
    with pytest.raises(NotPermitted), work() as unit:
        services.dismiss(unit, number, Actor(999, None, Role.SECURITY_ADMIN, delegator_id=admin.person_id), NOON)
