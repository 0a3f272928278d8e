"""Contracts 合同 of one to three years: term, yearly renewal by grade, payments, supplements, and what a score takes off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from kernel.lifecycle import Lifecycle, Step
from kernel.money import Fen, share_of, yuan_text
from kernel.period import Period, Unit, months_after
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding
from kernel.role import Role
from law.day import LawAt
from law.rule import rule
from procurement.award import Award
from procurement.contract_terms import payment_findings
from procurement.documents import DeductionTerms, PaymentTerm, Renewal, RenewalTerms, Tender
from procurement.termination import Ground, Termination


class ContractStage(StrEnum):
    """Where a contract stands. The value is what the database and the log hold."""

    DRAFT = "draft"
    PERFORMING = "performing"
    COMPLETED = "completed"
    TERMINATED = "terminated"

    @property
    def zh(self) -> str:
        return {"draft": "拟定", "performing": "履行中", "completed": "履行完毕", "terminated": "终止"}[self.value]


class LongTermGround(StrEnum):
    """The conditions under which a service contract may run longer than a year (财政部令第102号 第二十四条): all of them."""

    BUDGET_SECURED = "budget_secured"
    CONTENT_FIXED = "content_fixed"
    CONTINUOUS = "continuous"
    FUNDS_STABLE = "funds_stable"
    PRICE_STABLE = "price_stable"

    @property
    def zh(self) -> str:
        return {
            "budget_secured": "年度预算能够保障",
            "content_fixed": "购买内容相对固定",
            "continuous": "连续性强",
            "funds_stable": "经费来源稳定",
            "price_stable": "价格变化幅度小",
        }[self.value]


@dataclass(frozen=True)
class Supplement:
    """补充合同 for more of the same in one contract year; other terms stay."""

    year: int
    amount: Fen
    signed_on: date
    reason: str = ""


@dataclass(frozen=True)
class RenewalProposal:
    """续签 of the year after ``year``: the grade of that year's evaluation (None = no grade, e.g. in a gap)."""

    year: int
    grade: str | None
    budgeted: bool
    reason: str = ""


