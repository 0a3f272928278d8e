"""What the results put on the workbench: to compute, to state, to publish, to answer, to finalise, to apply, to mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.accounts.trail import Trace, as_text
from app.evaluation.assignments.models import AssignmentRow
from app.evaluation.results.models import ObjectionRow, RectificationRow, ResultRow
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from app.store.prepared import Prepared
from app.web import outlook, workbench
from app.web.outlook import Coming, Waiting
from app.web.workbench import Task
from evaluation.assignment import AssignmentStage
from evaluation.result import RESULT, ResultStage
from evaluation.scheme import SchemeStage
from kernel.period import SHANGHAI, Period, Unit, aware
from kernel.role import Role
from law import law_at

NOTICE = "民发〔2015〕88号"


@Prepared
def _all_signed() -> Select[Any]:
    waiting = exists().where(
        AssignmentRow.scheme_id == SchemeRow.id,
        AssignmentRow.stage.in_((AssignmentStage.ASSIGNED, AssignmentStage.DECLARED)),
    )
    computed = exists().where(ResultRow.scheme_id == SchemeRow.id)
    return (
        select(SchemeRow.id, SchemeRow.name, SchemeRow.sheets_due)
        .where(
            SchemeRow.body_id == bindparam("organisation_id"), SchemeRow.stage == SchemeStage.IN_PROGRESS, ~waiting, ~computed
        )
        .order_by(SchemeRow.sheets_due)
        .limit(50)
    )


def results_to_compute(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Evaluations in which everybody has signed and nobody has computed."""
    return [
        Task(
            _end_of(due), f"计算结果: {name}", "全部评估人员已签名, 得分由系统按评分表计算。", NOTICE,
            url_for("assignments.show", scheme_id=id), minutes=3, act="计算",
        )
        for id, name, due in _all_signed.rows(session, organisation_id=actor.organisation_id)
    ]  # fmt: skip


