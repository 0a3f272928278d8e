"""What the schemes put on the workbench: subjects to plan, drafts to approve, schemes to make known; whom they wait for."""

from __future__ import annotations

from datetime import datetime, time
from functools import cache
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.accounts.trail import Trace, as_text
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from app.store.prepared import Prepared
from app.web import outlook, workbench
from app.web.outlook import MOST, Waiting, others
from app.web.workbench import Task
from evaluation.scheme import SCHEME, SchemeStage
from kernel.period import SHANGHAI
from kernel.role import Role


@Prepared
def _entrusted() -> Select[Any]:
    drafted = exists().where(SchemeRow.subject_id == SubjectRow.id)
    return (
        select(SubjectRow.id, SubjectRow.title, SubjectRow.buyer_name)
        .where(SubjectRow.body_id == bindparam("organisation_id"), ~drafted)
        .order_by(SubjectRow.id)
        .limit(50)
    )


def subjects_without_a_scheme(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What was entrusted and has no scheme yet."""
    return [
        Task(
            None, f"起草评估方案: {title}", f"{buyer}已委托评估。方案批准并告知被评估机构以后, 评估才能开始。", "财政部令第102号 第二十一条",
            url_for("schemes.new", subject_id=id), minutes=90, act="起草方案",
        )
        for id, title, buyer in _entrusted.rows(session, organisation_id=actor.organisation_id)
    ]  # fmt: skip


@Prepared
def _drafts_of_others() -> Select[Any]:
    people = bindparam("people", expanding=True)
    return (
        select(SchemeRow.id, SchemeRow.name, SchemeRow.work_begins)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(
            SubjectRow.buyer_id == bindparam("organisation_id"),
            SchemeRow.stage == SchemeStage.DRAFT,
            SchemeRow.drafted_by.not_in(people),
            func.coalesce(SchemeRow.drafted_for, 0).not_in(people),
        )
        .order_by(SchemeRow.work_begins)
        .limit(50)
    )


def schemes_to_approve(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Drafts of others that wait for approval."""
    rows = _drafts_of_others.rows(session, organisation_id=actor.organisation_id, people=tuple(actor.people))
    return [
        Task(
            datetime.combine(begins, time(), SHANGHAI), f"批准评估方案: {name}",
            "起草人不能批准自己的方案。评估开始前须批准并告知被评估机构。", "政府采购法 第六十一条",
            url_for("schemes.show", scheme_id=id), minutes=20, act="查看方案",
        )
        for id, name, begins in rows
    ]  # fmt: skip


@Prepared
def _approved() -> Select[Any]:
    return (
        select(SchemeRow.id, SchemeRow.name, SchemeRow.work_begins, SchemeRow.stage)
        .where(
            SchemeRow.body_id == bindparam("organisation_id"),
            SchemeRow.stage.in_((SchemeStage.APPROVED, SchemeStage.PUBLISHED)),
        )
        .order_by(SchemeRow.work_begins)
        .limit(50)
    )


def schemes_to_make_known(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Approved schemes that the evaluated agency does not know yet, and known ones whose day has come."""
    tasks = []
    for id, name, begins, stage in _approved.rows(session, organisation_id=actor.organisation_id):
        title, detail, act = f"开始评估: {name}", "评估小组齐备、声明签署以后, 到开始日期即可开始。", "打开方案"
        if stage is SchemeStage.APPROVED:
            title, detail, act = f"告知被评估机构: {name}", "须在评估开始前告知指标、权重和日程。", "告知"
        due = datetime.combine(begins, time(), SHANGHAI)
        tasks.append(Task(due, title, detail, "民发〔2015〕88号", url_for("schemes.show", scheme_id=id), 5, act))
    return tasks


@Prepared
def _given_away() -> Select[Any]:
    drafted = exists().where(SchemeRow.subject_id == SubjectRow.id)
    buyer = bindparam("organisation_id")
    return (
        select(SubjectRow.title, SubjectRow.handed_over_at, OrganisationRow.name)
        .join(OrganisationRow, OrganisationRow.id == SubjectRow.body_id)
        .where(SubjectRow.buyer_id == buyer, SubjectRow.body_id != buyer, ~drafted)
        .order_by(SubjectRow.id)
        .limit(20)
    )


def entrusted_without_a_scheme(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """What a buyer has entrusted to somebody and is not planned yet. One statement."""
    return [
        Waiting(body, "起草评估方案", title, url_for("schemes.index"), since, cites="财政部令第102号 第二十一条")
        for title, since, body in _given_away.rows(session, organisation_id=actor.organisation_id)
    ]


@cache
def _pending(role: Role) -> Prepared:
    anybody = Actor(None, bindparam("organisation_id"), role)  # type: ignore[arg-type]
    return Prepared(
        lambda: select(
            SchemeRow.id, SchemeRow.name, SchemeRow.stage, SchemeRow.drafted_at, SchemeRow.approved_at, SchemeRow.published_at,
            SchemeRow.begun_at, SchemeRow.work_begins, SchemeRow.sheets_due, OrganisationRow.name, SubjectRow.buyer_name,
        )
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .join(OrganisationRow, OrganisationRow.id == SchemeRow.body_id)
        .where(*_concerns(anybody, _PENDING))
        .order_by(SchemeRow.work_begins, SchemeRow.id)
        .limit(MOST)
    )  # fmt: skip


def schemes_with_others(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """Schemes whose next step is somebody else's: to approve, to make known, to begin, to score. One statement."""
    rows = _pending(actor.role).rows(session, organisation_id=actor.organisation_id)
    found = []
    for id, name, stage, drafted, approved, published, begun, work_begins, sheets_due, body, buyer in rows:
        url, begins = url_for("schemes.show", scheme_id=id), datetime.combine(work_begins, time(), SHANGHAI)
        if stage is SchemeStage.IN_PROGRESS:
            due = datetime.combine(sheets_due, time(23, 59), SHANGHAI)
            if now <= due:
                found.append(Waiting(Role.EVALUATOR.zh, "评分并签名", name, url, begun, due, "民发〔2015〕88号"))
            continue
        who, what, cites = others(SCHEME, stage, actor, besides=("abandon",))
        if not who or (stage is SchemeStage.DRAFT and actor.role is Role.BUYER):
            continue
        by = buyer if stage is SchemeStage.DRAFT else body
        if by == actor.organisation_name:
            continue
        found.append(Waiting(by, what, name, url, published or approved or drafted, begins, cites))
    return found


_PENDING = (SchemeStage.DRAFT, SchemeStage.APPROVED, SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS)
_KNOWN = (SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS, SchemeStage.CLOSED)


def _concerns(actor: Actor, stages: tuple[SchemeStage, ...]) -> tuple[ColumnElement[bool], ...]:
    """The schemes of one's own organisation; the evaluated agency knows of them from when they are made known to it."""
    if actor.role is Role.SUPPLIER:
        known = [stage for stage in stages if stage in _KNOWN]
        return SubjectRow.supplier_id == actor.organisation_id, SchemeRow.stage.in_(known)
    mine = SchemeRow.body_id if actor.role is Role.EVALUATION_BODY else SubjectRow.buyer_id
    return mine == actor.organisation_id, SchemeRow.stage.in_(stages)


def news(actor: Actor) -> list[Trace]:
    """What happened to the subjects and schemes of one's own organisation."""
    by = {"page": "schemes.show", "by": "scheme_id"}
    schemes = (
        select(as_text(SchemeRow.id), as_text(SchemeRow.id).label("key"), SchemeRow.name)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(*_concerns(actor, tuple(SchemeStage)))
        .order_by(SchemeRow.id.desc())
        .limit(NEWEST)
    )
    known = {"scheme.publish": "告知评估方案", "scheme.begin": "开始评估", "scheme.close": "评估办结"}
    if actor.role is Role.SUPPLIER:
        return [Trace("evaluation_schemes", known, schemes, **by)]
    planned = {
        "scheme.draft": "起草评估方案", "scheme.redraft": "重拟评估方案", "scheme.approve": "批准评估方案",
        "scheme.abandon": "终止评估方案",
    }  # fmt: skip
    mine = SubjectRow.body_id if actor.role is Role.EVALUATION_BODY else SubjectRow.buyer_id
    subjects = (
        select(as_text(SubjectRow.id), literal("").label("key"), SubjectRow.title)
        .where(mine == actor.organisation_id)
        .order_by(SubjectRow.id.desc())
        .limit(NEWEST)
    )
    return [
        Trace("evaluation_schemes", {**known, **planned}, schemes, **by),
        Trace("evaluation_subjects", {"subject.hand_over": "委托评估"}, subjects),
    ]


NEWEST = 200
"""How many of the newest are looked at for news."""

_ALL_SIDES = (Role.EVALUATION_BODY, Role.BUYER, Role.SUPPLIER)
outlook.wait_for([Role.BUYER], entrusted_without_a_scheme)
outlook.wait_for(_ALL_SIDES, schemes_with_others)
outlook.tell(_ALL_SIDES, news)
workbench.register(Role.EVALUATION_BODY, subjects_without_a_scheme)
workbench.register(Role.BUYER, schemes_to_approve)
workbench.register(Role.EVALUATION_BODY, schemes_to_make_known)
