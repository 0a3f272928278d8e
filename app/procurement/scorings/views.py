"""Pages of scoring: each member's own sheet; once all have signed, the ranking with its whole working."""

from __future__ import annotations

import yaml
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import Actor
from app.drafts.form import PUT_AWAY, Draft
from app.drafts.queries import own_drafts
from app.drafts.services import Overtaken
from app.procurement.committees.models import MemberRow
from app.procurement.committees.queries import member_of
from app.procurement.qualifications.page import must_follow
from app.procurement.qualifications.queries import signed_reviews, valid_bids
from app.procurement.scorings import queries, services
from app.procurement.scorings.models import RankingRow
from app.procurement.scorings.result import ranking_page
from app.procurement.scorings.sheet import base_of, marks_sent, sheet_page
from app.procurement.scorings.working import case_file
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import tender_for
from app.procurement.tenders.services import BRANCHES
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.controls import read_controls
from app.web.identity import signed_in
from app.web.once import done, repeatable
from app.web.plain_text import number
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, Refusal, StillSealed, Unlawful, WrongStage
from kernel.role import Role
from procurement.documents import PriceForm
from procurement.qualification import Review
from procurement.stage import Stage

room = Blueprint("scorings", __name__)

FORM = "scoring"
"""The drafts of this room: subjects are ``<ocid>/<bid>``."""


@room.get("/tenders/<ocid>/scoring")
def show(ocid: str) -> str:
    """The own sheet at the first bid that lacks marks; for those who do not sit, how many sheets are signed."""
    row, seat = _tender(ocid)
    if seat is None:
        due, signed = queries.sheet_counts(reading(), ocid)
        return render_template("procurement/scorings/progress.html", row=row, due=due, signed=signed)
    return _sheet(row, seat, None)


@room.get("/tenders/<ocid>/scoring/<int:bid_id>")
def sheet(ocid: str, bid_id: int) -> str:
    return _sheet(*_own(ocid), bid_id)


@room.post("/tenders/<ocid>/scoring/<int:bid_id>")
def save(ocid: str, bid_id: int) -> Response | tuple[str, int]:
    row, seat = _own(ocid)
    rubric = row.facts().rubric
    assert rubric is not None
    try:
        values, reasons, blank = marks_sent(rubric, request.form)
        with unit_of_work() as work:
            _draft(work.session, seat, bid_id).closed(work, request.form)
            command = services.SaveMarks(signed_in(), ocid, bid_id, values, reasons, blank)
            services.save_marks(work, command, clock())
            onward = request.form.get("onward", "")
            to = number(onward) or bid_id
            return done(work, url_for(".sheet", ocid=ocid, bid_id=to), "评分已保存。")
    except (BadInput, Overtaken) as refusal:
        return _sheet(row, seat, bid_id, refusal, typed=True), refusal.status


@room.post("/tenders/<ocid>/scoring/<int:bid_id>/draft")
@repeatable
def draft(ocid: str, bid_id: int) -> Response:
    """Keep what was typed of one bid, or put it away. No mark is saved by it, and it is in no log."""
    row, seat = _own(ocid)
    _open_to_marks(row)
    mine = _draft(reading(), seat, bid_id)
    if PUT_AWAY in request.form:
        mine.put_away()
        return redirect(url_for(".sheet", ocid=ocid, bid_id=bid_id), 303)
    page = sheet_page(reading(), row, seat.id, bid_id, request.form)
    if row.stage is not Stage.COMMITTEE or page.signed:
        raise WrongStage("评分表已签字, 不能再改")
    return mine.saved(request.form, page.shown())


