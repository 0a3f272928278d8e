"""Builders for the procurement wing: each makes a lawful thing; a test states only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, time
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from kernel.credit_code import check_character
from kernel.period import SHANGHAI, Period, Unit
from law import law_at
from procurement.award import Award, Candidate
from procurement.bid import Bid
from procurement.committee import Candidate as PoolMember
from procurement.committee import Capacity, Committee, Member
from procurement.contract import Contract, LongTermGround
from procurement.documents import AwardTerms, DeductionTerms, PaymentTerm, PriceTerms, Renewal, RenewalTerms, Tender
from procurement.reading import read_tender
from procurement.session import Contender, Evaluation
from procurement.supplier import Condition, CreditCheck, Proof, Supplier, SupplierKind
from rubric.reading import load_yaml, read_rubric

ROOT = Path(__file__).parents[2]
SHARED_TENDERS = ROOT.parent / "shared" / "data" / "tenders"
LAW_2025 = law_at(date(2025, 2, 10))
LAW_2026 = law_at(date(2026, 3, 2))


def at(day: date | str, clock: str = "09:30") -> datetime:
    """A moment in Beijing time."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


@lru_cache(maxsize=1)
def _demo() -> Any:
    return load_yaml((ROOT / "demo" / "tender.yaml").read_text("utf-8"))


def the_demo() -> dict[str, Any]:
    """The mapping of the demonstration's tender, one's own to change."""
    return deepcopy(dict(_demo()))


def a_file(**but: Any) -> dict[str, Any]:
    """The demonstration's file with blocks replaced; a dotted name with ``__`` goes deeper: ``notice__budget_yuan=1``."""
    mapping = the_demo()
    for name, value in but.items():
        *above, last = name.split("__")
        block = mapping
        for key in above:
            block = block[key]
        block[last] = value
    return mapping


@lru_cache(maxsize=1)
def _lawful_tender() -> Tender:
    return replace(
        read_tender(_demo()),
        documents_issued=date(2025, 2, 10),
        documents_until=date(2025, 2, 17),
        bids_close=at("2025-03-03"),
    )


def a_tender(**but: Any) -> Tender:
    """The demonstration's tender with lawful dates: issued 2025-02-10, bids close 2025-03-03 09:30."""
    return replace(_lawful_tender(), **but)


def a_code(kind: SupplierKind = SupplierKind.SERVICE_AGENCY, number: int = 1) -> str:
    """A unified social credit code whose check sign is right."""
    head = {"service_agency": "52", "enterprise": "91", "foundation": "53", "association": "51"}.get(kind.value, "12")
    first = f"{head}440300MJ{number:07d}"
    return first + check_character(first)


def a_supplier(**but: Any) -> Supplier:
    """A social-service agency with every proof and a clean credit check of 2025-02-28."""
    made = Supplier(
        name="晨光社会工作服务中心",
        uscc=a_code(),
        kind=SupplierKind.SERVICE_AGENCY,
        proofs=tuple(Proof(condition, condition.proof) for condition in Condition),
        credit=(CreditCheck("信用中国", date(2025, 2, 28)), CreditCheck("中国政府采购网", date(2025, 2, 28))),
    )
    return replace(made, **but)


def a_bid(supplier: str = "甲", **but: Any) -> Bid:
    """A bid of 6,780,000 yuan, handed in the day before the deadline."""
    made = Bid(
        id=f"bid-{supplier}", tender="cp-2025-0001", supplier=supplier, price=678_000_000, facts={"T1a": 4},
        submitted_at=at("2025-03-02", "15:00"),
    )  # fmt: skip
    return replace(made, **but)


def a_pool(count: int = 12) -> tuple[PoolMember, ...]:
    return tuple(PoolMember(f"e{n}", f"专家{n}", f"单位{n}") for n in range(1, count + 1))


