"""A visitor who does not give up: sends the same bytes again until a whole answer has come, as somebody before a dead page."""

from __future__ import annotations

import http.client
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answered:
    """What came back: ``tries`` is how often it was asked."""

    status: int
    location: str
    text: str
    tries: int


class Persistent:
    """One window of one visitor. ``lost``: requests that had been sent and whose answer never came."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self._cookie, self._token = port, cookie, ""
        self._connection: http.client.HTTPConnection | None = None
        self.lost = 0
        self.answers = 0

    def open(self, path: str) -> str:
        """The page at ``path``, and its token for the forms to come."""
        answer = self._ask("GET", path, b"")
        assert answer.status == 200, answer
        self._token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text).group(1)  # type: ignore[union-attr]
        return answer.text

    def post(self, path: str, **fields: Any) -> Answered:
        """Send a form, with one key for all tries."""
        form = {"csrf_token": self._token, "once": secrets.token_urlsafe(16)} | fields
        return self._ask("POST", path, urlencode(form, doseq=True).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answered:
        until, tries = time.monotonic() + PATIENCE_SECONDS, 0
        headers = {"Cookie": f"caiping={self._cookie}", "Content-Type": "application/x-www-form-urlencoded"}
        while time.monotonic() < until:
            sent = False
            try:
                if self._connection is None:
                    self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_SECONDS)
                    self._connection.connect()
                tries, sent = tries + 1, True
                self._connection.request(method, path, body or None, headers)
                answer = self._connection.getresponse()
                text = answer.read().decode("utf-8")
            except (OSError, http.client.HTTPException):
                self.lost += sent
                if self._connection is not None:
                    self._connection.close()
                self._connection = None
                time.sleep(0.005)
                continue
            self.answers += 1
            renewed = re.search(r"caiping=([^;]+)", answer.getheader("Set-Cookie") or "")
            self._cookie = renewed.group(1) if renewed else self._cookie
            return Answered(answer.status, answer.getheader("Location") or "", text, tries)
        raise AssertionError(f"no answer to {method} {path} in {PATIENCE_SECONDS} seconds")


class Crowd:
    """Visitors who all act at once, each act after act, until they are told to stop or have nothing left to do (False)."""

    def __init__(self, acts: list[Callable[[], bool]]) -> None:
        self._stop = threading.Event()
        self._wrong: list[BaseException] = []
        self._threads = [threading.Thread(target=self._go_on, args=(act,), daemon=True) for act in acts]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def fine(self) -> None:
        """Raises what went wrong for any of them."""
        if self._wrong:
            raise self._wrong[0]

    def end(self) -> None:
        """Each finishes the act that it is at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS * 2)
            assert not thread.is_alive()
        self.fine()

    def _go_on(self, act: Callable[[], bool]) -> None:
        try:
            while not self._stop.is_set() and act():
                pass
        except BaseException as error:
            self._wrong.append(error)
