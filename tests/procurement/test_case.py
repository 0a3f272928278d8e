"""案例文件: the five cases of the demonstration come out exactly; bad files are told with every place."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import lru_cache
from typing import Any

import pytest

from kernel.refusal import BadInput
from procurement.case import (
    day_of_law,
    faults_of,
    keeps_from_scoring,
    read_case_file,
    read_evaluation,
    result_mapping,
    results,
)
from procurement.reading import read_tender
from procurement.scoring import rank_bids
from rubric.reading import load_yaml
from tests.builders.procurement import LAW_2026, ROOT, SHARED_TENDERS, SMALL, the_demo

shared = pytest.mark.skipif(not SHARED_TENDERS.is_dir(), reason="没有 ../shared/data/tenders")


@lru_cache(maxsize=1)
def _differences() -> Any:
    return load_yaml((ROOT / "tests/cases/longhua-cases.yaml").read_text("utf-8"))


CASES = {case["id"]: case for case in _differences()["cases"]}


def the_file(name: str) -> dict[str, Any]:
    """The demonstration's file with one of the five cases in place of its own."""
    file, case = the_demo(), CASES[name]
    base = file["cases"][0]
    base |= {"id": name, "evaluation_date": _differences()["evaluation_date"]}
    base |= {key: deepcopy(case[key]) for key in ("entries", "outlier") if key in case}
    for bidder in base["bidders"]:
        change = dict(case.get("bidders", {}).get(bidder["id"], {}))
        bidder["facts"] |= change.pop("facts", {})
        bidder |= change
    return file


@pytest.mark.parametrize("name", CASES)
def test_the_five_cases_come_out_exactly(name: str) -> None:
    """tests/cases/longhua-cases.yaml: computed apart from this product."""
    [result] = results(read_case_file(the_file(name)))
    assert result == {"id": name, **CASES[name]["expected"]}


@shared
def test_the_reference_file_comes_out_exactly() -> None:
    file = load_yaml((SHARED_TENDERS / "longhua-demo.yaml").read_text("utf-8"))
    assert results(read_case_file(file)) == file["expected_results"]


@shared
def test_the_faulty_original_is_told_with_all_its_faults() -> None:
    file = load_yaml((SHARED_TENDERS / "longhua-mental-health-2025.yaml").read_text("utf-8"))
    tender = read_case_file(file).tender
    told = {f.field: f.zh for f in faults_of(tender, day_of_law(file, date(2025, 1, 1))) if f.binding}
    assert keeps_from_scoring(tender)
    assert told["scoring"] == "各评分项合计105分, 应为100分"
    assert told["scoring: 商务部分"] == "下级合计30分, 本级为25分"
    assert "至少32人" in told["scoring: 技术部分 / T8 拟安排的项目团队成员情况(项目督导人员除外)"]
    assert told.keys() >= {
        "notice.budget_yuan", "notice.ceiling_yuan", "substantive_requirements[1]", "requirement.cost_rules[1]",
        "contract.renewal", "contract.acceptance.grades", "contract.template_fault", "notice.sme_industry",
        *(f"scoring.source_faults[{n}]" for n in range(1, 5)),
    }  # fmt: skip


@shared
def test_an_incomplete_tender_loads_as_a_draft_that_says_what_is_missing() -> None:
    file = load_yaml((SHARED_TENDERS / "liwan-justice-social-work-2019.yaml").read_text("utf-8"))
    tender = read_case_file(file).tender
    told = {f.field for f in faults_of(tender, day_of_law(file, date(2025, 1, 1)))}
    assert (tender.title, tender.stage.zh) == ("荔湾区司法局司法社会工作项目", "采购文件编制")
    assert told >= {"notice.budget_yuan", "contract.term", "price", "status", "scoring", "notice.period", "notice.packages"}


def test_a_ranking_kept_as_json_is_computed_again_the_same() -> None:
    """What a room keeps (a case without its tender) gives the same ranking."""
    file = the_file("demo-2")
    tender = read_tender(file)
    given = file["cases"][0] | {"members": [], "judged": []}
    again = result_mapping(rank_bids(tender, read_evaluation(tender, given), LAW_2026))
    assert again == CASES["demo-2"]["expected"]


# --- a small file, to break in many ways ---------------------------------------------------------------------------------


def a_small_file(**case: Any) -> dict[str, Any]:
    bidders = [{"id": n, "price": p, "facts": {"p1": ["优", "优", "优"], "p2": 3}} for n, p in zip("ABC", (800, 900, 1000), strict=True)]
    made = {"id": "c1", "experts": 3, "evaluation_date": "2026-12-21", "bidders": bidders} | case
    return {
        "id": "small", "name": "小表", "price": {"ceiling": 1000}, "scoring": deepcopy(SMALL),
        "cases": [{k: v for k, v in made.items() if v is not None}],
    }  # fmt: skip


def problems(file: Any) -> list[str]:
    with pytest.raises(BadInput) as refusal:
        read_case_file(file)
    return [f.field for f in refusal.value.findings]


def test_the_small_file_is_sound() -> None:
    [result] = results(read_case_file(a_small_file()))
    assert (result["status"], result["winners"]) == ("可推荐", ["A"])


