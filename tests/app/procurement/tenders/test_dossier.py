"""One page per procurement: what came of it beyond the tender, to each reader as far as it may be known."""

from __future__ import annotations

from datetime import date

import pytest

from app.handoffs.to_evaluation import EntrustYear, entrust_year
from app.procurement.contracts.commands import Pay
from app.procurement.contracts.services import pay
from app.procurement.tenders.dossier import dossier_of
from app.procurement.tenders.models import TenderRow
from app.store import reading
from kernel.role import Role
from tests.builders import evaluation_story
from tests.builders import story as told
from tests.builders.accounts import an_actor

LATER = told.at("2025-06-02")


@pytest.fixture
def whole(work):
    """Contracted, the first of three payments made, the year's evaluation entrusted and planned."""
    story = told.contracted(work)
    with work() as unit:
        from app.procurement.contracts import queries

        [year] = queries.years_of(unit.session, story.contract_id)
        first = queries.payments_of(unit.session, [year.id])[year.id][0]
        pay(unit, Pay(story.buyer, first.id, date(2025, 4, 1)), told.at("2025-04-01"))
    return story


def read(story, actor, now=LATER):
    reading().rollback()
    from flask import current_app

    with current_app.test_request_context():
        return dossier_of(reading(), reading().get(TenderRow, story.ocid), actor, now)


def test_both_sides_and_who_supervises_read_contract_and_money(whole, app):
    winner = whole.suppliers[3]
    for actor in (whole.buyer, winner, whole.finance, whole.overseer):
        contract, paid = read(whole, actor)
        assert (contract.group, contract.word, contract.url) == ("合同", "履行中", f"/contracts/{whole.contract_id}")
        assert (paid.title, paid.word) == ("第1年度", "待付")
        assert "应付 ¥6,929,000.00, 已付 ¥2,078,700.00; 下一笔最迟 2025年10月20日" in paid.said
        assert (paid.since, paid.until) == (date(2025, 3, 21), date(2026, 3, 20))


def test_others_read_what_the_notice_of_the_contract_says_and_nothing_of_the_money(whole, work, app):
    """政府采购法实施条例 第五十条 publishes the contract; what was paid is between its sides."""
    with work() as unit:
        outsiders = [an_actor(unit, role) for role in (Role.SUPPLIER, Role.BUYER)]
    for actor in (*outsiders, whole.suppliers[0], whole.members[0]):
        [contract] = read(whole, actor)
        assert (contract.word, contract.url) == ("已签订", "")
        assert "¥6,929,000.00（每年）" in contract.said


def test_before_it_is_signed_only_its_two_sides_know_of_a_contract(work, app):
    story = told.drawn_up(work)
    for actor, known in ((story.buyer, True), (story.suppliers[3], True), (story.finance, False), (story.suppliers[0], False)):
        assert bool(read(story, actor)) is known, actor.role


@pytest.mark.parametrize(("day", "word"), [("2025-10-19", "待付"), ("2025-10-20", "待付"), ("2025-10-21", "逾期")])
def test_a_payment_is_late_the_day_after_its_last_day(whole, app, day, word):
    """财库〔2019〕38号: thirty days, the last one included."""
    assert read(whole, whole.buyer, told.at(day))[1].word == word


def test_the_page_shows_the_whole_way_and_counts_down_to_the_deadline(client, sign_in_as, clock_at, work):
    story = told.a_published_tender(work)
    clock_at(told.SUBMITTED)
    sign_in_as(client, story.finance)
    page = client.get(f"/tenders/{story.ocid}").text
    assert "data-countdown" in page
    assert "js/countdown.js" in page
    assert "<svg" in page
    assert "合同、付款、评估与续签" not in page


def test_an_evaluation_stands_on_the_page_of_its_procurement(whole, work, app, client, sign_in_as, clock_at):
    with work() as unit:
        body = an_actor(unit, Role.EVALUATION_BODY)
        unit.session.flush()
        subject = entrust_year(unit, EntrustYear(whole.buyer, whole.contract_id, 1, body.organisation_id), LATER)
    story = evaluation_story.Story(whole.buyer, whole.buyer, whole.suppliers[3], body, [])
    story.subject_id = subject
    story.with_rubric().drafted()

    clock_at(told.at("2025-12-01"))
    assert [item.group for item in read(whole, whole.buyer)] == ["合同", "付款", "评估"]
    assert [item.group for item in read(whole, whole.suppliers[3])] == ["合同", "付款"]  # a draft is not known to the evaluated
    sign_in_as(client, whole.buyer)
    page = client.get(f"/tenders/{whole.ocid}").text
    assert "第1年度期末" in page
    assert "/evaluations/" in page
