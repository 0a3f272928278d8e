"""Display filters 显示: money, points, days and moments as pages print them, each in one place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from flask import Flask

from kernel.money import yuan_text
from kernel.period import aware
from kernel.points import half_up

WEEKDAYS = "一二三四五六日"
DASH = "—"


def yuan(fen: int | None) -> str:
    """Money: ¥ with thousands and two places; a dash for none.

    >>> yuan(692900000)
    '¥6,929,000.00'
    """
    return DASH if fen is None else yuan_text(fen)


def points(value: Fraction | int | Decimal | None, places: int = 2) -> str:
    """Points 分值, rounded half up here and nowhere before; a dash for none.

    >>> points(Fraction(89995, 1000))
    '90.00'
    """
    return DASH if value is None else f"{half_up(Fraction(value), places):f}"


def percent(value: Fraction | None, places: int = 2) -> str:
    """A share as a percentage.

    >>> percent(Fraction(1, 8))
    '12.50%'
    """
    return DASH if value is None else f"{half_up(Fraction(value) * 100, places):f}%"


def day(value: date | datetime | None) -> str:
    """A day with its weekday, a moment with its time too; Beijing time. The one function that writes times.

    >>> day(date(2026, 11, 23))
    '2026年11月23日 星期一'
    """
    if value is None:
        return DASH
    if isinstance(value, datetime):
        value = aware(value)
        return f"{day(value.date())} {value:%H:%M}"
    return f"{value.year}年{value.month}月{value.day}日 星期{WEEKDAYS[value.weekday()]}"


def short_day(value: date | datetime | None) -> str:
    """A day in a narrow place: month and day only.

    >>> short_day(date(2026, 11, 3))
    '11月3日'
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = aware(value).date()
    return f"{value.month}月{value.day}日"


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(yuan=yuan, points=points, percent=percent, day=day, short_day=short_day)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
