"""资格审查和符合性审查: a decision per bid and item, a reason for every failure, no ground outside the documents."""

from __future__ import annotations

import pytest

from kernel.refusal import BadInput
from procurement.qualification import Decision, Review, decision_findings, items_of, outcome, over_the_limit, undecided
from tests.builders.procurement import a_bid, a_tender

TENDER = a_tender()
BIDS = ("甲", "乙")


def passing(review: Review, *bids: str) -> list[Decision]:
    return [Decision(bid, review, item.number, True) for bid in bids for item in items_of(TENDER, review)]


def test_items_are_those_of_the_documents() -> None:
    assert len(items_of(TENDER, Review.QUALIFICATION)) == 9
    assert len(items_of(TENDER, Review.CONFORMITY)) == 13


def test_who_passed_every_item_passes() -> None:
    result = outcome(TENDER, Review.QUALIFICATION, BIDS, passing(Review.QUALIFICATION, *BIDS))
    assert (result.passed, dict(result.failed)) == (BIDS, {})


def test_the_first_failing_item_gives_the_reason() -> None:
    decisions = [
        *passing(Review.QUALIFICATION, "甲"),
        Decision("乙", Review.QUALIFICATION, "5", False, "被列入失信被执行人"),
        Decision("乙", Review.QUALIFICATION, "1", False, "未提供登记证书"),
    ]
    result = outcome(TENDER, Review.QUALIFICATION, BIDS, decisions)
    assert (result.passed, dict(result.failed)) == (("甲",), {"乙": "未提供登记证书"})


def test_an_undecided_item_leaves_no_result() -> None:
    decisions = passing(Review.QUALIFICATION, *BIDS)[:-1]
    assert [f.field for f in undecided(TENDER, Review.QUALIFICATION, BIDS, decisions)] == ["乙/qualification/9"]
    with pytest.raises(BadInput):
        outcome(TENDER, Review.QUALIFICATION, BIDS, decisions)


def test_failing_needs_a_reason_for_the_bidder() -> None:
    """87号令 第六十九条."""
    [finding] = decision_findings(TENDER, BIDS, [Decision("甲", Review.CONFORMITY, "5", False, " ")])
    assert finding.cites == "财政部令第87号 第六十九条"


@pytest.mark.parametrize(
    "decision",
    [
        Decision("丙", Review.QUALIFICATION, "1", True),
        Decision("甲", Review.QUALIFICATION, "10", False, "装订不合格"),
    ],
)
def test_strangers_and_grounds_outside_the_documents_are_refused(decision: Decision) -> None:
    assert decision_findings(TENDER, BIDS, [decision])


def test_two_decisions_on_one_item_contradict() -> None:
    twice = [Decision("甲", Review.QUALIFICATION, "1", True), Decision("甲", Review.QUALIFICATION, "1", False, "缺章")]
    assert decision_findings(TENDER, BIDS, twice)


@pytest.mark.parametrize(("fen", "over"), [(692_899_999, False), (692_900_000, False), (692_900_001, True)])
def test_a_price_at_the_ceiling_is_valid_a_fen_more_is_not(fen: int, over: bool) -> None:
    """87号令 第六十三条."""
    assert (over_the_limit(TENDER, a_bid(price=fen)) is not None) is over
