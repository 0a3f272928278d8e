"""更正公告: what a correction changes, what stays as it was said, and what one could see before it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.disclosure.models import NoticeRow
from app.messages.models import MessageRow
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import CorrectTender, correct_tender
from app.store import reading
from kernel.refusal import NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import BIDS_CLOSE, DURING, NOTICE, a_bid, a_draft, a_published_tender, a_supplier

OCID = "cp-2025-0001"
LATER = BIDS_CLOSE + timedelta(days=15)


@pytest.fixture
def correct(work, buyer):
    """``correct(**but)``: on DURING (20 March) the deadline moves to 11 April and a text is changed."""
    with work() as unit:
        a_published_tender(unit, buyer)

    def act(at=DURING, actor=buyer, **but):
        said = {"bids_close": LATER, "documents_until": date(2025, 3, 31), "notice": {}, "text": "“60例”更正为“50例”",
                "affects": True, "same_object": True}  # fmt: skip
        with work() as unit:
            return correct_tender(unit, CorrectTender(actor, OCID, **{**said, **but}), at)

    return act


def test_the_correction_is_public_and_the_notice_keeps_its_words(client, correct):
    before = client.get(f"/notices/{OCID}/1").text
    correct()
    assert client.get(f"/notices/{OCID}/1").text == before
    page = client.get(f"/notices/{OCID}").text
    for said in ("更正公告", "由 2025年3月27日 星期四 09:30 更正为 2025年4月11日 星期五 09:30", "“60例”更正为“50例”", "以下是原文"):
        assert said in page
    assert "更正公告" in client.get(f"/notices/{OCID}/2").text
    assert "更正公告" in client.get("/notices?kind=correction").text


def test_the_list_takes_bids_until_the_new_deadline(client, titles, correct, clock_at):
    correct()
    clock_at(BIDS_CLOSE + timedelta(days=1))
    assert len(titles("/notices?open=1")) == 1
    assert "投标截止 2025年4月11日" in client.get("/notices?kind=tender").text
    clock_at(LATER + timedelta(seconds=1))
    assert titles("/notices?open=1") == []


def test_the_day_before_nobody_could_know(client, correct, clock_at):
    correct()
    clock_at(DURING + timedelta(days=2))
    before = client.get(f"/notices/{OCID}?as_of=2025-03-19").text
    assert "更正" not in before
    assert "4月11日" not in before
    assert "更正公告" in client.get(f"/notices/{OCID}?as_of=2025-03-20").text


def test_what_was_said_cannot_be_rewritten_but_the_deadline_moves(correct, work):
    correct()
    with work() as unit:
        tender, correction = unit.session.scalars(select(NoticeRow).order_by(NoticeRow.id)).all()
        assert (tender.closes_at, tender.said_close, correction.said_close) == (LATER, BIDS_CLOSE, LATER)
    with pytest.raises(Exception, match="notices"), work() as unit:
        unit.session.get(NoticeRow, 1).said_close = LATER


def test_fourteen_days_are_short_and_nothing_has_changed(client, correct, work):
    with pytest.raises(Unlawful) as refusal:
        correct(bids_close=DURING + timedelta(days=14))
    assert [finding.need for finding in refusal.value.findings] == ["最早 2025-04-04"]
    assert reading().get(TenderRow, OCID).bids_close == BIDS_CLOSE
    assert "更正" not in client.get(f"/notices/{OCID}").text


def test_a_bidder_is_told_and_the_bid_stands(correct, work):
    with work() as unit:
        agency, _ = a_supplier(unit)
        a_bid(unit, actor=agency)
        other, _ = a_supplier(unit)
    correct()
    told = [row.person_id for row in reading().scalars(select(MessageRow).where(MessageRow.kind == "tender_corrected"))]
    assert told == [agency.person_id]
    assert other.person_id not in told


def test_only_its_own_buyer_and_only_while_bids_are_taken(correct, work, buyer):
    with work() as unit:
        stranger = an_actor(unit, Role.BUYER)
        a_draft(unit, buyer, "cp-2025-0002")
    with pytest.raises(NotPermitted):
        correct(actor=stranger)
    with pytest.raises(WrongStage), work() as unit:
        correct_tender(unit, CorrectTender(buyer, "cp-2025-0002", LATER, date(2025, 3, 31), {}, "x", False, True), DURING)
    with pytest.raises(Unlawful):
        correct(at=BIDS_CLOSE)


def test_the_form_says_everything_wrong_and_keeps_what_was_typed(client, work, buyer, sign_in_as):
    with work() as unit:
        a_published_tender(unit, buyer)
    sign_in_as(client, buyer)
    page = client.get(f"/tenders/{OCID}/correct").text
    assert 'value="2025-03-27T09:30"' in page
    assert NOTICE["opening_place"] in page
    sent = {"bids_close": "2025-03-28T09:30", "documents_until": "2025-03-17", **NOTICE, "text": "改动若干"}
    refused = client.post(f"/tenders/{OCID}/correct", data=sent)
    assert refused.status_code == 422
    for said in ("有 2 处需要修改", "最早 2025-04-04", "更正不得改变采购标的和资格条件", "改动若干"):
        assert said in refused.text
    sent |= {"bids_close": "2025-04-11T09:30", "same_object": "y", "opening_place": "开标二室"}
    assert client.post(f"/tenders/{OCID}/correct", data=sent).status_code == 303
    shown = client.get(f"/notices/{OCID}").text
    assert f"由“{NOTICE['opening_place']}”更正为“开标二室”" in shown
    assert "发布更正公告" in client.get(f"/tenders/{OCID}").text
