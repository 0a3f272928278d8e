"""Pages of the opening 开标: the door before it, the record after it, and what is left when there are too few bids."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts import Actor
from app.procurement.bids.attachments import Attachment, attachments_of, by_place
from app.procurement.bids.queries import live_bids, own_live_bid
from app.procurement.openings import queries, services
from app.procurement.openings.forms import FailForm, OpenForm
from app.procurement.suppliers.queries import own_file
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import stage_now, tender_for
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from kernel.refusal import BadInput, NotPermitted, Refusal, Unlawful, WrongStage
from kernel.role import Role
from procurement.stage import Stage

room = Blueprint("openings", __name__)


@room.get("/tenders/<ocid>/opening")
def show(ocid: str) -> str:
    actor = signed_in()
    row, buyer = tender_for(reading(), ocid, actor)
    opened = queries.opening(reading(), ocid)
    if opened is None:
        return _door(row, actor)[0]
    _may_read(row, actor)
    return render_template(
        "procurement/openings/record.html", row=row, buyer=buyer, opened=opened, record=opened.record,
        ceiling=row.ceiling, budget=row.budget, attachments=_attachments(row, actor),
    )  # fmt: skip


@room.post("/tenders/<ocid>/opening")
def open_now(ocid: str) -> Response | tuple[str, int]:
    actor = signed_in()
    row, _ = tender_for(reading(), ocid, actor)
    actor.must_act_for(row.buyer_id)
    form = _opening_form()
    if not form.validate_on_submit():
        return _door(row, actor, form, status=422)
    try:
        with unit_of_work() as work:
            services.open_bids(work, form.command(actor, ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "已开标, 开标记录如下。")
    except Unlawful as refusal:
        too_few = any(finding.field == "progress.bids" for finding in refusal.findings)
        return _door(row, actor, form, refusal=refusal, fail=FailForm(formdata=None) if too_few else None, status=422)
    except (BadInput, WrongStage) as refusal:
        form.explain(refusal)
        return _door(row, actor, form, status=refusal.status)


@room.post("/tenders/<ocid>/opening/fail")
def fail(ocid: str) -> Response | tuple[str, int]:
    actor, form = signed_in(), FailForm()
    row, _ = tender_for(reading(), ocid, actor)
    actor.must_act_for(row.buyer_id)
    if not form.validate_on_submit():
        return _door(row, actor, fail=form, status=422)
    try:
        with unit_of_work() as work:
            services.fail_for_too_few(work, form.command(actor, ocid), clock())
            return done(work, url_for("tenders.show", ocid=ocid), "已废标, 理由将公告并告知全部投标人。")
    except (BadInput, Unlawful, WrongStage) as refusal:
        form.explain(refusal)
        return _door(row, actor, fail=form, status=refusal.status)


def _attachments(row: TenderRow, actor: Actor) -> dict[int, list[tuple[str, list[Attachment]]]]:
    """Attachments by bid, for the buyer and those who supervise. Bidders read the record, never each other's papers."""
    if actor.role is Role.SUPPLIER:
        return {}
    rubric = row.facts().rubric
    return {bid.id: by_place(attachments_of(bid.id, bid.documents), rubric) for bid in live_bids(reading(), row)}


def _door(
    row: TenderRow, actor: Actor, form: OpenForm | None = None, *, refusal: Refusal | None = None,
    fail: FailForm | None = None, status: int = 200,
) -> tuple[str, int]:  # fmt: skip
    """The page before the opening. It says nothing that depends on whether, or how many, bids there are."""
    now = clock()
    host = actor.buys_for(row.buyer_id)
    if host and form is None:
        form = _opening_form(formdata=None)
        form.place.data = row.notice.get("opening_place", "")
    page = render_template(
        "procurement/openings/door.html", row=row, stage=stage_now(row.stage, row.bids_close, now), host=host, form=form,
        refusal=refusal, fail=fail, due=Stage.CLOSED, now=now,
    )  # fmt: skip
    return page, status


def _opening_form(**how: None) -> OpenForm:
    form = OpenForm(**how)
    form.offer(queries.overseers(reading(), clock()))
    return form


def _may_read(row: TenderRow, actor: Actor) -> None:
    """The record is read by those who were there: the buyer, the bidders, finance and oversight."""
    if actor.role in (Role.FINANCE, Role.OVERSEER):
        return
    if actor.buys_for(row.buyer_id):
        return
    if actor.role is Role.SUPPLIER:
        supplier = own_file(reading(), actor.organisation_id)
        if supplier is not None and own_live_bid(reading(), row.ocid, supplier.id) is not None:
            return
    raise NotPermitted("开标记录由采购人、投标人、财政部门和监督人员查看")
