"""A real SMTP server and a real SMS gateway in the test's own process: they count what they took, by its id."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import http.server
import json
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Any


class PostOffice:
    """What was taken, in order. ``says`` may answer a recipient with another line than 250 (``"550 no such user"``)."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.says: Callable[[str], str] = lambda address: "250 OK"
        self.port = 0
        self._lock = threading.Lock()

    @property
    def by_id(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        with self._lock:
            return Counter(letter["Message-ID"] for letter in self.letters)

    def take(self, address: str, data: bytes) -> str:
        letter = email.message_from_bytes(data, policy=email.policy.default)
        with self._lock:
            self.letters.append(letter)  # type: ignore[arg-type]
            self.recipients.append(address)
            return f"250 2.0.0 taken as {len(self.letters)}"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """An SMTP server (RFC 5321: EHLO, MAIL, RCPT, DATA, RSET, QUIT) on a free port of this machine."""
    office = PostOffice()

    class Clerk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode("utf-8") + b"\r\n")

        def handle(self) -> None:
            address = ""
            self.say("220 post office")
            while line := self.rfile.readline():
                words = line.decode("utf-8", "replace").strip()
                verb = words[:4].upper()
                if verb == "RCPT":
                    address = words.partition("<")[2].partition(">")[0]
                    self.say(office.says(address))
                elif verb == "DATA":
                    self.say("354 go on")
                    data = b""
                    while (piece := self.rfile.readline()) not in (b".\r\n", b""):
                        data += piece.removeprefix(b".") if piece.startswith(b"..") else piece
                    if piece == b"":
                        return  # hung up in the middle of a letter: it was not handed over
                    self.say(office.take(address, data))
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 OK")

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Whoever is killed in the middle of a sentence leaves a broken line; that is what is tested."""

    with Server(("127.0.0.1", 0), Clerk) as server:
        office.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield office
        server.shutdown()


class Gateway:
    """An SMS gateway that keeps its promise: one key, one message. ``status`` answers the next requests."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.encode()
        self.sent: dict[str, dict[str, Any]] = {}
        self.asked: Counter[str] = Counter()
        self.status = 200
        self.url = ""


@contextmanager
def sms_gateway(secret: str) -> Iterator[Gateway]:
    """An HTTP server that takes signed short messages."""
    gateway = Gateway(secret)

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signed = "sha256=" + hmac.new(gateway.secret, body, hashlib.sha256).hexdigest()
            key = self.headers["Idempotency-Key"]
            gateway.asked[key] += 1
            status = gateway.status if hmac.compare_digest(signed, self.headers["X-Caiping-Signature"]) else 401
            if status == 200:
                gateway.sent.setdefault(key, json.loads(body))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()
            self.wfile.write(b'{"accepted": true}' if status == 200 else b"no")

        def log_message(self, *_: Any) -> None:
            """The test says what it wants to know."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        gateway.url = f"http://127.0.0.1:{server.server_address[1]}/sms"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield gateway
        server.shutdown()


def nobody_there() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
