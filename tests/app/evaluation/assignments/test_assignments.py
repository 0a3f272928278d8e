"""Assignments: recusal by what the house knows and by what people declare (政府采购法实施条例 第九条, 第十八条)."""

from __future__ import annotations

from datetime import date

import pytest

from app.accounts import Actor
from app.accounts import services as accounts
from app.evaluation.assignments import queries, services
from app.evaluation.assignments.services import Assign, Declare, DeclaredTie, Recuse
from app.evaluation.sheets import queries as sheets
from app.evaluation.sheets import services as sheet_services
from app.store import reading, unit_of_work
from evaluation.assignment import AssignmentStage, TieKind
from evaluation.kind import Party
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from tests.builders.accounts import REGISTRAR
from tests.builders.evaluation_story import TOLD, Story, a_story, at


@pytest.fixture
def story(app: object) -> Story:
    return a_story().handed_over().with_rubric().drafted().approved()


def employed(person: Actor, agency: Actor, since: date, until: date) -> None:
    """The person worked for the agency from ``since`` until ``until``, on record."""
    with unit_of_work() as work:
        row = accounts.appoint(
            work, accounts.Appoint(person.person_id, agency.organisation_id, Role.SUPPLIER, REGISTRAR), at(since)
        )
        work.session.flush()
        accounts.dismiss(work, row.id, REGISTRAR, at(until))


@pytest.mark.parametrize(("left", "free"), [(date(2023, 1, 18), True), (date(2023, 1, 19), False), (date(2023, 1, 20), False)])
def test_who_worked_for_the_agency_within_three_years_is_not_assigned_whether_they_say_so_or_not(
    story: Story, left: date, free: bool
) -> None:
    """Work begins on 2026-01-19, so an appointment that ended on 2023-01-19 still counts."""
    employed(story.evaluators[0], story.agency, date(2022, 1, 4), left)

    if free:
        story.assigned()
    else:
        with pytest.raises(Unlawful) as refusal:
            story.assigned()
        assert [f.cites for f in refusal.value.findings] == ["政府采购法实施条例 第九条"]


@pytest.mark.parametrize(("kind", "cites"), [(TieKind.TRAINING, "政府采购法实施条例 第九条"), (TieKind.MONITORING, "政府采购法实施条例 第十八条")])
def test_a_declared_tie_excludes_with_its_article_and_the_sheet_stays_shut(story: Story, kind: TieKind, cites: str) -> None:
    story.told().assigned()
    tie = DeclaredTie(kind, date(2025, 6, 1), "年度培训班")

    with pytest.raises(Unlawful) as refusal, unit_of_work() as work:
        sheet_services.declare_and_open(work, Declare(story.evaluators[0], story.assignment_ids[0], True, [tie]), at(TOLD))

    assert [f.cites for f in refusal.value.findings] == [cites]
    assert sheets.sheet_of(reading(), story.assignment_ids[0]) is None


def test_a_tie_that_has_faded_is_declared_kept_and_does_not_exclude(story: Story) -> None:
    story.told().assigned()

    with unit_of_work() as work:
        tie = DeclaredTie(TieKind.SUPERVISION, date(2021, 12, 31), "2021 年督导")
        sheet_services.declare_and_open(work, Declare(story.evaluators[0], story.assignment_ids[0], True, [tie]), at(TOLD))

    place = queries.place_of(reading(), story.assignment_ids[0], story.evaluators[0])
    assert place.assignment.stage is AssignmentStage.DECLARED
    since = date(2020, 1, 1)
    [kept] = queries.ties_of(reading(), [story.evaluators[0].person_id], place.subject, since)[story.evaluators[0].person_id]
    assert kept.note == "2021 年督导"


def test_who_recuses_says_why_and_cannot_score(story: Story) -> None:
    story.told().assigned()
    mine = Recuse(story.evaluators[0], story.assignment_ids[0], " ")
    with pytest.raises(BadInput), unit_of_work() as work:
        services.recuse(work, mine, at(TOLD))

    with unit_of_work() as work:
        services.recuse(work, Recuse(story.evaluators[0], story.assignment_ids[0], "配偶任该机构副主任"), at(TOLD))

    with pytest.raises(WrongStage):
        story.declared()


def test_the_body_recuses_somebody_and_another_takes_the_place(app: object) -> None:
    story = a_story(evaluators=4)
    fourth = story.evaluators.pop()
    story.handed_over().with_rubric().drafted().approved().told().assigned().declared()
    with unit_of_work() as work:
        services.recuse(work, Recuse(story.body, story.assignment_ids[0], "接到利害关系举报并查实"), at(TOLD))
    with pytest.raises(Unlawful):
        story.begun()

    with unit_of_work() as work:
        row = services.assign(work, Assign(story.body, story.scheme_id, fourth.person_id, Party.PROFESSIONAL, ["会计"]), at(TOLD))
        work.session.flush()
        replacement = row.id
    with unit_of_work() as work:
        sheet_services.declare_and_open(work, Declare(fourth, replacement, True), at(TOLD))

    story.begun()


def test_nobody_declares_for_another(story: Story) -> None:
    story.told().assigned()

    with pytest.raises(NotPermitted), unit_of_work() as work:
        services.declare(work, Declare(story.evaluators[1], story.assignment_ids[0], True), at(TOLD))


def test_a_person_sits_once_and_in_a_capacity_that_suits_the_party(story: Story) -> None:
    story.told().assigned()

    for person, party in ((story.evaluators[0], Party.PROFESSIONAL), (story.agency, Party.PROFESSIONAL), (story.buyer, Party.USERS)):
        with pytest.raises(BadInput), unit_of_work() as work:
            services.assign(work, Assign(story.body, story.scheme_id, person.person_id, party), at(TOLD))


def test_an_official_of_the_buyer_rates_for_the_government(story: Story) -> None:
    with unit_of_work() as work:
        row = services.assign(work, Assign(story.body, story.scheme_id, story.buyer.person_id, Party.GOVERNMENT), at(TOLD))
        work.session.flush()
        place = row.id

    with unit_of_work() as work:
        sheet_services.declare_and_open(work, Declare(story.buyer, place, True), at(TOLD))

    assert queries.place_of(reading(), place, story.buyer).assignment.stage is AssignmentStage.DECLARED
