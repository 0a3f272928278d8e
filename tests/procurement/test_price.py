"""价格: the formula, and the abnormally low price by the law of the day."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import law_at
from procurement.documents import LowPriceRatios, PriceTerms
from procurement.price import LowPriceTest, adjusted, low_price_ratios, low_price_triggers, price_points
from tests.builders.procurement import ROOT

RATIOS = LowPriceRatios(Fraction(1, 2), Fraction(1, 2), Fraction(9, 20))
PRICES = st.integers(1, 10**12).map(lambda fen: Fraction(fen, 100))


@given(st.lists(PRICES, min_size=1, max_size=8))
def test_the_lowest_gets_the_full_points_and_nobody_more(prices: list[Fraction]) -> None:
    """87号令 第五十五条."""
    base = min(prices)
    given_points = [price_points(base, p, Fraction(10)) for p in prices]
    assert max(given_points) == 10
    assert all(0 < p <= 10 for p in given_points)
    assert [p == 10 for p in given_points] == [p == base for p in prices]


def test_the_deduction_only_touches_the_price_that_is_scored() -> None:
    assert adjusted(Fraction(6_780_000), Fraction(1, 10)) == 6_102_000


@pytest.mark.parametrize(("day", "in_force"), [(date(2026, 1, 31), False), (date(2026, 2, 1), True), (date(2026, 2, 2), True)])
def test_the_ratios_begin_on_the_first_of_february_2026(day: date, in_force: bool) -> None:
    """财库〔2026〕2号. Own ratios too count only from then on."""
    own = PriceTerms(raised={"of_mean": Fraction("0.6")})
    for terms, mean in ((PriceTerms(), Fraction(1, 2)), (own, Fraction(3, 5))):
        ratios = low_price_ratios(terms, law_at(day))
        assert (ratios is not None) is in_force
        if ratios is not None:
            assert (ratios.of_mean, ratios.of_second_lowest, ratios.of_ceiling) == (mean, Fraction(1, 2), Fraction("0.45"))


@pytest.mark.parametrize(("price", "triggers"), [("449.99", 1), ("450", 0), ("450.01", 0)])
def test_strictly_less_than_forty_five_per_cent_of_the_ceiling(price: str, triggers: int) -> None:
    found = low_price_triggers([Fraction(price), Fraction(460)], Fraction(1000), RATIOS)
    assert len(found.get(0, ())) == triggers


@pytest.mark.parametrize(("price", "triggers"), [("499.99", 1), ("500", 0), ("500.01", 0)])
def test_strictly_less_than_half_of_the_second_lowest(price: str, triggers: int) -> None:
    found = low_price_triggers([Fraction(price), Fraction(1000), Fraction(400)], None, LowPriceRatios(Fraction(0), Fraction(1, 2), Fraction(0)))
    assert not found.get(0)
    found = low_price_triggers([Fraction(price), Fraction(1000)], None, LowPriceRatios(Fraction(0), Fraction(1, 2), Fraction(0)))
    assert len(found.get(0, ())) == triggers


def test_one_bid_alone_is_not_compared() -> None:
    assert low_price_triggers([Fraction(1)], Fraction(1000), RATIOS) == {}


def test_before_the_rule_nothing_triggers() -> None:
    assert low_price_triggers([Fraction(1), Fraction(1000)], Fraction(1000), None) == {}


@pytest.mark.parametrize(
    "case", tomllib.loads((ROOT / "tests/cases/procurement-low-price.toml").read_text("utf-8"))["case"], ids=lambda c: c["name"]
)
def test_worked_example(case: dict[str, Any]) -> None:
    """tests/cases/procurement-low-price.toml."""
    ceiling = Fraction(case["ceiling"]) if "ceiling" in case else None
    found = low_price_triggers([Fraction(p) for p in case["prices"]], ceiling, RATIOS)
    assert {str(n): [t.zh for t in triggers] for n, triggers in found.items()} == case["triggers"]


@given(st.lists(PRICES, min_size=2, max_size=8), PRICES)
def test_a_higher_price_never_triggers_where_a_lower_did_not(prices: list[Fraction], limit: Fraction) -> None:
    found = low_price_triggers(prices, limit, RATIOS)
    if found:
        worst = max(prices[n] for n in found)
        assert all(n in found for n, p in enumerate(prices) if p <= worst)


def test_each_test_has_its_own_words() -> None:
    assert len({test.zh for test in LowPriceTest}) == 3
