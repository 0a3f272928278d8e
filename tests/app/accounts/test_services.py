"""Who may be registered and appointed, and who may not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.accounts import admission, services
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.accounts.organisation import Kind
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, WrongStage
from kernel.role import Role
from tests.builders.accounts import LONG_AGO, REGISTRAR, a_credit_code, a_person, an_actor, an_organisation

NOW = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)
THREE = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def wrong_fields(refusal):
    return [finding.field for finding in refusal.value.findings]


def test_everything_wrong_with_an_organisation_is_said_at_once(work):
    with pytest.raises(BadInput) as refusal, work() as unit:
        an_organisation(unit, Kind.SUPPLIER, name=" ", credit_code="91350100M000100Y44")

    assert wrong_fields(refusal) == ["name", "credit_code"]


def test_a_credit_code_belongs_to_one_organisation(work):
    code = a_credit_code()
    with work() as unit:
        an_organisation(unit, credit_code=code)

    with pytest.raises(BadInput) as refusal, work() as unit:
        an_organisation(unit, credit_code=code.lower())

    assert wrong_fields(refusal) == ["credit_code"]


def test_an_expert_pool_needs_no_credit_code_and_a_supplier_does(work):
    with work() as unit:
        assert an_organisation(unit, Kind.EXPERT_POOL, credit_code="").credit_code is None
    with pytest.raises(BadInput), work() as unit:
        an_organisation(unit, Kind.SUPPLIER, credit_code="")


def test_a_login_is_one_persons_whatever_its_case(work):
    with work() as unit:
        a_person(unit, login="Li.Fang")

    with pytest.raises(BadInput) as refusal, work() as unit:
        a_person(unit, login="li.fang", password="short")

    assert wrong_fields(refusal) == ["login", "password"]


def test_nine_characters_are_no_password_and_ten_are(work):
    with pytest.raises(BadInput), work() as unit:
        a_person(unit, password="123456789")
    with work() as unit:
        assert a_person(unit, password="1234567890").password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(("kind", "role"), [(Kind.BUYER, Role.SUPPLIER), (Kind.SUPPLIER, Role.EXPERT),
                                            (Kind.EXPERT_POOL, Role.BUYER), (Kind.BUYER, Role.CLOCK)])  # fmt: skip
def test_a_role_must_suit_the_organisation(work, kind, role):
    with pytest.raises(BadInput) as refusal, work() as unit:
        an_actor(unit, role, an_organisation(unit, kind))

    assert wrong_fields(refusal) == ["role"]


@pytest.mark.parametrize(("held", "wanted"), [(a, b) for a in THREE for b in THREE if a is not b])
def test_nobody_is_two_of_the_three_administrators(work, held, wanted):
    with work() as unit:
        actor = an_actor(unit, held)

    with pytest.raises(BadInput, match="三员分立"), work() as unit:
        services.appoint(unit, services.Appoint(actor.person_id, actor.organisation_id, wanted, REGISTRAR), NOW)


def test_the_database_refuses_a_second_administrator_role_whoever_writes_it(work):
    with work() as unit:
        actor = an_actor(unit, Role.SYSTEM_ADMIN)

    with pytest.raises(IntegrityError), work() as unit:
        unit.session.execute(insert(AppointmentRow).values(
            person_id=actor.person_id, organisation_id=actor.organisation_id, role=Role.AUDIT_ADMIN, since=NOW
        ))


@pytest.mark.parametrize(("held", "wanted", "refused"), [
    ((0, 30), (29, None), True), ((0, 30), (30, None), False), ((0, 30), (31, None), False),
    ((0, None), (5, 9), True), ((10, 20), (0, 9), False), ((10, 20), (0, 10), False), ((10, 20), (0, 11), True), ((0, 30), (10, 20), True),
])  # fmt: skip
def test_the_database_counts_an_office_that_ends_on_a_coming_day_until_it_ends(work, held, wanted, refused):
    """三员分立 for terms, days from NOW: an office with an end is one until then, to the day and not after it."""
    with work() as unit:
        actor = an_actor(unit, Role.BUYER)

    def write(role, days):
        since, until = (None if day is None else NOW + timedelta(days=day) for day in days)
        with work() as unit:
            unit.session.execute(insert(AppointmentRow).values(
                person_id=actor.person_id, organisation_id=actor.organisation_id, role=role, since=since, until=until
            ))  # fmt: skip

    write(Role.SYSTEM_ADMIN, held)
    if refused:
        with pytest.raises(DBAPIError):
            write(Role.AUDIT_ADMIN, wanted)
    else:
        write(Role.AUDIT_ADMIN, wanted)
    write(Role.SUPPLIER, wanted)


def test_after_leaving_one_administrators_office_another_may_be_taken(work, session):
    with work() as unit:
        actor = an_actor(unit, Role.SYSTEM_ADMIN)
        an_actor(unit, Role.SYSTEM_ADMIN)
    number = session.scalars(select(AppointmentRow.id).where(AppointmentRow.person_id == actor.person_id)).one()
    with work() as unit:
        services.dismiss(unit, number, REGISTRAR, NOW)
    with pytest.raises(WrongStage), work() as unit:
        services.dismiss(unit, number, REGISTRAR, NOW)

    with work() as unit:
        services.appoint(
            unit, services.Appoint(actor.person_id, actor.organisation_id, Role.AUDIT_ADMIN, REGISTRAR), NOW
        )


def test_a_limited_appointment_holds_until_its_end_and_not_at_it(work, session):
    end = NOW + timedelta(days=30)
    with work() as unit:
        organisation, person = an_organisation(unit), a_person(unit)
        services.appoint(unit, services.Appoint(person.id, organisation.id, Role.BUYER, REGISTRAR, until=end), LONG_AGO)

    held = [len(admission.appointments_of(session, person.id, end + timedelta(seconds=s))) for s in (-1, 0, 1)]

    assert held == [1, 0, 0]


def test_every_registration_leaves_its_line(work, session):
    with work() as unit:
        an_actor(unit)

    assert session.scalars(select(LogLine.act).order_by(LogLine.sequence)).all() == [
        "organisation.register", "person.register", "appointment.make",
    ]
    assert session.scalars(select(OrganisationRow.id)).all() == [1]
    assert session.scalars(select(PersonRow.failures)).all() == [0]
