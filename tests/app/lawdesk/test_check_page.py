"""/law/check: open to everybody; findings in their place; what was typed stays; nothing is kept."""

from __future__ import annotations

import io

from sqlalchemy import func, select

from tests.builders.word_files import a_word_file


def post(client, **fields):
    return client.post("/law/check", data=fields, content_type="multipart/form-data")


def test_the_page_is_open_to_everybody(client) -> None:
    page = client.get("/law/check")
    assert page.status_code == 200
    assert "条款体检" in page.text


def test_a_finding_stands_in_its_place_with_rule_reason_rewording_and_article(client) -> None:
    page = post(client, text="一、评分\n投标人获得市级以上表彰的，每项得2分。")

    assert page.status_code == 200
    for said in ("R-20(4)", "第2段", "<mark>表彰</mark>", "△ 风险", "改法", "政府采购法实施条例 第二十条"):
        assert said in page.text


def test_a_prohibition_is_no_finding(client) -> None:
    assert "没有找到问题" in post(client, text="不得设定最低限价。").text


def test_a_word_file_is_read_cell_by_cell(client) -> None:
    table = [["评分项", "权重"], ["价格", "10"], ["技术", "60"], ["商务", "35"], ["合计", "100"]]
    page = post(client, text="", file=(io.BytesIO(a_word_file("评分标准", table)), "草稿.docx"))
    assert "表内各项分值相加为105, 合计写的是100" in page.text


def test_nothing_sent_is_said_and_the_page_stays(client) -> None:
    page = post(client, text=" ")
    assert page.status_code == 422
    assert "请粘贴要检查的文字" in page.text


def test_what_was_typed_stays_when_the_file_cannot_be_read(client) -> None:
    page = post(client, text="保留这一句", file=(io.BytesIO(b"\x89PNG\r\n"), "照片.png"))
    assert page.status_code == 422
    assert "照片.png" in page.text
    assert "保留这一句" in page.text


def test_markup_in_a_draft_is_shown_and_never_run(client) -> None:
    page = post(client, text="<script>alert(1)</script>获得市级荣誉的得2分")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_machines_get_json(client) -> None:
    answer = client.post("/law/check", data={"text": "投标保证金为预算的5%。"}, headers={"Accept": "application/json"})
    [found] = answer.json["findings"]
    assert (found["rule"], found["severity_zh"], found["place"]) == ("R-33", "违反", "第1段")


def test_nothing_is_kept(client, session) -> None:
    from app.extensions import db

    def rows() -> int:
        return sum(session.scalar(select(func.count()).select_from(table)) for table in db.metadata.sorted_tables)

    before = rows()
    post(client, text="投标保证金为预算的5%。")
    session.expire_all()
    assert rows() == before
