"""What the tenders put on a supplier's workbench: those it may still answer and has not."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.bids.models import SUBMITTED, BidRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders.models import TenderRow
from app.web.workbench import Task, register
from kernel.role import Role
from procurement.stage import Stage

MOST = 20


def to_answer(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Open tenders without a bid of ours, the soonest deadline first. One statement."""
    mine = select(SupplierRow.id).where(SupplierRow.organisation_id == actor.organisation_id).scalar_subquery()
    bid = and_(BidRow.ocid == TenderRow.ocid, BidRow.supplier_id == mine, BidRow.status == SUBMITTED)
    statement = (
        select(TenderRow.ocid, TenderRow.title, TenderRow.bids_close)
        .outerjoin(BidRow, bid)
        .where(TenderRow.stage == Stage.TENDERING, TenderRow.bids_close > now, BidRow.id.is_(None))
        .order_by(TenderRow.bids_close, TenderRow.ocid)
        .limit(MOST)
    )
    detail = "可以投标。截止时间前可以替换或者撤回; 等于截止时间即为逾期, 系统不再接收。"
    return [
        Task(close, f"投标: {title}", detail, "财政部令第87号 第三十三条", url_for("bids.show", ocid=ocid), act="填写投标文件")
        for ocid, title, close in session.execute(statement)
    ]


register(Role.SUPPLIER, to_answer)
