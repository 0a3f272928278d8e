"""The pages of the opening: nothing before it, the record after it, the lawful branches when there are too few bids."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.procurement.openings.models import OpeningRow
from app.procurement.tenders.models import TenderRow
from kernel.role import Role
from procurement.stage import Stage
from tests.builders.accounts import an_actor
from tests.builders.rooms import BIDS_CLOSE, DURING, a_bid, a_published_tender, a_supplier

OCID = "cp-2025-0001"
PAGE = f"/tenders/{OCID}/opening"


@pytest.fixture
def hall(app, work, clock_at, sign_in_as, client):
    with work() as unit:
        buyer, overseer = an_actor(unit, Role.BUYER), an_actor(unit, Role.OVERSEER)
        a_published_tender(unit, buyer)
    clock_at(BIDS_CLOSE)
    sign_in_as(client, buyer)
    return buyer, overseer


def with_bids(work, number):
    actors = []
    for n in range(number):
        with work() as unit:
            actor, _ = a_supplier(unit)
            a_bid(unit, OCID, actor, 90_000_000 + n * 20_000_000, DURING + timedelta(minutes=n))
            actors.append(actor)
    return actors


def test_an_opening_through_the_page(client, session, hall, work):
    bidders = with_bids(work, 3)
    sent = {"place": "301室", "overseer_id": str(hall[1].person_id)}
    answer = client.post(PAGE, data=sent)
    assert answer.status_code == 303
    page = client.get(PAGE).text
    for said in ("开标一览表", "¥900,000.00", "高于最高限价", "301室", hall[1].name, *(b.organisation_name for b in bidders)):
        assert said in page, said


def test_a_double_click_opens_once(client, session, hall, work):
    with_bids(work, 3)
    sent = {"place": "301室", "overseer_id": str(hall[1].person_id), "once": "one-key-for-one-form"}
    first, second = (client.post(PAGE, data=sent) for _ in range(2))
    assert first.location == second.location
    assert first.status_code == second.status_code == 303
    session.rollback()
    assert session.query(OpeningRow).count() == 1


def test_without_an_overseer_the_form_says_so_and_keeps_the_place(client, session, hall, work):
    with_bids(work, 3)
    answer = client.post(PAGE, data={"place": "临时改到502室", "overseer_id": "0"})
    assert answer.status_code == 422
    assert "请选择到场监督的人员" in answer.text
    assert "临时改到502室" in answer.text
    session.rollback()
    assert session.query(OpeningRow).count() == 0


def test_too_few_bids_lead_to_the_lawful_branches(client, session, hall, work):
    """财政部令第87号 第四十一条, 第四十三条."""
    with_bids(work, 2)
    answer = client.post(PAGE, data={"place": "301室", "overseer_id": str(hall[1].person_id)})
    assert answer.status_code == 422
    for said in ("不得开标", "财政部令第87号 第四十一条", "财政部令第87号 第四十三条", "重新招标", "报财政部门批准"):
        assert said in answer.text, said
    empty = client.post(f"{PAGE}/fail", data={"reason": ""})
    assert empty.status_code == 422
    assert "请选择后续处理方式" in empty.text
    assert "请写明废标理由" in empty.text
    assert client.post(f"{PAGE}/fail", data={"branch": "other_method", "reason": "投标人仅两家"}).status_code == 303
    session.rollback()
    assert session.get(TenderRow, OCID).stage is Stage.UNSUCCESSFUL
    assert "投标人仅两家" in client.get(f"/notices/{OCID}").text


def test_before_the_deadline_there_is_nothing_to_press(client, hall, clock_at):
    clock_at(BIDS_CLOSE - timedelta(seconds=30))
    page = client.get(PAGE).text
    assert "还没有到开标时间" in page
    assert "<button class=\"btn btn-primary\">开标" not in page
    assert client.post(PAGE, data={"place": "x", "overseer_id": "1"}).status_code in (409, 422)


@pytest.mark.parametrize(("who", "status"), [("bidder", 200), ("outsider", 403), ("buyer", 403), ("finance", 200), ("overseer", 200)])
def test_the_record_is_for_those_who_were_there(app, client, hall, work, sign_in_as, who, status):
    bidders = with_bids(work, 3)
    client.post(PAGE, data={"place": "301室", "overseer_id": str(hall[1].person_id)})
    with work() as unit:
        readers = {
            "bidder": bidders[0], "outsider": a_supplier(unit)[0], "buyer": an_actor(unit, Role.BUYER),
            "finance": an_actor(unit, Role.FINANCE), "overseer": hall[1],
        }  # fmt: skip
    browser = app.test_client()
    sign_in_as(browser, readers[who])
    assert browser.get(PAGE).status_code == status


def test_a_bidder_finds_the_record_from_its_own_bid(app, client, hall, work, sign_in_as):
    bidders = with_bids(work, 3)
    client.post(PAGE, data={"place": "301室", "overseer_id": str(hall[1].person_id)})
    browser = app.test_client()
    sign_in_as(browser, bidders[0])
    assert f'href="{PAGE}"' in browser.get(f"/tenders/{OCID}/bid").text
    with work() as unit:
        outsider, _ = a_supplier(unit)
    sign_in_as(browser, outsider)
    assert f'href="{PAGE}"' not in browser.get(f"/tenders/{OCID}").text
