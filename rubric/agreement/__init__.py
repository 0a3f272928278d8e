"""Agreement 评分一致性: whether several raters mean the same by their marks.

Statistics are floats, unlike points: they describe, they decide nothing, and they are never added to a score. What has no
value is refused with the reason and never printed as 0 or 1. docs/agreement.md is the reading guide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from rubric.agreement.alpha import Metric, alpha
from rubric.agreement.concordance import Concordance, Pair, cohen_kappas, fleiss_kappa, kendall_w
from rubric.agreement.icc import FORMS, Estimate, icc
from rubric.agreement.raters import Outlier, Severity, Spread, outliers, severities, spreads
from rubric.agreement.ratings import Ratings, Undefined, ratings

__all__ = [
    "Agreement",
    "Concordance",
    "Estimate",
    "Metric",
    "Outlier",
    "Pair",
    "Ratings",
    "Refused",
    "Severity",
    "Spread",
    "Undefined",
    "agreement",
    "ratings",
]


T = TypeVar("T")


@dataclass(frozen=True)
class Refused:
    """A statistic without a value, and why. statistic: as the command's answer names it, e.g. ``alpha.ratio``."""

    statistic: str
    reason: str


@dataclass(frozen=True)
class Agreement:
    """All that can be said of one table. What is absent or None stands in ``refused`` with its reason."""

    units: int
    raters: int
    missing: int
    icc: dict[str, Estimate]
    alpha: dict[str, Estimate]
    kendall_w: Concordance | None
    fleiss_kappa: float | None
    cohen_kappas: tuple[Pair, ...]
    severity: tuple[Severity, ...]
    spread: tuple[Spread, ...]
    outliers: tuple[Outlier, ...]
    refused: tuple[Refused, ...]


def agreement(given: Ratings) -> Agreement:
    """评分一致性: every statistic that ``given`` allows, and for each other one the reason."""
    refused: list[Refused] = []

    def attempt(name: str, compute: Callable[[], T]) -> T | None:
        try:
            return compute()
        except Undefined as undefined:
            refused.append(Refused(name, undefined.zh))
            return None

    try:
        forms = icc(given)
    except Undefined as undefined:
        forms = dict.fromkeys(FORMS, undefined)
    refused += [Refused(form, found.zh) for form, found in forms.items() if isinstance(found, Undefined)]
    alphas = {metric.value: attempt(f"alpha.{metric}", partial(alpha, given, metric)) for metric in Metric}
    return Agreement(
        len(given.units),
        len(given.raters),
        given.missing,
        {form: found for form, found in forms.items() if isinstance(found, Estimate)},
        {metric: value for metric, value in alphas.items() if value is not None},
        attempt("kendall_w", partial(kendall_w, given)),
        attempt("kappa.fleiss", partial(fleiss_kappa, given)),
        attempt("kappa.cohen", partial(cohen_kappas, given)) or (),
        severities(given),
        spreads(given),
        outliers(given),
        tuple(refused),
    )
