"""Pages of the schemes: what waits for one, the list, one scheme with its rubric, drafting, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import Actor
from app.accounts.policy import Access, who_may
from app.evaluation.rubrics.queries import usable
from app.evaluation.rubrics.text import rubric_of
from app.evaluation.schemes import queries, services
from app.evaluation.schemes.forms import AbandonForm, SchemeForm, StepForm
from app.evaluation.schemes.line import line_of
from app.evaluation.schemes.models import SchemeRow
from app.evaluation.schemes.services import RedraftScheme
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from evaluation.kind import Use
from evaluation.scheme import SCHEME, Scheme, SchemeStage
from kernel.refusal import Finding, Refusal
from kernel.role import Role
from law import law_at

room = Blueprint("schemes", __name__)
navigation.add("评估", "schemes.index", 40)

ACT_PAGES = {
    # act of the table      page on which it is done
    "approve": "schemes.approve",
    "publish": "schemes.publish",
    "begin": "assignments.begin",
    "abandon": "schemes.abandon",
}
QUIET = frozenset({"abandon"})
LEADING = frozenset({Role.EVALUATION_BODY, Role.BUYER})
"""Who leads an evaluation; an evaluator of the same body scores, and sees no other sheet."""


@dataclass(frozen=True)
class Button:
    """One act that the reader may take now. ``page``: it asks for more on a page of its own."""

    act: str
    zh: str
    url: str
    cites: str
    page: bool


@room.get("/evaluations")
def index() -> str:
    actor, session = signed_in(), reading()
    before = number(request.args.get("before"))
    found = queries.schemes_for(session, actor, before=before)
    lines = found[: queries.PAGE]
    onward = url_for(".index", before=lines[-1].id) if len(found) > queries.PAGE else ""
    drafts = actor.role in (Role.EVALUATION_BODY, Role.BUYER)
    subjects = queries.subjects_for(session, actor) if drafts and not before else []
    return render_template("evaluation/schemes/index.html", lines=lines, onward=onward, subjects=subjects, drafts=drafts)


@room.get("/evaluations/<int:scheme_id>")
def show(scheme_id: int) -> str:
    actor, session, today = signed_in(), reading(), clock().date()
    case = queries.case_for(session, scheme_id, actor)
    scheme = case.scheme.facts(case.subject.facts(), rubric_of(case.rubric.text), today)
    return render_template(
        "evaluation/schemes/show.html", case=case, row=case.scheme, scheme=scheme, rubric=scheme.measure,
        line=line_of(case.scheme), buttons=buttons(case.scheme, actor), form=StepForm(version=str(case.scheme.version)),
        leads=actor.role in LEADING and actor.organisation_id in (case.scheme.body_id, case.subject.buyer_id),
        uses=[u for u in Use if u in scheme.uses],
        findings=outstanding(scheme),
    )  # fmt: skip


@room.route("/subjects/<int:subject_id>/schemes/new", methods=["GET", "POST"])
def new(subject_id: int) -> Response | str | tuple[str, int]:
    actor, session = signed_in(), reading()
    subject = queries.subject_for(session, subject_id, actor)
    form = SchemeForm()
    form.offer(subject.kind, usable(session, [subject.body_id, subject.buyer_id]))
    if form.validate_on_submit():
        try:
            command = form.command(actor, subject_id)
            with unit_of_work() as work:
                row = services.draft_scheme(work, command, clock())
                return done(work, url_for(".show", scheme_id=row.id), "方案已保存为草稿, 请由另一名工作人员批准。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/schemes/new.html", form=form, subject=subject.facts(), row=None), status


@room.route("/evaluations/<int:scheme_id>/redraft", methods=["GET", "POST"])
def redraft(scheme_id: int) -> Response | str | tuple[str, int]:
    actor, session = signed_in(), reading()
    case = queries.case_for(session, scheme_id, actor)
    form = SchemeForm()
    form.offer(case.subject.kind, usable(session, [case.subject.body_id, case.subject.buyer_id]))
    if not form.is_submitted():
        form.fill(case.scheme)
    elif form.validate_on_submit():
        try:
            shown = form.version.data or ""
            draft = form.command(actor, case.subject.id)
            command = RedraftScheme(draft, scheme_id, number(shown))
            with unit_of_work() as work:
                services.redraft_scheme(work, command, clock())
                return done(work, url_for(".show", scheme_id=scheme_id), "方案已修改, 请由另一名工作人员批准。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/schemes/new.html", form=form, subject=case.subject.facts(), row=case.scheme), status


@room.post("/evaluations/<int:scheme_id>/approve")
def approve(scheme_id: int) -> Response:
    return _step(scheme_id, services.approve_scheme, "方案已批准, 指标体系已冻结。")


@room.post("/evaluations/<int:scheme_id>/publish")
def publish(scheme_id: int) -> Response:
    return _step(scheme_id, services.publish_scheme, "方案已告知被评估机构。")


@room.route("/evaluations/<int:scheme_id>/abandon", methods=["GET", "POST"])
def abandon(scheme_id: int) -> Response | str | tuple[str, int]:
    actor = signed_in()
    case = queries.case_for(reading(), scheme_id, actor)
    form = AbandonForm(version=str(case.scheme.version))
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                services.abandon_scheme(work, form.command(actor, scheme_id), form.reason.data, clock())
                return done(work, url_for(".show", scheme_id=scheme_id), "方案已终止。")
        except Refusal as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/schemes/abandon.html", form=form, row=case.scheme), status


def _step(scheme_id: int, act: Callable[..., object], said: str) -> Response:
    command = StepForm().command(signed_in(), scheme_id)
    with unit_of_work() as work:
        act(work, command, clock())
        return done(work, url_for(".show", scheme_id=scheme_id), said)


def buttons(row: SchemeRow, actor: Actor) -> list[Button]:
    """The steps of the table that the reader may take now, drawn from it."""
    found = []
    for step in SCHEME.steps_from(row.stage, actor.role):
        endpoint = ACT_PAGES.get(step.act, "")
        who = who_may(endpoint)
        if endpoint in current_app.view_functions and who and (isinstance(who, Access) or actor.role in who):
            found.append(Button(step.act, step.zh, url_for(endpoint, scheme_id=row.id), step.cites, step.act in QUIET))
    return found


def outstanding(scheme: Scheme) -> list[Finding]:
    """On a draft: everything that approval would refuse or warn of, except that a second person must do it."""
    if scheme.stage is not SchemeStage.DRAFT:
        return []
    law, somebody_else = law_at(scheme.today), replace(scheme, approved_by=-1)
    [step] = [step for step in SCHEME.steps_from(SchemeStage.DRAFT) if step.act == "approve"]
    found: list[Finding] = []
    for condition in step.conditions:
        said = condition(somebody_else, law)
        found.extend([said] if isinstance(said, Finding) else said or ())
    return found
