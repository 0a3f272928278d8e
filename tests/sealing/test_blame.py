"""A bid does not open: whose fault it is follows from bytes that anybody can check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sealing.blame import Fault, blame
from sealing.canonical import sha256
from sealing.letter import seal_letter, share_commitment
from sealing.manifest import read_manifest
from sealing.package import root_of_chunks, seal_chunks
from tests.sealing.making import SUITE, Bid, a_rule, private

RULE = a_rule()


@pytest.fixture
def sealed() -> Bid:
    return Bid(RULE)


def verdict(sealed: Bid, posted, manifest=None, chunks=None, disclosed=None):
    found = blame(manifest or sealed.manifest, RULE, posted, sealed.chunks if chunks is None else chunks, disclosed)
    return found.fault, found.opener


def with_letter(sealed: Bid, n: int, share: bytes, *, commit: bytes | None = None):
    """A manifest whose letter to ``n`` holds ``share``; the commitment to another one if asked."""
    letter = seal_letter(SUITE, sealed.context, n, RULE.opener(n).keys["all"], share)
    shares = tuple(
        replace(each, letter=letter, commit=share_commitment(sealed.context, n, commit) if commit else each.commit) if each.n == n else each
        for each in sealed.manifest.shares
    )
    return replace(sealed.manifest, shares=shares)


def test_an_honest_bid_is_nobodys_fault(sealed):
    assert verdict(sealed, sealed.shares(1, 2)) == (Fault.NOBODY, 0)


def test_too_few_openers_are_not_the_bidders_fault(sealed):
    assert verdict(sealed, sealed.shares(3)) == (Fault.ABSENT, 0)
    assert verdict(sealed, {}) == (Fault.ABSENT, 0)


def test_a_wrong_share_asks_for_the_tender_key_and_the_key_tells_who_lied(sealed):
    posted = sealed.shares(1) | {2: bytes(32)}

    assert verdict(sealed, posted) == (Fault.DISCLOSE, 2)
    assert verdict(sealed, posted, disclosed={2: private(2, "all")}) == (Fault.OPENER, 2), "the letter holds another share"
    assert verdict(sealed, posted, disclosed={2: private(2)}) == (Fault.OPENER, 2), "not the key of the rule"
    assert verdict(sealed, posted, with_letter(sealed, 2, bytes(32)), disclosed={2: private(2, "all")}) == (Fault.BIDDER, 2)


def test_a_letter_that_does_not_open_is_the_bidders(sealed):
    broken = replace(sealed.manifest, shares=tuple(replace(e, letter=bytes(113)) if e.n == 2 else e for e in sealed.manifest.shares))

    assert verdict(sealed, sealed.shares(1) | {2: bytes(32)}, broken, disclosed={2: private(2, "all")})[0] is Fault.BIDDER


def test_one_wrong_share_does_not_matter_where_another_group_is_whole(sealed):
    assert verdict(sealed, sealed.shares(1, 2) | {3: bytes(32)}) == (Fault.NOBODY, 0)


def test_right_shares_and_a_lock_that_gives_another_key_are_the_bidders(sealed):
    locks = tuple((group, bytes(32)) for group, _ in sealed.manifest.locks)

    assert verdict(sealed, sealed.shares(1, 2), replace(sealed.manifest, locks=locks)) == (Fault.BIDDER, 0)


def test_a_lock_that_is_wrong_for_one_group_only_still_opens_by_another(sealed):
    locks = ((sealed.manifest.locks[0][0], bytes(32)), *sealed.manifest.locks[1:])

    assert verdict(sealed, sealed.shares(1, 2, 3), replace(sealed.manifest, locks=locks)) == (Fault.NOBODY, 0)


def test_chunks_that_are_not_those_of_the_manifest_are_the_platforms(sealed):
    assert verdict(sealed, sealed.shares(1, 2), chunks=[sealed.chunks[0][:-1] + b"x"]) == (Fault.PLATFORM, 0)
    assert verdict(sealed, sealed.shares(1, 2), chunks=[]) == (Fault.PLATFORM, 0)


def test_chunks_as_promised_that_hold_no_package_are_the_bidders(sealed):
    """The bidder sealed nonsense and signed for it."""
    chunks = list(seal_chunks(SUITE, sealed.sealed.key, sealed.context, [b"nonsense"]))
    root = root_of_chunks(sha256(each) for each in chunks)

    assert verdict(sealed, sealed.shares(1, 2), replace(sealed.manifest, root=root), chunks) == (Fault.BIDDER, 0)


def test_every_verdict_has_its_words():
    assert all(fault.zh for fault in Fault)
    assert read_manifest(Bid(RULE).manifest.raw).context.envelope == "all"
