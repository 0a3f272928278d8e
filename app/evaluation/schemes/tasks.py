"""What the schemes put on the workbench: subjects without a scheme, drafts to approve, schemes to make known."""

from __future__ import annotations

from datetime import datetime, time

from flask import url_for
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from app.web import workbench
from app.web.workbench import Task
from evaluation.scheme import SchemeStage
from kernel.period import SHANGHAI
from kernel.role import Role


def subjects_without_a_scheme(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What was entrusted and has no scheme yet."""
    drafted = exists().where(SchemeRow.subject_id == SubjectRow.id)
    rows = session.execute(
        select(SubjectRow.id, SubjectRow.title, SubjectRow.buyer_name)
        .where(SubjectRow.body_id == actor.organisation_id, ~drafted)
        .order_by(SubjectRow.id)
        .limit(50)
    )
    return [
        Task(
            None, f"起草评估方案: {title}", f"{buyer}已委托评估。方案批准并告知被评估机构以后, 评估才能开始。", "财政部令第102号 第二十一条",
            url_for("schemes.new", subject_id=id), act="起草方案",
        )
        for id, title, buyer in rows
    ]  # fmt: skip


def schemes_to_approve(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Drafts of others that wait for approval."""
    rows = session.execute(
        select(SchemeRow.id, SchemeRow.name, SchemeRow.work_begins)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(
            SubjectRow.buyer_id == actor.organisation_id,
            SchemeRow.stage == SchemeStage.DRAFT,
            SchemeRow.drafted_by.not_in(actor.people),
            func.coalesce(SchemeRow.drafted_for, 0).not_in(actor.people),
        )
        .order_by(SchemeRow.work_begins)
        .limit(50)
    )
    return [
        Task(
            datetime.combine(begins, time(), SHANGHAI), f"批准评估方案: {name}",
            "起草人不能批准自己的方案。评估开始前须批准并告知被评估机构。", "政府采购法 第六十一条",
            url_for("schemes.show", scheme_id=id), act="查看方案",
        )
        for id, name, begins in rows
    ]  # fmt: skip


def schemes_to_make_known(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Approved schemes that the evaluated agency does not know yet, and known ones whose day has come."""
    rows = session.execute(
        select(SchemeRow.id, SchemeRow.name, SchemeRow.work_begins, SchemeRow.stage)
        .where(
            SchemeRow.body_id == actor.organisation_id,
            SchemeRow.stage.in_((SchemeStage.APPROVED, SchemeStage.PUBLISHED)),
        )
        .order_by(SchemeRow.work_begins)
        .limit(50)
    )
    tasks = []
    for id, name, begins, stage in rows:
        title, detail, act = f"开始评估: {name}", "评估小组齐备、声明签署以后, 到开始日期即可开始。", "打开方案"
        if stage is SchemeStage.APPROVED:
            title, detail, act = f"告知被评估机构: {name}", "须在评估开始前告知指标、权重和日程。", "告知"
        due = datetime.combine(begins, time(), SHANGHAI)
        tasks.append(Task(due, title, detail, "民发〔2015〕88号", url_for("schemes.show", scheme_id=id), act=act))
    return tasks


workbench.register(Role.EVALUATION_BODY, subjects_without_a_scheme)
workbench.register(Role.BUYER, schemes_to_approve)
workbench.register(Role.EVALUATION_BODY, schemes_to_make_known)
