"""What bids put on a supplier's workbench: tenders still to answer, whom its bids wait for; and in a tender's history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.trail import as_text
from app.procurement.bids.models import SUBMITTED, BidRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.queries import stage_now
from app.procurement.tenders.tasks import ENDINGS
from app.store.prepared import Prepared
from app.web.outlook import Coming, Waiting, foresee, horizon, others, wait_for
from app.web.workbench import Task, register
from kernel.role import Role
from procurement.stage import Stage
from procurement.tender import TENDER

MOST = 20


@Prepared
def _unanswered() -> Select[Any]:
    mine = select(SupplierRow.id).where(SupplierRow.organisation_id == bindparam("organisation_id")).scalar_subquery()
    bid = and_(BidRow.ocid == TenderRow.ocid, BidRow.supplier_id == mine, BidRow.status == SUBMITTED)
    return (
        select(TenderRow.ocid, TenderRow.title, TenderRow.bids_close)
        .outerjoin(BidRow, bid)
        .where(TenderRow.stage == Stage.TENDERING, TenderRow.bids_close > bindparam("now"), BidRow.id.is_(None))
        .order_by(TenderRow.bids_close, TenderRow.ocid)
        .limit(MOST)
    )


def to_answer(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Open tenders without a bid of ours, the soonest deadline first. One statement."""
    detail = "可以投标。截止时间前可以替换或者撤回; 等于截止时间即为逾期, 系统不再接收。"
    return [
        Task(close, f"投标: {title}", detail, "财政部令第87号 第三十三条", url_for("bids.show", ocid=ocid), 180, "填写投标文件")
        for ocid, title, close in _unanswered.rows(session, organisation_id=actor.organisation_id, now=now)
    ]


def buyers_who_decide(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """What our bids wait for, after the deadline: the next step of each tender and who takes it. One statement."""
    found = []
    for ocid, title, stage, close in _under_review.rows(session, organisation_id=actor.organisation_id):
        seen = stage_now(stage, close, now)
        who, what, cites = others(TENDER, seen, actor, besides=ENDINGS)
        if who and seen is not Stage.TENDERING:
            found.append(Waiting(who, what, title, url_for("bids.show", ocid=ocid), since=close, cites=cites))
    return found


def own_bids_close(session: Session, actor: Actor, now: datetime) -> list[Coming]:
    """Tenders that hold a bid of ours and close until tomorrow. One statement."""
    [step] = TENDER.steps_from(Stage.TENDERING, Role.CLOCK)
    return [
        Coming(close, step.zh, title, url_for("bids.show", ocid=ocid), step.cites)
        for ocid, title, _, close in _closing.rows(session, organisation_id=actor.organisation_id, now=now, until=horizon(now))
    ]


_UNDER_REVIEW = (
    Stage.TENDERING, Stage.CLOSED, Stage.OPENED, Stage.QUALIFIED, Stage.COMMITTEE, Stage.SCORED, Stage.RANKED,
)  # fmt: skip


def _own_tenders(*conditions: ColumnElement[bool]) -> Select[Any]:
    newest = (
        select(BidRow.id)
        .join(SupplierRow, SupplierRow.id == BidRow.supplier_id)
        .where(SupplierRow.organisation_id == bindparam("organisation_id"))
        .order_by(BidRow.submitted_at.desc())
        .limit(history.NEWEST)
    )
    return (
        select(TenderRow.ocid, TenderRow.title, TenderRow.stage, TenderRow.bids_close)
        .join(BidRow, BidRow.ocid == TenderRow.ocid)
        .where(BidRow.id.in_(newest), BidRow.status == SUBMITTED, *conditions)
        .order_by(TenderRow.bids_close, TenderRow.ocid)
        .limit(MOST)
    )


_under_review = Prepared(lambda: _own_tenders(TenderRow.stage.in_(_UNDER_REVIEW)))
_closing = Prepared(
    lambda: _own_tenders(
        TenderRow.stage == Stage.TENDERING, TenderRow.bids_close > bindparam("now"), TenderRow.bids_close <= bindparam("until")
    )
)


def _bids() -> Select[Any]:
    return (
        select(as_text(BidRow.id), TenderRow.ocid.label("key"), TenderRow.title)
        .join(TenderRow, TenderRow.ocid == BidRow.ocid)
        .join(SupplierRow, SupplierRow.id == BidRow.supplier_id)
    )


def _opened(actor: Actor) -> ColumnElement[bool] | None:
    """Bids that were opened, for the inside; those withdrawn or replaced before are nobody's business."""
    may = history.inside_once_opened(actor)
    return None if may is None else and_(may, BidRow.status == SUBMITTED)


def _own(actor: Actor) -> ColumnElement[bool] | None:
    return history.of(SupplierRow.organisation_id, actor) if actor.role is Role.SUPPLIER else None


def _tenders_with_own_bid(actor: Actor) -> Select[Any]:
    mine = select(BidRow.ocid).join(SupplierRow, SupplierRow.id == BidRow.supplier_id)
    return mine.where(SupplierRow.organisation_id == actor.organisation_id).order_by(BidRow.submitted_at.desc()).limit(history.NEWEST)


_SENT = {"bid.submit": "递交投标文件", "bid.replace": "替换投标文件"}
history.add(Chapter("bids", _SENT, _opened, _bids, "openings.show"))
history.add(Chapter("bids", {**_SENT, "bid.withdraw": "撤回投标文件"}, _own, _bids, "bids.show"))
history.concerns(Role.SUPPLIER, _tenders_with_own_bid)
register(Role.SUPPLIER, to_answer)
wait_for([Role.SUPPLIER], buyers_who_decide)
foresee([Role.SUPPLIER], own_bids_close)
