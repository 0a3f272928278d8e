"""The scoring sheets by keyboard alone, and what is typed and not handed in yet: kept through a reload, a killed server and a
second window, and not needed by anybody who has no JavaScript.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, ROOT, _free_port, _wait_until_it_answers
from tests.browser.site import PAGE_FAULTS

if TYPE_CHECKING:
    from flask import Flask

    from app.accounts import Actor

Window = Callable[..., Page]
SAVED = re.compile(r"✓ 已自动保存 \d\d:\d\d:\d\d")


class Server:
    """The product behind granian on one port; it can be killed in the middle of things and started again."""

    def __init__(self, app: Flask, var: Path, now: str) -> None:
        self.app, self.var, self._now = app, var, now
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.address = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIPING_")}
        environment |= {"CAIPING_VAR": str(self.var), "DATABASE_URL": "", "CAIPING_NOW": self._now, "PYTHONPATH": str(ROOT)}
        granian = Path(sys.executable).with_name("granian")
        log = self.var / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self._port), "--workers", "1", "wsgi:app"],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        _wait_until_it_answers(self._process, self._port, log)

    def kill(self) -> None:
        """kill -9, workers and all."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def let_in(self, page: Page, actor: Actor) -> Page:
        """``page`` acts as ``actor`` from now on."""
        from tests.builders.accounts import open_the_door

        with self.app.app_context():
            client = self.app.test_client()
            open_the_door(self.app, client, actor)
            name = self.app.config["SESSION_COOKIE_NAME"]
            cookie = client.get_cookie(name)
        assert cookie is not None
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": self.address}])
        return page


def a_server(var: Path, now: Any, tell: Callable[[Any], Any]) -> tuple[Server, Any]:
    """A fresh database in which ``tell(unit_of_work)`` has told its story, served from ``now`` on."""
    from dataclasses import replace

    import flask_migrate

    from app import create_app
    from app.settings import Settings
    from app.store import unit_of_work

    app = create_app(replace(Settings.from_env({"CAIPING_VAR": str(var)}), sqlite_synchronous="OFF"))
    with app.app_context():
        flask_migrate.upgrade()
        story = tell(unit_of_work)
        app.extensions["clock"].set(now)
    return Server(app, var, now.isoformat()), story


@pytest.fixture(scope="module")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Any]]:
    """A tender whose sheets are open."""
    from tests.builders import story

    server, told = a_server(tmp_path_factory.mktemp("scoring"), story.SCORED, story.conforming)
    yield server, told
    server.kill()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Any]]:
    """An evaluation that has begun."""
    from tests.builders.evaluation_story import BEGUN, a_story, at

    server, told = a_server(tmp_path_factory.mktemp("desk"), at(BEGUN, 14), lambda _: a_story().ready_to_score())
    yield server, told
    server.kill()


@pytest.fixture(scope="module")
def bidding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Any]]:
    """A published tender and a supplier with its file."""
    from tests.builders.rooms import DURING, a_published_tender, a_supplier

    def tell(work: Any) -> Any:
        with work() as unit:
            a_published_tender(unit)
            return a_supplier(unit)[0]

    server, told = a_server(tmp_path_factory.mktemp("bidding"), DURING, tell)
    yield server, told
    server.kill()


def sheet(page: Page, told: Any, bid: int) -> Page:
    page.goto(f"/tenders/{told.ocid}/scoring/{told.bids[bid]}")
    assert page.evaluate(PAGE_FAULTS) == []
    return page


def place(page: Page, name: str) -> Any:
    return page.locator(f"[data-shown='{name}']")


