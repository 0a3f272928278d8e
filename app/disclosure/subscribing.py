"""Pages of the saved searches 订阅检索: save the filter one sees, confirm it, look at one's own, end it."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.disclosure import matching, subscriptions, telling
from app.disclosure.filters import Asked, asked
from app.disclosure.place import room
from app.disclosure.subscriptions import TIMINGS, Subscribe
from app.extensions import csrf
from app.messages.kinds import Timing
from app.store import reading, unit_of_work
from app.web import identity
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done
from kernel.refusal import BadInput


class PersonForm(RoomForm):
    """订阅到站内消息."""

    timing = RadioField(
        "什么时候告知", [InputRequired("请选择")], choices=[SelectChoice(each.value, each.zh) for each in TIMINGS],
        default=Timing.DAILY.value,
    )  # fmt: skip

    @property
    def wanted(self) -> Timing:
        return Timing(self.timing.data)


class AddressForm(PersonForm):
    """订阅到邮箱."""

    email = StringField(
        "电子邮箱", [InputRequired("请填写电子邮箱"), Length(max=254, message="邮箱过长")],
        render_kw={"type": "email", "autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip


@room.route("/saved-searches/new", methods=["GET", "POST"])
def save_search() -> Response | str | tuple[str, int]:
    """Save the filter in the address: of whoever is signed in into the inbox, of a stranger to a mailbox."""
    wanted = asked({**request.args.to_dict(), "after": "", "sort": ""})
    actor = current_user.actor if current_user.is_authenticated else None
    form = PersonForm() if actor else AddressForm()
    if not form.validate_on_submit():
        return _page(form, wanted, 422 if form.is_submitted() else 200)
    try:
        with unit_of_work() as work:
            if actor:
                subscriptions.subscribe_person(work, actor, wanted, form.wanted, clock())
                return done(work, url_for(".saved_searches"), "已订阅, 有新公告时在站内消息告知。")
            if not _letters_leave():
                abort(404)
            command = Subscribe(wanted, form["email"].data or "", form.wanted, identity.address_hash())
            subscriptions.subscribe(work, command, clock())
    except BadInput as refusal:
        form.explain(refusal)
        return _page(form, wanted, 422)
    return redirect(url_for(".search_asked"), 303)


@room.get("/saved-searches/asked")
def search_asked() -> str:
    """The same for every address, known or not."""
    return render_template("public/saved_asked.html")


@room.route("/saved-searches/confirm/<secret>", methods=["GET", "POST"])
def confirm_search(secret: str) -> Response | str:
    """A GET only shows a button: mail programs open links by themselves."""
    if request.method == "GET":
        row = subscriptions.waiting(reading(), secret, clock())
        return _told("confirm", row)
    with unit_of_work() as work:
        row = subscriptions.confirm(work, secret, clock())
    return _told("confirmed", row, end=url_for(".end_search", secret=telling.token(row)))


@csrf.exempt  # the secret in the address is what lets in; mail programs post here by themselves (RFC 8058)
def end_search(secret: str) -> str:
    row = telling.subscriber(reading(), secret)
    if request.method == "GET" and row is not None:
        return _told("end", row)
    if row is not None:
        with unit_of_work() as work:
            subscriptions.end(work, row.id, int(row.asked_at.timestamp()))
    return render_template("public/saved_letter.html", state="ended")


room.add_url_rule("/saved-searches/end/<secret>", view_func=end_search, methods=["GET", "POST"])


@room.get("/saved-searches")
def saved_searches() -> str:
    rows = subscriptions.of_person(reading(), signed_in().person_id)
    lines = [(row, subscriptions.named(matching.read(row.query)), f"{url_for('.notices')}?{row.query}") for row in rows]
    return render_template("public/saved_searches.html", lines=lines)


@room.post("/saved-searches/<int:search_id>/end")
def end_own_search(search_id: int) -> Response:
    with unit_of_work() as work:
        subscriptions.end_of_person(work, signed_in(), search_id, clock())
        return done(work, url_for(".saved_searches"), "已取消订阅。")


def _page(form: RoomForm, wanted: Asked, status: int) -> tuple[str, int]:
    page = render_template(
        "public/saved_new.html", form=form, said=subscriptions.named(wanted), back=url_for(".notices", **wanted.first_page()),
        feed=url_for(".notices_atom", **wanted.first_page()), mails=_letters_leave(),
    )  # fmt: skip
    return page, status


def _told(state: str, row: Any, **more: str) -> str:
    question = matching.read(row.query)
    return render_template(
        "public/saved_letter.html", state=state, said=subscriptions.named(question), when=row.timing.zh,
        list=f"{url_for('.notices')}?{row.query}", **more,
    )  # fmt: skip


def _letters_leave() -> bool:
    """Whether letters leave this house at all: they need a way out, and to know where their links lead."""
    settings = current_app.extensions["settings"]
    return bool(settings.smtp_url and settings.site_url)
