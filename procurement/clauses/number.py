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


YUAN = (
    r"(?:人民币)?(?:(?:\d{1,3}(?:,\d{3})+|\d{1,11})(?:\.\d{1,6})?[十百千]?[万亿]?"
    r"|[零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬]{1,20})[元圆]"
)
"""An amount of money in figures or words, capitals 大写 included."""

_SIGNS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬〇两", "一二三四五六七八九十百千万零二")
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}


def yuan(text: str) -> Fraction:
    """The amount in yuan that ``text`` (see ``YUAN``) says; of words that are no number, 0.

    >>> [int(yuan(each)) for each in ("叁万元", "100万元", "壹万伍仟元", "1,500,000.00元", "一百二十万元", "十万元")]
    [30000, 1000000, 15000, 1500000, 1200000, 100000]
    """
    bare = text.removeprefix("人民币").rstrip("元圆").replace(",", "").translate(_SIGNS)
    figures = re.match(r"\d+(?:\.\d+)?", bare)
    if figures and figures[0][0] in "0123456789":
        value = Fraction(figures[0])
        for sign in bare[figures.end() :]:
            value *= _PLACES.get(sign) or _GROUPS[sign]
        return value
    whole = group = digit = 0
    for sign in bare:
        if sign in _GROUPS:
            whole, group, digit = whole + ((group + digit) or 1) * _GROUPS[sign], 0, 0
        elif sign in _PLACES:
            group, digit = group + (digit or 1) * _PLACES[sign], 0
        else:
            digit = _DIGITS[sign]
    return Fraction(whole + group + digit)


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
