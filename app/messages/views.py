"""The inbox 消息, how one wants to be told, and the calendar feed."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from app.messages import calendar, queries, services
from app.messages.forms import ContactForm
from app.store import reading, unit_of_work
from app.web import identity
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done

room = Blueprint("messages", __name__)

identity.beside("unread", queries.unread_beside())


@room.app_template_global()
def unread() -> str:
    """The number beside 消息 in the head of every page; "" when everything is read."""
    count = current_user.beside.get("unread", 0) if current_user.is_authenticated and current_user.actor else 0
    return f"{queries.MOST_SHOWN}+" if count > queries.MOST_SHOWN else str(count or "")


@room.get("/messages")
def index() -> str:
    actor, only = signed_in(), request.args.get("show") == "unread"
    before = request.args.get("before", "")
    found = queries.inbox(reading(), actor, unread=only, before=before)
    more, page = len(found) > queries.PAGE, found[: queries.PAGE]
    sent = queries.traces(reading(), page)
    return render_template("messages/index.html", messages=page, sent=sent, more=more, only=only)


@room.post("/messages/<handle>/read")
def read(handle: str) -> Answer:
    """Mark one as read and go where it leads."""
    with unit_of_work() as work:
        message = services.mark_read(work, signed_in(), handle, clock())
        work.leads_to(message.url)
        return redirect(message.url, 303)


@room.post("/messages/read")
def read_all() -> Answer:
    with unit_of_work() as work:
        count = services.mark_all_read(work, signed_in(), clock())
        return done(work, url_for(".index"), f"已将 {count} 条消息标为已读。" if count else "没有未读消息。")


@room.route("/messages/settings", methods=["GET", "POST"])
def settings() -> Answer | str | tuple[str, int]:
    actor = signed_in()
    contact, feed = services.contact_of(reading(), actor.person_id)
    form = ContactForm(obj=contact)
    if not form.is_submitted():
        form.timing.data = contact.timing.value
    if form.validate_on_submit():
        with unit_of_work() as work:
            services.set_contact(work, actor, form.wanted(), clock())
            return done(work, url_for(".settings"), "通知方式已保存, 对此后的消息生效。")
    return render_template("messages/settings.html", form=form, feed=feed, address=""), 422 if form.is_submitted() else 200


@room.post("/messages/calendar")
def open_calendar() -> str:
    """Make a new address; it is shown this once."""
    actor = signed_in()
    with unit_of_work() as work:
        secret = calendar.open_feed(work, actor, clock())
        work.leads_to(url_for(".settings"))
    contact, _ = services.contact_of(reading(), actor.person_id)
    form = ContactForm(formdata=None, obj=contact)
    form.timing.data = contact.timing.value
    site = current_app.extensions["settings"].site_url or request.url_root.rstrip("/")
    address = site + url_for(".feed", secret=secret)
    return render_template("messages/settings.html", form=form, feed=True, address=address)


@room.post("/messages/calendar/end")
def end_calendar() -> Answer:
    with unit_of_work() as work:
        calendar.end_feed(work, signed_in(), clock())
        return done(work, url_for(".settings"), "日历订阅已停止, 原地址不再可用。")


@room.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """The deadlines of whoever the secret belongs to; calendars fetch it without signing in."""
    now = clock()
    actors = calendar.actors_of(reading(), secret, now)
    site = current_app.extensions["settings"].site_url or request.url_root.rstrip("/")
    answer = Response(calendar.ics(calendar.entries_of(reading(), actors, now), site, now), content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=900"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
