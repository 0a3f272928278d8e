"""The entrance as a person meets it who has only a keyboard, no JavaScript, or a small screen; served by granian itself."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo import calendar
from tests.browser.conftest import Serve
from tests.browser.site import Visitor, open_site

Window = Callable[..., Page]
CITY = tomllib.loads((Path(__file__).parents[2] / "demo" / "city.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, serve: Serve) -> str:
    var = tmp_path_factory.mktemp("entrance")
    open_site(var).close()
    return serve(var=var, now=calendar.DRAFTED.isoformat())


def test_a_keyboard_is_enough_and_shows_where_it_stands(address: str, window: Window) -> None:
    page = window(address)
    page.goto("/sign-in")
    ring = "() => getComputedStyle(document.activeElement).outlineStyle + ' ' + getComputedStyle(document.activeElement).outlineWidth"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "跳到正文"
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.name || document.activeElement.textContent.trim()"))
        assert page.evaluate(ring) == "solid 3px", f"no visible focus on {reached[-1]}"
        if reached[-1] == "login":
            break
    page.keyboard.type("buyer")
    page.keyboard.press("Tab")
    page.keyboard.type(CITY["password"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/workbench")


def test_a_wrong_password_is_told_at_the_top_and_the_name_stays(address: str, window: Window) -> None:
    visitor = Visitor(window(address, phone=True), "wrong")
    visitor.go("/sign-in")
    visitor.fill(login="finance", password="wrong")
    visitor.press("登录")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    expect(visitor.page.get_by_label("登录名")).to_have_value("finance")


def test_everybody_signs_in_without_javascript_and_finds_own_rooms(address: str, window: Window) -> None:
    visitor = Visitor(window(address, javascript=False), CITY["password"])
    people = {person["role"]: person["login"] for each in CITY["organisation"] for person in each["people"]}
    assert len(people) == 10
    for login in people.values():
        visitor.sign_in(login)
        expect(visitor.page.locator("nav[aria-label=主导航]")).to_contain_text("待办")
    visitor.press("退出")
    visitor.reads("您已安全退出")
