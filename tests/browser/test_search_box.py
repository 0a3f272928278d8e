"""The search box of the portal: suggestions by keyboard, a plain form without scripts; and a long table's head that stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.store import unit_of_work
from tests.browser.site import Site
from tests.builders.notices import a_notice
from tests.databases import make_app

Window = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("portal")
    app = make_app(f"sqlite:///{folder / 'portal.sqlite3'}", folder)
    with app.app_context(), unit_of_work() as unit:
        for n in range(20):
            a_notice(unit, f"示范区养老服务第{n:02d}号")
        a_notice(unit, "示范区禁毒社会工作服务", service_field="drugs")
        a_notice(unit, "示范区社区禁毒宣传")
    city: Any = None
    site = Site(app, city)
    yield site.address
    site.close()


def test_suggestions_are_chosen_by_keyboard_and_told_to_who_cannot_see_them(address: str, window: Window) -> None:
    page = window(address)
    page.goto("/")
    box = page.get_by_role("combobox", name="项目、编号、采购人或承接机构")
    box.press_sequentially("禁毒")
    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    expect(page.locator(".typing [role=status]")).to_contain_text("3 条建议")

    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("禁毒")
    expect(box).to_have_attribute("aria-expanded", "false")

    box.press("ArrowDown")
    expect(options).to_have_count(3)
    box.press("ArrowUp")
    last = options.last.inner_text().rsplit(" ", 1)[0].strip()
    box.press("Enter")
    page.wait_for_url("**/notices?*")
    expect(page.locator("#q")).to_have_value(last.split("\n")[0])


def test_without_scripts_the_box_is_a_plain_form(address: str, window: Window) -> None:
    page = window(address, javascript=False)
    page.goto("/")
    page.fill("#q", "禁毒")
    page.press("#q", "Enter")
    expect(page.locator(".found b")).to_have_text("2")
    expect(page.locator("mark").first).to_have_text("禁毒")


def test_the_head_of_a_long_table_stays_in_sight_and_a_phone_shows_cards(address: str, window: Window) -> None:
    page = window(address)
    page.goto("/notices?view=table")
    part = page.get_by_role("region", name="公告")
    head = part.get_by_role("columnheader", name="项目名称")
    before = head.bounding_box()
    part.evaluate("each => each.scrollTop = 300")
    assert part.evaluate("each => each.scrollTop") > 100
    assert head.bounding_box() == before

    phone = window(address, phone=True)
    phone.goto("/notices?view=table")
    expect(phone.get_by_role("columnheader", name="项目名称")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
