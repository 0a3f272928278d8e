"""Many bidders at the door while it closes and the bids are opened: no late bid slips in, and none is left out."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db
from app.procurement.bids.models import SUBMITTED, BidRow
from app.procurement.bids.services import ReplaceBid, SubmitBid, replace_bid, submit_bid
from app.procurement.openings.models import OpeningRow
from app.procurement.openings.services import OpenBids, open_bids
from app.store import unit_of_work
from kernel.refusal import Refusal
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import (
    BIDS_CLOSE,
    DURING,
    NOTICE,
    a_bid,
    a_published_tender,
    a_supplier,
    documents_of,
    facts_of,
)

OCID = "cp-2025-0001"
BIDDERS = 8


def at_once(app, *jobs):
    """Run ``jobs`` in threads, each in its own application context; what they raise that is no refusal is raised here."""
    broken = []

    def run(job):
        with app.app_context():
            try:
                job()
            except Refusal:
                pass
            except BaseException as error:
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if broken:
        raise broken[0]


def test_no_late_bid_slips_in_while_the_door_closes(app, work, session):
    with work() as unit:
        buyer, overseer = an_actor(unit, Role.BUYER), an_actor(unit, Role.OVERSEER)
        a_published_tender(unit, buyer)
        agencies = [a_supplier(unit)[0] for _ in range(BIDDERS + 3)]
    for early in agencies[:3]:
        with work() as unit:
            a_bid(unit, OCID, early, now=DURING)
    began, attempts = time.monotonic(), []

    def now():
        return BIDS_CLOSE - timedelta(seconds=0.4) + timedelta(seconds=time.monotonic() - began)

    def bidder(actor):
        def bid():
            act, command = submit_bid, SubmitBid
            while (arrived := now()) < BIDS_CLOSE + timedelta(seconds=0.4):
                attempts.append(arrived)
                try:
                    with unit_of_work() as unit:
                        act(unit, command(actor, OCID, 90_000_000, facts_of(), documents_of(salt=str(arrived))), arrived)
                    act, command = replace_bid, ReplaceBid
                except Refusal:
                    pass

        return bid

    def opener():
        while now() < BIDS_CLOSE:
            time.sleep(0.001)
        with unit_of_work() as unit:
            open_bids(unit, OpenBids(buyer, OCID, overseer.person_id, NOTICE["opening_place"]), now())

    at_once(app, *(bidder(actor) for actor in agencies[3:]), opener)

    session.rollback()
    rows = list(session.scalars(select(BidRow)))
    live = {row.receipt_hash for row in rows if row.status == SUBMITTED}
    opened = session.get(OpeningRow, OCID)
    assert [row.submitted_at for row in rows if row.submitted_at >= BIDS_CLOSE] == []
    assert max(attempts) >= BIDS_CLOSE, "somebody must have come late for this to show anything"
    assert {line["receipt_hash"] for line in opened.record["lines"]} == live


def test_two_clicks_of_one_supplier_leave_one_live_bid(app, work, session):
    with work() as unit:
        a_published_tender(unit)
        actor, _ = a_supplier(unit)

    def click():
        with unit_of_work() as unit:
            submit_bid(unit, SubmitBid(actor, OCID, 90_000_000, facts_of(), documents_of()), DURING)

    at_once(app, *[click] * 4)

    session.rollback()
    assert len(list(session.scalars(select(BidRow)))) == 1


@pytest.mark.parametrize("status", ["replaced", "withdrawn"])
def test_the_database_itself_allows_only_one_live_bid(work, session, status):
    from sqlalchemy.exc import IntegrityError

    with work() as unit:
        a_published_tender(unit)
        actor, _ = a_supplier(unit)
    with work() as unit:
        a_bid(unit, OCID, actor)
    session.rollback()
    row = session.scalars(select(BidRow)).one()
    copy = {c.key: getattr(row, c.key) for c in BidRow.__table__.columns} | {"id": row.id + 1}

    with work() as unit:
        unit.session.add(BidRow(**copy | {"status": status, "ended_at": DURING}))
    with pytest.raises(IntegrityError), work() as unit:
        unit.session.add(BidRow(**copy | {"id": row.id + 2}))
