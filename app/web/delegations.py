"""Delegations 委托代理: whom one lets act in one's role until when, and on whose behalf one may act."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from app.accounts import Actor, delegation
from app.accounts.delegation import Delegate
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done
from app.web.outlook import Coming, foresee
from kernel.refusal import BadInput

room = Blueprint("delegations", __name__)

USUAL = timedelta(days=14)
"""How long the form proposes."""


class DelegateForm(RoomForm):
    """委托本单位人员."""

    person_id = SelectField("受托人", [InputRequired("请选择受托人")], coerce=int)
    last_day = DateField("最后一天", [InputRequired("请填写委托的最后一天")], render_kw={"type": "date"})


@room.get("/delegations")
def index() -> str:
    return _page(_form())


@room.post("/delegations")
def make() -> Response | tuple[str, int]:
    form = _form()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                command = Delegate(signed_in(), form.person_id.data, form.last_day.data)
                delegation.delegate(work, command, clock())
                return done(work, url_for(".index"), "委托已生效。受托人在“切换身份”里选择代理您办理; 每一项记录都写明两个人。")
        except BadInput as refusal:
            form.explain(refusal)
    return _page(form), 422


@room.post("/delegations/<int:delegation_id>/end")
def end(delegation_id: int) -> Response:
    with unit_of_work() as work:
        delegation.end_delegation(work, delegation_id, signed_in(), clock())
        return done(work, url_for(".index"), "委托已终止。")


def _form() -> DelegateForm:
    now = clock()
    form = DelegateForm()
    form.person_id.choices = [SelectChoice(id, name) for id, name in delegation.colleagues(reading(), signed_in(), now)]
    if not form.is_submitted():
        form.last_day.data = (now + USUAL).date()
    return form


def _page(form: DelegateForm) -> str:
    actor = signed_in()
    found = delegation.delegations_of(reading(), actor.person_id, clock())
    return render_template(
        "accounts/delegations.html", form=form, actor=actor,
        given=[each for each in found if each.delegator_id == actor.person_id],
        held=[each for each in found if each.delegate_id == actor.person_id],
    )  # fmt: skip


def _end_by_themselves(session: Session, actor: Actor, now: datetime) -> list[Coming]:
    """Delegations given or held that end until tomorrow. One statement."""
    return [
        Coming(each.until, "委托到期", f"{each.delegator} 委托 {each.delegate}", url_for("delegations.index"), delegation.ENDS)
        for each in delegation.delegations_of(session, actor.person_id, now)
    ]


foresee(delegation.DELEGABLE, _end_by_themselves)
