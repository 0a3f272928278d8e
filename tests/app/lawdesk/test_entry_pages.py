"""The pages of the entries: who sees what, a calendar before it is sent, what was typed stays, the desk names the entry."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner

from app.lawdesk import entering
from app.store import law_in_force
from kernel.period import SHANGHAI
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.law.test_entry import HOLIDAYS, MAKE_UP, a_threshold, a_value, a_year

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
SOURCE = {
    "title": "国务院办公厅关于2027年部分节假日安排的通知", "number": "国办发明电〔2026〕9号", "issuer": "国务院办公厅",
    "issued": "2026-11-20", "url": "https://www.gov.cn/zhengce/2027.htm",
}  # fmt: skip
YEAR = {"year": "2027", "holidays": HOLIDAYS, "make_up": MAKE_UP, **SOURCE}


@pytest.fixture
def people(work, clock_at) -> dict[Role, Any]:
    clock_at(NOW)
    with work() as unit:
        return {role: an_actor(unit, role) for role in (Role.SYSTEM_ADMIN, Role.FINANCE, Role.SUPPLIER, Role.OVERSEER)}


@pytest.fixture
def as_(app, people, sign_in_as):
    """``as_(role)``: a browser in which somebody of this role is signed in."""

    def browser(role: Role) -> Any:
        client = app.test_client()
        sign_in_as(client, people[role])
        return client

    return browser


def proposed(work, people, entry: Any = None) -> int:
    with work() as unit:
        row = entering.propose(unit, entering.Propose(people[Role.SYSTEM_ADMIN], entry or a_value()), NOW)
        unit.session.flush()
        return row.id


def approved(work, people, entry: Any = None, *, read: bool = True) -> int:
    number = proposed(work, people, entry)
    with work() as unit:
        entering.decide(unit, entering.Decide(people[Role.FINANCE], number, True, read), NOW)
    law_in_force.hold(now=True)
    return number


def test_a_year_is_shown_as_a_calendar_before_it_is_sent_and_then_proposed(as_, client) -> None:
    browser = as_(Role.SYSTEM_ADMIN)
    looked = browser.post("/law/entries/new/year", data=YEAR)

    assert looked.status_code == 200
    for said in ("2027年由暂定", "由工作日变为放假: 2027-02-09", "2027年12月", "提出补录"):
        assert said in looked.text
    assert "还没有补录" in browser.get("/law/entries").text  # looking is no act

    sent = browser.post("/law/entries/new/year", data={**YEAR, "send": "1"})
    assert sent.status_code == 303
    assert "待批准" in browser.get(sent.location).text
    assert "还没有补录" in client.get("/law/entries").text  # a stranger reads what is approved


def test_everything_wrong_is_said_at_its_field_and_what_was_typed_stays(as_) -> None:
    typed = {**YEAR, "make_up": "2027-02-12 春节\n明天", "url": "www.gov.cn", "number": "甲 乙"}
    page = as_(Role.SYSTEM_ADMIN).post("/law/entries/new/year", data={**typed, "send": "1"})

    assert page.status_code == 422
    for said in ("补班日须为没有放假的周六、周日", "第2行", "官方网址须以", "文号须为一个", "2027-02-12 春节"):
        assert said in page.text
    assert {"make_up", "url", "number"} <= set(re.findall(r'href="#(\w+)"', page.text))


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("threshold", {"place": "henan", "level": "city", "standard": "open_tender", "goods": "services", "yuan": "4,000,000",
                       "since": "2027-01-01", "article": "二"}, "河南省市级服务公开招标数额标准"),
        ("value", {"place": "national", "id": "tendering_period", "value": "25", "since": "2027-01-01"}, "此前为20日"),
        ("value", {"place": "shenzhen", "id": "sme_deduction_max", "value": "12.5%", "since": "2026-01-01"}, "生效日 2026-01-01"),
    ],
)  # fmt: skip
def test_a_threshold_and_a_value_are_looked_at_and_proposed(as_, kind, typed, said) -> None:
    browser, form = as_(Role.SYSTEM_ADMIN), {**typed, **SOURCE, "number": "示财购〔2026〕1号"}
    form.pop("article", None)
    assert said.split(" ")[0] in browser.post(f"/law/entries/new/{kind}", data=form).text
    assert browser.post(f"/law/entries/new/{kind}", data={**form, "send": "1"}).status_code == 303


def test_the_finance_bureau_reads_compares_and_approves(as_, client, work, people) -> None:
    number = proposed(work, people, a_year())
    browser = as_(Role.FINANCE)
    assert "批准补录: 国办发明电〔2026〕9号" in browser.get("/workbench").text

    assert browser.post(f"/law/entries/{number}/approve", data={}).status_code == 422  # whether it was read must be said
    refused = browser.post(f"/law/entries/{number}/approve", data={"read": "no"})
    assert (refused.status_code, "须先核对通知原文" in refused.text) == (422, True)
    assert browser.post(f"/law/entries/{number}/approve", data={"read": "yes"}).status_code == 303

    page = client.get(f"/law/entries/{number}").text
    assert all(said in page for said in ("已批准", "已核对原文", "国办发明电〔2026〕9号", "系统管理员（", "财政部门（"))
    assert not any(actor.name in page for actor in people.values())  # offices, not names


def test_who_may_what(as_, client, work, people) -> None:
    number = proposed(work, people)
    assert client.get(f"/law/entries/{number}").status_code == 404
    for role, reads, proposes, approves in (
        (Role.SYSTEM_ADMIN, 200, 200, 403), (Role.FINANCE, 200, 403, 422), (Role.OVERSEER, 200, 403, 403), (Role.SUPPLIER, 404, 403, 403),
    ):  # fmt: skip
        browser = as_(role)
        assert browser.get(f"/law/entries/{number}").status_code == reads, role
        assert browser.get("/law/entries/new/year").status_code == proposes, role
        assert browser.post(f"/law/entries/{number}/approve", data={}).status_code == approves, role


def test_a_rejection_is_read_by_those_who_watch_and_by_no_stranger(as_, client, work, people) -> None:
    number = proposed(work, people)
    assert as_(Role.FINANCE).post(f"/law/entries/{number}/reject", data={"reason": ""}).status_code == 422
    assert as_(Role.FINANCE).post(f"/law/entries/{number}/reject", data={"reason": "与原文不符"}).status_code == 303
    assert "与原文不符" in as_(Role.OVERSEER).get(f"/law/entries/{number}").text
    assert client.get(f"/law/entries/{number}").status_code == 404


def test_the_desk_counts_with_an_approved_year_and_names_the_notice_and_the_entry(client, work, people) -> None:
    asked = "/law/challenge?event=result_notice&published=2027-02-01"
    assert "暂定" in client.get(asked).text

    number = approved(work, people, a_year())
    page = client.get(asked).text
    assert f"2027年放假安排据国办发明电〔2026〕9号（本平台补录第{number}号）" in page
    assert "暂定" not in page


def test_the_desk_names_the_entry_of_a_threshold_and_links_its_text(client, work, people) -> None:
    number = approved(work, people, a_threshold())
    page = client.get("/law/method?object=services&amount=3500000&region=350000&date=2027-01-05").text

    assert f"豫财购〔2026〕1号; 本平台补录第{number}号" in page
    assert 'href="https://www.example.gov.cn/1"' in page


def test_the_rule_tells_what_its_number_was_since_when_and_which_entry_set_it(client, work, people) -> None:
    number = approved(work, people, a_value())
    page = client.get("/law/rules/L-35").text
    assert "2003-01-01 起" in page
    assert f'href="/law/entries/{number}">本平台补录第{number}号' in page


def test_a_kept_page_is_not_given_again_under_another_law(client, work, people) -> None:
    asked = "/law/timetable?method=open_tendering&issued=2027-01-05"
    before = client.get(asked).text
    approved(work, people, a_value())
    assert client.get(asked).text != before


def test_a_form_sent_twice_proposes_once(as_, session) -> None:
    browser, form = as_(Role.SYSTEM_ADMIN), {**YEAR, "send": "1", "once": "k" * 20}
    first, second = browser.post("/law/entries/new/year", data=form), browser.post("/law/entries/new/year", data=form)
    assert first.location == second.location
    assert len(entering.entries(session, public=False, today=NOW.date())) == 1


# --- by command ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def command(app, monkeypatch):
    """``command(*words, given=…)``: ``flask law …`` on the application of this test."""
    from flask.cli import ScriptInfo

    from app.cli.law import law

    def run(*words: str, given: str = "") -> Any:
        return CliRunner().invoke(law, list(words), input=given, obj=ScriptInfo(create_app=lambda: app))

    return run


FILE = """
[value]
place = "national"
id = "tendering_period"
since = 2027-01-01
value = 25

