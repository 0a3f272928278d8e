"""Subjects 评估对象: an agency that applies (立项评估), or one year of a contract that is being served (绩效评估).

The contract's facts are handed over as values; evaluation never asks procurement for them. What a contract says about
grades is a clause 条款, taken as written: a grade that it does not name is a silence, and a silence decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from kernel.money import Fen
from kernel.points import shortest_text
from kernel.refusal import Finding
from rubric.criterion import GradeBand


class SubjectKind(StrEnum):
    """What is evaluated."""

    AGENCY = "agency"  # 申请承接的机构, before the award
    PROJECT_YEAR = "project_year"  # 项目的一个合同年度

    @property
    def zh(self) -> str:
        return {"agency": "申请承接的机构", "project_year": "项目合同年度"}[self.value]


@dataclass(frozen=True)
class Organisation:
    """An organisation as evaluation knows it: who it is, nothing more."""

    id: int
    name: str


@dataclass(frozen=True)
class PaymentClause:
    """结算条款: what the grade does to the contract's money.

    full_grades  grades at which the whole amount is paid, e.g. {"优秀"}
    base         for every other grade the deduction is (base − score) ÷ base × the year's amount; None: the clause
                 gives no formula, so other grades are left open
    text         the clause in the contract's own words, shown beside every figure
    """

    full_grades: frozenset[str]
    base: Fraction | None
    text: str


@dataclass(frozen=True)
class RenewalClause:
    """续签条款: grades that let the contract go on, that end it, that leave it to the buyer. Any other: it is silent."""

    renews: frozenset[str]
    stops: frozenset[str]
    text: str
    buyer_decides: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ContractFacts:
    """合同要点 handed over: one year of one contract.

    amount_fen   the year's amount 年度合同金额 in fen
    bands        the contract's own grade bands 验收等级, as printed; empty: the contract prints none
    begins/ends  first and last day of the year's service, both included
    year         第几年度, from 1; years: how many the contract may run with its renewals, one to three
    """

    contract_id: int
    number: str
    title: str
    amount_fen: Fen
    begins: date
    ends: date
    year: int = 1
    years: int = 1
    payment: PaymentClause | None = None
    renewal: RenewalClause | None = None
    bands: tuple[GradeBand, ...] = ()

    @property
    def named_grades(self) -> frozenset[str]:
        """The grades that the contract's clauses name."""
        paid = self.payment.full_grades if self.payment else frozenset()
        renewed = self.renewal.renews | self.renewal.stops | self.renewal.buyer_decides if self.renewal else frozenset()
        return paid | renewed


@dataclass(frozen=True)
class Subject:
    """评估对象: whom and what. ``contract`` is there for a project year and absent for an applying agency.

    ocid is the procurement the subject comes from, in both cases: recusal and standing are judged by it.
    """

    kind: SubjectKind
    supplier: Organisation
    buyer: Organisation
    ocid: str
    title: str
    contract: ContractFacts | None = None

    @property
    def name(self) -> str:
        """How pages and reports call it."""
        if self.contract is None:
            return f"{self.supplier.name}（申请承接: {self.title}）"
        return f"{self.title} · 第{self.contract.year}年度"


def faults_of(subject: Subject) -> tuple[Finding, ...]:
    """Everything that keeps this from being a subject, at once: findings of form, before any law is asked."""
    return tuple(_faults(subject))


def _faults(subject: Subject) -> Iterable[Finding]:
    contract = subject.contract
    if subject.kind is SubjectKind.PROJECT_YEAR and contract is None:
        yield Finding("contract", "绩效评估的对象须为合同的一个年度", cure="请从合同页面发起评估")
    if subject.kind is SubjectKind.AGENCY and contract is not None:
        yield Finding("contract", "立项评估的对象是申请承接的机构, 尚无合同")
    if subject.supplier.id == subject.buyer.id:
        yield Finding("supplier", "采购人与承接机构不能为同一单位", have=subject.supplier.name)
    if contract is None:
        return
    if contract.amount_fen <= 0:
        yield Finding("amount_fen", "年度合同金额须大于零", have=contract.amount_fen)
    if contract.ends < contract.begins:
        yield Finding("ends", "服务期止日不得早于起日", have=contract.ends, need=f"不早于 {contract.begins}")
    if not 1 <= contract.year <= contract.years:
        yield Finding("year", "评估年度不在合同期内", have=contract.year, need=f"1 至 {contract.years}")
    if contract.payment is not None and contract.payment.base is not None and contract.payment.base <= 0:
        base = shortest_text(contract.payment.base)
        yield Finding("payment", "结算条款的基准分须大于零", have=base)
    if contract.renewal is not None and contract.renewal.renews & contract.renewal.stops:
        both = "、".join(sorted(contract.renewal.renews & contract.renewal.stops))
        yield Finding("renewal", "同一等级不能既续签又终止", have=both)
