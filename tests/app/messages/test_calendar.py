"""The calendar feed: the workbench's deadlines for whoever has the secret, until it is taken back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from app.accounts import Actor
from app.messages.calendar import Entry, ics
from app.messages.models import ContactRow
from app.web import workbench
from app.web.workbench import Task
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.story import a_published_tender

NOW = datetime(2025, 2, 20, 9, 0, tzinfo=SHANGHAI)
DUE = datetime(2025, 3, 4, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture
def reader(work, client, sign_in_as, clock_at) -> Actor:
    clock_at(NOW)
    with work() as unit:
        actor = an_actor(unit, Role.SUPPLIER)
    sign_in_as(client, actor)
    return actor


def opened(client) -> str:
    """The path of a fresh feed."""
    page = client.post("/messages/calendar").text
    return re.search(r"https?://[^/<]+(/calendar/[^<]+\.ics)", page).group(1)


def an_entry(**but) -> Entry:
    facts = {"due": DUE, "title": "递交投标文件", "detail": "", "cites": "", "url": "/tenders/x/bid", "minutes": 30} | but
    return Entry(Actor(1, 2, Role.SUPPLIER, "甲", "乙社工服务中心"), Task(**facts))


def unfolded(feed: str) -> list[str]:
    return feed.replace("\r\n ", "").split("\r\n")


def test_whoever_has_the_address_sees_the_deadlines_without_signing_in(app, client, work, reader):
    a_published_tender(work)
    path = opened(client)

    answer = app.test_client().get(path)

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    titles = [line for line in unfolded(answer.text) if line.startswith("SUMMARY:")]
    with app.test_request_context("/"):
        from app.store import reading

        expected = [task for task in workbench.tasks_for(reading(), reader, NOW) if task.due]
    assert len(titles) == len(expected) > 0
    assert "DTSTART:20250304T013000Z" in unfolded(answer.text)


@pytest.mark.parametrize("end", ["/messages/calendar/end", "/messages/calendar"])
def test_an_address_that_was_taken_back_leads_nowhere(app, client, reader, end):
    path = opened(client)
    client.post(end)

    assert app.test_client().get(path).status_code == 404


def test_a_guessed_address_leads_nowhere(app, client, reader):
    opened(client)

    assert app.test_client().get("/calendar/None.ics").status_code == 404
    assert app.test_client().get("/calendar/x.ics").status_code == 404


def test_the_secret_is_not_kept_and_shown_once(client, session, reader):
    secret = opened(client).removeprefix("/calendar/").removesuffix(".ics")

    [row] = session.query(ContactRow)
    assert secret not in (row.calendar_hash, row.email)
    assert secret not in client.get("/messages/settings").text


def test_who_holds_no_office_any_more_sees_nothing(app, client, work, reader):
    from app.accounts.models import AppointmentRow

    a_published_tender(work)
    path = opened(client)
    with work() as unit:
        for row in unit.session.query(AppointmentRow).filter_by(person_id=reader.person_id):
            row.until = NOW - timedelta(days=1)

    assert "BEGIN:VEVENT" not in app.test_client().get(path).text


def test_lines_are_folded_at_75_octets_and_never_inside_a_character():
    feed = ics([an_entry(title="精神卫生专职社会工作服务项目" * 12)], "https://caiping.example.cn", NOW)

    assert max(len(line.encode()) for line in feed.split("\r\n")) <= 75
    assert feed.endswith("END:VCALENDAR\r\n")
    assert f"SUMMARY:{'精神卫生专职社会工作服务项目' * 12}" in unfolded(feed)


def test_what_a_title_holds_cannot_add_an_event():
    feed = ics([an_entry(title="甲\r\nEND:VEVENT\r\nBEGIN:VEVENT", detail="乙;丙,丁\\戊\n己")], "", NOW)

    assert unfolded(feed).count("BEGIN:VEVENT") == 1
    assert "SUMMARY:甲\\nEND:VEVENT\\nBEGIN:VEVENT" in unfolded(feed)
    assert any(line.startswith("DESCRIPTION:乙\\;丙\\,丁\\\\戊\\n己") for line in unfolded(feed))


def test_the_same_task_keeps_its_uid_and_another_capacity_has_another():
    def uid(entry: Entry) -> str:
        return next(line for line in unfolded(ics([entry], "", NOW)) if line.startswith("UID:"))

    moved = an_entry(due=DUE + timedelta(days=1))
    elsewhere = Entry(Actor(1, 3, Role.SUPPLIER, "甲", "丙"), an_entry().task)

    assert uid(an_entry()) == uid(moved)
    assert uid(an_entry()) != uid(elsewhere)
