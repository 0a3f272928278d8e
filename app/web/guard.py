"""The guard 门卫: enforces the policy table before every request. What the table does not list, nobody may."""

from __future__ import annotations

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from app.accounts.policy import ARRIVING, PUBLIC, Access, who_may
from app.extensions import csrf
from kernel.refusal import NotPermitted


def init_app(app: Flask) -> None:
    app.before_request(enforce)
    app.before_request(check_token)


def enforce() -> Response | None:
    """Let pass, send to the door, or refuse."""
    if request.endpoint is None:  # no such page: the 404 says so
        return None
    who = who_may(request.endpoint)
    if who is PUBLIC:
        return None
    if who is None:
        raise NotPermitted
    if not current_user.is_authenticated:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)
        raise Unauthorized
    if who is ARRIVING:
        return None
    if current_user.actor is None:
        return redirect(url_for("accounts.choose_role"), 303)
    if not isinstance(who, Access) and current_user.actor.role not in who:
        able = "、".join(sorted(role.zh for role in who))
        raise NotPermitted(f"此页面供{able}使用, 您现在以{current_user.actor.role.zh}身份操作")
    return None


def check_token() -> None:
    """Every form, the public one too, was opened on this site (CSRF); but for what a secret in its address lets in."""
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect(apply_exemptions=True)
