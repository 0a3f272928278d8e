"""SMS and webhook 短信接口: one signed POST per letter to whoever sends short messages. The key makes it happen once.

The body is canonical JSON ``{"id", "to", "text", "at"}``; ``Idempotency-Key`` holds the same id in every try, and
``X-Caiping-Signature`` is ``sha256=`` + HMAC-SHA256 of the body with the shared secret, so that the receiver knows who asks.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from app.messages.letters import Letter
from app.messages.outbox import Refused
from kernel.canonical import canonical_json

SECONDS = 15
LONGEST_ANSWER = 2000

FOR_NOW = frozenset({408, 409, 423, 425, 429})
"""Refusals that another try may change; every 5xx too."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """The letter goes to the configured address and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Webhook:
    """The provider for SMS."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode("utf-8")
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())

    def send(self, letter: Letter, handed: Callable[[], None]) -> str:
        """Hand ``letter`` over; status and words of the answer. Raises Refused for a 4xx, OSError otherwise.

        ``handed`` is not called: the gateway knows its keys, and takes the same one once.
        """
        body = canonical_json({"id": letter.id, "to": letter.address, "text": letter.text, "at": letter.at}).encode("utf-8")
        request = urllib.request.Request(self._url, data=body, method="POST", headers={
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": letter.id,
            "X-Caiping-Signature": "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest(),
        })  # fmt: skip
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return f"{answer.status} {answer.read(LONGEST_ANSWER).decode('utf-8', 'replace')}".strip()
        except urllib.error.HTTPError as error:
            with error:
                said = f"{error.code} {error.read(LONGEST_ANSWER).decode('utf-8', 'replace')}".strip()
            if 300 <= error.code < 500 and error.code not in FOR_NOW:
                raise Refused(said) from None
            raise OSError(said) from None
        except http.client.HTTPException as error:
            raise OSError(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Every letter has a connection of its own."""
