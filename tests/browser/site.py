"""The site under test and its visitors: one application in this process, a clock that the story moves, real browsers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from flask import Flask

    from demo.city import City

PAGE_FAULTS = """() => {
  const faults = [];
  const width = document.documentElement.scrollWidth;
  if (width > window.innerWidth) faults.push(`wider than the window: ${width}`);
  const titles = document.querySelectorAll('h1').length;
  if (titles !== 1) faults.push(`${titles} titles of the first level`);
  for (const box of document.querySelectorAll('input:not([type=hidden]), select, textarea'))
    if (!(box.labels && box.labels.length) && !box.getAttribute('aria-label')) faults.push(`no label: ${box.name}`);
  const ids = new Set();
  for (const each of document.querySelectorAll('[id]')) ids.has(each.id) ? faults.push(`id twice: ${each.id}`) : ids.add(each.id);
  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (!document.getElementById(decodeURIComponent(link.getAttribute('href').slice(1)))) faults.push(`leads nowhere: ${link.getAttribute('href')}`);
  return faults;
}"""
"""What no page may have, whoever reads it: sideways scrolling, a control without a label, an id twice, a dead anchor."""


PATIENCE_MS = 30_000
"""How long a busy machine may take for one step before the test gives up."""


class Quiet(WSGIRequestHandler):
    """A handler that does not print every request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the tests look at the answers."""


class Site:
    """The application served on a free port of this machine; ``at`` sets its clock, ``acting`` lets services act on it."""

    def __init__(self, app: Flask, city: City) -> None:
        self.app, self.city = app, city
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def at(self, moment: datetime) -> None:
        """Let it be ``moment`` now; the clock runs on from there."""
        self.app.extensions["clock"].set(moment)

    def acting(self) -> AbstractContextManager[Any]:
        """The application's context, for what a test does through services."""
        return self.app.app_context()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Visitor:
    """One browser window and the person before it. Every page that it comes to is looked over by ``look``."""

    def __init__(self, page: Page, password: str, *, scripted: bool = True) -> None:
        self.page, self._password = page, password
        self.page.set_default_timeout(PATIENCE_MS)
        self.on_phone = (page.viewport_size or {})["width"] < 500
        self._scripted = scripted
        self.seen: set[str] = set()

    def sign_in(self, login: str, role: str = "") -> Visitor:
        """Come as ``login``: whoever was here before is gone."""
        self.page.context.clear_cookies()
        self.go("/workbench")
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("口令").fill(self._password)
        self.press("登录")
        assert self.page.url.endswith("/workbench"), self.page.inner_text("main")
        if role:
            expect(self.page.locator(".who")).to_contain_text(role)
        return self

    def go(self, path: str, wanted: int = 200) -> Page:
        """Open a page of the site, expecting this status."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == wanted, f"{answer.status} at {path}: {self.page.inner_text('main')[:400]}"
        self.look()
        return self.page

    def follow(self, name: str) -> Page:
        """Click the link of this name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.look()
        return self.page

    def press(self, name: str, within: Locator | None = None) -> Page:
        """Press the button of this name and wait for the page that answers."""
        button = (within or self.page).get_by_role("button", name=name).first
        if self._scripted and button.get_attribute("data-confirm"):
            button.click()  # what cannot be undone is asked once more
            button = (within or self.page).get_by_role("button", name=f"确认{name}").first
        with self.page.expect_navigation():
            button.click()
        self.look()
        return self.page

    def fill(self, **fields: Any) -> None:
        """Fill controls by the name they have in the form."""
        for name, value in fields.items():
            box = self.page.locator(f"[name='{name}']").first
            if box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(label=value) if isinstance(value, str) else box.select_option(index=value)
            else:
                box.fill(str(value))

    def mark(self, name: str, value: Any, row: Callable[[str], str] = "{}".format) -> None:
        """Enter a mark into the control ``name`` of a form: its radio, its boxes, or its line. ``row`` names one of several."""
        if isinstance(value, Mapping):
            if not value:  # nothing to count is said with a nought: what is left empty has not been marked
                self.page.locator(f"[name^='{name}.'], [name^='{name}-']").first.fill("0")
            for key, held in value.items():
                self.page.locator(f"[name='{row(str(key))}']").fill(str(held))
            return
        text = str(value).lower() if isinstance(value, bool) else value
        boxes = self.page.locator(f"[name='{name}']")
        kind = boxes.first.get_attribute("type")
        if kind == "checkbox":
            for each in text if isinstance(text, list) else [text]:
                self._tick(self.page.locator(f"[name='{name}'][value='{each}']"))
        elif kind == "radio":
            self._tick(self.page.locator(f"[name='{name}'][value='{text}']"))
        else:
            boxes.first.fill(", ".join(map(str, text)) if isinstance(text, list) else str(text))

    def _tick(self, box: Locator) -> None:
        """Choose a box: with a finger on the phone, with the keyboard at a desk."""
        if self.on_phone:
            box.check()
        elif not box.is_checked():
            box.press("Space")

    def reads(self, *texts: str) -> None:
        """The page says all of this."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def reads_nothing_of(self, *texts: str) -> None:
        """The page, wherever one looks in it, says nothing of this."""
        source = self.page.content()
        assert [text for text in texts if text in source] == [], self.page.url

    def task(self, title: str) -> Page:
        """Go to the workbench and take up the task of this title: the next act is one click away."""
        if not self.page.url.endswith("/workbench"):
            self.go("/workbench")
        task = self.page.locator(".todo", has_text=title)
        assert task.count(), f"no task {title} on the workbench: {self.page.inner_text('main')[:600]}"
        task.first.get_by_role("link").click()
        self.look()
        return self.page

    def look(self) -> None:
        """The page is whole: no sideways scrolling, labels everywhere, one title, no dead anchors."""
        self.page.wait_for_load_state("domcontentloaded")
        self.seen.add(self.page.url)
        faults = self.page.evaluate(PAGE_FAULTS)
        assert faults == [], f"{self.page.url}: {faults}"


def open_site(var: Path) -> Site:
    """A fresh database made by the migrations, the demonstration city registered in it, and the site on top."""
    from dataclasses import replace

    import flask_migrate

    from app import create_app
    from app.settings import Settings
    from demo import calendar
    from demo.city import found_city

    app = create_app(replace(Settings.from_env({"CAIPING_VAR": str(var)}), sqlite_synchronous="OFF"))
    with app.app_context():
        flask_migrate.upgrade()
        city = found_city(calendar.FOUNDED)
    return Site(app, city)
