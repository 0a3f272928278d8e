"""Shares, letters and locks: one share per opener, one lock per group, and commitments that name who is at fault.

    s_n      = 32 random bytes for opener n
    letter_n = HPKE to opener n's tender key, info "caiping/bid/1 letter" ‖ C ‖ u16 n ‖ SHA-256(point)
    lock_g   = K xor derive(s_a ‖ s_b ‖ …, salt C, "caiping/bid/1 group" ‖ u16 g)
    commit K = SHA-256("caiping/bid/1 key" ‖ C ‖ K);  commit n = SHA-256("caiping/bid/1 share" ‖ C ‖ u16 n ‖ s_n)

The commitment to K makes AES-GCM key-committing: two groups can never open two different bids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sealing.canonical import sha256
from sealing.context import Context
from sealing.suite import Suite

SHARE = 32


def key_commitment(context: Context, key: bytes) -> str:
    """Commitment to K, in hex."""
    return sha256(b"caiping/bid/1 key", context.digest, key).hex()


def share_commitment(context: Context, n: int, share: bytes) -> str:
    """Commitment to opener ``n``'s share, in hex."""
    return sha256(b"caiping/bid/1 share", context.digest, _u16(n), share).hex()


def seal_letter(suite: Suite, context: Context, n: int, point: bytes, share: bytes) -> bytes:
    """The letter to opener ``n``."""
    return suite.seal_letter(point, _info(context, n, point), share)


def open_letter(suite: Suite, context: Context, n: int, private: bytes, letter: bytes) -> bytes:
    """The share in a letter. Raises DoesNotOpen."""
    return suite.open_letter(private, _info(context, n, suite.point_of(private)), letter)


def lock(suite: Suite, context: Context, group: Sequence[int], number: int, shares: Mapping[int, bytes], key: bytes) -> bytes:
    """The lock of a group; the same function opens it again, since xor is its own inverse.

    group: openers in ascending order; number: the group's place in the rule, from 0. Raises KeyError for an absent share.
    """
    mask = suite.derive(b"".join(shares[n] for n in group), context.digest, b"caiping/bid/1 group" + _u16(number))
    return bytes(a ^ b for a, b in zip(key, mask, strict=True))


def _info(context: Context, n: int, point: bytes) -> bytes:
    return b"caiping/bid/1 letter" + context.digest + _u16(n) + sha256(point)


def _u16(number: int) -> bytes:
    return number.to_bytes(2, "big")
