"""Lots 抽签: an order that chance makes and anybody can repeat. The seed is public; the smallest hashes come first."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.canonical import sha256_hex


def lot_number(seed: str, subject: str, drawn: str) -> str:
    """The lot of one that may be drawn: SHA-256 of ``seed|subject|drawn`` in hex. The smallest lots win.

    Anybody can repeat it with a common tool: ``printf '%s' 'seed|cp-2025-0001|e7' | sha256sum``.
    """
    return sha256_hex(f"{seed}|{subject}|{drawn}")


def order_by_lot(seed: str, subject: str, all_that_may_be_drawn: Iterable[str]) -> tuple[str, ...]:
    """All of them, each once, in the order of their lots, whatever order they came in.

    >>> order_by_lot("2025-03-07", "cp-2025-0001", ["甲", "乙", "丙"]) == order_by_lot("2025-03-07", "cp-2025-0001", ["丙", "乙", "甲"])
    True
    """
    return tuple(sorted(set(all_that_may_be_drawn), key=lambda each: (lot_number(seed, subject, each), each)))