@room.post("/tenders/<ocid>/scoring/sign")
def sign(ocid: str) -> Response | tuple[str, int]:
    row, seat = _own(ocid)
    try:
        left = own_drafts(reading(), signed_in(), FORM, f"{ocid}/")
        if left:
            names = {str(bid.row.id): bid.supplier_name for bid in valid_bids(reading(), row)}
            raise BadInput(
                [Finding(id, f"{names[id]}: 有自动保存的草稿, 还没有保存到评分表; 请保存或者放弃后再签字") for id in left if id in names],
                "评分表尚不能签字",
            )
        with unit_of_work() as work:
            services.sign_sheet(work, services.SignSheet(signed_in(), ocid), clock())
            return done(work, url_for(".show", ocid=ocid), "评分表已签字, 不能再改。")
    except BadInput as refusal:
        return _sheet(row, seat, None, refusal), refusal.status


@room.get("/tenders/<ocid>/ranking")
def ranking(ocid: str) -> str:
    return _ranking(ocid)


@room.post("/tenders/<ocid>/ranking/correction")
def correct(ocid: str) -> Response | tuple[str, int]:
    row, _ = _tender(ocid)
    sent = request.form
    part, bid = sent.get("part", ""), sent.get("bid", "")
    rubric = row.facts().rubric
    try:
        known = [each for each in rubric.parts() if each.id == part] if rubric is not None else []
        if not known or not number(bid):
            raise BadInput([Finding("part", "没有这一项评分")], "更正未能保存")
        values, _, problems = read_controls(known, sent, prefix=f"{bid}.")
        if problems or part not in values:
            raise BadInput(problems or [Finding("value", "请填写更正后的评分")], "更正未能保存")
        with unit_of_work() as work:
            command = services.CorrectMark(signed_in(), ocid, number(bid), part, values[part], sent.get("reason", ""))
            services.correct_mark(work, command, clock())
            return done(work, url_for(".ranking", ocid=ocid), "更正已记录, 排序已重新计算; 原评分仍保留。")
    except BadInput as refusal:
        return _ranking(ocid, refusal), refusal.status


@room.post("/tenders/<ocid>/ranking/explanation")
def judge(ocid: str) -> Response | tuple[str, int]:
    sent = request.form
    bid, accepted = sent.get("bid", ""), sent.get("accepted", "")
    try:
        if not number(bid) or accepted not in ("yes", "no"):
            raise BadInput([Finding("accepted", "请选择说明是否成立", cites="财政部令第87号 第六十条")], "认定未能保存")
        with unit_of_work() as work:
            command = services.JudgeExplanation(signed_in(), ocid, number(bid), accepted == "yes", sent.get("reason", ""))
            services.judge_explanation(work, command, clock())
            return done(work, url_for(".ranking", ocid=ocid), "认定已记录, 排序已重新计算。")
    except BadInput as refusal:
        return _ranking(ocid, refusal), refusal.status


