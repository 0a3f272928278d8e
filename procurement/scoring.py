"""Scoring and ranking 评审与排序: from reviewed bids and experts' choices to the order of the bidders.

Order: qualification, conformity, price above the ceiling → invalid, with the first reason that applies; then the review of
abnormally low prices; fewer than ``min_valid`` → 废标. Total = price points + Σ leaves of the mean over experts, exact,
rounded half up once when shown. Rank by total, then by the lower price as written, then tied (87号令 第五十五条, 第五十七条).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from kernel.money import Fen, share_of
from kernel.points import half_up
from kernel.refusal import BadInput
from law.day import LawAt
from procurement.documents import Lot, Tender
from procurement.marks import Marking, Typed
from procurement.price import Trigger, adjusted, low_price_ratios, low_price_triggers, price_points
from procurement.session import Contender as Contender
from procurement.session import Entry as Entry
from procurement.session import Evaluation as Evaluation
from procurement.session import contender_of as contender_of
from procurement.session import evaluation_findings as evaluation_findings
from rubric.aggregation import LeafMark
from rubric.criterion import Rubric


class FlagKind(StrEnum):
    """What the committee must look at."""

    LOW_PRICE = "异常低价审查"
    INCONSISTENT = "客观评审因素评分不一致"
    OUT_OF_RANGE = "分项评分超出评分标准范围"
    OUTLIER = "评分畸高畸低(待评审委员会认定)"

    @property
    def blocks(self) -> bool:
        """Whether it must be corrected before the report is signed (87号令 第六十四条)."""
        return self in (FlagKind.INCONSISTENT, FlagKind.OUT_OF_RANGE)


@dataclass(frozen=True)
class Flag:
    """One thing shown to the committee. Only the fields of its kind are filled."""

    kind: FlagKind
    bidder: str
    expert: int | None = None
    part: str = ""
    entered: Fraction | None = None
    others: Fraction | None = None
    value: Fraction | None = None
    triggers: tuple[Trigger, ...] = ()
    accepted: bool | None = None


@dataclass(frozen=True)
class LeafResult:
    """One leaf of one bid: points per expert (a single one where all parts are objective) and their mean."""

    leaf: str
    points: tuple[Fraction, ...]
    mean: Fraction
    objective: bool
    marks: tuple[LeafMark, ...] = ()


@dataclass(frozen=True)
class RankedBid:
    """One valid bid with its exact total and its rank."""

    bidder: str
    price: Fraction
    adjusted_price: Fraction
    price_points: Fraction
    leaves: tuple[LeafResult, ...]
    total: Fraction
    rank: int = 0

    @property
    def shown(self) -> Decimal:
        """The total as printed: two places, half up, once."""
        return half_up(self.total, 2)

    def leaf(self, id: str) -> LeafResult:
        return next(leaf for leaf in self.leaves if leaf.leaf == id)


@dataclass(frozen=True)
class Ranking:
    """评审结果. ``bids`` in order of rank; ``valid`` and ``invalid`` (id: reason) in the order they came.

    winners   None where a tie reaches them (the draw decides, ``procurement.award``) or where the procurement failed
    amounts   (lot, bidder, fen) where lots go by rank
    """

    failed: bool
    valid: tuple[str, ...]
    invalid: Mapping[str, str]
    flags: tuple[Flag, ...] = ()
    reason: str = ""
    base_price: Fraction | None = None
    bids: tuple[RankedBid, ...] = ()
    winners: tuple[str, ...] | None = None
    tied_ranks: tuple[int, ...] = ()
    amounts: tuple[tuple[str, str, Fen], ...] | None = None

    @property
    def must_correct_before_signing(self) -> bool:
        return any(flag.kind.blocks for flag in self.flags)

    @property
    def status(self) -> str:
        return "废标" if self.failed else "可推荐"

    def bid(self, bidder: str) -> RankedBid:
        """The line of one bidder. Raises KeyError for one that was not ranked."""
        for bid in self.bids:
            if bid.bidder == bidder:
                return bid
        raise KeyError(bidder)


OVER_CEILING = "报价超过最高限价 (87-63)"
LOW_PRICE_REJECTED = "异常低价说明不成立 (87-60)"


def rank_bids(tender: Tender, evaluation: Evaluation, law: LawAt) -> Ranking:
    """评审排序: the whole verdict by the law of the day of evaluation. Changes nothing, draws nothing.

    Raises BadInput with everything that stands in the way: no rubric or price weight, missing or unreadable marks.
    """
    problems = evaluation_findings(tender, evaluation)
    if problems:
        raise BadInput(problems, "评审资料有误")
    assert tender.rubric is not None  # evaluation_findings saw to it
    assert tender.price.weight is not None
    standing, invalid = _reviewed(tender, evaluation.contenders)
    triggers = low_price_triggers(
        [c.price for c in standing], tender.price.limit, low_price_ratios(tender.price, law)
    )
    flags = [
        Flag(FlagKind.LOW_PRICE, standing[n].bidder, triggers=found, accepted=standing[n].explanation_accepted)
        for n, found in triggers.items()
    ]
    rejected = {standing[n].bidder for n in triggers if not standing[n].explanation_accepted}
    invalid = {
        c.bidder: invalid.get(c.bidder, LOW_PRICE_REJECTED)
        for c in evaluation.contenders
        if c.bidder in invalid or c.bidder in rejected
    }
    valid = tuple(c for c in standing if c.bidder not in rejected)
    names = tuple(c.bidder for c in valid)
    if len(valid) < tender.award.min_valid:
        reason = f"有效投标人{len(valid)}家, 少于{tender.award.min_valid}家"
        return Ranking(True, names, invalid, tuple(flags), reason)
    marked, marking_flags = _marked(tender.rubric, valid, evaluation)
    base = min(adjusted(c.price, c.sme_deduction) for c in valid)
    scored = [_scored(c, marked[c.bidder], base, tender.price.weight) for c in valid]
    bids, tied = _in_order(scored, tender.award.decimals)
    seats = max(tender.award.winners, len(tender.award.lots_by_rank))
    reached = any(rank <= seats for rank in tied)
    return Ranking(
        failed=False, valid=names, invalid=invalid, flags=(*flags, *marking_flags), base_price=base, bids=bids,
        winners=None if any(rank <= tender.award.winners for rank in tied)
        else tuple(b.bidder for b in bids[: tender.award.winners]),
        tied_ranks=tied,
        amounts=_amounts(tender.award.lots_by_rank, bids) if tender.award.lots_by_rank and not reached else None,
    )  # fmt: skip


def _reviewed(tender: Tender, contenders: Sequence[Contender]) -> tuple[list[Contender], dict[str, str]]:
    """Those that passed all reviews, and why the others did not: the first reason that applies."""
    limit = tender.price.limit
    standing, invalid = [], {}
    for c in contenders:
        if c.qualification:
            invalid[c.bidder] = f"资格性审查不通过: {c.qualification}"
        elif c.conformity:
            invalid[c.bidder] = f"符合性审查不通过: {c.conformity}"
        elif limit is not None and c.price > limit:
            invalid[c.bidder] = OVER_CEILING
        else:
            standing.append(c)
    return standing, invalid


# --- marks ---------------------------------------------------------------------------------------------------------------


def _marked(
    rubric: Rubric, valid: Sequence[Contender], evaluation: Evaluation
) -> tuple[dict[str, tuple[LeafResult, ...]], list[Flag]]:
    """Every valid bid's leaves, and the flags of entries (in their order) and outliers."""
    marking = Marking(rubric)
    parts = {part.id: part for part in rubric.parts()}
    typed: dict[str, dict[int, dict[str, Typed]]] = {}
    ranges: dict[int, Flag] = {}
    names = {c.bidder for c in valid}
    for n, entry in enumerate(evaluation.entries):
        part = parts[entry.part]
        if entry.bidder not in names or part.objective or part.rule is None:
            continue
        value: Fraction | None = entry.value
        if not part.rule.gives(entry.value):
            ranges[n] = Flag(FlagKind.OUT_OF_RANGE, entry.bidder, entry.expert, entry.part, entered=entry.value)
            value = entry.corrected
        if value is not None:
            typed.setdefault(entry.bidder, {}).setdefault(entry.expert, {})[entry.part] = Typed(value)
    pool = {
        id: [c.facts.get(id) for c in valid] for id, part in parts.items() if part.rule is not None and part.rule.pool_relative
    }
    results = {c.bidder: _leaves(marking, c, evaluation.experts, typed.get(c.bidder, {}), pool) for c in valid}
    flags: list[Flag] = []
    for n, entry in enumerate(evaluation.entries):
        if n in ranges:
            flags.append(ranges[n])
        elif entry.bidder in names and parts[entry.part].objective:
            shared = _part_points(results[entry.bidder], entry.part, entry.expert)
            if shared != entry.value:
                flags.append(
                    Flag(FlagKind.INCONSISTENT, entry.bidder, entry.expert, entry.part, entered=entry.value, others=shared)
                )
    if evaluation.outlier_gap is not None and evaluation.experts >= 3:
        flags += _outliers(rubric, [(c.bidder, results[c.bidder]) for c in valid], evaluation.outlier_gap)
    return results, flags


