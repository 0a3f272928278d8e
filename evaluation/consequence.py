"""Consequences 结果应用: what a final result does to payment, to renewal, and to the agency's record.

Each follows the contract's own clause 条款, applied to the published score. Where the clause is silent the outcome is
undecided 未定, and a person must decide with reasons: the machine does not finish a sentence that the parties left open.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from evaluation.kind import Kind, Use
from evaluation.result import Result, ResultStage
from evaluation.subject import ContractFacts
from kernel.money import Fen, share_of, yuan_text
from kernel.points import percent_text, shortest_text
from kernel.refusal import WrongStage


class Outcome(StrEnum):
    """What the clause makes of the result."""

    MET = "met"
    NOT_MET = "not_met"
    BUYER_DECIDES = "buyer_decides"
    UNDECIDED = "undecided"
    NO_YEAR_LEFT = "no_year_left"

    @property
    def zh(self) -> str:
        return {
            "met": "达到续签条件", "not_met": "未达到续签条件", "buyer_decides": "由采购人决定",
            "undecided": "合同未约定, 须由双方书面确定", "no_year_left": "合同年限已满",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Payment:
    """结算: what is deducted from the year's amount.

    deduction_fen  in fen, rounded half up once; None when the clause is silent
    rate           the exact share of the year's amount; None likewise
    working        the arithmetic in Chinese, so that a stranger can repeat it
    """

    deduction_fen: Fen | None
    rate: Fraction | None
    working: str
    clause: str

    @property
    def decided(self) -> bool:
        return self.deduction_fen is not None


@dataclass(frozen=True)
class Renewal:
    """续签: whether the condition of the contract is met, with the reason in Chinese."""

    outcome: Outcome
    reason: str
    clause: str


@dataclass(frozen=True)
class StandingFacts:
    """履约记录 as evaluation hands it over: who, in which procurement, which year, which kind, how well.

    It is a fact for the next tender's documents to ask about; it never awards anything by itself (财政部令第102号 第十七条:
    a good result of the past does not allow a direct award).
    """

    supplier_id: int
    ocid: str
    title: str
    kind: Kind
    year: int | None
    score: Decimal
    total: Fraction
    grade: str | None
    remark: str


@dataclass(frozen=True)
class Consequence:
    """All that follows from one final result; a part is None where the scheme does not use the result for it."""

    payment: Payment | None
    renewal: Renewal | None
    standing: StandingFacts | None


class Graded(Protocol):
    """A published number and its grade: all that a clause of the contract asks for."""

    @property
    def shown(self) -> Decimal: ...

    @property
    def grade(self) -> str | None: ...


def consequence_of(result: Result) -> Consequence:
    """What follows from a final result, by the scheme's uses and the contract's clauses.

    Raises WrongStage before the result is final: a score under objection deducts nothing.
    """
    if result.stage not in {ResultStage.FINAL, ResultStage.APPLIED}:
        raise WrongStage(f"评估结果现处“{result.stage.zh}”环节, 结果确定后方可应用")
    return foreseen(result)


def foreseen(result: Result) -> Consequence:
    """What would follow if the result became final as it stands: shown beside it, binding nobody."""
    contract = result.subject.contract
    return Consequence(
        payment=payment_by_clause(contract, result) if contract and Use.PAYMENT in result.uses else None,
        renewal=renewal_by_clause(contract, result) if contract and Use.RENEWAL in result.uses else None,
        standing=standing_of(result) if Use.STANDING in result.uses and result.kind.decides else None,
    )


def payment_by_clause(contract: ContractFacts, result: Graded) -> Payment:
    """The deduction by the payment clause.

    The clause is applied to the *shown* score: it is the number that both parties hold in hand. A grade that is paid in
    full deducts nothing. Otherwise (base − score) ÷ base of the year's amount. A score at or above the base without such
    a grade (a veto, a gap between the bands) is not foreseen by the formula, so the clause is silent.
    """
    clause = contract.payment
    if clause is None:
        return Payment(None, None, "合同未约定评估结果与结算的关系", "")
    if result.grade in clause.full_grades:
        return Payment(0, Fraction(0), f"等级为“{result.grade}”, 全额支付", clause.text)
    if clause.base is None:
        return Payment(None, None, f"条款未写明等级为{_grade(result)}时如何结算", clause.text)
    score = Fraction(result.shown)
    base = clause.base
    if score >= base:
        return Payment(
            None, None,
            f"得分 {result.shown} 不低于 {shortest_text(base)}, 而等级为{_grade(result)}: 条款未写明如何结算", clause.text,
        )
    rate = (base - score) / base
    deduction = share_of(contract.amount_fen, rate)
    working = (
        f"({shortest_text(base)} − {result.shown}) ÷ {shortest_text(base)} = {percent_text(rate, 2)}; "
        f"× 年度合同金额 {yuan_text(contract.amount_fen)} = 扣减 {yuan_text(deduction)}"
    )
    return Payment(deduction, rate, working, clause.text)


def renewal_by_clause(contract: ContractFacts, result: Graded) -> Renewal:
    """Whether the renewal clause is met: named grades renew or stop; every other grade, and none, is a silence.

    In the last year the contract can run there is nothing left to renew, whatever the grade.
    """
    clause = contract.renewal
    text = clause.text if clause else ""
    if contract.year >= contract.years:
        return Renewal(Outcome.NO_YEAR_LEFT, f"第{contract.year}年度为合同最后年度, 期满须重新采购", text)
    if clause is None:
        return Renewal(Outcome.UNDECIDED, "合同未约定续签条件", "")
    if result.grade in clause.renews:
        return Renewal(Outcome.MET, f"等级为“{result.grade}”, 达到续签条件", text)
    if result.grade in clause.stops:
        return Renewal(Outcome.NOT_MET, f"等级为“{result.grade}”, 按约定不再续签", text)
    if result.grade in clause.buyer_decides:
        return Renewal(Outcome.BUYER_DECIDES, f"等级为“{result.grade}”, 按约定由采购人决定是否续签", text)
    return Renewal(Outcome.UNDECIDED, f"等级为{_grade(result)}, 条款既未约定续签也未约定终止", text)


def standing_of(result: Result) -> StandingFacts:
    """The line for the agency's record."""
    contract = result.subject.contract
    remark = "；".join(result.vetoes) or result.gap
    return StandingFacts(
        supplier_id=result.subject.supplier.id, ocid=result.subject.ocid, title=result.subject.title, kind=result.kind,
        year=contract.year if contract else None, score=result.shown, total=result.total, grade=result.grade,
        remark=remark,
    )  # fmt: skip


def _grade(result: Graded) -> str:
    return f"“{result.grade}”" if result.grade else "空档（无等级）"
