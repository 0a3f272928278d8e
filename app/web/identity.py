"""Who is there 当前用户: from the cookie's token to the actor, in one statement per request."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import Flask, current_app, request
from flask_login import UserMixin, current_user
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor
from app.accounts.admission import token_hash
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow, SignInSessionRow
from app.extensions import login_manager
from app.store import reading
from app.store.prepared import Prepared
from kernel.refusal import NotPermitted

_delegated = aliased(AppointmentRow)
_delegator = aliased(PersonRow)


_beside: dict[str, ColumnElement[Any]] = {}


def beside(name: str, answer: ColumnElement[Any]) -> None:
    """Ask ``answer`` (a scalar subquery on SignInSessionRow and AppointmentRow) in the same statement as who is there.

    ``current_user.beside[name]`` holds it: for what the head of every page shows.
    """
    _beside[name] = answer


class SignedIn(UserMixin):
    """Somebody with an open session. ``actor`` is None until a role is chosen."""

    def __init__(
        self, token: str, session_id: int, person_id: int, name: str, actor: Actor | None, beside: dict[str, Any] | None = None
    ) -> None:
        self.token = token
        self.session_id = session_id
        self.person_id = person_id
        self.name = name
        self.actor = actor
        self.beside = beside or {}

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    login_manager.user_loader(load)
    login_manager.session_protection = None  # sessions are ours: they are revoked in the database


def load(token: str) -> SignedIn | None:
    """Whose token it is: None when the session ended, expired or was revoked."""
    now = current_app.extensions["clock"].now()  # not clock(): the body of the request is still on its way
    rows = _who.rows(reading(), token_hash=token_hash(token), now=now)
    if not rows:
        return None
    session_id, person_id, name, role, organisation_id, organisation, delegator_id, delegator, *answers = rows[0]
    actor = Actor(person_id, organisation_id, role, name, organisation, delegator_id, delegator or "") if role else None
    return SignedIn(token, session_id, person_id, name, actor, dict(zip(_beside, answers, strict=True)))


@Prepared
def _who() -> Select[Any]:
    now = bindparam("now")
    appointment = and_(
        AppointmentRow.id == SignInSessionRow.appointment_id,
        or_(AppointmentRow.until.is_(None), AppointmentRow.until > now),
    )
    return (
        select(
            SignInSessionRow.id, PersonRow.id, PersonRow.name, AppointmentRow.role, OrganisationRow.id, OrganisationRow.name,
            _delegator.id, _delegator.name, *_beside.values(),
        )
        .join(PersonRow, PersonRow.id == SignInSessionRow.person_id)
        .outerjoin(AppointmentRow, appointment)
        .outerjoin(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .outerjoin(_delegated, _delegated.id == AppointmentRow.on_behalf_of_id)
        .outerjoin(_delegator, _delegator.id == _delegated.person_id)
        .where(
            SignInSessionRow.token_hash == bindparam("token_hash"),
            SignInSessionRow.ended_at.is_(None),
            SignInSessionRow.expires_at > now,
        )
    )  # fmt: skip


def signed_in() -> Actor:
    """Who acts, in which role: for views behind the guard. Raises NotPermitted when nobody does."""
    actor = the_actor()
    if actor is None:
        raise NotPermitted("请先登录并选择身份")
    return actor


def the_actor() -> Actor | None:
    """Who acts, or None: for pages that everybody may read but that show more to some."""
    return current_user.actor if current_user.is_authenticated else None


def address_hash() -> str:
    """A keyed hash of the network address: enough to count failed tries, useless to find a person."""
    key = current_app.config["SECRET_KEY"].encode("utf-8")
    return hmac.new(key, (request.remote_addr or "").encode("utf-8"), hashlib.sha256).hexdigest()
