"""From a computed score to a final result: heard, published for its full days, every objection answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from evaluation.kind import Kind, Party
from evaluation.result import (
    RESULT,
    Objection,
    Result,
    ResultStage,
    Scored,
    publicity_ends,
    scored,
    statement_due,
    year_score,
)
from evaluation.scheme import PartyShare, StageShare
from kernel.period import Period, Unit
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from law import law_at
from rubric.aggregation import aggregate
from rubric.counts import YesNo
from rubric.criterion import Criterion, Folding, Mean, Part, VetoEffect
from rubric.sheet import Mark
from tests.builders.evaluation import a_leaf, a_result, a_rubric, a_scheme, a_sheet, a_timetable

LAW = law_at(date(2026, 1, 26))


def refused(result: Result, act: str, by: Role) -> list[str]:
    with pytest.raises(Unlawful) as refusal:
        RESULT.take(result, act, by=by, law=LAW)
    return [finding.zh for finding in refusal.value.findings]


def an_objection(**but: object) -> Objection:
    made = Objection("晨光社会工作服务中心", "负责人 139****0001", "C1 抽查样本有误, 请复核 C-07 档案。", date(2026, 2, 5))
    return replace(made, **but)


def published(on: date = date(2026, 2, 3), today: date = date(2026, 2, 5), **but: object) -> Result:
    return a_result(stage=ResultStage.PUBLISHED, statement="无异议", published_on=on, today=today, **but)


def test_the_agency_has_five_working_days_for_its_statement() -> None:
    assert statement_due(a_result(), LAW) == date(2026, 2, 2)


@pytest.mark.parametrize(("today", "in_time"), [(date(2026, 2, 1), True), (date(2026, 2, 2), True), (date(2026, 2, 3), False)])
def test_a_statement_counts_up_to_the_last_day_of_the_period(today: date, in_time: bool) -> None:
    stating = a_result(statement="两份个案已补结案评估。", today=today)

    if in_time:
        assert RESULT.take(stating, "state", by=Role.SUPPLIER, law=LAW).target is ResultStage.HEARD
    else:
        assert refused(stating, "state", Role.SUPPLIER) == ["机构陈述须在陈述期内提出"]


@pytest.mark.parametrize(("today", "over"), [(date(2026, 2, 1), False), (date(2026, 2, 2), False), (date(2026, 2, 3), True)])
def test_without_a_statement_the_result_waits_until_the_period_is_over(today: date, over: bool) -> None:
    waiting = a_result(today=today)

    if over:
        assert RESULT.take(waiting, "lapse", by=Role.CLOCK, law=LAW).target is ResultStage.HEARD
    else:
        assert refused(waiting, "lapse", Role.EVALUATION_BODY) == ["陈述期届满前须等待被评估机构陈述"]


def test_nothing_is_published_before_the_agency_was_heard() -> None:
    with pytest.raises(WrongStage):
        RESULT.take(a_result(), "publish", by=Role.EVALUATION_BODY, law=LAW)


def test_only_the_evaluated_agency_states() -> None:
    with pytest.raises(NotPermitted):
        RESULT.take(a_result(statement="…"), "state", by=Role.BUYER, law=LAW)


def test_five_working_days_of_publicity_jump_the_spring_festival_and_count_its_make_up_day() -> None:
    """2026: off 15 to 23 February; Saturday 14 February is worked."""
    assert publicity_ends(published(date(2026, 2, 11)), LAW) == date(2026, 2, 25)


def test_seven_calendar_days_that_end_in_a_holiday_end_on_the_next_working_day() -> None:
    week = a_timetable(publicity=Period(7, Unit.DAY))

    assert publicity_ends(published(date(2026, 2, 11), timetable=week), LAW) == date(2026, 2, 24)


@pytest.mark.parametrize(("day", "over"), [(9, False), (10, False), (11, True)])
def test_a_result_is_final_from_the_day_after_the_notice(day: int, over: bool) -> None:
    result = published(today=date(2026, 2, day))

    if over:
        assert RESULT.take(result, "finalise", by=Role.BUYER, law=LAW).target is ResultStage.FINAL
    else:
        assert refused(result, "finalise", Role.BUYER) == ["公示期未满不得确定结果"]


@pytest.mark.parametrize(("day", "in_time"), [(9, True), (10, True), (11, False)])
def test_an_objection_is_heard_up_to_the_last_day_of_the_notice(day: int, in_time: bool) -> None:
    result = published(today=date(2026, 2, day), objections=(an_objection(),))

    if in_time:
        assert RESULT.take(result, "object", by=Role.SUPPLIER, law=LAW).target is ResultStage.OBJECTED
    else:
        assert refused(result, "object", Role.SUPPLIER) == ["异议须在公示期内提出"]


def test_an_anonymous_objection_is_not_accepted_and_everything_missing_is_said() -> None:
    anonymous = published(objections=(an_objection(name=" ", contact="", text=""),))

    with pytest.raises(Unlawful) as refusal:
        RESULT.take(anonymous, "object", by=Role.SUPPLIER, law=LAW)

    assert [f.field for f in refusal.value.findings] == ["name", "contact", "text"]


def test_an_objection_that_waits_keeps_the_result_open() -> None:
    waiting = replace(published(today=date(2026, 2, 11), objections=(an_objection(),)), stage=ResultStage.OBJECTED)

    assert refused(waiting, "finalise", Role.BUYER) == ["晨光社会工作服务中心于 2026-02-05 提出的异议尚未答复"]

    answered = replace(waiting, objections=(an_objection(answered_on=date(2026, 2, 9)),))
    assert RESULT.take(answered, "finalise", by=Role.BUYER, law=LAW).target is ResultStage.FINAL


def test_a_result_found_wrong_is_withdrawn_and_cannot_be_made_final() -> None:
    wrong = an_objection(answered_on=date(2026, 2, 9), upheld=True)
    result = replace(published(today=date(2026, 2, 11), objections=(wrong,)), stage=ResultStage.OBJECTED)

    assert refused(result, "finalise", Role.BUYER) == ["晨光社会工作服务中心提出的异议成立"]
    assert RESULT.take(result, "withdraw", by=Role.BUYER, law=LAW).target is ResultStage.WITHDRAWN


def test_nobody_withdraws_a_result_because_they_dislike_it() -> None:
    rejected = replace(published(objections=(an_objection(answered_on=date(2026, 2, 9)),)), stage=ResultStage.OBJECTED)

    assert refused(rejected, "withdraw", Role.BUYER) == ["结果仅在异议成立时撤销"]


def test_a_self_evaluation_is_heard_and_has_no_consequences() -> None:
    assert refused(a_result(stage=ResultStage.FINAL, kind=Kind.SELF), "apply", Role.BUYER) == [
        "自评结果不作为支付、续签和履约记录的依据"
    ]


def test_the_year_folds_its_stages_exactly_and_a_missing_stage_is_not_zero() -> None:
    stages = (StageShare(Kind.MIDTERM, Fraction("0.4")), StageShare(Kind.FINAL, Fraction("0.6")))

    assert year_score(stages, {Kind.MIDTERM: Fraction("90.12"), Kind.FINAL: Fraction(259, 3)}) == Fraction("36.048") + Fraction("51.8")
    with pytest.raises(BadInput) as refusal:
        year_score(stages, {Kind.FINAL: Fraction(100)})
    assert [f.zh for f in refusal.value.findings] == ["缺少中期绩效评估的结果"]


def of_three(*sheets: object, **but: object) -> Scored:
    scheme = a_scheme(**but)
    return scored(scheme, aggregate(scheme.measure, sheets))


def test_the_score_is_the_mean_of_the_raters_rounded_once_and_graded_as_published() -> None:
    """(86 + 87 + 86) ÷ 3 = 86.333… is published as 86.33 and graded by that number."""
    found = of_three(
        a_sheet("甲", D1="13", G1="17", C1="31", X1="25"),
        a_sheet("乙", D1="14", G1="17", C1="31", X1="25"),
        a_sheet("丙", D1="13", G1="17", C1="31", X1="25"),
    )

    assert (found.exact, str(found.shown), found.grade, found.gap) == (Fraction(259, 3), "86.33", "良好", "")


@pytest.mark.parametrize(
    ("last", "shown", "grade"), [("20", "89.00", "良好"), ("20.5", "89.50", None), ("21", "90.00", "优秀")]
)
def test_a_score_between_two_printed_bands_has_no_grade_and_is_not_moved(last: str, shown: str, grade: str | None) -> None:
    found = of_three(a_sheet("甲", D1="14", G1="20", C1="35", X1=last))

    assert (str(found.shown), found.grade) == (shown, grade)
    assert bool(found.gap) is (grade is None)


def test_the_raters_of_several_parties_are_folded_by_the_shares_of_the_scheme() -> None:
    """政府部门 80 × 0.3 + 服务对象 90 × 0.2 + 专业机构 70 × 0.5 = 77."""
    one = a_rubric(a_leaf("A", 100))
    shares = tuple(PartyShare(p, Fraction(w)) for p, w in zip(Party, ("0.3", "0.2", "0.5"), strict=True))

    found = of_three(
        a_sheet("甲", "政府部门", A="80"), a_sheet("乙", "服务对象", A="90"), a_sheet("丙", "专业机构", A="70"),
        rubric=one, parties=shares,
    )  # fmt: skip

    assert found.exact == 77


@pytest.mark.parametrize(("raters", "exact"), [(2, Fraction(70)), (3, Fraction(90)), (4, Fraction(90))])
def test_highest_and_lowest_are_left_out_only_from_the_number_of_raters_that_the_scheme_states(raters: int, exact: Fraction) -> None:
    points = ("40", "100", "90", "90")[:raters]
    folding = Folding(Mean.WITHOUT_EXTREMES, 3)

    found = of_three(*(a_sheet(f"评{n}", A=p) for n, p in enumerate(points)), rubric=a_rubric(a_leaf("A", 100)), folding=folding)

    assert found.exact == exact


def test_the_final_evaluation_folds_the_year_and_keeps_its_own_score_visible() -> None:
    """Mid-term 90.12 × 40 % + final 85 × 60 % = 87.048, published as 87.05."""
    stages = (StageShare(Kind.MIDTERM, Fraction("0.4")), StageShare(Kind.FINAL, Fraction("0.6")))
    scheme = a_scheme(stages=stages)
    score = aggregate(scheme.measure, [a_sheet("甲", D1="13", G1="17", C1="30", X1="25")])

    found = scored(scheme, score, {Kind.MIDTERM: Fraction("90.12")})

    assert (str(found.own_shown), str(found.shown), found.grade) == ("85.00", "87.05", "良好")
    assert [share for _, share, _ in found.stages] == [Fraction(2, 5), Fraction(3, 5)]
    with pytest.raises(BadInput):
        scored(scheme, score)


def test_a_mid_term_is_not_folded_with_what_has_not_happened_yet() -> None:
    stages = (StageShare(Kind.MIDTERM, Fraction("0.4")), StageShare(Kind.FINAL, Fraction("0.6")))

    assert of_three(a_sheet("甲", D1="13", G1="17", C1="30", X1="25"), kind=Kind.MIDTERM, stages=stages).exact == 85


def test_a_veto_overrides_the_grade_and_leaves_the_raw_score_visible() -> None:
    veto = Criterion(
        "V", "财务评估", None, parts=(Part("V", YesNo(Fraction(0))),), veto=VetoEffect(grade="不合格"),
    )  # fmt: skip
    rubric = a_rubric(a_leaf("A", 100), veto)
    sheet = replace(
        a_sheet("甲", A="95"), marks={**a_sheet("甲", A="95").marks, "V": Mark(True, reason="挪用项目资金 3 万元")}
    )

    found = of_three(sheet, rubric=rubric)

    assert (str(found.shown), found.grade, found.vetoes) == ("95.00", "不合格", ("财务评估: 挪用项目资金 3 万元",))