def _leaves(
    marking: Marking, c: Contender, experts: int, typed: Mapping[int, Mapping[str, Typed]], pool: Mapping[str, Sequence[Any]]
) -> tuple[LeafResult, ...]:
    rows: list[Mapping[str, Any]] = [
        {**{id: values[n] for id, values in c.choices.items()}, **typed.get(n + 1, {})} for n in range(experts)
    ]
    results = []
    for leaf in marking.leaves:
        if leaf.objective:
            marks: tuple[LeafMark, ...] = (marking.mark(leaf, c.facts, {}, pool),)
        else:
            marks = tuple(marking.mark(leaf, c.facts, row, pool) for row in rows)
        points = tuple(m.points or Fraction(0) for m in marks)
        mean = points[0] if len(points) == 1 else sum(points, Fraction(0)) / len(points)
        results.append(LeafResult(leaf.leaf.id, points, mean, leaf.leaf.objective and leaf.objective, marks))
    return tuple(results)


def _part_points(leaves: Sequence[LeafResult], part: str, expert: int) -> Fraction:
    for leaf in leaves:
        mark = leaf.marks[expert - 1] if len(leaf.marks) > 1 else leaf.marks[0]
        for found in mark.parts:
            if found.part == part:
                return found.points or Fraction(0)
    raise KeyError(part)


