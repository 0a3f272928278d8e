"""Until the opening nobody learns who bids, or how many do (财政部令第87号 第二十八条): pages are the same byte for byte."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.procurement.bids.models import BidRow
from kernel.role import Role
from tests.builders.accounts import an_actor
from tests.builders.rooms import BIDS_CLOSE, DURING, a_bid, a_published_tender, a_supplier, an_opening

OCID = "cp-2025-0001"
PAGES = {
    None: ["/", f"/notices/{OCID}", "/?stage=tendering", "/?stage=closed", "/?q=社区"],
    Role.BUYER: ["/workbench", "/tenders", f"/tenders/{OCID}", f"/tenders/{OCID}/opening", "/suppliers", "/suppliers/1", "/"],
    Role.FINANCE: ["/workbench", "/tenders", f"/tenders/{OCID}", f"/tenders/{OCID}/opening", "/suppliers", "/suppliers/1"],
    Role.OVERSEER: ["/workbench", "/tenders", f"/tenders/{OCID}", f"/tenders/{OCID}/opening", "/suppliers", "/suppliers/1"],
    Role.SUPPLIER: ["/workbench", "/tenders", f"/tenders/{OCID}", f"/tenders/{OCID}/opening", f"/tenders/{OCID}/bid"],
    Role.EXPERT: ["/workbench", f"/tenders/{OCID}"],
}
CHANGING = re.compile(
    rb'name="(csrf_token|once)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(csrf_token|once)"'
    + "|编号 <span class=\"num\">[0-9a-f]{12}".encode()
    + rb'|data-now="[^"]*"|name="draft" value="[^"]*"'
)
"""What differs between any two answers: the token against forgery, the once-key, the draft's ticket, the number of the request,
the server's clock. Their lengths do not differ: a page is as long with four bids as with none."""


@pytest.fixture
def readers(work):
    """One reader for each role (and nobody), the bidders-to-be, and a published tender."""
    with work() as unit:
        buyer = an_actor(unit, Role.BUYER)
        a_published_tender(unit, buyer)
        bidders = [a_supplier(unit)[0] for _ in range(4)]
        outsider, _ = a_supplier(unit)
        found = {None: None, Role.BUYER: buyer, Role.SUPPLIER: outsider}
        for role in (Role.FINANCE, Role.OVERSEER, Role.EXPERT):
            found[role] = an_actor(unit, role)
    return found, bidders


def read_all(app, readers, sign_in_as):
    answers = {}
    for role, addresses in PAGES.items():
        browser = app.test_client()
        if readers[role] is not None:
            sign_in_as(browser, readers[role])  # twice: nothing happened since the last time, in either round
            sign_in_as(browser, readers[role])
        for address in addresses:
            answer = browser.get(address)
            headers = {k: v for k, v in answer.headers if k not in ("X-Request-Id", "Set-Cookie", "Date")}
            answers[role, address] = (answer.status_code, headers, CHANGING.sub(lambda found: b"<%d>" % len(found[0]), answer.data))
    return answers


@pytest.mark.parametrize("moment", [DURING + timedelta(days=1), BIDS_CLOSE + timedelta(minutes=1)], ids=["before", "closed"])
def test_every_page_is_the_same_with_no_bid_and_with_four(app, work, session, clock_at, sign_in_as, readers, moment):
    found, bidders = readers
    clock_at(moment)
    without = read_all(app, found, sign_in_as)
    for n, bidder in enumerate(bidders):
        with work() as unit:
            a_bid(unit, OCID, bidder, 90_000_000 + n, DURING + timedelta(minutes=n))
    clock_at(moment)

    with_four = read_all(app, found, sign_in_as)

    session.rollback()
    assert session.query(BidRow).count() == 4
    assert {status for status, _, _ in without.values()} <= {200, 302, 303, 404}
    for place, answer in without.items():
        assert with_four[place] == answer, place


def test_the_pages_do_tell_once_the_bids_are_opened(app, work, clock_at, sign_in_as, readers):
    """The other side of the test above: it would notice."""
    found, bidders = readers
    for bidder in bidders:
        with work() as unit:
            a_bid(unit, OCID, bidder)
    with work() as unit:
        an_opening(unit, found[Role.BUYER], OCID, found[Role.OVERSEER])
    clock_at(BIDS_CLOSE + timedelta(minutes=1))
    page = read_all(app, found, sign_in_as)[Role.BUYER, f"/tenders/{OCID}/opening"][2].decode()
    assert "开标一览表" in page
    assert all(bidder.organisation_name in page for bidder in bidders)


def test_a_bidder_sees_its_own_bid_and_no_other(app, work, clock_at, sign_in_as, readers):
    _, bidders = readers
    receipts = []
    for n, bidder in enumerate(bidders[:2]):
        with work() as unit:
            receipts.append(a_bid(unit, OCID, bidder, 91_234_500 + n * 1_000_000))
    clock_at(DURING + timedelta(days=1))
    browser = app.test_client()
    sign_in_as(browser, bidders[0])

    page = browser.get(f"/tenders/{OCID}/bid").text
    assert "912,345.00" in page
    assert "922,345.00" not in page
    assert receipts[1].hash[:12] not in page
    assert browser.get(f"/tenders/{OCID}/bid/receipts/{receipts[0].hash}").status_code == 200
    for address in (f"/tenders/{OCID}/bid/receipts/{receipts[1].hash}", f"/tenders/{OCID}/bid/receipts/{receipts[1].hash}.json"):
        assert browser.get(address).status_code == 404


def test_the_downloaded_text_has_the_hash_of_the_receipt(app, work, clock_at, sign_in_as, readers):
    import hashlib

    _, bidders = readers
    with work() as unit:
        receipt = a_bid(unit, OCID, bidders[0])
    clock_at(DURING + timedelta(days=1))
    browser = app.test_client()
    sign_in_as(browser, bidders[0])
    text = browser.get(f"/tenders/{OCID}/bid/receipts/{receipt.hash}.json")
    assert hashlib.sha256(text.data).hexdigest() == receipt.hash
    assert receipt.hash in browser.get(f"/tenders/{OCID}/bid/receipts/{receipt.hash}").text


def test_nobody_but_suppliers_comes_near_a_bid(app, work, clock_at, sign_in_as, readers):
    found, bidders = readers
    with work() as unit:
        receipt = a_bid(unit, OCID, bidders[0])
    clock_at(DURING + timedelta(days=1))
    for role in (Role.BUYER, Role.FINANCE, Role.OVERSEER, Role.EXPERT):
        browser = app.test_client()
        sign_in_as(browser, found[role])
        for address in (f"/tenders/{OCID}/bid", f"/tenders/{OCID}/bid/receipts/{receipt.hash}"):
            assert browser.get(address).status_code == 403
