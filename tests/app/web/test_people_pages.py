"""The pages of accounts: the register, leaving and dismissing, delegating, and acting for somebody else in view of all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import AppointmentRow
from app.accounts.organisation import Kind
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor, an_organisation

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
NOW = datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI)


@pytest.fixture
def house(work, clock_at):
    """Two people of one buyer, and the administrators."""
    clock_at(NOW)
    with work() as unit:
        organisation = an_organisation(unit, Kind.BUYER, name="示范区民政局")
        operator = an_organisation(unit, Kind.OPERATOR)
        return {
            "a": an_actor(unit, Role.BUYER, organisation, name="陈望舒"),
            "b": an_actor(unit, Role.BUYER, organisation, name="褚念慈"),
            **{role.value: an_actor(unit, role, operator) for role in ADMINISTRATORS},
        }


def number_of(session, actor, own=True):
    session.rollback()
    condition = AppointmentRow.on_behalf_of_id.is_(None) if own else AppointmentRow.on_behalf_of_id.is_not(None)
    return session.scalars(select(AppointmentRow.id).where(AppointmentRow.person_id == actor.person_id, condition)).one()


def test_one_delegates_and_the_other_acts_in_both_names(house, client, session, sign_in_as, work):
    sign_in_as(client, house["a"])
    page = client.get("/delegations").text
    assert "褚念慈" in page
    answer = client.post("/delegations", data={"person_id": house["b"].person_id, "last_day": "2026-11-30"})
    assert answer.status_code == 303

    sign_in_as(client, house["b"])
    page = client.get("/role").text
    assert "采购人 · 示范区民政局（代理 陈望舒, 至 11月30日）" in page
    assert client.post("/role", data={"appointment": number_of(session, house["b"], own=False)}).status_code == 303
    page = client.get("/workbench").text
    assert "代理 <b>陈望舒</b>" in page
    assert "不能转委托" in client.get("/delegations").text

    client.post(f"/delegations/{number_of(session, house['b'], own=False)}/end")
    assert client.get("/workbench").location == "/role"


def test_what_is_wrong_with_a_delegation_is_said_at_its_field(house, client, sign_in_as):
    sign_in_as(client, house["a"])
    answer = client.post("/delegations", data={"person_id": house["b"].person_id, "last_day": "2026-11-22"})

    assert answer.status_code == 422
    assert "委托的最后一天不得早于今天" in answer.text
    assert client.post("/delegations", data={"person_id": "", "last_day": ""}).status_code == 422


def test_a_delegation_that_ends_tonight_is_foretold(house, client, sign_in_as):
    sign_in_as(client, house["a"])
    client.post("/delegations", data={"person_id": house["b"].person_id, "last_day": "2026-11-23"})

    coming = client.get("/workbench").text.partition("今晚系统将自动")[2].partition("</section>")[0]
    assert "委托到期" in coming
    assert "明天 00:00" in coming


def test_administrators_read_the_register_and_find_people(house, client, sign_in_as):
    for role in ("system_admin", "security_admin", "audit_admin"):
        sign_in_as(client, house[role])
        assert "陈望舒" in client.get("/people").text
        found = client.get("/people?q=褚").text
        assert "褚念慈" in found
        assert "陈望舒" not in found
    sign_in_as(client, house["a"])
    assert client.get("/people").status_code == 403


def test_somebody_leaves(house, client, session, sign_in_as, clock_at):
    """The organisation announces it, the platform carries it out, and not before the day the organisation named."""
    number = number_of(session, house["a"])
    sign_in_as(client, house["b"])
    assert "陈望舒" in client.get("/colleagues").text
    page = client.get(f"/people/{number}").text
    assert "没有须交接的个人任务" in page
    assert "另有" in page  # a colleague goes on
    assert "免去此任职" not in page
    assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-11-22"}).status_code == 422
    assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-11-30"}).status_code == 303
    assert client.post(f"/people/{number}/end").status_code == 403
    assert "将离任" in client.get("/colleagues").text

    sign_in_as(client, house["security_admin"])
    assert "免去此任职" not in client.get(f"/people/{number}").text
    assert client.post(f"/people/{number}/end").status_code == 403
    assert "免职: 陈望舒" not in client.get("/workbench").text
    clock_at(NOW + timedelta(days=7))
    sign_in_as(client, house["security_admin"])
    assert "免职: 陈望舒" in client.get("/workbench").text
    assert "免去此任职" in client.get(f"/people/{number}").text
    assert client.post(f"/people/{number}/end").status_code == 303
    assert client.get(f"/people/{number}").status_code == 404
    assert "陈望舒" not in client.get("/people").text


def test_an_organisations_people_are_its_own_affair(house, client, session, sign_in_as, work):
    """The platform's administrators neither announce nor dismiss of their own accord, and no stranger even reads the page."""
    number = number_of(session, house["a"])
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        sign_in_as(client, house[role.value])
        assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-11-23"}).status_code == 403
        assert client.post(f"/people/{number}/end").status_code == 403
    with work() as unit:
        stranger = an_actor(unit, Role.BUYER)
    sign_in_as(client, stranger)
    assert client.get(f"/people/{number}").status_code == 404
    assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-11-23"}).status_code == 403
    assert "陈望舒" not in client.get("/colleagues").text


