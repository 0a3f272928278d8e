"""Saved searches: who asks for it is told of what the list shows, once; of a stranger nothing is kept but the address."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from app.disclosure.kinds import NoticeKind
from app.disclosure.models import HitRow, NewsRow, SavedSearchRow
from app.disclosure.telling import tell_subscribers
from app.messages.models import LeafletRow, MessageRow
from app.store import reading
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.notices import a_notice
from tests.builders.rooms import DURING

MAIL = "ms.li@example.com"
NEXT_MORNING = DURING.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)


@pytest.fixture
def post(app, monkeypatch):
    """A site whose letters leave."""
    from dataclasses import replace

    settings = replace(app.extensions["settings"], smtp_url="smtp://localhost:2525", site_url="https://caiping.example")
    monkeypatch.setitem(app.extensions, "settings", settings)


@pytest.fixture
def ask(client, clock_at, post):
    """``ask(filters, email=…)``: save a search as a stranger does."""
    clock_at(DURING)

    def save(filters: str = "q=禁毒", email: str = MAIL, timing: str = "daily"):
        return client.post(f"/saved-searches/new?{filters}", data={"email": email, "timing": timing})

    return save


def rows(table):
    session = reading()
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(table)))


def letters() -> list[LeafletRow]:
    return rows(LeafletRow)


def confirmed(client, number: int = -1) -> str:
    """Follow the newest letter of confirmation; the address that ends it again."""
    address = letters()[number].items[0][2]
    page = client.post(address).text
    return re.search(r'href="(/saved-searches/end/[^"]+)"', page)[1]


def test_nothing_is_sent_before_the_mailbox_says_so(client, work, ask):
    assert ask().headers["Location"] == "/saved-searches/asked"
    [letter] = letters()
    assert letter.address == MAIL
    assert "文字: 禁毒" in letter.opening
    with work() as unit:
        a_notice(unit, "示范区禁毒服务")
    assert tell_subscribers(NEXT_MORNING) == 0
    assert len(letters()) == 1


def test_a_letter_program_that_opens_links_confirms_nothing(client, ask):
    ask()
    address = letters()[0].items[0][2]
    assert "确认订阅</button>" in client.get(address).text
    assert rows(SavedSearchRow)[0].confirmed_at is None
    assert "订阅已经开始" in client.post(address).text
    assert rows(SavedSearchRow)[0].confirmed_at is not None
    assert client.get(address).status_code == client.post(address).status_code == 404


@pytest.mark.parametrize(("seconds", "status"), [(-60, 200), (60, 404)])
def test_a_letter_of_confirmation_holds_for_two_days_and_then_the_address_is_gone(client, ask, clock_at, seconds, status):
    ask()
    address = letters()[0].items[0][2]
    later = DURING + timedelta(days=2, seconds=seconds)
    clock_at(later)
    assert client.get(address).status_code == status
    tell_subscribers(later)
    assert len(rows(SavedSearchRow)) == (1 if status == 200 else 0)


def test_whoever_asks_learns_nothing_of_an_address(client, ask):
    first = ask()
    confirmed(client)
    again, other = ask(), ask(email="somebody@example.com")
    answers = {(each.status_code, each.headers["Location"], each.data.split(b"\n")[0]) for each in (first, again, other)}
    assert len(answers) == 1


def test_a_strangers_mailbox_is_not_flooded(client, ask, clock_at):
    for n in range(5):
        ask(f"q=禁毒{n}")
    assert len(letters()) == 3
    clock_at(DURING + timedelta(days=1, seconds=1))
    client.post("/saved-searches/new?q=x", data={"email": MAIL, "timing": "daily"})
    assert len(letters()) == 4


def test_one_place_cannot_write_to_the_whole_world(client, ask):
    statuses = [ask(email=f"p{n}@example.com").status_code for n in range(31)]
    assert (statuses[29], statuses[30], len(letters())) == (303, 422, 30)


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "a b@example.com", "x@example.com\nBcc: y@example.com"])
def test_only_an_address_is_written_to(ask, email):
    assert ask(email=email).status_code == 422
    assert letters() == []


def test_a_digest_comes_at_eight_with_what_was_published_since(client, work, ask):
    ask()
    confirmed(client)
    with work() as unit:
        for title in ("示范区禁毒服务", "示范区养老服务", "禁毒宣传服务"):
            a_notice(unit, title)
    assert tell_subscribers(DURING) == 0
    assert tell_subscribers(NEXT_MORNING - timedelta(seconds=1)) == 0
    assert tell_subscribers(NEXT_MORNING) == 1
    letter = letters()[-1]
    assert [item[0] for item in letter.items] == ["招标公告: 禁毒宣传服务", "招标公告: 示范区禁毒服务"]
    assert letter.unsubscribe.startswith("/saved-searches/end/")
    assert tell_subscribers(NEXT_MORNING + timedelta(days=1)) == 0
    assert rows(NewsRow) == rows(HitRow) == []


def test_what_was_published_before_is_not_news(client, work, ask):
    with work() as unit:
        a_notice(unit, "示范区禁毒服务")
    tell_subscribers(DURING)
    ask(timing="at_once")
    confirmed(client)
    assert tell_subscribers(DURING) == 0


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ("q=禁毒", ["结果", "招标"]), ("q=禁毒+宣传", ["招标"]), ("kind=award", ["结果"]), ("q=禁毒&kind=contract", []),
        ("region=shenzhen", ["招标"]), ("low=999999", ["招标"]), ("low=1000000.01", []), ("field=drugs", ["招标"]),
        ("field=drugs&region=national", []), ("", ["结果", "招标"]), ("method=consultation", ["结果"]), ("q=毒宣", ["招标"]),
        ("q=禁", ["结果", "招标"]), ("open=1", []),
    ],
)  # fmt: skip
def test_a_search_is_told_of_exactly_what_its_list_shows(client, titles, work, ask, filters, told):
    ask(filters, timing="at_once")
    confirmed(client)
    with work() as unit:
        a_notice(unit, "招标", words="禁毒宣传", jurisdiction="shenzhen", service_field="drugs")
        a_notice(unit, "结果", words="禁毒", kind=NoticeKind.AWARD, amount=None, method="consultation")
    assert titles(f"/notices?{filters}") == told
    assert tell_subscribers(DURING) == (1 if told else 0)
    assert [item[0].split(": ")[1] for item in letters()[-1].items if ": " in item[0]] == told


def test_one_click_ends_it_without_a_cookie_and_the_address_is_gone(app, client, work, ask, monkeypatch):
    ask(timing="at_once")
    end = confirmed(client)
    stranger = app.test_client(use_cookies=False)
    assert "退订</button>" in stranger.get(end).text
    assert len(rows(SavedSearchRow)) == 1
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert "已经退订" in stranger.post(end, data={"List-Unsubscribe": "One-Click"}).text
    assert rows(SavedSearchRow) == []
    assert MAIL not in {letter.address for letter in letters()}
    assert "已经退订" in stranger.post(end).text
    with work() as unit:
        a_notice(unit, "示范区禁毒服务")
    assert tell_subscribers(DURING) == 0


def test_a_link_that_was_changed_ends_nothing(client, ask):
    ask()
    end = confirmed(client)
    for wrong in (end[:-1] + ("A" if end[-1] != "A" else "B"), "/saved-searches/end/WzEsMV0.x"):
        assert client.post(wrong).status_code == 200
    assert len(rows(SavedSearchRow)) == 1


def test_a_person_is_told_in_the_inbox_and_gives_no_address(client, work, sign_in_as, clock_at):
    clock_at(DURING)
    with work() as unit:
        actor = an_actor(unit, Role.SUPPLIER)
    sign_in_as(client, actor)
    page = client.get("/saved-searches/new?q=禁毒").text
    assert 'name="email"' not in page
    for timing in ("daily", "at_once"):
        assert client.post("/saved-searches/new?q=禁毒", data={"timing": timing}).status_code == 303
    [row] = rows(SavedSearchRow)
    assert (row.person_id, row.email, row.timing.value) == (actor.person_id, "", "at_once")
    with work() as unit:
        notice = a_notice(unit, "示范区禁毒服务")
        notice = (notice.ocid, notice.id)
    assert tell_subscribers(DURING) == 1
    [message] = rows(MessageRow)
    assert message.subject == "1 条新公告: 文字: 禁毒"
    assert "文字: 禁毒" in client.get("/saved-searches").text
    client.post(f"/saved-searches/{row.id}/end")
    assert rows(SavedSearchRow) == []


def test_nobody_ends_what_another_saved(client, work, sign_in_as, clock_at):
    clock_at(DURING)
    with work() as unit:
        owner, other = an_actor(unit, Role.SUPPLIER), an_actor(unit, Role.SUPPLIER)
    sign_in_as(client, owner)
    client.post("/saved-searches/new?q=禁毒", data={"timing": "daily"})
    [row] = rows(SavedSearchRow)
    sign_in_as(client, other)
    assert client.post(f"/saved-searches/{row.id}/end").status_code == 404
    assert quote("禁毒") not in client.get("/saved-searches").text


def test_where_no_letters_leave_the_feed_is_offered(client):
    page = client.get("/saved-searches/new?q=禁毒").text
    assert 'name="email"' not in page
    assert f"/notices.atom?q={quote('禁毒')}" in page
    assert client.post("/saved-searches/new?q=禁毒", data={"email": MAIL, "timing": "daily"}).status_code == 404


def test_nothing_due_costs_one_statement_and_matching_does_not_grow_with_the_searches(work, statements, clock_at):
    clock_at(DURING)
    with statements() as seen:
        assert tell_subscribers(DURING) == 0
    assert len(seen) == 1
    spent = []
    for many in (1, 40):
        with work() as unit:
            for n in range(many):
                query = f"q={quote('养老')}&high={n + many * 100}"
                told = {"timing": "daily", "asked_at": DURING, "confirmed_at": DURING}
                unit.session.add(SavedSearchRow(email=f"{many}-{n}@example.com", query=query, anchor="w:养老", **told))
            a_notice(unit, "示范区禁毒服务")
        with statements() as seen:
            tell_subscribers(DURING)
        spent.append(len(seen))
    assert spent[0] == spent[1]
    assert reading().scalar(select(func.count()).select_from(HitRow)) == 0
