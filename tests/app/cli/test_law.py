"""``flask law``: JSON in, JSON out, and a slip is told in Chinese as JSON on stderr."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli.law import law

KEYS = {"event", "date", "kind", "count", "unit", "rule", "citation", "working", "status"}
METHODS = ["open_tendering", "selective_tendering", "negotiation", "consultation", "single_source", "framework"]


def run(*words: str, given: Any = None) -> Result:
    return CliRunner().invoke(
        law, list(words), input=json.dumps(given, ensure_ascii=False) if given is not None else ""
    )


def said(*words: str, given: Any = None) -> Any:
    result = run(*words, given=given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(*words: str, given: Any = None) -> dict[str, Any]:
    result = run(*words, given=given)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    return dict(json.loads(result.stderr))


@pytest.mark.parametrize("method", METHODS)
def test_a_timetable_is_a_list_of_rows_from_intention_to_archive(method):
    rows = said("timetable", "--method", method, "--issued", "2026-09-24", "--region", "410100")

    assert all(set(row) >= KEYS for row in rows)
    assert {row["kind"] for row in rows} == {"earliest", "latest"}
    assert {row["unit"] for row in rows} <= {"day", "working_day"}
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert (rows[0]["event"], rows[-1]["event"]) == ("intention_publication", "archive")


def test_the_twenty_days_of_24_september():
    rows = {row["rule"]: row for row in said("timetable", "--method", "open_tendering", "--issued", "2026-09-24")}

    assert (rows["L-35"]["date"], rows["L-35"]["kind"], rows["L-35"]["count"], rows["L-35"]["unit"]) == (
        "2026-10-14", "earliest", 20, "day"
    )  # fmt: skip
    assert (rows["87-18"]["date"], rows["87-18"]["count"], rows["87-18"]["unit"]) == ("2026-10-09", 5, "working_day")
    assert (rows["87-27"]["date"], rows["87-27"]["kind"]) == ("2026-09-29", "latest")
    assert "国庆节" in rows["87-18"]["working"]


@pytest.mark.parametrize("method", METHODS)
def test_backward_from_a_contract_a_start_is_found_that_forward_reaches(method):
    back = {
        row["event"]: row
        for row in said("timetable", "--method", method, "--backward-from", "2026-12-31")
        if row["kind"] == "latest"
    }
    start = back.get("documents_issued") or back["single_source_publicity"]
    forward = {row["event"]: row for row in said("timetable", "--method", method, "--issued", start["date"])}

    assert forward["evaluation"]["date"] <= "2026-12-31"
    day_after = (date.fromisoformat(start["date"]) + timedelta(days=1)).isoformat()
    late = {row["event"]: row for row in said("timetable", "--method", method, "--issued", day_after)}
    assert late["evaluation"]["date"] > "2026-12-31"


@pytest.mark.parametrize(("issued", "in_time"), [("2026-12-10", True), ("2026-12-11", True), ("2026-12-12", False)])
def test_a_start_given_with_the_wanted_contract_is_in_time_or_not(issued, in_time):
    rows = said("timetable", "--method", "open_tendering", "--issued", issued, "--backward-from", "2026-12-31")
    [start] = [row for row in rows if row["event"] == "documents_issued"]

    assert (start["date"], start["in_time"]) == ("2026-12-11", in_time)


def test_a_change_says_what_moved_and_why():
    rows = said(
        "timetable", "--method", "open_tendering", "--issued", "2026-09-24", "--actual", "bids_close=2026-10-14",
        "--change", "clarification@2026-10-09",
    )  # fmt: skip
    closes = next(row for row in rows if row["event"] == "bids_close")

    assert (closes["date"], closes["limit"]) == ("2026-10-24", "2026-10-14")
    assert closes["moved"] == [
        {
            "from": "2026-10-14",
            "to": "2026-10-24",
            "why": "2026-10-09澄清或者修改, 距截止须满15日（财政部令第87号 第二十七条）",
        }
    ]


def test_the_clock_of_a_result_of_20_november_2026():
    rows = {row["event"]: row for row in said("clock", "--event", "result_notice", "--published", "2026-11-20")}

    assert all(set(row) >= KEYS for row in rows.values())
    assert (rows["challenge"]["date"], rows["challenge"]["count"], rows["challenge"]["rule"]) == (
        "2026-12-02",
        7,
        "L-52",
    )
    assert (rows["complaint"]["date"], rows["complaint"]["provisional"]) == ("2027-01-04", [2027])
    assert "暂定" in rows["complaint"]["working"]


@pytest.mark.parametrize(("number", "day"), [("5", "2026-10-09"), ("1", "2026-09-28"), ("-1", "2026-09-23")])
def test_working_days_added(number, day):
    assert said("workdays", "--from", "2026-09-24", "--add", number)["date"] == day


def test_working_days_between():
    assert said("workdays", "--from", "2026-09-24", "--to", "2026-10-09")["count"] == 5


def test_every_question_is_answered_with_conclusion_working_findings_and_articles():
    asked = {
        "method": {"object": "services", "amount": 1500000, "region": "410100", "date": "2026-09-01"},
        "committee": {"method": "open_tendering", "budget": 10000000, "members": [{"name": "甲"}]},
        "rubric": {
            "method": "竞争性磋商",
            "items": [{"name": "价格", "points": 35}, {"name": "服务方案", "points": 65}],
        },
        "term": {"years": 3, "amount": 1000000, "supplements": [110000]},
    }
    for command, question in asked.items():
        answer = said(command, given=question)
        assert {"conclusion", "working", "findings", "articles", "lawful"} <= set(answer)
        assert {"rule", "severity", "what", "have", "need", "citation", "status", "who", "cure", "by"} <= set(
            answer["findings"][0]
        )
        assert {"citation", "title", "number", "status", "source"} <= set(answer["articles"][0])
    assert said("term", given=asked["term"])["lawful"] is False


def test_a_question_may_be_a_file(tmp_path):
    file = tmp_path / "question.json"
    file.write_text('{"amount": 100000}', encoding="utf-8")

    assert said("method", str(file))["law_applies"] is False
    assert said("method", "--amount", "400000", "--region", "350100")["law_applies"] is True


def test_a_rule_and_the_whole_table():
    assert said("show", "L-35")["numbers"][0]["values"][0]["value"] == "20日"
    table = said("coverage")
    assert table["total"] == len(table["rules"]) >= 175


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["timetable", "--method", "quotation", "--issued", "2026-09-24"], None),
        (["timetable", "--method", "open_tendering"], None),
        (["timetable", "--issued", "2026-09-24"], None),
        (["timetable", "--method", "open_tendering", "--issued", "24.9.2026"], None),
        (["timetable", "--method", "open_tendering", "--issued", "2026-09-24", "--region", "000001"], None),
        (["timetable", "--method", "open_tendering", "--issued", "2026-09-24", "--change", "wish@2026-10-01"], None),
        (["timetable", "--method", "open_tendering", "--issued", "2026-09-24", "--actual", "party=2026-10-01"], None),
        (["clock", "--event", "birthday", "--published", "2026-11-20"], None),
        (["workdays", "--from", "2026-09-24"], None),
        (["workdays", "--from", "2026-09-24", "--add", "1", "--to", "2026-10-09"], None),
        (["show", "L-999"], None),
        (["dance"], None),
        (["method"], {"amount": "many"}),
        (["method"], [1, 2]),
        (["committee"], {"members": "甲"}),
        (["rubric"], {"items": ["价格"]}),
        (["term"], {"years": 0}),
    ],
)
def test_a_slip_is_told_in_chinese_as_json(words, given):
    told = refused(*words, given=given)

    assert any("一" <= sign <= "鿿" for sign in told["error"])
    assert isinstance(told["findings"], list)