def _outliers(rubric: Rubric, bids: Sequence[tuple[str, Sequence[LeafResult]]], gap: Fraction) -> list[Flag]:
    """Subjective points far from the median of the other experts' (87号令 第六十四条 畸高、畸低); shown, never changed."""
    subjective = {p.id: p.rule.high for p in rubric.parts() if not p.objective and p.rule is not None}
    flags = []
    for bidder, leaves in bids:
        for leaf in leaves:
            for place, found in enumerate(leaf.marks[0].parts):
                high = subjective.get(found.part)
                if high is None:
                    continue
                points = [mark.parts[place].points or Fraction(0) for mark in leaf.marks]
                for n, own in enumerate(points):
                    if abs(own - _median(points[:n] + points[n + 1 :])) >= gap * high:
                        flags.append(Flag(FlagKind.OUTLIER, bidder, n + 1, found.part, value=own))
    return flags


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


# --- order ---------------------------------------------------------------------------------------------------------------


def _scored(c: Contender, leaves: tuple[LeafResult, ...], base: Fraction, weight: Fraction) -> RankedBid:
    own = adjusted(c.price, c.sme_deduction)
    points = price_points(base, own, weight)
    return RankedBid(c.bidder, c.price, own, points, leaves, points + sum((leaf.mean for leaf in leaves), Fraction(0)))


def _in_order(scored: Sequence[RankedBid], decimals: int | None) -> tuple[tuple[RankedBid, ...], tuple[int, ...]]:
    """Ranked, and the ranks that several share: equal ranks, the next one skips (1, 1, 3)."""
    def counted(bid: RankedBid) -> Fraction:
        return bid.total if decimals is None else Fraction(half_up(bid.total, decimals))

    keyed = sorted(((-counted(bid), bid.price, n) for n, bid in enumerate(scored)))
    ranked: list[RankedBid] = []
    tied: list[int] = []
    for place, (total, price, n) in enumerate(keyed, 1):
        rank = place
        if ranked and keyed[place - 2][:2] == (total, price):
            rank = ranked[-1].rank
            if rank not in tied:
                tied.append(rank)
        ranked.append(replace(scored[n], rank=rank))
    return tuple(ranked), tuple(tied)


def _amounts(lots: Sequence[Lot], bids: Sequence[RankedBid]) -> tuple[tuple[str, str, Fen], ...]:
    """Rank k takes the k-th lot: its budget × that bidder's rate, half up to the fen."""
    return tuple((lot.id, bid.bidder, share_of(lot.budget or 0, bid.price)) for lot, bid in zip(lots, bids, strict=False))
