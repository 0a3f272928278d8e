"""Numbers of the law: dated, with their article, and never a value from a day when it was not the law."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from kernel.money import yuan_text
from kernel.period import Period, Unit
from kernel.refusal import Missing
from law import law_at
from law.citation import resolve_all
from law.day import LawAt, NotInForce
from law.jurisdiction import jurisdictions, known
from law.parameter import Parameter, histories, read_history
from law.table import BadTable

ROOT = Path(__file__).parents[2]
SHEETS = [ROOT.parent / "shared" / "law" / name for name in ("procurement.md", "evaluation.md")]
CASES = tomllib.loads((ROOT / "tests" / "cases" / "law-by-day.toml").read_text(encoding="utf-8"))["case"]
DAYS = [(case, day, gives) for case in CASES for day, gives in case["days"].items()]


def shown(found: Parameter | None) -> str:
    if found is None:
        return "none"
    return yuan_text(found.value) if found.unit == "yuan" else str(found.value)


@pytest.mark.parametrize(("case", "day", "gives"), DAYS, ids=[f"{case['id']} {day}" for case, day, _ in DAYS])
def test_what_the_law_said_on_a_day(case, day, gives):
    law = law_at(date.fromisoformat(day))
    found = law.parameter(case["id"]) if case["id"] in law else None

    assert shown(found) == gives
    if found is not None:
        assert found.cites in {str(each) for each in resolve_all(case["cites"])}


def test_values_come_typed():
    law = law_at(date(2026, 3, 2))

    assert law["tendering_period"] == Period(20, Unit.DAY)
    assert law["notice_period"] == Period(5, Unit.WORKING_DAY)
    assert law["committee_min"] == 5
    assert law["committee_experts_share"] == Fraction(2, 3)
    assert law["committee_large_budget"] == 1_000_000_000  # fen: 1000万元
    assert law.period("tendering_period") == law["tendering_period"]
    assert law.count("committee_min") == 5
    assert law.share("abnormal_low_of_ceiling") == Fraction(45, 100)
    assert law.amount("large_fine") == 200_000_000  # fen: 200万元
    with pytest.raises(TypeError, match="committee_min"):
        law.period("committee_min")


def test_before_its_day_a_number_is_missing_and_the_refusal_says_since_when():
    before = law_at(date(2026, 1, 31))

    assert before.get("abnormal_low_of_mean") is None
    assert before.get("abnormal_low_of_mean", Fraction(0)) == 0
    assert "abnormal_low_of_mean" not in before
    with pytest.raises(NotInForce, match="2026-02-01") as refusal:
        before["abnormal_low_of_mean"]
    assert isinstance(refusal.value, Missing)
    assert "财库〔2026〕2号" in str(refusal.value)


def test_after_its_last_day_a_number_is_missing_and_the_refusal_says_until_when():
    with pytest.raises(NotInForce, match="2017-09-30"):
        law_at(date(2017, 10, 1))["price_weight_services_max"]


@pytest.mark.parametrize("ask", [LawAt.__getitem__, LawAt.get, LawAt.parameter])
def test_a_name_that_does_not_exist_is_a_slip_and_loud(ask):
    with pytest.raises(KeyError, match="tendering_peroid"):
        ask(law_at(date(2026, 3, 2)), "tendering_peroid")


def test_the_law_is_asked_of_a_day_and_not_of_a_moment():
    with pytest.raises(TypeError, match="date"):
        law_at(datetime(2026, 3, 2, tzinfo=UTC))


def test_the_same_day_and_place_are_one_object():
    assert law_at(date(2026, 3, 2)) is law_at(date(2026, 3, 2))
    assert law_at(date(2026, 3, 2)).on == date(2026, 3, 2)


def every_value() -> list[Parameter]:
    own = [value for place in jurisdictions() for history in place.own.values() for value in history.values]
    return [value for history in histories().values() for value in history.values] + own


@pytest.mark.parametrize("value", every_value(), ids=lambda value: f"{value.id} {value.since}")
def test_every_number_cites_an_article_that_was_in_force_when_it_began(value):
    for citation in resolve_all(value.cites):
        assert citation.instrument.in_force(value.since), citation


def test_a_number_is_not_better_checked_than_the_text_it_comes_from():
    """A text that was not read in full (V2, M) cannot make its number V."""
    trust = {"V": 3, "V2": 2, "D": 2, "Mh": 1, "Mm": 1, "Ml": 1}
    overstated = [
        (value.id, value.status, str(citation))
        for value in every_value()
        for citation in resolve_all(value.cites)
        if trust[value.status] > trust[citation.instrument.status]
    ]

    assert overstated == []


def test_a_number_from_memory_does_not_bind():
    law = law_at(date(2026, 3, 2))

    assert law.parameter("tendering_period").binding
    assert law.parameter("abnormal_low_of_mean").binding
    assert not law.parameter("consultation_change_before_deadline").binding


def test_every_number_points_to_a_line_of_the_rule_sheet():
    if not all(sheet.exists() for sheet in SHEETS):
        pytest.skip("the rule sheets are not beside this checkout")
    lines = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    places = {"section 1", "section 3", "section 7", "section 8", "evaluation 3.2", "evaluation 3.3", "evaluation 5.3"}

    assert [v.id for v in every_value() if v.sheet not in places and f"`{v.sheet}`" not in lines] == []


def names_asked_for(path: Path) -> list[tuple[str, str]]:
    """Every literal name that a module asks the law for: ``law["x"]``, ``law.get("x")``, ``law.period("x")`` …"""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Subscript(value=ast.Name(id="law"), slice=ast.Constant(value=str() as name)):
                found.append((path.name, name))
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="law"), attr="get" | "parameter" | "period" | "count" | "share" | "amount"
                ),
                args=[ast.Constant(value=str() as name), *_],
            ):
                found.append((path.name, name))
    return found


def test_the_house_asks_only_for_numbers_that_are_held():
    modules = [
        p for wing in ("procurement", "evaluation", "app", "reports", "demo") for p in (ROOT / wing).rglob("*.py")
    ]

    assert [(module, name) for p in modules for module, name in names_asked_for(p) if name not in known()] == []


GOOD = {"zh": "期间", "unit": "day", "cites": "政府采购法 第三十五条", "status": "V", "since": {"2003-01-01": 20}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "fortnight"},
        {"status": "sure"},
        {"since": {}},
        {"since": {"2003-01-01": "20"}},
        {"since": {"2003-01-01": -1}},
        {"since": {"2003-01-01": True}},
        {"since": {"2004-01-01": 20, "2003-01-01": 15}},
        {"unit": "share", "since": {"2003-01-01": 0.1}},
        {"unit": "share", "since": {"2003-01-01": "a tenth"}},
        {"sinse": {}},
    ],
)
def test_a_table_that_is_wrong_names_the_parameter(wrong):
    with pytest.raises(BadTable, match="some_period"):
        read_history("some_period", {**GOOD, **wrong})


def test_a_value_may_bring_its_own_article_and_status():
    written = {**GOOD, "since": {"2003-01-01": 20, "2030-01-01": {"value": 25, "cites": "民法典", "status": "Ml"}}}
    history = read_history("some_period", written)

    assert [(v.value.length, v.cites, v.status) for v in history.values if isinstance(v.value, Period)] == [
        (20, "政府采购法 第三十五条", "V"),
        (25, "民法典", "Ml"),
    ]


def test_importing_the_law_reads_nothing():
    """A command that never asks the law must not pay for it."""
    code = "import sys, law; print([m for m in sys.modules if m == 'tomllib' or m.startswith('law.')])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
