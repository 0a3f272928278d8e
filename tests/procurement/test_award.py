"""中标: candidates, ties drawn from a published seed, reasons, the notice, and what each loser is told."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusal import BadInput
from procurement.award import candidates, decide, needs_draw, own_result, result_notice
from procurement.documents import AwardTerms, PriceForm, PriceTerms
from procurement.scoring import Ranking, rank_bids
from procurement.session import Entry
from tests.builders.procurement import LAW_2026, a_contender, a_session, a_small_tender, a_tender

TENDER = a_small_tender()


def a_ranking(**but: object) -> Ranking:
    bids = (a_contender("甲", 800_000), a_contender("乙", 900_000), a_contender("丙", 1_000_000, "良良良"), a_contender("丁", 990_000, "差差差"))
    return rank_bids(TENDER, a_session(*bids, a_contender("戊", conformity="未签章"), **but), LAW_2026)


def a_tie() -> Ranking:
    return rank_bids(TENDER, a_session(*(a_contender(n, 900_000) for n in "甲乙丙")), LAW_2026)


def test_three_candidates_in_the_order_of_rank() -> None:
    assert [(c.place, c.bidder) for c in candidates(a_ranking(), TENDER)] == [(1, "甲"), (2, "乙"), (3, "丙")]


def test_the_first_candidate_wins_at_the_price_as_written() -> None:
    award = decide(a_ranking(), TENDER)
    assert (award.bidder, award.amount, award.place, award.seed) == ("甲", 80_000_000, 1, "")


def test_passing_over_needs_a_reason() -> None:
    """政府采购法实施条例 第四十三条, 第四十九条."""
    award = decide(a_ranking(), TENDER, passed_over={"甲": "书面放弃中标"})
    assert (award.bidder, award.place) == ("乙", 2)
    for wrong in ({"甲": " "}, {"丁": "理由"}, {"丙": "理由"}, {"甲": "弃", "乙": "弃", "丙": "弃"}):
        with pytest.raises(BadInput):
            decide(a_ranking(), TENDER, passed_over=wrong)


def test_a_tie_is_drawn_from_a_published_seed_and_from_nothing_else() -> None:
    """87号令 第五十七条, 第六十八条."""
    assert needs_draw(a_tie(), TENDER)
    with pytest.raises(BadInput, match="种子"):
        decide(a_tie(), TENDER)
    award = decide(a_tie(), TENDER, seed="2025-03-07 上证指数收盘 3372.55")
    by_hand = sorted(
        "甲乙丙", key=lambda b: hashlib.sha256(f"2025-03-07 上证指数收盘 3372.55|{TENDER.ocid}#1|{b}".encode()).hexdigest()
    )
    assert [c.bidder for c in award.candidates] == by_hand
    assert award.seed


@given(st.text(min_size=1).filter(str.strip))
def test_a_draw_never_touches_who_was_not_tied(seed: str) -> None:
    bids = (a_contender("甲", 800_000), a_contender("乙", 900_000), a_contender("丙", 900_000))
    ranking = rank_bids(TENDER, a_session(*bids), LAW_2026)
    order = candidates(ranking, TENDER, seed)
    assert order[0].bidder == "甲"
    assert {c.bidder for c in order[1:]} == {"乙", "丙"}


def test_a_tie_behind_the_candidates_needs_no_draw() -> None:
    tender = a_small_tender(award=AwardTerms(candidates=1))
    bids = (a_contender("甲", 800_000), a_contender("乙", 900_000), a_contender("丙", 900_000))
    ranking = rank_bids(tender, a_session(*bids), LAW_2026)
    assert not needs_draw(ranking, tender)
    assert decide(ranking, tender).bidder == "甲"


def test_nobody_wins_a_failed_procurement_or_one_with_marks_to_correct() -> None:
    """政府采购法 第三十六条; 87号令 第六十四条."""
    failed = rank_bids(TENDER, a_session(a_contender("甲")), LAW_2026)
    wrong = a_ranking(entries=(Entry("甲", 1, "p2", Fraction(80)),))
    for ranking in (failed, wrong):
        with pytest.raises(BadInput):
            decide(ranking, TENDER)


def test_a_rate_is_paid_on_the_budget() -> None:
    tender = a_small_tender(budget=100_000_033, price=PriceTerms(PriceForm.DISCOUNT_RATE, Fraction(10)))
    bids = (a_contender("甲", "0.88"), a_contender("乙", "0.9"), a_contender("丙", "0.95"))
    assert decide(rank_bids(tender, a_session(*bids), LAW_2026), tender).amount == 88_000_029


def test_the_notice_holds_what_the_article_asks_for() -> None:
    """87号令 第六十九条."""
    tender, ranking = a_tender(), a_ranking()
    given = {"experts": ["专家1", "专家2"], "winner_name": "晨光社工", "winner_address": "示范路1号", "buyer_contact": "0000-0000"}
    notice = result_notice(tender, decide(ranking, TENDER), ranking, **given)  # type: ignore[arg-type]
    assert (notice.winner, notice.amount, str(notice.total)) == ("晨光社工", 80_000_000, "88.00")
    assert (notice.period, notice.experts) == ("自合同签订之日起365日", ("专家1", "专家2"))
    with pytest.raises(BadInput) as refusal:
        result_notice(tender, decide(ranking, TENDER), ranking, experts=[], winner_name="", winner_address="", buyer_contact="")
    assert [f.field for f in refusal.value.findings] == ["winner_name", "winner_address", "buyer_contact", "experts"]


def test_each_loser_is_told_its_own_line_and_no_other() -> None:
    ranking = a_ranking()
    lost, out = own_result(ranking, "乙"), own_result(ranking, "戊")
    assert (str(lost.total), lost.rank, lost.reason) == ("86.89", 2, "")
    assert (out.total, out.rank, out.reason) == (None, None, "符合性审查不通过: 未签章")
    with pytest.raises(KeyError):
        own_result(ranking, "没有投标的")
