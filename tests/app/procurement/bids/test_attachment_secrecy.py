"""Who reads attachments: until the opening their own supplier alone, then those whom the law lets near the bids."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.files.models import FileRow
from app.procurement.bids.models import BidRow
from app.procurement.bids.services import ReplaceBid, SubmitBid, replace_bid, submit_bid
from app.procurement.committees.models import MemberRow
from app.procurement.suppliers.models import SupplierRow
from kernel.role import Role
from tests.builders import story as stories
from tests.builders.accounts import an_actor
from tests.builders.attachments import attached
from tests.builders.files import a_pdf
from tests.builders.rooms import (
    BIDS_CLOSE,
    DURING,
    a_published_tender,
    a_supplier,
    an_opening,
    documents_of,
    facts_of,
)

OCID = "cp-2025-0001"
BID = f"/tenders/{OCID}/bid"
CHANGING = re.compile(
    rb'name="(?:csrf_token|once)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(?:csrf_token|once)"'
    + "|编号 <span class=\"num\">[0-9a-f]{12}".encode()
)
"""What differs between any two answers: the keys of a form, the number of the request."""


@pytest.fixture
def readers(work):
    """One reader for each role, two bidders, and an outsider among the agencies."""
    with work() as unit:
        buyer = an_actor(unit, Role.BUYER)
        a_published_tender(unit, buyer)
        bidders = [a_supplier(unit)[0] for _ in range(3)]
        found = {"buyer": buyer, "other buyer": an_actor(unit, Role.BUYER), "outsider": a_supplier(unit)[0]}
        for role in (Role.FINANCE, Role.OVERSEER, Role.EXPERT, Role.EVALUATOR, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
            found[role.value] = an_actor(unit, role)
    return found, bidders


def handed_in(work, bidders):
    """Each bids with one attachment; (bid ids, ids of the attachments)."""
    ids, files = [], []
    for n, bidder in enumerate(bidders):
        kept = attached(work, OCID, bidder, ("T2", f"证书{n}.pdf", a_pdf(f"of {n}")))
        with work() as unit:
            submit_bid(unit, SubmitBid(bidder, OCID, 90_000_000 + n, facts_of(), documents_of(), files=tuple(kept)), DURING)
            unit.session.flush()
            row = unit.session.scalars(select(BidRow).where(BidRow.price == 90_000_000 + n)).one()
            ids.append(row.id)
            files.append(unit.session.scalars(select(FileRow.id).where(FileRow.subject_id == str(row.id))).one())
    return ids, files


def read(app, sign_in_as, actor, address):
    browser = app.test_client()
    sign_in_as(browser, actor)
    answer = browser.get(address)
    headers = {k: v for k, v in answer.headers if k not in ("X-Request-Id", "Set-Cookie", "Date")}
    return answer.status_code, headers, CHANGING.sub(b"", answer.data)


def test_before_the_opening_everybody_else_is_told_the_same_whether_there_is_a_file_or_not(app, work, clock_at, sign_in_as, readers):
    """财政部令第87号 第二十八条."""
    found, bidders = readers
    clock_at(DURING + timedelta(days=1))
    bids_, files = handed_in(work, bidders)
    for name, actor in found.items():
        there = read(app, sign_in_as, actor, f"/tenders/{OCID}/bids/{bids_[0]}/files/1")
        nowhere = read(app, sign_in_as, actor, f"/tenders/{OCID}/bids/12345/files/9")
        assert there == nowhere, name
        assert there[0] == 403
        own = read(app, sign_in_as, actor, f"{BID}/files/{files[0]}")
        assert own == read(app, sign_in_as, actor, f"{BID}/files/12345"), name
        assert own[0] == (404 if name == "outsider" else 403)
    assert read(app, sign_in_as, bidders[0], f"{BID}/files/{files[1]}")[0] == 404
    assert read(app, sign_in_as, bidders[0], f"{BID}/files/{files[0]}")[2] == a_pdf("of 0")
    assert app.test_client().get(f"{BID}/files/{files[0]}").status_code == 303
    page = read(app, sign_in_as, bidders[0], BID)[2].decode()
    assert "证书0.pdf" in page
    assert "证书1.pdf" not in page


def test_a_draft_is_seen_by_its_supplier_alone(app, work, clock_at, sign_in_as, readers):
    found, bidders = readers
    clock_at(DURING + timedelta(days=1))
    [id] = attached(work, OCID, bidders[0], ("", "草稿.pdf", a_pdf("draft")))
    assert read(app, sign_in_as, bidders[0], f"{BID}/files/{id}")[2] == a_pdf("draft")
    assert "草稿.pdf" in read(app, sign_in_as, bidders[0], BID)[2].decode()
    for actor in (*found.values(), bidders[1]):
        assert read(app, sign_in_as, actor, f"{BID}/files/{id}")[0] in (403, 404)
        assert "草稿.pdf" not in read(app, sign_in_as, actor, BID)[2].decode()


def test_after_the_opening_buyer_and_supervision_read_and_suppliers_only_their_own(app, work, clock_at, sign_in_as, readers):
    found, bidders = readers
    bids_, files = handed_in(work, bidders)
    with work() as unit:
        an_opening(unit, found["buyer"], OCID, found["overseer"])
    clock_at(BIDS_CLOSE + timedelta(minutes=1))
    address = f"/tenders/{OCID}/bids/{bids_[1]}/files/1"
    for name, actor in found.items():
        status, headers, content = read(app, sign_in_as, actor, address)
        assert (status == 200) is (name in ("buyer", "finance", "overseer")), name
        if status == 200:
            assert content == a_pdf("of 1")
            assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert headers["X-Content-Type-Options"] == "nosniff"
    assert read(app, sign_in_as, bidders[0], address)[0] == 403
    assert read(app, sign_in_as, bidders[0], f"{BID}/files/{files[1]}")[0] == 404
    assert read(app, sign_in_as, bidders[1], f"{BID}/files/{files[1]}")[0] == 200
    for wrong in (f"/tenders/{OCID}/bids/{bids_[1]}/files/0", f"/tenders/{OCID}/bids/{bids_[1]}/files/2", f"/tenders/{OCID}/bids/7/files/1"):
        assert read(app, sign_in_as, found["buyer"], wrong)[0] == 404
    record = f"/tenders/{OCID}/opening"
    assert "证书1.pdf" in read(app, sign_in_as, found["buyer"], record)[2].decode()
    assert "证书" not in read(app, sign_in_as, bidders[0], record)[2].decode()
    assert "证书2.pdf" in read(app, sign_in_as, found["finance"], f"/tenders/{OCID}/qualification")[2].decode()


def test_files_of_a_replaced_bid_are_read_by_nobody_else_even_after_the_opening(app, work, clock_at, sign_in_as, readers):
    found, bidders = readers
    bids_, files = handed_in(work, bidders)
    with work() as unit:
        again = ReplaceBid(bidders[0], OCID, 89_000_000, facts_of(), documents_of())
        replace_bid(unit, again, DURING + timedelta(minutes=5))
    with work() as unit:
        an_opening(unit, found["buyer"], OCID, found["overseer"])
    clock_at(BIDS_CLOSE + timedelta(minutes=1))
    assert read(app, sign_in_as, found["buyer"], f"/tenders/{OCID}/bids/{bids_[0]}/files/1")[0] == 404
    assert read(app, sign_in_as, bidders[0], f"{BID}/files/{files[0]}")[0] == 200


def test_a_member_reads_once_free_of_conflicts_is_declared_and_finds_the_papers_at_their_criterion(app, work, clock_at, sign_in_as):
    """财政部令第87号 第五十五条: independent marking, from the papers; a member with a conflict never held them."""
    story = stories.a_published_tender(work)
    with work() as unit:
        bidder = an_actor(unit, Role.SUPPLIER)
        a_supplier(unit, bidder)
    kept = attached(work, story.ocid, bidder, ("T6", "证书.pdf", a_pdf("proof")), ("", "投标函.pdf", a_pdf("letter")), now=stories.SUBMITTED)
    offer = stories.offers(1)[0]
    with work() as unit:
        declared = stories.declared(story.rubric, offer)
        command = SubmitBid(bidder, story.ocid, int(offer["price"]) * 100, declared, documents_of(statements=[]), files=tuple(kept))
        submit_bid(unit, command, stories.SUBMITTED)
    stories.with_bids(work, story, bidders=3)
    story.suppliers.append(bidder)
    stories.opened(work, story)
    with work() as unit:
        bid = unit.session.scalars(select(BidRow.id).where(BidRow.tenderer == _uscc(unit, bidder))).one()
    stories.qualified(work, story)
    stories.committee_formed(work, story)
    stories.conforming(work, story)
    clock_at(stories.SCORED)
    address = f"/tenders/{story.ocid}/bids/{bid}/files/"
    member, outsider = story.members[1], next(e for e in story.experts if e.person_id not in {m.person_id for m in story.members})
    assert read(app, sign_in_as, member, f"{address}1")[2] == a_pdf("letter")
    assert read(app, sign_in_as, member, f"{address}2")[2] == a_pdf("proof")
    assert read(app, sign_in_as, outsider, f"{address}1")[0] == 403
    sheet = read(app, sign_in_as, member, f"/tenders/{story.ocid}/scoring/{bid}")[2].decode()
    leaf = sheet.split('id="leaf-T6"')[1].split('class="leaf-row"')[0]
    assert "证书.pdf" in leaf
    assert "投标函.pdf" not in leaf
    assert "投标函.pdf" in sheet
    assert "证书.pdf" in read(app, sign_in_as, member, f"/tenders/{story.ocid}/conformity")[2].decode()

    with work() as unit:
        seat = unit.session.scalars(select(MemberRow).where(MemberRow.person_id == member.person_id)).one()
        seat.declared_at = None
    assert read(app, sign_in_as, member, f"{address}1")[0] == 403
    assert "证书.pdf" not in read(app, sign_in_as, member, f"/tenders/{story.ocid}/conformity")[2].decode()


def _uscc(unit, actor):
    return unit.session.scalars(select(SupplierRow.uscc).where(SupplierRow.organisation_id == actor.organisation_id)).one()
