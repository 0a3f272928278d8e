"""The main way of each role on a desk's screen, on a tablet and on a phone: from the workbench to the act, with a finger where
there is one. The whole line with all its figures is walked in test_line.py, without a mouse in test_keyboard.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.browser.looking import measured
from tests.browser.site import Visitor
from tests.browser.towns import TAKING_BIDS, Town, working
from tests.builders import evaluation_story, rooms, story

Window = Callable[..., Page]
WIDTHS = (1280, 768, 390)
EVERYWHERE = pytest.mark.parametrize("width", WIDTHS)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = working(tmp_path_factory.mktemp("ways"))
    yield made
    made.site.close()


class Comer(Visitor):
    """A visitor who looks at the measure of every page, too."""

    def look(self) -> None:
        super().look()
        assert measured(self.page, phone=self.on_phone) == [], self.page.url


def come(town: Town, window: Window, width: int, actor: Any) -> Comer:
    """Somebody at the workbench before a screen of this width; without an actor: anybody, at the front door."""
    page = window(town.site.address, width=width)
    town.let_in(page, actor)
    comer = Comer(page, "")
    comer.go("/workbench" if actor else "/")
    return comer


@EVERYWHERE
def test_a_buyer_drafts_and_publishes(town: Town, window: Window, width: int, tmp_path: Path) -> None:
    town.site.at(rooms.DRAFTED)
    documents = tmp_path / "tender.yaml"
    documents.write_text(yaml.safe_dump(rooms.a_case(name=f"示范区社区矫正社会工作服务{width}"), allow_unicode=True), "utf-8")
    buyer = come(town, window, width, town.people["buyer"])
    buyer.follow("采购项目")
    buyer.follow("编制采购文件")
    buyer.fill(ocid=f"cp-2025-{width:04d}", intention="2025-01-10")
    buyer.page.get_by_label("采购文件（YAML 文件）").set_input_files(documents)
    buyer.press("保存草稿")

    town.site.at(rooms.PUBLISHED)
    buyer.task(f"示范区社区矫正社会工作服务{width}")
    buyer.follow("发布招标公告")
    buyer.fill(bids_close="2025-03-27T09:30", documents_until="2025-03-17", **rooms.NOTICE)
    buyer.press("发布公告")

    buyer.page.context.clear_cookies()
    buyer.go(f"/notices/cp-2025-{width:04d}")
    buyer.reads("林老师")


@EVERYWHERE
def test_a_supplier_bids(town: Town, window: Window, width: int) -> None:
    town.site.at(rooms.DURING)
    supplier = come(town, window, width, town.people[f"agency {WIDTHS.index(width)}"])
    supplier.task("投标: 示范区社区矫正社会工作服务")
    supplier.fill(price="880000", project_leader="周老师", contact_person="吴老师", contact_phone="0755-00000002")
    for box in supplier.page.locator("[name=statement]").all():
        box.check()
    for part, value in rooms.facts_of().items():
        supplier.mark(f"fact.{part}", value, row=lambda grade, part=part: f"fact.{part}.{grade}")
    supplier.press("递交投标文件")
    if supplier.page.locator("[name=aware]").count():
        supplier.page.locator("[name=aware]").check()
        supplier.press("递交投标文件")

    assert "/receipts/" in supplier.page.url
    supplier.go(f"/tenders/{TAKING_BIDS}/bid")
    supplier.reads("¥880,000.00")


@EVERYWHERE
def test_an_expert_scores(town: Town, window: Window, width: int) -> None:
    town.site.at(story.SCORED)
    told = town.tenders["scoring"]
    expert = come(town, window, width, told.members[WIDTHS.index(width)])
    expert.task("评分: 示范区社区矫正社会工作服务")
    expert.go(f"/tenders/{told.ocid}/scoring/{told.bids[0]}")
    for part, value in {**rooms.facts_of(), "T1b": "优"}.items():
        expert.mark(part, value, row=lambda grade, part=part: f"{part}.{grade}")
    expert.page.locator("[name='reason.T1']").fill("进度可行")
    expert.press("保存本份")

    expert.reads("已保存")
    expect(expert.page.locator("[name='T1b'][value='优']")).to_be_checked()


@EVERYWHERE
def test_an_evaluator_marks_and_signs(town: Town, window: Window, width: int) -> None:
    town.site.at(evaluation_story.at(evaluation_story.BEGUN, 14))
    evaluator = come(town, window, width, town.evaluations["begun 1"].evaluators[WIDTHS.index(width)])
    evaluator.task("评分: 第一年度期末绩效评估方案")
    for parts in evaluation_story.SHEET.values():
        for part, value in parts.items():
            if isinstance(value, dict):
                evaluator.mark(f"mark.{part}.level", value["level"])
                evaluator.mark(f"mark.{part}.points", value["points"])
            else:
                evaluator.mark(f"mark.{part}", value)
        evaluator.page.locator("#reason").fill("抽查十二份档案")
        evaluator.press("保存")
    evaluator.follow("签名提交")
    evaluator.press("签名提交")

    evaluator.reads("已签名")


@EVERYWHERE
def test_an_agency_reads_its_result_and_states(town: Town, window: Window, width: int) -> None:
    town.site.at(evaluation_story.at(date(2026, 1, 27)))
    told = town.evaluations[f"computed {WIDTHS.index(width)}"]
    agency = come(town, window, width, told.agency)
    agency.go(f"/results/{told.result_id}")
    agency.reads("87.00")
    agency.go("/workbench")
    agency.task("机构陈述")
    agency.fill(statement="对结果无异议。")
    agency.press("提交陈述")

    agency.reads("对结果无异议。")


@EVERYWHERE
def test_anybody_searches_and_reads(town: Town, window: Window, width: int) -> None:
    town.site.at(rooms.DURING)
    reader = come(town, window, width, None)
    reader.fill(q="矫正")
    reader.press("检索")
    reader.reads("示范区社区矫正社会工作服务")
    reader.follow("示范区社区矫正社会工作服务")
    reader.reads("¥1,000,000.00", "评分标准")
    reader.go("/notices?q=没有这样的事")
    reader.reads("没有")


@EVERYWHERE
def test_the_administrator_sees_what_the_system_does(town: Town, window: Window, width: int) -> None:
    town.site.at(rooms.DURING)
    administrator = come(town, window, width, town.people["administrator"])
    administrator.follow("后台作业")
    administrator.reads("工作进程", "示范区社区矫正社会工作服务")
