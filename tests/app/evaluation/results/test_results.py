"""Results: computed and never typed, heard, published for their days, objected to, final, withdrawn."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from app.evaluation.results import queries, services
from app.evaluation.results.services import Answer, Mend, Object, Order, State
from app.evaluation.schemes import queries as schemes
from app.evaluation.sheets.queries import NotAllSigned
from app.store import reading, unit_of_work
from evaluation.kind import Kind
from evaluation.result import ResultStage
from evaluation.scheme import SchemeStage
from kernel.refusal import BadInput, Missing, Unlawful, WrongStage
from tests.builders.evaluation_story import COMPUTED, SHEET, Story, a_story, at

PUBLISHED, OBJECTED, OVER = date(2026, 2, 3), date(2026, 2, 5), date(2026, 2, 11)


@pytest.fixture
def story(app: object) -> Story:
    return a_story().all_signed()


def file_of(story: Story, reader: object = None) -> queries.ResultFile:
    reading().rollback()
    return queries.result_for(reading(), story.result_id, reader or story.body, OVER)


def published(story: Story) -> Story:
    story.computed().step(services.lapse, story.body, PUBLISHED)
    return story.step(services.publish, story.body, PUBLISHED)


def objecting(story: Story, **but: str) -> int:
    said = {"name": story.agency.name, "contact": "0755-2345", "text": "C1 抽样有误, 请复核。"} | but
    with unit_of_work() as work:
        row = services.object_to(work, Object(story.agency, story.result_id, **said), at(OBJECTED))
        work.session.flush()
        return row.id


def test_the_engine_computes_the_mean_of_the_signed_sheets(story: Story) -> None:
    """60 + (26 + 28 + 27) ÷ 3 = 87: 良好 by the contract's own bands."""
    row = file_of(story.computed()).row

    assert (row.exact, row.shown, row.grade, row.stage) == (Fraction(87), "87.00", "良好", ResultStage.COMPUTED)


def test_a_score_in_a_gap_of_the_printed_bands_has_no_grade(app: object) -> None:
    """86.5 with 89.5: the contract prints 80 to 89 and 90 to 100."""
    story = a_story().all_signed(("29.5", "29.5", "29.5")).computed()

    row = file_of(story).row

    assert (row.shown, row.grade) == ("89.50", None)
    assert "不在任何等级内" in row.gap


def test_nothing_is_computed_before_the_last_signature_or_twice(app: object) -> None:
    story = a_story().ready_to_score().marked(0).signed(0)
    with pytest.raises(NotAllSigned):
        story.computed()

    story.marked(1).signed(1).marked(2).signed(2).computed()
    with pytest.raises(WrongStage):
        story.computed()


def test_nobody_outside_learns_of_a_result_before_it_is_published(story: Story) -> None:
    story.computed()
    for reader in (None, a_story().agency):
        with pytest.raises(Missing):
            queries.result_for(reading(), story.result_id, reader, OVER)
    assert file_of(story, story.agency).row.stage is ResultStage.COMPUTED

    story.step(services.lapse, story.body, PUBLISHED).step(services.publish, story.body, PUBLISHED)
    reading().rollback()

    assert queries.result_for(reading(), story.result_id, None, OVER).row.shown == "87.00"


@pytest.mark.parametrize(("day", "in_time"), [(date(2026, 2, 2), True), (date(2026, 2, 3), False)])
def test_the_agency_speaks_within_five_working_days(story: Story, day: date, in_time: bool) -> None:
    story.computed()
    command = State(story.agency, story.result_id, "两份个案已补结案评估。")

    if in_time:
        with unit_of_work() as work:
            services.state(work, command, at(day))
        assert file_of(story).row.statement == "两份个案已补结案评估。"
    else:
        with pytest.raises(Unlawful), unit_of_work() as work:
            services.state(work, command, at(day))


def test_another_agency_does_not_speak_for_it(story: Story) -> None:
    story.computed()
    stranger = a_story().agency

    with pytest.raises(Missing), unit_of_work() as work:
        services.state(work, State(stranger, story.result_id, "无异议"), at(COMPUTED))


def test_an_anonymous_objection_is_refused_and_changes_nothing(story: Story) -> None:
    published(story)

    with pytest.raises(Unlawful) as refusal:
        objecting(story, name=" ", contact="", text="")

    assert [f.field for f in refusal.value.findings] == ["name", "contact", "text"]
    assert file_of(story).row.stage is ResultStage.PUBLISHED


