"""What the assignments put on the workbench: declarations to sign, sheets to score, evaluators who leave to replace."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import url_for
from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor, duties
from app.accounts.duties import Duty
from app.accounts.models import AppointmentRow, OrganisationRow
from app.evaluation.assignments.models import AssignmentRow
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from app.store.prepared import Prepared
from app.web import workbench
from app.web.workbench import Task
from evaluation.assignment import AssignmentStage
from evaluation.scheme import SchemeStage
from kernel.period import SHANGHAI
from kernel.role import Role

_OPEN = (SchemeStage.APPROVED, SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS)


@Prepared
def _own() -> Select[Any]:
    return (
        select(
            AssignmentRow.id, AssignmentRow.stage, SchemeRow.name, SchemeRow.stage, SchemeRow.work_begins,
            SchemeRow.sheets_due, SubjectRow.supplier_name,
        )
        .join(SchemeRow, SchemeRow.id == AssignmentRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(
            AssignmentRow.person_id == bindparam("person_id"),
            AssignmentRow.stage.in_((AssignmentStage.ASSIGNED, AssignmentStage.DECLARED)),
            SchemeRow.stage.in_(_OPEN),
        )
        .order_by(SchemeRow.sheets_due)
        .limit(50)
    )  # fmt: skip


def own_work(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """One's own declarations and sheets, until they are signed."""
    tasks = []
    for id, stage, name, of_scheme, begins, due, supplier in _own.rows(session, person_id=actor.person_id):
        if stage is AssignmentStage.ASSIGNED:
            tasks.append(Task(
                datetime.combine(begins, time(), SHANGHAI), f"签署无利害关系声明: {name}",
                f"被评估机构: {supplier}。签署前不能打开任何材料; 有利害关系的请回避。", "政府采购法实施条例 第九条",
                url_for("sheets.declaration", assignment_id=id), minutes=5, act="阅读并签署",
            ))  # fmt: skip
        elif of_scheme is SchemeStage.IN_PROGRESS:
            tasks.append(Task(
                datetime.combine(due, time(23, 59), SHANGHAI), f"评分: {name}",
                "逐项评分并写明理由, 全部评完后签名提交。", "民发〔2015〕88号",
                url_for("sheets.show", assignment_id=id), minutes=90, act="打开评分表",
            ))  # fmt: skip
    return tasks


def places_held(session: Session, person_id: int, role: Role, organisation_id: int) -> list[Duty]:
    """The places of a person in evaluations whose sheet is not signed. One statement."""
    if role not in (Role.EVALUATOR, Role.BUYER, Role.FINANCE):
        return []
    rows = session.execute(
        select(SchemeRow.name, OrganisationRow.name)
        .join(AssignmentRow, AssignmentRow.scheme_id == SchemeRow.id)
        .join(OrganisationRow, OrganisationRow.id == SchemeRow.body_id)
        .where(
            AssignmentRow.person_id == person_id,
            AssignmentRow.organisation_id == organisation_id,
            AssignmentRow.stage.in_((AssignmentStage.ASSIGNED, AssignmentStage.DECLARED)),
            SchemeRow.stage.in_(_OPEN),
        )
        .order_by(SchemeRow.id)
    )
    return [
        Duty("评估人员", name, body, "在“评估小组”页面办理回避, 另行指派", "政府采购法实施条例 第九条") for name, body in rows
    ]


@Prepared
def _leaving() -> Select[Any]:
    return (
        select(SchemeRow.id, SchemeRow.name, AssignmentRow.name, AppointmentRow.leaving_on)
        .join(AssignmentRow, AssignmentRow.scheme_id == SchemeRow.id)
        .join(
            AppointmentRow,
            and_(
                AppointmentRow.person_id == AssignmentRow.person_id,
                AppointmentRow.organisation_id == AssignmentRow.organisation_id,
            ),
        )
        .where(
            SchemeRow.body_id == bindparam("organisation_id"),
            SchemeRow.stage.in_(_OPEN),
            AssignmentRow.stage.in_((AssignmentStage.ASSIGNED, AssignmentStage.DECLARED)),
            AppointmentRow.on_behalf_of_id.is_(None),
            AppointmentRow.leaving_on.is_not(None),
            or_(AppointmentRow.until.is_(None), AppointmentRow.until > bindparam("now")),
        )
        .order_by(AppointmentRow.leaving_on, SchemeRow.id)
        .limit(50)
    )


def evaluators_leaving(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Evaluators of our schemes whose appointment is about to end before they have signed. One statement."""
    return [
        Task(
            datetime.combine(last_day, time(23, 59), SHANGHAI), f"更换评估人员{name}: {scheme}",
            "该评估人员将离任, 评分表尚未签名。请办理回避并另行指派。", "政府采购法实施条例 第九条",
            url_for("assignments.show", scheme_id=id), minutes=10, act="去更换",
        )
        for id, scheme, name, last_day in _leaving.rows(session, organisation_id=actor.organisation_id, now=now)
    ]  # fmt: skip


duties.register(places_held)
workbench.register(Role.EVALUATION_BODY, evaluators_leaving)
workbench.register(Role.BUYER, evaluators_leaving)
workbench.register(Role.EVALUATOR, own_work)
workbench.register(Role.BUYER, own_work)
workbench.register(Role.FINANCE, own_work)