def statements_to_make(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Results on which the agency may still speak."""
    tasks = []
    for id, title, terms, computed in _rows(session, ResultStage.COMPUTED, SubjectRow.supplier_id, actor):
        due = _last_day(computed.date(), terms["statement"])
        tasks.append(Task(
            _end_of(due), f"机构陈述: {title}", "逾期未陈述的, 视为无陈述意见, 结果随后公示。", NOTICE,
            url_for("results.state", result_id=id), minutes=30, act="陈述意见",
        ))  # fmt: skip
    return tasks


def results_to_publish(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Results that were heard, and those whose statement period is over."""
    tasks = [
        Task(None, f"公示结果: {title}", "机构陈述已办结。", NOTICE, url_for("results.show", result_id=id), minutes=3, act="公示")
        for id, title, _, _ in _rows(session, ResultStage.HEARD, SchemeRow.body_id, actor)
    ]
    for id, title, terms, computed in _rows(session, ResultStage.COMPUTED, SchemeRow.body_id, actor):
        if now.date() > _last_day(computed.date(), terms["statement"]):
            tasks.append(Task(
                None, f"陈述期届满: {title}", "被评估机构未在期内陈述。", NOTICE, url_for("results.show", result_id=id), 3, "办理",
            ))  # fmt: skip
    return tasks


@Prepared
def _unanswered() -> Select[Any]:
    return (
        select(ObjectionRow.id, ObjectionRow.name, ResultRow.id, SubjectRow.title)
        .join(ResultRow, ResultRow.id == ObjectionRow.result_id)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(SchemeRow.body_id == bindparam("organisation_id"), ObjectionRow.answered_at.is_(None))
        .order_by(ObjectionRow.id)
        .limit(50)
    )


def objections_to_answer(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Objections without an answer; the result waits for each of them."""
    return [
        Task(
            None, f"答复异议: {title}", f"{name}提出。逐项书面答复以前, 结果不能确定。", NOTICE,
            url_for("results.answer", result_id=result, objection_id=id), minutes=45, act="答复",
        )
        for id, name, result, title in _unanswered.rows(session, organisation_id=actor.organisation_id)
    ]  # fmt: skip


def results_to_decide(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """For the buyer: results whose notice is over, and final ones that wait to be applied."""
    tasks = [
        Task(
            None, f"应用结果: {title}", "结果已确定, 用于结算、续签和履约记录。", "财政部令第102号 第二十一条",
            url_for("results.show", result_id=id), minutes=10, act="应用结果",
        )
        for id, title, _, _ in _rows(session, ResultStage.FINAL, SubjectRow.buyer_id, actor)
    ]  # fmt: skip
    for id, title, terms, published in _rows(session, ResultStage.PUBLISHED, SubjectRow.buyer_id, actor, "published_at"):
        if now.date() > _last_day(published.date(), terms["publicity"]):
            tasks.append(Task(
                None, f"确定结果: {title}", "公示期已届满, 没有未答复的异议。", NOTICE,
                url_for("results.show", result_id=id), minutes=5, act="确定",
            ))  # fmt: skip
    return tasks


@Prepared
def _to_mend() -> Select[Any]:
    return (
        select(RectificationRow.id, RectificationRow.result_id, RectificationRow.found, RectificationRow.due)
        .join(ResultRow, ResultRow.id == RectificationRow.result_id)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(SubjectRow.supplier_id == bindparam("organisation_id"), RectificationRow.done_on.is_(None))
        .order_by(RectificationRow.due)
        .limit(50)
    )


def rectifications_to_make(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What the agency still has to mend."""
    return [
        Task(
            _end_of(due), f"整改: {found[:40]}", "按期整改并报告证明材料。", NOTICE,
            url_for("results.mend", result_id=result, rectification_id=id), minutes=30, act="报告整改",
        )
        for id, result, found, due in _to_mend.rows(session, organisation_id=actor.organisation_id)
    ]  # fmt: skip


@cache
def _unfinished(side: Any) -> Prepared:
    return Prepared(
        lambda: select(
            ResultRow.id, ResultRow.stage, SubjectRow.title, SubjectRow.supplier_name, SubjectRow.buyer_name, OrganisationRow.name,
            SchemeRow.terms, ResultRow.computed_at, ResultRow.heard_at, ResultRow.published_at, ResultRow.final_at,
        )
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .join(OrganisationRow, OrganisationRow.id == SchemeRow.body_id)
        .where(side == bindparam("organisation_id"), ResultRow.stage.in_(_UNFINISHED))
        .order_by(ResultRow.id)
        .limit(100)
    )  # fmt: skip


def results_with_others(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """Results whose next step is somebody else's: to state, to publish, to finalise, to apply. One statement."""
    rows = _unfinished(_side(actor)).rows(session, organisation_id=actor.organisation_id)
    found = []
    for id, stage, title, agency, buyer, body, terms, computed, heard, published, final in rows:
        url, due, since, who, what = url_for("results.show", result_id=id), None, None, "", ""
        if stage is ResultStage.COMPUTED:
            due, since, who, what = _end_of(_last_day(aware(computed).date(), terms["statement"])), computed, agency, "陈述意见"
        elif stage is ResultStage.HEARD:
            since, who, what = heard, body, "公示结果"
        elif stage is ResultStage.FINAL:
            since, who, what = final, buyer, "应用结果"
        elif published is not None:
            due, since, who, what = _end_of(_last_day(aware(published).date(), terms["publicity"])), published, "社会公众", "公示期内提出异议"
        if who and who != actor.organisation_name and not (stage is ResultStage.COMPUTED and due is not None and due < now):
            found.append(Waiting(who, what, title, url, since, due, NOTICE))
    return found


def statements_lapse(session: Session, actor: Actor, now: datetime) -> list[Coming]:
    """Statement periods that end until tomorrow; by the table, time alone leads on from there. One statement."""
    [step] = RESULT.steps_from(ResultStage.COMPUTED, Role.CLOCK)
    found = []
    for id, title, terms, computed in _rows(session, ResultStage.COMPUTED, _side(actor), actor):
        ends = datetime.combine(_last_day(aware(computed).date(), terms["statement"]) + timedelta(days=1), time(), SHANGHAI)
        found.append(Coming(ends, step.zh, title, url_for("results.show", result_id=id), step.cites))
    return found


def news(actor: Actor) -> list[Trace]:
    """What happened to the results that concern one's own organisation."""
    results = (
        select(as_text(ResultRow.id), as_text(ResultRow.id).label("key"), SubjectRow.title)
        .join(SchemeRow, SchemeRow.id == ResultRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(_own(actor))
        .order_by(ResultRow.id.desc())
        .limit(NEWEST)
    )
    words = {
        "result.compute": "计算评估结果", "result.state": "提交机构陈述", "result.lapse": "陈述期届满", "result.publish": "公示评估结果",
        "result.finalise": "确定评估结果", "result.withdraw": "撤销评估结果", "result.apply": "应用评估结果",
    }  # fmt: skip
    return [Trace("evaluation_results", words, results, "results.show", "result_id")]


NEWEST = 200
"""How many of the newest are looked at for news."""
_UNFINISHED = (ResultStage.COMPUTED, ResultStage.HEARD, ResultStage.PUBLISHED, ResultStage.OBJECTED, ResultStage.FINAL)
_ALL_SIDES = (Role.EVALUATION_BODY, Role.BUYER, Role.SUPPLIER)


def _own(actor: Actor) -> ColumnElement[bool]:
    """The results of one's own organisation, on whichever side it stands."""
    return _side(actor) == actor.organisation_id


def _side(actor: Actor) -> Any:
    return {Role.SUPPLIER: SubjectRow.supplier_id, Role.BUYER: SubjectRow.buyer_id}.get(actor.role, SchemeRow.body_id)


def _rows(session: Session, stage: ResultStage, side: Any, actor: Actor, moment: str = "computed_at") -> Sequence[Any]:
    """(id, title, terms, ``moment``) of the results at ``stage`` whose ``side`` is the actor's organisation.

    All of them out of the one question about everything unfinished, which a page asks once.
    """
    rows = _unfinished(side).rows(session, organisation_id=actor.organisation_id)
    return [(row.id, row.title, row.terms, getattr(row, moment)) for row in rows if row.stage is stage]


def _last_day(first: date, kept: list[int | str]) -> date:
    return law_at(first).calendar.latest(first, Period(int(kept[0]), Unit(kept[1])))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), SHANGHAI)


workbench.register(Role.EVALUATION_BODY, results_to_compute)
workbench.register(Role.EVALUATION_BODY, results_to_publish)
workbench.register(Role.EVALUATION_BODY, objections_to_answer)
workbench.register(Role.BUYER, results_to_decide)
workbench.register(Role.SUPPLIER, statements_to_make)
workbench.register(Role.SUPPLIER, rectifications_to_make)
outlook.wait_for(_ALL_SIDES, results_with_others)
outlook.foresee(_ALL_SIDES, statements_lapse)
outlook.tell(_ALL_SIDES, news)
