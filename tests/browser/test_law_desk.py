"""The law desk in a browser: asked from the keyboard, without scripts, on a desk and on a phone; the answer comes first."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.builders.word_files import a_word_file

QUESTIONS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "method": ({"#amount": "1500000", "#region": "410100"}, "可以采用: 公开招标、竞争性磋商"),
    "timetable": ({"#issued": "2026-09-24"}, "2026年10月14日"),
    "committee": ({"#budget": "10000000", "#members": "张三 专家 某大学\n李四 采购人代表 组长"}, "7人以上单数"),
    "scoring": ({"#items": "价格 9\n服务方案 91"}, "违反"),
    "term": ({"#years": "4", "#amount": "1000000"}, "合同期 4年"),
    "challenge": ({"#published": "2026-11-20"}, "2026-12-02"),
}


@pytest.mark.parametrize("width", [1280, 390])
def test_every_question_is_answered_from_the_keyboard_without_scripts(
    serve: Callable[..., str], window: Callable[..., Page], width: int
) -> None:
    page = window(serve(now="2026-11-22T10:00"), width=width, javascript=False)
    for desk, (typed, said) in QUESTIONS.items():
        page.goto(f"/law/{desk}")
        for place, text in typed.items():
            page.locator(place).fill(text)
        page.get_by_role("button", name="得出答复").press("Enter")

        expect(page.get_by_role("heading", name="结论")).to_be_visible()
        expect(page.locator(".conclusion")).to_contain_text(said)
        asked = page.url
        page.get_by_role("link", name="固定地址").click()
        expect(page.locator(".conclusion")).to_contain_text(said)
        expect(page.get_by_role("link", name="PDF")).to_have_attribute("href", re.compile(rf"^/law/{desk}\.pdf\?"))
        assert desk in asked
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), desk
        if folder := os.environ.get("CAIPING_LOOK"):
            page.screenshot(path=f"{folder}/law-{desk}-{width}.png", full_page=True)


def test_a_slip_leads_to_its_field(serve: Callable[..., str], window: Callable[..., Page]) -> None:
    page = window(serve(now="2026-11-22T10:00"), javascript=False)
    page.goto("/law/method")
    page.locator("#amount").fill("很多")
    page.get_by_role("button", name="得出答复").click()
    page.get_by_role("alert").get_by_role("link", name="金额").click()

    expect(page.locator("#amount")).to_have_value("很多")
    assert page.url.endswith("#amount")


def test_a_draft_is_sent_and_its_scoring_table_is_read(
    serve: Callable[..., str], window: Callable[..., Page], tmp_path: Path
) -> None:
    draft = tmp_path / "评分标准.docx"
    table = [["评分项", "分值"], ["价格", "8"], ["服务方案", "92"], ["合计", "100"]]
    draft.write_bytes(a_word_file("评分标准", table))
    page = window(serve(now="2026-11-22T10:00"), width=390, javascript=False)
    page.goto("/law/scoring")
    page.get_by_role("link", name="上传采购文件").press("Enter")
    page.get_by_label("或者上传文件").set_input_files(draft)
    page.get_by_role("button", name="开始检查").press("Enter")

    expect(page.locator(".conclusion")).to_contain_text("价格分占 8%")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
