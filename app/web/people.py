"""People 任职名册: who acts for whom in which role; announcing that somebody leaves, and the end of an appointment."""

from __future__ import annotations

from datetime import datetime, time

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.accounts import Actor, delegation, duties, policy, queries, services
from app.accounts.models import AppointmentRow
from app.store import reading, unit_of_work
from app.web import navigation, workbench
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from app.web.workbench import Task
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Missing, Refusal, Unlawful

room = Blueprint("people", __name__)
navigation.add("任职名册", "people.index", 80)


class LeavingForm(RoomForm):
    """登记离任."""

    last_day = DateField("最后工作日", [InputRequired("请填写最后工作日")], render_kw={"type": "date"})


class BarForm(RoomForm):
    """停用账户."""

    risk = RadioField("停用的理由", [InputRequired("请选择停用的理由")], choices=[SelectChoice(risk.value, risk.zh) for risk in services.Risk])


@room.get("/people")
def index() -> str:
    text, after = request.args.get("q", "")[:100], number(request.args.get("after"))
    found = queries.offices(reading(), clock(), text=text, after=after)
    shown = found[: queries.PAGE]
    onward = url_for(".index", q=text or None, after=shown[-1].id) if len(found) > queries.PAGE else ""
    return render_template("accounts/people.html", offices=shown, q=text, onward=onward)


@room.get("/colleagues")
def colleagues() -> str:
    """The people of one's own organisation: it says itself who leaves."""
    actor = signed_in()
    found = queries.offices(reading(), clock(), organisation_id=actor.organisation_id, limit=500)
    return render_template("accounts/people.html", offices=found, own=actor.organisation_name, q="", onward="")


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
                return done(work, here, "已登记。须由他人接替的任务已出现在有关单位的待办里; 到最后工作日由平台办理免职。")
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


@room.post("/people/<int:appointment_id>/bar")
def bar(appointment_id: int) -> Response | tuple[str, int]:
    form = BarForm()
    if form.validate_on_submit():
        held = queries.office(reading(), appointment_id, clock())
        with unit_of_work() as work:
            services.bar(work, held.person_id, services.Risk(form.risk.data), signed_in(), clock())
            return done(work, url_for(".show", appointment_id=appointment_id), "账户已停用, 其登录和所作委托一并终止。")
    return _page(appointment_id, barring=form), 422


@room.post("/people/<int:appointment_id>/unbar")
def unbar(appointment_id: int) -> Response:
    held = queries.office(reading(), appointment_id, clock())
    with unit_of_work() as work:
        services.unbar(work, held.person_id, signed_in(), clock())
        return done(work, url_for(".show", appointment_id=appointment_id), "账户已恢复。")


def _page(
    appointment_id: int, form: LeavingForm | None = None, refusal: Refusal | None = None, barring: BarForm | None = None
) -> str:
    session, now, actor = reading(), clock(), signed_in()
    held = queries.office(session, appointment_id, now)
    platform = actor.role in policy.ADMINISTRATORS
    if not platform and held.organisation_id != actor.organisation_id:
        raise Missing("没有这项任职, 或者任职已经结束")
    row = session.get_one(AppointmentRow, held.id)
    acts, own_affair = actor.role in services.PLATFORM, services.stewards(session, row, now)
    return render_template(
        "accounts/office.html", held=held, refusal=refusal, form=form or LeavingForm(formdata=None),
        duties=[] if held.delegator else duties.open_duties(session, held.person_id, held.role, held.organisation_id),
        others=queries.others_in_office(session, held, now),
        delegations=[] if held.delegator else [
            each for each in delegation.delegations_of(session, held.person_id, now)
            if each.delegator_id == held.person_id and each.role is held.role
        ],
        barring=barring or BarForm(formdata=None), platform=platform, own_affair=own_affair,
        may_announce=not held.delegator and services.may_announce(session, row, actor, now),
        may_dismiss=acts and not held.delegator and held.person_id not in actor.people,
        may_bar=acts and held.person_id not in actor.people,
        due=not own_affair or (held.leaving_on is not None and held.leaving_on <= now.date()),
    )  # fmt: skip


def _to_dismiss(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Announced last days that are over: the platform ends the appointments. One statement."""
    return [
        Task(
            datetime.combine(held.leaving_on or now.date(), time(23, 59), SHANGHAI), f"免职: {held.person}",
            f"{held.organisation}已登记离任; 个人任务交接完毕后结束其{held.role.zh}任职。", "",
            url_for("people.show", appointment_id=held.id), minutes=3, act="去办理",
        )
        for held in queries.to_dismiss(session, now)
    ]  # fmt: skip


for administrator in services.PLATFORM:
    workbench.register(administrator, _to_dismiss)
