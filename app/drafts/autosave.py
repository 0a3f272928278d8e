"""Autosave 自动保存 for every form that says ``autosaved = True``: found when the page is drawn, closed with its act.

A room declares it in the form, and draws the form with ``face.form`` or ``live.drafted``; nothing else. The draft is that of
one person, for one organisation, at one address: the page carries these, signed, so that only who was shown a form keeps a
draft of it, and a draft shows nobody whether there is a thing at an address.

The name of a window is the once-key of its form: after the act it saves nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, g, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import PasswordField

from app.accounts import Actor
from app.drafts.form import DRAWN, TICKET, Draft, Drafted, typed_in
from app.drafts.models import DraftRow
from app.drafts.queries import own_draft
from app.drafts.services import Overtaken, Ticket
from app.store import UnitOfWork, reading
from app.web.forms import RoomForm
from app.web.identity import signed_in, the_actor

SALT, RESTORE, VERSION = "draft", "draft", "version"


@dataclass(frozen=True)
class Seat:
    """Who was shown which form where. ``address``: with what stood behind the question mark."""

    person_id: int
    organisation_id: int
    form: str
    address: str

    @property
    def path(self) -> str:
        return self.address.partition("?")[0]

    def signed(self) -> str:
        return str(_signer().dumps([self.person_id, self.organisation_id, self.form, self.address]))

    def draft(self, actor: Actor) -> Draft:
        return Draft(actor, self.form, self.path, path=self.path)

    @classmethod
    def here(cls, actor: Actor) -> Seat:
        """That of the page being drawn."""
        return cls(actor.person_id, actor.organisation_id, request.endpoint or "", request.full_path.rstrip("?"))

    @classmethod
    def read(cls, text: str, actor: Actor) -> Seat | None:
        """The one that a form carries; None where there is none, or where it is not ``actor``'s."""
        try:
            seat = cls(*_signer().loads(text))
        except (BadSignature, TypeError):
            return None
        return seat if (seat.person_id, seat.organisation_id) == (actor.person_id, actor.organisation_id) else None


def draft_of(form: Any, action: str = "") -> Drafted | None:
    """The draft of ``form`` on the page being drawn, filled into it; None for a form without one. One statement.

    A form that came back refused keeps what was sent, and its window goes on under its name and with what it has seen.
    A draft from before a newer version of what it changes is not filled in unless asked for: it would undo what came after.
    """
    if action or not getattr(form, "autosaved", False):
        return None  # before it is asked who reads: a public page costs nothing more
    actor = the_actor()
    if actor is None:
        return None
    if any(isinstance(field, PasswordField) for field in form):
        raise TypeError("a form with a password keeps no draft")
    seat, before = Seat.here(actor), Ticket.read(request.form.get(TICKET, ""))
    opened = Drafted("", url_for("drafts.keep"), drawn=seat.signed())
    if request.method == "POST" and before is not None and not g.get("overtaken", False):
        return replace(opened, ticket=before.text())
    row = own_draft(reading(), actor, seat.form, seat.path)
    if row is not None and request.method != "POST":
        opened = _filled(opened, form, row, seat)
    writer = before.writer if request.method == "POST" and before is not None else form.once.data
    return replace(opened, ticket=Ticket(row.version if row is not None else 0, writer).text())


def close_own(work: UnitOfWork) -> None:
    """The form of this request is being acted upon: its draft goes, in the same transaction. Raises Overtaken."""
    seat = Seat.read(request.form[DRAWN], signed_in()) if DRAWN in request.form else None
    if seat is None or seat.path != request.path:
        return
    try:
        seat.draft(signed_in()).closed(work, request.form)
    except Overtaken:
        g.overtaken = True  # the page that says so has seen it: who sends it again, knows
        raise


def _filled(opened: Drafted, form: RoomForm, row: DraftRow, seat: Seat) -> Drafted:
    newer = VERSION in form and row.fields.get(VERSION, []) != [form[VERSION].data or ""]
    if newer and RESTORE not in request.args:
        return replace(opened, saved_at=row.saved_at, held=f"{seat.path}?{RESTORE}=1")
    now = {VERSION: form[VERSION].data or ""} if VERSION in form else {}
    pairs = [(name, text) for name, text in typed_in(row).items(multi=True) if name not in now]
    typed = ImmutableMultiDict([*pairs, *now.items()])
    form.process(typed)
    return replace(opened, typed=typed, saved_at=row.saved_at)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
