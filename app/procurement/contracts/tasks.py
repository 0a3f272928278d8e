"""What contracts put on the buyer's workbench: draw up, sign, pay what is due, decide on renewal."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.awards.models import AwardRow
from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
from app.procurement.tenders.models import TenderRow
from app.web.filters import day
from app.web.workbench import Task, register
from kernel.money import yuan_text
from kernel.period import SHANGHAI, aware
from kernel.role import Role
from law import law_at
from law.calendar import NoArrangement
from procurement.contract import ContractStage
from procurement.stage import Stage

SIGNING = "政府采购法 第四十六条"
SOON = timedelta(days=60)
"""How long before its last day a payment is shown."""


def to_sign(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's announced awards without a signed contract. One statement."""
    statement = (
        select(TenderRow.ocid, TenderRow.title, TenderRow.jurisdiction, AwardRow.announced_at, ContractRow.id)
        .join(AwardRow, AwardRow.ocid == TenderRow.ocid)
        .outerjoin(ContractRow, ContractRow.ocid == TenderRow.ocid)
        .where(TenderRow.buyer_id == actor.organisation_id, TenderRow.stage == Stage.AWARDED)
        .order_by(AwardRow.announced_at)
        .limit(50)
    )
    tasks = []
    for ocid, title, place, announced_at, contract_id in session.execute(statement):
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
            tasks.append(Task(due, f"拟定合同: {title}", detail, SIGNING, url, act="去拟定"))
        else:
            url = url_for("contracts.show", contract_id=contract_id)
            tasks.append(Task(due, f"签订合同: {title}", detail, SIGNING, url, act="去签订"))
    return tasks


def to_pay(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's payments that fall due within sixty days or are overdue. One statement."""
    statement = (
        select(ContractRow.id, ContractRow.title, ContractYearRow.number, PaymentRow)
        .join(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .join(PaymentRow, PaymentRow.year_id == ContractYearRow.id)
        .where(
            ContractRow.buyer_id == actor.organisation_id,
            ContractRow.stage == ContractStage.PERFORMING,
            PaymentRow.paid_on.is_(None),
            PaymentRow.due_on <= aware(now).date() + SOON,
        )
        .order_by(PaymentRow.due_on, PaymentRow.id)
        .limit(50)
    )
    return [
        Task(
            datetime.combine(payment.due_on, time(23, 59), SHANGHAI), f"支付: {title} 第{year}年度 {payment.condition}",
            f"应付 {yuan_text(payment.planned - payment.deducted)}, 条件成就后三十日内支付。", "财库〔2019〕38号",
            url_for("contracts.show", contract_id=id, _anchor=f"year-{year}"), act="去登记",
        )
        for id, title, year, payment in session.execute(statement)
    ]  # fmt: skip


def to_renew(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's evaluated years whose renewal is not decided, due when the year ends. One statement."""
    statement = (
        select(ContractRow.id, ContractRow.title, ContractYearRow.number, ContractYearRow.ends_on, ContractYearRow.grade)
        .join(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .where(
            ContractRow.buyer_id == actor.organisation_id,
            ContractRow.stage == ContractStage.PERFORMING,
            ContractYearRow.score.is_not(None),
            ContractYearRow.decision.is_(None),
        )
        .order_by(ContractYearRow.ends_on, ContractRow.id)
        .limit(50)
    )
    return [
        Task(
            datetime.combine(ends_on, time(23, 59), SHANGHAI), f"续签决定: {title} 第{year}年度",
            f"本年度评估等级 {grade or '无'}; 期满前决定续签或终止, 否则服务中断。", "财政部令第102号 第二十四条",
            url_for("contracts.show", contract_id=id, _anchor="renewal"), act="去决定",
        )
        for id, title, year, ends_on, grade in session.execute(statement)
    ]  # fmt: skip


for source in (to_sign, to_pay, to_renew):
    register(Role.BUYER, source)
