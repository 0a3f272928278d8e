"""Pages of 资格审查: the buyer concludes and signs; everybody who may see the opened tender reads the outcome."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.procurement.qualifications import services
from app.procurement.qualifications.forms import conclusions_sent
from app.procurement.qualifications.page import must_follow, review_page
from app.procurement.tenders.queries import tender_for
from app.procurement.tenders.services import BRANCHES
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from kernel.refusal import BadInput, Refusal, StillSealed, Unlawful
from procurement.qualification import Review, items_of
from procurement.stage import Stage

room = Blueprint("qualifications", __name__)


@room.get("/tenders/<ocid>/qualification")
def show(ocid: str) -> str:
    return _page(ocid)


@room.post("/tenders/<ocid>/qualification/<int:bid_id>")
def conclude(ocid: str, bid_id: int) -> Response | tuple[str, int]:
    row, _ = tender_for(reading(), ocid, signed_in())
    items = items_of(row.facts(), Review.QUALIFICATION)
    try:
        with unit_of_work() as work:
            sent = conclusions_sent(items, bid_id, request.form)
            services.conclude(work, services.Conclude(signed_in(), ocid, sent), clock())
            return done(work, url_for(".show", ocid=ocid, _anchor=f"bid-{bid_id}"), "审查结论已保存。")
    except BadInput as refusal:
        return _page(ocid, refusal, bid_id), refusal.status


@room.post("/tenders/<ocid>/qualification/sign")
def sign(ocid: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            services.sign_review(work, services.SignReview(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "资格审查已签字。")
    except (BadInput, Unlawful) as refusal:
        return _page(ocid, refusal), refusal.status


@room.post("/tenders/<ocid>/qualification/fail")
def fail(ocid: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            command = services.FailForTooFewQualified(
                signed_in(), ocid, request.form.get("branch", ""), request.form.get("reason", "")
            )
            services.fail_for_too_few_qualified(work, command, clock())
            return done(work, url_for("tenders.show", ocid=ocid), "已作废标处理, 理由已告知全部投标人。")
    except (BadInput, Unlawful) as refusal:
        return _page(ocid, refusal), refusal.status


def _page(ocid: str, refusal: Refusal | None = None, bid_id: int | None = None) -> str:
    actor = signed_in()
    row, _ = tender_for(reading(), ocid, actor)
    must_follow(row, actor)
    if row.opened_at is None:
        raise StillSealed
    sent = (bid_id, request.form, refusal) if bid_id is not None and refusal is not None else None
    return render_template(
        "procurement/qualifications/show.html", row=row, page=review_page(reading(), row, Review.QUALIFICATION, sent),
        may_write=actor.buys_for(row.buyer_id) and row.stage is Stage.OPENED,
        refusal=refusal, branches=BRANCHES,
    )  # fmt: skip