def test_one_bid_is_scored_from_the_first_point_to_the_next_bid_without_a_mouse(scoring: Any, window: Window) -> None:
    server, told = scoring
    page = sheet(server.let_in(window(server.address), told.leader), told, 0)
    expect(page.locator("[data-keys-help]")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("选当前评分点的第几个等级")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_text("选当前评分点的第几个等级")).to_be_hidden()

    items = page.locator("fieldset.control")
    for n in range(items.count()):
        page.keyboard.press("j" if n else "ArrowDown")  # on a level the arrows belong to the levels
        expect(items.nth(n)).to_have_class(re.compile(r"\bat\b"))
        if items.nth(n).locator(".levels").count():
            page.keyboard.press("1")
            expect(items.nth(n).locator(".levels input").first).to_be_checked()
        else:
            page.keyboard.press("Enter")
            page.keyboard.press("Control+a")
            page.keyboard.type("1")
            for _ in range(items.nth(n).locator("input").count() - 1):
                page.keyboard.press("Tab")
                page.keyboard.press("Control+a")
                page.keyboard.type("1")
            page.keyboard.press("Escape")
    expect(page.locator("[data-saving]")).to_have_text(SAVED)
    expect(place(page, "of")).to_have_text("已评 90 分中")
    running = place(page, "total").inner_text()

    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert page.url.endswith(f"/scoring/{told.bids[1]}")
    expect(page.locator(".tabs a").first).to_contain_text("已评完")
    sheet(page, told, 0)
    expect(page.locator(".restored")).to_have_count(0)  # the draft went with the act
    assert place(page, "total").inner_text() == running  # what ran along is what the saved marks give


def test_k_goes_back_and_a_text_box_keeps_its_keys(scoring: Any, window: Window) -> None:
    server, told = scoring
    page = sheet(server.let_in(window(server.address), told.members[1]), told, 0)
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("fieldset.control").first).to_have_class(re.compile(r"\bat\b"))

    reason = page.locator("textarea").first
    reason.focus()
    page.keyboard.type("j 1 ? k")

    expect(reason).to_have_value("j 1 ? k")


def test_single_keys_can_be_switched_off_and_stay_off(scoring: Any, window: Window) -> None:
    """WCAG 2.1.4: whoever speaks to the computer would set them off with every word."""
    server, told = scoring
    page = sheet(server.let_in(window(server.address), told.members[1]), told, 1)
    page.keyboard.press("?")
    page.get_by_role("button", name="停用单键快捷键").press("Enter")
    expect(page.get_by_role("button", name="启用单键快捷键")).to_be_visible()
    page.reload()
    for key in "jj1":
        page.keyboard.press(key)

    expect(page.locator("fieldset.at")).to_have_count(0)
    expect(page.locator(".levels input:checked")).to_have_count(page.locator(".levels input[checked]").count())


