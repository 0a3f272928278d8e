"""/law/scoring/file: a rubric of ours by the rules, a draft of anybody's by its table and its words; nothing is kept."""

from __future__ import annotations

import io

from tests.builders.word_files import a_word_file

PLAIN = """method: open_tendering
items:
  - {name: 价格, points: 9}
  - {name: 服务方案, points: 91}
"""
TABLE = [
    ["评分项", "分值", "评分标准"],
    ["价格", "8", "评标基准价除以投标报价"],
    ["服务方案", "60", "方案评为优的得60分，良的得30分"],
    ["荣誉", "32", "投标人获得市级及以上表彰的，每项得8分"],
    ["合计", "100", ""],
]


def post(client, **fields):
    return client.post("/law/scoring/file", data=fields, content_type="multipart/form-data")


def test_a_rubric_of_ours_is_judged_by_the_rules_of_publication(client) -> None:
    page = post(client, text="", file=(io.BytesIO(PLAIN.encode()), "评分标准.yaml"))
    assert page.status_code == 200
    for said in ("违反 1 项", "现为 <b>9%</b>", "财政部令第87号 第五十五条"):
        assert said in page.text


def test_the_table_of_a_word_draft_is_read_and_its_words_are_checked_in_their_place(client) -> None:
    page = post(client, method="open_tendering", file=(io.BytesIO(a_word_file("评分标准", TABLE)), "草稿.docx"))
    assert page.status_code == 200
    for said in ("价格分占 8%", "不得低于百分之十", "评分部分的写法", "<mark>荣誉</mark>", "表1第4行第1列"):
        assert said in page.text


def test_what_is_not_about_scoring_is_left_to_the_clause_check(client) -> None:
    page = post(client, text="评分项\t分值\n价格\t10\n服务方案\t90\n合计\t100\n\n待上级财政资金到位后支付合同款。")
    assert "按文字: 没有找到问题" in page.text


def test_everything_that_cannot_be_read_is_said_at_once_and_the_text_stays(client) -> None:
    broken = "method: 抽签\nitems:\n  - {name: 价格, points: viel}\n  - {name: 服务方案, points: -3}\n"
    page = post(client, text=broken)
    assert page.status_code == 422
    assert "name: 服务方案, points: -3" in page.text
    assert page.text.count("<li>") >= 2


def test_nothing_sent_is_said(client) -> None:
    page = post(client, text=" ")
    assert page.status_code == 422
    assert "请粘贴评分标准的文字" in page.text


def test_the_typed_question_leads_to_the_file_and_back(client) -> None:
    assert "/law/scoring/file" in client.get("/law/scoring").text
    assert 'href="/law/scoring"' in client.get("/law/scoring/file").text


def test_machines_get_json(client) -> None:
    answer = client.post("/law/scoring/file", data={"text": PLAIN}, headers={"Accept": "application/json"})
    assert answer.json["answer"]["price_weight"] == "9%"
