"""The pages of the law desk: open to all, the address is the question, the same answer for machines."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from app.lawdesk.pages import DESKS
from kernel.period import SHANGHAI

ASKED = {
    "method": "object=services&amount=1500000&region=410100&date=2026-09-01&earlier=2026-03-01+600000+竞争性磋商",
    "timetable": "method=open_tendering&issued=2026-09-24&region=410100",
    "committee": "method=open_tendering&budget=10000000&members=张三+专家+某大学%0A李四+采购人代表+组长&date=2026-09-01&dropout=during",
    "scoring": "method=consultation&items=价格+35%0A服务方案+65&prices=300000%0A800000%0A900000&ceiling=1000000&date=2026-09-01",
    "term": "years=3&grounds=budget_secured&amount=1000000&supplements=110000&notice=2026-09-04&date=2026-09-01",
    "challenge": "event=result_notice&published=2026-11-20",
}
SAID = {
    "method": "累计已超过公开招标数额标准",
    "timetable": "2026-10-14",
    "committee": "采购人代表不得担任组长",
    "scoring": "应当启动",
    "term": "超过原合同的百分之十",
    "challenge": "2026-12-02",
}


@pytest.mark.parametrize("id", DESKS)
def test_a_page_asks_before_it_is_asked(client: FlaskClient, id: str) -> None:
    page = client.get(f"/law/{id}")

    assert page.status_code == 200
    assert 'method="get"' in page.text
    assert 'id="conclusion"' not in page.text


@pytest.mark.parametrize("id", DESKS)
def test_an_answer_stands_at_its_address_for_anybody_conclusion_first(client: FlaskClient, id: str) -> None:
    page = client.get(f"/law/{id}?{ASKED[id]}")

    assert page.status_code == 200
    assert SAID[id] in page.text
    assert page.text.index('id="conclusion"') < page.text.index('id="articles"') < page.text.index('id="ask"')
    assert "固定地址" in page.text


@pytest.mark.parametrize("id", DESKS)
def test_machines_get_the_same_answer(client: FlaskClient, id: str) -> None:
    dotted = client.get(f"/law/{id}.json?{ASKED[id]}")
    asked = client.get(f"/law/{id}?{ASKED[id]}", headers={"Accept": "application/json"})

    assert dotted.status_code == asked.status_code == 200
    assert dotted.get_json() == asked.get_json()
    assert dotted.get_json()


def test_what_was_typed_is_kept_and_the_fault_is_told_at_its_field(client: FlaskClient) -> None:
    page = client.get("/law/method?amount=很多&region=9999&item=社工站")

    assert page.status_code == 422
    assert 'value="很多"' in page.text
    assert 'value="社工站"' in page.text
    assert "金额无法识别" in page.text
    assert 'href="#region"' in page.text


@pytest.mark.parametrize("day", ["2026-13-01", "24.9.2026", "9999-12-31", "0001-01-01"])
@pytest.mark.parametrize(
    "address", ["/law/timetable?method=open_tendering&issued=", "/law/timetable?contract=", "/law/challenge?published="]
)
def test_a_day_that_cannot_be_counted_is_refused_and_never_breaks(client: FlaskClient, address: str, day: str) -> None:
    assert client.get(address + day).status_code == 422


def test_an_answer_without_a_day_keeps_the_day_on_which_it_was_given(client: FlaskClient, clock_at) -> None:
    clock_at(datetime(2026, 11, 22, 9, tzinfo=SHANGHAI))
    page = client.get("/law/method?amount=800000")

    assert "date=2026-11-22" in page.text


def test_a_timetable_that_reaches_2027_says_so_loudly(client: FlaskClient) -> None:
    page = client.get("/law/timetable?method=open_tendering&issued=2026-11-25")

    assert "暂定: 2027年的放假安排尚未收录" in page.text


def test_what_moved_is_told_with_the_reason(client: FlaskClient) -> None:
    page = client.get(
        "/law/timetable?method=open_tendering&issued=2026-09-24&bids_close=2026-10-14&change=澄清+2026-10-09"
    )

    assert 'id="moved"' in page.text
    assert "距截止须满15日" in page.text


def test_a_deadline_that_is_too_early_is_named(client: FlaskClient) -> None:
    page = client.get("/law/timetable?method=open_tendering&issued=2026-09-24&bids_close=2026-10-13")

    assert 'id="wrong"' in page.text
    assert "最早 2026-10-14" in page.text


def test_the_clock_draws_its_days(client: FlaskClient) -> None:
    page = client.get("/law/challenge?event=result_notice&published=2026-11-20")

    assert "2026年11月" in page.text
    assert "质疑截止" in page.text


def test_every_rule_has_its_page_and_is_found_by_word_and_by_id(client: FlaskClient) -> None:
    assert "L-35" in client.get("/law/rules?q=二十日").text
    assert "数值沿革" in client.get("/law/rules/46-9").text
    assert client.get("/law/rules/46-7/8").status_code == 200
    assert client.get("/law/rules/94-22").status_code == 200
    assert client.get("/law/rules/L-35.json").get_json()["id"] == "L-35"
    assert client.get("/law/rules/X-1").status_code == 404


def test_the_desk_is_among_the_doors_of_the_portal(client: FlaskClient) -> None:
    assert 'href="/law"' in client.get("/").text
    index = client.get("/law").text
    assert all(f'href="/law/{id}"' in index for id in DESKS)


def test_no_page_of_the_desk_asks_the_database(client: FlaskClient, statements) -> None:
    with statements() as seen:
        for id in DESKS:
            client.get(f"/law/{id}?{ASKED[id]}")

    assert seen == []
