"""What contracts put on the workbench: draw up, sign, pay what is due, decide on renewal; what the agency waits for; history."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.accounts.trail import as_text
from app.procurement.awards.models import AwardRow
from app.procurement.contracts import dossier as _dossier  # noqa: F401 - what the tender's page tells of its contract
from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter
from app.procurement.tenders.models import TenderRow
from app.store.prepared import Prepared
from app.web.filters import day
from app.web.outlook import Waiting, wait_for
from app.web.workbench import Task, register
from kernel.money import yuan_text
from kernel.period import SHANGHAI, aware
from kernel.role import Role
from law import law_at
from law.calendar import NoArrangement
from procurement import timetable
from procurement.contract import ContractStage
from procurement.stage import Stage

SIGNING = "政府采购法 第四十六条"
PAYING = (ContractStage.PERFORMING, ContractStage.TERMINATED)
"""Where payments may still be open: what was done before a termination is paid after it."""
SOON = timedelta(days=60)
"""How long before its last day a payment is shown."""


@Prepared
def _awarded() -> Select[Any]:
    return (
        select(TenderRow.ocid, TenderRow.title, TenderRow.jurisdiction, AwardRow.announced_at, ContractRow.id)
        .join(AwardRow, AwardRow.ocid == TenderRow.ocid)
        .outerjoin(ContractRow, ContractRow.ocid == TenderRow.ocid)
        .where(TenderRow.buyer_id == bindparam("organisation_id"), TenderRow.stage == Stage.AWARDED)
        .order_by(AwardRow.announced_at)
        .limit(50)
    )


def to_sign(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's announced awards without a signed contract. One statement."""
    tasks = []
    for ocid, title, place, announced_at, contract_id in _awarded.rows(session, organisation_id=actor.organisation_id):
        law = law_at(aware(announced_at).date(), place)
        period = law.period("contract_signing")
        try:
            last = law.calendar.latest(aware(announced_at).date(), period)
        except NoArrangement:
            last = law.calendar.add(aware(announced_at).date(), period)
        due = datetime.combine(last, time(23, 59), SHANGHAI)
        detail = f"自中标通知书发出之日起三十日内签订, 最迟 {day(last)}; 不得作实质性修改。"
        if contract_id is None:
            url = url_for("contracts.draw_up", ocid=ocid)
            tasks.append(Task(due, f"拟定合同: {title}", detail, SIGNING, url, 30, "去拟定"))
        else:
            url = url_for("contracts.show", contract_id=contract_id)
            tasks.append(Task(due, f"签订合同: {title}", detail, SIGNING, url, 10, "去签订"))
    return tasks


