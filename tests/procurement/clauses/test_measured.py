"""The clause check against labelled clauses: those of real tenders, and our own, written as tenders are written."""

from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from law import law_at
from law.citation import resolve_all
from procurement.clauses import check
from procurement.clauses.catalogue import RULES
from procurement.clauses.measure import Labelled, Measurement, measure

ROOT = Path(__file__).parents[3]
LAW = law_at(date(2026, 11, 22))
CASES = ROOT / "tests" / "cases" / "clauses"
FILES = sorted(path.stem for path in CASES.glob("*.toml"))
CORPUS = ROOT.parent / "shared" / "data" / "lint" / "dev.yaml"


def _own(name: str) -> list[Labelled]:
    read = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))
    broken = [Labelled(f"{name} {n}", text, rule) for n, (rule, text) in enumerate(read["broken"], 1)]
    return broken + [Labelled(f"{name} clean {n}", text, "") for n, text in enumerate(read["clean"], 1)]


def _measured(clauses: list[Labelled]) -> Measurement:
    return measure(clauses, lambda text: [found.rule for found in check(text, LAW)])


def _meets_the_bar(found: Measurement, clean: int) -> None:
    """Recall 0.90 and precision 0.85 by clause, 0.80 both by family, two false alarms in a hundred look-alikes."""
    assert found.clause.recall.value >= Fraction(90, 100), found.missed
    assert found.clause.precision.value >= Fraction(85, 100), found.false_alarms
    assert found.family.recall.value >= Fraction(80, 100), found.other_rule
    assert found.family.precision.value >= Fraction(80, 100), found.other_rule
    assert len(found.false_alarms) * 100 <= 2 * clean, found.false_alarms


def test_clauses_of_real_tenders_are_told_apart() -> None:
    if not CORPUS.exists():
        pytest.skip("the development corpus is not beside this tree")
    clauses = [
        Labelled(each["id"], each["text"], "" if each["label"] == "none" else each["label"], tuple(each.get("also", ())))
        for each in yaml.safe_load(CORPUS.read_text("utf-8"))["clauses"]
    ]
    _meets_the_bar(_measured(clauses), sum(not each.label for each in clauses))


@pytest.mark.parametrize("name", FILES)
def test_clauses_in_our_own_words_are_told_apart(name: str) -> None:
    clauses = _own(name)
    found = _measured(clauses)
    assert found.missed == ()
    assert found.false_alarms == ()
    assert found.family.recall.value >= Fraction(95, 100), found.other_rule


def test_every_family_of_rules_has_fifteen_clauses_on_either_side() -> None:
    for name in FILES:
        read = tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))
        assert min(len(read["broken"]), len(read["clean"])) >= 15, name


def test_every_rule_is_broken_by_some_clause_in_our_own_words() -> None:
    broken = {each.label for name in FILES for each in _own(name) if each.label}
    assert {rule.id for rule in RULES} - broken <= {"87-28", "L-47", "R-50"}


def test_every_rule_cites_what_can_be_looked_up_and_offers_a_way_out() -> None:
    for rule in RULES:
        assert resolve_all(rule.cites)
        assert rule.rewrite
        assert rule.why


def test_the_words_that_save_time_hide_nothing_that_a_pattern_would_find() -> None:
    from dataclasses import replace

    from procurement.clauses.plain import plain

    texts = [plain(each.text) for name in FILES for each in _own(name)]
    for rule in RULES:
        free = replace(rule, words=("",))
        for clause in texts:
            assert list(rule.find(clause, LAW)) == list(free.find(clause, LAW)), (rule.topic, clause.text)
