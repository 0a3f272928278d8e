"""A tender that was scored: two sections with every kind of leaf a workbook meets, four bids, five experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from kernel.period import SHANGHAI, Period, Unit
from law import law_at
from procurement.committee import Capacity, Committee, Member
from procurement.documents import AwardTerms, CommitteeTerms, ConformityItem, PriceTerms, QualificationCondition, Tender
from procurement.method import EvaluationMethod, Method
from procurement.opening import OpeningLine, OpeningRecord
from procurement.qualification import Decision, Review, items_of
from procurement.scoring import Contender, Entry, Evaluation, Ranking, rank_bids
from reports.compose.bid_scores import BidReportFacts
from rubric.adjustments import Judgement
from rubric.criterion import Criterion, Part, Rubric
from rubric.levels import JudgementLevels

EVALUATED = date(2026, 12, 21)
EXPERTS = ("专家一", "专家二", "专家三", "专家四", "专家五")
NAMES = {"A": "晨光社会工作服务中心", "B": "同行社会工作发展中心", "C": "青禾社区服务社", "D": "明䶮社会服务促进会"}
PRICES = {"A": 6_780_000, "B": 6_929_000, "C": 6_240_000, "D": 6_500_000}

GOOD = JudgementLevels(tuple(zip("优良中差", map(Fraction, (20, 10, 5, 0)), strict=True)))


def a_part(id: str, rule: Any, name: str = "", **but: Any) -> Part:
    return Part(id, rule, name=name, **but)


def a_scoring_table() -> Rubric:
    """技术 60 and 商务 30; a leaf with a required part, one behind a gate, one objective, one in thirds."""
    plan = Criterion(
        "T1", "项目服务计划", Fraction(25), scale=Fraction(100),
        parts=(
            a_part("T1a", Judgement(Fraction(0), Fraction(80)), "计划要素", objective=True),
            a_part("T1b", GOOD, "计划质量", requires="T1a"),
        ),
    )  # fmt: skip
    system = Criterion("T2", "管理制度", Fraction(35, 3), scale=Fraction(20), parts=(a_part("T2a", GOOD, "制度健全程度"),))
    staff = Criterion(
        "T3", "项目团队", Fraction(70, 3), cap=Fraction(20), scale=Fraction(30),
        parts=(a_part("T3a", Judgement(Fraction(0), Fraction(30)), "团队配置"),),
    )  # fmt: skip
    record = Criterion("B1", "同类业绩", Fraction(20), parts=(a_part("B1a", Judgement(Fraction(0), Fraction(20)), "业绩", objective=True),))
    credit = Criterion("B2", "诚信", Fraction(10), gates=("无失信记录",), parts=(a_part("B2a", Judgement(Fraction(0), Fraction(10)), "诚信"),))
    technical = Criterion("技术部分", "技术部分", Fraction(60), (plan, system, staff))
    business = Criterion("商务部分", "商务部分", Fraction(30), (record, credit))
    return Rubric("scoring", "评分标准", Fraction(90), (technical, business))


def a_scored_tender(**but: Any) -> Tender:
    made = Tender(
        ocid="cp-2026-0007", title="精神卫生专职社工服务项目", buyer="示范区卫生健康局", organiser="示范区公共资源交易中心",
        method=Method.OPEN, evaluation_method=EvaluationMethod.COMPREHENSIVE, budget=692_900_000, ceiling=692_900_000,
        qualification=(
            QualificationCondition("1", "具有独立承担民事责任的能力", "登记证书"),
            QualificationCondition("2", "未列入失信名单", "查询记录"),
        ),
        conformity=(ConformityItem("1", "报价超过最高限价"), ConformityItem("2", "未响应实质性要求")),
        committee=CommitteeTerms(5, True, Fraction(2, 3), ("总分", "报价低者优先", "随机抽取")),
        rubric=a_scoring_table(), scoring_total=Fraction(100), sme_deduction=Fraction(1, 10),
        price=PriceTerms(weight=Fraction(10), ceiling=Fraction(6_929_000), budget=Fraction(6_929_000)),
        award=AwardTerms(), bid_validity=Period(120, Unit.DAY), documents_issued=date(2026, 11, 27),
        bids_close=datetime(2026, 12, 18, 9, 30, tzinfo=SHANGHAI),
    )  # fmt: skip
    return replace(made, **but)


def a_contender(bidder: str, seed: int, **but: Any) -> Contender:
    choices: Mapping[str, Sequence[Any]] = {
        "T1b": ["优良中差"[(seed + n) % 3] for n in range(5)],
        "T2a": ["优良中差"[(seed * n) % 2] for n in range(5)],
        "T3a": [15 + (seed * 3 + n * 2) % 16 for n in range(5)],
        "B2a": [7 + (seed + n) % 4 for n in range(5)],
    }
    facts = {"T1a": 80 - 20 * (seed % 2), "B1a": 20 - 3 * seed, "无失信记录": bidder != "D"}
    return replace(Contender(bidder, Fraction(PRICES.get(bidder, 6_600_000)), facts, choices), **but)


def contenders() -> tuple[Contender, ...]:
    """Four valid bids; B is a small enterprise, D lost its credit gate; E exceeds the ceiling, F lacks a certificate."""
    four = [a_contender(bidder, seed) for seed, bidder in enumerate("ABCD", 1)]
    four[1] = replace(four[1], sme_deduction=Fraction(1, 10))
    over = a_contender("E", 5, price=Fraction(7_000_000))
    unqualified = a_contender("F", 6, qualification="未提供登记证书")
    return (*four, over, unqualified)


def an_evaluation(**but: Any) -> Evaluation:
    return replace(Evaluation(contenders(), 5, outlier_gap=Fraction(1, 2)), **but)


def ranked(tender: Tender | None = None, evaluation: Evaluation | None = None) -> Ranking:
    return rank_bids(tender or a_scored_tender(), evaluation or an_evaluation(), law_at(EVALUATED))


def two_wrong_entries() -> tuple[Entry, ...]:
    """An expert's own value of an objective part, and points that the rule cannot give."""
    return (Entry("A", 2, "B1a", Fraction(15)), Entry("C", 3, "T2a", Fraction(17), Fraction(10)))


