"""The guard: default is no."""

from __future__ import annotations

import pytest

from app import create_app
from app.accounts import policy
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.databases import settings_for


def test_a_page_for_the_signed_in_leads_strangers_to_the_door_and_back(client):
    answer = client.get("/workbench?tab=2")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/workbench?tab%3D2"


def test_an_act_of_a_stranger_is_refused_and_says_that_nothing_happened(client):
    answer = client.post("/sign-out")

    assert answer.status_code == 401
    assert "没有生效" in answer.text


@pytest.mark.parametrize("listed", [True, False])
def test_a_route_that_the_policy_does_not_list_is_nobodys(tmp_path, monkeypatch, listed):
    app = create_app(settings_for("sqlite://", tmp_path))
    app.add_url_rule("/forgotten", "forgotten.show", lambda: "secret")
    if listed:
        monkeypatch.setitem(policy.ROUTES, "forgotten.show", policy.PUBLIC)

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == (200 if listed else 403)
    assert ("secret" in answer.text) is listed


@pytest.mark.parametrize(("role", "status"), [(Role.BUYER, 200), (Role.SUPPLIER, 403)])
def test_a_page_for_one_role_tells_another_whose_it_is(client, work, sign_in_as, monkeypatch, role, status):
    monkeypatch.setitem(policy.ROUTES, "workbench.show", policy.only(Role.BUYER))
    with work() as unit:
        actor = an_actor(unit, role)
    sign_in_as(client, actor)

    answer = client.get("/workbench")

    assert answer.status_code == status
    if status == 403:
        assert "此页面供采购人使用, 您现在以社工机构身份操作" in answer.text


def test_one_statement_says_who_is_there(client, work, sign_in_as, statements):
    with work() as unit:
        actor = an_actor(unit)
    sign_in_as(client, actor)

    with statements() as seen:
        client.get("/tour")

    assert len(seen) == 1
