"""Builders for the evaluation wing: each makes a lawful thing; a test states only what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaluation.assignment import Assignment, AssignmentStage, Evaluator
from evaluation.kind import Kind, Party, Use
from evaluation.result import Result, ResultStage
from evaluation.scheme import Panel, PartyShare, Scheme, SchemeStage, Timetable
from evaluation.subject import ContractFacts, Organisation, PaymentClause, RenewalClause, Subject, SubjectKind
from kernel.period import Period, Unit
from rubric.criterion import Criterion, GradeBand, GradeBands, Part, Rubric
from rubric.levels import Band, Bands
from rubric.sheet import Mark, Sheet

AGENCY = Organisation(11, "晨光社会工作服务中心")
BUREAU = Organisation(12, "示范区卫生健康局")
CENTRE = Organisation(13, "明衡第三方评估中心")

PAYMENT = PaymentClause(frozenset({"优秀"}), Fraction(90), "优秀全额支付; 其他等级按 (90 − 得分) ÷ 90 扣减")
RENEWAL = RenewalClause(frozenset({"优秀"}), frozenset({"不合格"}), "考核优秀可续签, 不合格终止")

GRADES = GradeBands(
    bands=(
        GradeBand("优秀", Fraction(90), Fraction(100), True, True),
        GradeBand("良好", Fraction(80), Fraction(89), True, True),
        GradeBand("合格", Fraction(60), Fraction(79), True, True),
        GradeBand("不合格", Fraction(0), Fraction(59), True, True),
    ),
    scale=Fraction(100),
)  # fmt: skip
"""Bands as a real contract prints them: 89.5 lies in none of them."""

FIVE_WORKING_DAYS = Period(5, Unit.WORKING_DAY)


def a_leaf(id: str, weight: int | str, name: str = "", **but: Any) -> Criterion:
    """One leaf, scored by any number from 0 to its weight."""
    full = Fraction(weight)
    part = Part(id, Bands((Band("评分", Fraction(0), full),)))
    return Criterion(id, name or f"指标{id}", full, parts=(part,), **but)


def a_rubric(*criteria: Criterion, **but: Any) -> Rubric:
    """Four leaves of 15, 20, 35 and 30 under four dimensions: 100 points, graded as the contract prints it."""
    made = criteria or (
        Criterion("D", "决策", Fraction(15), (a_leaf("D1", 15, "绩效目标合理性"),)),
        Criterion("G", "过程", Fraction(20), (a_leaf("G1", 20, "制度执行有效性"),)),
        Criterion("C", "产出", Fraction(35), (a_leaf("C1", 35, "个案服务质量"),)),
        Criterion("X", "效益", Fraction(30), (a_leaf("X1", 30, "服务对象改善"),)),
    )
    total = sum((c.weight or Fraction(0) for c in made), Fraction(0))
    return replace(Rubric("r-1", "项目绩效评估指标体系", total, made, grades=GRADES), **but)


def a_sheet(rater: str, party: str = "专业机构", /, **points: str) -> Sheet:
    """A sheet with points by leaf: ``a_sheet("甲", D1="14", G1="18", C1="30", X1="27")``."""
    marks = {id: Mark({"level": "评分", "points": value}, reason="见档案") for id, value in points.items()}
    return Sheet(rater, marks, party=party)


def a_contract(**but: Any) -> ContractFacts:
    """First of three years, ¥6,929,000.00, from 2025-03-20 for 365 days."""
    made = ContractFacts(
        7, "HT-2025-007", "精神卫生专职社工服务项目", 692_900_000, date(2025, 3, 20), date(2026, 3, 19), 1, 3,
        PAYMENT, RENEWAL,
    )  # fmt: skip
    return replace(made, **but)


def a_subject(**but: Any) -> Subject:
    made = Subject(SubjectKind.PROJECT_YEAR, AGENCY, BUREAU, "cp-2025-0001", "精神卫生专职社工服务项目", a_contract())
    return replace(made, **but)


def an_applicant(**but: Any) -> Subject:
    made = Subject(SubjectKind.AGENCY, AGENCY, BUREAU, "cp-2025-0001", "精神卫生专职社工服务项目")
    return replace(made, **but)


def a_timetable(**but: Any) -> Timetable:
    """Work begins on Monday 2026-01-19; sheets are due on Friday 2026-01-23."""
    made = Timetable(date(2026, 1, 19), date(2026, 1, 23), FIVE_WORKING_DAYS, FIVE_WORKING_DAYS)
    return replace(made, **but)


def a_panel(**but: Any) -> Panel:
    return replace(Panel(((Party.PROFESSIONAL, 3),), (("会计", 1),)), **but)


def a_scheme(**but: Any) -> Scheme:
    """A final evaluation by a third party alone, drafted by person 1, in draft."""
    made = Scheme(
        stage=SchemeStage.DRAFT, kind=Kind.FINAL, name="第一年度期末绩效评估方案", subject=a_subject(), rubric=a_rubric(),
        parties=(PartyShare(Party.PROFESSIONAL, Fraction(1)),), timetable=a_timetable(), panel=a_panel(),
        today=date(2026, 1, 5), uses=frozenset(Use), drafted_by=1, approved_by=2,
    )  # fmt: skip
    return replace(made, **but)


def an_evaluator(**but: Any) -> Evaluator:
    made = Evaluator(101, "评估员甲", CENTRE.id, CENTRE.name, Party.PROFESSIONAL, frozenset({"社会工作师"}))
    return replace(made, **but)


def an_assignment(**but: Any) -> Assignment:
    made = Assignment(
        AssignmentStage.ASSIGNED, an_evaluator(), a_subject(), work_begins=date(2026, 1, 19),
        declares_no_conflict=True, begun=True,
    )  # fmt: skip
    return replace(made, **but)


def a_result(shown: str = "86.40", **but: Any) -> Result:
    """A computed final evaluation, computed on Monday 2026-01-26 and looked at on the same day."""
    grade = but.pop("grade", "良好")
    made = Result(
        stage=ResultStage.COMPUTED, kind=Kind.FINAL, subject=a_subject(), exact=Fraction(shown), shown=Decimal(shown),
        total=Fraction(100), grade=grade, timetable=a_timetable(), computed_on=date(2026, 1, 26),
        today=date(2026, 1, 26), uses=frozenset(Use),
    )  # fmt: skip
    return replace(made, **but)
