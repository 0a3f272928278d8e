"""Pages of the score sheets: declare, score leaf by leaf, sign; and all sheets side by side once all are signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.drafts.form import PUT_AWAY, Draft
from app.drafts.queries import own_drafts
from app.drafts.services import Overtaken
from app.evaluation.assignments import queries as assignments
from app.evaluation.assignments import services as assignment_services
from app.evaluation.assignments.forms import DeclareForm
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.sheets import queries, services
from app.evaluation.sheets.desk import Desk, LeafForm, base_of, desk_of, with_typed
from app.evaluation.sheets.services import MarkLeaf, SignSheet
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done, repeatable
from evaluation.assignment import AssignmentStage
from evaluation.scheme import SchemeStage
from kernel.refusal import BadInput, Missing, NotPermitted, Refusal, WrongStage
from rubric.aggregation import aggregate
from rubric.criterion import Criterion

room = Blueprint("sheets", __name__)

FORM = "evaluation"
"""The drafts of this room: subjects are ``<assignment>/<leaf>``."""


@room.route("/assignments/<int:assignment_id>/declaration", methods=["GET", "POST"])
def declaration(assignment_id: int) -> Response | str | tuple[str, int]:
    actor = signed_in()
    place = assignments.place_of(reading(), assignment_id, actor)
    form = DeclareForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                if form.answer.data == "none":
                    services.declare_and_open(work, form.declaration(actor, assignment_id), clock())
                    return done(work, url_for(".show", assignment_id=assignment_id), "声明已签署, 可以查阅材料。")
                assignment_services.recuse(work, form.recusal(actor, assignment_id), clock())
                return done(work, url_for("assignments.index"), "您已回避, 由评估机构另行指派。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/sheets/declaration.html", form=form, place=place), status


@room.get("/assignments/<int:assignment_id>/sheet")
def show(assignment_id: int) -> Response | str | tuple[str, int]:
    desk = _desk(assignment_id)
    stage = desk.place.assignment.stage
    if stage is AssignmentStage.ASSIGNED:
        return redirect(url_for(".declaration", assignment_id=assignment_id), 303)
    if not stage.may_open_documents:
        raise NotPermitted("您已回避, 不能再查阅材料和评分表（政府采购法实施条例 第九条）")
    leaf = desk.leaf(request.args.get("leaf", ""))
    if leaf is None:
        leaf = next((each for each in desk.leaves if desk.open(each)), desk.leaves[0])
    return _page(desk, leaf)


@room.post("/assignments/<int:assignment_id>/sheet/<leaf_id>")
def mark(assignment_id: int, leaf_id: str) -> Response | str | tuple[str, int]:
    desk, leaf = _leaf(assignment_id, leaf_id)
    form = LeafForm.typed(leaf, request.form)
    try:
        with unit_of_work() as work:
            held = queries.marks_with_times(work.session, desk.sheet.id) if desk.sheet else {}
            _draft(desk, leaf, {part: at for part, (_, at) in held.items()}).closed(work, request.form)
            command = MarkLeaf(signed_in(), assignment_id, leaf_id, form.entries(), form.reason, form.pieces())
            services.mark_leaf(work, command, clock())
            onward = desk.next_after(leaf) or leaf
            return done(work, url_for(".show", assignment_id=assignment_id, leaf=onward.id), f"“{leaf.name}”已保存。")
    except (BadInput, Overtaken) as refusal:
        return _page(desk, leaf, form, refusal)


@room.post("/assignments/<int:assignment_id>/sheet/<leaf_id>/draft")
@repeatable
def draft(assignment_id: int, leaf_id: str) -> Response:
    """Keep what was typed at one leaf, or put it away. No mark is saved by it, and it is in no log."""
    desk, leaf = _leaf(assignment_id, leaf_id)
    mine = _draft(desk, leaf, desk.saved)
    if PUT_AWAY in request.form:
        mine.put_away()
        return redirect(url_for(".show", assignment_id=assignment_id, leaf=leaf_id), 303)
    if not _writable(desk):
        raise WrongStage("现在不能评分: 评估尚未开始, 或者评分表已签名")
    return mine.saved(request.form, with_typed(desk, leaf, LeafForm.typed(leaf, request.form)).shown(leaf))


@room.route("/assignments/<int:assignment_id>/sheet/sign", methods=["GET", "POST"])
def sign(assignment_id: int) -> Response | str | tuple[str, int]:
    desk, form = _desk(assignment_id), RoomForm()
    drafted = own_drafts(reading(), signed_in(), FORM, f"{assignment_id}/")
    if form.validate_on_submit():
        try:
            if drafted:
                raise BadInput((), "还有自动保存的草稿没有保存到评分表; 请保存或者放弃后再签名")
            with unit_of_work() as work:
                services.sign_sheet(work, SignSheet(signed_in(), assignment_id), clock())
                return done(work, url_for("assignments.index"), "评分表已签名。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/sheets/sign.html", form=form, desk=desk, place=desk.place, drafted=drafted), status


@room.get("/evaluations/<int:scheme_id>/sheets")
def side_by_side(scheme_id: int) -> str:
    actor, session, today = signed_in(), reading(), clock().date()
    case = schemes.case_for(session, scheme_id, actor)
    signed = queries.signed_sheets(session, scheme_id)
    scheme = case.scheme.facts(case.subject.facts(), rubric_of(case.rubric.text), today)
    score = aggregate(scheme.measure, [each.sheet for each in signed])
    return render_template(
        "evaluation/sheets/side_by_side.html", case=case, row=case.scheme, signed=signed, lines=list(score.walk()),
        marks={line.id: {m.rater: m for m in line.marks} for line in score.leaf_lines()}, rubric=scheme.measure,
    )  # fmt: skip


def _desk(assignment_id: int) -> Desk:
    return desk_of(reading(), assignment_id, signed_in(), clock())


def _leaf(assignment_id: int, leaf_id: str) -> tuple[Desk, Criterion]:
    desk = _desk(assignment_id)
    leaf = desk.leaf(leaf_id)
    if leaf is None:
        raise Missing("没有由您评分的这一指标")
    return desk, leaf


def _writable(desk: Desk) -> bool:
    return desk.place.assignment.stage is AssignmentStage.DECLARED and desk.place.scheme.stage is SchemeStage.IN_PROGRESS


def _draft(desk: Desk, leaf: Criterion, saved: Mapping[str, datetime]) -> Draft:
    return Draft(signed_in(), FORM, f"{desk.place.assignment.id}/{leaf.id}", base_of(saved, leaf))


def _page(desk: Desk, leaf: Criterion, form: LeafForm | None = None, refusal: Refusal | None = None) -> tuple[str, int]:
    """The desk at one leaf; after a refusal with everything as it was typed, else the draft that was found."""
    assignment = desk.place.assignment
    drafted = own_drafts(reading(), signed_in(), FORM, f"{assignment.id}/")
    draft = None
    if _writable(desk):
        address = url_for(".draft", assignment_id=assignment.id, leaf_id=leaf.id)
        draft = _draft(desk, leaf, desk.saved).opened(address, drafted.get(leaf.id), request.form)
    found = form or LeafForm.saved(leaf, desk.marks)
    if form is None and draft is not None and draft.typed is not None:
        found = LeafForm.typed(leaf, draft.typed)
    if found.controls and (form is not None or (draft is not None and draft.typed is not None)):
        desk = with_typed(desk, leaf, found)
    findings = refusal.findings if refusal is not None else ()
    others = [finding.sentence() for finding in findings if finding.field not in found.controls]
    if refusal is not None and not findings:
        others = [refusal.message]
    at = desk.leaves.index(leaf)
    return render_template(
        "evaluation/sheets/show.html", desk=desk, place=desk.place, leaf=leaf, form=found.blamed(findings), problems=others,
        points=desk.points.get(leaf.id), draft=draft, restored=form is None,
        drafted=drafted,
        before=desk.leaves[at - 1] if at else None, after=desk.leaves[at + 1] if at + 1 < len(desk.leaves) else None,
        writable=assignment.stage is AssignmentStage.DECLARED, begun=desk.place.scheme.stage is SchemeStage.IN_PROGRESS,
    ), refusal.status if refusal is not None else 200  # fmt: skip
