"""The inbox as its reader uses it: how many are unread stands in the head of every page, for no statement more."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pytest

from app.accounts import Actor
from app.messages.kinds import Kind, Timing
from app.messages.models import ContactRow
from app.messages.queries import inbox
from app.messages.services import Contact, Notice, Office, contact_of, notify, set_contact
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor

NOW = datetime(2025, 3, 10, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def reader(work, client, sign_in_as, clock_at) -> Actor:
    clock_at(NOW)
    with work() as unit:
        actor = an_actor(unit, Role.SUPPLIER)
    sign_in_as(client, actor)
    return actor


@pytest.fixture
def told(work, reader):
    def tell(count: int, **but) -> None:
        facts = {"kind": Kind.PAYMENT, "subject": "款项已支付", "facts": [("金额", "¥1.00")], "url": "/contracts"} | but
        with work() as unit:
            office = Office(reader.organisation_id, reader.role)
            notify(unit.session, [Notice(key=f"k{n}", offices=[office], **facts) for n in range(count)], NOW)

    return tell


def badge(page: str) -> str:
    found = re.search(r'class="unread num"[^>]*>([^<]*)<', page)
    return found.group(1) if found else ""


@pytest.mark.parametrize(("count", "shown"), [(0, ""), (1, "1"), (99, "99"), (100, "99+"), (101, "99+")])
def test_the_head_of_every_page_says_how_many_are_unread(client, told, count, shown):
    told(count)

    assert badge(client.get("/tenders").text) == shown


def test_it_costs_no_statement(client, told, statements):
    def cost() -> int:
        with statements() as seen:
            client.get("/contracts")
        return len(seen)

    before = cost()
    told(40)
    assert cost() == before
    assert badge(client.get("/contracts").text) == "40"


def test_the_inbox_costs_the_same_for_one_and_for_thirty(client, told, statements):
    def cost() -> int:
        with statements() as seen:
            assert client.get("/messages").status_code == 200
        return len(seen)

    told(1)
    one = cost()
    told(30)
    assert cost() == one


def test_a_message_is_read_by_opening_it_and_leads_to_its_page(client, session, told, reader):
    told(2)
    newest = inbox(session, reader)[0]

    answer = client.post(f"/messages/{newest.handle}/read")

    assert (answer.status_code, answer.location) == (303, "/contracts")
    assert badge(client.get("/messages").text) == "1"


def test_all_are_read_at_once(client, told):
    told(3)
    client.post("/messages/read")

    page = client.get("/messages?show=unread").text
    assert badge(page) == ""
    assert "没有未读消息" in page


def test_older_ones_are_on_the_next_page(client, told):
    told(31)
    page = client.get("/messages").text
    onward = re.search(r'href="(/messages\?[^"]*before=[\w-]+[^"]*)"', page).group(1).replace("&amp;", "&")

    assert page.count("<article") == 30
    assert client.get(onward).text.count("<article") == 1


def test_anothers_message_does_not_exist(app, client, work, session, told, reader, sign_in_as):
    told(1)
    with work() as unit:
        stranger = an_actor(unit, Role.SUPPLIER)
    other = app.test_client()
    sign_in_as(other, stranger)

    assert other.post(f"/messages/{inbox(session, reader)[0].handle}/read").status_code == 404
    assert badge(other.get("/messages").text) == ""
    assert badge(client.get("/messages").text) == "1"


def test_words_from_outside_are_words_in_the_inbox(client, told):
    told(1, subject="<script>alert(1)</script>")

    assert "<script>alert" not in client.get("/messages").text


def test_ones_choice_is_kept_and_shown(client, session, reader):
    answer = client.post("/messages/settings", data={"email": " a@example.cn ", "timing": "daily", "mobile": "+86 138 0013 8000", "sms": "y"})

    assert answer.status_code == 303
    session.rollback()
    assert contact_of(session, reader.person_id) == (Contact("a@example.cn", Timing.DAILY, "13800138000", True), False)
    assert "a@example.cn" in client.get("/messages/settings").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "a"), ("email", "a@b"), ("email", "a@example.cn\r\nBcc: b@example.cn"), ("email", "甲@example.cn"),
     ("email", "a@example.cn,b@example.cn"), ("mobile", "12345"), ("mobile", "22800138000"), ("timing", "hourly")],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_refused_and_kept_on_the_page(client, reader, session, field, value):
    data = {"email": "a@example.cn", "timing": "at_once", "mobile": ""} | {field: value}

    answer = client.post("/messages/settings", data=data)

    assert answer.status_code == 422
    assert field == "timing" or value.split()[0] in unescape(answer.text)
    assert session.query(ContactRow).count() == 0


def test_the_log_says_that_a_choice_was_made_and_not_which_address(work, session, reader):
    from sqlalchemy import select

    from app.transparency.models import LogLine

    with work() as unit:
        set_contact(unit, reader, Contact("secret@example.cn", mobile="13800138000"), NOW)

    [line] = session.scalars(select(LogLine).where(LogLine.act == "contact.set"))
    assert "secret" not in line.facts
    assert "138" not in line.facts
