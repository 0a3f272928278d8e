"""Pages of the rubrics: the list with the library, one rubric with its rules and faults, importing."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.evaluation.rubrics import queries, services
from app.evaluation.rubrics.forms import KeepForm
from app.evaluation.rubrics.services import KeepRubric
from app.evaluation.rubrics.text import library_entry, rubric_of, shelf
from app.store import reading, unit_of_work
from app.web import navigation
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from app.web.plain_text import number
from kernel.refusal import BadInput, Stale
from rubric.fault import faults, totals

room = Blueprint("rubrics", __name__)
navigation.add("指标体系", "rubrics.index", 42)


@room.get("/rubrics")
def index() -> str:
    actor = signed_in()
    before = number(request.args.get("before"))
    found = queries.rubrics_for(reading(), actor, before=before)
    lines = found[: queries.PAGE]
    onward = url_for(".index", before=lines[-1].id) if len(found) > queries.PAGE else ""
    may_keep = actor.role in services.KEEPERS
    return render_template(
        "evaluation/rubrics/index.html", lines=lines, onward=onward, may_keep=may_keep, shelf=() if before else shelf()
    )


@room.get("/rubrics/<int:rubric_id>")
def show(rubric_id: int) -> str:
    row = queries.rubric_for(reading(), rubric_id, signed_in())
    rubric = rubric_of(row.text)
    return render_template(
        "evaluation/rubrics/show.html", row=row, rubric=rubric, faults=faults(rubric), totals=totals(rubric)
    )


@room.get("/rubrics/library/<code>")
def library_show(code: str) -> str:
    entry = library_entry(code)
    return render_template(
        "evaluation/rubrics/library.html", entry=entry, rubric=entry.rubric, faults=faults(entry.rubric),
         may_keep=signed_in().role in services.KEEPERS,
    )  # fmt: skip


@room.post("/rubrics/library/<code>/keep")
def keep_from_library(code: str) -> Response:
    command = KeepRubric(signed_in(), library_entry(code).text, "library")
    with unit_of_work() as work:
        row = services.keep_rubric(work, command, clock())
        return done(work, url_for(".show", rubric_id=row.id), "已从指标库导入。")


@room.route("/rubrics/new", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    form = KeepForm()
    if form.validate_on_submit():
        try:
            command = form.command(signed_in())
            with unit_of_work() as work:
                row = services.keep_rubric(work, command, clock())
                said = "指标体系已导入。" if not row.faults else f"指标体系已导入, 有 {row.faults} 处缺陷须改正后才能用于评分。"
                return done(work, url_for(".show", rubric_id=row.id), said)
        except (BadInput, Stale) as refusal:
            form.explain(refusal)
    status = 422 if form.is_submitted() else 200
    return render_template("evaluation/rubrics/new.html", form=form), status
