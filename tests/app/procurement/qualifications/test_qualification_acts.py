"""资格审查: the buyer's, over every bid, with reasons; fewer than three is the end of the tender (财政部令第87号)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.procurement.qualifications.services import (
    Conclude,
    Conclusion,
    FailForTooFewQualified,
    SignReview,
    conclude,
    fail_for_too_few_qualified,
    sign_review,
)
from app.transparency.models import LogLine
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from procurement.stage import Stage
from tests.builders import story as tell
from tests.builders.accounts import an_actor


def test_a_bid_fails_only_with_a_reason_that_it_will_be_told(work):
    story = tell.opened(work)

    made = [Conclusion(story.bids[0], "1", False), Conclusion(story.bids[1], "99", True), Conclusion(7, "1", True)]
    with pytest.raises(BadInput) as refusal, work() as unit:
        conclude(unit, Conclude(story.buyer, story.ocid, made), tell.QUALIFIED)

    assert len(refusal.value.findings) == 3, "no reason, no such item, no such bid: all told at once"


def test_it_cannot_be_signed_while_a_bid_has_no_conclusion_and_every_gap_is_told(work):
    story = tell.opened(work)

    with pytest.raises(BadInput) as refusal, work() as unit:
        sign_review(unit, SignReview(story.buyer, story.ocid), tell.QUALIFIED)

    items = len(story.case["qualification"])
    assert len(refusal.value.findings) == 4 * items


@pytest.mark.parametrize(("failing", "goes_on"), [(0, True), (1, True), (2, False)])
def test_three_qualified_bids_are_enough_and_two_are_not(work, failing, goes_on):
    story = tell.opened(work)
    failed = dict.fromkeys(range(failing), "未提供法人证书")

    if goes_on:
        tell.qualified(work, story, failed=failed)
        assert tell.stage_of(work, story) is Stage.QUALIFIED
    else:
        with work() as unit:
            conclude(unit, Conclude(story.buyer, story.ocid, tell.conclusions(unit, story, tell.Review.QUALIFICATION, failed)), tell.QUALIFIED)
        with pytest.raises(Unlawful), work() as unit:
            sign_review(unit, SignReview(story.buyer, story.ocid), tell.QUALIFIED)
        with work() as unit:
            fail = FailForTooFewQualified(story.buyer, story.ocid, "correct", "合格投标人不足三家")
            fail_for_too_few_qualified(unit, fail, tell.QUALIFIED)
        assert tell.stage_of(work, story) is Stage.UNSUCCESSFUL


def test_a_tender_with_enough_qualified_bids_cannot_be_failed(work):
    story = tell.opened(work)
    with work() as unit:
        made = tell.conclusions(unit, story, tell.Review.QUALIFICATION, {})
        conclude(unit, Conclude(story.buyer, story.ocid, made), tell.QUALIFIED)

    with pytest.raises(Unlawful), work() as unit:
        fail_for_too_few_qualified(
            unit, FailForTooFewQualified(story.buyer, story.ocid, "correct", "不想买了"), tell.QUALIFIED
        )


def test_another_buyer_and_an_early_or_second_review_are_refused(work):
    story = tell.with_bids(work)
    with work() as unit:
        stranger = an_actor(unit)
    with pytest.raises(WrongStage), work() as unit:
        sign_review(unit, SignReview(story.buyer, story.ocid), tell.SUBMITTED)
    tell.opened(work, story)
    with pytest.raises(NotPermitted), work() as unit:
        sign_review(unit, SignReview(stranger, story.ocid), tell.QUALIFIED)
    tell.qualified(work, story)
    with pytest.raises(WrongStage), work() as unit:
        sign_review(unit, SignReview(story.buyer, story.ocid), tell.QUALIFIED)


def test_the_signature_is_in_the_log_with_who_passed(work):
    story = tell.qualified(work)

    with work() as unit:
        line = unit.session.scalars(select(LogLine).where(LogLine.act == "review.sign")).one()
        assert str(story.bids[0]) in str(line.facts)
        assert line.cites == "财政部令第87号 第四十四条"


def test_a_refused_form_keeps_what_was_typed(work, client, sign_in_as, clock_at):
    story = tell.opened(work)
    clock_at(tell.QUALIFIED)
    sign_in_as(client, story.buyer)
    sent = {"choice.1": "failed", "reason.1": "", "choice.2": "passed", "reason.2": "已核对营业执照原件"}

    answer = client.post(f"/tenders/{story.ocid}/qualification/{story.bids[0]}", data=sent)

    assert answer.status_code == 422
    assert "已核对营业执照原件" in answer.get_data(as_text=True)
    assert "未通过的须写明原因" in answer.get_data(as_text=True)


def test_the_page_asks_the_database_the_same_number_of_times_for_three_and_for_thirty_bids(work, app, client, sign_in_as, clock_at, statements):
    counts = []
    for bidders, ocid in ((3, "cp-2025-0003"), (30, "cp-2025-0030")):
        story = tell.opened(work, bidders=bidders, ocid=ocid)
        clock_at(tell.QUALIFIED)
        sign_in_as(client, story.buyer)
        with statements() as seen:
            assert client.get(f"/tenders/{ocid}/qualification").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
