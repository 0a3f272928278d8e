"""The first view of the key pages in a real Chromium: how much arrives over the wire, and how much CPU it takes to show.

A browser with an empty cache opens each page of a served site. Bytes are what the network brought, headers, style sheets,
scripts, pictures and fonts included, compressed as they travelled. CPU is the renderer's TaskDuration (script, layout, paint)
from CDP, until the network has been quiet for half a second; the cheapest of several visits.

Twice: with Chinese fonts, which every reader's machine has (here fontconfig finds those of the tree), and with this machine's
own fonts (``_bare``): where they are none, a page must not fetch megabytes of them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from benchmarks.frame import Amount
from benchmarks.site import Site, site
from kernel.role import Role

PROCUREMENTS = 1_000
HEAVIEST = 150.0
"""kB of one page at its first visit."""
LONGEST = 1.0
"""Seconds of CPU until a page has been shown."""

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent


def figures(rounds: int) -> list[Amount]:
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise SystemExit("first_view needs Chromium: apt-get install chromium")
    with open(os.devnull, "w", encoding="utf-8") as unread, redirect_stderr(unread), tempfile.TemporaryDirectory() as folder:
        from tests.browser.conftest import fonts_of_the_tree

        few = site(PROCUREMENTS)
        sheet, sheets = _score_sheet(Path(folder))
        found = []
        with sync_playwright() as playwright, served(few.app) as here, served(sheets.app) as there:
            for fonts, described in (("", {"FONTCONFIG_FILE": str(fonts_of_the_tree(Path(folder)))}), ("_bare", {})):
                browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS), env={**os.environ, **described})
                for name, base, address, cookie in _pages(few, here, sheets, there, sheet):
                    visits = [_visit(browser, base, address, cookie) for _ in range(max(2, rounds) if not fonts else 2)]
                    weight, seconds = visits[0][0] / 1000, min(seconds for _, seconds, _ in visits)
                    found += [
                        Amount(f"view_{name}{fonts}_weight", f"GET {address}, {visits[0][2]}", weight, "kB", HEAVIEST),
                        Amount(f"view_{name}{fonts}_cpu", "script, layout and paint", seconds, "s", LONGEST),
                    ]
                browser.close()
    return found


def _pages(few: Site, here: str, sheets: Any, there: str, sheet: str) -> list[tuple[str, str, str, Any]]:
    """(name, server, address, cookie of who looks)"""
    buyer = few.person(Role.BUYER)
    return [
        ("home", here, "/", None),
        ("notices", here, "/notices", None),
        ("search", here, "/notices?q=%E7%A6%81%E6%AF%92", None),
        ("procurement", here, f"/notices/{few.whole_tender()}", None),
        ("workbench", here, "/workbench", buyer.get_cookie(few.app.config["SESSION_COOKIE_NAME"])),
        ("score_sheet", there, sheet, sheets.cookie),
    ]


def _visit(browser: Any, base: str, address: str, cookie: Any) -> tuple[int, float, str]:
    """(bytes that arrived, CPU seconds of the renderer, what arrived in words) of one first visit."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        if cookie is not None:
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
        page = context.new_page()
        wire = context.new_cdp_session(page)
        kinds: dict[str, str] = {}
        arrived: dict[str, int] = {}
        wire.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
        wire.on("Network.loadingFinished", lambda told: arrived.update({told["requestId"]: int(told["encodedDataLength"])}))
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.send("Performance.enable")
        answer = page.goto(base + address, wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise AssertionError(f"{address} answered {answer and answer.status}")
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_load_state("networkidle")
        measured = {each["name"]: each["value"] for each in wire.send("Performance.getMetrics")["metrics"]}
        by_kind: dict[str, int] = {}
        for request, size in arrived.items():
            kind = kinds.get(request, "Other")
            by_kind[kind] = by_kind.get(kind, 0) + size
        words = ", ".join(f"{kind} {size / 1000:.0f}" for kind, size in sorted(by_kind.items(), key=lambda each: -each[1]))
        return sum(arrived.values()), float(measured["TaskDuration"]), words
    finally:
        context.close()


class _Sheets:
    """A site with one expert's score sheet open."""

    def __init__(self, app: Any, cookie: Any) -> None:
        self.app, self.cookie = app, cookie


def _score_sheet(folder: Path) -> tuple[str, _Sheets]:
    """(address, site) of the sheet of an expert who has not begun."""
    from app.store import unit_of_work
    from tests.builders.accounts import open_the_door
    from tests.builders.story import SCORED, conforming
    from tests.databases import sqlite_database

    app = sqlite_database(folder).app
    client = app.test_client()
    with app.app_context():
        story = conforming(unit_of_work)
        app.extensions["clock"].set(SCORED)
        open_the_door(app, client, story.members[0])
    return f"/tenders/{story.ocid}/scoring", _Sheets(app, client.get_cookie(app.config["SESSION_COOKIE_NAME"]))


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application on a free port of this machine, in a thread."""
    from werkzeug.serving import make_server

    from tests.browser.site import Quiet

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
