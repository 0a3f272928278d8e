"""A form that takes long, in a real browser: what is typed survives a reload, a refusal, and what is answered to a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.site import PAGE_FAULTS
from tests.browser.test_sheet_keys import SAVED, Server, Window, a_server

PUBLISH = "/tenders/cp-2025-0001/publish"


@pytest.fixture(scope="module")
def publishing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Any]]:
    """A tender in draft and its buyer."""
    from kernel.role import Role
    from tests.builders.accounts import an_actor
    from tests.builders.rooms import PUBLISHED, a_draft

    def tell(work: Any) -> Any:
        with work() as unit:
            buyer = an_actor(unit, Role.BUYER)
            a_draft(unit, buyer)
            return buyer

    server, told = a_server(tmp_path_factory.mktemp("publishing"), PUBLISHED, tell)
    yield server, told
    server.kill()


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_a_notice_is_kept_while_it_is_written_and_goes_back_to_what_it_was(publishing: Any, window: Window, phone: bool) -> None:
    from tests.builders.rooms import NOTICE

    server, buyer = publishing
    page = server.let_in(window(server.address, phone=phone), buyer)
    page.goto(PUBLISH)
    proposed = page.locator("[name=bids_close]").input_value()
    page.locator("[name=bids_close]").fill("2025-03-27T09:30")
    page.locator("[name=buyer_address]").fill(NOTICE["buyer_address"])
    expect(page.locator("[data-saving]")).to_have_text(SAVED)

    # asked once more and thought better of: it goes on being kept
    page.get_by_role("button", name="发布公告").click()
    page.get_by_role("button", name="先不办理").click()
    page.locator("[name=contact_person]").fill(NOTICE["contact_person"])
    with page.expect_response(lambda answer: answer.url.endswith("/drafts")):
        page.locator("[name=contact_phone]").fill(NOTICE["contact_phone"])
    expect(page.locator("[data-saving]")).to_have_text(SAVED)

    page.goto("/workbench")
    page.goto(PUBLISH)
    expect(page.locator(".restored")).to_contain_text("自动保存的草稿")
    for name in ("buyer_address", "contact_person", "contact_phone"):
        expect(page.locator(f"[name={name}]")).to_have_value(NOTICE[name])
    expect(page.locator("[name=bids_close]")).to_have_value("2025-03-27T09:30")
    assert page.evaluate(PAGE_FAULTS) == []

    page.locator("[name=contact_person]").fill("又改了")  # still to be saved when the draft is put away: it does not come back
    page.get_by_role("button", name="放弃草稿").click()
    expect(page.locator(".restored")).to_have_count(0)
    expect(page.locator("[name=buyer_address]")).to_have_value("")
    expect(page.locator("[name=bids_close]")).to_have_value(proposed)
    page.reload()
    expect(page.locator(".restored")).to_have_count(0)


def test_a_second_window_is_told_and_the_act_takes_the_draft_along(publishing: Any, window: Window) -> None:
    from tests.builders.rooms import NOTICE

    server, buyer = publishing
    first = server.let_in(window(server.address), buyer)
    second = first.context.new_page()
    for page in (first, second):
        page.goto(PUBLISH)
    for name, text in NOTICE.items():
        first.locator(f"[name={name}]").fill(text)
    expect(first.locator("[data-saving]")).to_have_text(SAVED)
    second.locator("[name=buyer_address]").fill("另一个窗口")
    expect(second.locator(".conflict")).to_contain_text("另一窗口")
    expect(second.locator("[data-saving]")).to_contain_text("不再自动保存")

    first.get_by_role("button", name="发布公告").click()
    with first.expect_navigation():
        first.get_by_role("button", name="确认发布公告").click()
    assert first.url.endswith("/tenders/cp-2025-0001")
    expect(first.get_by_text("招标公告已发布")).to_be_visible()
    first.goto(PUBLISH)
    expect(first.locator(".restored")).to_have_count(0)
