"""Schemes 评估方案: what kind of evaluation, by which rubric, by whom with which weight, when, and to what end.

The national texts fix aspects and parties, never points (民发〔2015〕88号); so every weight here is a setting of the place
that evaluates, and none has a default. A scheme is approved by a second person and published to the evaluated before work
begins: nobody is judged by a measure they could not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from evaluation.grid import grid_findings
from evaluation.kind import NOTICE_88, ORDER_102, Kind, Party, Use
from evaluation.subject import Subject, faults_of
from kernel.lifecycle import Lifecycle, Step
from kernel.period import Period
from kernel.points import percent_text
from kernel.refusal import Finding
from kernel.role import Role
from law.rule import rule
from rubric.criterion import Criterion, Folding, GradeBands, Rubric
from rubric.fault import faults

SEPARATION = "政府采购法 第六十一条"


@dataclass(frozen=True)
class PartyShare:
    """评估主体权重: this party's share. All shares of a scheme add to 1.

    They fold the leaves that several parties score. Where the rubric gives leaves to one party each (700 + 200 + 100 of
    1000), its points say the same, and must say the same.
    """

    party: Party
    weight: Fraction


@dataclass(frozen=True)
class StageShare:
    """阶段权重: this evaluation's share in the year's score. Mid-term and final of a year add to 1.

    A setting of the place: no official text prints such shares.
    """

    kind: Kind
    weight: Fraction


@dataclass(frozen=True)
class Panel:
    """评估小组 composition: how many raters each party needs at least, and how many holders of each qualification."""

    least: tuple[tuple[Party, int], ...]
    qualifications: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Timetable:
    """评估日程. ``work_begins`` and ``sheets_due`` are days; the periods run from the act before them.

    statement  time of the agency for its statement 机构陈述, from the day the score is computed
    publicity  公示期, in working days; objections are heard within it
    """

    work_begins: date
    sheets_due: date
    statement: Period
    publicity: Period


class SchemeStage(StrEnum):
    """Where a scheme stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    ABANDONED = "abandoned"

    @property
    def zh(self) -> str:
        return {
            "draft": "起草", "approved": "已批准", "published": "已告知被评估机构", "in_progress": "评估中",
            "closed": "已办结", "abandoned": "已终止",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Scheme:
    """评估方案 as facts.

    rubric        the rubric as its author wrote it; ``measure`` lays the scheme's parties and folding over it
    folding       how the raters of one leaf become one number; None: as the rubric says
    grades        the grade scale 等级划分; None: the rubric's own. A result that decides on a contract speaks its words
    stages        where the year's score is folded from several evaluations; empty: this one stands alone
    drafted_by    id of the person; approved_by: likewise, None before it is approved
    drafted_for   id of the person on whose behalf 委托人 it was drafted; approved_for: likewise approved
    panel_lacks   findings on the evaluators assigned so far (``evaluation.assignment.panel_findings``)
    undeclared    names of evaluators who have not yet signed the declaration
    today         the day on which a step is judged
    """

    stage: SchemeStage
    kind: Kind
    name: str
    subject: Subject
    rubric: Rubric
    parties: tuple[PartyShare, ...]
    timetable: Timetable
    panel: Panel
    today: date
    folding: Folding | None = None
    grades: GradeBands | None = None
    stages: tuple[StageShare, ...] = ()
    uses: frozenset[Use] = frozenset()
    panel_lacks: tuple[Finding, ...] = ()
    undeclared: tuple[str, ...] = ()
    drafted_by: int | None = None
    approved_by: int | None = None
    drafted_for: int | None = None
    approved_for: int | None = None
    published_on: date | None = None
    result_is_final: bool = False

    @property
    def measure(self) -> Rubric:
        """The rubric by which sheets are scored: the author's, with this scheme's parties, folding and grades.

        A veto 一票否决 that gives the lowest grade of the author's scale gives the lowest of the scheme's: the words change
        with the scale, the meaning does not. Leaves that name their own parties keep them. Stages are folded between
        results, not between sheets: the two forms of a year may differ (``evaluation.result.year_score``).
        """
        return measure_of(self.rubric, {share.party.zh: share.weight for share in self.parties}, self.folding, self.grades)


def measure_of(
    rubric: Rubric, shares: Mapping[str, Fraction], folding: Folding | None = None, grades: GradeBands | None = None
) -> Rubric:
    """``rubric`` with other parties, folding and grades laid over it; see ``Scheme.measure``. shares: by party's name."""
    criteria = rubric.criteria
    if grades is not None and rubric.grades is not None:
        words = {_lowest(rubric.grades): _lowest(grades)}
        criteria = tuple(_vetoes_in(criterion, words) for criterion in criteria)
    return replace(
        rubric, criteria=criteria, parties=dict(shares) if len(shares) > 1 or _named_parties(rubric) else {}, stages={},
        folding=folding or rubric.folding, grades=grades or rubric.grades,
    )


def _lowest(bands: GradeBands) -> str | None:
    """The word of the lowest band; None where there is none."""
    ordered = sorted(bands.bands, key=lambda band: (band.low is not None, band.low or Fraction(0)))
    return ordered[0].grade if ordered else None


def _vetoes_in(criterion: Criterion, words: Mapping[str | None, str | None]) -> Criterion:
    """The same criteria with the grades of their vetoes in other words."""
    veto = criterion.veto
    if veto is not None and veto.grade in words:
        veto = replace(veto, grade=words[veto.grade])
    return replace(criterion, veto=veto, children=tuple(_vetoes_in(child, words) for child in criterion.children))


def _named_parties(rubric: Rubric) -> frozenset[str]:
    return frozenset(name for leaf in rubric.leaves() for name in leaf.parties)


@rule(zh="评估对象须与评估类型相符, 要点须完整", cites=NOTICE_88, status="D")
def subject_fits_the_kind(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """An appraisal looks at an applying agency; every other kind at a year of a contract."""
    if scheme.subject.kind is not scheme.kind.subject:
        yield Finding(
            "kind", f"{scheme.kind.zh}的对象是{scheme.kind.subject.zh}", have=scheme.subject.kind.zh,
            need=scheme.kind.subject.zh,
        )
    yield from faults_of(scheme.subject)


@rule(zh="各评估主体权重之和须为 100%", cites=NOTICE_88, status="D")
def party_weights_add_up(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """Shares of the parties are positive, named once, and add to the whole."""
    named = [share.party for share in scheme.parties]
    if not named:
        yield Finding("parties", "方案须写明评估主体及其权重", cure="从政府部门、服务对象、专业机构中选定")
        return
    for party in sorted({p for p in named if named.count(p) > 1}):
        yield Finding("parties", f"评估主体重复: {party.zh}")
    for share in scheme.parties:
        if share.weight <= 0:
            yield Finding("parties", f"{share.party.zh}的权重须大于零", have=percent_text(share.weight, 2))
    total = sum((share.weight for share in scheme.parties), Fraction(0))
    if total != 1:
        yield Finding("parties", have=percent_text(total, 2), need="100.00%")
    for name in sorted(_named_parties(scheme.rubric) - {party.zh for party in named}):
        yield Finding("parties", f"指标体系中有由“{name}”评分的指标, 方案未列该评估主体")


@rule(zh="综合评估由政府部门、服务对象、专业机构共同参与", cites=NOTICE_88, status="V")
def comprehensive_hears_all_three(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """A comprehensive evaluation is made by the three parties together."""
    if scheme.kind is not Kind.COMPREHENSIVE:
        return
    for party in Party:
        if party not in {share.party for share in scheme.parties}:
            yield Finding("parties", f"综合评估缺少评估主体: {party.zh}")
    yield from grid_findings(scheme.measure)


@rule(zh="指标由各评估主体分别评分的, 分值之比须与方案权重一致", cites=NOTICE_88, status="D")
def shares_say_what_the_rubric_says(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """Where every leaf belongs to named parties (700 + 200 + 100), the weights are in the points already."""
    leaves = [leaf for leaf in scheme.rubric.leaves() if leaf.weight]
    total = sum((leaf.weight or Fraction(0) for leaf in leaves), Fraction(0))
    if not total or not all(leaf.parties for leaf in leaves):
        return
    for share in scheme.parties:
        points = sum((leaf.weight or Fraction(0)) * leaf.parties.get(share.party.zh, Fraction(0)) for leaf in leaves)
        if points / total != share.weight:
            have, need = percent_text(share.weight, 2), percent_text(points / total, 2)
            yield Finding("parties", f"{share.party.zh}的权重与指标体系不符", have=have, need=need)


@rule(zh="立项评估由第三方专业机构进行", cites=NOTICE_88, status="V")
def appraisal_is_done_by_a_third_party(scheme: Scheme, law: Any) -> Finding | None:
    """Professional qualification, internal governance and human resources are judged by a third party."""
    if scheme.kind is Kind.APPRAISAL and Party.PROFESSIONAL not in {share.party for share in scheme.parties}:
        return Finding("parties", have="、".join(s.party.zh for s in scheme.parties) or "无", need="含专业机构")
    return None


@rule(zh="各阶段权重之和须为 100%", cites=ORDER_102, status="D")
def stage_weights_add_up(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """Where the year's score is folded from stages, their shares are positive and add to the whole."""
    if not scheme.stages:
        return
    for share in scheme.stages:
        if share.weight <= 0:
            yield Finding("stages", f"{share.kind.zh}的阶段权重须大于零", have=percent_text(share.weight, 2))
    total = sum((share.weight for share in scheme.stages), Fraction(0))
    if total != 1:
        yield Finding("stages", have=percent_text(total, 2), need="100.00%")
    if scheme.kind not in {share.kind for share in scheme.stages}:
        yield Finding("stages", f"阶段权重未列本次评估: {scheme.kind.zh}")


@rule(zh="指标体系须完整可评", cites=NOTICE_88, status="D")
def rubric_can_be_scored(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """A rubric with faults is shown with them, and nobody is scored by it; what is only worth knowing warns."""
    measure = replace(scheme.measure, parties=scheme.rubric.parties)  # shares are said by their own rule
    return tuple(
        Finding("rubric", f"指标体系: {fault.place}: {fault.zh}", binding=fault.blocking) for fault in faults(measure)
    )


@rule(zh="结果用于结算或者续签的, 等级名称须与合同条款一致", cites=ORDER_102, status="D")
def grades_speak_the_words_of_the_contract(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """优 is not 优秀: a clause that names grades is applied to these words and no others."""
    contract, grades = scheme.subject.contract, scheme.grades or scheme.rubric.grades
    known = [band.grade for band in grades.bands] if grades else []
    if contract is None or not scheme.uses & {Use.PAYMENT, Use.RENEWAL}:
        return
    for grade in sorted(contract.named_grades - set(known)):
        yield Finding("grades", f"合同条款以“{grade}”为条件, 方案的等级划分中没有这一等级", have="、".join(known) or "无")


@rule(zh="评估日程须前后相接", cites=ORDER_102, status="D")
def timetable_runs_forward(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """Work begins before sheets are due; a statement and a public notice take time."""
    times = scheme.timetable
    if times.sheets_due < times.work_begins:
        yield Finding(
            "sheets_due", "评分表提交期限不得早于评估开始", have=times.sheets_due, need=f"不早于 {times.work_begins}",
        )
    for name, zh, period in (("statement", "机构陈述期", times.statement), ("publicity", "公示期", times.publicity)):
        if period.length < 1:
            yield Finding(name, f"{zh}不得为零", have=str(period), need="不少于 1 日")


@rule(zh="评估方案由起草人以外的人员批准", cites=SEPARATION, status="D")
def approved_by_a_second_person(scheme: Scheme, law: Any) -> Finding | None:
    """Whoever drafts the measure does not also approve it.

    Article 61 separates those who handle a purchase from those who review it; that the same holds for a scheme of
    evaluation is our derivation. Who acts through another acts themselves (民法典 第一百六十二条): neither the drafter nor
    whom it was drafted for may approve, in their own name or through a delegate.
    """
    drafters, approvers = {scheme.drafted_by, scheme.drafted_for}, {scheme.approved_by, scheme.approved_for}
    if scheme.approved_by is None or (drafters & approvers) - {None}:
        return Finding("approved_by", cure="请由本单位另一名工作人员批准")
    return None


@rule(zh="评估方案须在评估开始前告知被评估机构", cites=NOTICE_88, status="D")
def published_before_work_begins(scheme: Scheme, law: Any) -> Finding | None:
    """The evaluated know rubric, weights and timetable before the first document is opened."""
    if scheme.published_on is None or scheme.published_on >= scheme.timetable.work_begins:
        return Finding(
            "work_begins", have=scheme.published_on or "未告知", need=f"早于 {scheme.timetable.work_begins}",
            cure="请告知被评估机构, 或者推迟评估开始日期",
        )
    return None


@rule(zh="评估工作不得早于方案载明的开始日期", cites=NOTICE_88, status="D")
def the_day_has_come(scheme: Scheme, law: Any) -> Finding | None:
    """Work begins on the day that was made known, not before."""
    if scheme.today < scheme.timetable.work_begins:
        return Finding("work_begins", have=scheme.today, need=f"不早于 {scheme.timetable.work_begins}")
    return None


@rule(zh="评估小组的人数和资格须符合方案", cites=NOTICE_88, status="D")
def panel_is_complete(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """Every party has its raters and every required qualification is held by somebody."""
    return scheme.panel_lacks


@rule(zh="评估人员须先声明无利害关系", cites="政府采购法实施条例 第九条", status="D")
def everybody_has_declared(scheme: Scheme, law: Any) -> Iterable[Finding]:
    """No document is opened before the declarations are in."""
    return tuple(Finding("assignments", f"{name}尚未签署无利害关系声明") for name in scheme.undeclared)


@rule(zh="方案在结果确定后办结", cites=ORDER_102, status="D")
def the_result_is_final(scheme: Scheme, law: Any) -> Finding | None:
    """A scheme is closed when its result can no longer change."""
    return None if scheme.result_is_final else Finding("result", have="结果尚未确定", need="结果已确定")



@rule(zh="产出与效益指标的权重原则上不低于规定比例", cites="财预〔2020〕10号", status="Mh")
def output_and_effect_weigh_most(scheme: Scheme, law: Any) -> Finding | None:
    """A warning only: performance is first what was done and what it changed. Other frames are left alone."""
    named = {c.name: c.weight or Fraction(0) for c in scheme.rubric.criteria}
    if scheme.kind not in {Kind.MIDTERM, Kind.FINAL} or not {"产出", "效益"} <= set(named) or not sum(named.values()):
        return None
    share = (named["产出"] + named["效益"]) / sum(named.values(), Fraction(0))
    least = law["performance_output_benefit_min_share"]
    return Finding("rubric", have=percent_text(share, 2), need=f"不低于 {percent_text(least, 2)}") if share < least else None


_WRITTEN_WELL = (
    subject_fits_the_kind, party_weights_add_up, shares_say_what_the_rubric_says, comprehensive_hears_all_three,
    appraisal_is_done_by_a_third_party, stage_weights_add_up, rubric_can_be_scored, timetable_runs_forward,
    approved_by_a_second_person, grades_speak_the_words_of_the_contract, output_and_effect_weigh_most,
)  # fmt: skip
_READY = (the_day_has_come, panel_is_complete, everybody_has_declared)
_KNOWN = (published_before_work_begins,)
_BUYER = Role.BUYER
_BOTH = (Role.EVALUATION_BODY, _BUYER)
_ABOVE = (_BUYER, Role.FINANCE)
_S = SchemeStage

SCHEME = Lifecycle(
    "scheme 评估方案",
    #    from            act        to               who      what must hold          written in
    Step(_S.DRAFT,       "approve", _S.APPROVED,     _ABOVE,  _WRITTEN_WELL,          SEPARATION, "批准方案"),
    Step(_S.APPROVED,    "publish", _S.PUBLISHED,    _BOTH,   _KNOWN,                 NOTICE_88,  "告知被评估机构"),
    Step(_S.PUBLISHED,   "begin",   _S.IN_PROGRESS,  _BOTH,   _READY,                 ORDER_102,  "开始评估"),
    Step(_S.IN_PROGRESS, "close",   _S.CLOSED,       _BOTH,   (the_result_is_final,), ORDER_102,  "办结"),
    Step(_S.DRAFT,       "abandon", _S.ABANDONED,    _BOTH,   (),                     ORDER_102,  "终止方案"),
    Step(_S.APPROVED,    "abandon", _S.ABANDONED,    _BUYER,  (),                     ORDER_102,  "终止方案"),
    Step(_S.PUBLISHED,   "abandon", _S.ABANDONED,    _BUYER,  (),                     ORDER_102,  "终止方案"),
    Step(_S.IN_PROGRESS, "abandon", _S.ABANDONED,    _BUYER,  (),                     ORDER_102,  "终止方案"),
)  # fmt: skip
