"""The real sources load, and what they lack is said. Skipped where the shared folder is absent."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from kernel.points import points, shortest_text
from rubric.aggregation import Circumstances, aggregate
from rubric.criterion import Rubric
from rubric.fault import blocking, faults
from rubric.levels import Ranges
from rubric.reading import BandSets, Structures, load_yaml, read_document, read_rubric
from rubric.rule import BadMark
from rubric.sheet import Mark, Sheet

SHARED = Path(__file__).parents[3] / "shared" / "data"
FILES = sorted([*SHARED.glob("rubrics/*.yaml"), *SHARED.glob("tenders/*.yaml")])

pytestmark = pytest.mark.skipif(not FILES, reason="no ../shared/data beside the repository")


def read(folder: str, name: str) -> Any:
    return load_yaml((SHARED / folder / f"{name}.yaml").read_text("utf-8"))


def rubric(name: str, folder: str = "rubrics") -> Rubric:
    return read_rubric(read(folder, name))


def said(name: str, folder: str = "rubrics") -> set[tuple[str, str]]:
    return {(f.place.split(" / ")[-1], f.kind) for f in faults(rubric(name, folder))}


@pytest.mark.parametrize("file", FILES, ids=[f.stem for f in FILES])
def test_every_source_loads(file: Path) -> None:
    document = read_document(load_yaml(file.read_text("utf-8")))

    assert document.id
    if isinstance(document, Rubric):
        assert document.leaves()
        faults(document)
    else:
        assert isinstance(document, BandSets | Structures)


def test_the_printed_table_of_longhua_reaches_105() -> None:
    found = {(f.place, f.zh) for f in blocking(rubric("longhua-mental-health-2025", "tenders"))}

    assert ("商务部分", "下级合计30分, 本级为25分") in found
    assert any(zh == "各评分项合计105分, 应为100分" for _, zh in found)
    assert len(found) == 2
    assert any(f.kind == "point_without_score" and "32人" in f.zh for f in faults(rubric("longhua-mental-health-2025", "tenders")))


def test_the_table_made_scorable_has_no_blocking_fault() -> None:
    demo = rubric("longhua-demo", "tenders")

    assert blocking(demo) == ()
    assert demo.price is not None
    assert (demo.price.weight, demo.total, len(demo.leaves())) == (10, 100, 14)


@pytest.mark.parametrize(
    ("name", "place", "kind"),
    [
        ("agency-monthly-appraisal", "4 入户调查", "rule_exceeds"),
        ("agency-monthly-appraisal", "6 社区/小组活动", "rule_missing"),
        ("supervisor-training-selection-2024", "4 财务方面", "levels_gap"),
        ("supervisor-training-selection-2024", "5 设计合理", "levels_open"),
        ("volunteer-award-qhnu", "A1 志愿服务时数", "levels_overlap"),
        ("volunteer-award-qhnu", "A3 组织协调能力", "point_without_score"),
        ("volunteer-award-qhnu", "B 奖罚", "sum"),
        ("national-industry-project-9-indicators", "8 经济效益", "rule_delegated"),
        ("mof-2020-10-framework", "1.1.1 立项依据充分性", "points_missing"),
        ("mca-2015-88-dimensions", "P1 专业资质", "points_missing"),
        ("guangzhou-station-2019", "A 专业评估", "incomplete"),
        ("nanxian-civil-affairs-2022", "2 项目管理", "sum"),
    ],
)
def test_what_a_source_has_wrong_is_said_at_its_place(name: str, place: str, kind: str) -> None:
    assert (place, kind) in said(name)


def test_the_incomplete_tender_says_what_it_lacks() -> None:
    assert {("技术评分", "points_missing"), ("2 投标人的运作和管理状况", "rule_missing")} <= said("liwan-justice-social-work-2019", "tenders")


@pytest.mark.parametrize(("ratio", "points"), [("1.99", 5), ("2", 10), ("1", 5), ("0.99", 0)])
def test_conditions_written_as_text_become_ranges(ratio: str, points: int) -> None:
    rule = rubric("fujian-social-service-org-rating-F").part("1.1.2").rule

    assert isinstance(rule, Ranges)
    assert rule.points(ratio) == points


def test_a_value_that_no_printed_level_covers_is_refused_not_guessed() -> None:
    rule = rubric("supervisor-training-selection-2024").part("4").rule

    assert rule is not None
    assert [rule.points(v) for v in ("0.79", "0.81", "1", "1.01")] == [0, 2, 2, 5]
    with pytest.raises(BadMark, match="不在评分标准的任何一档内"):
        rule.points("0.8")


def test_guangzhou_gives_each_party_its_own_points_of_a_thousand_and_finance_a_veto() -> None:
    found = rubric("guangzhou-station-2019")
    sheets = [
        Sheet("甲", {"A": Mark(630), "D": Mark(True, reason="挪用")}, "第三方评估机构"),
        Sheet("乙", {"B": Mark("180.5")}, "镇街(购买方)"),
        Sheet("丙", {"C": Mark(90)}, "民政部门(监督方)"),
    ]

    score = aggregate(found, sheets)

    assert score.total == Fraction("900.5")
    assert [v.effect.zh for v in score.vetoes] == ["一票否决"]


def cases() -> list[Any]:
    found = []
    if FILES:
        data = read("tenders", "longhua-demo")
        results = {r["id"]: r for r in data.get("expected_results", [])}
        for case in data["cases"]:
            for bidder in case["bidders"]:
                if bidder["id"] in results.get(case["id"], {}).get("leaf_points", {}):
                    found.append(pytest.param(data, case, bidder, results[case["id"]], id=f"{case['id']}-{bidder['id']}"))
    return found


@pytest.mark.parametrize(("data", "case", "bidder", "result"), cases())
def test_the_leaves_of_every_demo_bid_come_out_as_computed_elsewhere(data: Any, case: Any, bidder: Any, result: Any) -> None:
    demo = read_rubric(data)
    typed: dict[tuple[str, int], Any] = {}
    for entry in case.get("entries", []):
        rule = demo.part(entry["part"]).rule
        if entry["bidder"] == bidder["id"] and rule is not None and not demo.part(entry["part"]).objective:
            value = entry["value"] if rule.gives(points(entry["value"])) else entry.get("corrected")
            if value is not None:
                typed[entry["part"], entry["expert"] - 1] = points(value)
    objective = {part.id: bidder["facts"][part.id] for part in demo.parts() if part.objective}
    sheets = [
        Sheet(
            f"专家{expert + 1}",
            {
                part.id: Mark(bidder["facts"][part.id][expert], points=typed.get((part.id, expert)))
                for part in demo.parts()
                if not part.objective
            },
        )
        for expert in range(case["experts"])
    ]

    score = aggregate(demo, sheets, Circumstances(facts=objective))

    for leaf in demo.leaves():
        each = [shortest_text(m.points) for m in score.line(leaf.id).marks if m.points is not None]
        expected = result["leaf_points"][bidder["id"]][leaf.id]
        assert each == ([str(e) for e in expected] if isinstance(expected, list) else [str(expected)] * len(each)), leaf.id
    row = next(r for r in result["ranking"] if r["bidder"] == bidder["id"])
    price = Fraction(10) * points(result["base_price"]) / points(row["adjusted_price"])
    assert score.total + price == points(row["total_exact"])
