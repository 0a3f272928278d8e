"""Points 分值: exact numbers. Scores are fractions until they are shown; they are rounded once, half up 四舍五入."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction

Points = Fraction
"""An exact number of points 分."""

Exact = int | str | Decimal | Fraction
"""What an exact number may be written as. Floats are refused: 0.1 is not a tenth."""

LONGEST = 60
"""So many digits before and after the point are read, no more: "1e999999999" would fill the memory of the machine."""

_QUOTIENT = re.compile(rf"([+-]?\d{{1,{LONGEST}}})\s*/\s*(\d{{1,{LONGEST}}})")


def points(value: Exact) -> Points:
    """``value`` as an exact fraction. Texts may be decimals ("7.25"), percentages ("20%") or fractions ("2/3").

    Raises ValueError for floats, booleans, infinities, numbers longer than ``LONGEST`` and whatever else is no number.

    >>> points("7.25")
    Fraction(29, 4)
    >>> points("20%")
    Fraction(1, 5)
    """
    if isinstance(value, str):
        text = value.strip()
        return _read(text[:-1].rstrip()) / 100 if text.endswith(("%", "％")) else _read(text)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise ValueError(f"分值须为整数、十进制文本或分数: {value!r}")
    if isinstance(value, Decimal):
        return Fraction(plain_decimal(value))
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        raise ValueError("数值过大")
    return Fraction(value)


def _read(text: str) -> Fraction:
    if "/" in text:
        return _quotient(text)
    try:
        return Fraction(plain_decimal(Decimal(text)))
    except InvalidOperation:
        raise ValueError(f"分值无法识别: {text[:40]!r}") from None


def _quotient(text: str) -> Fraction:
    match = _QUOTIENT.fullmatch(text)
    if match is None or int(match[2]) == 0:
        raise ValueError(f"分值无法识别: {text[:40]!r}")
    return Fraction(int(match[1]), int(match[2]))


def plain_decimal(value: Decimal) -> Decimal:
    """``value`` if it is a number that can be written out. Raises ValueError for infinities and absurd exponents."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"数值无法识别: {value}")
    if exponent < -LONGEST or value.adjusted() >= LONGEST:
        raise ValueError("数值过大或者小数位过多")
    return value


def half_up(value: Fraction, places: int) -> Decimal:
    """``value`` rounded to ``places`` decimals, halves away from zero 四舍五入, with all its places.

    >>> half_up(Fraction(89995, 1000), 2)
    Decimal('90.00')
    >>> half_up(Fraction(-5, 1000), 2)
    Decimal('-0.01')
    """
    scaled = abs(value) * 10**places * 2 + 1
    whole = scaled.numerator // (scaled.denominator * 2)
    return Decimal((int(value < 0 < whole), tuple(map(int, str(whole))), -places))


def exact_text(value: Fraction) -> str:
    """``value`` as ``n/d``, or ``n`` when whole: the form in which a stranger re-computes it.

    >>> exact_text(Fraction(1058, 25)), exact_text(Fraction(4))
    ('1058/25', '4')
    """
    return str(value)


def shortest_text(value: Fraction) -> str:
    """``value`` as the shortest decimal that is exactly it; ``n/d`` where no finite decimal is.

    >>> shortest_text(Fraction(36, 5)), shortest_text(Fraction(100)), shortest_text(Fraction(1, 3))
    ('7.2', '100', '1/3')
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(value)
    places = max(twos, fives)
    return f"{half_up(value, places):f}"


def percent_text(share: Fraction, places: int | None = None) -> str:
    """A share as a percentage: exactly, or rounded half up to ``places`` decimals.

    >>> percent_text(Fraction(1, 8)), percent_text(Fraction(1, 8), 2), percent_text(Fraction(1, 3), 2)
    ('12.5%', '12.50%', '33.33%')
    """
    return f"{shortest_text(share * 100) if places is None else half_up(share * 100, places)}%"
