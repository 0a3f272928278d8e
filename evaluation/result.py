"""Results 评估结果: a score with its grade, and the way it becomes final.

A score is computed by the engine and never typed. The agency is heard before anything is published, the public notice
has its full days, every objection is answered in writing, and only a final result has consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from evaluation.kind import NOTICE_88, ORDER_102, Kind, Use
from evaluation.scheme import StageShare, Timetable
from evaluation.subject import Subject
from kernel.lifecycle import Lifecycle, Step
from kernel.points import half_up
from kernel.refusal import BadInput, Finding
from kernel.role import Role
from law.rule import rule
from rubric.aggregation import Score
from rubric.criterion import Rubric
from rubric.grade import GradeScale


class ResultStage(StrEnum):
    """Where a result stands."""

    COMPUTED = "computed"
    HEARD = "heard"
    PUBLISHED = "published"
    OBJECTED = "objected"
    FINAL = "final"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"

    @property
    def zh(self) -> str:
        return {
            "computed": "待机构陈述", "heard": "待公示", "published": "公示中", "objected": "异议处理中",
            "final": "结果已确定", "applied": "结果已应用", "withdrawn": "已撤销",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Objection:
    """异议: who says what, in writing and by real name. Anonymous ones are not accepted 匿名不予受理.

    answered_on  None while it waits; upheld: 成立, the result cannot stand
    """

    name: str
    contact: str
    text: str
    raised_on: date
    answered_on: date | None = None
    upheld: bool = False


@dataclass(frozen=True)
class Result:
    """评估结果 as facts.

    exact       the score as an exact fraction, on a scale of ``total`` 分
    shown       the score rounded half up once, the number that is published and on which grade and clauses stand
    grade       the grade's own word; None where the score lies in a gap 等级空档 or the result is void
    gap         why there is no grade, in Chinese; "" when there is one
    vetoes      reasons of 一票否决 that overrode the grade; the raw score above stays as it is
    statement   the agency's statement 机构陈述; "" while none was made
    today       the day on which a step is judged
    """

    stage: ResultStage
    kind: Kind
    subject: Subject
    exact: Fraction
    shown: Decimal
    total: Fraction
    grade: str | None
    timetable: Timetable
    computed_on: date
    today: date
    gap: str = ""
    vetoes: tuple[str, ...] = ()
    uses: frozenset[Use] = frozenset()
    statement: str = ""
    published_on: date | None = None
    objections: tuple[Objection, ...] = ()


def statement_due(result: Result, law: Any) -> date:
    """The last day for the agency's statement, counted from the day after the score was computed."""
    due: date = law.calendar.latest(result.computed_on, result.timetable.statement)
    return due


def publicity_ends(result: Result, law: Any) -> date | None:
    """The last day of the public notice, and of objections; None before it is published."""
    if result.published_on is None:
        return None
    last: date = law.calendar.latest(result.published_on, result.timetable.publicity)
    return last


@rule(zh="机构陈述须有内容", cites=NOTICE_88, status="D")
def statement_says_something(result: Result, law: Any) -> Finding | None:
    """An agency that has nothing to say lets the period run out, or says that it agrees."""
    return None if result.statement.strip() else Finding("statement", cure="如无意见, 请填写“无异议”")


@rule(zh="机构陈述须在陈述期内提出", cites=NOTICE_88, status="D")
def statement_is_in_time(result: Result, law: Any) -> Finding | None:
    """The last day counts."""
    due = statement_due(result, law)
    return Finding("statement", have=result.today, need=f"不晚于 {due}") if result.today > due else None


@rule(zh="陈述期届满前须等待被评估机构陈述", cites=NOTICE_88, status="D")
def statement_period_is_over(result: Result, law: Any) -> Finding | None:
    """Without a statement the result waits until the day after the period's last."""
    due = statement_due(result, law)
    return Finding("statement", have=result.today, need=f"{due} 之后") if result.today <= due else None


