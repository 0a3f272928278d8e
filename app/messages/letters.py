"""Letters 信件: what an envelope says, as text and as HTML, the same in every try. The words are in templates/messages/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from jinja2 import Environment

from app.messages.kinds import Channel
from app.messages.models import LeafletRow, MessageRow
from kernel.canonical import canonical_json, sha256_hex


@dataclass(frozen=True)
class Letter:
    """One letter as a provider gets it.

    id           the same in every try; html: "" for SMS
    unsubscribe  the address that ends it by one click; "" for what is told to who has an account
    """

    id: str
    channel: Channel
    address: str
    subject: str
    text: str
    html: str
    at: datetime
    unsubscribe: str = ""

    @property
    def hash(self) -> str:
        """SHA-256 over all of it, in canonical form: what was sent can be shown to be this."""
        return sha256_hex(canonical_json(asdict(self)))


class Post:
    """Writes letters. ``site``: the address of this site, without a slash at its end; "" leaves links out."""

    def __init__(self, environment: Environment, site: str) -> None:
        self._environment = environment
        self._site = site.rstrip("/")

    def letter(
        self, id: str, channel: Channel, address: str, name: str, at: datetime, messages: Sequence[MessageRow]
    ) -> Letter:
        """The letter with these messages; several are a digest."""
        subject = messages[0].subject if len(messages) == 1 else f"{len(messages)} 条新消息"
        said = {"name": name, "messages": messages, "site": self._site, "subject": subject, "digest": len(messages) > 1}
        if channel is Channel.SMS:
            return Letter(id, channel, address, "", self._render("sms.txt", said), "", at)
        return Letter(id, channel, address, f"【采评】{subject}", self._render("mail.txt", said), self._render("mail.html", said), at)

    def leaflet(self, id: str, at: datetime, leaflet: LeafletRow) -> Letter:
        """The letter to a bare address. Its links need the address of this site."""
        said = {"leaflet": leaflet, "site": self._site}
        end = f"{self._site}{leaflet.unsubscribe}" if self._site and leaflet.unsubscribe else ""
        text, html = self._render("leaflet.txt", said), self._render("leaflet.html", said)
        return Letter(id, Channel.EMAIL, leaflet.address, f"【采评】{leaflet.subject}", text, html, at, end)

    def _render(self, name: str, said: dict[str, object]) -> str:
        return self._environment.get_template(f"messages/{name}").render(said).strip() + "\n"
