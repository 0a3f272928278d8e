"""The unified social credit code 统一社会信用代码: eighteen characters, the last one checks the others (GB 32100-2015)."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Thirty-one characters: I, O, S, V and Z are left out because they look like digits or each other."""


def check_character(first_seventeen: str) -> str:
    """The eighteenth character for the first seventeen: (31 − Σ value × 3^place mod 31) mod 31.

    Raises ValueError when one of them is not in the alphabet.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    weighted = sum(ALPHABET.index(character) * 3**place for place, character in enumerate(first_seventeen))
    return ALPHABET[-weighted % 31]


def is_credit_code(text: str) -> bool:
    """Whether ``text`` is a well-formed code. Says nothing about whether it was ever issued.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44")
    (True, False)
    """
    return len(text) == 18 and all(c in ALPHABET for c in text) and check_character(text[:17]) == text[17]
