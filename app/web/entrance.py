"""The entrance 登录: sign in, choose a role, see one's sessions, sign out. The acts are in app/accounts/admission.py."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from app.accounts import admission
from app.accounts.models import SignInSessionRow
from app.store import reading, unit_of_work
from app.web import identity
from app.web.clock import clock
from app.web.filters import short_day
from app.web.forms import RoomForm
from app.web.once import done

room = Blueprint("accounts", __name__)


class SignInForm(RoomForm):
    """登录."""

    login = StringField("登录名", [InputRequired("请填写登录名"), Length(max=64, message="登录名过长")],
                        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
    password = PasswordField("口令", [InputRequired("请填写口令"), Length(max=200, message="口令过长")],
                             render_kw={"autocomplete": "current-password"})


class ChooseRoleForm(RoomForm):
    """选择身份."""

    appointment = RadioField("身份", [InputRequired("请选择身份")], coerce=int)


@room.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    now, address = clock(), identity.address_hash()
    if admission.must_wait(reading(), address, now):
        form.form_errors.append("此网络地址短时间内登录失败次数过多, 请十五分钟后再试")
        return render_template("accounts/sign_in.html", form=form), 429
    attempt = admission.check(reading(), form.login.data, form.password.data, address)
    with unit_of_work() as work:
        answer = admission.sign_in(work, attempt, now, hours=current_app.extensions["settings"].sign_in_hours)
    if not answer.token:
        form.form_errors.append(answer.refusal)
        return render_template("accounts/sign_in.html", form=form), answer.status
    enter(answer.token)
    onward = _own_address(request.args.get("next", ""))
    if answer.appointments == 1:
        return redirect(onward, 303)
    return redirect(url_for(".choose_role", next=onward), 303)


@room.post("/sign-out")
def sign_out() -> Response:
    with unit_of_work() as work:
        admission.end_session(work, current_user.session_id, current_user.person_id, clock())
    logout_user()
    session.clear()
    flash("您已安全退出。", "success")
    return redirect(url_for(".sign_in"), 303)


@room.route("/role", methods=["GET", "POST"])
def choose_role() -> Response | str | tuple[str, int]:
    held = admission.appointments_of(reading(), current_user.person_id, clock())
    form = ChooseRoleForm()
    form.appointment.choices = [SelectChoice(h.id, _word(h)) for h in held]
    if form.validate_on_submit():
        with unit_of_work() as work:
            admission.choose_role(work, current_user.session_id, form.appointment.data, clock())
            chosen = next(h for h in held if h.id == form.appointment.data)
            onward = _own_address(request.args.get("next", ""))
            return done(work, onward, f"现在以{chosen.role.zh}身份（{chosen.organisation_name}）操作{_for(chosen)}。")
    status = 422 if form.is_submitted() else 200
    return render_template("accounts/choose_role.html", form=form, held=held), status


@room.get("/sessions")
def sessions() -> str:
    rows = reading().execute(
        select(SignInSessionRow.id, SignInSessionRow.started_at, SignInSessionRow.expires_at)
        .where(
            SignInSessionRow.person_id == current_user.person_id,
            SignInSessionRow.ended_at.is_(None),
            SignInSessionRow.expires_at > clock(),
        )
        .order_by(SignInSessionRow.started_at.desc())
        .limit(100)
    ).all()
    return render_template("accounts/sessions.html", sessions=rows, mine=current_user.session_id)


@room.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    with unit_of_work() as work:
        admission.end_session(work, session_id, current_user.person_id, clock())
        return done(work, url_for(".sessions"), "该设备上的登录已结束。")


def enter(token: str) -> None:
    """Put the token into a fresh cookie: nothing of what was there before the sign-in stays."""
    session.clear()
    session.permanent = True
    user = identity.load(token)
    assert user is not None
    login_user(user)


def _word(held: admission.Held) -> str:
    """One role to choose, with its end and on whose behalf."""
    ends = f", 至 {short_day(held.until - timedelta(microseconds=1))}" if held.until else ""
    return f"{held.role.zh} · {held.organisation_name}" + (f"（代理 {held.delegator}{ends}）" if held.delegator else "")


def _for(held: admission.Held) -> str:
    return f", 代理 {held.delegator}" if held.delegator else ""


def _own_address(address: str) -> str:
    """``address`` when it is a path of this site, else the workbench: nobody is led away by a link."""
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if own else url_for("workbench.show")
