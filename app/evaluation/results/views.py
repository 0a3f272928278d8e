"""Pages of the results: the public list, one result with its working, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import Actor
from app.accounts.policy import Access, who_may
from app.evaluation.results import queries, services
from app.evaluation.results.forms import AnswerForm, MendForm, ObjectForm, OrderForm, StateForm, StepForm
from app.evaluation.results.listing import RESULTS, asked
from app.evaluation.results.queries import ResultFile
from app.evaluation.results.services import Compute
from app.evaluation.schemes.line import line_of
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.freshness import fresh
from app.web.identity import signed_in, the_actor
from app.web.once import done
from app.web.plain_text import number
from evaluation.grid import Aspect, Grid, grid_of
from evaluation.kind import Kind, Party
from evaluation.result import RESULT, ResultStage, publicity_ends, statement_due
from kernel.refusal import Missing, Refusal
from kernel.role import Role
from law import law_at
from reports.chart import Bar, Rated, Raters, Scores, Web
from rubric.aggregation import Line

room = Blueprint("results", __name__)
navigation.add("评估结果", "results.index", 45)

ACT_PAGES = {
    # act of the table      page on which it is done
    "state": "results.state",
    "lapse": "results.lapse",
    "publish": "results.publish",
    "object": "results.object_to",
    "finalise": "results.finalise",
    "withdraw": "results.withdraw",
    "apply": "handoffs.apply",
}
ON_A_PAGE = frozenset({"state", "object"})


@dataclass(frozen=True)
class Button:
    """One act that the reader may take now. ``page``: it asks for more on a page of its own."""

    zh: str
    url: str
    cites: str
    page: bool


@dataclass(frozen=True)
class Row:
    """One dimension as the table prints it: each rater's points, the mean, and what is to be said of it."""

    line: Line
    by_rater: tuple[Fraction | None, ...]
    note: str


@room.get("/results")
def index() -> Response:
    actor, wanted, said = the_actor(), RESULTS.wanted(request.args), asked(request.args)
    found = queries.results_for(
        reading(), actor, text=said.text, kind=said.kind, grade=said.grade, year=said.year, stage=said.stage,
        before=number(wanted.after), limit=wanted.limit(queries.PAGE),
    )  # fmt: skip
    if wanted.form:
        return fresh(RESULTS.file(wanted, found, said=said.said()))
    page = RESULTS.page(wanted, found, queries.PAGE, lambda line: line.id)
    stages = [stage for stage in ResultStage if actor or stage in queries.PUBLIC_STAGES]
    return fresh(
        render_template(
            "evaluation/results/index.html", page=page, asked=said, kinds=[kind for kind in Kind if kind.decides], stages=stages,
            grades=queries.grades(reading(), actor),
        )
    )  # fmt: skip


@room.get("/results/<int:result_id>")
def show(result_id: int) -> Response:
    actor, session, today = the_actor(), reading(), clock().date()
    file = queries.result_for(session, result_id, actor, today)
    law, bars, table = law_at(today), _bars(file), _rows(file)
    ends = publicity_ends(file.result, law)
    concerned = actor is not None and actor.organisation_id in (
        file.case.scheme.body_id, file.case.subject.buyer_id, file.case.subject.supplier_id,
    )  # fmt: skip
    page = render_template(
        "evaluation/results/show.html", file=file, row=file.row, case=file.case, scheme=file.scheme, score=file.score, year=file.year,
        line=_line(file), table=table, web=Web(bars), bars=Scores(bars), raters=_raters(file, table),
        band=_band(file), consequence=file.consequence, final=file.row.final_at is not None,
        ends=ends, days=law.calendar.working_days_between(today, ends) if ends and today <= ends else None,
        due=statement_due(file.result, law), buttons=buttons(file, actor, today), form=StepForm(version=str(file.row.version)),
        concerned=concerned, others=queries.results_of_subject(session, file.case.subject.id, actor),
        grid=_grid(file), aspects=list(Aspect), parties=list(Party), leads=_leads(file, actor), actor=actor,
    )  # fmt: skip
    return fresh(page)


