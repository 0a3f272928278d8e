"""Ratings 评分表: who gave which unit what, as one table with gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from kernel.refusal import BadInput, Finding

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_CELLS = 20_000_000
"""Units times raters. More than any evaluation of a province in a year; a wrong column is found before memory ends."""


@dataclass(frozen=True)
class Ratings:
    """What ``raters`` gave ``units``.

    units   被评单位 (a leaf of a project, a project …), in the order of their first rating
    raters  评分人, likewise
    table   units × raters; NaN where a rater gave nothing
    """

    units: tuple[str, ...]
    raters: tuple[str, ...]
    table: Floats

    @property
    def missing(self) -> int:
        """How many cells are empty."""
        return int(np.isnan(self.table).sum())

    @property
    def complete(self) -> bool:
        """Whether every rater rated every unit."""
        return self.missing == 0


def ratings(lines: Iterable[tuple[str, str, float | Fraction | None]]) -> Ratings:
    """The table of ``(unit, rater, value)`` lines; ``None`` is a gap. Raises BadInput naming every bad one, by its number.

    They count from 1. The same unit and rater twice is a fault, not a mean: nobody can tell which mark was meant.
    """
    units: dict[str, int] = {}
    raters: dict[str, int] = {}
    values: dict[tuple[int, int], float] = {}
    first: dict[tuple[int, int], int] = {}
    found: list[Finding] = []
    for number, (unit, rater, value) in enumerate(lines, 1):
        cell = units.setdefault(unit, len(units)), raters.setdefault(rater, len(raters))
        if cell in first:
            found.append(
                Finding(
                    f"第 {number} 条评分", have=f"{unit}, {rater}", zh=f"与第 {first[cell]} 条是同一单位、同一评分人"
                )
            )
        elif value is not None and not math.isfinite(value):
            found.append(Finding(f"第 {number} 条评分", have=str(value), zh="评分须为有限的数"))
        else:
            values[cell] = math.nan if value is None else float(value)
        first.setdefault(cell, number)
    if not values and not found:
        found.append(Finding("文件", zh="没有任何评分"))
    if len(units) * len(raters) > MOST_CELLS:
        found.append(
            Finding("文件", have=f"{len(units)} × {len(raters)}", zh="单位数与评分人数之积过大, 请检查列是否填反")
        )
    if found:
        raise BadInput(found)
    table = np.full((len(units), len(raters)), np.nan)
    for (row, column), value in values.items():
        table[row, column] = value
    return Ratings(tuple(units), tuple(raters), table)


@dataclass(frozen=True)
class Undefined(Exception):
    """统计量无定义: the statistic has no value here, and ``zh`` says why. Never shown as 0 or 1."""

    zh: str
