"""Numerals 数字 as Chinese documents write them: 一、二、三 for chapters, 年月日 for dates."""

from __future__ import annotations

from datetime import date

_DIGITS = "零一二三四五六七八九"


def ordinal(number: int) -> str:
    """``number`` from 1 to 99 in Chinese numerals.

    >>> [ordinal(n) for n in (1, 10, 12, 20, 47)]
    ['一', '十', '十二', '二十', '四十七']
    """
    if not 1 <= number <= 99:
        raise ValueError(f"序数须在1至99之间: {number}")
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones else "")


def chapter(number: int) -> str:
    """The number of a chapter, first level: ``一、``"""
    return f"{ordinal(number)}、"


def section(number: int) -> str:
    """The number of a section, second level: ``（一）``"""
    return f"（{ordinal(number)}）"


def chinese_date(day: date) -> str:
    """
    >>> chinese_date(date(2026, 1, 5))
    '2026年1月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"