@room.post("/evaluations/<int:scheme_id>/compute")
def compute(scheme_id: int) -> Response:
    with unit_of_work() as work:
        row = services.compute_result(work, Compute(signed_in(), scheme_id), clock())
        return done(work, url_for(".show", result_id=row.id), "结果已由系统按签名的评分表计算。")


@room.get("/evaluations/<int:scheme_id>/result")
def of_scheme(scheme_id: int) -> str:
    row = queries.result_of_scheme(reading(), scheme_id)
    if row is None:
        raise Missing("这一评估尚未计算结果")
    return show(row.id)


@room.route("/results/<int:result_id>/statement", methods=["GET", "POST"])
def state(result_id: int) -> Response | str | tuple[str, int]:
    actor = signed_in()
    file = queries.result_for(reading(), result_id, actor, clock().date())
    if actor.organisation_id != file.case.subject.supplier_id:
        raise Missing("没有这一评估结果, 或者它尚未公示")
    return _on_a_page(result_id, StateForm(), services.state, "state.html", "陈述已提交。")


@room.route("/results/<int:result_id>/objection", methods=["GET", "POST"])
def object_to(result_id: int) -> Response | str | tuple[str, int]:
    actor, form = signed_in(), ObjectForm()
    if not form.is_submitted():
        form.name.data = f"{actor.organisation_name} {actor.name}"
    return _on_a_page(result_id, form, services.object_to, "object.html", "异议已提交, 将书面答复。")


@room.route("/results/<int:result_id>/objections/<int:objection_id>/answer", methods=["GET", "POST"])
def answer(result_id: int, objection_id: int) -> Response | str | tuple[str, int]:
    file = _of_those_who_lead(result_id)
    objection = next((each for each in file.objections if each.id == objection_id), None)
    if objection is None:
        raise Missing("没有这一异议")
    return _on_a_page(result_id, AnswerForm(), services.answer, "answer.html", "答复已记录。", key=objection_id, objection=objection)


@room.route("/results/<int:result_id>/rectifications/new", methods=["GET", "POST"])
def order(result_id: int) -> Response | str | tuple[str, int]:
    _of_those_who_lead(result_id)
    return _on_a_page(result_id, OrderForm(), services.order_rectification, "order.html", "整改要求已提出。")


@room.route("/results/<int:result_id>/rectifications/<int:rectification_id>", methods=["GET", "POST"])
def mend(result_id: int, rectification_id: int) -> Response | str | tuple[str, int]:
    actor = signed_in()
    file = queries.result_for(reading(), result_id, actor, clock().date())
    item = next((each for each in file.rectifications if each.id == rectification_id), None)
    if item is None or actor.organisation_id != file.case.subject.supplier_id:
        raise Missing("没有这一整改事项")
    return _on_a_page(result_id, MendForm(), services.mend, "mend.html", "整改情况已报告。", key=rectification_id, item=item)


@room.post("/results/<int:result_id>/lapse")
def lapse(result_id: int) -> Response:
    return _step(result_id, services.lapse, "陈述期已届满, 可以公示。")


@room.post("/results/<int:result_id>/publish")
def publish(result_id: int) -> Response:
    return _step(result_id, services.publish, "结果已公示。")


@room.post("/results/<int:result_id>/finalise")
def finalise(result_id: int) -> Response:
    return _step(result_id, services.finalise, "结果已确定。")


@room.post("/results/<int:result_id>/withdraw")
def withdraw(result_id: int) -> Response:
    return _step(result_id, services.withdraw, "结果已撤销, 可以另行评估。")


def _step(result_id: int, act: Callable[..., object], said: str) -> Response:
    command = StepForm().command(signed_in(), result_id)
    with unit_of_work() as work:
        act(work, command, clock())
        return done(work, url_for(".show", result_id=result_id), said)


