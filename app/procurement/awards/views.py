"""Pages of the award: the buyer decides and announces; every bidder reads its own result, and nobody else's."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.procurement.awards import queries, services
from app.procurement.awards.forms import AnnounceForm, DecideForm, NextForm
from app.procurement.awards.models import AwardRow
from app.procurement.awards.notice import notice_lines, terms
from app.procurement.committees.queries import member_of
from app.procurement.qualifications.page import must_follow
from app.procurement.scorings.queries import ranking_row
from app.procurement.scorings.working import ranking_of
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import tender_for
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from kernel.period import aware
from kernel.refusal import BadInput, Missing, NotPermitted, Refusal, StillSealed, Unlawful
from kernel.role import Role
from law import law_at
from procurement import timetable
from procurement.award import OwnResult, needs_draw, own_result
from procurement.stage import Stage

room = Blueprint("awards", __name__)


@room.get("/tenders/<ocid>/award")
def show(ocid: str) -> str:
    return _page(ocid)


@room.post("/tenders/<ocid>/award/decide")
def decide(ocid: str) -> Response | tuple[str, int]:
    form = DecideForm()
    if form.validate_on_submit():
        reasons = {
            number(name.removeprefix("reason.")): text
            for name, text in request.form.items()
            if name.startswith("reason.") and number(name.removeprefix("reason.")) and text.strip()
        }
        try:
            with unit_of_work() as work:
                services.decide_award(work, form.command(signed_in(), ocid, reasons), clock())
                return done(work, url_for(".show", ocid=ocid), "中标人已确定, 请在两个工作日内公告中标结果。")
        except (BadInput, Unlawful) as refusal:
            form.explain(refusal)
    return _page(ocid, decide_form=form), 422


@room.post("/tenders/<ocid>/award/announce")
def announce(ocid: str) -> Response | tuple[str, int]:
    form = AnnounceForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.announce_award(work, form.command(signed_in(), ocid), clock())
                return done(work, url_for(".show", ocid=ocid), "中标结果已公告, 中标通知书已发出, 各投标人可以查看本单位的得分和排序。")
        except (BadInput, Unlawful) as refusal:
            form.explain(refusal)
    return _page(ocid, announce_form=form), 422


@room.post("/tenders/<ocid>/award/next")
def next_candidate(ocid: str) -> Response | tuple[str, int]:
    form = NextForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.next_candidate(work, form.command(signed_in(), ocid), clock())
                return done(work, url_for(".show", ocid=ocid), "已按排序确定下一候选人为中标人, 请重新公告。")
        except (BadInput, Unlawful) as refusal:
            form.explain(refusal)
    return _page(ocid, next_form=form), 422


@room.get("/tenders/<ocid>/award/letter")
def letter(ocid: str) -> str:
    """中标通知书 for the winner (and who supervises); for another bidder the letter with its own result."""
    actor = signed_in()
    row, buyer = tender_for(reading(), ocid, actor)
    award = queries.award_row(reading(), ocid)
    if award is None or award.announced_at is None:
        raise Missing("中标结果尚未公告")
    own = _own(row, award) if actor.role is Role.SUPPLIER else None
    if own is None:
        must_follow(row, actor)
    law = law_at(aware(award.announced_at).date(), row.jurisdiction)
    return render_template(
        "procurement/awards/letter.html", row=row, buyer=buyer, award=award, own=own, terms=terms(award, law),
        to=actor.organisation_name if own is not None else award.supplier_name,
        wins=own is None or own.bidder == str(award.bid_id),
    )  # fmt: skip


def _own(row: TenderRow, award: AwardRow) -> OwnResult:
    """The reader's own result. Raises NotPermitted for a supplier that did not bid."""
    bid = queries.own_bid_of(reading(), row, signed_in().organisation_id)
    kept = ranking_row(reading(), row.ocid)
    if bid is None or kept is None:
        raise NotPermitted("本单位没有参加本项目的投标")
    return own_result(ranking_of(row.facts(), kept), str(bid))


def _page(
    ocid: str, *, decide_form: DecideForm | None = None, announce_form: AnnounceForm | None = None,
    next_form: NextForm | None = None, refusal: Refusal | None = None,
) -> str:  # fmt: skip
    actor, now = signed_in(), clock()
    row, buyer = tender_for(reading(), ocid, actor)
    award = queries.award_row(reading(), ocid)
    announced = award is not None and award.announced_at is not None
    law = law_at(now.date(), row.jurisdiction)
    shared = {"row": row, "buyer": buyer, "award": award if announced or actor.role is not Role.SUPPLIER else None}
    if row.opened_at is None:
        raise StillSealed
    if actor.role is Role.SUPPLIER:
        if award is None or not announced:
            raise Missing("中标结果尚未公告")
        return render_template(
            "procurement/awards/own.html", **shared, own=_own(row, award), lines=notice_lines(award), terms=terms(award, law)
        )
    must_follow(row, actor)
    if actor.role is Role.EXPERT and member_of(reading(), ocid, actor.person_id) is None:
        raise NotPermitted("您不是本项目评标委员会的成员")
    kept = ranking_row(reading(), ocid)
    if kept is None or kept.signed_at is None:
        raise Missing("评标报告签署后才能确定中标人")
    tender = row.facts()
    ranking = ranking_of(tender, kept)
    names = {bidder["id"]: bidder["name"] for bidder in kept.input["bidders"]}
    buys = actor.buys_for(row.buyer_id)
    if announce_form is None:
        announce_form = AnnounceForm(formdata=None)
    return render_template(
        "procurement/awards/show.html", **shared, ranking=ranking, names=names, candidates=tender.award.candidates,
        draws=needs_draw(ranking, tender), due=timetable.decision(aware(kept.signed_at).date(), law),
        decides=buys and row.stage is Stage.RANKED and award is None,
        announces=buys and row.stage is Stage.RANKED and award is not None,
        contracts=buys and row.stage is Stage.AWARDED, refusal=refusal,
        decide_form=decide_form or DecideForm(formdata=None), announce_form=announce_form,
        next_form=next_form or NextForm(formdata=None), lines=notice_lines(award) if award is not None else [],
        terms=terms(award, law) if award is not None else [], sent=request.form,
    )  # fmt: skip
