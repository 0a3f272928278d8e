"""Numbers as they are written in tenders: 5、五、百分之五、5%、2万元、三十个工作日."""

from __future__ import annotations

import re
from fractions import Fraction

N = r"(?:\d{1,9}(?:\.\d{1,4})?|[零〇一二三四五六七八九十百两]{1,8})"
"""A number in figures or words."""

SHARE = r"(?:\d{1,4}(?:\.\d{1,4})?%|百分之[零〇一二三四五六七八九十百两]{1,6}(?:点[零〇一二三四五六七八九]{1,4})?|千分之[一二三四五六七八九十]{1,4})"
"""A share in figures or words."""

_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def number(text: str) -> Fraction:
    """The number that ``text`` (see ``N``) says.

    >>> [int(number(each)) for each in ("5", "十", "二十五", "一百二十", "两", "三十六")]
    [5, 10, 25, 120, 2, 36]
    """
    if text[0].isdigit() and text[0] in "0123456789":
        return Fraction(text)
    if not re.search("[十百]", text):
        return Fraction(int("".join(str(_DIGITS[sign]) for sign in text)))
    total, digit = 0, 0
    for sign in text:
        if sign == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif sign == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _DIGITS[sign]
    return Fraction(total + digit)


def share(text: str) -> Fraction:
    """The share that ``text`` (see ``SHARE``) says, as a part of one.

    >>> share("5%"), share("百分之十"), share("百分之二点五")
    (Fraction(1, 20), Fraction(1, 10), Fraction(1, 40))
    """
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    by, said = (100, text[3:]) if text.startswith("百") else (1000, text[3:])
    whole, _, part = said.partition("点")
    value = number(whole)
    if part:
        value += Fraction(int("".join(str(_DIGITS[sign]) for sign in part)), 10 ** len(part))
    return value / by
