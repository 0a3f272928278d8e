"""Wording 行文: marks, points and rates as reports print them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kernel.points import half_up, percent_text, shortest_text

NONE = "—"
_TERMS = {"numerator": "分子", "denominator": "分母"}


def value_text(value: Any) -> str:
    """A mark's value as people read it; empty for no value.

    >>> value_text(True), value_text({"level": "规范", "points": "10"}), value_text({"国家级": 2, "省级": 1})
    ('是', '规范（10分）', '国家级 2、省级 1')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return shortest_text(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        if "level" in value:  # a band with its points, or a level that counts per occurrence
            rest = [f"{value_text(value[key])}{unit}" for key, unit in (("points", "分"), ("times", "次")) if key in value]
            return value_text(value["level"]) + (f"（{'，'.join(rest)}）" if rest else "")
        value = {_TERMS.get(str(key), key): entry for key, entry in value.items()}
        return "、".join(f"{key} {value_text(entry)}".strip() for key, entry in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        ordered = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return "、".join(value_text(entry) for entry in ordered)
    return str(value)


def points_text(points: Fraction | None, places: int = 2) -> str:
    """Points rounded half up for the eye; — where there are none (不适用, 另行计算)."""
    return NONE if points is None else str(half_up(points, places))


def weight_text(weight: Fraction | None) -> str:
    """Full points as the rubric writes them; two places and ≈ where no short decimal is exactly it."""
    if weight is None:
        return NONE
    return shortest_text(weight) if (weight * 10_000).denominator == 1 else f"≈{half_up(weight, 2)}"


def rate_text(points: Fraction | None, weight: Fraction | None) -> str:
    """Rate of points 得分率 in per cent, two places."""
    return NONE if points is None or not weight else percent_text(points / weight, 2)


def per_cent(share: Fraction) -> str:
    exact = percent_text(share)
    return exact if "/" not in exact else percent_text(share, 2)
