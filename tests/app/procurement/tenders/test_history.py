"""办理记录: what the log says about a tender, to whom. Nobody learns of a bid before the opening, nor of what stays inside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.procurement.tenders.history import history_of
from app.procurement.tenders.models import TenderRow
from app.store import reading
from kernel.role import Role
from tests.builders import story as told
from tests.builders.accounts import an_actor

INSIDE = ("起草采购文件", "签署审查结论", "随机抽取评审专家", "评分签字", "签署评标报告", "确定中标人", "拟定合同")
PUBLIC = ("发布招标公告", "投标截止", "开标", "公告中标结果", "签订合同")


def acts(story, actor):
    reading().rollback()
    return [each.zh for each in history_of(reading(), reading().get(TenderRow, story.ocid), actor)]


@pytest.fixture
def whole(work):
    return told.contracted(work)


def test_the_buyer_and_who_supervises_are_told_everything_in_order(whole):
    for actor in (whole.buyer, whole.finance, whole.overseer):
        found = acts(whole, actor)
        assert set(INSIDE) | set(PUBLIC) <= set(found)
        assert found.index("发布招标公告") < found.index("开标") < found.index("评分签字") < found.index("公告中标结果")


def test_outside_only_what_is_public_is_told(whole, work):
    """财政部令第87号 第六十六条: how a committee works is not told to those outside."""
    with work() as unit:
        outsider, other_buyer = an_actor(unit, Role.SUPPLIER), an_actor(unit, Role.BUYER)

    for actor in (outsider, other_buyer, whole.members[0]):
        assert set(acts(whole, actor)) == set(PUBLIC)


def test_a_bidder_is_told_of_its_own_bid_and_the_winner_of_its_contract(whole, work):
    winner = next(supplier for supplier in whole.suppliers if "拟定合同" in acts(whole, supplier))
    others = [supplier for supplier in whole.suppliers if supplier != winner]

    assert acts(whole, winner).count("递交投标文件") == 1
    for supplier in others:
        assert set(acts(whole, supplier)) == {*PUBLIC, "递交投标文件"}


def test_before_the_opening_nobody_learns_whether_there_is_a_bid(work):
    """财政部令第87号 第二十八条: with no bid and with four the history is the same, except to each bidder its own."""
    story = told.a_published_tender(work)
    readers = [story.buyer, story.finance, story.overseer]
    before = {reader.role: acts(story, reader) for reader in readers}
    told.with_bids(work, story)

    assert {reader.role: acts(story, reader) for reader in readers} == before
    for supplier in story.suppliers:
        assert acts(story, supplier) == ["发布招标公告", "递交投标文件"]


def test_after_the_opening_the_inside_is_told_of_the_bids_that_were_opened(work):
    story = told.opened(work)

    assert acts(story, story.buyer).count("递交投标文件") == 4
    with work() as unit:
        outsider = an_actor(unit, Role.SUPPLIER)
    assert "递交投标文件" not in acts(story, outsider)


def test_a_bid_withdrawn_before_the_opening_is_told_to_nobody_but_its_bidder(work):
    from app.procurement.bids.services import WithdrawBid, withdraw_bid

    story = told.with_bids(work)
    quitter = story.suppliers.pop()
    with work() as unit:
        withdraw_bid(unit, WithdrawBid(quitter, story.ocid), told.SUBMITTED + timedelta(hours=2))
    told.opened(work, story)

    assert acts(story, story.buyer).count("递交投标文件") == 3
    assert "撤回投标文件" not in acts(story, story.buyer)
    assert "撤回投标文件" in acts(story, quitter)


def test_a_tender_that_failed_before_the_opening_stays_sealed(work):
    """Two bids, so it is not opened (第四十一条); who they were is never told."""
    from app.procurement.bids.queries import bids_to_open
    from app.procurement.openings.services import FailForTooFew, fail_for_too_few
    from app.procurement.tenders.services import BRANCHES

    story = told.with_bids(work, bidders=2)
    assert len(bids_to_open(reading(), story.ocid)) == 2
    with work() as unit:
        fail_for_too_few(unit, FailForTooFew(story.buyer, story.ocid, next(iter(BRANCHES)), "投标人不足三家"), told.CLOSE)

    for reader in (story.buyer, story.finance, story.overseer):
        assert "废标" in acts(story, reader)
        assert "递交投标文件" not in acts(story, reader)


def test_no_name_of_a_person_is_told(whole):
    reading().rollback()
    found = history_of(reading(), reading().get(TenderRow, whole.ocid), whole.buyer)
    people = {actor.name for actor in (*whole.experts, *whole.suppliers, whole.buyer)}

    assert not people & {word for each in found for word in (each.doer, each.title, each.zh)}


def test_the_page_tells_the_history_what_comes_next_and_links_only_to_what_the_reader_may_open(
    work, client, sign_in_as, clock_at, app
):
    story = told.opened(work)
    clock_at(told.CLOSE + timedelta(minutes=5))
    sign_in_as(client, story.buyer)
    page = client.get(f"/tenders/{story.ocid}").text

    assert "办理记录" in page
    assert f'href="/tenders/{story.ocid}/opening"' in page.partition("办理记录")[2].partition("采购需求")[0]
    assert "完成资格审查" in page.partition("接下来")[2].partition("办理记录")[0]

    sign_in_as(client, story.suppliers[0])
    history = client.get(f"/tenders/{story.ocid}").text.partition("办理记录")[2].partition("采购需求")[0]
    assert "开标" in history
    assert "/opening" not in history


def test_the_page_takes_as_many_statements_with_a_long_history_as_with_a_short_one(
    work, client, sign_in_as, clock_at, statements
):
    story = told.a_published_tender(work)
    clock_at(told.PUBLISHED + timedelta(hours=1))
    sign_in_as(client, story.buyer)
    client.get(f"/tenders/{story.ocid}")
    with statements() as short:
        client.get(f"/tenders/{story.ocid}")
    story = told.committee_formed(work, told.qualified(work, told.opened(work, told.with_bids(work, story))))
    told.contracted(work, told.awarded(work, told.ranked(work, told.scored(work, story))))
    clock_at(told.SIGNED + timedelta(hours=1))
    with statements() as long:
        assert client.get(f"/tenders/{story.ocid}").status_code == 200

    assert len(long) == len(short)
