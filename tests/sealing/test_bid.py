"""Who may open, opens; nobody else; and nothing that was changed, moved or swapped is taken for a bid."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealing import bid
from sealing.bid import key_of, open_envelope, open_with_recovery
from sealing.canonical import Malformed, encode
from sealing.manifest import fits, read_manifest, read_submission, submission_bytes, submission_faults
from sealing.package import CHUNK, Entry, Index, package_bytes, padded_length, unpack
from sealing.suite import DoesNotOpen
from tests.sealing.making import SUITE, TWO_OF_THREE, Bid, a_context, a_rule, private

RULE = a_rule()
BID = Bid(RULE)


def opened(of: Bid, *openers: int) -> list[tuple[str, bytes]]:
    stream = b"".join(open_envelope(of.manifest, of.rule, of.shares(*openers), of.chunks))
    return [(file.entry.name, file.text) for file in unpack(stream)[1]]


@pytest.mark.parametrize(
    ("openers", "groups"),
    [
        (3, TWO_OF_THREE),
        (4, [[1, 3], [2, 3], [1, 2, 4]]),
        (5, [list(group) for group in combinations(range(1, 6), 3)]),
        (7, [list(group) for group in combinations(range(1, 8), 4)]),
    ],
)
def test_every_group_of_the_rule_opens_and_no_other_subset(openers, groups):
    rule = a_rule(openers, groups)
    sealed = Bid(rule)
    every = sealed.shares(*range(1, openers + 1))
    for size in range(openers + 1):
        for present in combinations(range(1, openers + 1), size):
            posted = {n: every[n] for n in present}
            if rule.suffices(set(present)):
                assert key_of(sealed.manifest, rule, posted) == sealed.sealed.key
            else:
                with pytest.raises(DoesNotOpen):
                    key_of(sealed.manifest, rule, posted)


def test_what_was_sealed_comes_out_with_its_names():
    assert opened(BID, 1, 3) == [("文件0.pdf", BID.texts[0]), ("文件1.pdf", b"{}")]


def test_a_share_that_is_not_the_one_committed_to_is_left_out_and_others_still_open():
    shares = BID.shares(1, 2, 3) | {2: bytes(32)}

    assert key_of(BID.manifest, RULE, shares) == BID.sealed.key
    with pytest.raises(DoesNotOpen):
        key_of(BID.manifest, RULE, {1: shares[1], 2: bytes(32)})


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_files_at_the_borders_of_chunks(size):
    text = bytes(range(256)) * (size // 256 + 1)
    sealed = Bid(RULE, [text[:size]])

    assert opened(sealed, 2, 3) == [("文件0.pdf", text[:size])]
    assert sum(map(len, sealed.chunks)) == sealed.manifest.length + 16 * sealed.manifest.chunks


@pytest.mark.parametrize(
    "damage",
    [
        lambda c: c[:-1], lambda c: (*c, c[-1]), lambda c: (c[1], c[0], *c[2:]), lambda c: (c[0], c[0], *c[2:]),
        lambda c: (c[0][:-1], *c[1:]), lambda c: (bytes([c[0][0] ^ 1]) + c[0][1:], *c[1:]), lambda c: (c[0], c[2], c[1]),
    ],
)  # fmt: skip
def test_chunks_cut_doubled_swapped_or_touched_are_no_bid(damage):
    sealed = Bid(RULE, [bytes(2 * CHUNK)])
    assert len(sealed.chunks) == 3
    sealed.chunks = tuple(damage(sealed.chunks))
    with pytest.raises(DoesNotOpen):
        opened(sealed, 1, 2)


@pytest.mark.parametrize(
    "but", [{"org": "agency-8"}, {"bid": "c" * 22}, {"bid_version": 2}, {"tender": "cp-2025-0002"}, {"tender_version": 2}]
)
def test_a_bid_cannot_be_carried_to_another_place(but):
    """Its letters, locks and chunks are bound to who, what, which version."""
    other = replace(BID.manifest, context=replace(BID.context, **but))
    with pytest.raises(DoesNotOpen):
        bid.shares_of(other, 1, private(1, "all"))
    with pytest.raises((DoesNotOpen, Malformed)):
        list(open_envelope(other, RULE, BID.shares(1, 2), BID.chunks))


def test_a_rivals_manifest_under_ones_own_name_does_not_open():
    copied = read_manifest(BID.manifest.raw.replace(b"agency-7", b"agency-9"))
    with pytest.raises(DoesNotOpen):
        bid.shares_of(copied, 1, private(1, "all"))


def test_a_file_that_changes_between_the_passes_stops_before_it_leaves():
    first = Bid(RULE, [bytes(100)])
    with pytest.raises(Malformed, match="被改动"):
        list(bid.chunks_again(first.sealed, first.index, lambda: [io.BytesIO(b"\x01" + bytes(99))]))


@pytest.mark.parametrize("size", [99, 101])
def test_a_file_that_grows_or_shrinks_while_it_is_read_is_refused(size):
    index = Index((Entry("a.pdf", "technical", "application/pdf", 100),), "test")
    with pytest.raises(Malformed, match=r"变长|变短"):
        list(package_bytes(index, [io.BytesIO(bytes(size))]))


# --- the bidder's own half, two envelopes -------------------------------------------------------------------------------


def test_without_the_bidders_half_all_openers_together_open_nothing_and_with_it_they_do():
    rule = a_rule(groups=[[0, 1, 2], [0, 1, 3], [0, 2, 3]], bidder_half=True)
    sealed = Bid(rule)
    with pytest.raises(DoesNotOpen):
        opened(sealed, 1, 2, 3)

    stream = open_with_recovery(sealed.manifest, rule, sealed.sealed.recovery(), sealed.shares(1, 3), sealed.chunks)
    assert unpack(b"".join(stream))[1][1].text == b"{}"
    with pytest.raises(DoesNotOpen):
        list(open_with_recovery(sealed.manifest, rule, sealed.sealed.recovery(), sealed.shares(1), sealed.chunks))


def test_a_recovery_file_opens_its_own_bid_alone_and_no_other():
    stream = open_with_recovery(BID.manifest, RULE, BID.sealed.recovery(), {}, BID.chunks)
    assert unpack(b"".join(stream))[1][1].text == b"{}"

    other = Bid(RULE, org="agency-8")
    with pytest.raises(Malformed, match="不是这份投标清单的"):
        open_with_recovery(other.manifest, RULE, BID.sealed.recovery(), {}, other.chunks)
    lying = encode({"v": 1, "manifest": other.manifest.digest, "key": "A" * 43 + "="})
    with pytest.raises(DoesNotOpen, match="承诺"):
        open_with_recovery(other.manifest, RULE, lying, {}, other.chunks)


def test_the_price_envelope_has_its_own_keys():
    rule = a_rule(envelopes=["quality", "price"])
    quality, price = Bid(rule), Bid(rule, envelope="price")

    assert opened(quality, 1, 2)
    with pytest.raises(DoesNotOpen):
        bid.shares_of(price.manifest, 1, private(1, "quality"))


# --- submissions --------------------------------------------------------------------------------------------------------


def faults(manifests, rule=RULE, signer=0, **but):
    raw = submission_bytes(manifests)
    submission = replace(read_submission(raw), **but)
    return submission_faults(submission, SUITE.sign(private(signer), "submission/1", raw), manifests, rule)


def test_a_whole_submission_has_no_fault():
    assert faults([BID.manifest]) == ()


def test_a_submission_of_another_rule_another_signer_or_with_an_envelope_missing_says_so():
    two = a_rule(envelopes=["quality", "price"])

    assert any("签名无效" in fault for fault in faults([BID.manifest], signer=9))
    assert any("开启规则" in fault for fault in faults([BID.manifest], a_rule(4, TWO_OF_THREE)))
    assert any("每个信封" in fault for fault in faults([Bid(two).manifest], two))
    assert any("不属于这份投标" in fault for fault in faults([Bid(two).manifest, Bid(two, envelope="price", org="x").manifest], two))
    assert faults([Bid(two).manifest, Bid(two, envelope="price").manifest], two) == ()


def test_a_manifest_with_fewer_letters_or_other_groups_than_the_rule_does_not_fit():
    fewer = replace(BID.manifest, shares=BID.manifest.shares[:2])
    others = replace(BID.manifest, locks=BID.manifest.locks[:1])

    assert (len(fits(fewer, RULE)), len(fits(others, RULE)), fits(BID.manifest, RULE)) == (1, 1, ())


# --- flips --------------------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.data())
def test_one_bit_anywhere_in_letter_lock_or_manifest_is_found(data):
    raw = bytearray(BID.manifest.raw)
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    try:
        changed = read_manifest(bytes(raw))
    except (Malformed, ValueError):
        return
    assert faults_of_changed(changed)


def faults_of_changed(changed) -> bool:
    """The signature covers the manifest's hash, so any other bytes are another bid's."""
    raw = submission_bytes([BID.manifest])
    return bool(submission_faults(read_submission(raw), SUITE.sign(private(0), "submission/1", raw), [changed], RULE))


@given(st.binary(min_size=113, max_size=113))
def test_random_letters_open_to_nobody(letter):
    share = replace(BID.manifest.share(1), letter=letter)
    with pytest.raises(DoesNotOpen):
        bid.shares_of(replace(BID.manifest, shares=(share, *BID.manifest.shares[1:])), 1, private(1, "all"))


@given(st.integers(0, 2**40))
def test_padding_costs_at_most_twelve_percent_and_hides_the_lower_bits(length):
    padded = padded_length(length)

    assert length <= padded <= length * 112 // 100 + 1
    assert padded_length(padded) == padded


def test_contexts_differ_in_every_field():
    digests = {a_context(RULE, **but).digest for but in ({}, {"org": "x"}, {"bid": "y"}, {"bid_version": 2}, {"envelope": "price"})}

    assert len(digests) == 5
