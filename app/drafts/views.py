"""Where the autosaved forms of all rooms keep what is typed, or put it away. It is no act, and in no log."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from app.drafts.autosave import Seat, close_own, draft_of
from app.drafts.form import DRAWN, PUT_AWAY
from app.web.identity import signed_in
from app.web.once import along, repeatable
from kernel.refusal import NotPermitted

room = Blueprint("drafts", __name__)
along(close_own)


@room.record
def show_to_pages(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["draft_of"] = draft_of


@room.post("/drafts")
@repeatable
def keep() -> Response:
    """For who was shown the form, acting for the same organisation."""
    actor = signed_in()
    seat = Seat.read(request.form.get(DRAWN, ""), actor)
    if seat is None:
        raise NotPermitted("草稿只能由打开这张表的本人, 以同一身份保存; 请刷新页面后重新填写")
    draft = seat.draft(actor)
    if PUT_AWAY in request.form:
        draft.put_away()
        return redirect(seat.address, 303)
    return draft.saved(request.form)