@rule(zh="异议须以书面形式实名提出", cites=NOTICE_88, status="D")
def objection_is_signed_and_reasoned(result: Result, law: Any) -> Iterable[Finding]:
    """Who objects gives name, contact and reasons; anonymous objections are not accepted."""
    if not result.objections:
        return (Finding("text", "请填写异议内容"),)
    newest = result.objections[-1]
    lacks = (("name", newest.name, "姓名或者单位名称"), ("contact", newest.contact, "联系方式"), ("text", newest.text, "异议内容和理由"))
    return tuple(Finding(field, need=f"写明{zh}") for field, value, zh in lacks if not value.strip())


@rule(zh="异议须在公示期内提出", cites=NOTICE_88, status="D")
def objection_is_in_time(result: Result, law: Any) -> Finding | None:
    """The last day of the notice counts."""
    last = publicity_ends(result, law)
    if last is not None and result.today > last:
        return Finding("text", have=result.today, need=f"不晚于 {last}")
    return None


@rule(zh="公示期未满不得确定结果", cites=NOTICE_88, status="D")
def publicity_is_over(result: Result, law: Any) -> Finding | None:
    """The public notice has its full days; the result is fixed from the day after the last."""
    last = publicity_ends(result, law)
    if last is None or result.today <= last:
        return Finding("publicity", have=result.today, need=f"{last} 之后" if last else "先行公示")
    return None


@rule(zh="对每项异议均须书面答复后方可确定结果", cites=NOTICE_88, status="D")
def every_objection_is_answered(result: Result, law: Any) -> Iterable[Finding]:
    """All that wait are named at once."""
    return tuple(
        Finding("objections", f"{o.name}于 {o.raised_on} 提出的异议尚未答复") for o in result.objections if o.answered_on is None
    )


@rule(zh="异议成立的, 原结果不得确定", cites=NOTICE_88, status="D")
def no_objection_was_upheld(result: Result, law: Any) -> Iterable[Finding]:
    """A result that was found wrong is withdrawn and evaluated again, not finalised."""
    return tuple(
        Finding("objections", f"{o.name}提出的异议成立", cure="请撤销本结果, 另行评估") for o in result.objections if o.upheld
    )


@rule(zh="结果仅在异议成立时撤销", cites=NOTICE_88, status="D")
def an_objection_was_upheld(result: Result, law: Any) -> Finding | None:
    """Nobody withdraws a result because they dislike it."""
    if any(o.upheld for o in result.objections):
        return None
    return Finding("objections", have="没有成立的异议")


@rule(zh="自评结果不作为支付、续签和履约记录的依据", cites=NOTICE_88, status="D")
def the_kind_decides(result: Result, law: Any) -> Finding | None:
    """Self-evaluation is heard; consequences follow from what others found."""
    return None if result.kind.decides else Finding("kind", have=result.kind.zh)


_BODY, _BUYER, _SUPPLIER = Role.EVALUATION_BODY, Role.BUYER, Role.SUPPLIER
_BOTH = (_BODY, _BUYER)
_ANYBODY = (_SUPPLIER, _BUYER, Role.FINANCE, Role.OVERSEER, Role.EVALUATOR, Role.EXPERT)
_SPOKEN = (statement_says_something, statement_is_in_time)
_OBJECTED = (objection_is_signed_and_reasoned, objection_is_in_time)
_STANDS = (publicity_is_over, every_objection_is_answered, no_objection_was_upheld)
_FALLS = (an_objection_was_upheld, every_objection_is_answered)
_R = ResultStage

