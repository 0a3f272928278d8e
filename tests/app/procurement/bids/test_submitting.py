"""Bids until the deadline: every moment of the law counts, nobody is let in late, and nothing of what was sent is lost."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.procurement.bids import queries, services
from app.procurement.bids.models import BidRow
from app.procurement.bids.services import ReplaceBid, SubmitBid, WithdrawBid, warnings_of
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import CloseTender, close_tender
from app.transparency.models import LogLine
from kernel.refusal import BadInput, Missing, NotPermitted, StillSealed, Unlawful, WrongStage
from kernel.role import Role
from procurement.bid import receipt_of
from tests.builders.accounts import an_actor
from tests.builders.rooms import (
    BIDS_CLOSE,
    DURING,
    a_bid,
    a_draft,
    a_published_tender,
    a_supplier,
    documents_of,
    facts_of,
)

OCID = "cp-2025-0001"
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def agency(work):
    with work() as unit:
        a_published_tender(unit)
        actor, _ = a_supplier(unit)
    return actor


def hand_in(work, actor, now=DURING, price=90_000_000, **but):
    with work() as unit:
        return a_bid(unit, OCID, actor, price, now, **but)


def bids(session):
    session.rollback()
    return list(session.scalars(select(BidRow).order_by(BidRow.submitted_at)))


@pytest.mark.parametrize(
    ("late_by", "taken"), [(-INSTANT, True), (timedelta(0), False), (INSTANT, False)], ids=["before", "equal", "after"]
)
def test_a_bid_that_arrives_at_the_deadline_is_late(work, session, agency, late_by, taken):
    """财政部令第87号 第三十三条: 逾期送达的, 应当拒收."""
    if taken:
        assert hand_in(work, agency, BIDS_CLOSE + late_by).submitted_at == BIDS_CLOSE + late_by
    else:
        with pytest.raises(Unlawful) as refusal:
            hand_in(work, agency, BIDS_CLOSE + late_by)
        [finding] = refusal.value.findings
        assert finding.cites == "财政部令第87号 第三十三条"
        assert "2025-03-27 09:30:00" in finding.need
    assert len(bids(session)) == taken


def test_a_bid_that_arrived_in_time_is_taken_though_the_clock_closed_the_tender_while_it_waited(work, session, agency):
    with work() as unit:
        close_tender(unit, CloseTender(OCID), BIDS_CLOSE)

    hand_in(work, agency, BIDS_CLOSE - INSTANT)

    assert len(bids(session)) == 1


def test_a_bid_that_arrived_late_is_refused_though_nobody_has_closed_the_tender(work, session, agency):
    with pytest.raises(Unlawful):
        hand_in(work, agency, BIDS_CLOSE + timedelta(days=1))
    session.rollback()
    assert session.get(TenderRow, OCID).stage == "tendering"


def test_the_receipt_can_be_computed_again_from_what_was_kept(work, session, agency):
    receipt = hand_in(work, agency)

    [row] = bids(session)
    assert hashlib.sha256(receipt.text.encode()).hexdigest() == row.receipt_hash == receipt.hash
    assert receipt_of(row.value()) == receipt
    said = json.loads(receipt.text)
    assert (said["price_fen"], said["facts"]["B2a"], said["tender"]) == (90_000_000, {"优": 1, "良": 1}, OCID)


def test_a_changed_row_no_longer_matches_its_receipt(work, session, agency):
    """The database refuses the change; who owns the database is found out by the receipt."""
    receipt = hand_in(work, agency)
    with pytest.raises(DBAPIError), work() as unit:
        unit.session.scalars(select(BidRow)).one().price = 80_000_000
    [row] = bids(session)
    assert receipt_of(row.value()).hash == receipt.hash
    row.price = 80_000_000  # as it would be read back from a database whose guards were taken away
    assert receipt_of(row.value()).hash != receipt.hash
    session.expunge(row)


def test_two_equal_offers_have_different_receipts(work, agency):
    """The salt keeps a stranger from guessing the price until the hash fits."""
    first = hand_in(work, agency, documents=documents_of(salt="one"))
    with work() as unit:
        other = services.replace_bid(unit, ReplaceBid(agency, OCID, 90_000_000, facts_of(), documents_of(salt="two")), DURING)
    assert other.hash != first.hash


def test_everything_wrong_with_a_bid_is_said_at_once_and_nothing_is_kept(work, session, agency):
    wrong = {"price": 0, "facts": {"T2a": "院士", "B1a": -1, "T1b": "优", "X9": 1}}

    with pytest.raises(BadInput) as refusal:
        hand_in(work, agency, **wrong)

    assert {finding.field for finding in refusal.value.findings} == {"price", "T2a", "B1a", "T1b", "X9"}
    assert bids(session) == []


@pytest.mark.parametrize("price", [-1, 0], ids=["negative", "nought"])
def test_a_price_must_be_above_nought(work, agency, price):
    with pytest.raises(BadInput) as refusal:
        hand_in(work, agency, price=price)
    assert refusal.value.findings[0].field == "price"


@pytest.mark.parametrize(("price", "warned"), [(99_999_999, False), (100_000_000, False), (100_000_001, True)])
def test_a_price_above_the_ceiling_is_received_but_warned_of(work, session, agency, price, warned):
    """财政部令第87号 第六十三条 makes it invalid at the review; nothing lets the system refuse to receive it."""
    session.rollback()
    tender = session.get(TenderRow, OCID).facts()
    found = warnings_of(tender, price, None, 0)
    assert [finding.cites for finding in found] == (["财政部令第87号 第六十三条"] if warned else [])
    assert not any(finding.binding for finding in found)

    hand_in(work, agency, price=price)

    assert bids(session)[0].price == price


def test_replacing_keeps_the_former_bid_on_file_and_only_the_new_one_stands(work, session, agency):
    hand_in(work, agency)
    with work() as unit:
        services.replace_bid(unit, ReplaceBid(agency, OCID, 88_000_000, facts_of(), documents_of()), DURING + INSTANT)

    assert [(b.status, b.price) for b in bids(session)] == [("replaced", 90_000_000), ("submitted", 88_000_000)]


def test_a_replacement_that_is_refused_leaves_the_former_bid_standing(work, session, agency):
    hand_in(work, agency)
    with pytest.raises(BadInput), work() as unit:
        services.replace_bid(unit, ReplaceBid(agency, OCID, 0, facts_of(), documents_of()), DURING)
    with pytest.raises(Unlawful), work() as unit:
        services.replace_bid(unit, ReplaceBid(agency, OCID, 1, facts_of(), documents_of()), BIDS_CLOSE)
    assert [b.status for b in bids(session)] == ["submitted"]


def test_a_second_bid_of_one_supplier_is_refused_until_the_first_is_withdrawn(work, session, agency):
    """One supplier, one offer; 财政部令第87号 第三十四条 lets it take its bid back until the deadline."""
    hand_in(work, agency)
    with pytest.raises(WrongStage):
        hand_in(work, agency)
    with work() as unit:
        services.withdraw_bid(unit, WithdrawBid(agency, OCID), DURING)
    hand_in(work, agency, price=87_000_000, now=DURING + timedelta(hours=1))
    assert [b.status for b in bids(session)] == ["withdrawn", "submitted"]


@pytest.mark.parametrize(
    ("at", "allowed"), [(BIDS_CLOSE - INSTANT, True), (BIDS_CLOSE, False), (BIDS_CLOSE + INSTANT, False)]
)
def test_a_bid_cannot_be_withdrawn_from_the_deadline_on(work, session, agency, at, allowed):
    """财政部令第87号 第三十四条."""
    hand_in(work, agency)
    if allowed:
        with work() as unit:
            services.withdraw_bid(unit, WithdrawBid(agency, OCID), at)
    else:
        with pytest.raises(Unlawful) as refusal, work() as unit:
            services.withdraw_bid(unit, WithdrawBid(agency, OCID), at)
        assert refusal.value.findings[0].cites == "财政部令第87号 第三十四条"
    assert bids(session)[0].status == ("withdrawn" if allowed else "submitted")


def test_only_a_supplier_with_a_file_bids_and_only_for_what_is_published(work):
    with work() as unit:
        a_published_tender(unit)
        a_draft(unit, ocid="cp-2025-0002")
        nobody, buyer = an_actor(unit, Role.SUPPLIER), an_actor(unit, Role.BUYER)
        actor, _ = a_supplier(unit)
    with pytest.raises(BadInput, match="供应商档案"):
        hand_in(work, nobody)
    with pytest.raises(NotPermitted):
        hand_in(work, buyer)
    for ocid in ("cp-2025-0002", "cp-2025-9999"):
        with pytest.raises(Missing), work() as unit:
            services.submit_bid(unit, SubmitBid(actor, ocid, 1, {}, {}), DURING)


def test_bids_are_sealed_to_every_question_until_the_opening(work, session, agency):
    hand_in(work, agency)
    session.rollback()
    with pytest.raises(StillSealed):
        queries.live_bids(session, session.get(TenderRow, OCID))


def test_the_numbers_of_bids_do_not_count_them(work, session):
    """A number in sequence would tell the third bidder that there are two others (财政部令第87号 第二十八条)."""
    with work() as unit:
        a_published_tender(unit)
    for hour in range(3):
        with work() as unit:
            a_bid(unit, OCID, now=DURING + timedelta(hours=hour))
    ids = [bid.id for bid in bids(session)]
    assert min(ids) > 1_000
    assert len(set(ids)) == 3


def test_each_act_leaves_one_line_with_its_article_and_no_content(work, session, agency):
    receipt = hand_in(work, agency)
    session.rollback()
    [line] = session.scalars(select(LogLine).where(LogLine.act == "bid.submit"))
    assert line.cites == "财政部令第87号 第三十三条"
    assert json.loads(line.facts) == {"receipt": receipt.hash}
    assert line.at == DURING.isoformat()


def test_a_tender_that_asks_for_a_rate_takes_a_rate(work, session):
    from tests.builders.rooms import a_case

    case = a_case(price={"form": "discount_rate", "ceiling": "1"})
    with work() as unit:
        a_published_tender(unit, case=case)
        actor, _ = a_supplier(unit)
    with work() as unit:
        a_bid(unit, OCID, actor, None, rate=Fraction(88, 100))
    assert (bids(session)[0].price, bids(session)[0].rate) == (None, Fraction(22, 25))
