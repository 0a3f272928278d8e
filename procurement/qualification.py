"""Qualification review 资格审查 (the buyer's) and conformity review 符合性审查 (the committee's): a finding per item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.refusal import BadInput, Finding
from procurement.bid import Bid
from procurement.documents import PriceForm, Tender


class Review(StrEnum):
    """Which of the two reviews."""

    QUALIFICATION = "qualification"  # 资格审查
    CONFORMITY = "conformity"  # 符合性审查

    @property
    def zh(self) -> str:
        return {"qualification": "资格审查", "conformity": "符合性审查"}[self.value]

    @property
    def cites(self) -> str:
        return {"qualification": "财政部令第87号 第四十四条", "conformity": "财政部令第87号 第五十条"}[self.value]


@dataclass(frozen=True)
class ReviewItem:
    """One thing to decide for every bid."""

    review: Review
    number: str
    text: str
    proof: str = ""


@dataclass(frozen=True)
class Decision:
    """One decision 审查意见 on one bid and one item. Failing needs a reason: the bidder will be told (87号令 第六十九条)."""

    bid: str
    review: Review
    item: str
    passed: bool
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True)
class ReviewOutcome:
    """审查结果 of one review: who passed, and who failed why (the first reason by the order of the items)."""

    review: Review
    passed: tuple[str, ...]
    failed: Mapping[str, str]


def items_of(tender: Tender, review: Review) -> tuple[ReviewItem, ...]:
    """What is to be decided, as the documents list it; nothing else may be a ground."""
    if review is Review.QUALIFICATION:
        return tuple(ReviewItem(review, c.number, c.text, c.proof) for c in tender.qualification)
    return tuple(ReviewItem(review, c.number, c.fail_if, c.note) for c in tender.conformity)


def decision_findings(tender: Tender, bids: Sequence[str], decisions: Iterable[Decision]) -> tuple[Finding, ...]:
    """What is wrong with a set of decisions: unknown bids or items, doubled ones, failures without a reason."""
    found: list[Finding] = []
    seen: set[tuple[str, Review, str]] = set()
    known = {(r, item.number) for r in Review for item in items_of(tender, r)}
    for d in decisions:
        place = f"{d.bid}/{d.review.value}/{d.item}"
        if d.bid not in bids:
            found.append(Finding(place, f"没有这份投标文件: {d.bid}"))
        if (d.review, d.item) not in known:
            found.append(Finding(place, f"{d.review.zh}没有第{d.item}项, 不得以采购文件以外的理由审查", cites=d.review.cites))
        if (d.bid, d.review, d.item) in seen:
            found.append(Finding(place, f"{d.review.zh}第{d.item}项有两个结论"))
        seen.add((d.bid, d.review, d.item))
        if not d.passed and not d.reason.strip():
            found.append(Finding(place, "未通过的须写明原因, 并告知投标人", cites="财政部令第87号 第六十九条"))
    return tuple(found)


def undecided(tender: Tender, review: Review, bids: Sequence[str], decisions: Iterable[Decision]) -> tuple[Finding, ...]:
    """The items that still lack a decision. A bid that already failed one item needs no more."""
    made = [d for d in decisions if d.review is review]
    failed = {d.bid for d in made if not d.passed}
    have = {(d.bid, d.item) for d in made}
    return tuple(
        Finding(f"{bid}/{review.value}/{item.number}", f"{bid}: {review.zh}第{item.number}项尚无结论", cites=review.cites)
        for bid in bids
        if bid not in failed
        for item in items_of(tender, review)
        if (bid, item.number) not in have
    )


def outcome(tender: Tender, review: Review, bids: Sequence[str], decisions: Sequence[Decision]) -> ReviewOutcome:
    """The result of one review over ``bids``, in their order. Raises BadInput listing every gap and contradiction."""
    mine = [d for d in decisions if d.review is review]
    problems = (*decision_findings(tender, bids, mine), *undecided(tender, review, bids, mine))
    if problems:
        raise BadInput(problems, f"{review.zh}尚不能作出结论")
    order = {item.number: n for n, item in enumerate(items_of(tender, review))}
    failed: dict[str, str] = {}
    for d in sorted((d for d in mine if not d.passed), key=lambda d: order[d.item]):
        failed.setdefault(d.bid, d.reason)
    return ReviewOutcome(
        review, tuple(b for b in bids if b not in failed), {b: failed[b] for b in bids if b in failed}
    )  # fmt: skip


def over_the_limit(tender: Tender, bid: Bid) -> Finding | None:
    """A price above the ceiling (or, without one, the budget) is invalid 投标无效; exactly at it is not."""
    limit = tender.price.limit
    if limit is None or bid.quoted <= limit:
        return None
    unit = "" if tender.price.form is PriceForm.DISCOUNT_RATE else "元"
    return Finding(
        "price", "报价超过最高限价, 投标无效", cites="财政部令第87号 第六十三条", have=f"{bid.quoted}{unit}", need=f"不超过{limit}{unit}"
    )
