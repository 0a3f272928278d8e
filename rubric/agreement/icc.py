"""ICC 组内相关系数: how much of what differs between marks is a difference between the units, and not between the raters.

Six forms after Shrout and Fleiss (1979), limits after McGraw and Wong (1996). (1,·): each unit by raters of its own; (2,·):
the same raters for all, a sample of possible ones; (3,·): these raters and no others. (·,1): one rater's mark; (·,k): the
mean of all, which is what a result is made of. Every function takes one table or a stack of tables (… × units × raters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rubric.agreement.quantile import f_quantile
from rubric.agreement.ratings import Floats, Ratings, Undefined

FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
TAIL = 0.975
"""Limits are two-sided 95 %."""


@dataclass(frozen=True)
class MeanSquares:
    """The two-way analysis of variance of complete tables.

    between  between units; within: inside units; columns: between raters; error: what is left
    """

    units: int
    raters: int
    between: Floats
    within: Floats
    columns: Floats
    error: Floats


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval. low, high None: the interval cannot be had."""

    value: float
    low: float | None = None
    high: float | None = None


def mean_squares(tables: Floats) -> MeanSquares:
    """Of tables without gaps, with at least two units and two raters. What is only rounding noise is 0."""
    units, raters = tables.shape[-2:]
    centred = tables - tables.mean(axis=(-2, -1), keepdims=True)
    rows, columns = centred.mean(axis=-1, keepdims=True), centred.mean(axis=-2, keepdims=True)
    noise = 1e-24 * np.maximum(np.abs(tables).max(axis=(-2, -1)), np.finfo(float).tiny) ** 2
    sums = (
        raters * (rows**2).sum(axis=(-2, -1)) / (units - 1),
        ((centred - rows) ** 2).sum(axis=(-2, -1)) / (units * (raters - 1)),
        units * (columns**2).sum(axis=(-2, -1)) / (raters - 1),
        ((centred - rows - columns) ** 2).sum(axis=(-2, -1)) / ((units - 1) * (raters - 1)),
    )
    return MeanSquares(units, raters, *(np.where(each > noise, each, 0.0) for each in sums))


def icc_forms(tables: Floats) -> dict[str, tuple[Floats, Floats, Floats]]:
    """(value, low, high) by form for each table of a stack; NaN where a form is not defined."""
    squares = mean_squares(tables)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        forms = {
            **_consistent(
                "1",
                squares.between,
                squares.within,
                squares.units,
                squares.raters,
                squares.units * (squares.raters - 1),
            ),
            **_consistent(
                "3",
                squares.between,
                squares.error,
                squares.units,
                squares.raters,
                (squares.units - 1) * (squares.raters - 1),
            ),
            **_absolute(squares),
        }
    return {form: forms[form] for form in FORMS}


def _consistent(
    form: str, between: Floats, rest: Floats, n: int, k: int, degrees: int
) -> dict[str, tuple[Floats, Floats, Floats]]:
    """(1,·) with what differs inside units, (3,·) with what is left when raters' means are taken out."""
    ratio = between / rest
    low, high = ratio / f_quantile(TAIL, n - 1, degrees), ratio * f_quantile(TAIL, degrees, n - 1)
    perfect = (rest == 0) & (between > 0)

    def single(f: Floats) -> Floats:
        return np.where(perfect, 1.0, (f - 1) / (f + k - 1))

    def mean(f: Floats) -> Floats:
        return np.where(perfect, 1.0, np.where(f > 0, 1 - 1 / f, np.nan))

    return {
        f"ICC({form},1)": (single(ratio), single(low), single(high)),
        f"ICC({form},k)": (mean(ratio), mean(low), mean(high)),
    }


def _absolute(squares: MeanSquares) -> dict[str, tuple[Floats, Floats, Floats]]:
    """(2,·): raters' own levels count as disagreement."""
    n, k, rows, columns, error = squares.units, squares.raters, squares.between, squares.columns, squares.error
    value = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    # Satterthwaite's degrees of freedom; both weights times (1 - value), which leaves their ratio and no division by zero.
    first = k * value / n * columns
    second = (1 - value + k * value * (n - 1) / n) * error
    degrees = (first + second) ** 2 / (first**2 / (k - 1) + second**2 / ((n - 1) * (k - 1)))
    known = np.where(np.isfinite(degrees) & (degrees > 0), degrees, 1.0)
    upper, lower = f_quantile(TAIL, n - 1, known), f_quantile(TAIL, known, n - 1)
    rest = k * columns + (k * n - k - n) * error
    low = n * (rows - upper * error) / (upper * rest + n * rows)
    high = n * (lower * rows - error) / (rest + n * lower * rows)
    perfect = (columns == 0) & (error == 0) & (rows > 0)
    value, low, high = (np.where(perfect, 1.0, each) for each in (value, low, high))
    mean = (rows - error) / (rows + (columns - error) / n)
    return {
        "ICC(2,1)": (value, low, high),
        "ICC(2,k)": (np.where(perfect, 1.0, mean), k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high)),
    }


def icc(given: Ratings) -> dict[str, Estimate | Undefined]:
    """Every form for one table, or why that form has no value. Raises Undefined when none can have one.

    A gap is no zero, and leaving its unit out would judge the raters by what they chose to rate: Krippendorff's α takes gaps.
    """
    units, raters = given.table.shape
    if raters < 2:
        raise Undefined("只有一名评分人, 谈不上评分人之间是否一致")
    if units < 2:
        raise Undefined("只有一个被评单位, 没有单位之间的差异可供比较")
    if not given.complete:
        raise Undefined(f"缺 {given.missing} 个评分; 组内相关系数要求每名评分人评过每个单位, 请改看 Krippendorff α")
    if np.ptp(given.table) == 0:
        raise Undefined("全部评分相同, 没有差异可供分解")
    return {form: _estimate(*(float(each) for each in found)) for form, found in icc_forms(given.table).items()}


def _estimate(value: float, low: float, high: float) -> Estimate | Undefined:
    if not np.isfinite(value):
        return Undefined("各单位的平均分没有差异, 该系数的分母为零")
    return Estimate(value, low, high) if np.isfinite(low) and np.isfinite(high) else Estimate(value)
