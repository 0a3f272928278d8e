"""Bidding, scoring and evaluating from the workbench to the end without a mouse, with JavaScript and without.

The shortcuts of the sheets have tests of their own (test_sheet_keys.py); here it is Tab, arrows, Space and Enter, as on any page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import Keyboard
from tests.browser.towns import Town, working
from tests.builders import evaluation_story, rooms, story

Window = Callable[..., Page]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["scripted", "plain"])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = working(tmp_path_factory.mktemp("working"))
    yield made
    made.site.close()


def sit_down(town: Town, window: Window, actor: Any, javascript: bool) -> Keyboard:
    """At the workbench, as this person; the mouse is gone: whoever calls it fails."""
    page = window(town.site.address, javascript=javascript)
    town.let_in(page, actor)
    page.goto("/workbench")
    return Keyboard(page, scripted=javascript)


@BOTH
def test_a_bid_is_handed_in(town: Town, window: Window, javascript: bool) -> None:
    town.site.at(rooms.DURING)
    keys = sit_down(town, window, town.people["agency 3" if javascript else "agency 4"], javascript)
    keys.enter("填写投标文件")

    keys.write("price", "九十万")
    keys.write("project_leader", "周老师")
    keys.write("contact_person", "吴老师")
    keys.write("contact_phone", "0755-00000002")
    for number in "123":
        keys.tick("statement", number)
    keys.choose("fact.T1a", "3")
    keys.write("proof.T1", "服务方案, 第3页")
    keys.choose("fact.T2a", "社会工作师")
    keys.choose("fact.T2b", "true")
    keys.write("fact.B1a", "3")
    keys.write("fact.B2a.优", "1")
    keys.write("fact.B2a.良", "1")
    keys.enter("递交投标文件")

    expect(keys.page.get_by_role("alert").first).to_contain_text("处需要修改")
    keys.leap("投标总价")  # the error leads to its field
    assert keys.at["name"] == "price"
    keys.write("price", "900000")
    expect(keys.page.locator("[name=project_leader]")).to_have_value("周老师")
    keys.enter("递交投标文件")
    if keys.page.locator("[name=aware]").count():
        keys.tick("aware")
        keys.enter("递交投标文件")

    assert "/receipts/" in keys.page.url
    expect(keys.page.locator("main")).to_contain_text("与留存的投标文件一致")
    keys.tab()  # where the page begins, one can go on from


@BOTH
def test_a_sheet_is_scored_and_signed(town: Town, window: Window, javascript: bool) -> None:
    town.site.at(story.SCORED)
    told = town.tenders["scoring"]
    keys = sit_down(town, window, told.members[3 if javascript else 4], javascript)
    keys.enter("去评分")
    for place in range(len(told.bids)):
        if not keys.page.url.endswith(str(told.bids[place])):
            keys.enter(told.suppliers[place].organisation_name)
        keys.choose("T1a", "3")
        keys.choose("T1b", "良")
        keys.write("reason.T1", "目标、内容和指标都有")
        keys.choose("T2a", "社会工作师")
        keys.choose("T2b", "true")
        keys.write("B1a", "3")
        keys.write("B2a.优", "1")
        keys.write("B2a.良", "1")
        keys.enter("保存本份")
    keys.enter("签字（3 份全部评完）")

    expect(keys.page.locator("main")).to_contain_text("您已于")


@BOTH
def test_an_evaluation_is_marked_and_signed(town: Town, window: Window, javascript: bool) -> None:
    town.site.at(evaluation_story.at(evaluation_story.BEGUN, 14))
    told = town.evaluations["begun 0"]
    keys = sit_down(town, window, told.evaluators[0 if javascript else 1], javascript)
    keys.enter("打开评分表")
    for leaf, parts in evaluation_story.SHEET.items():
        expect(keys.page.locator("#leaf")).to_have_attribute("action", re.compile(f"/{leaf}$"))
        for part, value in parts.items():
            if isinstance(value, dict):
                keys.choose(f"mark.{part}.level", value["level"])
                keys.write(f"mark.{part}.points", value["points"])
            elif value is True:
                keys.tick(f"mark.{part}")
            elif part in ("D1",):
                keys.choose(f"mark.{part}", value)
            else:
                keys.write(f"mark.{part}", value)
        keys.write("reason", "抽查十二份档案, 编号 C-01 至 C-12。")
        keys.enter("保存")
    keys.enter("签名提交")
    keys.enter("签名提交")

    expect(keys.page.locator("main")).to_contain_text("已签名")
