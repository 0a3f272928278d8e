"""A form with a draft: what the page carries for it, what was typed, and what an autosave is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, jsonify
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.accounts import Actor
from app.drafts.models import DraftRow
from app.drafts.queries import own_draft
from app.drafts.services import KeepDraft, Overtaken, Ticket, close_draft, keep_draft, put_away
from app.store import UnitOfWork, reading, unit_of_work
from app.web.clock import clock
from app.web.once import new_key

TICKET, DRAWN, PUT_AWAY = "draft", "drawn", "put_away"
_NOT_TYPED = {"csrf_token", "once", TICKET, DRAWN, PUT_AWAY}


@dataclass(frozen=True)
class Drafted:
    """What a page shows of the draft of its form.

    ticket    for the form's hidden field; url: where it is saved to
    typed     what was typed, when a draft was found; ``saved_at`` when
    drawn     whose form this is and where, signed (app/drafts/autosave.py); "" where ``url`` says it
    held      where a draft from before a newer version is filled in, on demand; then ``typed`` is none
    """

    ticket: str
    url: str
    typed: MultiDict[str, str] | None = None
    saved_at: datetime | None = None
    drawn: str = ""
    held: str = ""


@dataclass(frozen=True)
class Draft:
    """One form of one person about one subject. ``base``: what the form is drawn from now; changes with the act.

    path   see KeepDraft
    """

    actor: Actor
    form: str
    subject: str
    base: str = ""
    path: str = ""

    def opened(self, url: str, row: DraftRow | None, sent: MultiDict[str, str]) -> Drafted:
        """For the page that is being drawn, one window with a name of its own; ``row``: the draft that was found.

        ``sent``: the form of this request. One that comes back refused goes on under its name: what it was still saving when it
        was sent may arrive after this page was drawn, and is no other window's word.
        """
        if row is not None and row.base != self.base:
            row = None
        before = Ticket.read(sent.get(TICKET, ""))
        writer = before.writer if before is not None and before.base == self.base else new_key()
        ticket = Ticket(row.version if row is not None else 0, writer, self.base).text()
        if row is None:
            return Drafted(ticket, url)
        return Drafted(ticket, url, typed_in(row), row.saved_at)

    def found(self, url: str, sent: MultiDict[str, str]) -> Drafted:
        """The same, looking for the draft."""
        return self.opened(url, own_draft(reading(), self.actor, self.form, self.subject), sent)

    def closed(self, work: UnitOfWork, sent: MultiDict[str, str]) -> None:
        """The act is being done in ``work``: the draft goes with it. Raises Overtaken."""
        close_draft(work, self.actor, self.form, self.subject, self.base, Ticket.read(sent.get(TICKET, "")))

    def put_away(self) -> None:
        """放弃草稿."""
        with unit_of_work() as work:
            put_away(work, self.actor, self.form, self.subject)

    def saved(self, sent: MultiDict[str, str], shown: Mapping[str, str] | None = None) -> Response:
        """Keep what was typed, and answer the window: when, and what the page shows now (texts by ``data-shown``).

        409 with the reason where another window saved what this one has not seen.
        """
        fields = {name: texts for name, texts in sent.lists() if name not in _NOT_TYPED}
        ticket = Ticket.read(sent.get(TICKET, "")) or Ticket(0, "", self.base)
        try:
            with unit_of_work() as work:
                row = keep_draft(work, self._kept(ticket, fields), clock())
        except Overtaken as refusal:
            answer = jsonify(conflict=refusal.message, at=f"{refusal.at:%H:%M:%S}" if refusal.at else "")
            answer.status_code = refusal.status
            return answer
        return jsonify(saved=f"{row.saved_at:%H:%M:%S}", shown=dict(shown or {}))

    def _kept(self, ticket: Ticket, fields: Mapping[str, list[str]]) -> KeepDraft:
        return KeepDraft(self.actor, self.form, self.subject, self.base, ticket, fields, self.path)


def typed_in(row: DraftRow) -> MultiDict[str, str]:
    """What was typed, as a form is sent."""
    return ImmutableMultiDict([(name, text) for name, texts in row.fields.items() for text in texts])
