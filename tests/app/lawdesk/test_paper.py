"""The answers of the law desk as PDF: whoever may ask may have it on paper, made once, and not without measure."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.accounts.admission import ADDRESS_TRIES
from app.jobs.made import Made
from reports import pdf

QUESTIONS = {
    "method": ("amount=1500000&region=410100&date=2026-11-22", ("可以采用: 公开招标", "政府采购法 第二十六条", "推算过程", "金额（元） 1500000")),
    "timetable": ("issued=2026-09-24", ("2026-10-14（周三）", "第1日为", "政府采购法 第三十五条")),
    "committee": ("method=open_tendering&budget=10000000&date=2026-11-22", ("7人以上单数", "财政部令第87号 第四十七条")),
    "scoring": ("items=价格 9%0A服务方案 91&date=2026-11-22", ("违反", "现为 9%", "财政部令第87号 第五十五条")),
    "term": ("years=4&date=2026-11-22", ("合同期 4年", "财政部令第102号 第二十四条")),
    "challenge": ("published=2026-11-20", ("2026-12-02", "2026年12月", "质疑截止")),
}


def words(content: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_is_had_on_paper_with_conclusion_articles_question_and_address(client, question: str) -> None:
    asked, said = QUESTIONS[question]
    paper = client.get(f"/law/{question}.pdf?{asked}")

    assert paper.mimetype == "application/pdf"
    text = words(paper.data)
    for each in (*said, "结论", "依据", f"/law/{question}?", "不是法律意见"):
        assert each.replace(" ", "") in text, each
    assert text.index("结论") < text.index("依据")


def test_the_page_of_an_answer_leads_to_its_paper(client) -> None:
    page = client.get("/law/challenge?published=2026-11-20").text
    address = re.search(r'href="([^"]+\.pdf[^"]*)">PDF', page)

    assert address is not None
    assert client.get(address[1].replace("&amp;", "&")).mimetype == "application/pdf"


def test_a_question_that_cannot_be_answered_leads_to_the_page_that_says_why(client) -> None:
    for asked in ("", "amount=viel"):
        answer = client.get(f"/law/method.pdf?{asked}")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/law/method")


def test_the_same_question_is_typeset_once(client, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    really = Made.pdf
    monkeypatch.setattr(Made, "pdf", lambda self, document: made.append(document.title) or really(self, document))
    first, again = (client.get("/law/challenge.pdf?published=2026-11-17").data for _ in range(2))

    assert first == again
    assert made == ["质疑投诉时钟"]


def test_one_address_typesets_only_so_many_and_what_is_made_is_still_handed_out(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Made, "pdf", lambda self, document: b"%PDF-1.7")
    client.get("/law/challenge.pdf?published=2026-11-18")
    answers = [client.get(f"/law/term.pdf?years=1&amount={n}&date=2026-11-22").status_code for n in range(1, ADDRESS_TRIES + 1)]

    assert answers == [200] * (ADDRESS_TRIES - 1) + [429]
    refused = client.get("/law/challenge.pdf?published=2026-11-19")
    assert "请十五分钟后再试" in refused.text
    assert client.get("/law/challenge?published=2026-11-19").status_code == 200


def test_a_checked_draft_is_had_on_paper_and_nothing_of_it_is_kept(app, client) -> None:
    folder = Path(app.extensions["settings"].var)
    before = {*folder.rglob("*.pdf")}
    paper = client.post("/law/check", data={"text": "投标保证金为预算的5%, 保密的一句。", "as": "pdf"})

    assert paper.mimetype == "application/pdf"
    text = words(paper.data)
    for said in ("找到1处", "R-33", "【"):
        assert said in text
    assert {*folder.rglob("*.pdf")} == before


def test_the_calendar_shows_the_last_day_in_the_law_s_colour(client, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Made, "pdf", lambda self, document: shown.append(pdf.document_html(document)) or b"%PDF-1.7")
    client.get("/law/challenge.pdf?published=2026-11-16")

    assert 'stroke="#a3271c"' in shown[0]
    assert "26日质疑截止" in shown[0]