def test_a_result_waits_for_the_answer_to_every_objection(story: Story) -> None:
    objection = objecting(published(story))
    with pytest.raises(Unlawful):
        story.step(services.finalise, story.buyer, OVER)

    with unit_of_work() as work:
        services.answer(work, Answer(story.body, objection, "经复核, 抽样名单与公布的种子一致。", False), at(OBJECTED, 15))
    story.step(services.finalise, story.buyer, OVER)

    file = file_of(story)
    assert file.row.stage is ResultStage.FINAL
    assert schemes.case_of(reading(), story.scheme_id).scheme.stage is SchemeStage.CLOSED


def test_an_objection_is_answered_once_and_in_writing(story: Story) -> None:
    objection = objecting(published(story))
    with pytest.raises(BadInput), unit_of_work() as work:
        services.answer(work, Answer(story.body, objection, " ", False), at(OBJECTED))
    with unit_of_work() as work:
        services.answer(work, Answer(story.body, objection, "不成立。", False), at(OBJECTED))

    with pytest.raises(WrongStage), unit_of_work() as work:
        services.answer(work, Answer(story.body, objection, "改为成立。", True), at(OBJECTED))


def test_an_upheld_objection_withdraws_the_result_and_another_evaluation_may_begin(story: Story) -> None:
    objection = objecting(published(story))
    with unit_of_work() as work:
        services.answer(work, Answer(story.body, objection, "抽样确有错误。", True), at(OBJECTED))
    with pytest.raises(Unlawful):
        story.step(services.finalise, story.buyer, OVER)

    story.step(services.withdraw, story.buyer, OVER)

    assert file_of(story).row.stage is ResultStage.WITHDRAWN
    story.drafted(on=OVER, work_begins=date(2026, 3, 2), sheets_due=date(2026, 3, 6))


@pytest.mark.parametrize(("day", "over"), [(date(2026, 2, 10), False), (OVER, True)])
def test_the_notice_runs_its_five_working_days(story: Story, day: date, over: bool) -> None:
    published(story)

    if over:
        assert file_of(story.step(services.finalise, story.buyer, day)).row.stage is ResultStage.FINAL
    else:
        with pytest.raises(Unlawful):
            story.step(services.finalise, story.buyer, day)


def test_the_final_evaluation_folds_the_year_with_its_mid_term(app: object) -> None:
    """Mid-term 86, final 87; 86 × 40 % + 87 × 60 % = 86.6. The shares are this scheme's own."""
    shares = [(Kind.MIDTERM, Fraction("0.4")), (Kind.FINAL, Fraction("0.6"))]
    story = a_story().all_signed(("26", "26", "26"), kind=Kind.MIDTERM, stages=shares, uses=frozenset()).computed()
    story.step(services.lapse, story.body, PUBLISHED).step(services.publish, story.body, PUBLISHED)
    story.step(services.finalise, story.buyer, OVER)

    begins = date(2026, 3, 2)
    story.drafted(on=date(2026, 2, 12), kind=Kind.FINAL, stages=shares, work_begins=begins, sheets_due=date(2026, 3, 6))
    story.approved(date(2026, 2, 12)).told(date(2026, 2, 12)).assigned(on=date(2026, 2, 12)).declared(date(2026, 2, 13)).begun(begins)
    for n, last in enumerate(("26", "28", "27")):
        story.marked(n, {**SHEET, "X1": {"X1": last}}, on=begins).signed(n, on=begins)
    row = file_of(story.computed(on=date(2026, 3, 9))).row

    assert (row.own_shown, row.shown, row.exact) == ("87.00", "86.60", Fraction("86.6"))


def test_a_year_without_its_mid_term_is_not_folded_with_nought(app: object) -> None:
    shares = [(Kind.MIDTERM, Fraction("0.4")), (Kind.FINAL, Fraction("0.6"))]
    story = a_story().all_signed(stages=shares)

    with pytest.raises(BadInput) as refusal:
        story.computed()

    assert [f.zh for f in refusal.value.findings] == ["缺少中期绩效评估的结果"]


def test_a_rectification_is_ordered_mended_with_proof_and_by_the_agency_only(story: Story) -> None:
    published(story)
    with unit_of_work() as work:
        order = Order(story.body, story.result_id, "个案服务质量", "两份个案缺结案评估", "补齐", date(2026, 2, 27))
        row = services.order_rectification(work, order, at(OBJECTED))
        work.session.flush()
        item = row.id
    with pytest.raises(BadInput), unit_of_work() as work:
        services.mend(work, Mend(story.agency, item, ""), at(OVER))
    with unit_of_work() as work:
        services.mend(work, Mend(story.agency, item, "已补齐, 见附件"), at(OVER))

    [mended] = file_of(story).rectifications
    assert mended.done_on == OVER


def test_what_is_shown_is_computed_again_from_the_signed_sheets(story: Story) -> None:
    file = file_of(published(story))

    assert file.score.total == file.row.own_exact
    assert [each.sheet.rater for each in file.sheets] == ["评估人员1", "评估人员2", "评估人员3"]
