"""Places: what a place sets itself lies over the national law, and what is not known is not invented."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from kernel.money import fen_from_yuan
from kernel.refusal import Missing
from law import law_at
from law.citation import resolve_all
from law.day import NotInForce
from law.jurisdiction import GOODS, KINDS, LEVELS, jurisdiction, jurisdictions
from law.rule import STATUSES


def test_a_place_is_national_in_what_it_does_not_set():
    day = date(2025, 2, 10)

    assert law_at(day, "shenzhen")["tendering_period"] == law_at(day)["tendering_period"]
    assert law_at(day, "shenzhen").jurisdiction == "shenzhen"
    assert law_at(day).jurisdiction == "national"


def test_a_place_that_is_not_held_is_refused_by_name():
    with pytest.raises(Missing, match="atlantis") as refusal:
        law_at(date(2025, 2, 10), "atlantis")
    assert "shenzhen" in str(refusal.value)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2021, 9, 4), None),
        (date(2021, 9, 5), Fraction(3, 10)),
        (date(2024, 9, 4), Fraction(3, 10)),
        (date(2024, 9, 5), None),
    ],
)
def test_shenzhen_spot_checks_are_law_for_three_trial_years_only(day, share):
    assert law_at(day, "shenzhen").get("spot_check_min_share") == share


def test_what_only_one_place_sets_is_not_in_force_elsewhere():
    with pytest.raises(NotInForce, match="国家"):
        law_at(date(2023, 1, 1))["spot_check_min_share"]


def test_shenzhen_grades_keep_the_gaps_of_the_text():
    grades = law_at(date(2023, 1, 1), "shenzhen").bands("social_work_project")

    assert [(band.zh, band.low, band.high) for band in grades.bands] == [
        ("优秀", 90, 100), ("良好", 80, 89), ("合格", 60, 79), ("不合格", 0, 59)
    ]  # fmt: skip
    assert all(band.low_included and band.high_included for band in grades.bands)
    with pytest.raises(Missing):
        law_at(date(2024, 9, 5), "shenzhen").bands("social_work_project")


def test_national_grades_touch_without_gap_or_overlap():
    grades = law_at(date(2025, 1, 1), "shenzhen").bands("performance").bands

    assert [band.zh for band in grades] == ["优", "良", "中", "差"]
    for better, worse in pairwise(grades):
        assert (better.low, better.low_included, worse.high_included) == (worse.high, True, False)


def test_a_threshold_includes_its_own_amount():
    """以上 includes the number (财政部令第87号 第八十六条)."""
    threshold = law_at(date(2026, 3, 1)).threshold("fujian", "province", "open_tender")

    assert [threshold.reached_by(fen_from_yuan(yuan)) for yuan in ("3999999.99", "4000000", "4000000.01")] == [
        False, True, True
    ]  # fmt: skip


def test_fujian_has_its_own_thresholds_by_level():
    law = law_at(date(2026, 3, 1))

    amounts = {
        level: law.threshold("fujian", level, "procurement", "goods").amount for level in ("province", "city", "county")
    }
    assert amounts == {
        "province": fen_from_yuan(1_000_000), "city": fen_from_yuan(300_000), "county": fen_from_yuan(300_000)
    }  # fmt: skip


def test_where_the_places_own_amount_is_unknown_the_national_guideline_only_warns():
    threshold = law_at(date(2025, 2, 10)).threshold("shenzhen", "county", "open_tender")

    assert (threshold.region, threshold.amount) == ("shenzhen", fen_from_yuan(2_000_000))
    assert threshold.guideline
    assert not threshold.binding


def test_no_amount_is_invented_for_a_day_without_one():
    with pytest.raises(Missing, match="公开招标数额标准"):
        law_at(date(2018, 1, 1)).threshold("fujian", "province", "open_tender")
    with pytest.raises(KeyError, match="township"):
        law_at(date(2026, 3, 1)).threshold("fujian", "township", "open_tender")


def test_every_entry_of_every_place_cites_and_says_how_well_it_was_checked():
    entries = [each for place in jurisdictions() for each in (*place.thresholds, *place.grades)]

    assert entries
    for each in entries:
        assert each.status in STATUSES
        assert all(citation.instrument.in_force(each.since) for citation in resolve_all(each.cites))
    for place in jurisdictions():
        for each in place.thresholds:
            assert (each.level in LEVELS, each.kind in KINDS, each.goods in GOODS) == (True, True, True)


def test_a_place_says_what_is_not_known_of_it():
    for place in jurisdictions():
        if place.id != "national":
            assert place.known
            assert place.unknown
    assert any("评定分离" in sentence for sentence in jurisdiction("shenzhen").unknown)
