"""Pages of the supplier file: opened and kept by its own organisation, read by those who buy and oversee."""

from __future__ import annotations

import pytest

from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import DURING, a_supplier

ENTRIES = {
    "kind": "service_agency", "legal_representative": "陈明", "address": "社工路8号", "phone": "0755-3", "business": "社会工作服务",
    "staff": "26", "social_workers": "18", "registered_on": "2015-06-01", "liability_held": "y", "liability_paper": "登记证书",
    "liability_until": "2027-01-31",
}  # fmt: skip


@pytest.fixture
def agency(app, work, clock_at, sign_in_as, client):
    with work() as unit:
        actor = an_actor(unit, Role.SUPPLIER)
    clock_at(DURING)
    sign_in_as(client, actor)
    return actor


def test_a_file_is_opened_shown_and_changed(client, agency):
    answer = client.post("/suppliers/new", data=ENTRIES)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for said in (agency.organisation_name, "登记证书", "有效期至 2027年1月31日", "社会服务机构", "已提供", "未提供"):
        assert said in page, said
    edit = answer.location + "/edit"
    version = client.get(edit).text.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert client.post(edit, data=ENTRIES | {"version": version, "staff": "30"}).status_code == 303
    again = client.post(edit, data=ENTRIES | {"version": version, "staff": "31"})
    assert again.status_code == 422
    assert "内容已被他人更新" in again.text
    assert 'value="31"' in again.text


def test_what_is_missing_is_said_at_once_and_the_rest_is_kept(client, agency):
    answer = client.post("/suppliers/new", data=ENTRIES | {"phone": "", "address": "", "registered_on": "昨天"})
    assert answer.status_code == 422
    assert "有 3 处需要修改" in answer.text
    assert 'value="登记证书"' in answer.text


def test_a_social_organisation_is_told_why_it_is_no_small_enterprise(client, agency):
    answer = client.post("/suppliers/new", data=ENTRIES | {"small_or_micro": "y"})
    assert answer.status_code == 422
    assert "财库〔2020〕46号 第二条" in answer.text


def test_others_read_the_file_but_do_not_change_it(app, client, agency, work, sign_in_as):
    where = client.post("/suppliers/new", data=ENTRIES).location
    with work() as unit:
        readers = {role: an_actor(unit, role) for role in (Role.BUYER, Role.FINANCE, Role.OVERSEER, Role.EXPERT)}
        rival, _ = a_supplier(unit)
    seen = {}
    for role, actor in readers.items():
        browser = app.test_client()
        sign_in_as(browser, actor)
        seen[role] = (browser.get(where).status_code, browser.get(where + "/edit").status_code)
    assert seen == {Role.BUYER: (200, 403), Role.FINANCE: (200, 403), Role.OVERSEER: (200, 403), Role.EXPERT: (403, 403)}
    browser = app.test_client()
    sign_in_as(browser, rival)
    assert (browser.get(where).status_code, browser.get(where + "/edit").status_code) == (403, 403)


def test_a_buyer_records_a_credit_check_on_the_page(app, client, agency, work, sign_in_as):
    """财库〔2016〕125号."""
    where = client.post("/suppliers/new", data=ENTRIES).location
    with work() as unit:
        buyer = an_actor(unit, Role.BUYER)
    browser = app.test_client()
    sign_in_as(browser, buyer)
    wrong = browser.post(where + "/credit", data={"channel": "信用中国", "checked_on": "2099-01-01"})
    assert wrong.status_code == 422
    assert "查询日期不能晚于今天" in wrong.text
    sent = {"channel": "信用中国", "checked_on": "2025-03-19", "listed": ["defaulter"], "evidence": "截图7"}
    assert browser.post(where + "/credit", data=sent).status_code == 303
    page = client.get(where).text
    assert "失信被执行人" in page
    assert "截图7" in page
    assert buyer.organisation_name in page
    assert client.post(where + "/credit", data=sent).status_code == 403