def an_opening() -> OpeningRecord:
    lines = tuple(
        OpeningLine(n, bidder, name, PRICES[bidder] * 100, "", datetime(2026, 12, 17, 10 + n, 5, tzinfo=SHANGHAI), f"{n}a" * 32)
        for n, (bidder, name) in enumerate(NAMES.items(), 1)
    )
    opened = datetime(2026, 12, 18, 9, 30, tzinfo=SHANGHAI)
    return OpeningRecord("cp-2026-0007", opened, "主持人王某", "交易中心开标室二", lines, "监督员李某")


def a_committee() -> Committee:
    members = [Member(f"e{n}", name, employer=f"高校{n}", leader=n == 1) for n, name in enumerate(EXPERTS, 1)]
    members[4] = Member("e5", EXPERTS[4], Capacity.BUYER_REPRESENTATIVE, "示范区卫生健康局", authorised=True)
    return Committee("cp-2026-0007", tuple(members), EVALUATED)


def decisions(tender: Tender) -> tuple[Decision, ...]:
    """Everybody passes both reviews but F, which lacks its certificate."""
    made = []
    for bidder in (*"ABCDE", "F"):
        for item in items_of(tender, Review.QUALIFICATION):
            failed = bidder == "F" and item.number == "1"
            made.append(Decision(bidder, Review.QUALIFICATION, item.number, not failed, "未提供登记证书" if failed else ""))
        if bidder != "F":
            for item in items_of(tender, Review.CONFORMITY):
                failed = bidder == "E" and item.number == "1"
                made.append(Decision(bidder, Review.CONFORMITY, item.number, not failed, "报价高于最高限价" if failed else ""))
    return tuple(made)


def bid_report_facts(**but: Any) -> BidReportFacts:
    tender = but.get("tender", a_scored_tender())
    made = BidReportFacts(
        number="评标〔2026〕7号", organisation="示范区公共资源交易中心", day=EVALUATED, tender=tender, ranking=ranked(),
        committee=a_committee(), opening=an_opening(), decisions=decisions(tender),
        names={**NAMES, "E": "恒㛃社工事务所", "F": "博雅社会工作研究院"}, evaluated_on=EVALUATED, place="交易中心评标室三",
        media=("中国政府采购网", "示范区公共资源交易网"),
    )  # fmt: skip
    return replace(made, **but)
