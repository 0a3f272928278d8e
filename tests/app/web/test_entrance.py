"""Signing in and out in a browser, with its real forms and tokens."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.accounts import services
from kernel.role import Role
from tests.builders.accounts import REGISTRAR, a_person, an_actor, an_organisation

PASSWORD = "a long enough one"


@pytest.fixture
def buyer(work):
    with work() as unit:
        return an_actor(unit, Role.BUYER, login="buyer", password=PASSWORD)


def sign_in(client, login="buyer", password=PASSWORD, **more):
    return client.post("/sign-in", data={"login": login, "password": password}, **more)


def test_signing_in_leads_to_the_workbench_with_the_role_in_sight(client, buyer):
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/workbench")

    page = client.get("/workbench").text
    assert "以 <b>采购人</b> 身份操作" in page
    assert buyer.organisation_name in page


def test_what_was_typed_is_kept_and_the_password_is_not(client, buyer):
    answer = sign_in(client, password="wrong")

    assert answer.status_code == 422
    assert 'value="buyer"' in answer.text
    assert "wrong" not in answer.text
    assert "登录名或口令不正确" in answer.text


def test_an_empty_form_says_everything_that_is_missing(client):
    answer = sign_in(client, "", "")

    assert answer.status_code == 422
    assert "请填写登录名" in answer.text
    assert "请填写口令" in answer.text


def test_five_wrong_tries_close_the_door_even_for_the_right_password(client, buyer):
    for _ in range(5):
        sign_in(client, password="wrong wrong")

    answer = sign_in(client)

    assert answer.status_code == 429
    assert "账户已锁定" in answer.text


def test_an_address_with_too_many_failures_waits_before_any_password_is_looked_at(client, buyer):
    for number in range(30):
        sign_in(client, login=f"nobody{number}")

    assert sign_in(client).status_code == 429


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:1"])
def test_a_link_cannot_lead_away_after_signing_in(client, buyer, elsewhere):
    answer = sign_in(client, query_string={"next": elsewhere})

    assert answer.location == "/workbench"


def test_after_signing_in_one_is_where_one_wanted_to_go(client, buyer):
    sent = client.get("/sessions?page=2")
    assert sent.status_code == 303

    answer = client.post(sent.location, data={"login": "buyer", "password": PASSWORD})

    assert answer.location == "/sessions?page=2"


def test_somebody_with_two_appointments_chooses_and_may_choose_again(client, work, buyer):
    with work() as unit:
        organisation = an_organisation(unit, services.Kind.EVALUATION_BODY)
        unit.session.flush()
        services.appoint(
            unit, services.Appoint(buyer.person_id, organisation.id, Role.EVALUATOR, REGISTRAR), organisation.registered_at
        )
    assert sign_in(client).location.startswith("/role")
    assert client.get("/workbench").location == "/role"
    choices = re.findall(r'type="radio" value="(\d+)"', client.get("/role").text)
    assert len(choices) == 2

    seen = []
    for choice in choices:
        assert client.post("/role", data={"appointment": choice}).location == "/workbench"
        seen.append(re.search(r"以 <b>(.+?)</b>", client.get("/workbench").text)[1])

    assert set(seen) == {"采购人", "评估人员"}


def test_somebody_without_any_appointment_is_told_whom_to_ask(client, work):
    with work() as unit:
        a_person(unit, login="newcomer", password=PASSWORD)
    sign_in(client, "newcomer")

    assert "请联系" in client.get("/role").text


def test_signing_out_ends_the_session_and_not_only_the_cookie(app, client, buyer):
    sign_in(client)
    with client.session_transaction() as cookie:
        stolen = dict(cookie)
    client.post("/sign-out")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)

    assert thief.get("/workbench").location.startswith("/sign-in")


def test_another_device_can_be_sent_away(app, client, buyer):
    elsewhere = app.test_client()
    sign_in(elsewhere)
    sign_in(client)
    [number] = re.findall(r"/sessions/(\d+)/end", client.get("/sessions").text)

    client.post(f"/sessions/{number}/end")

    assert elsewhere.get("/workbench").location.startswith("/sign-in")
    assert client.get("/workbench").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, buyer):
    cookie = sign_in(client).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_form_without_its_token_is_refused_and_with_it_taken(app, buyer):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        browser = FlaskClient(app, app.response_class)
        bare = browser.post("/sign-in", data={"login": "buyer", "password": PASSWORD})
        assert bare.status_code == 400
        assert "页面已过期" in bare.text
        fields = dict(re.findall(r'name="(csrf_token|once)" type="hidden" value="(.+?)"', browser.get("/sign-in").text))

        answer = browser.post("/sign-in", data={"login": "buyer", "password": PASSWORD, **fields})

        assert answer.status_code == 303
        assert browser.post("/sign-out", data={"once": "k" * 22}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
