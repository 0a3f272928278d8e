"""Somebody who has a keyboard and nothing else: Tab, arrows, Space, Enter and letters; the eye follows every stop."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.looking import focus, remember_rest

FAR = 250
"""So many stops are too many for anything on a page."""


class Keyboard:
    """Walks a page in its own order. Wherever it stops one has to see where that is; nothing may hold it or lose it."""

    def __init__(self, page: Page, *, scripted: bool = True) -> None:
        self.page, self.scripted = page, scripted
        self.at: dict[str, Any] = {"what": ""}
        self.stops: list[str] = []
        self.arrive()

    def arrive(self) -> None:
        """A page has come: the next Tab starts from wherever it puts us."""
        self.page.wait_for_load_state("load")
        remember_rest(self.page)
        self.at, self.stops = focus(self.page), []

    def tab(self, key: str = "Tab") -> dict[str, Any]:
        """One stop on, and a look at it."""
        before = self.at
        self.page.keyboard.press(key)
        self.at = focus(self.page)
        self.stops.append(self.at["what"])
        where = f"{self.page.url}\nafter {before['what']!r}: {self.at['what']!r}\nthe way: {self.stops[-8:]}"
        assert self.at["what"], f"the keyboard is nowhere: {where}"
        assert self.at["what"] != before["what"] or self.at["checked"] != before["checked"] or key != "Tab", f"held: {where}"
        assert self.at["shown"], f"one does not see where one is: {where}"
        assert self.at["within"], f"it is out of sight or below something: {where}"
        return self.at

    def to(self, text: str = "", *, name: str = "", value: str = "") -> dict[str, Any]:
        """Tab on to the link or button of this text, or to the control of this name (and value)."""
        for _ in range(FAR):
            if self._is(text, name, value):
                return self.at
            self.tab()
        raise AssertionError(f"{text or name} is not reached by Tab on {self.page.url}")

    def _is(self, text: str, name: str, value: str) -> bool:
        at = self.at
        if not at["what"]:
            return False
        if name:
            return bool(at["name"] == name and (not value or at["value"] == value))
        return bool(at["text"].startswith(text)) and at["type"] in ("", "submit", "button")

    def write(self, name: str, text: str) -> None:
        """Tab to a box and replace what it holds."""
        self.to(name=name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, name: str, value: str = "") -> None:
        """Tab to a box to be ticked and tick it."""
        self.to(name=name, value=value)
        if not self.at["checked"]:
            self.page.keyboard.press("Space")

    def choose(self, name: str, value: str) -> None:
        """Tab to a group of radios and go to the one of this value by the arrows."""
        self.to(name=name)
        if self.at["value"] == value:
            self.page.keyboard.press("Space")
        for _ in range(20):
            if self.at["value"] == value:
                break
            self.tab("ArrowDown")
        self.at = focus(self.page)
        assert self.at["checked"], f"{name} is {self.at['value']!r}, not {value!r}"

    def leap(self, text: str) -> None:
        """Tab to a link that leads to a place on this page, and press Enter."""
        self.to(text)
        self.page.keyboard.press("Enter")
        self.at = focus(self.page)

    def enter(self, text: str) -> None:
        """Tab to a link or button and press Enter; a page answers. What cannot be undone asks first, right where one stands."""
        if not self.scripted and self.page.locator("form", has=self.page.get_by_role("button", name=text)).locator("[name=sure]").count():
            self.tick("sure")
        self.to(text)
        if self.scripted and self.page.locator("[data-confirm]:focus").count():
            self.page.keyboard.press("Enter")
            self.at = focus(self.page)
            assert self.at["shown"], f"the question is not where one stands: {self.at}"
            assert self.at["within"], f"the question is out of sight: {self.at}"
            self.to("确认")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.arrive()