def _on_a_page(
    result_id: int, form: Any, act: Callable[..., object], page: str, said: str, *, key: int | None = None, **shown: Any
) -> Response | str | tuple[str, int]:
    """A form of its own page: shown, refused with everything kept, or done."""
    file = queries.result_for(reading(), result_id, signed_in(), clock().date())
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                act(work, form.command(signed_in(), result_id if key is None else key), clock())
                return done(work, url_for(".show", result_id=result_id), said)
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    law = law_at(clock().date())
    return render_template(
        f"evaluation/results/{page}", form=form, file=file, row=file.row, case=file.case,
        due=statement_due(file.result, law), ends=publicity_ends(file.result, law), **shown,
    ), status  # fmt: skip


def _of_those_who_lead(result_id: int) -> ResultFile:
    actor = signed_in()
    file = queries.result_for(reading(), result_id, actor, clock().date())
    if not _leads(file, actor):
        raise Missing("没有这一评估结果, 或者它尚未公示")
    return file


def _leads(file: ResultFile, actor: Actor | None) -> bool:
    """Whether the reader acts for the body or the buyer: an evaluator of the same body only scores."""
    if actor is None or actor.role not in (Role.EVALUATION_BODY, Role.BUYER):
        return False
    return actor.organisation_id in (file.case.scheme.body_id, file.case.subject.buyer_id)


def buttons(file: ResultFile, actor: Actor | None, today: date) -> list[Button]:
    """The steps of the table that the reader may take now, drawn from it; those that only wait for a day are not shown."""
    if actor is None:
        return []
    found, law = [], law_at(today)
    for step in RESULT.steps_from(file.row.stage, actor.role):
        endpoint = ACT_PAGES.get(step.act, "")
        who = who_may(endpoint)
        if endpoint not in current_app.view_functions or not who or not (isinstance(who, Access) or actor.role in who):
            continue
        if step.act not in ("object", "state") and not _leads(file, actor):
            continue
        if step.act == "state" and actor.organisation_id != file.case.subject.supplier_id:
            continue
        if step.act not in ON_A_PAGE:
            try:
                RESULT.take(file.result, step.act, by=actor.role, law=law)
            except Refusal:
                continue
        found.append(Button(step.zh, url_for(endpoint, result_id=file.row.id), step.cites, step.act in ON_A_PAGE))
    return found


def _line(file: ResultFile) -> list[tuple[str, str, str]]:
    row = file.row
    return line_of(
        file.case.scheme, computed=row.computed_at, heard=row.heard_at, published=row.published_at, final=row.final_at,
        applied=row.applied_at,
    )  # fmt: skip


def _rows(file: ResultFile) -> list[Row]:
    """One row per dimension: Σ of its leaves for every rater, and the folded points."""
    raters = [each.sheet.rater for each in file.sheets]
    found = []
    for line in file.score.lines:
        sums: dict[str, Fraction | None] = dict.fromkeys(raters)
        for leaf in (each for each in line.walk() if each.is_leaf):
            for mark in leaf.marks:
                if mark.points is not None:
                    sums[mark.rater] = (sums[mark.rater] or Fraction(0)) + mark.points
        left_out = [leaf.name for leaf in line.walk() if leaf.is_leaf and leaf.note.startswith("不适用")]
        note = line.note or (f"不适用: {'、'.join(left_out)}" if left_out else "")
        found.append(Row(line, tuple(sums[rater] for rater in raters), note))
    return found


def _bars(file: ResultFile) -> tuple[Bar, ...]:
    return tuple(Bar(line.name, line.points, line.weight) for line in file.score.lines if line.weight)


def _raters(file: ResultFile, table: list[Row]) -> Raters:
    """Who gave how much, as the table says it. A result exists only once all have signed."""
    rated = (Rated(row.line.name, row.line.weight, row.by_rater, row.line.points) for row in table if row.line.weight)
    return Raters(tuple(each.sheet.rater for each in file.sheets), tuple(rated), "各评估人员得分率", "名评估人员")


def _band(file: ResultFile) -> Any:
    bands = file.scheme.measure.grades
    return next((band for band in bands.bands if band.grade == file.row.grade), None) if bands else None


def _grid(file: ResultFile) -> Grid | None:
    return grid_of(file.scheme.measure, file.score) if file.scheme.kind is Kind.COMPREHENSIVE else None