RESULT = Lifecycle(
    "result 评估结果",
    #    from          act         to             who                    what must hold                 written in
    Step(_R.COMPUTED,  "state",    _R.HEARD,      _SUPPLIER,             _SPOKEN,                       NOTICE_88, "提交机构陈述"),
    Step(_R.COMPUTED,  "lapse",    _R.HEARD,      (*_BOTH, Role.CLOCK),  (statement_period_is_over,),   NOTICE_88, "陈述期届满"),
    Step(_R.HEARD,     "publish",  _R.PUBLISHED,  _BOTH,                 (),                            NOTICE_88, "公示结果"),
    Step(_R.PUBLISHED, "object",   _R.OBJECTED,   _ANYBODY,              _OBJECTED,                     NOTICE_88, "提出异议"),
    Step(_R.OBJECTED,  "object",   _R.OBJECTED,   _ANYBODY,              _OBJECTED,                     NOTICE_88, "提出异议"),
    Step(_R.OBJECTED,  "answer",   _R.OBJECTED,   _BOTH,                 (),                            NOTICE_88, "答复异议"),
    Step(_R.PUBLISHED, "finalise", _R.FINAL,      _BOTH,                 _STANDS,                       ORDER_102, "确定结果"),
    Step(_R.OBJECTED,  "finalise", _R.FINAL,      _BOTH,                 _STANDS,                       ORDER_102, "确定结果"),
    Step(_R.OBJECTED,  "withdraw", _R.WITHDRAWN,  _BOTH,                 _FALLS,                        NOTICE_88, "撤销结果"),
    Step(_R.FINAL,     "apply",    _R.APPLIED,    _BUYER,                (the_kind_decides,),           ORDER_102, "应用结果"),
)  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """What the engine makes of the signed sheets: this evaluation's own score, the score that counts, and its grade.

    own, own_shown  of this evaluation alone, on the rubric's scale
    exact, shown    the score that counts: the same, or the year's where the scheme folds stages 阶段
    total           full marks of ``exact``
    stages          (kind, share, percentage) of every stage that was folded; empty otherwise
    score           the engine's own working, leaf by leaf
    """

    score: Score
    own: Fraction
    own_shown: Decimal
    exact: Fraction
    shown: Decimal
    total: Fraction
    grade: str | None
    gap: str
    vetoes: tuple[str, ...]
    stages: tuple[tuple[Kind, Fraction, Fraction], ...] = ()


class Judged(Protocol):
    """What a score is judged by: a scheme, or a case."""

    @property
    def kind(self) -> Kind: ...

    @property
    def stages(self) -> tuple[StageShare, ...]: ...

    @property
    def measure(self) -> Rubric: ...


def scored(scheme: Judged, score: Score, earlier: Mapping[Kind, Fraction] | None = None) -> Scored:
    """The score that counts and its grade, from the engine's score of the signed sheets.

    earlier  percentages 百分制 of the year's earlier stages by kind; read only where a final evaluation folds stages

    The year is folded from exact percentages and put on the rubric's own scale; it is rounded half up once, and the
    grade is that of the rounded number, since that is what is published. Raises BadInput for a stage without a score.
    """
    rubric = scheme.measure
    total = rubric.total if rubric.total else score.full
    exact = score.total
    stages: tuple[tuple[Kind, Fraction, Fraction], ...] = ()
    if scheme.kind is Kind.FINAL and scheme.stages:
        percentages = {**(earlier or {}), Kind.FINAL: score.total * 100 / total}
        exact = year_score(scheme.stages, percentages) * total / 100
        stages = tuple((share.kind, share.weight, percentages[share.kind]) for share in scheme.stages)
    shown = half_up(exact, rubric.places)
    vetoes = tuple(
        f"{veto.name}: {'；'.join(reason for _, reason in veto.raised_by if reason) or veto.effect.zh}"
        for veto in score.vetoes
        if veto.effective
    )
    grade: str | None = None
    gap = "方案未设等级"
    bands = rubric.grades
    if bands is not None and bands.bands:
        verdict = GradeScale(bands).verdict(replace(score, total=exact, shown=shown))
        grade = verdict.final.name if verdict.final is not None else None
        gap = "" if grade is not None else verdict.zh
    elif vetoes:
        gap = "一票否决, 结果无效"
    return Scored(score, score.total, score.shown, exact, shown, total, grade, gap, vetoes, stages)


def year_score(stages: tuple[StageShare, ...], scores: Mapping[Kind, Fraction]) -> Fraction:
    """年度得分: the stages' scores folded by their shares, exactly. Scores are percentages 百分制 of their own scales.

    Raises BadInput naming every stage that has no score yet: a missing stage is not 0.

    >>> year_score((StageShare(Kind.MIDTERM, Fraction(2, 5)), StageShare(Kind.FINAL, Fraction(3, 5))),
    ...            {Kind.MIDTERM: Fraction(90), Kind.FINAL: Fraction(85)})
    Fraction(87, 1)
    """
    missing = tuple(Finding("stages", f"缺少{s.kind.zh}的结果") for s in stages if s.kind not in scores)
    if missing:
        raise BadInput(missing, "不能计算年度得分")
    return sum((share.weight * scores[share.kind] for share in stages), Fraction(0))
