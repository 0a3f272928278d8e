"""People 任职名册: who acts for whom in which role; announcing that somebody leaves, and the end of an appointment."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import DateField
from wtforms.validators import InputRequired

from app.accounts import delegation, duties, queries, services
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from kernel.refusal import BadInput, Refusal, Unlawful
from kernel.role import Role

room = Blueprint("people", __name__)
navigation.add("任职名册", "people.index", 80)


class LeavingForm(RoomForm):
    """登记离任."""

    last_day = DateField("最后工作日", [InputRequired("请填写最后工作日")], render_kw={"type": "date"})


@room.get("/people")
def index() -> str:
    text, after = request.args.get("q", "")[:100], number(request.args.get("after"))
    found = queries.offices(reading(), clock(), text=text, after=after)
    shown = found[: queries.PAGE]
    onward = url_for(".index", q=text or None, after=shown[-1].id) if len(found) > queries.PAGE else ""
    return render_template("accounts/people.html", offices=shown, q=text, onward=onward)


@room.get("/people/<int:appointment_id>")
def show(appointment_id: int) -> str:
    return _page(appointment_id)


@room.post("/people/<int:appointment_id>/leaving")
def announce(appointment_id: int) -> Response | tuple[str, int]:
    form = LeavingForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.announce_leaving(work, appointment_id, form.last_day.data, signed_in(), clock())
                here = url_for(".show", appointment_id=appointment_id)
                return done(work, here, "已登记。须由他人接替的任务已出现在有关单位的待办里。")
        except BadInput as refusal:
            form.explain(refusal)
    return _page(appointment_id, form=form), 422


@room.post("/people/<int:appointment_id>/end")
def dismiss(appointment_id: int) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            services.dismiss(work, appointment_id, signed_in(), clock())
            return done(work, url_for(".index"), "任职已结束, 其登录和所作委托一并终止。")
    except Unlawful as refusal:
        return _page(appointment_id, refusal=refusal), refusal.status


def _page(appointment_id: int, form: LeavingForm | None = None, refusal: Refusal | None = None) -> str:
    session, now, actor = reading(), clock(), signed_in()
    held = queries.office(session, appointment_id, now)
    return render_template(
        "accounts/office.html", held=held, refusal=refusal, form=form or LeavingForm(formdata=None),
        duties=[] if held.delegator else duties.open_duties(session, held.person_id, held.role, held.organisation_id),
        others=queries.others_in_office(session, held, now),
        delegations=[] if held.delegator else [
            each for each in delegation.delegations_of(session, held.person_id, now)
            if each.delegator_id == held.person_id and each.role is held.role
        ],
        may_act=actor.role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN) and held.person_id not in actor.people,
    )  # fmt: skip