def test_what_was_typed_outlives_a_reload_a_sign_out_and_a_killed_server(scoring: Any, browser: Browser) -> None:
    """A browser of its own: that the server is gone is on its console, and is meant to be."""
    server, told = scoring
    context = browser.new_context(base_url=server.address, viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = sheet(server.let_in(context.new_page(), told.members[2]), told, 0)
    page.locator("[name='T1b'][value='良']").check()
    page.locator("[name='reason.T1']").fill("第一稿")
    expect(page.locator("[data-saving]")).to_have_text(SAVED)
    page.reload()
    expect(page.locator("[name='T1b'][value='良']")).to_be_checked()
    expect(page.locator("[name='reason.T1']")).to_have_value("第一稿")
    expect(page.locator(".restored")).to_contain_text("自动保存的草稿")

    server.kill()
    page.locator("[name='reason.T1']").fill("服务器停了以后写的")
    expect(page.locator("[data-saving]")).to_contain_text("正在重试")
    expect(page.locator("[name='reason.T1']")).to_have_value("服务器停了以后写的")
    server.start()
    expect(page.locator("[data-saving]")).to_have_text(SAVED, timeout=30_000)

    context.clear_cookies()
    again = sheet(server.let_in(context.new_page(), told.members[2]), told, 0)
    expect(again.locator("[name='reason.T1']")).to_have_value("服务器停了以后写的")
    again.get_by_role("button", name="放弃草稿").click()
    expect(again.locator(".restored")).to_have_count(0)
    expect(again.locator("[name='reason.T1']")).to_have_value("")
    context.close()


def test_two_windows_on_one_sheet_overwrite_nothing(scoring: Any, window: Window) -> None:
    server, told = scoring
    first = sheet(server.let_in(window(server.address), told.members[3]), told, 0)
    second = first.context.new_page()
    sheet(second, told, 0)

    first.locator("[name='reason.T1']").fill("第一个窗口")
    expect(first.locator("[data-saving]")).to_have_text(SAVED)
    second.locator("[name='reason.T1']").fill("第二个窗口")

    expect(second.locator(".conflict")).to_contain_text("另一窗口")
    expect(second.locator("[data-saving]")).to_contain_text("不再自动保存")
    expect(second.locator("[name='reason.T1']")).to_have_value("第二个窗口")
    with second.expect_navigation():  # nor does its button take the first one's word away without saying so
        second.get_by_role("button", name="保存本份").click()
    expect(second.locator(".problems")).to_contain_text("另一窗口")
    expect(second.locator("[name='reason.T1']")).to_have_value("第二个窗口")
    first.reload()
    expect(first.locator("[name='reason.T1']")).to_have_value("第一个窗口")


def test_without_javascript_the_sheet_is_scored_by_its_buttons(scoring: Any, window: Window) -> None:
    server, told = scoring
    page = sheet(server.let_in(window(server.address, javascript=False), told.members[4]), told, 0)
    expect(page.locator("[data-keys-help]")).to_be_hidden()

    page.locator("[name='T1b'][value='优']").check()
    page.get_by_role("button", name="保存本份").click()

    expect(page.locator("[name='T1b'][value='优']")).to_be_checked()
    expect(page.locator(".notice.success")).to_contain_text("已保存")


def test_an_evaluator_marks_a_leaf_by_keyboard_and_sees_the_total_run(desk: Any, window: Window) -> None:
    server, told = desk
    page = server.let_in(window(server.address), told.evaluators[0])
    page.goto(f"/assignments/{told.assignment_ids[0]}/sheet?leaf=D1")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.type("见绩效目标表")
    expect(page.locator("[data-saving]")).to_have_text(SAVED)
    expect(place(page, "verdict")).to_have_text("10 / 10")
    expect(place(page, "total")).to_have_text("10.00")

    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert page.url.endswith("leaf=G1")
    expect(place(page, "total")).to_have_text("10.00")
    page.keyboard.press("j")
    with page.expect_navigation():  # before the first point of a leaf comes the leaf before
        page.keyboard.press("k")
    assert page.url.endswith("leaf=D1")


def test_a_leaf_on_a_phone_is_one_column(desk: Any, window: Window) -> None:
    server, told = desk
    page = server.let_in(window(server.address, phone=True), told.evaluators[1])
    page.goto(f"/assignments/{told.assignment_ids[1]}/sheet?leaf=C1")

    assert page.evaluate(PAGE_FAULTS) == []
    boxes = [page.locator(place).first.bounding_box() for place in ("#mark", "aside .card", ".leaves")]
    assert all(box is not None and box["width"] > 330 for box in boxes)
    bar = page.locator(".bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 160, "the bar leaves the page its place"


def test_a_bid_is_kept_while_it_is_written_and_the_deadline_runs_by_the_servers_clock(bidding: Any, window: Window) -> None:
    from tests.builders.rooms import BIDS_CLOSE, DURING

    server, supplier = bidding
    page = server.let_in(window(server.address), supplier)
    page.goto("/tenders/cp-2025-0001/bid")
    left: timedelta = BIDS_CLOSE - DURING
    expect(page.locator(".countdown")).to_contain_text(f"还有 {(left - timedelta(minutes=30)).days} 天")
    page.locator("[name=price]").fill("812345.67")
    page.locator("[name=statement]").first.check()
    expect(page.locator("[data-saving]")).to_have_text(SAVED)

    page.goto("/tenders/cp-2025-0001")
    page.goto("/tenders/cp-2025-0001/bid")

    expect(page.locator("[name=price]")).to_have_value("812345.67")
    expect(page.locator("[name=statement]").first).to_be_checked()
    expect(page.locator(".restored")).to_contain_text("仅您本人可见")