@pytest.mark.parametrize(
    ("case", "places"),
    [
        ({"experts": None}, ["cases[1].experts"]),
        ({"experts": 0}, ["cases[1].experts"]),
        ({"evaluation_date": None}, ["cases[1].evaluation_date"]),
        ({"evaluation_date": "明天"}, ["cases[1].evaluation_date"]),
        ({"id": None}, ["cases[1].id"]),
        ({"bidders": []}, ["cases[1].bidders"]),
        ({"bidders": "A"}, ["cases[1].bidders"]),
        ({"outlier": {}}, ["cases[1].outlier.gap_share_of_max"]),
        ({"outlier": {"gap_share_of_max": "2"}}, ["cases[1].outlier.gap_share_of_max"]),
        ({"entries": [{"bidder": "A", "expert": 1}]}, ["cases[1].entries[1].part", "cases[1].entries[1].value"]),
        ({"entries": [{"bidder": "X", "expert": 1, "part": "p1", "value": 1}]}, ["cases[1].entries[1].bidder"]),
    ],
)
def test_what_is_wrong_with_a_case_is_told_with_its_place(case: dict[str, Any], places: list[str]) -> None:
    assert set(places) <= set(problems(a_small_file(**case)))


@pytest.mark.parametrize("price", [0, -1, "0", "-5.00", "便宜", None, "1.001"])
def test_a_price_of_zero_or_less_or_no_price_is_bad_input(price: Any) -> None:
    file = a_small_file()
    file["cases"][0]["bidders"][1]["price"] = price
    assert problems(file) == ["cases[1].bidders[2].price"]


def test_a_price_over_the_ceiling_is_an_invalid_bid_not_bad_input() -> None:
    file = a_small_file()
    file["cases"][0]["bidders"].append({"id": "D", "price": "1000.01"})
    file["cases"][0]["bidders"][-1]["facts"] = {"p1": ["优"] * 3, "p2": 1}
    assert results(read_case_file(file))[0]["invalid"] == {"D": "报价超过最高限价 (87-63)"}


def test_several_bad_marks_are_told_at_once_in_chinese() -> None:
    file = a_small_file()
    one, two, three = file["cases"][0]["bidders"]
    one["facts"] = {"p1": ["优", "极好", "优"]}
    two["facts"] = {"p1": ["优", "优"], "p2": -1, "p3": "表中没有的事实不读"}
    three["facts"] = {"p1": "优", "p2": "很多"}
    with pytest.raises(BadInput) as refusal:
        read_case_file(file)
    told = {f.field: f.sentence() for f in refusal.value.findings}
    assert told.keys() >= {
        "cases[1].bidders.A.facts.p1[2]", "cases[1].bidders.A.facts.p2", "cases[1].bidders.B.facts.p1",
        "cases[1].bidders.B.facts.p2", "cases[1].bidders[3].facts.p1",
        "cases[1].bidders.C.facts.p2",
    }  # fmt: skip
    assert "极好" in told["cases[1].bidders.A.facts.p1[2]"]
    assert "应为 3" in told["cases[1].bidders.B.facts.p1"]


def test_two_cases_may_not_share_a_number() -> None:
    file = a_small_file()
    file["cases"] *= 2
    assert "cases[2]" in problems(file)


@pytest.mark.parametrize("file", [None, [], "x", 1])
def test_what_is_no_mapping_is_bad_input(file: Any) -> None:
    assert problems(file) == ["文件"]


def test_lots_and_ties_have_their_fields() -> None:
    file = a_small_file()
    file["price"] = {"form": "discount_rate", "ceiling": "0.95"}
    file["award"] = {"winners": 2, "lots_by_rank": [{"lot": "一包", "budget": "1000000.33"}, {"lot": "二包", "budget": 500000}]}
    for bidder, rate in zip(file["cases"][0]["bidders"], ("0.88", 0.9, "0.95"), strict=True):
        bidder["price"] = rate
    [result] = results(read_case_file(file))
    assert result["base_price"] == "0.88"
    assert result["ranking"][1]["price"] == "0.9"
    assert result["contract_amounts"] == {
        "一包": {"bidder": "A", "amount": "880000.29"}, "二包": {"bidder": "B", "amount": "450000.00"},
    }  # fmt: skip

    file["cases"][0]["bidders"][1]["price"] = "0.88"
    [tied] = results(read_case_file(file))
    assert (tied["tied_ranks"], tied["tie_action"]) == ([1], "并列, 随机抽取 (87-57/87-68)")
    assert not {"winners", "contract_amounts"} & tied.keys()
    assert [line["rank"] for line in tied["ranking"]] == [1, 1, 3]


def test_dates_may_be_yaml_dates() -> None:
    file = a_small_file(evaluation_date=date(2026, 12, 21))
    assert read_case_file(file).cases[0].evaluation_date == date(2026, 12, 21)


@pytest.mark.parametrize(
    ("file", "day"),
    [
        ({"notice": {"documents_issued": "2025-02-10", "year": 2024}}, date(2025, 2, 10)),
        ({"notice": {"original_notice_date": date(2019, 12, 16)}}, date(2019, 12, 16)),
        ({"notice": {"year": 2025}, "cases": [{"evaluation_date": "2026-12-21"}]}, date(2026, 12, 21)),
        ({"notice": {"year": 2025}}, date(2025, 1, 1)),
        ({}, date(2000, 1, 1)),
    ],
)
def test_documents_are_judged_by_the_law_of_their_day(file: dict[str, Any], day: date) -> None:
    assert day_of_law(file, otherwise=date(2000, 1, 1)) == day
