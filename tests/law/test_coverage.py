"""The rule sheet is covered: nothing is forgotten, and what is said to be judged is judged by something that is there."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from kernel.refusal import Missing
from law.citation import resolve_all
from law.coverage import SECTIONS, aliases, coverage, markdown, rule_of, sheet, shown_rule
from law.rule import STATUSES

ROOT = Path(__file__).parents[2]
SHEET = ROOT.parent / "shared" / "law" / "procurement.md"
RULES = list(sheet().values())
ID = re.compile(r"(L|R|87|74|110|94|101|102|214|46|22|198|38|CC|D|SO|CR)-[\w./]+|124|125|2026-2|54|37|205|42|38")


def test_every_id_of_the_rule_sheet_is_in_the_table():
    if not SHEET.exists():
        pytest.skip("the rule sheet is not beside this checkout")
    text = SHEET.read_text(encoding="utf-8")
    rules = text[text.index("## 1.") : text.index("## 13.")]
    written = {each for each in re.findall(r"`([^`]+)`", rules) if ID.fullmatch(each)}

    assert len(written) > 150
    assert sorted(each for each in written if each not in sheet() and each not in aliases()) == []


def test_the_table_is_whole_without_the_sheet():
    assert len(RULES) >= 175
    assert {rule.section for rule in RULES} == set(SECTIONS)
    told = coverage()
    assert told["implemented"] + told["partly"] + told["listed"] == told["total"] == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_is_judged_by_something_that_is_there_or_says_why_not(rule):
    assert rule.status in STATUSES
    assert resolve_all(rule.cites)
    assert bool(rule.functions) == bool(rule.cases)
    assert rule.functions or rule.reason
    for function in rule.functions:
        module, _, name = function.rpartition(".")
        try:
            found = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError:
            module, _, kind = module.rpartition(".")
            found = getattr(getattr(importlib.import_module(module), kind), name)
        assert found is not None
    for case in rule.cases:
        path, _, name = case.partition("::")
        place = ROOT / path
        assert place.exists(), case
        if name and place.suffix == ".toml":
            assert name in {each["name"] for each in tomllib.loads(place.read_text(encoding="utf-8"))["case"]}, case
        elif name:
            assert f"def {name}(" in place.read_text(encoding="utf-8"), case


def test_every_worked_case_of_the_desk_belongs_to_a_rule_that_is_judged():
    for name in ("desk-limits", "desk-answers", "desk-dates"):
        for case in tomllib.loads((ROOT / "tests" / "cases" / f"{name}.toml").read_text(encoding="utf-8"))["case"]:
            assert sheet()[case["rule"]].functions, case["name"]


def test_the_index_in_the_handbook_is_the_table():
    assert (ROOT / "docs" / "law-index.md").read_text(encoding="utf-8") == markdown()


def test_a_rule_is_shown_with_what_its_numbers_were_when():
    told = shown_rule("46-9")
    [low] = [each for each in told["numbers"] if each["id"] == "sme_deduction_min"]

    assert [(value["since"], value["value"]) for value in low["values"]] == [
        ("2021-01-01", "6%"),
        ("2022-07-01", "10%"),
    ]
    assert told["articles"][0]["source"].startswith("https://")


@pytest.mark.parametrize(
    ("asked", "id"), [("94-22", "94-21/22/26"), ("214-20", "214-19..21"), ("l-35", "L-35"), ("46-8", "46-7/8"), ("R-20(4)", "R-20")]
)
def test_a_line_that_stands_for_several_ids_is_found_by_each(asked, id):
    assert rule_of(asked).id == id


def test_an_id_that_does_not_exist_is_refused_with_its_neighbours():
    with pytest.raises(Missing, match="L-35"):
        rule_of("L-99")


def test_what_is_from_memory_says_that_it_does_not_decide():
    assert not shown_rule("214-25")["decides"]
    assert shown_rule("L-35")["decides"]
