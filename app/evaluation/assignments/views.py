"""Pages of the assignments: the panel of a scheme, beginning, recusing, and one's own list."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.evaluation.assignments import queries, services
from app.evaluation.assignments.forms import AssignForm, RecuseForm
from app.evaluation.assignments.services import Begin, Recuse
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries as schemes
from app.evaluation.schemes.forms import StepForm
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from evaluation.assignment import AssignmentStage, panel_findings
from evaluation.scheme import SchemeStage
from kernel.refusal import Missing, NotPermitted, Refusal

room = Blueprint("assignments", __name__)
navigation.add("评估任务", "assignments.index", 41)


@room.get("/assignments")
def index() -> str:
    return render_template("evaluation/assignments/index.html", places=queries.own_assignments(reading(), signed_in()))


@room.route("/evaluations/<int:scheme_id>/evaluators", methods=["GET", "POST"])
def show(scheme_id: int) -> Response | str | tuple[str, int]:
    actor, session, now = signed_in(), reading(), clock()
    case = schemes.case_for(session, scheme_id, actor)
    leads = actor.organisation_id in (case.scheme.body_id, case.subject.buyer_id)
    if request.method == "POST" and not leads:
        raise NotPermitted("由主持评估的机构和采购人指派评估人员")
    form = AssignForm()
    open_now = case.scheme.stage in (SchemeStage.APPROVED, SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS)
    if leads and open_now:
        form.offer(queries.candidates(session, case.scheme, case.subject, now))
    if leads and form.validate_on_submit():
        try:
            with unit_of_work() as work:
                made = services.assign(work, form.command(actor, scheme_id), now)
                return done(work, url_for(".show", scheme_id=scheme_id), f"已指派{made.name}, 待本人签署无利害关系声明。")
        except Refusal as refusal:
            form.explain(refusal)
    rows = queries.assignments_of(session, scheme_id)
    scheme = case.scheme.facts(case.subject.facts(), rubric_of(case.rubric.text), now.date())
    seated = queries.sitting(rows)
    all_signed = case.scheme.stage is SchemeStage.IN_PROGRESS and bool(seated)
    all_signed = all_signed and leads and all(row.stage is AssignmentStage.SIGNED for row in seated)
    lacks = panel_findings([queries.evaluator_of(row) for row in seated], scheme.panel)
    return render_template(
        "evaluation/assignments/show.html", case=case, row=case.scheme, rows=rows, form=form, leads=leads, lacks=lacks,
        open_now=open_now, all_signed=all_signed,
    ), 422 if form.is_submitted() else 200  # fmt: skip


@room.post("/evaluations/<int:scheme_id>/begin")
def begin(scheme_id: int) -> Response:
    shown = StepForm().command(signed_in(), scheme_id)
    with unit_of_work() as work:
        services.begin_evaluation(work, Begin(shown.actor, scheme_id, shown.version), clock())
        return done(work, url_for("schemes.show", scheme_id=scheme_id), "评估已开始, 评估人员可以评分。")


@room.route("/evaluations/<int:scheme_id>/evaluators/<int:assignment_id>/recuse", methods=["GET", "POST"])
def recuse(scheme_id: int, assignment_id: int) -> Response | str | tuple[str, int]:
    actor, session = signed_in(), reading()
    case = schemes.case_for(session, scheme_id, actor)
    row = next((each for each in queries.assignments_of(session, scheme_id) if each.id == assignment_id), None)
    if row is None or actor.organisation_id not in (case.scheme.body_id, case.subject.buyer_id):
        raise Missing("没有这一评估任务")
    form = RecuseForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.recuse(work, Recuse(actor, assignment_id, form.reason.data), clock())
                return done(work, url_for(".show", scheme_id=scheme_id), f"{row.name}已回避。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/assignments/recuse.html", form=form, row=row, case=case), status
