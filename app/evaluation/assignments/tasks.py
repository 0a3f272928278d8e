"""What the assignments put on the workbench: declarations to sign, sheets to score."""

from __future__ import annotations

from datetime import datetime, time

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.evaluation.assignments.models import AssignmentRow
from app.evaluation.schemes.models import SchemeRow, SubjectRow
from app.web import workbench
from app.web.workbench import Task
from evaluation.assignment import AssignmentStage
from evaluation.scheme import SchemeStage
from kernel.period import SHANGHAI
from kernel.role import Role

_OPEN = (SchemeStage.APPROVED, SchemeStage.PUBLISHED, SchemeStage.IN_PROGRESS)


def own_work(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """One's own declarations and sheets, until they are signed."""
    rows = session.execute(
        select(
            AssignmentRow.id, AssignmentRow.stage, SchemeRow.name, SchemeRow.stage, SchemeRow.work_begins,
            SchemeRow.sheets_due, SubjectRow.supplier_name,
        )
        .join(SchemeRow, SchemeRow.id == AssignmentRow.scheme_id)
        .join(SubjectRow, SubjectRow.id == SchemeRow.subject_id)
        .where(
            AssignmentRow.person_id == actor.person_id,
            AssignmentRow.stage.in_((AssignmentStage.ASSIGNED, AssignmentStage.DECLARED)),
            SchemeRow.stage.in_(_OPEN),
        )
        .order_by(SchemeRow.sheets_due)
        .limit(50)
    )  # fmt: skip
    tasks = []
    for id, stage, name, of_scheme, begins, due, supplier in rows:
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


workbench.register(Role.EVALUATOR, own_work)
workbench.register(Role.BUYER, own_work)
workbench.register(Role.FINANCE, own_work)
