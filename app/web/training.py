"""Training mode 训练模式: a banner on every page, a clock that the learner moves forward, partners. Never in production."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField
from wtforms.validators import Optional

from app.accounts.models import SignInSessionRow
from app.store import unit_of_work
from app.web import identity
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.once import done
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Finding, Missing
from law import law_at

room = Blueprint("training", __name__)

STEPS = {"hour": "一小时后", "day": "明天此时", "working_day": "下一个工作日 9:00", "week": "一周后"}
"""The buttons of the banner."""


class MoveForm(RoomForm):
    """拨动时钟."""

    moment = DateTimeLocalField("拨到", [Optional()], format=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"])


def init_app(app: Flask) -> None:
    app.jinja_env.globals["training_now"] = lambda: clock() if app.extensions["settings"].training else None
    app.jinja_env.globals["training_steps"] = STEPS


@room.post("/training/clock")
def move() -> Response | tuple[str, int]:
    if not current_app.extensions["settings"].training:
        raise Missing
    actor, now, form = identity.signed_in(), clock(), MoveForm()
    step = request.form.get("step", "")
    try:
        if not form.validate_on_submit():
            raise BadInput([Finding("moment", "请填写日期和时间")], "不能拨动时钟")
        moment = after(step, now) if step in STEPS else form.moment.data and form.moment.data.replace(tzinfo=SHANGHAI)
        if not moment:
            raise BadInput([Finding("moment", "请填写日期和时间")], "不能拨动时钟")
        with unit_of_work() as work:
            row = work.lock(SignInSessionRow, current_user.session_id)
            current_app.extensions["clock"].move_to(moment)
            work.record("training.move_clock", row, by=actor, at=now, facts={"to": moment})
            return done(work, _whence(), f"时钟已拨到 {moment:%Y-%m-%d %H:%M}。")
    except BadInput as refusal:
        return render_template("help/clock.html", refusal=refusal), refusal.status


@room.post("/training/partners")
def partners() -> Response:
    """陪练: everybody else does what the procedure has for them now."""
    if not current_app.extensions["settings"].training:
        raise Missing
    from demo.training import partners_act

    told = Counter(partners_act(identity.signed_in(), clock()))
    said = "；".join(zh if times == 1 else f"{zh}（{times} 次）" for zh, times in told.items())
    flash(f"陪练: {said}。" if said else "现在没有别人要办的事: 轮到您, 或者要等时间过去（拨动时钟）。", "info")
    return redirect(_whence(), 303)


def after(step: str, now: datetime) -> datetime:
    """The moment to which a button moves the clock. Raises NoArrangement for working days of a year not yet arranged."""
    if step == "hour":
        return now + timedelta(hours=1)
    if step == "day":
        return now + timedelta(days=1)
    if step == "week":
        return now + timedelta(weeks=1)
    day, calendar = now.date() + timedelta(days=1), law_at(now.date()).calendar
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(9), SHANGHAI)


def _whence() -> str:
    """The page on which the clock was moved, when it is a page of this site that can be opened; else the workbench."""
    came = urlsplit(request.referrer or "")
    if came.netloc == request.host:
        try:
            current_app.url_map.bind(request.host).match(came.path, "GET")
            return came.path + (f"?{came.query}" if came.query else "")
        except (HTTPException, RequestRedirect):
            pass
    return url_for("workbench.show")
