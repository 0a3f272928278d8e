"""Raters and units one by one: who is strict or lenient, where marks lie far apart, which mark stands alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rubric.agreement.ratings import Floats, Ratings

FAR = 3.5
"""Robust distances from which a mark stands alone (Iglewicz and Hoaglin 1993)."""
_NORMAL = 1.4826
"""Makes a median absolute deviation comparable with a standard deviation."""


@dataclass(frozen=True)
class Severity:
    """One rater beside the others.

    units      how many the rater rated
    mean       the rater's mean; None without a rating
    deviation  mean difference from the mean of the *other* raters of the same unit; below 0: 偏严, above 0: 偏宽.
               None when nobody else rated any of these units
    spread     standard deviation of the rater's marks (n - 1); None with fewer than two
    """

    rater: str
    units: int
    mean: float | None
    deviation: float | None
    spread: float | None


@dataclass(frozen=True)
class Spread:
    """How far apart the marks of one unit lie. spread: standard deviation (n - 1); None with fewer than two marks."""

    unit: str
    ratings: int
    mean: float | None
    median: float | None
    range: float | None
    spread: float | None


@dataclass(frozen=True)
class Outlier:
    """A mark that stands alone. median: of the other raters' marks for the unit; distance: in robust deviations, signed."""

    unit: str
    rater: str
    value: float
    median: float
    distance: float


def severities(given: Ratings) -> tuple[Severity, ...]:
    """Every rater, in the order of the table."""
    known = ~np.isnan(given.table)
    marks = np.where(known, given.table, 0.0)
    others = known.sum(axis=1, keepdims=True) - known
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(
            known & (others > 0), given.table - (marks.sum(axis=1, keepdims=True) - marks) / others, np.nan
        )
    return tuple(
        Severity(
            rater, int(known[:, at].sum()), _mean(given.table[:, at]), _mean(apart[:, at]), _spread(given.table[:, at])
        )
        for at, rater in enumerate(given.raters)
    )


def spreads(given: Ratings) -> tuple[Spread, ...]:
    """Every unit, in the order of the table."""
    found = []
    for unit, row in zip(given.units, given.table, strict=True):
        marks = row[~np.isnan(row)]
        if not len(marks):
            found.append(Spread(unit, 0, None, None, None, None))
            continue
        found.append(
            Spread(unit, len(marks), float(marks.mean()), float(np.median(marks)), float(np.ptp(marks)), _spread(marks))
        )
    return tuple(found)


def outliers(given: Ratings) -> tuple[Outlier, ...]:
    """Marks far from the median of the other marks of the same unit (at least two others), the farthest first.

    Measured in the median absolute deviation of those others, or of all such differences in the table where that is larger:
    two raters who happen to agree do not make the third one wrong.
    """
    residuals: Floats = np.full(given.table.shape, np.nan)
    scales: Floats = np.full(given.table.shape, np.nan)
    medians: Floats = np.full(given.table.shape, np.nan)
    for row, marks in enumerate(given.table):
        at = np.nonzero(~np.isnan(marks))[0]
        if len(at) < 3:
            continue
        for column in at:
            rest = marks[at[at != column]]
            medians[row, column] = np.median(rest)
            scales[row, column] = np.median(np.abs(rest - medians[row, column]))
            residuals[row, column] = marks[column] - medians[row, column]
    if np.isnan(residuals).all():
        return ()
    common = float(np.nanmedian(np.abs(residuals - np.nanmedian(residuals))))
    scale = _NORMAL * np.fmax(scales, common)
    with np.errstate(divide="ignore", invalid="ignore"):
        distances = np.where(scale > 0, residuals / scale, np.nan)
    far = np.argwhere(np.abs(distances) > FAR)
    found = [
        Outlier(
            given.units[row],
            given.raters[column],
            float(given.table[row, column]),
            float(medians[row, column]),
            float(distances[row, column]),
        )
        for row, column in far
    ]
    return tuple(sorted(found, key=lambda each: (-abs(each.distance), each.unit, each.rater)))


def _mean(marks: Floats) -> float | None:
    known = marks[~np.isnan(marks)]
    return float(known.mean()) if len(known) else None


def _spread(marks: Floats) -> float | None:
    known = marks[~np.isnan(marks)]
    return float(known.std(ddof=1)) if len(known) > 1 else None