@Prepared
def _payable() -> Select[Any]:
    return (
        select(
            ContractRow.id, ContractRow.title, ContractYearRow.number, PaymentRow.condition, PaymentRow.due_on,
            PaymentRow.planned, PaymentRow.deducted,
        )
        .join(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .join(PaymentRow, PaymentRow.year_id == ContractYearRow.id)
        .where(
            ContractRow.buyer_id == bindparam("organisation_id"),
            ContractRow.stage.in_(PAYING),
            PaymentRow.paid_on.is_(None),
            PaymentRow.due_on <= bindparam("until"),
        )
        .order_by(PaymentRow.due_on, PaymentRow.id)
        .limit(50)
    )  # fmt: skip


def to_pay(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's payments that fall due within sixty days or are overdue. One statement."""
    rows = _payable.rows(session, organisation_id=actor.organisation_id, until=aware(now).date() + SOON)
    return [
        Task(
            datetime.combine(due_on, time(23, 59), SHANGHAI), f"支付: {title} 第{year}年度 {condition}",
            f"应付 {yuan_text(planned - deducted)}, 条件成就后三十日内支付。", "财库〔2019〕38号",
            url_for("contracts.show", contract_id=id, _anchor=f"year-{year}"), minutes=5, act="去登记",
        )
        for id, title, year, condition, due_on, planned, deducted in rows
    ]  # fmt: skip


@Prepared
def _evaluated() -> Select[Any]:
    return (
        select(ContractRow.id, ContractRow.title, ContractYearRow.number, ContractYearRow.ends_on, ContractYearRow.grade)
        .join(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .where(
            ContractRow.buyer_id == bindparam("organisation_id"),
            ContractRow.stage == ContractStage.PERFORMING,
            ContractYearRow.score.is_not(None),
            ContractYearRow.decision.is_(None),
        )
        .order_by(ContractYearRow.ends_on, ContractRow.id)
        .limit(50)
    )


def to_renew(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's evaluated years whose renewal is not decided, due when the year ends. One statement."""
    return [
        Task(
            datetime.combine(ends_on, time(23, 59), SHANGHAI), f"续签决定: {title} 第{year}年度",
            f"本年度评估等级 {grade or '无'}; 期满前决定续签或终止, 否则服务中断。", "财政部令第102号 第二十四条",
            url_for("contracts.show", contract_id=id, _anchor="renewal"), minutes=15, act="去决定",
        )
        for id, title, year, ends_on, grade in _evaluated.rows(session, organisation_id=actor.organisation_id)
    ]  # fmt: skip


@Prepared
def _drawn_up() -> Select[Any]:
    return (
        select(ContractRow.id, ContractRow.title, ContractRow.drawn_up_at, AwardRow.announced_at, OrganisationRow.name)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .join(AwardRow, AwardRow.ocid == ContractRow.ocid)
        .join(OrganisationRow, OrganisationRow.id == ContractRow.buyer_id)
        .where(SupplierRow.organisation_id == bindparam("organisation_id"), ContractRow.stage == ContractStage.DRAFT)
        .order_by(ContractRow.id)
        .limit(20)
    )


def signing_awaited(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """For the winner: contracts that the buyer has drawn up and not signed. One statement."""
    return [
        Waiting(buyer, "签订合同", title, url_for("contracts.show", contract_id=id), drawn_up_at, _last_to_sign(announced_at), SIGNING)
        for id, title, drawn_up_at, announced_at, buyer in _drawn_up.rows(session, organisation_id=actor.organisation_id)
    ]


@Prepared
def _receivable() -> Select[Any]:
    return (
        select(ContractRow.id, ContractRow.title, ContractYearRow.number, PaymentRow.condition, PaymentRow.due_on, OrganisationRow.name)
        .join(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .join(PaymentRow, PaymentRow.year_id == ContractYearRow.id)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .join(OrganisationRow, OrganisationRow.id == ContractRow.buyer_id)
        .where(
            SupplierRow.organisation_id == bindparam("organisation_id"),
            ContractRow.stage.in_(PAYING),
            PaymentRow.paid_on.is_(None),
            PaymentRow.due_on <= bindparam("until"),
        )
        .order_by(PaymentRow.due_on, PaymentRow.id)
        .limit(20)
    )


def payments_awaited(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """For the agency: payments that fall due within sixty days or are overdue. One statement."""
    rows = _receivable.rows(session, organisation_id=actor.organisation_id, until=aware(now).date() + SOON)
    return [
        Waiting(
            buyer, f"支付第{year}年度 {condition}", title, url_for("contracts.show", contract_id=id, _anchor=f"year-{year}"),
            due=datetime.combine(due_on, time(23, 59), SHANGHAI), cites="财库〔2019〕38号",
        )
        for id, title, year, condition, due_on, buyer in rows
    ]  # fmt: skip


def _last_to_sign(announced_at: datetime | None) -> datetime | None:
    """The last day for signing, when the working days of that year are known."""
    if announced_at is None:
        return None
    try:
        return datetime.combine(timetable.contract(aware(announced_at).date(), law_at(aware(announced_at).date())).day, time(23, 59), SHANGHAI)
    except NoArrangement:
        return None


def _contracts() -> Select[Any]:
    return (
        select(as_text(ContractRow.id), as_text(ContractRow.id).label("key"), ContractRow.title)
        .join(TenderRow, TenderRow.ocid == ContractRow.ocid)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
    )


def _signed() -> Select[Any]:
    return select(as_text(ContractRow.id), TenderRow.ocid.label("key"), ContractRow.title).join(
        TenderRow, TenderRow.ocid == ContractRow.ocid
    )


def _years() -> Select[Any]:
    return (
        select(as_text(ContractYearRow.id), as_text(ContractRow.id).label("key"), ContractRow.title)
        .join(ContractRow, ContractRow.id == ContractYearRow.contract_id)
        .join(TenderRow, TenderRow.ocid == ContractRow.ocid)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
    )


def _payments() -> Select[Any]:
    return (
        select(as_text(PaymentRow.id), as_text(ContractRow.id).label("key"), ContractRow.title)
        .join(ContractYearRow, ContractYearRow.id == PaymentRow.year_id)
        .join(ContractRow, ContractRow.id == ContractYearRow.contract_id)
        .join(TenderRow, TenderRow.ocid == ContractRow.ocid)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
    )


def _parties(actor: Actor) -> ColumnElement[bool] | None:
    """Both sides of the contract, and those who supervise."""
    if actor.role is Role.SUPPLIER:
        return history.of(SupplierRow.organisation_id, actor)
    return history.inside(actor)


_PAGE = {"page": "contracts.show", "by": "contract_id"}
history.add(Chapter("contracts", {"contract.sign": "签订合同", "contract.terminate": "终止合同"}, history.everybody, _signed))
history.add(Chapter(
    "contracts",
    {"contract.draw_up": "拟定合同", "contract.supplement": "签订补充合同", "contract.complete": "合同履行完毕"},
    _parties, _contracts, **_PAGE,
))  # fmt: skip
history.add(Chapter(
    "contract_years", {"contract.apply_evaluation": "登记年度评估等级", "contract.decide_renewal": "决定是否续签"},
    _parties, _years, **_PAGE,
))  # fmt: skip
history.add(Chapter("payments", {"payment.pay": "登记支付", "payment.settle": "按评估结果结算"}, _parties, _payments, **_PAGE))
wait_for([Role.SUPPLIER], signing_awaited)
wait_for([Role.SUPPLIER], payments_awaited)
for source in (to_sign, to_pay, to_renew):
    register(Role.BUYER, source)
