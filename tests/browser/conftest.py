"""A real Chromium in front of a real server: Debian's browser, granian on a free port, a database of its own.

Where there is no Chromium the tests of this folder are skipped and say why; nothing is downloaded.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Without the background flags a browser on a closed network spends its time looking for its maker.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 390, "height": 844}
PATIENCE_SECONDS = 30

Serve = Callable[..., str]
"""``serve(database_url=…, var=…, now=…) -> "http://127.0.0.1:port"``; the server ends with the test session."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    fonts = tmp_path_factory.mktemp("fonts")
    with sync_playwright() as playwright:
        environment = {**os.environ, "FONTCONFIG_FILE": str(fonts_of_the_tree(fonts))}
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=environment)
        yield launched
        launched.close()


def fonts_of_the_tree(folder: Path) -> Path:
    """A fontconfig file by which programs find the Chinese fonts of the tree: a bare machine has none of its own."""
    described = folder / "fonts.conf"
    described.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"  <dir>{ROOT / 'static' / 'fonts'}</dir>\n  <cachedir>{folder / 'cache'}</cachedir>\n</fontconfig>\n",
        encoding="utf-8",
    )
    return described


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``window(base_url, phone=False, javascript=True, width=0) -> Page``: a fresh visitor with no cookies.

    At the end of the test every page is asked what went wrong behind the visitor's back: an error on the console (a
    violated Content-Security-Policy is one), an exception, or an answer of 500 and above fails the test.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_window(base_url: str, *, phone: bool = False, javascript: bool = True, width: int = 0) -> Page:
        touched = phone or 0 < width <= TABLET["width"]
        known = {size["width"]: size for size in (DESKTOP, TABLET, PHONE)}
        context = browser.new_context(
            base_url=base_url,
            viewport=known[width] if width else PHONE if phone else DESKTOP,
            is_mobile=touched,
            has_touch=touched,
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        # Chromium also logs every answer of 400 and above; a refusal is an answer, so only the server's errors count.
        page.on("console", lambda said: _note(wrong, said.type, said.text))
        page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and wrong.append(f"{answer.status} {answer.url}"))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert wrong == []


def _note(wrong: list[str], kind: str, text: str) -> None:
    if kind == "error" and not text.startswith("Failed to load resource: the server responded with a status of 4"):
        wrong.append(f"console: {text}")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    servers: list[subprocess.Popen[bytes]] = []

    def start(*, database_url: str = "", var: Path | None = None, now: str = "") -> str:
        kept = var or tmp_path_factory.mktemp("var")
        port = _free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIPING_")}
        environment |= {"CAIPING_VAR": str(kept), "DATABASE_URL": database_url, "CAIPING_NOW": now, "PYTHONPATH": str(ROOT)}
        log = kept / "server.log"
        granian = Path(sys.executable).with_name("granian")
        with log.open("wb") as output:
            server = subprocess.Popen(
                [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "wsgi:app"],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        servers.append(server)
        _wait_until_it_answers(server, port, log)
        return f"http://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.terminate()
    for server in servers:
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            direct.open(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # an answer, even if it is a refusal
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}", pytrace=False)
