"""Schemes: drafted with whatever is wrong, approved by another, frozen with their rubric, known before work begins."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.evaluation.assignments import services as assignments
from app.evaluation.rubrics import services as rubrics
from app.evaluation.schemes import queries, services
from app.evaluation.schemes.services import TakeStep
from app.store import reading, unit_of_work
from evaluation.kind import Kind, Party
from evaluation.scheme import SchemeStage
from kernel.refusal import BadInput, Missing, NotPermitted, Stale, Unlawful, WrongStage
from tests.builders.evaluation_story import BEGUN, RUBRIC, TOLD, Story, a_story, at


@pytest.fixture
def story(app: object) -> Story:
    return a_story().handed_over().with_rubric()


def stage_of(story: Story) -> SchemeStage:
    reading().rollback()
    return queries.case_of(reading(), story.scheme_id).scheme.stage


def test_a_year_is_handed_over_once_and_to_one_body(story: Story) -> None:
    first = story.subject_id

    assert story.handed_over().subject_id == first
    story.body = a_story().body
    with pytest.raises(BadInput):
        story.handed_over()


def test_nobody_but_its_buyer_hands_a_subject_over(story: Story) -> None:
    stranger = a_story().buyer

    with pytest.raises(NotPermitted), unit_of_work() as work:
        services.hand_over(work, services.HandOver(stranger, story.subject, story.body.organisation_id), at(TOLD))


def test_weights_that_do_not_add_up_are_kept_in_the_draft_and_refused_at_approval(story: Story) -> None:
    story.drafted(parties=[(Party.PROFESSIONAL, Fraction("0.9"))])

    with pytest.raises(Unlawful) as refusal:
        story.approved()

    assert [f.field for f in refusal.value.findings if f.binding] == ["parties"]
    assert stage_of(story) is SchemeStage.DRAFT


def test_the_drafter_does_not_approve_and_the_database_would_not_let_them(story: Story) -> None:
    story.drafted(by=story.second_buyer)

    with pytest.raises(Unlawful):
        story.approved()
    with pytest.raises(IntegrityError), unit_of_work() as work:
        work.session.execute(text("UPDATE evaluation_schemes SET approved_by = drafted_by"))


def test_approval_freezes_the_rubric(story: Story) -> None:
    story.drafted()
    assert queries.case_of(reading(), story.scheme_id).rubric.frozen_at is None

    story.approved()
    reading().rollback()

    assert queries.case_of(reading(), story.scheme_id).rubric.frozen_at is not None


def test_a_faulty_rubric_is_kept_with_its_faults_and_approves_nothing(app: object) -> None:
    story = a_story().handed_over().with_rubric(RUBRIC.replace("weight: 35", "weight: 40"))
    assert reading().execute(text("SELECT faults FROM rubrics")).scalar_one() > 0

    with pytest.raises(Unlawful) as refusal:
        story.drafted().approved()

    assert any("指标体系" in f.zh and f.binding for f in refusal.value.findings)


def test_what_is_no_rubric_is_refused_with_everything_at_once(story: Story) -> None:
    broken = RUBRIC.replace("weight: 25", "weight: 很多").replace("total: 100", "total: [1]")

    with pytest.raises(BadInput) as refusal, unit_of_work() as work:
        rubrics.keep_rubric(work, rubrics.KeepRubric(story.body, broken), at(TOLD))

    assert len(refusal.value.findings) >= 2


def test_the_same_rubric_is_not_kept_twice(story: Story) -> None:
    with pytest.raises(BadInput):
        story.with_rubric()


def test_the_evaluated_do_not_learn_of_a_scheme_before_it_is_made_known(story: Story) -> None:
    story.drafted().approved()
    with pytest.raises(Missing):
        queries.case_for(reading(), story.scheme_id, story.agency)

    story.told()
    reading().rollback()

    assert queries.case_for(reading(), story.scheme_id, story.agency).scheme.name == "第一年度期末绩效评估方案"


def test_another_agency_and_another_buyer_never_learn_of_it(story: Story) -> None:
    story.drafted().approved().told()
    strangers = a_story()

    for stranger in (strangers.agency, strangers.buyer, strangers.body):
        with pytest.raises(Missing):
            queries.case_for(reading(), story.scheme_id, stranger)


@pytest.mark.parametrize(("day", "in_time"), [(18, True), (19, False)])
def test_a_scheme_is_made_known_before_the_day_on_which_work_begins(story: Story, day: int, in_time: bool) -> None:
    story.drafted().approved()

    if in_time:
        story.told(on=date(2026, 1, day))
        assert stage_of(story) is SchemeStage.PUBLISHED
    else:
        with pytest.raises(Unlawful):
            story.told(on=date(2026, 1, day))


def test_a_second_scheme_of_the_kind_waits_for_the_first(story: Story) -> None:
    story.drafted()

    with pytest.raises(WrongStage):
        story.drafted()
    story.drafted(kind=Kind.MIDTERM, name="第一年度中期绩效评估方案")


def test_an_abandoned_scheme_says_why_and_makes_room_for_another(story: Story) -> None:
    story.drafted()
    with pytest.raises(BadInput), unit_of_work() as work:
        services.abandon_scheme(work, TakeStep(story.body, story.scheme_id), " ", at(TOLD))

    with unit_of_work() as work:
        services.abandon_scheme(work, TakeStep(story.body, story.scheme_id), "合同提前终止", at(TOLD))

    assert stage_of(story) is SchemeStage.ABANDONED
    story.drafted()


def test_a_page_that_is_out_of_date_decides_nothing(story: Story) -> None:
    story.drafted()
    shown = queries.case_of(reading(), story.scheme_id).scheme.version
    story.approved()

    with pytest.raises(Stale), unit_of_work() as work:
        services.publish_scheme(work, TakeStep(story.body, story.scheme_id, shown), at(TOLD))


def test_work_does_not_begin_without_panel_and_declarations_and_says_all_that_is_missing(story: Story) -> None:
    story.drafted(panel=[(Party.PROFESSIONAL, 4)]).approved().told().assigned()

    with pytest.raises(Unlawful) as refusal, unit_of_work() as work:
        assignments.begin_evaluation(work, assignments.Begin(story.body, story.scheme_id), at(BEGUN))

    said = "".join(f.sentence() for f in refusal.value.findings)
    assert "不少于 4 人" in said
    assert all(evaluator.name in said for evaluator in story.evaluators)


def test_every_act_left_its_line_in_the_log_with_its_article(story: Story) -> None:
    story.drafted().approved().told().assigned().declared().begun()

    lines = reading().execute(text("SELECT act, cites FROM log_lines WHERE act LIKE 'scheme.%' ORDER BY sequence")).all()

    assert [act for act, _ in lines] == ["scheme.draft", "scheme.approve", "scheme.publish", "scheme.begin"]
    assert all(cites for _, cites in lines)