[source]
title = "示例文件"
issuer = "示例机关"
issued = 2026-11-20
url = "https://www.example.gov.cn/1"
"""


def test_two_people_enter_a_value_by_command(command, work, tmp_path, client) -> None:
    with work() as unit:
        an_actor(unit, Role.SYSTEM_ADMIN, login="system.one", password="correct horse battery")
        an_actor(unit, Role.FINANCE, login="finance.one", password="staple correct horse")
    file = tmp_path / "value.toml"
    file.write_text(FILE, encoding="utf-8")
    named = ("--source", "number=示财购〔2026〕1号", "--password-stdin", "--login")

    without = command("add", str(file), "--password-stdin", "--login", "system.one", given="correct horse battery\n")
    assert (without.exit_code, "请填写来源的文号" in without.stderr) == (2, True)
    wrong = command("add", str(file), *named, "system.one", given="wrong\n")
    assert (wrong.exit_code, "登录名或口令不正确" in wrong.stderr) == (2, True)
    other = command("add", str(file), *named, "finance.one", given="staple correct horse\n")
    assert (other.exit_code, "没有这一任职" in other.stderr) == (2, True)

    added = command("add", str(file), *named, "system.one", given="correct horse battery\n")
    assert added.exit_code == 0, added.stderr
    assert json.loads(added.stdout)["changes"] == ["2027-01-01起: 此前为20日（政府采购法 第三十五条）, 改为25日（示财购〔2026〕1号）"]
    number = str(json.loads(added.stdout)["id"])
    assert json.loads(command("entries").stdout) == []

    allowed = command("approve", number, "--read", "--password-stdin", "--login", "finance.one", given="staple correct horse\n")
    assert allowed.exit_code == 0, allowed.stderr
    told = json.loads(command("entries").stdout)
    assert [(each["state"], each["status"], each["source"]["number"]) for each in told] == [("approved", "V", "示财购〔2026〕1号")]
