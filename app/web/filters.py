"""Display filters 显示: money, points, days and moments as pages print them, each in one place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from flask import Flask
from markupsafe import Markup

from kernel.money import yuan_text
from kernel.period import aware
from kernel.points import half_up
from reports.numerals import capital_amount

if TYPE_CHECKING:
    from reports.chart import Chart

WEEKDAYS = "一二三四五六日"
DASH = "—"


def yuan(fen: int | None) -> str:
    """Money: ¥ with thousands and two places; a dash for none.

    >>> yuan(692900000)
    '¥6,929,000.00'
    """
    return DASH if fen is None else yuan_text(fen)


def capital(fen: int | None) -> str:
    """Money in capital numerals 人民币大写, as contracts and notices of award write it beside the figures.

    >>> capital(692900000)
    '人民币陆佰玖拾贰万玖仟元整'
    """
    return DASH if fen is None else capital_amount(fen)


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


def soon(value: datetime, now: datetime) -> str:
    """A moment near now: 昨天, 今天 or 明天 with its time; the day and its time when farther.

    >>> from kernel.period import SHANGHAI
    >>> soon(datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI), datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI))
    '明天 09:30'
    """
    value = aware(value)
    near = {-1: "昨天", 0: "今天", 1: "明天"}.get((value.date() - aware(now).date()).days)
    return f"{near or short_day(value)} {value:%H:%M}"


def drawing(chart: Chart) -> Markup:
    """A chart as inline SVG: all its texts are escaped by the drawer. Loads the drawing library at the first chart."""
    from reports.chart import svg

    return Markup(svg(chart))


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(yuan=yuan, capital=capital, points=points, percent=percent, day=day, short_day=short_day, soon=soon)
    app.jinja_env.filters["drawing"] = drawing
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
