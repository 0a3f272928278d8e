"""Tender documents 采购文件 as frozen facts: what is bought, from whom it may be bought, how offers are judged and paid.

``None`` means masked or absent. What the source or the reader found wrong is kept beside the facts, with its place; it is
shown, never repaired in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from kernel.money import Fen
from kernel.period import Period
from kernel.refusal import Finding
from procurement.method import EvaluationMethod, Method
from procurement.service_field import ServiceField
from procurement.stage import Progress, Stage
from rubric.criterion import GradeBand, Rubric


@dataclass(frozen=True)
class Lot:
    """A lot 采购包. ``budget`` is given where a bid is a discount rate of it."""

    id: str
    budget: Fen | None = None
    title: str = ""
    this_file: bool = True


@dataclass(frozen=True)
class QualificationCondition:
    """One condition of qualification 资格条件 with the proof asked for. ``special``: beyond 政府采购法 第二十二条."""

    number: str
    text: str
    proof: str = ""


@dataclass(frozen=True)
class ConformityItem:
    """One ground on which the conformity review 符合性审查 makes a bid invalid."""

    number: str
    fail_if: str
    note: str = ""


@dataclass(frozen=True)
class SubstantiveRequirement:
    """A requirement that may not be deviated from 实质性要求; ``mark`` is how it stands out in the documents."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class StaffRequirement:
    """One requirement on staff: a number, a share or a text; ``soft`` where the documents only wish it."""

    item: str
    value: str = ""
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    unit: str = ""
    soft: bool = False


@dataclass(frozen=True)
class ServiceItem:
    """One service asked for. ``quantity`` "" where the documents give none."""

    name: str
    content: str = ""
    quantity: str = ""


@dataclass(frozen=True)
class CostRule:
    """A rule on cost. A ``minimum`` in money is a floor price 最低限价; ``value`` is only how the budget was made up."""

    item: str
    unit: str = ""
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    value: Fraction | None = None
    basis: str = ""

    @property
    def is_money(self) -> bool:
        return "元" in self.unit


@dataclass(frozen=True)
class Requirement:
    """The need 采购需求."""

    staff: tuple[StaffRequirement, ...] = ()
    services: tuple[ServiceItem, ...] = ()
    cost_rules: tuple[CostRule, ...] = ()
    price_form: str = ""


@dataclass(frozen=True)
class PaymentTerm:
    """One payment: when, and its share of the yearly amount; ``share`` None = the rest 结算尾款."""

    number: int
    when: str
    share: Fraction | None
    by: str = ""