def a_committee(experts: int = 4, representatives: int = 1, **but: Any) -> Committee:
    """Four experts, the first of them leader, and one authorised representative of the buyer."""
    members = [Member(f"e{n}", f"专家{n}", employer=f"单位{n}", leader=n == 1) for n in range(1, experts + 1)]
    members += [
        Member(f"r{n}", f"代表{n}", Capacity.BUYER_REPRESENTATIVE, "示范市卫生健康局", authorised=True)
        for n in range(1, representatives + 1)
    ]
    return replace(Committee("cp-2025-0001", tuple(members), date(2025, 3, 4)), **but)


def a_contract(**but: Any) -> Contract:
    """One year of 6,929,000 yuan from 2025-04-01, twice renewable on 优秀, paid 30 %, 36 % and the rest."""
    made = Contract(
        number="HT-2025-001", tender="cp-2025-0001", title="精神卫生专职社会工作服务", buyer="示范市卫生健康局",
        supplier="晨光社会工作服务中心", amount=692_900_000, starts=date(2025, 4, 1), years=3,
        award_amount=692_900_000, notice_on=date(2025, 3, 10), signed_on=date(2025, 3, 20),
        payments=(
            PaymentTerm(1, "合同签订后", Fraction(3, 10)), PaymentTerm(2, "项目中期", Fraction(36, 100)),
            PaymentTerm(3, "年度期满完成绩效评价后", None),
        ),
        renewal=RenewalTerms(2, condition="优秀", stop_if="不合格", grades={"优秀": Renewal.RENEW, "不合格": Renewal.STOP}),
        deduction=DeductionTerms(Fraction(90), "优秀"),
        grounds=tuple(LongTermGround),
    )  # fmt: skip
    return replace(made, **but)


def an_award(**but: Any) -> Award:
    made = Award("cp-2025-0001", "甲", 692_900_000, 1, (Candidate(1, "甲", 1, Fraction(9203, 100)),), {})  # type: ignore[arg-type]
    return replace(made, **but)


# --- a small scoring table for arithmetic that fits on a page --------------------------------------------------------

SMALL = {
    "total": 100,
    "scale": 100,
    "sections": [
        {"name": "价格", "weight": 10, "price": True},
        {
            "name": "技术",
            "weight": 90,
            "leaves": [
                {"id": "L1", "name": "方案", "weight": 60, "parts": [
                    {"id": "p1", "objective": False,
                     "rule": {"kind": "judgement_levels", "levels": {"优": 100, "良": 70, "中": 40, "差": 0}}},
                ]},
                {"id": "L2", "name": "经验", "weight": 30, "parts": [
                    {"id": "p2", "objective": True, "rule": {"kind": "per_unit", "unit": "项", "points": 20, "cap": 100}},
                ]},
            ],
        },
    ],
}  # fmt: skip
"""Price 10, one subjective leaf 60, one objective leaf 30."""


def a_small_tender(**but: Any) -> Tender:
    """Ceiling and budget 1,000,000 yuan; three valid bids at least; one winner."""
    rubric = read_rubric({"id": "small", "name": "小表", **SMALL})
    made = Tender(
        ocid="cp-2025-0009", title="小项目", buyer="采购人", rubric=rubric, scoring_total=Fraction(100),
        price=PriceTerms(weight=Fraction(10), ceiling=Fraction(1_000_000), budget=Fraction(1_000_000)), award=AwardTerms(),
    )  # fmt: skip
    return replace(made, **but)


def a_contender(bidder: str = "甲", price: Any = 900_000, levels: str = "优优优", projects: int = 3, **but: Any) -> Contender:
    """One bid on the small table: one level per expert, and a count of projects."""
    facts: Mapping[str, Any] = {"p2": projects}
    return replace(Contender(bidder, Fraction(price), facts, {"p1": tuple(levels)}), **but)


def a_session(*contenders: Contender, **but: Any) -> Evaluation:
    """The contenders before as many experts as the first has levels."""
    experts = len(contenders[0].choices["p1"]) if contenders else 3
    return replace(Evaluation(tuple(contenders), experts), **but)


ONE_YEAR = Period(1, Unit.YEAR)
