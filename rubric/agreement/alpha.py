"""Krippendorff's α: 1 minus the disagreement that there is, by the disagreement that chance would make.

After Krippendorff (2011), "Computing Krippendorff's alpha-reliability". Takes any number of raters and gaps; a unit with
fewer than two ratings says nothing and is left out. All four metrics are sums of squares or a table of differences, so
nothing grows with the square of the number of marks but ``ratio``, and that with the number of different values.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rubric.agreement.icc import Estimate
from rubric.agreement.ratings import Floats, Ratings, Undefined

REPLICATES = 2_000
"""Of the bootstrap: units are drawn with replacement; the interval is from the 2.5th to the 97.5th percentile."""
SEED = 20_150_504
"""Of the bootstrap's generator (numpy's PCG64), so that a stranger gets the same interval. The day of 民发〔2015〕88号."""
_AT_ONCE = 4_000_000
_MOST_VALUES = 3_000


class Metric(StrEnum):
    """What counts as how far apart: 定类, 定序, 定距, 定比."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


@dataclass(frozen=True)
class Counts:
    """How often each of ``values`` was given to each pairable unit: ``table``, units × values."""

    values: Floats
    table: Floats


def pairable(given: Ratings) -> Counts:
    """What can be compared. Raises Undefined when nothing can, or when nothing differs."""
    if len(given.raters) < 2:
        raise Undefined("只有一名评分人, 谈不上评分人之间是否一致")
    several = given.table[(~np.isnan(given.table)).sum(axis=1) >= 2]
    if not len(several):
        raise Undefined("没有任何单位由两人以上评分")
    known = ~np.isnan(several)
    values, place = np.unique(several[known], return_inverse=True)
    if len(values) < 2:
        raise Undefined("可比较的评分全部相同, 偶然一致与真实一致无从区分")
    table = np.zeros((len(several), len(values)))
    np.add.at(table, (np.nonzero(known)[0], place.ravel()), 1.0)
    return Counts(values, table)


def alpha(given: Ratings, metric: Metric, *, replicates: int = REPLICATES, seed: int = SEED) -> Estimate:
    """α with its bootstrap interval. Raises Undefined.

    No interval with fewer than two pairable units, or when more than one replicate in twenty has no variation in it.
    """
    counts = pairable(given)
    if metric is Metric.RATIO and counts.values[0] < 0:
        raise Undefined("定比尺度要求评分不小于零")
    units = len(counts.table)
    value = float(_alphas(counts, metric, np.ones((1, units)))[0])
    if units < 2 or (metric is Metric.RATIO and len(counts.values) > _MOST_VALUES):
        return Estimate(value)
    generator = np.random.Generator(np.random.PCG64(seed))
    step = max(1, _AT_ONCE // max(units, len(counts.values)))
    drawn = [
        _alphas(counts, metric, generator.multinomial(units, np.full(units, 1 / units), size=size).astype(float))
        for size in [min(step, replicates - done) for done in range(0, replicates, step)]
    ]
    known = np.concatenate(drawn)
    known = known[np.isfinite(known)]
    if len(known) < 0.95 * replicates:
        return Estimate(value)
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def _alphas(counts: Counts, metric: Metric, weights: Floats) -> Floats:
    """α for each row of ``weights`` (replicates × units: how often a unit was drawn); NaN where nothing varies."""
    per_unit = counts.table.sum(axis=1)
    marginal = weights @ counts.table
    total = marginal.sum(axis=1)
    if metric is Metric.NOMINAL:
        inside = per_unit**2 - (counts.table**2).sum(axis=1)
        observed = weights @ (inside / (per_unit - 1))
        expected = total**2 - (marginal**2).sum(axis=1)
    elif metric is Metric.RATIO:
        apart = _ratio_differences(counts.values)
        inside = ((counts.table @ apart) * counts.table).sum(axis=1)
        observed = weights @ (inside / (per_unit - 1))
        expected = ((marginal @ apart) * marginal).sum(axis=1)
    elif metric is Metric.INTERVAL:
        centred = counts.values - counts.values.mean()
        observed = weights @ (_squares(counts.table, centred[:, None])[:, 0] / (per_unit - 1))
        expected = 2 * (total * (marginal @ centred**2) - (marginal @ centred) ** 2)
    else:
        # Ordinal distance is interval distance between middle ranks, which are each replicate's own.
        ranks = np.cumsum(marginal, axis=1) - marginal / 2
        inside = _squares(counts.table, ranks.T) / (per_unit - 1)[:, None]
        observed = np.einsum("ru,ur->r", weights, inside)
        expected = 2 * (total * (marginal * ranks**2).sum(axis=1) - (marginal * ranks).sum(axis=1) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            expected > 1e-12 * total**2 * _scale(counts, metric), 1 - (total - 1) * observed / expected, np.nan
        )


def _squares(table: Floats, positions: Floats) -> Floats:
    """Σ over ordered pairs inside each unit of the squared difference of their positions; positions: values × replicates."""
    return np.asarray(2 * (table.sum(axis=1)[:, None] * (table @ positions**2) - (table @ positions) ** 2))


def _ratio_differences(values: Floats) -> Floats:
    """((a - b) / (a + b))², and 0 between two zeros."""
    sums = values[:, None] + values[None, :]
    return np.asarray((np.subtract.outer(values, values) / np.where(sums == 0, 1.0, sums)) ** 2)


def _scale(counts: Counts, metric: Metric) -> float:
    """What "no variation" is measured against."""
    if metric is Metric.INTERVAL:
        return float(np.ptp(counts.values)) ** 2 * 1e-6
    return 1e-6
