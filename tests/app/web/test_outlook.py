"""Beside the tasks: what waits for others, what happened since last time, what time alone will do. Sealed facts stay sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.procurement.bids.services import SubmitBid, submit_bid
from app.store import reading
from app.web import outlook
from kernel.role import Role
from tests.builders import story as told
from tests.builders.accounts import an_actor
from tests.builders.evaluation_story import COMPUTED, a_story, at


@pytest.fixture
def page(client, sign_in_as, clock_at):
    """``page(actor, moment)``: the workbench as text."""

    def show(actor, moment):
        clock_at(moment)
        sign_in_as(client, actor)
        answer = client.get("/workbench")
        assert answer.status_code == 200
        return answer.text

    return show


def part(page, title):
    return page.partition(f"<h2>{title}</h2>")[2].partition("</section>")[0]


def seen(app, ask, actor, moment):
    reading().rollback()
    with app.test_request_context():
        return ask(reading(), actor, moment)


# --- waiting for others --------------------------------------------------------------------------------------------------


def test_a_buyer_waits_for_the_deadline_and_then_for_the_committee(app, work, page):
    story = told.a_published_tender(work)
    [waiting] = seen(app, outlook.waiting_for, story.buyer, told.PUBLISHED + timedelta(hours=1))
    assert (waiting.who, waiting.due) == (Role.SUPPLIER.zh, told.CLOSE)
    assert "社工机构" in part(page(story.buyer, told.PUBLISHED + timedelta(hours=1)), "等待他人")

    assert seen(app, outlook.waiting_for, story.buyer, told.CLOSE) == []  # opening is the buyer's own act

    story = told.committee_formed(work, told.qualified(work, told.opened(work, told.with_bids(work, story))))
    [waiting] = seen(app, outlook.waiting_for, story.buyer, told.FORMED)
    assert (waiting.who, waiting.what, waiting.due) == (Role.EXPERT.zh, "完成评分", told.EVALUATION)


def test_a_bidder_waits_for_whoever_takes_the_next_step(app, work):
    story = told.with_bids(work)
    bidder = story.suppliers[0]
    assert seen(app, outlook.waiting_for, bidder, told.SUBMITTED + timedelta(hours=1)) == []

    [waiting] = seen(app, outlook.waiting_for, bidder, told.CLOSE)
    assert (waiting.who, waiting.what) == (Role.BUYER.zh, "开标")
    told.qualified(work, told.opened(work, story))
    [waiting] = seen(app, outlook.waiting_for, bidder, told.QUALIFIED)
    assert (waiting.who, waiting.what) == (Role.BUYER.zh, "组建评标委员会")


def test_a_winner_waits_for_the_contract_and_then_for_its_money(app, work):
    story = told.drawn_up(work)
    winner = next(each for each in story.suppliers if seen(app, outlook.waiting_for, each, told.DRAWN_UP))
    [waiting] = seen(app, outlook.waiting_for, winner, told.DRAWN_UP)
    assert waiting.who == story.buyer.organisation_name
    assert waiting.due.date().isoformat() == "2025-04-09"  # 政府采购法 第四十六条: thirty days after 10 March

    told.contracted(work, story)
    later = told.SIGNED + timedelta(days=1)
    assert {each.what.partition(" ")[0] for each in seen(app, outlook.waiting_for, winner, later)} == {"支付第1年度"}
    others = [each for each in story.suppliers if each != winner]
    assert all(seen(app, outlook.waiting_for, each, later) == [] for each in others)


def test_in_an_evaluation_each_side_waits_for_the_other(app):
    story = a_story().handed_over().with_rubric()
    [waiting] = seen(app, outlook.waiting_for, story.buyer, at(COMPUTED))
    assert (waiting.who, waiting.what) == (story.body.organisation_name, "起草评估方案")

    story.drafted()
    [waiting] = seen(app, outlook.waiting_for, story.body, at(COMPUTED))
    assert (waiting.who, waiting.what) == (story.buyer.organisation_name, "批准方案")
    assert seen(app, outlook.waiting_for, story.buyer, at(COMPUTED)) == []
    assert seen(app, outlook.waiting_for, story.agency, at(COMPUTED)) == []  # it does not know of the scheme yet


def test_after_computing_the_agency_is_waited_for_and_then_time_goes_on_alone(app):
    story = a_story().all_signed().computed()  # Monday 26 January 2026; five working days end on 2 February
    [waiting] = seen(app, outlook.waiting_for, story.body, at(COMPUTED))
    assert (waiting.who, waiting.due.date().isoformat()) == (story.agency.organisation_name, "2026-02-02")
    assert seen(app, outlook.waiting_for, story.agency, at(COMPUTED)) == []

    def lapses(day):
        return [each.at.isoformat() for each in seen(app, outlook.coming, story.body, at(COMPUTED) + timedelta(days=day))]

    assert lapses(5) == []  # 31 January: the end lies beyond tomorrow
    assert lapses(6) == ["2026-02-03T00:00:00+08:00"]
    assert lapses(8) == []  # 3 February: it is over


# --- what time alone does ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "told_of"), [(timedelta(days=2), 0), (timedelta(days=1), 1), (timedelta(0), 0)])
def test_the_deadline_is_foretold_until_it_has_come(app, work, before, told_of):
    story = told.with_bids(work)

    for reader in (story.buyer, story.finance, story.overseer, story.suppliers[0]):
        found = seen(app, outlook.coming, reader, told.CLOSE - before)
        assert [each.at for each in found] == [told.CLOSE] * told_of, reader.role
    with work() as unit:
        other, outsider = an_actor(unit, Role.BUYER), an_actor(unit, Role.SUPPLIER)
    assert seen(app, outlook.coming, other, told.CLOSE - before) == []
    assert seen(app, outlook.coming, outsider, told.CLOSE - before) == []


# --- what happened -------------------------------------------------------------------------------------------------------


def test_whoever_was_away_is_told_what_others_did_since(app, work, page, client, sign_in_as, clock_at):
    story = told.opened(work)
    clock_at(told.CLOSE + timedelta(minutes=1))
    sign_in_as(client, story.finance)
    told.qualified(work, story)

    since = part(page(story.finance, told.QUALIFIED + timedelta(hours=1)), "上次登录以来")
    assert story.buyer.organisation_name in since
    assert "签署审查结论" in since
    assert "发布招标公告" not in since  # that was before
    assert "签署审查结论" not in part(page(story.buyer, told.QUALIFIED + timedelta(hours=1)), "昨日以来")  # their own act


def test_the_first_time_it_begins_yesterday(work, page):
    story = told.a_published_tender(work)

    assert "发布招标公告" in part(page(story.finance, told.PUBLISHED + timedelta(days=1)), "昨日以来")
    assert "发布招标公告" not in part(page(story.overseer, told.PUBLISHED + timedelta(days=2)), "昨日以来")


def test_a_bid_is_no_news_to_anybody_before_the_opening(app, work, page):
    """财政部令第87号 第二十八条: the pages of buyer and supervisors are the same with no bid and with one."""
    story = told.a_published_tender(work)
    moment = told.SUBMITTED + timedelta(hours=3)
    readers = (story.buyer, story.finance, story.overseer)
    with app.test_request_context():
        before = [outlook.news(reading(), reader, told.PUBLISHED) for reader in readers]
        told.with_bids(work, story)
        reading().rollback()
        assert [outlook.news(reading(), reader, told.PUBLISHED) for reader in readers] == before
    for reader in readers:
        text = page(reader, moment)
        assert not [s for s in story.suppliers if s.organisation_name in text]


def test_a_bidder_hears_what_a_colleague_did_for_the_same_agency(app, work):
    story = told.a_published_tender(work)
    told.with_bids(work, story, bidders=1)
    bidder = story.suppliers[0]
    with app.test_request_context():
        reading().rollback()
        own = outlook.news(reading(), bidder, told.PUBLISHED)
        assert "递交投标文件" not in [each.zh for each, _ in own]  # one's own acts are no news
        colleague = type(bidder)(10**6, bidder.organisation_id, Role.SUPPLIER)
        assert "递交投标文件" in [each.zh for each, _ in outlook.news(reading(), colleague, told.PUBLISHED)]


# --- cost ----------------------------------------------------------------------------------------------------------------


def test_the_workbench_takes_as_many_statements_with_thirty_tenders_as_with_one(
    work, client, sign_in_as, clock_at, statements
):
    story = told.with_bids(work)
    clock_at(told.SUBMITTED + timedelta(hours=1))
    readers = (story.buyer, story.finance, story.suppliers[0])

    def count(reader):
        sign_in_as(client, reader)
        client.get("/workbench")
        with statements() as seen_:
            assert client.get("/workbench").status_code == 200
        return len(seen_)

    few = [count(reader) for reader in readers]
    from app.procurement.tenders.services import DraftTender, PublishTender, draft_tender, publish_tender

    for n in range(30):
        with work() as unit:
            draft_tender(unit, DraftTender(story.buyer, f"cp-2025-1{n:03d}", story.case), told.DRAFTED)
        with work() as unit:
            publish_tender(
                unit, PublishTender(story.buyer, f"cp-2025-1{n:03d}", told.CLOSE, told.date(2025, 2, 17), told.NOTICE), told.PUBLISHED
            )
        offer = story.offers[0]
        command = SubmitBid(
            story.suppliers[0], f"cp-2025-1{n:03d}", int(offer["price"]) * 100, told.declared(story.rubric, offer),
            {"proofs": {"T6": "附件一"}, "statements": [], "salt": str(n), "contact": {}},
        )  # fmt: skip
        with work() as unit:
            submit_bid(unit, command, told.SUBMITTED)

    assert [count(reader) for reader in readers] == few
    assert max(few) <= 22
