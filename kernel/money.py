"""Money 金额 in whole fen 分. Nothing in the house holds money as a float, and nothing rounds it twice."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from kernel.points import plain_decimal

Fen = int
"""An amount in fen 分; 1 元 = 100 分."""


def fen_from_yuan(yuan: int | str | Decimal) -> Fen:
    """The amount in fen of an amount in yuan 元, exactly.

    Raises ValueError for what is not a finite number, and for an amount with parts of a fen: nothing is rounded.

    >>> fen_from_yuan("6929000.05")
    692900005
    """
    if isinstance(yuan, bool | float):
        raise ValueError(f"金额须为整数、十进制文本: {yuan!r}")
    try:
        amount = Decimal(yuan.strip().replace(",", "").replace("，", "") if isinstance(yuan, str) else yuan)
        amount = plain_decimal(amount)
    except (InvalidOperation, ValueError):
        raise ValueError(f"金额无法识别: {str(yuan)[:40]!r}") from None
    fen = Fraction(amount) * 100
    if fen.denominator != 1:
        raise ValueError(f"金额最多保留到分（两位小数）: {yuan}")
    return fen.numerator


def yuan(fen: Fen) -> Decimal:
    """The amount in yuan 元, exactly, with two places.

    >>> yuan(692900005)
    Decimal('6929000.05')
    """
    return Decimal((int(fen < 0), tuple(map(int, str(abs(fen)))), -2))


def yuan_text(fen: Fen) -> str:
    """The amount as pages and reports print it: ¥ with thousands and two places.

    >>> yuan_text(692900000)
    '¥6,929,000.00'
    >>> yuan_text(-5)
    '-¥0.05'
    """
    return f"{'-' if fen < 0 else ''}¥{yuan(abs(fen)):,.2f}"


def share_of(amount: Fen, share: Fraction | Decimal) -> Fen:
    """``amount × share`` in fen, rounded half up to the fen once.

    >>> share_of(692900000, Fraction(3, 10))
    207870000
    """
    exact = Fraction(amount) * Fraction(share)
    doubled = exact * 2 + 1
    return int(doubled.numerator // (doubled.denominator * 2))
