"""Numerals 数字 as Chinese documents write them: 一、二、三 for chapters, 年月日 for dates."""

from __future__ import annotations

from datetime import date

from kernel.money import Fen

_DIGITS = "零一二三四五六七八九"

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


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


def capital_amount(fen: Fen) -> str:
    """人民币大写: an amount as a contract writes it beside the figures, so that no digit can be added or changed.

    By the rules of the central bank for bills (支付结算办法, 附件一《正确填写票据和结算凭证的基本规定》): noughts between
    digits are one 零; an amount that ends with 元 is closed by 整, one that ends with 分 is not. Where those rules leave a
    choice (整 after 角, 零 before 角 or 仟 when the place before is nought) the shorter form is written.
    Raises ValueError for a negative amount, which no such form exists for, and from 10¹⁶ 元.

    >>> [capital_amount(fen) for fen in (692900000, 10700053, 32504)]
    ['人民币陆佰玖拾贰万玖仟元整', '人民币壹拾万柒仟元伍角叁分', '人民币叁佰贰拾伍元零肆分']
    """
    if not 0 <= fen < 10**18:
        raise ValueError(f"金额不能写成大写: {fen} 分")
    yuan, rest = divmod(fen, 100)
    jiao, last = divmod(rest, 10)
    text = f"{_capitals(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"人民币{text}整"
    if jiao:
        text += f"{_CAPITALS[jiao]}角"
    elif text:
        text += "零"
    return f"人民币{text}{f'{_CAPITALS[last]}分' if last else ''}"


def _capitals(number: int) -> str:
    """A whole number from 0 in capital numerals; the part before 亿 or 万 is written like a number of its own."""
    for size, unit in _UNITS:
        if number >= size:
            head, tail = divmod(number, size)
            gap = "零" if tail and tail < size // 10 else ""
            return f"{_capitals(head)}{unit}{gap}{_capitals(tail) if tail else ''}"
    return _CAPITALS[number]
