"""条款体检 in a browser: a draft is pasted, every finding leads to its words and back; also without scripts, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

DRAFT = """项目名称：某区精神卫生社会工作服务项目
一、评分标准
评分项 | 权重 | 评分准则
价格部分 | 10 | 评标基准价除以投标报价
技术部分 | 60 |
服务计划 | 60 | 评审为优（计划科学合理、针对性强）的加40分；评审为良（计划较合理）的加20分
商务部分 | 25 |
荣誉 | 15 | 投标人获得市级及以上表彰的，每项得5分
网点 | 15 | 投标人在本区内设有固定办公场所的得100分，承诺中标后设立的得50分
合计 | 100 |
二、合同
付款：待上级财政资金到位后支付合同款。
负责组织项目的实施，保证成桥荷载试验工作质量。
不得设定最低限价。
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_pasted_draft_is_read_and_every_finding_leads_to_its_words(
    serve: Callable[..., str], window: Callable[..., Page], width: int
) -> None:
    page = window(serve(now="2026-11-22T10:00"), width=width, javascript=width != 390)
    page.goto("/law/check")
    page.get_by_label("采购文件或者条款的文字").fill(DRAFT)
    page.get_by_role("button", name="开始体检").click()

    expect(page.get_by_role("heading", name="找到")).to_be_visible()
    expect(page.get_by_text("下面2项相加为30")).to_be_visible()
    page.get_by_role("link", name="在原文中查看").first.click()
    expect(page.locator(":target")).to_be_visible()
    expect(page.get_by_label("采购文件或者条款的文字")).to_have_value(DRAFT)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
