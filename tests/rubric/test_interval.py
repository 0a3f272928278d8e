"""区间: the ends as written. Grades, judgement bands and ranges of values all ask the same intervals."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rubric.criterion import GradeBand
from rubric.levels import Band, Span

HALF = Fraction(1, 2)


def a_band(low: int | None, high: int | None, low_incl: bool = True, high_incl: bool = False) -> GradeBand:
    return GradeBand("良", None if low is None else Fraction(low), None if high is None else Fraction(high), low_incl, high_incl)


@pytest.mark.parametrize(
    ("band", "held"),
    [
        (a_band(80, 90), {80, 85}),
        (a_band(80, 90, True, True), {80, 85, 90}),
        (a_band(80, 90, False, True), {85, 90}),
        (a_band(80, 90, False, False), {85}),
        (a_band(None, 85), {75, 80}),
        (a_band(85, None), {85, 90, 95}),
        (a_band(None, None), {75, 80, 85, 90, 95}),
    ],
)
def test_an_end_belongs_to_it_only_where_it_is_written_so(band: GradeBand, held: set[int]) -> None:
    assert {n for n in (75, 80, 85, 90, 95) if band.holds(Fraction(n))} == held


@pytest.mark.parametrize(("upper_low", "gap", "overlap"), [(89, False, True), (90, False, False), (91, True, False)])
def test_80_to_below_90_is_followed_without_gap_or_overlap_by_90(upper_low: int, gap: bool, overlap: bool) -> None:
    lower, upper = a_band(80, 90), a_band(upper_low, 100)
    assert (lower.leaves_gap(upper), lower.overlaps(upper)) == (gap, overlap)


def test_90_belongs_to_both_where_both_include_it_and_to_neither_where_both_leave_it_out() -> None:
    assert a_band(80, 90, True, True).overlaps(a_band(90, 100))
    assert a_band(80, 90).leaves_gap(a_band(90, 100, False))


def test_what_has_no_end_overlaps_whatever_begins_above() -> None:
    assert a_band(80, None).overlaps(a_band(90, 100))
    assert not a_band(80, None).leaves_gap(a_band(90, 100))


def test_bands_of_judgement_and_ranges_of_values_say_their_ends_alike() -> None:
    ends = (Fraction(1), Fraction(2))
    assert Band("一般", *ends, True, False).text() == Span(*ends, HALF).text() == "≥1且<2"
    assert Span(None, None, HALF).text() == "任何值"
    assert Band("一般", Fraction(3), Fraction(3)).text() == "=3"
