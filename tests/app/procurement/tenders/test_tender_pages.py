"""The buyer's pages: the list, the page with the line and the next act, and refusals that keep what was typed."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import yaml
from sqlalchemy import event, select

from app.extensions import db
from app.procurement.tenders.models import TenderRow
from kernel.role import Role
from procurement.stage import Stage
from tests.builders.accounts import an_actor
from tests.builders.rooms import (
    BIDS_CLOSE,
    DRAFTED,
    DURING,
    NOTICE,
    PUBLISHED,
    a_case,
    a_draft,
    a_published_tender,
    a_supplier,
)

OCID = "cp-2025-0001"


@pytest.fixture
def buyer(app, work, clock_at, sign_in_as, client):
    with work() as unit:
        actor = an_actor(unit, Role.BUYER)
    clock_at(PUBLISHED)
    sign_in_as(client, actor)
    return actor


def a_file(**but):
    return yaml.safe_dump(a_case(**but), allow_unicode=True, sort_keys=False).encode()


def row(session, ocid=OCID):
    session.rollback()
    return session.get(TenderRow, ocid)


def statements(browser, address):
    seen = []

    def count(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert browser.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len([s for s in seen if s.lstrip().upper().startswith("SELECT")])


def test_a_file_becomes_a_draft_and_the_draft_a_notice(client, session, buyer):
    sent = {"ocid": OCID, "jurisdiction": "national", "intention": "2025-01-10", "case_file": (io.BytesIO(a_file()), "case.yaml")}
    answer = client.post("/tenders/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert row(session).stage is Stage.DRAFT
    draft = client.get(answer.location).text
    assert "采购文件没有发现问题" in draft
    assert "处提示, 不影响发布" in draft, "the clause check hints at grades of adjectives, and stands in nobody's way"

    page = client.get(f"/tenders/{OCID}/publish").text
    assert 'value="2025-03-25T09:30"' in page, "the earliest lawful working day is proposed"
    sent = {"bids_close": "2025-03-27T09:30", "documents_until": "2025-03-17", **NOTICE}
    assert client.post(f"/tenders/{OCID}/publish", data=sent).status_code == 303
    assert (row(session).stage, row(session).bids_close) == (Stage.TENDERING, BIDS_CLOSE)


@pytest.mark.parametrize(("chosen", "held"), [("drugs", "drugs"), ("", None), ("nonsense", None)])
def test_the_field_of_service_that_is_chosen_stands_in_the_documents_and_in_the_notice(client, session, buyer, chosen, held):
    sent = {"ocid": OCID, "jurisdiction": "national", "service_field": chosen, "case_text": a_file().decode()}
    answer = client.post("/tenders/new", data=sent)
    if chosen == "nonsense":
        assert (answer.status_code, row(session)) == (422, None)
        return
    assert row(session).service_field == held
    assert row(session).case["notice"].get("service_field") == held
    client.post(f"/tenders/{OCID}/publish", data={"bids_close": "2025-03-27T09:30", "documents_until": "2025-03-17", **NOTICE})
    assert ("禁毒戒毒" in client.get(f"/notices/{OCID}/1").text) == bool(held)
    assert (OCID in client.get("/notices?field=drugs").text) == bool(held)


def test_a_refused_publication_shows_what_why_and_what_next_and_keeps_what_was_typed(client, session, buyer, work):
    with work() as unit:
        a_draft(unit, buyer)
    sent = {"bids_close": "2025-03-20T09:30", "documents_until": "2025-03-06", **NOTICE, "contact_phone": ""}

    answer = client.post(f"/tenders/{OCID}/publish", data=sent)

    assert answer.status_code == 422
    assert row(session).stage is Stage.DRAFT
    for said in ("政府采购法 第三十五条", "最早 2025-03-25", "财政部令第87号 第十八条", "招标公告应当写明联系电话", "有 3 处需要修改"):
        assert said in answer.text, said
    assert 'value="2025-03-20T09:30"' in answer.text
    assert NOTICE["opening_place"] in answer.text


def test_a_broken_file_says_where_and_its_text_stays_in_the_page(client, session, buyer):
    broken = "name: 示范项目\nnotice: [未闭合\n别处: 1\n".encode()
    sent = {"ocid": OCID, "jurisdiction": "national", "case_file": (io.BytesIO(broken), "case.yaml")}
    answer = client.post("/tenders/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert row(session) is None
    assert "行第" in answer.text
    assert "notice: [未闭合" in answer.text
    assert f'value="{OCID}"' in answer.text


def test_a_wrong_number_and_a_broken_file_are_told_together(client, session, buyer):
    sent = {"ocid": "CP 1", "jurisdiction": "national", "case_text": "a: [1"}
    page = client.post("/tenders/new", data=sent).text
    assert "有 2 处需要修改" in page
    assert "项目编号由小写字母" in page
    assert "第1行" in page


def test_every_fault_of_a_draft_is_listed_with_its_place_and_article(client, buyer, work):
    case = a_case()
    case["scoring"]["sections"][2]["weight"] = 45
    case["requirement"]["cost_rules"] = [{"item": "人均标准", "min": 100000, "unit": "元/人/年"}]
    with work() as unit:
        a_draft(unit, buyer, case=case)
    page = client.get(f"/tenders/{OCID}").text
    assert "105" in page
    assert "评分标准" in page
    assert "财政部令第87号 第五十五条" in page
    assert "采购需求 › 成本要求[1]" in page
    assert "财政部令第87号 第十二条" in page
    assert "处必须改正" in page


def test_the_page_says_what_is_now_who_acts_and_by_which_article(client, buyer, work, clock_at):
    with work() as unit:
        a_published_tender(unit, buyer)
    clock_at(DURING)
    page = client.get(f"/tenders/{OCID}").text
    assert 'aria-current="step">投标' in page
    assert "现在: 投标" in page
    assert "社工机构" in page
    clock_at(BIDS_CLOSE)
    page = client.get(f"/tenders/{OCID}").text
    assert 'aria-current="step">开标' in page
    assert f'href="/tenders/{OCID}/opening"' in page


def test_buttons_are_only_for_who_may_act(app, buyer, work, clock_at, sign_in_as):
    with work() as unit:
        a_published_tender(unit, buyer)
        others = [an_actor(unit, Role.BUYER), an_actor(unit, Role.FINANCE), a_supplier(unit)[0]]
    clock_at(DURING)
    shown = []
    for actor in others:
        browser = app.test_client()
        sign_in_as(browser, actor)
        page = browser.get(f"/tenders/{OCID}").text
        shown.append(("terminate" in page, f"/tenders/{OCID}/bid" in page))
        if actor.role is Role.BUYER:
            assert browser.get(f"/tenders/{OCID}/publish").status_code == 403
            assert browser.post(f"/tenders/{OCID}/terminate", data={"reason": "x"}).status_code == 403
    assert shown == [(False, False), (False, False), (False, True)]


def test_a_double_click_on_publish_publishes_once(client, session, buyer, work):
    with work() as unit:
        a_draft(unit, buyer)
    sent = {"bids_close": "2025-03-27T09:30", "documents_until": "2025-03-17", **NOTICE, "once": "one-key-for-one-form"}
    first, second = (client.post(f"/tenders/{OCID}/publish", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    from app.transparency.models import LogLine

    session.rollback()
    assert len(list(session.scalars(select(LogLine).where(LogLine.act == "tender.publish")))) == 1


@pytest.mark.parametrize("address", ["/tenders", "/workbench"])
def test_lists_take_as_many_statements_with_thirty_tenders_as_with_one(client, buyer, work, address):
    with work() as unit:
        a_draft(unit, buyer)
    one = statements(client, address)
    with work() as unit:
        for n in range(2, 31):
            a_draft(unit, buyer, f"cp-2025-{n:04d}", now=DRAFTED + timedelta(minutes=n))
    assert statements(client, address) == one


def test_the_list_of_suppliers_takes_as_many_statements_with_thirty_files_as_with_one(client, buyer, work):
    with work() as unit:
        a_supplier(unit)
    one = statements(client, "/suppliers")
    with work() as unit:
        for _ in range(29):
            a_supplier(unit)
    assert statements(client, "/suppliers") == one


def test_the_own_list_is_read_page_by_page(client, buyer, work):
    with work() as unit:
        for n in range(1, 23):
            a_draft(unit, buyer, f"cp-2025-{n:04d}", now=DRAFTED + timedelta(minutes=n))
    first = client.get("/tenders").text
    assert "cp-2025-0022" in first
    assert "cp-2025-0002" not in first
    assert "更早的项目" in first
    assert "cp-2025-0001" in client.get("/tenders?after=cp-2025-0003").text


def test_terminating_without_a_reason_is_refused_with_the_article(client, session, buyer, work, clock_at):
    with work() as unit:
        a_published_tender(unit, buyer)
    clock_at(DURING)
    answer = client.post(f"/tenders/{OCID}/terminate", data={"reason": ""})
    assert answer.status_code == 422
    assert "财政部令第87号 第二十九条" in answer.text
    assert client.post(f"/tenders/{OCID}/terminate", data={"reason": "任务取消"}).status_code == 303
    assert "任务取消" in client.get(f"/tenders/{OCID}").text


def test_failing_is_offered_where_it_is_done(client, buyer, work, clock_at):
    """Before the opening on its page, after it at the qualification review (财政部令第87号 第四十三条)."""
    from tests.builders.rooms import a_bid, an_opening

    with work() as unit:
        a_published_tender(unit, buyer)
        overseer = an_actor(unit, Role.OVERSEER)
    for _ in range(3):
        with work() as unit:
            a_bid(unit, OCID)
    with work() as unit:
        an_opening(unit, buyer, OCID, overseer)
    clock_at(BIDS_CLOSE + timedelta(hours=1))
    acts = client.get(f"/tenders/{OCID}").text.split('class="acts"')[1].split("</div>")[0]
    assert f"/tenders/{OCID}/qualification" in acts
    assert f"/tenders/{OCID}/opening" not in acts
