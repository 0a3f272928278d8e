"""E-mail 电子邮件: one SMTP connection per round, HTML and text, an id that stays the same in every try."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from app.messages.letters import Letter
from app.messages.outbox import Refused

SECONDS = 20
"""How long the server may take for one answer."""

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}")
"""An address as mail servers without SMTPUTF8 take it."""


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed over. ``security``: tls from the first byte, starttls, or none (a relay on this machine)."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""

    @classmethod
    def from_url(cls, url: str) -> Smtp:
        """``smtps://user:secret@host:465``, ``smtp+starttls://…:587`` or ``smtp://localhost:25``. Raises ValueError."""
        parts = urlsplit(url)
        kinds = {"smtps": ("tls", 465), "smtp+starttls": ("starttls", 587), "smtp": ("none", 25)}
        if parts.scheme not in kinds or not parts.hostname:
            raise ValueError("须为 smtp://、smtp+starttls:// 或 smtps:// 地址")
        security, port = kinds[parts.scheme]
        return cls(parts.hostname, parts.port or port, security, unquote(parts.username or ""), unquote(parts.password or ""))


class Mail:
    """The provider for e-mail. ``sender``: the address in From; its domain also names the messages."""

    def __init__(self, smtp: Smtp, sender: str) -> None:
        self._smtp = smtp
        self._sender = sender
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter, handed: Callable[[], None]) -> str:
        """Hand ``letter`` over; the server's words. Raises Refused for what it will never take, else what smtplib raises.

        The dot at its end is what hands it over: until then the server forgets what it was sent, from then on it may have
        it (RFC 5321 4.1.1.4). So ``handed`` is called just before the dot. A server that then hangs up has not taken it.
        """
        message = as_mail(letter, self._sender).as_bytes(policy=policy.SMTP)
        stuffed = re.sub(rb"(?m)^\.", b"..", message)
        server = self._connected()
        try:
            server.mail(self._sender)
            code, said = server.rcpt(letter.address)
            if code >= 300:
                raise self._no(code, said)
            code, said = server.docmd("DATA")
            if code != 354:
                raise self._no(code, said)
            server.send(stuffed)
            handed()
            server.send(b".\r\n")
            code, said = server.getreply()
        except BaseException:
            self._forget()  # in the middle of a letter: what the server has of it, it forgets with the connection
            raise
        if code != 250:
            raise self._no(code, said)
        return f"{code} {said.decode('utf-8', 'replace')}"

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
            self._server = None

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            trusted = ssl.create_default_context()
            if self._smtp.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self._smtp.host, self._smtp.port, timeout=SECONDS, context=trusted)
            else:
                server = smtplib.SMTP(self._smtp.host, self._smtp.port, timeout=SECONDS)
            try:
                if self._smtp.security == "starttls":
                    server.starttls(context=trusted)
                if self._smtp.user:
                    server.login(self._smtp.user, self._smtp.password)
                server.ehlo_or_helo_if_needed()
            except BaseException:
                server.close()
                raise
            self._server = server
        return self._server

    def _forget(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    @staticmethod
    def _no(code: int, said: bytes | str) -> Exception:
        """5xx is for good (RFC 5321 4.2.1), everything else for now."""
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return Refused(f"{code} {words}") if 500 <= code < 600 else smtplib.SMTPResponseException(code, words)


def as_mail(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a message: its id is ``<letter.id@domain of the sender>``; nobody answers it automatically."""
    message = EmailMessage()
    message["From"] = Address("采评", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    message.set_boundary(f"caiping-{letter.id[:32]}")
    return message