@dataclass(frozen=True)
class Contract:
    """采购合同. Money in fen; ``amount`` is one year's price, ``years`` how many it may run with its renewals.

    award_amount   what was awarded; notice_on: the day the 中标通知书 went out
    signed_years   how many years have been signed so far (一年一签)
    renewal_asked  the renewal proposed by the act at hand; reason, ending: why and how it is terminated
    """

    number: str
    tender: str
    title: str
    buyer: str
    supplier: str
    amount: Fen
    starts: date
    years: int = 1
    year_length: Period = field(default_factory=lambda: Period(1, Unit.YEAR))
    award_amount: Fen | None = None
    notice_on: date | None = None
    signed_on: date | None = None
    payments: tuple[PaymentTerm, ...] = ()
    renewal: RenewalTerms | None = None
    deduction: DeductionTerms | None = None
    grounds: tuple[LongTermGround, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    signed_years: int = 1
    stage: ContractStage = ContractStage.DRAFT
    renewal_asked: RenewalProposal | None = None
    unsettled: tuple[Finding, ...] = ()
    reason: str = ""
    ending: Termination | None = None

    def year(self, number: int) -> tuple[date, date]:
        """First and last day of contract year ``number`` (from 1), both included."""
        if not 1 <= number <= self.years:
            raise ValueError(f"没有第{number}个合同年度")
        return self._start(number), self._start(number + 1) - timedelta(days=1)

    def _start(self, number: int) -> date:
        length = self.year_length
        if length.unit is Unit.DAY:
            return self.starts + timedelta(days=length.length * (number - 1))
        months = length.length * (12 if length.unit is Unit.YEAR else 1)
        return months_after(self.starts, months * (number - 1))


def draw_up(
    tender: Tender, award: Award, *, number: str, supplier: str, starts: date, notice_on: date | None = None,
    grounds: Sequence[LongTermGround] = (), years: int | None = None,
) -> Contract:  # fmt: skip
    """拟定合同 from the documents' draft contract and the award. ``years``: fewer than the documents allow.

    Raises BadInput when the documents allow no such number of years.
    """
    terms = tender.contract
    allowed = 1 + (terms.renewal.max_renewals * terms.renewal.each_years if terms.renewal else 0)
    wanted = allowed if years is None else years
    if not 1 <= wanted <= allowed:
        raise BadInput((Finding("years", "合同年数须在采购文件约定之内", have=wanted, need=f"1至{allowed}"),))
    return Contract(
        number=number, tender=tender.ocid, title=tender.title, buyer=tender.buyer, supplier=supplier, amount=award.amount,
        starts=starts, years=wanted, year_length=terms.term or Period(1, Unit.YEAR), award_amount=award.amount,
        notice_on=notice_on, payments=terms.payments, renewal=terms.renewal, deduction=terms.deduction, grounds=tuple(grounds),
    )  # fmt: skip


# --- money ----------------------------------------------------------------------------------------------------------------


def payment_plan(amount: Fen, payments: Sequence[PaymentTerm]) -> tuple[Fen, ...]:
    """What each payment comes to, in fen, adding up to ``amount`` exactly.

    Each share is rounded half up once; the payment of the rest 结算尾款 (or the last) takes the difference.
    Raises BadInput when the shares are not 100 %.

    >>> payment_plan(100, [PaymentTerm(1, "签订", Fraction(1, 3)), PaymentTerm(2, "期满", None)])
    (33, 67)
    """
    problems = payment_findings(payments)
    if problems:
        raise BadInput(problems, "付款约定有误")
    planned = [0 if p.share is None else share_of(amount, p.share) for p in payments]
    taking = next((n for n, p in enumerate(payments) if p.share is None), len(payments) - 1)
    planned[taking] += amount - sum(planned)
    return tuple(planned)


@dataclass(frozen=True)
class Deduction:
    """扣款 after an evaluation: fen, with the working that people can follow."""

    amount: Fen
    working: str


def deduction_for(terms: DeductionTerms | None, score: Fraction, grade: str | None, total: Fen) -> Deduction | None:
    """What the score takes off: nothing for the full grade, else (base − score) / base × total.

    None where the clause is silent: a score that is not below the base, without the grade that is paid in full (a veto, a gap
    between the bands). Neither full payment nor any deduction was agreed then; both sides settle it with a reason.

    score   the published one, as an exact number; total: the year's contract price in fen; rounded half up to the fen once

    >>> clause = DeductionTerms(Fraction(90), "优秀")
    >>> deduction_for(clause, Fraction(81), "良好", 692900000)
    Deduction(amount=69290000, working='（90 − 81）÷ 90 × ¥6,929,000.00 = ¥692,900.00')
    >>> deduction_for(clause, Fraction(95), "不合格", 692900000) is None
    True
    """
    if terms is None:
        return Deduction(0, "合同没有约定按评分扣款")
    if grade is not None and grade == terms.full_grade:
        return Deduction(0, f"{grade}, 得分{shortest_text(score)}, 支付全额")
    if score >= terms.base:
        return None
    share = (terms.base - max(score, Fraction(0))) / terms.base
    amount = share_of(total, share)
    base = shortest_text(terms.base)
    return Deduction(amount, f"（{base} − {shortest_text(score)}）÷ {base} × {yuan_text(total)} = {yuan_text(amount)}")


def settle(planned: Fen, deduction: Deduction) -> tuple[Fen, Fen]:
    """The last payment after a deduction, and what it could not cover (to be paid back by the supplier), in fen."""
    paid = max(planned - deduction.amount, 0)
    return paid, deduction.amount - (planned - paid)


# --- renewal --------------------------------------------------------------------------------------------------------------


def renewal_verdict(terms: RenewalTerms | None, grade: str | None) -> Renewal:
    """What the clause says about this year's grade. Silent clauses and scores without a grade stay UNDECIDED, not moved."""
    if terms is None or grade is None:
        return Renewal.UNDECIDED
    return terms.of_grade(grade)


@rule(zh="续签须在合同约定的条件和年限之内", cites="财政部令第102号 第二十四条", status="V2", id="102-24")
def renewal_is_within_the_contract(contract: Contract, law: LawAt) -> Iterable[Finding]:
    """The grade allows it, the years are not used up, the next year's budget is there; an open verdict needs a reason."""
    asked = contract.renewal_asked
    if asked is None:
        yield Finding("renewal", "没有续签申请")
        return
    verdict = renewal_verdict(contract.renewal, asked.grade)
    if asked.year != contract.signed_years:
        yield Finding("year", "只能在最近一个合同年度之后续签", have=asked.year, need=contract.signed_years)
    if asked.year >= contract.years:
        yield Finding("year", "合同年限已满, 须重新采购", have=asked.year, need=f"少于{contract.years}")
    if verdict is Renewal.STOP:
        yield Finding("grade", f"等级“{asked.grade}”按合同约定不予续签", have=asked.grade)
    elif verdict is not Renewal.RENEW and not asked.reason.strip():
        yield Finding("reason", f"等级“{asked.grade or '无'}”: {verdict.zh}, 须写明续签的理由", have=asked.grade)
    if not asked.budgeted:
        yield Finding("budgeted", "下一年度预算未落实的, 不得续签", need="预算已落实")


# --- what must hold -------------------------------------------------------------------------------------------------------


@rule(zh="合同价款应当与中标价一致, 不得作实质性修改", cites="财政部令第87号 第七十一条", id="87-71")
def the_price_is_the_awarded_one(contract: Contract, law: LawAt) -> Finding | None:
    """To the fen."""
    if contract.award_amount is not None and contract.amount != contract.award_amount:
        return Finding("amount", have=yuan_text(contract.amount), need=yuan_text(contract.award_amount))
    return None


@rule(zh="应当自中标通知书发出之日起三十日内签订合同", cites="政府采购法 第四十六条", id="L-46")
def it_is_signed_within_thirty_days(contract: Contract, law: LawAt) -> Iterable[Finding]:
    """The day of the notice is not counted; a last day off rolls over. Late signing is told, and does not undo the contract."""
    if contract.signed_on is None:
        yield Finding("signed_on", "未填写签订日期")
    elif contract.notice_on is not None:
        if contract.signed_on < contract.notice_on:
            yield Finding("signed_on", "签订日期早于中标通知书", have=contract.signed_on, need=contract.notice_on)
        last = law.calendar.latest(contract.notice_on, law.period("contract_signing"))
        if contract.signed_on > last:
            yield Finding("signed_on", have=contract.signed_on, need=f"最迟 {last}", binding=False)


@rule(zh="付款比例合计为百分之百", cites="财政部令第87号 第二十条", id="87-20")
def the_payments_add_up(contract: Contract, law: LawAt) -> Iterable[Finding]:
    """See ``payment_findings``."""
    return payment_findings(contract.payments)


@rule(zh="服务合同连同续签不得超过三年; 超过一年的须具备全部条件", cites="财政部令第102号 第二十四条", status="V2", id="102-24")
def the_term_is_lawful(contract: Contract, law: LawAt) -> Iterable[Finding]:
    """One year needs nothing; two or three need every ground; four are never lawful."""
    most = law.parameter("service_contract_term_max")
    assert isinstance(most.value, Period)
    if contract.years > most.value.length:
        yield Finding("years", cites=most.cites, have=f"{contract.years}年", need=f"不超过{most.value}")
    if contract.years > 1:
        lacking = [ground.zh for ground in LongTermGround if ground not in contract.grounds]
        if lacking:
            yield Finding("grounds", f"合同期超过一年, 尚缺条件: {'、'.join(lacking)}", have=f"{contract.years}年")


@rule(zh="所有补充合同的采购金额不得超过原合同采购金额的百分之十", cites="政府采购法 第四十九条", id="L-49")
def supplements_stay_within_ten_per_cent(contract: Contract, law: LawAt) -> Iterable[Finding]:
    """Year by year, since each year is signed on its own 一年一签; exactly ten per cent is allowed."""
    most = share_floor(contract.amount, law.share("supplement_max_share"))
    for year in sorted({s.year for s in contract.supplements}):
        amounts = [s.amount for s in contract.supplements if s.year == year]
        if any(amount <= 0 for amount in amounts):
            yield Finding("supplements", "补充合同金额须大于0")
        if year > contract.signed_years:
            yield Finding("supplements", "该合同年度尚未签订", have=year)
        if sum(amounts) > most:
            yield Finding(
                "supplements", have=f"第{year}年 {yuan_text(sum(amounts))}", need=f"不超过{yuan_text(most)}"
            )  # fmt: skip


def share_floor(amount: Fen, share: Fraction) -> Fen:
    """The most whole fen that do not exceed the share."""
    return int(amount * share.numerator // share.denominator)


def everything_is_settled(contract: Contract, law: Any) -> Iterable[Finding]:
    """What is still open: a year not accepted, a payment not made."""
    return contract.unsettled


@rule(zh="应当写明理由", cites="政府采购法 第五十条", id="L-50")
def a_reason_is_written(contract: Contract, law: Any) -> Finding | None:
    """Contracts are not changed, suspended or ended at will."""
    return None if contract.reason.strip() else Finding("reason")


@rule(zh="没有法定或者约定的事由, 不得擅自终止合同", cites="政府采购法 第五十条", id="L-50-1")
def it_ends_on_a_lawful_ground(contract: Contract, law: Any) -> Iterable[Finding]:
    """The ground is named, and the last day of service lies in the time of the contract."""
    if contract.ending is None:
        yield Finding("ground", need="、".join(ground.zh for ground in Ground))
    elif contract.signed_on is not None and contract.ending.ended_on < contract.signed_on:
        yield Finding("ended_on", "终止日早于合同签订", have=contract.ending.ended_on, need=f"不早于 {contract.signed_on}")


_BOTH = (Role.BUYER, Role.SUPPLIER)

# fmt: off
CONTRACT = Lifecycle(
    "采购合同",
    # from, act, to, who
    #    what must hold, written in, zh
    Step(ContractStage.DRAFT,      "sign",       ContractStage.PERFORMING, _BOTH,
         (the_price_is_the_awarded_one, it_is_signed_within_thirty_days, the_payments_add_up, the_term_is_lawful),
         "政府采购法 第四十六条", "签订合同"),
    Step(ContractStage.PERFORMING, "supplement", ContractStage.PERFORMING, Role.BUYER,
         (supplements_stay_within_ten_per_cent,), "政府采购法 第四十九条", "签订补充合同"),
    Step(ContractStage.PERFORMING, "renew",      ContractStage.PERFORMING, Role.BUYER,
         (renewal_is_within_the_contract,), "财政部令第102号 第二十四条", "续签下一年度"),
    Step(ContractStage.PERFORMING, "complete",   ContractStage.COMPLETED,  Role.BUYER,
         (everything_is_settled,), "政府采购法实施条例 第四十五条", "履行完毕"),
    Step(ContractStage.PERFORMING, "terminate",  ContractStage.TERMINATED, Role.BUYER,
         (a_reason_is_written, it_ends_on_a_lawful_ground), "政府采购法 第五十条", "终止合同"),
)
# fmt: on
