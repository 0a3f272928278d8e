"""Score sheets: one's own only, frozen by the signature, nobody else's before all have signed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.evaluation.sheets import queries, services
from app.evaluation.sheets.services import Entry, MarkLeaf
from app.store import reading, unit_of_work
from kernel.refusal import BadInput, Finding, NotPermitted, Unlawful, WrongStage
from tests.builders.evaluation_story import BEGUN, SHEET, Story, a_story, at


@pytest.fixture
def story(app: object) -> Story:
    return a_story().ready_to_score()


def marking(story: Story, leaf: str, entries: dict[str, Entry], reason: str = "见档案", who: int = 0) -> list[Finding]:
    """What is refused; empty when it was saved."""
    try:
        with unit_of_work() as work:
            services.mark_leaf(work, MarkLeaf(story.evaluators[who], story.assignment_ids[who], leaf, entries, reason), at(BEGUN, 14))
    except BadInput as refusal:
        return list(refusal.findings)
    return []


def test_nobody_scores_before_the_work_begins(app: object) -> None:
    waiting = a_story().handed_over().with_rubric().drafted().approved().told().assigned().declared()

    with pytest.raises(WrongStage):
        waiting.marked(0)


def test_nobody_marks_anothers_sheet(story: Story) -> None:
    command = MarkLeaf(story.evaluators[1], story.assignment_ids[0], "D1", {"D1": Entry(value="合理")}, "见档案")

    with pytest.raises(NotPermitted), unit_of_work() as work:
        services.mark_leaf(work, command, at(BEGUN, 14))


def test_a_mark_that_the_rule_cannot_give_is_refused_at_its_part_and_nothing_is_saved(story: Story) -> None:
    found = marking(story, "G2", {"G2a": Entry(value="11"), "G2b": Entry(value="二")})

    assert [f.field for f in found] == ["G2a", "G2b"]
    assert reading().execute(text("SELECT count(*) FROM evaluation_marks")).scalar_one() == 0


@pytest.mark.parametrize(("points", "given"), [("27.9", False), ("28", True), ("31.4", True), ("31.5", False)])
def test_points_lie_inside_the_band_that_was_chosen(story: Story, points: str, given: bool) -> None:
    assert (marking(story, "C1", {"C1": Entry(value={"level": "良", "points": points})}) == []) is given


def test_a_judgement_needs_its_reason_and_a_fact_does_not(story: Story) -> None:
    assert [f.field for f in marking(story, "X1", {"X1": Entry(value="20")}, reason=" ")] == ["reason"]
    assert marking(story, "G1", {"G1": Entry(value=True)}, reason="") == []


def test_not_applicable_says_why_and_is_not_nought(story: Story) -> None:
    unsaid = marking(story, "G1", {"G1": Entry(not_applicable=True)}, reason="")
    assert [f.field for f in unsaid] == ["reason"]

    story.marked(0)
    assert marking(story, "G1", {"G1": Entry(not_applicable=True)}, reason="本年度没有预算") == []
    marks = queries.marks_of(reading(), queries.sheet_of(reading(), story.assignment_ids[0]).id)
    assert (marks["G1"].not_applicable, marks["G1"].value) == (True, None)


def test_a_leaf_is_marked_again_until_the_signature(story: Story) -> None:
    story.marked(0, {"X1": {"X1": "20"}}).marked(0, {"X1": {"X1": "21"}})

    assert reading().execute(text("SELECT count(*), min(value) FROM evaluation_marks")).one() == (1, '"21"')


def test_a_sheet_with_gaps_is_not_signed_and_all_gaps_are_named(story: Story) -> None:
    story.marked(0, {"D1": SHEET["D1"]})

    with pytest.raises(Unlawful) as refusal:
        story.signed(0)

    assert [f.field for f in refusal.value.findings] == ["G1 预算执行率", "G2 制度执行有效性", "C1 个案服务质量", "X1 服务对象改善"]


def test_after_the_signature_nobody_changes_the_sheet(story: Story) -> None:
    story.marked(0).signed(0)

    with pytest.raises(WrongStage):
        story.marked(0, {"X1": {"X1": "30"}})


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE evaluation_marks SET value = '\"30\"' WHERE part = 'X1'",
        "DELETE FROM evaluation_marks WHERE part = 'X1'",
        "INSERT INTO evaluation_marks (sheet_id, part, value, not_applicable, proven, reason, evidence, saved_at)"
        " SELECT sheet_id, 'Z9', value, not_applicable, proven, reason, evidence, saved_at FROM evaluation_marks WHERE part = 'X1'",
        "UPDATE evaluation_sheets SET digest = '', signed_at = NULL",
        "DELETE FROM evaluation_sheets",
    ],
)
def test_not_even_the_database_administrator_changes_a_signed_sheet_unnoticed(story: Story, tampering: str) -> None:
    story.marked(0).signed(0)

    with pytest.raises(DBAPIError, match="signed sheet is never changed"), unit_of_work() as work:
        work.session.execute(text(tampering))


def test_a_sheet_that_is_not_signed_can_be_changed_by_the_same_statements(story: Story) -> None:
    """The protection is that of the signature, not a table that nobody can write."""
    story.marked(0)

    with unit_of_work() as work:
        changed = work.session.execute(text("UPDATE evaluation_marks SET value = '\"30\"' WHERE part = 'X1'"))

    assert changed.rowcount == 1


def test_nobody_sees_anybody_elses_marks_before_all_have_signed(story: Story) -> None:
    story.marked(0).signed(0).marked(1).signed(1)

    with pytest.raises(queries.NotAllSigned) as refusal:
        queries.signed_sheets(reading(), story.scheme_id)
    assert story.evaluators[2].name in refusal.value.message

    story.marked(2).signed(2)
    reading().rollback()
    signed = queries.signed_sheets(reading(), story.scheme_id)
    assert [each.number for each in signed] == [1, 2, 3]


def test_what_is_signed_can_be_recomputed_from_the_sheets(story: Story) -> None:
    story.marked(0).signed(0)

    sheet = queries.sheet_of(reading(), story.assignment_ids[0])

    assert sheet.digest == queries.digest_of(queries.marks_of(reading(), sheet.id))


def test_signing_late_is_possible_and_stays_visible(story: Story) -> None:
    """The due date orders the work; a late sheet is better than none, and its date is in the report."""
    story.marked(0).signed(0, on=date(2026, 1, 30))

    assert queries.sheet_of(reading(), story.assignment_ids[0]).signed_at.date() == date(2026, 1, 30)


def test_the_engine_makes_eighty_six_of_this_sheet(story: Story) -> None:
    """7 + 10 + (9 + 4) + 30 + 26 = 86: the builder's sheet, by hand."""
    story.marked(0).signed(0).marked(1).signed(1).marked(2).signed(2).computed()

    exact = reading().execute(text("SELECT exact FROM evaluation_results")).scalar_one()

    assert Fraction(exact) == 86