class Renewal(StrEnum):
    """What a renewal clause says about a grade."""

    RENEW = "renew"
    STOP = "stop"
    BUYER_DECIDES = "buyer_decides"
    UNDECIDED = "undecided"

    @property
    def zh(self) -> str:
        return {
            "renew": "可以续签", "stop": "不予续签", "buyer_decides": "由采购人决定",
            "undecided": "合同未约定, 须由双方书面确定",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class RenewalTerms:
    """Yearly renewal 一年一签. ``grades``: what the clause says by grade; a grade it does not name is undecided."""

    max_renewals: int
    each_years: int = 1
    condition: str = ""
    stop_if: str = ""
    may_if: str = ""
    grades: Mapping[str, Renewal] = field(default_factory=dict)
    result_valid_months: int | None = None

    def of_grade(self, grade: str) -> Renewal:
        """What the clause says about ``grade``; UNDECIDED where it is silent: nothing is moved to the nearest grade."""
        return self.grades.get(grade, Renewal.UNDECIDED)


@dataclass(frozen=True)
class DeductionTerms:
    """Payment by score: nothing is deducted from ``full_grade``; below, (base − score) / base × the contract total."""

    base: Fraction
    full_grade: str = ""


@dataclass(frozen=True)
class ContractTerms:
    """The draft contract 合同草案. ``grades``: the bands of acceptance 验收等级 exactly as printed, gaps included."""

    term: Period | None = None
    term_from: str = ""
    renewal: RenewalTerms | None = None
    payments: tuple[PaymentTerm, ...] = ()
    grades: tuple[GradeBand, ...] = ()
    deduction: DeductionTerms | None = None
    sign_within: Period | None = None
    evaluator: str = ""
    acceptance_basis: str = ""
    vacancy_deduction: bool = False


@dataclass(frozen=True)
class CommitteeTerms:
    """What the documents say on the committee: size, odd or not, experts' share at least."""

    minimum: int | None = None
    odd: bool = True
    experts_share: Fraction | None = None
    tie: tuple[str, ...] = ()


class PriceForm(StrEnum):
    """What a price is: an amount in yuan, or a rate of each lot's budget."""

    TOTAL = "total"
    DISCOUNT_RATE = "discount_rate"


@dataclass(frozen=True)
class LowPriceRatios:
    """The three ratios of the abnormally low price test 异常低价审查 (财库〔2026〕2号). Strictly less triggers."""

    of_mean: Fraction
    of_second_lowest: Fraction
    of_ceiling: Fraction


@dataclass(frozen=True)
class PriceTerms:
    """Price as the documents score it, all numbers exact: yuan for TOTAL, a rate for DISCOUNT_RATE.

    weight   full points of price 价格分; None where no section is marked as price
    raised   own ratios of the documents for the low-price test, None = those of the law
    floor    a floor price written in the documents (forbidden, 87号令 第十二条)
    """

    form: PriceForm = PriceForm.TOTAL
    weight: Fraction | None = None
    ceiling: Fraction | None = None
    budget: Fraction | None = None
    raised: Mapping[str, Fraction] = field(default_factory=dict)
    floor: Fraction | None = None

    @property
    def limit(self) -> Fraction | None:
        """What no bid may exceed: the ceiling, else the budget (a rate of 1 for discount rates)."""
        if self.ceiling is not None:
            return self.ceiling
        return Fraction(1) if self.form is PriceForm.DISCOUNT_RATE else self.budget


@dataclass(frozen=True)
class AwardTerms:
    """How many win, how many are recommended, how many must be valid, how totals are rounded before ranking."""

    winners: int = 1
    candidates: int = 3
    min_valid: int = 3
    decimals: int | None = None
    lots_by_rank: tuple[Lot, ...] = ()


@dataclass(frozen=True)
class Tender:
    """A tender 采购项目: its documents, its dates, where it stands. Frozen: ``dataclasses.replace`` proposes a change.

    budget, ceiling     fen; None = not given
    documents_issued    the day documents are first offered 招标文件开始发出之日; documents_until: the last day
    bids_close          the deadline 投标截止时间, aware; opening_at: 开标时间 (None = the same moment)
    sme_deduction       price deduction for small and micro enterprises, a share; 0 = none
    rubric              the scoring table without its price section; None where it could not be read
    faults              what is wrong in the documents with its place; missing: what they lack
    """

    ocid: str
    title: str
    buyer: str
    method: Method | None = None
    evaluation_method: EvaluationMethod | None = None
    service_field: ServiceField | None = None
    organiser: str = ""
    jurisdiction: str = "national"
    budget: Fen | None = None
    ceiling: Fen | None = None
    lots: tuple[Lot, ...] = ()
    qualification: tuple[QualificationCondition, ...] = ()
    credit_channels: tuple[str, ...] = ()
    conformity: tuple[ConformityItem, ...] = ()
    substantive: tuple[SubstantiveRequirement, ...] = ()
    requirement: Requirement = field(default_factory=Requirement)
    contract: ContractTerms = field(default_factory=ContractTerms)
    committee: CommitteeTerms = field(default_factory=CommitteeTerms)
    rubric: Rubric | None = None
    scoring_total: Fraction | None = None
    price: PriceTerms = field(default_factory=PriceTerms)
    award: AwardTerms = field(default_factory=AwardTerms)
    sme_deduction: Fraction = Fraction(0)
    sme_industry: str = ""
    sme_reserved: bool = False
    joint_venture: bool = False
    bid_deposit: Fraction = Fraction(0)
    performance_bond: Fraction = Fraction(0)
    bid_validity: Period | None = None
    documents_issued: date | None = None
    documents_until: date | None = None
    bids_close: datetime | None = None
    opening_at: datetime | None = None
    stage: Stage = Stage.DRAFT
    progress: Progress = field(default_factory=Progress)
    faults: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def opens(self) -> datetime | None:
        """When bids are opened: the same moment as the deadline unless the documents say otherwise."""
        return self.opening_at or self.bids_close