@room.post("/tenders/<ocid>/ranking/sign")
def sign_ranking(ocid: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            services.sign_ranking(work, services.SignRanking(signed_in(), ocid), clock())
            return done(work, url_for(".ranking", ocid=ocid), "评标报告已签署, 已向采购人推荐中标候选人。")
    except Unlawful as refusal:
        return _ranking(ocid, refusal), refusal.status


@room.post("/tenders/<ocid>/ranking/fail")
def fail(ocid: str) -> Response | tuple[str, int]:
    try:
        with unit_of_work() as work:
            command = services.FailForTooFewValid(
                signed_in(), ocid, request.form.get("branch", ""), request.form.get("reason", "")
            )
            services.fail_for_too_few_valid(work, command, clock())
            return done(work, url_for("tenders.show", ocid=ocid), "已作废标处理, 理由已告知全部投标人。")
    except (BadInput, Unlawful) as refusal:
        return _ranking(ocid, refusal), refusal.status


@room.get("/tenders/<ocid>/ranking/case.yaml")
def case(ocid: str) -> Response:
    """The case file: with ``flask award rank`` a stranger computes the same totals from it."""
    row, seat = _tender(ocid)
    kept = _kept(row, seat)
    text = yaml.safe_dump(case_file(row, kept), allow_unicode=True, sort_keys=False, width=120)
    answer = Response(text.encode("utf-8"), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{ocid}-case.yaml"'
    return answer


def _tender(ocid: str) -> tuple[TenderRow, MemberRow | None]:
    """The opened tender and the reader's own seat. Raises StillSealed, NotPermitted for who has no part in it."""
    actor = signed_in()
    row, _ = tender_for(reading(), ocid, actor)
    seat = member_of(reading(), ocid, actor.person_id)
    if seat is None:
        must_follow(row, actor)
        if actor.role is Role.EXPERT:
            raise NotPermitted("您不是本项目评标委员会的成员")
    if row.opened_at is None:
        raise StillSealed
    return row, seat


def _own(ocid: str) -> tuple[TenderRow, MemberRow]:
    row, seat = _tender(ocid)
    if seat is None:
        raise NotPermitted("您不是本项目评标委员会的成员")
    return row, seat


def _draft(session: Session, seat: MemberRow, bid_id: int) -> Draft:
    return Draft(signed_in(), FORM, f"{seat.ocid}/{bid_id}", base_of(session, seat.id, bid_id))


def _open_to_marks(row: TenderRow) -> None:
    if Review.CONFORMITY not in signed_reviews(reading(), row.ocid):
        raise WrongStage("符合性审查尚未签字, 还不能评分（财政部令第87号 第五十条）")


def _sheet(row: TenderRow, seat: MemberRow, bid_id: int | None, refusal: Refusal | None = None, *, typed: bool = False) -> str:
    _open_to_marks(row)
    session = reading()
    found = own_drafts(session, signed_in(), FORM, f"{row.ocid}/")
    drafted = frozenset(found)
    page = sheet_page(session, row, seat.id, bid_id, request.form if typed else None, drafted=drafted)
    here = page.bid.row.id
    writable = row.stage is Stage.COMMITTEE and not page.signed
    address = url_for(".draft", ocid=row.ocid, bid_id=here)
    draft = _draft(session, seat, here).opened(address, found.get(str(here)), request.form) if writable else None
    if draft is not None and draft.typed is not None and not typed:
        page = sheet_page(session, row, seat.id, here, draft.typed, drafted=drafted, blaming=False)
    due, signed = queries.sheet_counts(session, row.ocid)
    return render_template(
        "procurement/scorings/sheet.html", row=row, page=page, seat=seat, refusal=refusal, due=due, signed=signed,
        writable=writable, draft=draft, price=row.facts().price.weight,
    )  # fmt: skip


def _kept(row: TenderRow, seat: MemberRow | None) -> RankingRow:
    kept = queries.ranking_row(reading(), row.ocid)
    if kept is None:
        if row.stage is Stage.COMMITTEE:
            raise NotPermitted("全部成员签字前, 任何人不得查看他人的评分（财政部令第87号 第五十五条）")
        raise Missing("还没有评审结果")
    return kept


def _ranking(ocid: str, refusal: Refusal | None = None) -> str:
    actor = signed_in()
    row, seat = _tender(ocid)
    kept = _kept(row, seat)
    scored = row.stage is Stage.SCORED
    page = ranking_page(reading(), row, kept, seat, open_to_correction=scored)
    return render_template(
        "procurement/scorings/ranking.html", row=row, page=page, refusal=refusal, branches=BRANCHES,
        leads=seat is not None and seat.leader and scored, buys=_buys(row, actor), sent=request.form,
        rates=page.tender.price.form is PriceForm.DISCOUNT_RATE, weight=page.tender.price.weight,
        candidates=min(len(page.lines), page.tender.award.candidates),
        files=[name for name in ("bid_report", "bid_scores") if f"jobs.{name}" in current_app.view_functions],
    )  # fmt: skip


def _buys(row: TenderRow, actor: Actor) -> bool:
    return actor.buys_for(row.buyer_id)
