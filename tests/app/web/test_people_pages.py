"""The pages of accounts: the register, leaving and dismissing, delegating, and acting for somebody else in view of all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import AppointmentRow
from app.accounts.organisation import Kind
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor, an_organisation

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
            **{role.value: an_actor(unit, role, operator) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)},
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


def test_somebody_leaves(house, client, session, sign_in_as):
    number = number_of(session, house["a"])
    sign_in_as(client, house["security_admin"])
    page = client.get(f"/people/{number}").text
    assert "没有须交接的个人任务" in page
    assert "另有" in page  # a colleague goes on

    assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-11-22"}).status_code == 422
    assert client.post(f"/people/{number}/leaving", data={"last_day": "2026-11-30"}).status_code == 303
    assert "将离任" in client.get("/people").text
    assert client.post(f"/people/{number}/end").status_code == 303
    assert client.get(f"/people/{number}").status_code == 404
    assert "陈望舒" not in client.get("/people").text


def test_the_last_one_of_a_role_is_not_let_go_unwarned(house, client, session, sign_in_as):
    sign_in_as(client, house["system_admin"])
    client.post(f"/people/{number_of(session, house['b'])}/end")

    assert "没有其他人以采购人身份办理" in client.get(f"/people/{number_of(session, house['a'])}").text


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
