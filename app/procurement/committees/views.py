"""Pages of the committee: draw and form (the buyer), declare (each member), 符合性审查 (entered by the leader)."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.files.download import as_download
from app.procurement.bids.attachments import attachments_of
from app.procurement.bids.queries import live_bids
from app.procurement.committees import queries, services
from app.procurement.committees.forms import DeclareForm, DrawForm, RepresentativeForm
from app.procurement.committees.models import CommitteeRow
from app.procurement.qualifications.forms import conclusions_sent
from app.procurement.qualifications.page import must_follow, review_page
from app.procurement.qualifications.queries import opened_bids
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import tender_for
from app.procurement.tenders.services import BRANCHES
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, Refusal, StillSealed, Unlawful
from kernel.role import Role
from law import law_at
from procurement.committee import composition, required_size
from procurement.qualification import Review, items_of
from procurement.stage import Stage

room = Blueprint("committees", __name__)
navigation.add("评审任务", "committees.seats", 20)


@room.get("/committees/seats")
def seats() -> str:
    return render_template("procurement/committees/seats.html", seats=queries.seats_of(reading(), signed_in().person_id))


@room.get("/tenders/<ocid>/committee")
def show(ocid: str) -> str:
    return _page(_tender(ocid))


@room.post("/tenders/<ocid>/committee/draw")
def draw(ocid: str) -> Response | tuple[str, int]:
    form, row = DrawForm(), _tender(ocid)
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.draw_committee(work, form.command(signed_in(), ocid), clock())
                return done(work, url_for(".show", ocid=ocid), "评审专家已抽取, 抽取过程可以按种子复核。")
        except (BadInput, Unlawful) as refusal:
            form.explain(refusal)
    return _page(row, draw_form=form), 422


@room.post("/tenders/<ocid>/committee/redraw")
def redraw(ocid: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            services.redraw(work, services.Redraw(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "已补抽评审专家。")
    except (BadInput, Unlawful) as refusal:
        return _page(_tender(ocid), refusal=refusal), refusal.status


@room.post("/tenders/<ocid>/committee/release")
def release(ocid: str) -> Response | tuple[str, int]:
    command = services.ReleaseMember(
        signed_in(), ocid, number(request.form.get("member")), request.form.get("reason", "")[:500]
    )
    try:
        with unit_of_work() as work:
            seat = services.release_member(work, command, clock())
            return done(work, url_for(".show", ocid=ocid), f"已登记{seat.name}离任, 请补抽缺额。")
    except BadInput as refusal:
        return _page(_tender(ocid), refusal=refusal), refusal.status


@room.post("/tenders/<ocid>/committee/representative")
def representative(ocid: str) -> Response | tuple[str, int]:
    form, row = RepresentativeForm(), _tender(ocid)
    if form.validate_on_submit():
        person = queries.representative(reading(), row.buyer_id, form.login.data.strip(), clock())
        if person is None:
            form.explain([Finding("login", "本单位没有以此登录名办理采购的人员")])
        else:
            try:
                with unit_of_work() as work:
                    services.name_representative(work, form.command(signed_in(), ocid, person.id, person.name), clock())
                    return done(work, url_for(".show", ocid=ocid), "已委派采购人代表。")
            except BadInput as refusal:
                form.explain(refusal)
    return _page(row, representative_form=form), 422


@room.post("/tenders/<ocid>/committee/form")
def form_committee(ocid: str) -> Response | tuple[str, int]:
    leader = request.form.get("leader", "")
    try:
        with unit_of_work() as work:
            command = services.FormCommittee(signed_in(), ocid, number(leader))
            services.form_committee(work, command, clock())
            return done(work, url_for(".show", ocid=ocid), "评标委员会已组建。")
    except (BadInput, Unlawful) as refusal:
        return _page(_tender(ocid), refusal=refusal), refusal.status


@room.route("/tenders/<ocid>/committee/declaration", methods=["GET", "POST"])
def declare(ocid: str) -> Response | str | tuple[str, int]:
    row, form = _tender(ocid), DeclareForm()
    if queries.member_of(reading(), ocid, signed_in().person_id) is None:
        raise NotPermitted("您不是本项目评标委员会的成员")
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                seat = services.declare(work, form.command(signed_in(), ocid), clock())
                message = "已声明没有回避情形。" if seat.left_at is None else "已申请回避, 您不再是本项目评标委员会成员。"
                onward = "committees.seats" if signed_in().role is Role.EXPERT else "workbench.show"
                return done(work, url_for(onward), message)
        except BadInput as refusal:
            form.explain(refusal)
    bidders = [bid.supplier_name for bid in opened_bids(reading(), row)]
    return render_template("procurement/committees/declare.html", row=row, form=form, bidders=bidders), 422 if form.is_submitted() else 200


@room.get("/tenders/<ocid>/bids/<int:bid_id>/files/<int:number>")
def attachment(ocid: str, bid_id: int, number: int) -> Response:
    """An attachment of an opened bid: for the own buyer, who supervises, and members who have declared.

    Before the opening everybody is told the same, whether there is such a bid or not.
    """
    row = _tender(ocid)
    if not _may_read_files(row.ocid):
        raise NotPermitted("附件由采购人、已声明无回避情形的评标委员会成员、财政部门和监督人员查看")
    bid = next((bid for bid in live_bids(reading(), row) if bid.id == bid_id), None)
    files = attachments_of(bid.id, bid.documents) if bid is not None else ()
    if not 1 <= number <= len(files):
        raise Missing("没有这个附件")
    file = files[number - 1]
    return as_download(file.sha256, file.name, file.kind)


@room.get("/tenders/<ocid>/conformity")
def conformity(ocid: str) -> str:
    return _conformity(_tender(ocid))


@room.post("/tenders/<ocid>/conformity/<int:bid_id>")
def conclude(ocid: str, bid_id: int) -> Response | tuple[str, int]:
    row = _tender(ocid)
    try:
        with unit_of_work() as work:
            sent = conclusions_sent(items_of(row.facts(), Review.CONFORMITY), bid_id, request.form)
            services.conclude_conformity(work, services.ConcludeConformity(signed_in(), ocid, sent), clock())
            return done(work, url_for(".conformity", ocid=ocid, _anchor=f"bid-{bid_id}"), "审查结论已保存。")
    except BadInput as refusal:
        return _conformity(row, refusal, bid_id), refusal.status


@room.post("/tenders/<ocid>/conformity/sign")
def sign(ocid: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            services.sign_conformity(work, services.SignConformity(signed_in(), ocid), clock())
            return done(work, url_for(".conformity", ocid=ocid), "符合性审查已签字, 可以开始评分。")
    except BadInput as refusal:
        return _conformity(_tender(ocid), refusal), refusal.status


def _may_read_files(ocid: str) -> bool:
    """An expert reads the papers once seated and free of conflicts; the others who came this far are not experts."""
    actor = signed_in()
    if actor.role is not Role.EXPERT:
        return True
    seat = queries.member_of(reading(), ocid, actor.person_id)
    return seat is not None and seat.declared_at is not None


def _tender(ocid: str) -> TenderRow:
    actor = signed_in()
    row, _ = tender_for(reading(), ocid, actor)
    must_follow(row, actor)
    if row.opened_at is None:
        raise StillSealed
    return row


def _page(
    row: TenderRow, *, draw_form: DrawForm | None = None, representative_form: RepresentativeForm | None = None,
    refusal: Refusal | None = None,
) -> str:  # fmt: skip
    actor, now = signed_in(), clock()
    committee = reading().get(CommitteeRow, row.ocid)
    members = queries.members(reading(), row.ocid)
    law = law_at(now.date(), row.jurisdiction)
    return render_template(
        "procurement/committees/show.html", row=row, committee=committee, members=members, refusal=refusal,
        size=required_size(row.facts(), law), draw_form=draw_form or DrawForm(formdata=None),
        representative_form=representative_form or RepresentativeForm(formdata=None),
        findings=composition(queries.committee(committee, members), row.facts(), law) if committee else (),
        may_write=actor.role is Role.BUYER and row.stage is Stage.QUALIFIED,
    )  # fmt: skip


def _conformity(row: TenderRow, refusal: Refusal | None = None, bid_id: int | None = None) -> str:
    actor = signed_in()
    seat = queries.member_of(reading(), row.ocid, actor.person_id)
    if actor.role is Role.EXPERT and seat is None:
        raise NotPermitted("您不是本项目评标委员会的成员")
    sent = (bid_id, request.form, refusal) if bid_id is not None and refusal is not None else None
    return render_template(
        "procurement/committees/conformity.html", row=row, page=review_page(reading(), row, Review.CONFORMITY, sent),
        may_write=seat is not None and seat.leader and row.stage is Stage.COMMITTEE, refusal=refusal, branches=BRANCHES,
        may_read_files=_may_read_files(row.ocid),
        may_fail=actor.buys_for(row.buyer_id) and row.stage is Stage.COMMITTEE,
    )  # fmt: skip
