"""The part between the two halves: award, contract 1 + 1 + 1, payments, renewal."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.procurement.awards.services import AnnounceAward, DecideAward, announce_award, decide_award
from app.procurement.contracts import queries as contracts
from app.procurement.contracts.commands import DecideRenewal, DrawUpContract, Pay, SignContract
from app.procurement.contracts.models import PaymentRow
from app.procurement.contracts.services import decide_renewal, draw_up_contract, pay, sign_contract
from app.store import unit_of_work
from demo import calendar
from demo.city import City
from demo.procurement_story import OCID, Told
from kernel.money import yuan_text
from procurement.contract import LongTermGround

NUMBER = "示范卫健社工〔2025〕第1号"


def award(city: City) -> Iterator[Told]:
    """The buyer takes the first of the recommended candidates and announces the result."""
    buyer = city.of("buyer")
    with unit_of_work() as work:
        row = decide_award(work, DecideAward(buyer, OCID), calendar.DECIDED)
        name, amount = row.supplier_name, yuan_text(row.amount)
    yield Told(calendar.DECIDED, f"确定中标人: {name}", f"中标金额 {amount}; 收到评标报告后五个工作日内", "财政部令第87号 第六十八条")
    with unit_of_work() as work:
        announce_award(work, AnnounceAward(buyer, OCID), calendar.ANNOUNCED)
    yield Told(calendar.ANNOUNCED, "公告中标结果, 发出中标通知书", "同时告知未中标人本人的得分与排序", "财政部令第87号 第六十九条")


def draw_up(city: City) -> Iterator[Told]:
    """One year and at most two renewals, all conditions of 财政部令第102号 第二十四条 being met."""
    command = DrawUpContract(
        city.of("buyer"), OCID, NUMBER, calendar.SIGNED.date(), grounds=tuple(g.value for g in LongTermGround)
    )
    with unit_of_work() as work:
        row = draw_up_contract(work, command, calendar.DRAWN_UP)
        amount, years = yuan_text(row.amount), row.years
    yield Told(calendar.DRAWN_UP, "拟定合同", f"一年一签, 最多 {years} 年, 每年 {amount}", "财政部令第102号 第二十四条")


def contract_id(session: Session) -> int:
    """The id of the story's one contract."""
    found = contracts.contract_of(session, OCID)
    assert found is not None
    return found.id


def sign(city: City) -> Iterator[Told]:
    """Both sides sign: within thirty days of the notice by law, within ten working days by the documents."""
    with unit_of_work() as work:
        sign_contract(work, SignContract(city.of("buyer"), contract_id(work.session), calendar.SIGNED.date()), calendar.SIGNED)
    yield Told(calendar.SIGNED, "签订合同, 第一年度开始", "自中标通知书发出之日起三十日内", "政府采购法 第四十六条")


def payments(session: Session, year: int) -> tuple[PaymentRow, ...]:
    """The payments of one year of the story's contract."""
    [row] = [row for row in contracts.years_of(session, contract_id(session)) if row.number == year]
    return contracts.payments_of(session, [row.id])[row.id]


def pay_part(city: City, year: int, number: int) -> Iterator[Told]:
    """Pay one part of a year on the day of the calendar."""
    at = calendar.PAID[(year, number)]
    with unit_of_work() as work:
        payment = payments(work.session, year)[number - 1]
        paid = pay(work, Pay(city.of("buyer"), payment.id, at.date()), at)
        amount, deducted = yuan_text(paid.paid or 0), yuan_text(paid.deducted)
    yield Told(at, f"支付第{year}年度第{number}笔款项", f"{amount}, 扣减 {deducted}", "财库〔2019〕38号")


def renew(city: City) -> Iterator[Told]:
    """The clause renews for 优秀; the next year's budget is secured."""
    reason = "绩效评估达到优秀, 下一年度预算已落实"
    with unit_of_work() as work:
        command = DecideRenewal(city.of("buyer"), contract_id(work.session), 1, renew=True, reason=reason, budgeted=True)
        year = decide_renewal(work, command, calendar.RENEWAL)
        grade = year.grade
    yield Told(calendar.RENEWAL, "续签第二年度", f"第一年度期末绩效评估为“{grade}”, 达到续签条件", "财政部令第102号 第二十四条")
