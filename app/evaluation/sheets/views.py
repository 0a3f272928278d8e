"""Pages of the score sheets: declare, score leaf by leaf, sign; and all sheets side by side once all are signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.evaluation.assignments import queries as assignments
from app.evaluation.assignments import services as assignment_services
from app.evaluation.assignments.forms import DeclareForm
from app.evaluation.assignments.queries import Place
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.sheets import queries, services
from app.evaluation.sheets.controls import controls_of, entered_before, sent_to
from app.evaluation.sheets.services import Entry, MarkLeaf, SignSheet
from app.store import reading, unit_of_work
from app.web.clock import clock
from app.web.forms import RoomForm
from app.web.identity import signed_in
from app.web.once import done
from evaluation.assignment import AssignmentStage
from kernel.refusal import BadInput, Missing, NotPermitted, Refusal
from rubric.aggregation import LeafMark, aggregate, score_sheet
from rubric.criterion import Criterion, Rubric
from rubric.sheet import Mark, Sheet

room = Blueprint("sheets", __name__)


@dataclass(frozen=True)
class Desk:
    """One evaluator's desk: the place, the rubric, the marks so far, and what they amount to."""

    place: Place
    rubric: Rubric
    leaves: tuple[Criterion, ...]
    marks: Mapping[str, Mark]
    points: Mapping[str, LeafMark]
    missing: tuple[str, ...]

    @property
    def total(self) -> Fraction:
        return sum((mark.points or Fraction(0) for mark in self.points.values()), Fraction(0))

    @property
    def scored(self) -> Fraction:
        """Full marks of the leaves that count so far; 不适用 leaves are outside."""
        counted = {id for id, mark in self.points.items() if mark.points is not None}
        return sum((leaf.weight or Fraction(0) for leaf in self.leaves if leaf.id in counted), Fraction(0))

    @property
    def done(self) -> int:
        return len(self.leaves) - len(self.missing)

    def open(self, leaf: Criterion) -> bool:
        return leaf.label in self.missing

    def next_after(self, leaf: Criterion) -> Criterion | None:
        """The next leaf without a mark, from here on and then from the start; None when there is none."""
        at = self.leaves.index(leaf)
        return next((each for each in (*self.leaves[at + 1 :], *self.leaves[:at]) if self.open(each)), None)


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
    asked = request.args.get("leaf", "")
    leaf = next((each for each in desk.leaves if each.id == asked), None)
    if leaf is None:
        leaf = next((each for each in desk.leaves if desk.open(each)), desk.leaves[0])
    return _page(desk, leaf, entered_before(leaf, desk.marks))


@room.post("/assignments/<int:assignment_id>/sheet/<leaf_id>")
def mark(assignment_id: int, leaf_id: str) -> Response | str | tuple[str, int]:
    desk = _desk(assignment_id)
    leaf = next((each for each in desk.leaves if each.id == leaf_id), None)
    if leaf is None:
        raise Missing("没有由您评分的这一指标")
    sent = request.form
    entered = sent_to(leaf, sent)
    entries = {
        id: Entry(inputs, not_applicable=bool(sent.get(f"na-{id}")), proven=not sent.get(f"np-{id}"))
        for id, inputs in entered.items()
    }
    reason, evidence = sent.get("reason", ""), [line for line in sent.get("evidence", "").splitlines() if line.strip()]
    try:
        with unit_of_work() as work:
            services.mark_leaf(work, MarkLeaf(signed_in(), assignment_id, leaf_id, entries, reason, evidence[:50]), clock())
            onward = desk.next_after(leaf) or leaf
            return done(work, url_for(".show", assignment_id=assignment_id, leaf=onward.id), f"“{leaf.name}”已保存。")
    except BadInput as refusal:
        return _page(desk, leaf, entered, refusal, reason=reason, evidence=evidence)


@room.route("/assignments/<int:assignment_id>/sheet/sign", methods=["GET", "POST"])
def sign(assignment_id: int) -> Response | str | tuple[str, int]:
    desk, form = _desk(assignment_id), RoomForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.sign_sheet(work, SignSheet(signed_in(), assignment_id), clock())
                return done(work, url_for("assignments.index"), "评分表已签名。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/sheets/sign.html", form=form, desk=desk, place=desk.place), status


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
    session = reading()
    place = assignments.place_of(session, assignment_id, signed_in())
    rubric = services.measure(place, clock())
    sheet = queries.sheet_of(session, assignment_id)
    marks = queries.marks_of(session, sheet.id) if sheet else {}
    party = place.assignment.party.zh
    leaves = rubric.leaves_for(party)
    if not leaves:
        raise Missing(f"指标体系中没有由{party}评分的指标")
    points = score_sheet(rubric, Sheet("本人", marks, party=party))
    return Desk(place, rubric, leaves, marks, points, services.unmarked(rubric, marks, party))


def _page(
    desk: Desk, leaf: Criterion, entered: Mapping[str, Mapping[str, Any]], refusal: BadInput | None = None,
    *, reason: str | None = None, evidence: list[str] | None = None,
) -> tuple[str, int]:  # fmt: skip
    """The desk at one leaf; after a refusal with everything as it was typed."""
    ids = {part.id for part in leaf.parts} | set(leaf.gates)
    problems = {f.field: f.sentence() for f in refusal.findings if f.field in ids} if refusal else {}
    others = [f.sentence() for f in refusal.findings if f.field not in ids] if refusal else []
    saved = next((desk.marks[part.id] for part in leaf.parts if part.id in desk.marks), Mark())
    if refusal is None:
        flags = {id: (desk.marks[id].not_applicable, not desk.marks[id].proven) for id in ids if id in desk.marks}
    else:
        flags = {id: (bool(request.form.get(f"na-{id}")), bool(request.form.get(f"np-{id}"))) for id in ids}
    at = desk.leaves.index(leaf)
    return render_template(
        "evaluation/sheets/show.html", desk=desk, place=desk.place, leaf=leaf, problems=others, flags=flags,
        controls=controls_of(leaf, entered, problems), points=desk.points.get(leaf.id),
        reason=saved.reason if reason is None else reason,
        evidence="\n".join([piece.name for piece in saved.evidence] if evidence is None else evidence),
        before=desk.leaves[at - 1] if at else None, after=desk.leaves[at + 1] if at + 1 < len(desk.leaves) else None,
        writable=desk.place.assignment.stage is AssignmentStage.DECLARED,
        begun=desk.place.scheme.stage.value == "in_progress",
    ), 422 if refusal else 200  # fmt: skip
