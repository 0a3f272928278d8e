"""Charts of the ranking 评审结果: bidders side by side, and for one bid its factors and what each member gave.

Made of what page and report show as tables anyway, for the same reader: a ranking exists only once every sheet is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from procurement.documents import Tender
from procurement.scoring import RankedBid, Ranking
from reports.chart import Bar, Rated, Raters, Scores
from rubric.criterion import Criterion


def bidders_by_factor(tender: Tender, ranking: Ranking, names: Mapping[str, str]) -> Raters:
    """One row per top-level factor and one for the price, one sign per bidder in the order of the ranking."""
    factors = _factors(tender)
    rows = [
        Rated(factor.name, _full(factor), tuple(_reached(bid, factor) for bid in ranking.bids)) for factor in factors if _full(factor)
    ]
    if tender.price.weight:
        rows.append(Rated("价格", tender.price.weight, tuple(bid.price_points for bid in ranking.bids)))
    return Raters(tuple(names[bid.bidder] for bid in ranking.bids), tuple(rows), "各投标人得分率", "家投标人")


def members_by_factor(tender: Tender, bid: RankedBid, members: tuple[str, ...]) -> Raters:
    """What each member gave to one bid, by top-level factor, with the mean; the price is computed, nobody gives it."""
    rows = []
    for factor in _factors(tender):
        ids = {leaf.id for leaf in factor.leaves()}
        leaves = [leaf for leaf in bid.leaves if leaf.leaf in ids]
        if not leaves or not _full(factor):
            continue
        # A leaf of objective parts has one value for all.
        given = tuple(
            sum((leaf.points[0] if len(leaf.points) == 1 else leaf.points[nr] for leaf in leaves), Fraction(0))
            for nr in range(len(members))
        )
        rows.append(Rated(factor.name, _full(factor), given, sum((leaf.mean for leaf in leaves), Fraction(0))))
    return Raters(members, tuple(rows), "各成员评分的得分率", "名评标委员会成员")


def factors_of(tender: Tender, bid: RankedBid) -> Scores:
    """What one bid reached of each top-level factor, and of the price."""
    bars = [Bar(factor.name, _reached(bid, factor), _full(factor)) for factor in _factors(tender) if _full(factor)]
    price = [Bar("价格", bid.price_points, tender.price.weight)] if tender.price.weight else []
    return Scores((*bars, *price), "各评审因素得分率")


def _factors(tender: Tender) -> list[Criterion]:
    return [] if tender.rubric is None else [each for each in tender.rubric.criteria if not each.price]


def _full(factor: Criterion) -> Fraction:
    return factor.weight or sum((leaf.weight or Fraction(0) for leaf in factor.leaves()), Fraction(0))


def _reached(bid: RankedBid, factor: Criterion) -> Fraction:
    ids = {leaf.id for leaf in factor.leaves()}
    return sum((leaf.mean for leaf in bid.leaves if leaf.leaf in ids), Fraction(0))
