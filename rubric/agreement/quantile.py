"""The F distribution's quantile, for confidence limits. numpy alone: the package that has it weighs 113 MB (docs/adr)."""

from __future__ import annotations

import math

import numpy as np

from rubric.agreement.ratings import Floats

_ROUNDS = 200
_TINY = 1e-300

_lgamma = np.vectorize(math.lgamma, otypes=[float])


def incomplete_beta(x: Floats, a: Floats, b: Floats) -> Floats:
    """The regularised incomplete beta function I_x(a, b), elementwise, for 0 <= x <= 1 and a, b > 0.

    By its continued fraction (DLMF 8.17.22, Lentz's method), on the side where it converges quickly.

    >>> round(float(incomplete_beta(np.array(0.5), np.array(2.0), np.array(3.0))), 12)
    0.6875
    """
    x, a, b = np.broadcast_arrays(np.asarray(x, float), np.asarray(a, float), np.asarray(b, float))
    swap = x > (a + 1) / (a + b + 2)
    z, p, q = np.where(swap, 1 - x, x), np.where(swap, b, a), np.where(swap, a, b)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        front = np.exp(p * np.log(z) + q * np.log1p(-z) + _lgamma(p + q) - _lgamma(p) - _lgamma(q)) / p
        value = front * _fraction(z, p, q)
    value = np.where(z <= 0, 0.0, value)
    return np.where(swap, 1 - value, value)


def _fraction(z: Floats, p: Floats, q: Floats) -> Floats:
    """The continued fraction of ``incomplete_beta``."""
    d = 1 / _away(1 - (p + q) * z / (p + 1))
    c = np.ones_like(d)
    whole = d.copy()
    for m in range(1, _ROUNDS):
        for step in (
            m * (q - m) * z / ((p + 2 * m - 1) * (p + 2 * m)),
            -(p + m) * (p + q + m) * z / ((p + 2 * m) * (p + 2 * m + 1)),
        ):
            d = 1 / _away(1 + step * d)
            c = _away(1 + step / c)
            whole = whole * d * c
        if np.all(np.abs(d * c - 1) < 1e-15):
            break
    return whole


def _away(value: Floats) -> Floats:
    """``value``, kept away from zero."""
    return np.where(np.abs(value) < _TINY, _TINY, value)


def f_quantile(probability: float, above: Floats | float, below: Floats | float) -> Floats:
    """The value that an F variable with ``above`` and ``below`` degrees of freedom does not exceed with ``probability``.

    Degrees need not be whole. Solved on the logarithm of F by bisection, so that very large values keep their digits.

    >>> round(float(f_quantile(0.975, 5, 15)), 6)
    3.576415
    """
    one, two = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    low, high = np.full(one.shape, -60.0), np.full(one.shape, 700.0)
    for _ in range(110):
        middle = (low + high) / 2
        # x = d1 F / (d1 F + d2), written so that it neither overflows nor loses digits near 1.
        short = (
            incomplete_beta(1 / (1 + np.exp(-np.clip(middle + np.log(one / two), -700, 700))), one / 2, two / 2)
            < probability
        )
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray(np.exp((low + high) / 2))


def f_above(value: Floats | float, above: Floats | float, below: Floats | float) -> Floats:
    """The probability that an F variable exceeds ``value``."""
    f, one, two = (np.asarray(each, float) for each in (value, above, below))
    return incomplete_beta(two / (two + one * f), two / 2, one / 2)
