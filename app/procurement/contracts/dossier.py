"""What the tender's page tells of its contract: to both sides and who supervises all of it, to others what is public."""

from __future__ import annotations

from datetime import date, datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders import dossier
from app.procurement.tenders.dossier import Item
from app.procurement.tenders.models import TenderRow
from app.web.filters import day
from kernel.money import yuan_text
from kernel.period import aware
from kernel.role import Role
from procurement.contract import ContractStage

TONES = {"draft": "warn", "performing": "info", "completed": "good", "terminated": "stop"}


def of_tender(session: Session, row: TenderRow, actor: Actor, now: datetime) -> list[Item]:
    """Contract, payments and renewal of a tender. One statement, whether there is a contract or not."""
    found = session.execute(
        select(ContractRow, SupplierRow.organisation_id, SupplierRow.name, ContractYearRow, PaymentRow)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .outerjoin(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .outerjoin(PaymentRow, PaymentRow.year_id == ContractYearRow.id)
        .where(ContractRow.ocid == row.ocid)
        .order_by(ContractYearRow.number, PaymentRow.number)
    ).all()
    if not found:
        return []
    contract, organisation_id, supplier, *_ = found[0]
    party = actor.buys_for(contract.buyer_id) or (actor.role is Role.SUPPLIER and actor.organisation_id == organisation_id)
    if contract.signed_on is None and not party:
        return []
    said = f"{supplier}, {yuan_text(contract.amount)}（每年）, 最多 {contract.years} 年"
    stage = ContractStage(contract.stage)
    if not party and actor.role not in (Role.FINANCE, Role.OVERSEER):  # what the public notice of the contract says
        return [Item("合同", contract.number, "", f"{said}; {day(contract.signed_on)}签订", "已签订", "good", "政府采购法实施条例 第五十条")]
    url = url_for("contracts.show", contract_id=contract.id)
    signed = f"; {day(contract.signed_on)}签订" if contract.signed_on else ""
    items = [Item("合同", contract.number, url, said + signed, stage.zh, TONES[stage.value], "政府采购法 第四十六条")]
    payments: dict[ContractYearRow, list[PaymentRow]] = {}
    for *_, year, payment in found:
        if year is not None:
            payments.setdefault(year, []).append(payment)
    for year, of_year in payments.items():
        items.append(_paid(year, of_year, f"{url}#year-{year.number}", aware(now).date()))
        if year.decision or (year.score is not None and stage is ContractStage.PERFORMING):
            items.append(_renewed(year, f"{url}#year-{year.number}" if year.decision else f"{url}#renewal"))
    return items


def _paid(year: ContractYearRow, payments: list[PaymentRow], url: str, today: date) -> Item:
    """One year's money: planned, paid, and what comes next."""
    due = sum(p.planned - p.deducted for p in payments)
    paid = sum(p.paid or 0 for p in payments)
    waiting = sorted(p.due_on for p in payments if p.paid_on is None and p.due_on is not None)
    said = f"应付 {yuan_text(due)}, 已付 {yuan_text(paid)}"
    word, tone = ("已付清", "good") if paid == due else ("待付", "info")
    if waiting:
        said += f"; 下一笔最迟 {day(waiting[0])}"
        if waiting[0] < today:
            word, tone = "逾期", "stop"
    return Item("付款", f"第{year.number}年度", url, said, word, tone, "财库〔2019〕38号", year.starts_on, year.ends_on)


def _renewed(year: ContractYearRow, url: str) -> Item:
    """What was decided for after the year, or that it waits for a decision."""
    words = {"renewed": ("已续签下一年度", "good"), "ended": ("期满终止", "info"), None: ("待决定", "warn")}
    word, tone = words[year.decision]
    grade = f"评估等级 {year.grade or '无'}"
    return Item("续签", f"第{year.number}年度之后", url, grade, word, tone, "财政部令第102号 第二十四条")


dossier.add(of_tender)
