"""Looking a page over once: light at a desk and on a phone, its widths, its targets, and the lights it may be asked for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, TABLET
from tests.browser.looking import BY_COLOUR, axe, measured, need_axe
from tests.browser.places import VISITS, Visit
from tests.browser.towns import Town

LIGHTS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "dark"}, {"contrast": "more"}, {"color_scheme": "dark", "contrast": "more"},
)  # fmt: skip
PLAIN: dict[str, Any] = {"color_scheme": "light", "contrast": "no-preference"}


def visits_of(town: str) -> list[Any]:
    """The visits of one town, as parameters of a test."""
    return [
        pytest.param(visit, id=str(visit).replace(" ", "-"), marks=[pytest.mark.deep] if visit.deep else [])
        for visit in VISITS
        if visit.town == town
    ]


def a_page(browser: Browser, town: Town) -> Page:
    """One window for all visits of a town: what every page shares is fetched once. A colour is judged when it has arrived."""
    context = browser.new_context(
        base_url=town.site.address, viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
    )
    return context.new_page()


def come(page: Page, town: Town, visit: Visit) -> None:
    """Come to the page as whoever the visit names, at its moment."""
    town.site.at(visit.at)
    town.let_in(page, visit.who(town))
    with town.site.app.test_request_context():
        from flask import url_for

        address = url_for(visit.endpoint, **visit.values(town))
    page.set_viewport_size(DESKTOP)
    answer = page.goto(f"{address}?{visit.query}" if visit.query else address)
    assert answer is not None
    assert answer.status == visit.status, f"{answer.status} at {address}: {page.inner_text('body')[:300]}"
    if visit.press:
        page.evaluate("() => document.querySelectorAll('form').forEach(form => form.noValidate = true)")
        for name, text in visit.typed.items():
            page.locator(f"[name='{name}']").first.fill(text)
        button = page.locator("main, .bar").get_by_role("button", name=visit.press).first
        if button.get_attribute("data-confirm"):
            button.click()
            button = page.locator("main, .bar").get_by_role("button", name=f"确认{visit.press}").first
        with page.expect_navigation():
            button.click()


def look_over(page: Page, town: Town, visit: Visit, *, lights: bool) -> None:
    """Everything that a page owes to whoever reads it; all of it is said at once."""
    come(page, town, visit)
    wrong: list[str] = []

    def judge(where: str, found: list[Any]) -> None:
        wrong.extend(f"{where}: {fault}" for fault in found)

    def by_axe(**asked: Any) -> list[Any]:
        need_axe()
        return [fault for fault in axe(page, **asked) if fault.binding]

    judge("1280", measured(page))
    judge("1280", by_axe())
    page.set_viewport_size(TABLET)
    judge("768", measured(page))
    page.set_viewport_size(PHONE)
    judge("390", measured(page, phone=True))
    judge("390", by_axe())
    if lights:
        for light in LIGHTS:
            page.emulate_media(**{**PLAIN, **light})
            judge(" ".join(light), by_axe(rules=BY_COLOUR))
        page.emulate_media(**PLAIN)
    assert wrong == [], f"{page.url}\n" + "\n".join(wrong)


def look_in_every_light(page: Page, town: Town, visit: Visit) -> list[str]:
    """The page in each light, whatever its kind; gives what axe would like better and does not demand."""
    need_axe()
    come(page, town, visit)
    advice = [str(fault) for fault in axe(page, advice=True) if not fault.binding]
    wrong = []
    for light in LIGHTS:
        page.emulate_media(**{**PLAIN, **light})
        wrong += [f"{' '.join(light)}: {fault}" for fault in axe(page, rules=BY_COLOUR) if fault.binding]
    page.emulate_media(**PLAIN)
    assert wrong == [], f"{page.url}\n" + "\n".join(wrong)
    return advice
