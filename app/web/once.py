"""Acts happen once 只办一次: every act form carries a key; the same key sent again gets the first answer.

``done(work, url, message)`` ends an act inside its unit of work; see app/store/idempotency.py for what is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask import Response as Answer
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.accounts.policy import PUBLIC, who_may
from app.store import UnitOfWork, idempotency, reading
from app.web.clock import clock

FIELD = "once"


def new_key() -> str:
    """A fresh key for a form: 128 random bits."""
    return secrets.token_urlsafe(16)


View = TypeVar("View", bound=Callable[..., Any])


def repeatable(view: View) -> View:
    """Decorator of a view that is no act: sent again it does the same once more, so its form carries no key."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    app.before_request(remember)
    app.after_request(tell)
    app.teardown_request(forget)
    app.register_error_handler(idempotency.AlreadyDone, replay)
    app.jinja_env.globals["once_key"] = new_key


def remember() -> Response | None:
    """Take the key from the form, for the act's transaction. An answer that exists already is given again."""
    idempotency.pending.set(None)
    if request.method != "POST" or request.endpoint is None or who_may(request.endpoint) is PUBLIC:
        return None
    if getattr(current_app.view_functions[request.endpoint], "repeatable", False):
        return None
    key = request.form.get(FIELD, "")
    if not 16 <= len(key) <= 64:
        raise BadRequest("表单缺少防重复标识, 请返回上一页刷新后重试")
    once = idempotency.OnceKey(current_user.person_id, request.path[:300], key, clock())
    location = idempotency.outcome(reading(), once)
    if location is not None:
        return replay(idempotency.AlreadyDone(location))
    idempotency.pending.set(once)
    return None


def replay(done: idempotency.AlreadyDone) -> Response:
    """The first answer again."""
    if not done.location:
        flash("此事项已办理, 未重复办理。", "info")
    return redirect(done.location or url_for("workbench.show"), 303)


_along: list[Callable[[UnitOfWork], None]] = []


def along(what: Callable[[UnitOfWork], None]) -> None:
    """Do ``what`` with every act of a form, in the act's own transaction; what it raises refuses the act."""
    _along.append(what)


def done(work: UnitOfWork, url: str, message: str = "") -> Response:
    """The act is done: go to ``url``, with ``message`` shown there. Return it from inside ``with unit_of_work()``.

    The address is kept in the act's own transaction, so a form sent twice leads to the same page. The message is said
    only once the act has been committed: nobody reads 已签字 of a signature that the database then refused.
    """
    for what in _along:
        what(work)
    work.leads_to(url)
    g.to_say = message
    return redirect(url, 303)


def tell(answer: Answer) -> Answer:
    """Say the message of the act that this request did."""
    message = g.pop("to_say", "")
    if message and answer.status_code == 303:
        flash(message, "success")
    return answer


def forget(_: BaseException | None = None) -> None:
    idempotency.pending.set(None)