def test_the_platform_acts_for_an_organisation_that_has_nobody_left_to_do_it(house, client, session, sign_in_as, work):
    """An expert pool has no clerk of its own; nor has a house whose only clerk leaves: both read a warning before."""
    with work() as unit:
        expert, alone = an_actor(unit, Role.EXPERT), an_actor(unit, Role.SUPPLIER)
    sign_in_as(client, house["system_admin"])
    for actor in (expert, alone):
        number = number_of(session, actor)
        assert f"没有其他人以{actor.role.zh}身份办理" in client.get(f"/people/{number}").text
        assert client.post(f"/people/{number}/end").status_code == 303


def test_an_account_at_risk_is_barred_at_once_and_its_office_stays(house, client, session, sign_in_as, app):
    number = number_of(session, house["a"])
    victim = app.test_client()
    sign_in_as(victim, house["a"])
    victim.post("/delegations", data={"person_id": house["b"].person_id, "last_day": "2026-11-30"})
    sign_in_as(client, house["security_admin"])
    assert client.post(f"/people/{number}/bar", data={"risk": ""}).status_code == 422
    assert client.post(f"/people/{number}/bar", data={"risk": "password"}).status_code == 303

    assert victim.get("/workbench").status_code in (302, 303)
    page = client.get(f"/people/{number}").text
    assert "已停用" in page
    assert "已委托" not in page
    assert client.post(f"/people/{number}/bar", data={"risk": "device"}).status_code == 409
    assert client.post(f"/people/{number}/unbar").status_code == 303
    assert client.post(f"/people/{number}/unbar").status_code == 409
    session.rollback()
    acts = [line.act for line in session.scalars(select(LogLine).order_by(LogLine.sequence)) if line.act.startswith("person.")]
    assert acts[-2:] == ["person.bar", "person.unbar"]


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_the_last_administrator_of_a_kind_is_neither_dismissed_nor_barred(house, client, session, sign_in_as, work, role):
    by = house["security_admin" if role is Role.SYSTEM_ADMIN else "system_admin"]
    number = number_of(session, house[role.value])
    sign_in_as(client, by)
    for act in ("end", "bar"):
        answer = client.post(f"/people/{number}/{act}", data={"risk": "other"})
        assert (answer.status_code, f"最后一名{role.zh}" in answer.text) == (403, True)
    with work() as unit:
        an_actor(unit, role)
    assert client.post(f"/people/{number}/end").status_code == 303


def test_an_auditor_reads_and_nobody_dismisses_themselves(house, client, session, sign_in_as):
    number = number_of(session, house["a"])
    sign_in_as(client, house["audit_admin"])
    assert "免去此任职" not in client.get(f"/people/{number}").text
    assert client.post(f"/people/{number}/end").status_code == 403
    assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-12-01"}).status_code == 403

    own = number_of(session, house["system_admin"])
    sign_in_as(client, house["system_admin"])
    assert "免去此任职" not in client.get(f"/people/{own}").text
    assert client.post(f"/people/{own}/end").status_code == 403


def test_the_register_takes_as_many_statements_with_sixty_people_as_with_five(house, client, work, sign_in_as, statements):
    sign_in_as(client, house["system_admin"])
    client.get("/people")
    with statements() as few:
        client.get("/people")
    with work() as unit:
        for _ in range(60):
            an_actor(unit, Role.EXPERT)
    with statements() as many:
        page = client.get("/people").text

    assert len(many) == len(few)
    assert "下一页" in page


def test_a_delegates_session_stops_acting_the_moment_it_ends(house, client, session, sign_in_as, clock_at):
    sign_in_as(client, house["a"])
    client.post("/delegations", data={"person_id": house["b"].person_id, "last_day": "2026-11-23"})
    sign_in_as(client, house["b"])
    client.post("/role", data={"appointment": number_of(session, house["b"], own=False)})
    assert client.get("/workbench").status_code == 200

    clock_at(NOW.replace(hour=0, minute=0) + timedelta(days=1))
    assert client.get("/workbench").location == "/role"
