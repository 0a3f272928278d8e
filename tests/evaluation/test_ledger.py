"""Indicators that can be counted are counted, and every number names the records it came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.ledger import (
    Commitment,
    Measure,
    Post,
    Record,
    Service,
    average_staff,
    budget_execution,
    certified_share,
    completion,
    record_findings,
    reused,
    staff_stability,
    timeliness,
)

BEGINS, ENDS = date(2025, 1, 1), date(2025, 12, 31)
VISITS = Commitment("visits", "走访", Service.VISIT, Measure.RECORDS, Fraction(4), date(2025, 6, 30))


def a_visit(id: str = "v1", **but: object) -> Record:
    return replace(Record(id, Service.VISIT, date(2025, 3, 1), 60, 1, ("张三",), ("e" * 64,)), **but)


def test_completion_counts_what_was_promised_and_nothing_else():
    records = [a_visit("v1"), a_visit("v2"), a_visit("v3"), a_visit("g1", service=Service.GROUP, people=12)]
    found = completion(VISITS, records)

    assert (found.value, found.records, found.working) == (Fraction(3, 4), ("v1", "v2", "v3"), "3 ÷ 4 件（场） = 75.00%")


@pytest.mark.parametrize(
    ("measure", "quantity", "value"), [(Measure.RECORDS, 4, Fraction(1, 2)), (Measure.PEOPLE, 30, Fraction(1)), (Measure.HOURS, 4, Fraction(3, 4))]
)
def test_pieces_people_and_hours_are_different_promises(measure, quantity, value):
    records = [a_visit("v1", people=10, minutes=90), a_visit("v2", people=20, minutes=90)]

    assert completion(replace(VISITS, measure=measure, quantity=Fraction(quantity)), records).value == value


def test_more_than_promised_stays_more():
    """The cap is the rubric's, not the ledger's."""
    assert completion(VISITS, [a_visit(f"v{n}") for n in range(6)]).value == Fraction(3, 2)


@pytest.mark.parametrize(("last", "share"), [(date(2025, 6, 29), 1), (date(2025, 6, 30), 1), (date(2025, 7, 1), 0)])
def test_in_time_is_on_the_day_itself_and_not_a_day_later(last, share):
    records = [a_visit("v1"), a_visit("v2"), a_visit("v3"), a_visit("v4", on=last)]

    assert timeliness([VISITS], records).value == share


def test_a_rate_with_nothing_below_the_line_has_no_value_and_says_so():
    assert [found.value for found in (budget_execution(100, 0), timeliness([], []), staff_stability([], BEGINS, ENDS))] == [None] * 3
    assert "不适用" in budget_execution(100, 0).working


def test_budget_execution_is_spent_of_what_arrived():
    """财预〔2020〕10号: 实际支出资金 ÷ 实际到位资金 (recalled)."""
    found = budget_execution(420_689_000, 457_314_000)

    assert (found.value, found.numerator, found.denominator) == (Fraction(420689, 457314), 4206890, 4573140)


def test_staff_that_stayed_staff_that_is_certified_and_how_many_on_average():
    posts = [
        Post("甲", date(2024, 5, 1), None, True),
        Post("乙", date(2024, 5, 1), date(2025, 6, 30), True),
        Post("乙", date(2025, 9, 1), None, True),
        Post("丙", date(2024, 5, 1), date(2025, 6, 30)),
        Post("丁", date(2025, 7, 1)),
    ]

    assert staff_stability(posts, BEGINS, ENDS).value == Fraction(2, 3), "乙 went and came back"
    assert certified_share(posts, ENDS).value == Fraction(2, 3)
    assert average_staff(posts, BEGINS, ENDS).value == Fraction(365 + (181 + 122) + 181 + 184, 365)


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), st.integers(0, 400), st.integers(0, 400)), max_size=6))
def test_nobody_is_counted_twice_on_a_day(spans):
    posts = [Post(who, BEGINS + timedelta(days=min(a, b)), BEGINS + timedelta(days=max(a, b))) for who, a, b in spans]

    assert average_staff(posts, BEGINS, ENDS).value <= len({post.person for post in posts})


def test_everything_wrong_with_the_records_is_told_at_once_and_a_missing_proof_only_warns():
    records = [
        a_visit("v1"), a_visit("v1"), a_visit("v2", on=date(2024, 12, 31)), a_visit("v3", minutes=0), a_visit("v4", people=0),
        a_visit("v5", evidence=()), a_visit("c1", service=Service.CASE, minutes=6000),
    ]  # fmt: skip
    found = record_findings(records, BEGINS, ENDS)

    assert [(finding.field, finding.binding) for finding in found] == [
        ("v1", True), ("v2", True), ("v3", True), ("v4", True), ("v5", False),
    ]  # fmt: skip


def test_the_same_file_for_two_things_is_a_question():
    assert [(each.digest, each.places) for each in reused([("项目一 v1", "aa"), ("项目二 v9", "aa"), ("项目一 v1", "bb"), ("项目一 v1", "aa")])] == [
        ("aa", ("项目一 v1", "项目二 v9"))
    ]
