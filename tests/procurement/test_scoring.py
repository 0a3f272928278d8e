"""评审排序: reviews in their order, exact totals, ties, flags; and what must never change the result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.refusal import BadInput
from law import law_at
from procurement.documents import AwardTerms, Lot, PriceForm, PriceTerms, Tender
from procurement.scoring import FlagKind, Ranking, contender_of, rank_bids
from procurement.session import Contender, Entry, Evaluation
from rubric.aggregation import Circumstances, aggregate
from rubric.reading import read_rubric
from rubric.sheet import Mark, Sheet
from tests.builders.procurement import LAW_2026, SMALL, a_bid, a_contender, a_session, a_small_tender, a_tender

LAW_2025_SUMMER = law_at(date(2025, 7, 1))


def ranked(*contenders: Contender, tender: Tender | None = None, **but: Any) -> Ranking:
    return rank_bids(tender or a_small_tender(), a_session(*contenders, **but), LAW_2026)


def order(ranking: Ranking) -> list[tuple[str, int]]:
    return [(bid.bidder, bid.rank) for bid in ranking.bids]


THREE = (a_contender("甲", 800_000), a_contender("乙", 900_000), a_contender("丙", 1_000_000, "良良良"))


def test_total_is_price_points_and_the_mean_of_the_experts() -> None:
    """10 × 800000/900000 + 60 + 30 × 3/5, exactly."""
    bid = ranked(*THREE).bid("乙")
    assert bid.price_points == Fraction(80, 9)
    assert bid.total == Fraction(80, 9) + 60 + 18
    assert str(bid.shown) == "86.89"


def test_a_mean_that_no_decimal_holds_stays_exact() -> None:
    assert ranked(a_contender("甲", levels="优良中"), *THREE[1:]).bid("甲").leaf("L1").mean == Fraction(60 * 210, 300)
    assert ranked(a_contender("甲", levels="优优良"), *THREE[1:]).bid("甲").leaf("L1").mean == Fraction(54)


def test_the_first_reason_that_applies_is_the_one_told() -> None:
    result = ranked(
        *THREE,
        a_contender("丁", 2_000_000, qualification="缺登记证书", conformity="未签章"),
        a_contender("戊", 2_000_000, conformity="未签章"),
        a_contender("己", 1_000_001),
    )
    assert result.invalid == {
        "丁": "资格性审查不通过: 缺登记证书", "戊": "符合性审查不通过: 未签章", "己": "报价超过最高限价 (87-63)",
    }  # fmt: skip
    assert result.valid == ("甲", "乙", "丙")


@pytest.mark.parametrize(("price", "valid"), [(999_999, True), (1_000_000, True), ("1000000.01", False)])
def test_a_price_at_the_ceiling_is_valid(price: Any, valid: bool) -> None:
    """87号令 第六十三条."""
    result = ranked(*THREE, a_contender("丁", price))
    assert ("丁" in result.valid) is valid


def test_without_a_ceiling_the_budget_is_the_limit() -> None:
    tender = a_small_tender(price=PriceTerms(weight=Fraction(10), budget=Fraction(1_000_000)))
    assert "丁" in ranked(*THREE, a_contender("丁", 1_000_001), tender=tender).invalid


@pytest.mark.parametrize(("count", "failed"), [(2, True), (3, False)])
def test_two_valid_bids_fail_three_do_not(count: int, failed: bool) -> None:
    """政府采购法 第三十六条."""
    result = ranked(*THREE[:count])
    assert result.failed is failed
    assert result.reason == ("有效投标人2家, 少于3家" if failed else "")
    assert result.winners == (None if failed else ("甲",))


def test_the_base_price_is_the_lowest_of_the_valid_ones() -> None:
    result = ranked(*THREE, a_contender("丁", 500_000, conformity="未响应实质性要求"))
    assert result.base_price == 800_000


def test_an_abnormally_low_price_is_asked_and_only_a_rejected_answer_is_invalid() -> None:
    """87号令 第六十条; 财库〔2026〕2号."""
    low = a_contender("丁", 300_000)
    kept = ranked(*THREE, low)
    assert "丁" in kept.valid
    assert [(f.kind, f.accepted) for f in kept.flags] == [(FlagKind.LOW_PRICE, True)]
    out = ranked(*THREE, replace(low, explanation_accepted=False))
    assert out.invalid == {"丁": "异常低价说明不成立 (87-60)"}
    assert (kept.base_price, out.base_price) == (300_000, 800_000)


def test_an_explanation_that_nobody_asked_for_rejects_nothing() -> None:
    assert ranked(*THREE, a_contender("丁", 700_000, explanation_accepted=False)).valid == ("甲", "乙", "丙", "丁")


def test_before_2026_02_no_price_is_questioned() -> None:
    low = a_contender("丁", 1, explanation_accepted=False)
    result = rank_bids(a_small_tender(), a_session(*THREE, low), LAW_2025_SUMMER)
    assert (result.flags, "丁" in result.valid) == ((), True)


def test_prices_that_failed_before_are_not_compared() -> None:
    """The mean is of the bids that passed the conformity review."""
    high = [a_contender(n, 1_000_000, conformity="未签章") for n in ("己", "庚", "辛")]
    result = ranked(a_contender("甲", 455_000), a_contender("乙", 460_000), a_contender("丙", 470_000), *high)
    assert result.flags == ()


def test_the_deduction_moves_base_and_points_but_not_ceiling_tie_or_low_price() -> None:
    result = ranked(replace(THREE[0], sme_deduction=Fraction(1, 10)), *THREE[1:])
    assert result.base_price == 720_000
    assert result.bid("乙").price_points == Fraction(10 * 720, 900)
    assert (result.bid("甲").price, result.bid("甲").adjusted_price) == (800_000, 720_000)


# --- order ---------------------------------------------------------------------------------------------------------------


def test_equal_totals_go_by_the_lower_price_as_written() -> None:
    """87号令 第五十七条. The deduction makes both score alike; the written price decides."""
    dear = a_contender("甲", 1_000_000, sme_deduction=Fraction(1, 10))
    result = ranked(dear, a_contender("乙", 900_000), a_contender("丙", 950_000, "中中中"))
    assert result.bid("甲").total == result.bid("乙").total
    assert order(result)[:2] == [("乙", 1), ("甲", 2)]
    assert result.tied_ranks == ()


def test_equal_totals_and_prices_are_tied_and_the_next_rank_skips() -> None:
    result = ranked(a_contender("甲", 900_000), a_contender("乙", 900_000), a_contender("丙", 1_000_000))
    assert order(result) == [("甲", 1), ("乙", 1), ("丙", 3)]
    assert (result.tied_ranks, result.winners) == ((1,), None)


def test_a_tie_behind_the_winners_leaves_them_alone() -> None:
    result = ranked(a_contender("甲", 800_000), a_contender("乙", 900_000), a_contender("丙", 900_000))
    assert (result.tied_ranks, result.winners) == ((2,), ("甲",))


@pytest.mark.parametrize(("winners", "known"), [(1, ("甲",)), (2, None), (3, None)])
def test_a_tie_that_reaches_the_winners_leaves_them_open(winners: int, known: tuple[str, ...] | None) -> None:
    tender = a_small_tender(award=AwardTerms(winners=winners))
    result = ranked(
        a_contender("甲", 800_000), a_contender("乙", 900_000), a_contender("丙", 900_000), tender=tender
    )  # fmt: skip
    assert result.winners == known


def test_rounding_before_ranking_only_where_the_documents_say_so() -> None:
    close = (a_contender("甲", 800_000), a_contender("乙", 800_001), a_contender("丙", 1_000_000))
    assert order(ranked(*close))[:2] == [("甲", 1), ("乙", 2)]
    rounded = ranked(*close, tender=a_small_tender(award=AwardTerms(decimals=2)))
    assert order(rounded)[:2] == [("甲", 1), ("乙", 2)]  # equal totals of 88.00: the lower price goes first
    dearer_first = (a_contender("甲", 800_001), a_contender("乙", 800_001), a_contender("丙", 1_000_000))
    assert ranked(*dearer_first, tender=a_small_tender(award=AwardTerms(decimals=0))).tied_ranks == (1,)


def test_decimals_can_turn_the_order_around() -> None:
    """0.004 points ahead but dearer: with totals to 0.01 the cheaper one comes first."""
    rubric = read_rubric(
        {"id": "r", "total": 100, "scale": 100, "sections": [
            {"name": "价格", "weight": 10, "price": True},
            {"name": "技术", "weight": 90, "leaves": [
                {"id": "L1", "name": "量", "weight": 90, "parts": [
                    {"id": "p2", "objective": True, "rule": {"kind": "per_unit", "unit": "项", "points": "0.001", "cap": 100}}]}]}]}
    )  # fmt: skip
    prices = (("甲", 100_100, 1016), ("乙", 100_000, 1000), ("丙", 200_000, 0))
    bids = [Contender(name, Fraction(price), {"p2": count}) for name, price, count in prices]
    price = PriceTerms(weight=Fraction(10), ceiling=Fraction(1_000_000))
    for decimals, first in ((None, "甲"), (2, "乙")):
        tender = a_small_tender(rubric=rubric, price=price, award=AwardTerms(decimals=decimals))
        result = rank_bids(tender, Evaluation(tuple(bids), 1), LAW_2025_SUMMER)
        assert result.bids[0].bidder == first


# --- discount rates and lots ---------------------------------------------------------------------------------------------


def test_lots_by_rank_are_paid_at_the_rate_of_their_taker() -> None:
    lots = (Lot("A", 100_000_033), Lot("B", 50_000_000))
    tender = a_small_tender(
        price=PriceTerms(PriceForm.DISCOUNT_RATE, Fraction(10), Fraction("0.95")), award=AwardTerms(winners=2, lots_by_rank=lots)
    )
    result = ranked(
        a_contender("甲", "0.88"), a_contender("乙", "0.9"), a_contender("丙", "0.95"), a_contender("丁", "0.951"), tender=tender
    )
    assert result.invalid == {"丁": "报价超过最高限价 (87-63)"}
    assert result.amounts == (("A", "甲", 88_000_029), ("B", "乙", 45_000_000))
    assert result.winners == ("甲", "乙")


def test_a_rate_above_the_whole_budget_is_invalid_without_a_ceiling_too() -> None:
    tender = a_small_tender(price=PriceTerms(PriceForm.DISCOUNT_RATE, Fraction(10)))
    result = ranked(*(a_contender(n, r) for n, r in zip("甲乙丙丁", ("0.9", "0.95", "1", "1.01"), strict=True)), tender=tender)
    assert list(result.invalid) == ["丁"]


def test_a_tie_among_the_takers_of_lots_leaves_the_amounts_open() -> None:
    tender = a_small_tender(
        price=PriceTerms(PriceForm.DISCOUNT_RATE, Fraction(10)), award=AwardTerms(lots_by_rank=(Lot("A", 100), Lot("B", 100)))
    )
    result = ranked(a_contender("甲", "0.8"), a_contender("乙", "0.9"), a_contender("丙", "0.9"), tender=tender)
    assert result.amounts is None


# --- flags ---------------------------------------------------------------------------------------------------------------


def test_an_objective_value_that_differs_blocks_and_is_never_used() -> None:
    """87号令 第六十四条."""
    plain = ranked(*THREE)
    flagged = ranked(*THREE, entries=(Entry("甲", 2, "p2", Fraction(80)),))
    [flag] = flagged.flags
    assert (flag.kind, flag.entered, flag.others) == (FlagKind.INCONSISTENT, 80, 60)
    assert flagged.must_correct_before_signing
    assert flagged.bids == plain.bids


def test_an_objective_value_that_agrees_is_no_flag() -> None:
    assert ranked(*THREE, entries=(Entry("甲", 2, "p2", Fraction(60)),)).flags == ()


@pytest.mark.parametrize(("corrected", "mean"), [(None, 60), (Fraction(70), 54)])
def test_points_that_the_rule_cannot_give_are_flagged_and_replaced(corrected: Fraction | None, mean: int) -> None:
    result = ranked(*THREE, entries=(Entry("甲", 1, "p1", Fraction(85), corrected),))
    assert [f.kind for f in result.flags] == [FlagKind.OUT_OF_RANGE]
    assert result.bid("甲").leaf("L1").mean == mean


def test_points_that_the_rule_can_give_replace_the_choice_silently() -> None:
    result = ranked(*THREE, entries=(Entry("甲", 1, "p1", Fraction(40)),))
    assert result.flags == ()
    assert result.bid("甲").leaf("L1").mean == Fraction(60 * 240, 300)


@pytest.mark.parametrize(("gap", "flags"), [("0.59", 1), ("0.6", 1), ("0.61", 0)])
def test_outliers_are_shown_from_the_gap_on_and_nothing_is_changed(gap: str, flags: int) -> None:
    """优优中: 40 is 60 away from the median of the others, of 100."""
    odd = (a_contender("甲", levels="优优中"), *THREE[1:])
    result = ranked(*odd, outlier_gap=Fraction(gap))
    assert [(f.bidder, f.expert, f.part, f.value) for f in result.flags] == [("甲", 3, "p1", 40)] * flags
    assert result.bids == ranked(*odd).bids
    assert not result.must_correct_before_signing


def test_two_experts_have_no_outlier() -> None:
    assert ranked(*(a_contender(n, levels="优差") for n in "甲乙丙"), outlier_gap=Fraction(1, 10)).flags == ()


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    """差 against 优优中中: the median of the others is 70; the two 中 are 30 from theirs (优优中差 → 70)."""
    five = [a_contender(n, levels="优优中中差") for n in "甲乙丙"]
    result = ranked(*five, outlier_gap=Fraction(7, 10))
    assert [(f.bidder, f.expert) for f in result.flags] == [("甲", 5), ("乙", 5), ("丙", 5)]


def test_entries_of_bids_that_fell_out_are_not_looked_at() -> None:
    entries = (Entry("丁", 1, "p1", Fraction(85)),)
    assert ranked(*THREE, a_contender("丁", conformity="未签章"), entries=entries).flags == ()


# --- what is missing -----------------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_told_at_once() -> None:
    wrong = [
        a_contender("甲", 0), a_contender("乙", levels="优优"), a_contender("丙", levels="优极优"), a_contender("丁", facts={}),
        a_contender("戊", choices={}), a_contender("己", sme_deduction=Fraction(1)), a_contender("己"),
    ]  # fmt: skip
    entries = (Entry("癸", 1, "p1", Fraction(1)), Entry("甲", 4, "p9", Fraction(1)), Entry("甲", 1, "p1", Fraction(85), Fraction(86)))
    with pytest.raises(BadInput) as refusal:
        rank_bids(a_small_tender(), Evaluation(tuple(wrong), 3, entries), LAW_2026)
    assert [f.field for f in refusal.value.findings] == [
        "bidders.甲.price", "bidders.乙.facts.p1", "bidders.丙.facts.p1[2]", "bidders.丁.facts.p2",
        "bidders.戊.facts.p1", "bidders.己.sme_deduction", "bidders.己",
        "entries[1].bidder", "entries[2].expert", "entries[2].part", "entries[3].corrected",
    ]  # fmt: skip


def test_a_bid_that_fell_out_need_not_be_marked() -> None:
    ranked(*THREE, a_contender("丁", facts={}, choices={}, conformity="未签章"), a_contender("戊", 1_000_001, facts={}, choices={}))


def test_without_a_rubric_or_a_price_weight_nothing_is_computed() -> None:
    for tender in (a_small_tender(rubric=None), a_small_tender(price=PriceTerms())):
        with pytest.raises(BadInput):
            rank_bids(tender, a_session(*THREE), LAW_2026)


# --- gates, requires, pools ----------------------------------------------------------------------------------------------


def a_gated_tender() -> Tender:
    table = {**SMALL, "sections": [SMALL["sections"][0], {"name": "技术", "weight": 90, "leaves": [  # type: ignore[index]
        {"id": "L1", "name": "方案", "weight": 90, "gates": ["有资质"], "parts": [
            {"id": "p2", "objective": True, "rule": {"kind": "per_unit", "unit": "项", "points": 20, "cap": 80}},
            {"id": "p1", "objective": False, "requires": "p2", "rule": {"kind": "judgement_levels", "levels": {"优": 20, "差": 0}}},
        ]}]}]}  # fmt: skip
    return a_small_tender(rubric=read_rubric({"id": "gated", **table}))


@pytest.mark.parametrize(
    ("projects", "gate", "mean"), [(4, True, Fraction(90)), (4, False, Fraction(0)), (0, True, Fraction(0)), (1, True, Fraction(36))]
)
def test_a_closed_gate_or_a_missing_requirement_leaves_nothing(projects: int, gate: bool, mean: Fraction) -> None:
    bids = [a_contender(n, facts={"p2": projects, "有资质": gate}) for n in "甲乙丙"]
    assert ranked(*bids, tender=a_gated_tender()).bid("甲").leaf("L1").mean == mean


def test_a_gate_that_nobody_answered_is_told() -> None:
    with pytest.raises(BadInput, match="有资质"):
        ranked(*(a_contender(n) for n in "甲乙丙"), tender=a_gated_tender())


# --- what must never change the result -----------------------------------------------------------------------------------

CONTENDERS = st.lists(
    st.builds(
        lambda price, levels, projects: (price, "".join(levels), projects),
        st.integers(1, 120_000_000).map(lambda fen: Fraction(fen, 100)),
        st.lists(st.sampled_from("优良中差"), min_size=3, max_size=3),
        st.integers(0, 7),
    ),
    min_size=3,
    max_size=7,
).map(lambda rows: [a_contender(f"b{n}", *row) for n, row in enumerate(rows)])


@given(CONTENDERS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_in_which_bids_arrive_changes_nothing(contenders: list[Contender], random: Any) -> None:
    shuffled = list(contenders)
    random.shuffle(shuffled)
    first, second = ranked(*contenders), ranked(*shuffled)
    assert {b.bidder: (b.rank, b.total) for b in first.bids} == {b.bidder: (b.rank, b.total) for b in second.bids}
    assert (first.failed, dict(first.invalid), first.tied_ranks) == (second.failed, dict(second.invalid), second.tied_ranks)


@given(CONTENDERS, st.integers(1, 10**9))
@settings(deadline=None)
def test_an_invalid_bid_changes_nothing_for_the_others(contenders: list[Contender], price: int) -> None:
    before, after = ranked(*contenders), ranked(*contenders, a_contender("新", price, conformity="未签章"))
    assert (before.bids, before.winners, before.flags, before.valid) == (after.bids, after.winners, after.flags, after.valid)


@given(CONTENDERS, st.permutations([0, 1, 2]))
@settings(deadline=None)
def test_the_order_of_the_experts_changes_no_total(contenders: list[Contender], seats: list[int]) -> None:
    moved = [replace(c, choices={"p1": tuple(c.choices["p1"][n] for n in seats)}) for c in contenders]
    assert [(b.bidder, b.total) for b in ranked(*contenders).bids] == [(b.bidder, b.total) for b in ranked(*moved).bids]


@given(CONTENDERS)
@settings(deadline=None)
def test_totals_are_exact_bounded_and_ranked_downwards(contenders: list[Contender]) -> None:
    result = ranked(*contenders)
    for bid in result.bids:
        expected = result.base_price / bid.adjusted_price * 10 + sum((leaf.mean for leaf in bid.leaves), Fraction(0))  # type: ignore[operator]
        assert bid.total == expected
        assert 0 < bid.total <= 100
    keys = [(-b.total, b.price) for b in result.bids]
    assert keys == sorted(keys)
    assert [b.rank for b in result.bids] == [1 + sum(k < key for k in keys) for key in keys]


@given(CONTENDERS)
@settings(deadline=None)
def test_the_fast_way_and_the_engine_agree_to_the_last_digit(contenders: list[Contender]) -> None:
    """Leaves are computed once per row of values; ``rubric.aggregation`` computes each sheet anew."""
    tender = a_small_tender()
    assert tender.rubric is not None
    result = ranked(*contenders, tender=tender)
    for bid in result.bids:
        c = next(c for c in contenders if c.bidder == bid.bidder)
        sheets = [Sheet(str(n), {"p1": Mark(value)}) for n, value in enumerate(c.choices["p1"])]
        score = aggregate(tender.rubric, sheets, Circumstances(facts=c.facts))
        assert score.total + bid.price_points == bid.total


@given(CONTENDERS, st.integers(0, 6))
@settings(deadline=None)
def test_a_better_mark_never_costs_a_place(contenders: list[Contender], which: int) -> None:
    result = ranked(*contenders)
    if result.failed or not result.valid:
        return
    name = result.valid[which % len(result.valid)]
    better = [replace(c, choices={"p1": ("优", "优", "优")}) if c.bidder == name else c for c in contenders]
    assert ranked(*better).bid(name).rank <= result.bid(name).rank


# --- from the rooms ------------------------------------------------------------------------------------------------------


def test_signed_sheets_become_a_contender_and_differences_entries() -> None:
    tender = a_small_tender()
    assert tender.rubric is not None
    sheets = [
        Sheet("e1", {"p1": Mark("优"), "p2": Mark(3)}),
        Sheet("e2", {"p1": Mark("良"), "p2": Mark(4)}),
        Sheet("e3", {"p1": Mark("中")}),
    ]
    contender, entries = contender_of(tender.rubric, a_bid(price=90_000_000), {"p2": 3}, sheets)
    assert contender == Contender("甲", Fraction(900_000), {"p2": 3}, {"p1": ["优", "良", "中"]})
    assert entries == (Entry("甲", 2, "p2", Fraction(80)),)


def test_the_real_table_is_scored_too() -> None:
    tender = a_tender()
    assert tender.rubric is not None
    assert sum((leaf.weight or 0 for leaf in tender.rubric.leaves()), Fraction(0)) + 10 == 100
