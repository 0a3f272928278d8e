"""Opening: at the deadline and not before, watched, with three bids or not at all, and then for everybody who was there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.procurement.bids import queries
from app.procurement.bids.models import BidRow
from app.procurement.bids.services import WithdrawBid, withdraw_bid
from app.procurement.openings.models import OpeningRow
from app.procurement.openings.services import FailForTooFew, OpenBids, fail_for_too_few, open_bids
from app.procurement.tenders.models import TenderRow
from app.transparency.models import LogLine
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from procurement.stage import Stage
from tests.builders.accounts import an_actor
from tests.builders.rooms import BIDS_CLOSE, DURING, a_bid, a_published_tender, a_supplier, an_opening

OCID = "cp-2025-0001"
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def people(work):
    with work() as unit:
        buyer, overseer = an_actor(unit, Role.BUYER), an_actor(unit, Role.OVERSEER)
        a_published_tender(unit, buyer)
    return buyer, overseer


def with_bids(work, number):
    actors = []
    for n in range(number):
        with work() as unit:
            actor, _ = a_supplier(unit)
            a_bid(unit, OCID, actor, 90_000_000 + n, DURING + timedelta(minutes=n))
            actors.append(actor)
    return actors


def tender(session):
    session.rollback()
    return session.get(TenderRow, OCID)


@pytest.mark.parametrize(
    ("at", "opened"),
    [(BIDS_CLOSE - INSTANT, False), (BIDS_CLOSE, True), (BIDS_CLOSE + timedelta(minutes=20), True)],
    ids=["before", "at the deadline", "later"],
)
def test_bids_are_opened_at_the_deadline_or_later(work, session, people, at, opened):
    """财政部令第87号 第三十九条."""
    with_bids(work, 3)
    if opened:
        with work() as unit:
            an_opening(unit, *_order(people), now=at)
        assert tender(session).opened_at == at
    else:
        with pytest.raises(WrongStage), work() as unit:
            an_opening(unit, *_order(people), now=at)
        assert tender(session).opened_at is None


def _order(people):
    buyer, overseer = people
    return buyer, OCID, overseer


@pytest.mark.parametrize(("number", "opened"), [(2, False), (3, True), (4, True)], ids=["short", "exact", "over"])
def test_with_fewer_than_three_bids_there_is_no_opening(work, session, people, number, opened):
    """财政部令第87号 第四十一条: 投标人不足三家的, 不得开标."""
    with_bids(work, number)
    if opened:
        with work() as unit:
            an_opening(unit, *_order(people))
        assert len(session.get(OpeningRow, OCID).record["lines"]) == number
    else:
        with pytest.raises(Unlawful) as refusal, work() as unit:
            an_opening(unit, *_order(people))
        [finding] = refusal.value.findings
        assert (finding.have, finding.need, finding.cites) == (2, 3, "财政部令第87号 第四十一条")
        assert tender(session).stage is Stage.TENDERING, "nothing has changed, not even what time has closed"


def test_a_withdrawn_bid_does_not_count(work, session, people):
    agencies = with_bids(work, 3)
    with work() as unit:
        withdraw_bid(unit, WithdrawBid(agencies[0], OCID), DURING + timedelta(hours=1))
    with pytest.raises(Unlawful), work() as unit:
        an_opening(unit, *_order(people))


def test_the_record_reads_out_every_bid_in_order_of_arrival_with_its_receipt(work, session, people):
    with_bids(work, 3)
    with work() as unit:
        an_opening(unit, *_order(people))
    session.rollback()
    record = session.get(OpeningRow, OCID).record
    bids = queries.live_bids(session, tender(session))
    assert [line["price"] for line in record["lines"]] == [90_000_000, 90_000_001, 90_000_002]
    assert [line["receipt_hash"] for line in record["lines"]] == [bid.receipt_hash for bid in bids]
    assert all(line["intact"] for line in record["lines"])
    assert record["overseer"]
    assert record["host"]


def test_the_database_refuses_to_tamper_with_a_bid_that_was_handed_in(work, session, people):
    with_bids(work, 3)
    with pytest.raises(DBAPIError, match="stays as it is"), work() as unit:
        unit.session.scalars(select(BidRow).order_by(BidRow.submitted_at)).first().price = 1_00
    with work() as unit:
        an_opening(unit, *_order(people))
    session.rollback()
    assert [line["intact"] for line in session.get(OpeningRow, OCID).record["lines"]] == [True, True, True]


@pytest.fixture
def unguarded(database):
    """The table of bids without its triggers, as somebody who owns the database server could have it for a moment."""
    if database.kind == "postgresql":
        off, on = ["ALTER TABLE bids DISABLE TRIGGER USER"], ["ALTER TABLE bids ENABLE TRIGGER USER"]
    else:
        with db.engine.connect() as connection:
            held = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'bids'")).all()
        off, on = [f"DROP TRIGGER {name}" for name, _ in held], [sql for _, sql in held]

    def run(statements):
        with db.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    run(off)
    yield run
    run(on)


def test_a_bid_that_was_tampered_with_is_shown_as_such_at_the_opening(app, unguarded, work, session, people, sign_in_as, clock_at):
    """The receipt is computed anew from what lies there, and a bid that no longer fits it says so to everybody who is present."""
    agencies = with_bids(work, 3)
    unguarded([f"UPDATE bids SET price = 100 WHERE price = 90000000 AND ocid = '{OCID}'"])
    with work() as unit:
        an_opening(unit, *_order(people))
    session.rollback()
    assert [line["intact"] for line in session.get(OpeningRow, OCID).record["lines"]] == [False, True, True]
    clock_at(BIDS_CLOSE + timedelta(minutes=5))
    for reader in (*people, agencies[2]):
        browser = app.test_client()
        sign_in_as(browser, reader)
        page = browser.get(f"/tenders/{OCID}/opening").text
        assert (page.count("复算不一致"), page.count("复算一致")) == (1, 2), reader.role


def test_the_opening_needs_an_overseer_and_a_place(work, people):
    buyer, _ = people
    with_bids(work, 3)
    with pytest.raises(BadInput) as refusal, work() as unit:
        open_bids(unit, OpenBids(buyer, OCID, buyer.person_id, " "), BIDS_CLOSE)
    assert {finding.field for finding in refusal.value.findings} == {"overseer_id", "place"}


def test_only_the_own_buyer_opens(work, people):
    with_bids(work, 3)
    with work() as unit:
        other = an_actor(unit, Role.BUYER)
    for actor in (other, people[1]):
        with pytest.raises(NotPermitted), work() as unit:
            an_opening(unit, actor, OCID, people[1])


def test_opening_closes_what_time_has_closed_and_says_so_in_the_clocks_name(work, session, people):
    with_bids(work, 3)
    with work() as unit:
        an_opening(unit, *_order(people))
    session.rollback()
    lines = [(line.act, line.role) for line in session.scalars(select(LogLine).order_by(LogLine.sequence))][-2:]
    assert lines == [("tender.close", "clock"), ("bids.open", "buyer")]
    with pytest.raises(WrongStage), work() as unit:
        an_opening(unit, *_order(people))


def test_too_few_bids_end_the_tender_by_one_of_the_two_lawful_branches(work, session, people):
    """财政部令第87号 第四十三条."""
    with_bids(work, 2)
    with pytest.raises(BadInput) as refusal, work() as unit:
        fail_for_too_few(unit, FailForTooFew(people[0], OCID, "", ""), BIDS_CLOSE)
    assert {finding.field for finding in refusal.value.findings} == {"branch", "reason"}
    with work() as unit:
        fail_for_too_few(unit, FailForTooFew(people[0], OCID, "correct", "资格条件过高"), BIDS_CLOSE)
    row = tender(session)
    assert (row.stage, row.outcome["branch"], row.outcome["reason"]) == (Stage.UNSUCCESSFUL, "correct", "资格条件过高")


def test_a_tender_with_enough_bids_cannot_be_failed_and_the_refusal_does_not_count_them(work, session, people):
    with_bids(work, 4)
    with pytest.raises(Unlawful) as refusal, work() as unit:
        fail_for_too_few(unit, FailForTooFew(people[0], OCID, "correct", "不想要了"), BIDS_CLOSE)
    assert "4" not in str(refusal.value)
    assert tender(session).stage is Stage.TENDERING


def test_before_the_deadline_nothing_can_be_failed_or_learnt(work, people):
    with_bids(work, 1)
    with pytest.raises(WrongStage) as refusal, work() as unit:
        fail_for_too_few(unit, FailForTooFew(people[0], OCID, "correct", "理由"), DURING + timedelta(hours=2))
    assert "1" not in str(refusal.value)
