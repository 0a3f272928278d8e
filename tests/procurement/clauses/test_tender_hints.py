"""The same rules over a tender of the rooms: they hint, and never refuse."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from law import law_at
from procurement.clauses.tender import tender_hints
from procurement.publication import document_findings
from procurement.reading import read_tender
from rubric.reading import load_yaml

ROOT = Path(__file__).parents[3]
REAL = ROOT.parent / "shared" / "data" / "tenders" / "longhua-mental-health-2025.yaml"
LAW = law_at(date(2026, 11, 22))


def test_a_condition_of_place_is_hinted_at_and_binds_nobody() -> None:
    case = load_yaml((ROOT / "demo" / "tender.yaml").read_text("utf-8"))
    case["qualification"].append({"nr": 99, "text": "供应商注册地须在本市行政区域内", "proof": "营业执照"})
    found = tender_hints(read_tender(case), LAW)

    [hint] = [each for each in found if each.field == "qualification[99]"]
    assert "所在地" in hint.zh
    assert hint.cure
    assert not any(each.binding for each in found)


def test_what_another_rule_has_told_of_a_place_is_not_told_twice() -> None:
    if not REAL.exists():
        pytest.skip("the real tender is not beside this tree")
    tender = read_tender(load_yaml(REAL.read_text("utf-8")))
    told = document_findings(tender, LAW)
    places = {(each.field, each.cites.split("；")[0]) for each in told}
    hints = tender_hints(tender, LAW, told)

    assert hints
    assert all((each.field, each.cites.split("；")[0]) not in places for each in hints)
