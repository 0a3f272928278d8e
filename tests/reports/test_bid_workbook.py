"""Prices, means, totals and ranks of bids recompute, in a program that is not ours, to the engine's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kernel.points import half_up
from law import law_at
from procurement.case import read_case_file
from procurement.documents import AwardTerms
from procurement.scoring import Evaluation, Ranking, rank_bids
from reports.compose.bid_workbook import BidWorkbookFacts, bid_workbook
from reports.workbook import make_workbook
from tests.builders.bids import (
    EVALUATED,
    EXPERTS,
    NAMES,
    a_contender,
    a_scored_tender,
    an_evaluation,
    contenders,
    ranked,
    two_wrong_entries,
)
from tests.builders.procurement import SHARED_TENDERS
from tests.builders.recompute import all_recomputed

TENDER = a_scored_tender()
TWINS = Evaluation((a_contender("A", 1), replace(a_contender("A", 1), bidder="B"), a_contender("C", 2)), 5)
SAME_POINTS = Evaluation(
    (*TWINS.contenders[:2], replace(a_contender("A", 1), bidder="D", price=Fraction(6_770_000)), a_contender("C", 2)), 5
)
CASES: dict[str, tuple[Any, Ranking]] = {
    "four valid bids": (TENDER, ranked()),
    "entries corrected": (TENDER, ranked(evaluation=an_evaluation(entries=two_wrong_entries()))),
    "equal points and prices share a rank": (TENDER, ranked(evaluation=TWINS)),
    "ranked by rounded totals, equals by price": (
        (rounded := a_scored_tender(award=AwardTerms(decimals=0))),
        ranked(rounded, SAME_POINTS),
    ),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    contents = {
        name: make_workbook(bid_workbook(BidWorkbookFacts(tender, ranking, "评标委员会", EVALUATED, EXPERTS, NAMES)))
        for name, (tender, ranking) in CASES.items()
    }
    return all_recomputed(contents, tmp_path_factory.mktemp("bids"))


def close(value: Any, places: int) -> Decimal:
    return half_up(Fraction(round(Decimal(repr(value)), 11)), places)


@pytest.mark.parametrize("case", CASES)
def test_libreoffice_ranks_the_bids_as_the_engine_does(case: str, books: Any) -> None:
    tender, ranking = CASES[case]
    summary = books[case]["汇总排序"]
    lines = {row[1]: row for row in summary if row[1]}
    by_id = {row[0]: row for row in summary if row[0]}
    decimals = tender.award.decimals
    shown = next(row for name, row in lines.items() if name.startswith("总分（四舍五入"))
    for column, bidder in enumerate(ranking.valid, 3):
        bid = ranking.bid(bidder)
        assert close(lines["价格分"][column], 6) == half_up(bid.price_points, 6)
        for leaf in bid.leaves:
            assert close(by_id[leaf.leaf][column], 6) == half_up(leaf.mean, 6), (bidder, leaf.leaf)
        assert close(lines["总分（未舍入）"][column], 8) == half_up(bid.total, 8)
        assert close(shown[column], 2) == half_up(bid.total, 2 if decimals is None else decimals)
        assert lines["排名"][column] == bid.rank


def test_a_tie_leaves_the_next_rank_out(books: Any) -> None:
    summary = books["equal points and prices share a rank"]["汇总排序"]
    ranks = next(row for row in summary if row[1] == "排名")[3:]
    assert sorted(ranks) in ([1, 1, 3], [1, 2, 2])


def test_the_lowest_adjusted_price_is_the_base_and_earns_all_points(books: Any) -> None:
    """87号令 第五十五条: the base and every bid use adjusted prices; 6,929,000 less a tenth beats 6,240,000 by nothing."""
    prices = books["four valid bids"]["价格分"]
    ranking = CASES["four valid bids"][1]
    assert Decimal(repr(prices[5][1])) == Decimal(int(ranking.base_price or 0))
    best = min(ranking.bids, key=lambda bid: bid.adjusted_price)
    row = next(row for row in prices if row[0] == NAMES[best.bidder])
    assert row[4] == 10


def test_invalid_bids_are_listed_with_their_reason_and_take_no_part() -> None:
    ranking = CASES["four valid bids"][1]
    assert set(ranking.invalid) == {"E", "F"}
    names = {bidder.bidder: bidder.bidder for bidder in contenders()}
    book = bid_workbook(BidWorkbookFacts(TENDER, ranking, "评标委员会", EVALUATED, EXPERTS, names))
    prices = next(sheet for sheet in book.sheets if sheet.name == "价格分")
    texts = [[cell.value for cell in row if cell] for row in prices.rows]
    assert ["F", "资格性审查不通过: 未提供登记证书"] in texts
    assert all("F" not in [cell.value for cell in row if cell] for row in book.sheets[0].rows)


def test_a_failed_procurement_has_no_score_workbook() -> None:
    failed = ranked(evaluation=Evaluation(contenders()[:2], 5))
    assert failed.failed
    with pytest.raises(ValueError, match="没有评分结果"):
        bid_workbook(BidWorkbookFacts(TENDER, failed, "评标委员会", EVALUATED, EXPERTS, NAMES))


DEMO = SHARED_TENDERS / "longhua-demo.yaml"


@pytest.mark.skipif(not DEMO.exists(), reason="the shared tender case files are not beside the repository")
def test_the_demonstration_tenders_cases_recompute_to_their_exact_totals(tmp_path: Path) -> None:
    """The real scoring table with its 30 parts, four bidders, five experts, ties and rejected bids."""
    import yaml

    mapping = yaml.safe_load(DEMO.read_text("utf-8"))
    file = read_case_file(mapping)
    rankings = {case.id: rank_bids(file.tender, case.evaluation, law_at(case.evaluation_date)) for case in file.cases}
    scored = {id: ranking for id, ranking in rankings.items() if not ranking.failed}
    assert scored
    contents = {
        id: make_workbook(bid_workbook(BidWorkbookFacts(file.tender, ranking, "评标委员会", EVALUATED, EXPERTS)))
        for id, ranking in scored.items()
    }
    expected = {result["id"]: result for result in mapping["expected_results"]}
    for id, sheets in all_recomputed(contents, tmp_path).items():
        rows = {row[1]: row for row in sheets["汇总排序"] if row[1]}
        for line in expected[id]["ranking"]:
            column = 3 + list(scored[id].valid).index(line["bidder"])
            assert str(close(rows["总分（四舍五入，2位小数）"][column], 2)) == line["total"]
            assert close(rows["价格分"][column], 6) == Decimal(line["price_points"])
            assert rows["排名"][column] == line["rank"]
