"""Schemes: who weighs what, approved by a second person, known to the evaluated before work begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from evaluation.kind import Kind, Party, Use
from evaluation.scheme import SCHEME, PartyShare, SchemeStage, StageShare
from kernel.period import Period, Unit
from kernel.refusal import Finding, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from law import law_at
from rubric.counts import YesNo
from rubric.criterion import Criterion, GradeBand, GradeBands, Part, VetoEffect
from tests.builders.evaluation import GRADES, a_leaf, a_rubric, a_scheme, a_timetable, an_applicant
from tests.builders.evaluation import a_subject as a_project_year

LAW = law_at(date(2026, 1, 5))


def refused(scheme: object, act: str = "approve", by: Role = Role.BUYER) -> list[Finding]:
    with pytest.raises(Unlawful) as refusal:
        SCHEME.take(scheme, act, by=by, law=LAW)
    return [finding for finding in refusal.value.findings if finding.binding]


def shares(**weights: str) -> tuple[PartyShare, ...]:
    return tuple(PartyShare(Party[name.upper()], Fraction(weight)) for name, weight in weights.items())


def test_a_complete_scheme_is_approved_by_a_second_person() -> None:
    assert SCHEME.take(a_scheme(), "approve", by=Role.BUYER, law=LAW).target is SchemeStage.APPROVED


def test_nobody_approves_a_scheme_of_their_own() -> None:
    [finding] = refused(a_scheme(approved_by=1))

    assert finding.cites == "政府采购法 第六十一条"


def test_the_third_party_does_not_approve_its_own_scheme() -> None:
    with pytest.raises(NotPermitted):
        SCHEME.take(a_scheme(), "approve", by=Role.EVALUATION_BODY, law=LAW)


@pytest.mark.parametrize(("users", "adds_up"), [("0.19", False), ("0.2", True), ("0.21", False)])
def test_party_weights_add_to_the_whole(users: str, adds_up: bool) -> None:
    scheme = a_scheme(parties=shares(government="0.3", users=users, professional="0.5"))

    if adds_up:
        assert SCHEME.take(scheme, "approve", by=Role.BUYER, law=LAW)
    else:
        assert [f.field for f in refused(scheme)] == ["parties"]


def test_a_party_of_no_weight_and_a_party_named_twice_are_both_said() -> None:
    scheme = a_scheme(parties=(*shares(government="0", professional="0.5"), PartyShare(Party.PROFESSIONAL, Fraction(1, 2))))

    assert [f.zh for f in refused(scheme)] == ["评估主体重复: 专业机构", "政府部门的权重须大于零"]


def test_where_leaves_belong_to_parties_the_points_are_the_weights() -> None:
    """700 by the third party, 200 by the purchaser, 100 by users, of 1000: the shares must say the same."""
    owned = a_rubric(
        a_leaf("A", 700, parties={"专业机构": Fraction(1)}),
        a_leaf("B", 200, parties={"政府部门": Fraction(1)}),
        a_leaf("C", 100, parties={"服务对象": Fraction(1)}),
    )
    said_again = a_scheme(rubric=owned, parties=shares(professional="0.7", government="0.2", users="0.1"))
    contradicted = a_scheme(rubric=owned, parties=shares(professional="0.6", government="0.3", users="0.1"))

    assert SCHEME.take(said_again, "approve", by=Role.BUYER, law=LAW)
    assert [(f.have, f.need) for f in refused(contradicted)] == [("60.00%", "70.00%"), ("30.00%", "20.00%")]


def test_a_leaf_of_a_party_that_the_scheme_forgets_is_named() -> None:
    rubric = a_rubric(a_leaf("A", 60), a_leaf("B", 40, parties={"服务对象": Fraction(1)}))

    assert "服务对象" in refused(a_scheme(rubric=rubric))[0].zh


@pytest.mark.parametrize(("final", "adds_up"), [("0.59", False), ("0.6", True), ("0.61", False)])
def test_stage_weights_add_to_the_whole(final: str, adds_up: bool) -> None:
    stages = (StageShare(Kind.MIDTERM, Fraction("0.4")), StageShare(Kind.FINAL, Fraction(final)))

    if adds_up:
        assert SCHEME.take(a_scheme(stages=stages), "approve", by=Role.BUYER, law=LAW)
    else:
        assert [f.field for f in refused(a_scheme(stages=stages))] == ["stages"]


def test_stage_weights_have_no_default() -> None:
    """No official text prints them, so none may look official."""
    assert a_scheme().stages == ()


def test_an_appraisal_looks_at_an_applicant_and_is_done_by_a_third_party() -> None:
    lawful = a_scheme(kind=Kind.APPRAISAL, subject=an_applicant())
    assert SCHEME.take(lawful, "approve", by=Role.BUYER, law=LAW)

    assert [f.field for f in refused(a_scheme(kind=Kind.APPRAISAL, subject=a_project_year()))] == ["kind"]
    by_government = replace(lawful, parties=shares(government="1"))
    assert [f.cites for f in refused(by_government)] == ["民发〔2015〕88号"]


def test_a_rubric_with_faults_is_not_approved_and_its_faults_are_shown() -> None:
    """The leaves give 101 where 100 are promised."""
    faulty = replace(a_rubric(a_leaf("A", 60), a_leaf("B", 41)), total=Fraction(100))

    assert all(f.field == "rubric" for f in refused(a_scheme(rubric=faulty)))


@pytest.mark.parametrize(("due", "forward"), [(18, False), (19, True), (20, True)])
def test_sheets_are_due_no_earlier_than_work_begins(due: int, forward: bool) -> None:
    scheme = a_scheme(timetable=a_timetable(sheets_due=date(2026, 1, due)))

    if forward:
        assert SCHEME.take(scheme, "approve", by=Role.BUYER, law=LAW)
    else:
        assert [f.field for f in refused(scheme)] == ["sheets_due"]


def test_statement_and_publicity_take_time() -> None:
    none = Period(0, Unit.WORKING_DAY)

    found = refused(a_scheme(timetable=a_timetable(statement=none, publicity=none)))

    assert [f.field for f in found] == ["statement", "publicity"]


@pytest.mark.parametrize(("told", "in_time"), [(date(2026, 1, 18), True), (date(2026, 1, 19), False), (date(2026, 1, 20), False)])
def test_the_evaluated_know_the_scheme_before_work_begins(told: date, in_time: bool) -> None:
    scheme = a_scheme(stage=SchemeStage.APPROVED, published_on=told)

    if in_time:
        assert SCHEME.take(scheme, "publish", by=Role.EVALUATION_BODY, law=LAW)
    else:
        assert [f.field for f in refused(scheme, "publish")] == ["work_begins"]


def test_a_scheme_that_nobody_approved_is_not_published() -> None:
    with pytest.raises(WrongStage):
        SCHEME.take(a_scheme(published_on=date(2026, 1, 6)), "publish", by=Role.BUYER, law=LAW)


@pytest.mark.parametrize(("today", "come"), [(18, False), (19, True), (20, True)])
def test_work_begins_on_its_day(today: int, come: bool) -> None:
    scheme = a_scheme(stage=SchemeStage.PUBLISHED, today=date(2026, 1, today))

    if come:
        assert SCHEME.take(scheme, "begin", by=Role.EVALUATION_BODY, law=LAW)
    else:
        assert [f.field for f in refused(scheme, "begin")] == ["work_begins"]


def test_work_does_not_begin_while_somebody_has_not_declared() -> None:
    waiting = a_scheme(stage=SchemeStage.PUBLISHED, today=date(2026, 1, 19), undeclared=("评估员甲", "评估员乙"))

    assert [f.zh for f in refused(waiting, "begin")] == ["评估员甲尚未签署无利害关系声明", "评估员乙尚未签署无利害关系声明"]


def test_a_comprehensive_evaluation_hears_all_three_parties_on_all_four_aspects() -> None:
    """民发〔2015〕88号: 行政监管, 服务成效, 项目管理, 社会影响; a rubric of other headings is not one."""
    scheme = a_scheme(kind=Kind.COMPREHENSIVE, parties=shares(government="0.5", professional="0.5"))

    said = [f.zh for f in refused(scheme)]

    assert "综合评估缺少评估主体: 服务对象" in said
    assert [zh for zh in said if zh.startswith("综合评估缺少方面")] == [
        f"综合评估缺少方面: {aspect}" for aspect in ("行政监管", "服务成效", "项目管理", "社会影响")
    ]


def test_a_scheme_closes_when_its_result_is_final() -> None:
    running = a_scheme(stage=SchemeStage.IN_PROGRESS)

    assert [f.field for f in refused(running, "close")] == ["result"]
    assert SCHEME.take(replace(running, result_is_final=True), "close", by=Role.BUYER, law=LAW)


@pytest.mark.parametrize(("output", "warned"), [(29, True), (30, False), (31, False)])
def test_output_and_effect_below_sixty_per_cent_warn_and_do_not_forbid(output: int, warned: bool) -> None:
    """财预〔2020〕10号 is known from memory only, so it warns."""
    rubric = a_rubric(
        Criterion("G", "过程", Fraction(70 - output), (a_leaf("G1", 70 - output),)),
        Criterion("C", "产出", Fraction(output), (a_leaf("C1", output),)),
        Criterion("X", "效益", Fraction(30), (a_leaf("X1", 30),)),
    )

    taken = SCHEME.take(a_scheme(rubric=rubric), "approve", by=Role.BUYER, law=LAW)

    assert ("财预〔2020〕10号" in {w.cites for w in taken.warnings}) is warned


def test_gaps_between_the_printed_bands_are_shown_and_do_not_forbid() -> None:
    taken = SCHEME.take(a_scheme(), "approve", by=Role.BUYER, law=LAW)

    assert len([w for w in taken.warnings if "没有等级" in w.zh]) == 3


@pytest.mark.parametrize(("grade", "possible"), [("差", True), ("中", False)])
def test_a_veto_of_the_lowest_grade_means_the_lowest_grade_of_the_scheme_and_any_other_must_be_said(grade: str, possible: bool) -> None:
    """差 is the author's lowest, 不合格 the contract's. Which of the contract's grades 中 would be, nobody can know."""
    bands = tuple(GradeBand(n, Fraction(low), Fraction(high)) for n, low, high in (("差", 0, 60), ("中", 60, 90), ("优", 90, 101)))
    veto = Criterion("V", "财务否决", None, parts=(Part("V", YesNo(Fraction(0))),), veto=VetoEffect(grade=grade))
    scheme = a_scheme(rubric=a_rubric(a_leaf("A", 100), veto, grades=GradeBands(bands)), grades=GRADES)

    if possible:
        assert SCHEME.take(scheme, "approve", by=Role.BUYER, law=LAW)
        assert scheme.measure.criteria[1].veto.grade == "不合格"
    else:
        assert [f.zh for f in refused(scheme)] == ["指标体系: V 财务否决: 否决后的等级“中”不在等级划分内"]


def test_a_result_that_decides_on_the_contract_speaks_the_words_of_the_contract() -> None:
    """The library's 优 is not the contract's 优秀: either the scale is the contract's, or the result decides nothing there."""
    library = GradeBands((GradeBand("优", Fraction(90)), GradeBand("良", Fraction(0), Fraction(90))))
    other_words = a_scheme(rubric=a_rubric(grades=library))

    assert [f.zh for f in refused(other_words)] == [
        "合同条款以“不合格”为条件, 方案的等级划分中没有这一等级", "合同条款以“优秀”为条件, 方案的等级划分中没有这一等级",
    ]
    assert SCHEME.take(replace(other_words, grades=GRADES), "approve", by=Role.BUYER, law=LAW)
    assert SCHEME.take(replace(other_words, uses=frozenset({Use.STANDING})), "approve", by=Role.BUYER, law=LAW)
