"""Kendall's W 和谐系数, Cohen's weighted κ, Fleiss' κ: agreement on ranks and on grades."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from rubric.agreement.quantile import f_above
from rubric.agreement.ratings import Floats, Ratings, Undefined, Whole

MOST_PAIRS = 200
"""Of raters for Cohen's κ; with more of them nobody reads pairs."""
_MOST_CATEGORIES = 3_000


@dataclass(frozen=True)
class Concordance:
    """W in [0, 1] with ties corrected, and Friedman's test of it.

    chi_square, df  raters × (units - 1) × W, units - 1
    p               by the F approximation of Kendall and Babington Smith (1939), better than χ² for few units; None for W = 1
    """

    value: float
    chi_square: float
    df: int
    p: float | None


@dataclass(frozen=True)
class Pair:
    """Cohen's κ of two raters: unweighted, and weighted by the distance between categories or by its square."""

    raters: tuple[str, str]
    unweighted: float
    linear: float
    quadratic: float


def kendall_w(given: Ratings) -> Concordance:
    """Whether raters put units in the same order. Raises Undefined."""
    units, raters = given.table.shape
    if raters < 2:
        raise Undefined("只有一名评分人, 没有次序可供比较")
    if units < 2:
        raise Undefined("只有一个被评单位, 没有次序")
    if not given.complete:
        raise Undefined(f"缺 {given.missing} 个评分; 和谐系数要求每名评分人给每个单位排序")
    ranks, ties = zip(*(_ranks(column) for column in given.table.T), strict=True)
    sums = np.sum(ranks, axis=0)
    room = raters**2 * (units**3 - units) - raters * sum(ties)
    if room <= 0:
        raise Undefined("每名评分人给所有单位的评分都相同, 没有次序")
    value = min(1.0, float(12 * ((sums - sums.mean()) ** 2).sum() / room))
    above = units - 1 - 2 / raters
    test = None
    if value < 1 and above > 0:
        test = float(f_above((raters - 1) * value / (1 - value), above, (raters - 1) * above))
    return Concordance(value, raters * (units - 1) * value, units - 1, test)


def _ranks(column: Floats) -> tuple[Floats, float]:
    """Middle ranks from 1 of the smallest, and Σ(t³ - t) over its ties."""
    _, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return middle[place.ravel()], float((counts.astype(float) ** 3 - counts).sum())


def fleiss_kappa(given: Ratings) -> float:
    """Agreement on categories of the same number of raters for each unit (Fleiss 1971). Raises Undefined."""
    units, raters = given.table.shape
    if raters < 2:
        raise Undefined("只有一名评分人, 谈不上评分人之间是否一致")
    each = (~np.isnan(given.table)).sum(axis=1)
    if each.min() != each.max() or each.min() < 2:
        raise Undefined("各单位的评分人数不同; Fleiss κ 要求人数相同, 请改看 Krippendorff α")
    known = given.table[~np.isnan(given.table)]
    values, place = np.unique(known, return_inverse=True)
    table = np.zeros((units, len(values)))
    np.add.at(table, (np.nonzero(~np.isnan(given.table))[0], place.ravel()), 1.0)
    number = float(each[0])
    observed = float(((table**2).sum(axis=1) - number).sum() / (units * number * (number - 1)))
    shares = table.sum(axis=0) / (units * number)
    return _kappa(1 - observed, 1 - float((shares**2).sum()))


def cohen_kappas(given: Ratings) -> tuple[Pair, ...]:
    """Every pair of raters on the units that both rated. Categories are the different values given, in order.

    Raises Undefined when no pair has a value; a pair without one is left out.
    """
    raters = len(given.raters)
    if raters < 2:
        raise Undefined("只有一名评分人, 谈不上评分人之间是否一致")
    if raters * (raters - 1) // 2 > MOST_PAIRS:
        raise Undefined("评分人超过 20 名, 两两比较不再可读, 请看 Fleiss κ 或 Krippendorff α")
    categories = np.unique(given.table[~np.isnan(given.table)])
    if len(categories) > _MOST_CATEGORIES:
        raise Undefined(f"不同的评分值有 {len(categories)} 个, 不是等级; 请看组内相关系数")
    found, why = [], "没有任何一对评分人评过同一单位"
    for one, other in combinations(range(raters), 2):
        both = given.table[:, [one, other]]
        both = both[~np.isnan(both).any(axis=1)]
        if not len(both):
            continue
        places = np.searchsorted(categories, both)
        try:
            found.append(
                Pair(
                    (given.raters[one], given.raters[other]),
                    *(_weighted(places, len(categories), power) for power in (0, 1, 2)),
                )
            )
        except Undefined as undefined:
            why = undefined.zh
    if not found:
        raise Undefined(why)
    return tuple(found)


def _weighted(places: Whole, categories: int, power: int) -> float:
    """κ with disagreement weights |i - j| ** power (0: any difference is 1)."""
    apart = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories)))
    weights = (apart > 0).astype(float) if power == 0 else apart.astype(float) ** power
    one, other = (np.bincount(places[:, side], minlength=categories) / len(places) for side in (0, 1))
    return _kappa(float(weights[places[:, 0], places[:, 1]].mean()), float(one @ weights @ other))


def _kappa(observed: float, expected: float) -> float:
    """1 - observed disagreement / expected disagreement."""
    if expected <= 1e-15:
        raise Undefined("全部评分落在同一类, 偶然一致已是完全一致")
    return 1 - observed / expected
