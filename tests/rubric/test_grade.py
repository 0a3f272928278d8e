"""Grades as written: a score between printed bands is reported, never moved."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rubric.grade import Grade, GradeScale, InGap
from rubric.library import grade_bands


@pytest.mark.parametrize(
    ("bands", "score", "grade"),
    [
        ("mof-2020", "59.99", "差"),
        ("mof-2020", "60", "中"),
        ("mof-2020", "79.99", "中"),
        ("mof-2020", "80", "良"),
        ("mof-2020", "89.5", "良"),
        ("mof-2020", "90", "优"),
        ("mof-2020", "100", "优"),
        ("mof-budget-department", "89", "良"),
        ("mof-budget-department", "89.5", None),
        ("mof-budget-department", "90", "优"),
        ("shenzhen-2021", "59", "不合格"),
        ("shenzhen-2021", "59.01", None),
        ("shenzhen-2021", "60", "合格"),
        ("care-centre-stars", "105", "五星级"),
        ("care-centre-stars", "94.5", None),
        ("care-centre-stars", "59.9", "无星级"),
        ("care-centre-stars", "105.1", None),
        ("pass-60", "103", "合格"),
        ("pass-60", "60", "合格"),
        ("pass-60", "59.99", "不合格"),
        ("pass-60", "-3", "不合格"),
    ],
)
def test_a_score_has_the_grade_of_its_band(bands: str, score: str, grade: str | None) -> None:
    assert GradeScale(grade_bands(bands)).grade_of(Fraction(score)).name == grade


def test_a_score_in_a_gap_names_its_neighbours() -> None:
    found = GradeScale(grade_bands("shenzhen-2021")).grade_of(Fraction("89.5"))

    assert isinstance(found, InGap)
    assert found.under is not None
    assert found.over is not None
    assert (found.under.grade, found.over.grade) == ("良好", "优秀")
    assert "89.5分不在任何等级内" in found.zh


def test_the_gaps_of_a_set_are_known_beforehand() -> None:
    names = [(a.grade, b.grade) for a, b in GradeScale(grade_bands("shenzhen-2021")).gaps()]

    assert names == [("不合格", "合格"), ("合格", "良好"), ("良好", "优秀")]
    assert GradeScale(grade_bands("mof-2020")).gaps() == ()
    assert GradeScale(grade_bands("mof-2020")).overlaps() == ()


def test_a_grade_reads_as_its_name() -> None:
    assert Grade("优").zh == "优"
