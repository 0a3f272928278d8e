"""Builders for sealed bids: a lawful rule, a bid under it; a test states what differs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache

from sealing import bid
from sealing.bid import Sealed
from sealing.context import Context
from sealing.package import Entry, Index
from sealing.rule import Opener, Rule, keys_bytes, read_rule, rule_bytes
from sealing.suite import SUITES

SUITE = SUITES["P256-1"]
ROLES = (
    ("buyer", "org-1"), ("agent", "org-2"), ("supervisor", "org-3"), ("deputy", "org-1"), ("notary", "org-4"), ("chair", "org-5"),
    ("auditor", "org-6"),
)  # fmt: skip
TWO_OF_THREE = [[1, 2], [1, 3], [2, 3]]


@cache
def private(n: int, envelope: str = "identity") -> bytes:
    """Opener ``n``'s key for an envelope, or its identity key; 0 is the bidder."""
    return SUITE.new_key()


def an_opener(n: int, envelopes: Sequence[str], tender: str = "cp-2025-0001", version: int = 1) -> Opener:
    role, org = ROLES[n - 1]
    keys = {envelope: SUITE.point_of(private(n, envelope)) for envelope in envelopes}
    sig = SUITE.sign(private(n), "tender-key/1", keys_bytes(tender, version, n, keys))
    return Opener(n, role, org, SUITE.point_of(private(n)), keys, sig)


def the_rule_bytes(openers: int = 3, groups: list[list[int]] | None = None, **but: object) -> bytes:
    facts: dict = {
        "tender": "cp-2025-0001", "tender_version": 1, "envelopes": ["all"], "groups": groups or TWO_OF_THREE, "bidder_half": False,
    } | but  # fmt: skip
    facts["openers"] = [an_opener(n, facts["envelopes"], facts["tender"], facts["tender_version"]) for n in range(1, openers + 1)]
    return rule_bytes(**facts)


def a_rule(openers: int = 3, groups: list[list[int]] | None = None, **but: object) -> Rule:
    """2 of 3 by default."""
    return read_rule(the_rule_bytes(openers, groups, **but))


def a_context(rule: Rule, **but: object) -> Context:
    facts = {
        "suite": "P256-1", "tender": rule.tender, "tender_version": rule.tender_version, "rule": rule.digest.hex(), "org": "agency-7",
        "bid": "b" * 22, "bid_version": 1, "envelope": rule.envelopes[0],
    } | but  # fmt: skip
    return Context(**facts)


class Bid:
    """A sealed bid of two files with its chunks."""

    def __init__(self, rule: Rule, texts: Sequence[bytes] = (b"\xe6\x8a\x95\xe6\xa0\x87" * 50, b"{}"), **but: object) -> None:
        self.rule, self.texts = rule, tuple(texts)
        self.index = Index(tuple(Entry(f"文件{n}.pdf", "technical", "application/pdf", len(t)) for n, t in enumerate(texts)), "test")
        self.context = a_context(rule, **but)
        self.sealed: Sealed = bid.seal(
            rule, self.context, self.index, self.files, signer=SUITE.point_of(private(0)), made_at="2025-03-06T09:00:00+08:00"
        )
        self.chunks = tuple(bid.chunks_again(self.sealed, self.index, self.files))

    @property
    def manifest(self):
        return self.sealed.manifest

    def files(self) -> list[io.BytesIO]:
        return [io.BytesIO(text) for text in self.texts]

    def shares(self, *openers: int) -> dict[int, bytes]:
        """What these openers would post."""
        return {n: bid.shares_of(self.manifest, n, private(n, self.context.envelope)) for n in openers}
