"""The supplier's pages: what the form asks, what it warns of, and that nothing typed is ever lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.procurement.bids.models import BidRow
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import BIDS_CLOSE, DURING, a_bid, a_published_tender, a_supplier

OCID = "cp-2025-0001"
BID = f"/tenders/{OCID}/bid"


@pytest.fixture
def agency(app, work, clock_at, sign_in_as, client):
    with work() as unit:
        a_published_tender(unit)
        actor, _ = a_supplier(unit)
    clock_at(DURING)
    sign_in_as(client, actor)
    return actor


def entries(**but):
    return {
        "price": "900,000.50", "project_leader": "周老师", "contact_person": "吴老师", "contact_phone": "0755-1",
        "statement": ["1", "2", "3"], "fact.T1a": "3", "fact.T2a": "社会工作师", "fact.T2b": "true", "fact.B1a": "3",
        "fact.B2a.优": "1", "fact.B2a.良": "2", "proof.T2": "证书, 第3页", **but,
    }  # fmt: skip


def bids(session):
    session.rollback()
    return list(session.scalars(select(BidRow).order_by(BidRow.submitted_at)))


def test_a_bid_goes_through_the_form_into_the_house_and_comes_out_as_a_receipt(client, session, agency):
    assert client.get(BID).status_code == 200
    answer = client.post(BID, data=entries())

    [bid] = bids(session)
    assert answer.status_code == 303
    assert bid.receipt_hash in answer.location
    assert (bid.price, bid.facts) == (
        90_000_050, {"T1a": 3, "T2a": "社会工作师", "T2b": True, "B1a": 3, "B2a": {"优": 1, "良": 2}},
    )  # fmt: skip
    assert bid.documents["proofs"] == {"T2": "证书, 第3页"}
    assert bid.documents["statements"] == ["1", "2", "3"]
    assert "复算一致" not in client.get(answer.location).text
    assert "与留存的投标文件一致" in client.get(answer.location).text
    assert "900,000.50" in client.get(BID).text


def test_a_part_left_empty_is_not_declared(client, session, agency):
    client.post(BID, data=entries(**{"fact.B1a": "", "fact.B2a.优": "", "fact.B2a.良": ""}))
    assert not {"B1a", "B2a"} & set(bids(session)[0].facts)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("", "请填写报价"), ("0", "报价须大于0"), ("-5", "报价须大于0"), ("900000.001", "最多保留到分"),
        ("九十万", "无法识别"), ("1e400", "报价"), ("NaN", "无法识别"), ("０", "报价须大于0"),
    ],
)  # fmt: skip
def test_a_price_that_is_none_is_refused_with_everything_else_and_all_of_it_is_kept(client, session, agency, price, said):
    sent = entries(price=price, contact_phone="", **{"fact.B1a": "很多", "fact.B2a.优": "-1", "proof.T1": "独一无二的方案说明"})

    answer = client.post(BID, data=sent)

    assert answer.status_code == 422
    assert bids(session) == []
    problems = answer.text.split('class="problems"')[1].split("</div>")[0]
    assert said in problems
    assert "请填写联系电话" in problems
    assert "很多" in problems
    assert "-1" in problems
    for kept in ("独一无二的方案说明", 'value="很多"', 'value="周老师"'):
        assert kept in answer.text
    assert 'value="社会工作师" checked' in answer.text


def test_a_price_above_the_ceiling_is_asked_about_once_and_then_taken(client, session, agency):
    """财政部令第87号 第六十三条: invalid at the review, not at the door."""
    first = client.post(BID, data=entries(price="1000000.01"))
    assert first.status_code == 422
    assert "评审时将被认定投标无效" in first.text
    assert bids(session) == []
    second = client.post(BID, data=entries(price="1000000.01", aware="y"))
    assert second.status_code == 303
    assert bids(session)[0].price == 100_000_001


def test_a_condition_without_statement_is_asked_about_once(client, session, agency):
    first = client.post(BID, data=entries(statement=["1"]))
    assert first.status_code == 422
    assert "还有2项资格条件" in first.text
    assert client.post(BID, data=entries(statement=["1"], aware="y")).status_code == 303


def test_a_bid_after_the_deadline_is_refused_with_the_article_and_what_was_typed(client, session, agency, clock_at):
    clock_at(BIDS_CLOSE)
    answer = client.post(BID, data=entries(**{"proof.T1": "写了一夜的方案"}))
    assert answer.status_code == 422
    assert bids(session) == []
    assert "财政部令第87号 第三十三条" in answer.text
    assert "写了一夜的方案" in answer.text


def test_a_double_click_hands_in_once_and_leads_to_the_same_receipt(client, session, agency):
    sent = entries(once="the-same-key-of-one-form")
    first, second = client.post(BID, data=sent), client.post(BID, data=sent)
    assert first.location == second.location
    assert len(bids(session)) == 1


def test_replacing_starts_from_what_was_handed_in(client, session, agency, work):
    with work() as unit:
        a_bid(unit, OCID, agency)
    page = client.get(f"{BID}/replace").text
    assert 'value="900000"' in page
    assert 'value="社会工作师" checked' in page
    assert "合同三份, 第10至20页" in page
    assert client.post(f"{BID}/replace", data=entries(price="880000")).status_code == 303
    assert [(bid.status, bid.price) for bid in bids(session)] == [("replaced", 90_000_000), ("submitted", 88_000_000)]


def test_withdrawing_takes_the_bid_back(client, session, agency, work):
    with work() as unit:
        a_bid(unit, OCID, agency)
    assert client.post(f"{BID}/withdraw").status_code == 303
    assert [bid.status for bid in bids(session)] == ["withdrawn"]
    assert "重新" in client.get(f"/tenders/{OCID}").text or client.get(BID).status_code == 200


def test_after_the_deadline_the_page_offers_nothing_any_more(client, agency, work, clock_at):
    with work() as unit:
        a_bid(unit, OCID, agency)
    clock_at(BIDS_CLOSE)
    page = client.get(BID).text
    assert "替换投标文件" not in page
    assert "确认撤回" not in page
    assert "我的投标文件" in page


def test_a_supplier_without_a_file_is_sent_to_open_one(app, work, clock_at, sign_in_as):
    with work() as unit:
        a_published_tender(unit)
        newcomer = an_actor(unit, Role.SUPPLIER)
    clock_at(DURING + timedelta(hours=1))
    browser = app.test_client()
    sign_in_as(browser, newcomer)
    assert "建立供应商档案" in browser.get(BID).text
    assert browser.get("/suppliers/mine").location.endswith("/suppliers/new")


def test_an_open_tender_waits_on_the_workbench_until_it_is_answered(client, agency, work, clock_at):
    assert "投标: 示范区社区矫正社会工作服务" in client.get("/workbench").text
    with work() as unit:
        a_bid(unit, OCID, agency)
    assert "投标: 示范区社区矫正社会工作服务" not in client.get("/workbench").text
