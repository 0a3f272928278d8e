"""Price in the review 价格评审: the formula, the adjusted price, and the test for abnormally low prices by date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from kernel.points import Points, shortest_text
from law.day import LawAt
from procurement.documents import LowPriceRatios, PriceTerms


class LowPriceTest(StrEnum):
    """The three tests of 财库〔2026〕2号; the value is the ratio's name in a case file and in the parameters of the law."""

    OF_MEAN = "of_mean"
    OF_SECOND_LOWEST = "of_second_lowest"
    OF_CEILING = "of_ceiling"

    @property
    def zh(self) -> str:
        return {"of_mean": "低于平均值", "of_second_lowest": "低于次低报价", "of_ceiling": "低于最高限价"}[self.value]


@dataclass(frozen=True)
class Trigger:
    """One test that holds, with the ratio that applied."""

    test: LowPriceTest
    ratio: Fraction

    @property
    def zh(self) -> str:
        return f"{self.test.zh}{shortest_text(self.ratio)}"


def adjusted(price: Fraction, deduction: Fraction) -> Fraction:
    """The price the formula reads 评标价 after a policy deduction; the contract price stays as written (87号令 第五十五条)."""
    return price * (1 - deduction)


def price_points(base: Fraction, own: Fraction, weight: Fraction) -> Points:
    """价格分 = 评标基准价 / 评标价 × 价格权重, exact (87号令 第五十五条).

    >>> price_points(Fraction(6240000), Fraction(6929000), Fraction(10))
    Fraction(4800, 533)
    """
    return base / own * weight


def low_price_ratios(terms: PriceTerms, law: LawAt) -> LowPriceRatios | None:
    """The ratios in force on the day of evaluation, own ones of the documents in their place; None = no test yet.

    财库〔2026〕2号 applies from 2026-02-01 on; own ratios too count only from then on.
    """
    default = {test: law.get(f"abnormal_low_{test.value}") for test in LowPriceTest}
    if any(ratio is None for ratio in default.values()):
        return None
    chosen = {test: terms.raised.get(test.value, ratio) for test, ratio in default.items()}
    return LowPriceRatios(
        chosen[LowPriceTest.OF_MEAN], chosen[LowPriceTest.OF_SECOND_LOWEST], chosen[LowPriceTest.OF_CEILING]
    )


def low_price_triggers(
    prices: Sequence[Fraction], limit: Fraction | None, ratios: LowPriceRatios | None
) -> Mapping[int, tuple[Trigger, ...]]:
    """Which bids must be asked for an explanation: ``{place in prices: triggers}``.

    prices   as written, of the bids that passed the conformity review, two at least; strictly less triggers. A trigger
             asks, it never rejects: the committee decides on the explanation (87号令 第六十条).
    """
    if ratios is None or len(prices) < 2:
        return {}
    mean = sum(prices, Fraction(0)) / len(prices)
    bounds = [
        (LowPriceTest.OF_MEAN, ratios.of_mean, mean * ratios.of_mean),
        (LowPriceTest.OF_SECOND_LOWEST, ratios.of_second_lowest, sorted(prices)[1] * ratios.of_second_lowest),
    ]
    if limit is not None:
        bounds.append((LowPriceTest.OF_CEILING, ratios.of_ceiling, limit * ratios.of_ceiling))
    found = {}
    for place, price in enumerate(prices):
        triggers = tuple(Trigger(test, ratio) for test, ratio, bound in bounds if price < bound)
        if triggers:
            found[place] = triggers
    return found
