"""The desk's timetable: every limit with its day, forward and back, and what moves when something happens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusal import BadInput
from law.calendar import PROVISIONAL
from law.citation import resolve_all
from procurement.desk.clock import EVENTS, clock
from procurement.desk.counting import Edge
from procurement.desk.course import COURSES
from procurement.desk.timetable import (
    Change,
    Plan,
    Row,
    backward,
    breaches,
    earliest_contract,
    forward,
    recompute,
    rows,
)
from procurement.method import Method

DAY = timedelta(days=1)
methods = st.sampled_from(list(COURSES))
days = st.dates(date(2023, 1, 1), date(2027, 6, 30))


def by_event(found: tuple[Row, ...]) -> dict[str, Row]:
    return {row.event: row for row in found}


def test_an_open_tender_of_24_september_2026_runs_over_national_day():
    """中秋 25–27 September and 国庆 1–7 October are off; Saturday 10 October is worked."""
    found = by_event(forward(Method.OPEN, date(2026, 9, 24)))

    assert {
        event: str(found[event].day) for event in ("intention_publication", "documents_offered_until", "bids_close")
    } == {
        "intention_publication": "2026-08-25",
        "documents_offered_until": "2026-10-09",
        "bids_close": "2026-10-14",
    }
    assert found["bids_close"].safe == date(2026, 10, 15)
    assert str(found["clarification"].day) == "2026-09-29"
    assert str(found["award_decision"].day) == "2026-10-23"
    assert str(found["contract_signing"].day) == "2026-11-26"
    assert any("国庆节" in line for line in found["documents_offered_until"].working)


@pytest.mark.parametrize(
    ("method", "closes"),
    [
        (Method.OPEN, date(2026, 10, 14)),
        (Method.INVITED, date(2026, 10, 14)),
        (Method.FRAMEWORK, date(2026, 10, 14)),
        (Method.CONSULTATION, date(2026, 10, 4)),
        (Method.NEGOTIATION, date(2026, 9, 30)),
    ],
)
def test_each_method_has_its_own_least_time_for_offers(method, closes):
    assert by_event(forward(method, date(2026, 9, 24)))["bids_close"].day == closes


def test_a_single_source_is_made_public_five_working_days_before_the_application():
    found = by_event(forward(Method.SINGLE_SOURCE, date(2026, 9, 24)))

    assert (found["publicity_end"].day, found["approval_application"].day) == (date(2026, 10, 9), date(2026, 10, 10))
    assert found["objection_review"].day == date(2026, 10, 15)


def test_a_limit_that_reaches_2027_is_provisional_and_so_is_all_that_follows():
    found = by_event(forward(Method.OPEN, date(2026, 11, 25)))

    assert not found["bids_close"].provisional
    assert found["contract_signing"].provisional == (2027,)
    assert found["contract_publication"].provisional == (2027,)
    assert any("暂定" in line for line in found["contract_signing"].working)


@given(methods, days)
def test_every_row_cites_what_resolves_and_says_how_it_was_counted(method, start):
    for row in forward(method, start):
        assert resolve_all(row.cites)
        assert row.working


@given(methods, days)
def test_a_last_day_in_working_days_or_rolled_over_is_never_a_rest_day(method, start):
    for row in forward(method, start):
        counted_forward = row.counted.start <= row.day and row.period.length and row.event != "agreement_end"
        if row.edge is Edge.LATEST and counted_forward:
            assert PROVISIONAL.is_working_day(row.day), row.event


@given(methods, days, st.integers(1, 40))
def test_a_later_start_never_brings_an_earlier_day(method, start, later):
    first, second = by_event(forward(method, start)), by_event(forward(method, start + later * DAY))

    assert [event for event in first if second[event].day < first[event].day] == []


@given(methods, days)
def test_forward_and_backward_agree(method, contract):
    back = by_event(backward(method, contract))
    start = back[next(event for event in ("documents_issued", "single_source_publicity") if event in back)].day

    assert earliest_contract(method, start) <= contract
    assert earliest_contract(method, start + DAY) > contract
    again = by_event(forward(method, start))
    assert again["intention_publication"].day == back["intention_publication"].day
    if "bids_close" in back:
        assert again["bids_close"].day <= back["bids_close"].day == contract


@given(methods, days)
def test_the_unhurried_plan_is_never_later_than_the_last_moment(method, contract):
    for row in backward(method, contract):
        assert row.safe <= row.day


@given(methods, days)
def test_the_safe_day_keeps_the_strict_reading(method, start):
    for row in forward(method, start):
        if row.edge is Edge.EARLIEST:
            assert row.safe >= row.strict
        else:
            assert row.safe <= row.day


tender = st.sampled_from([Method.OPEN, Method.INVITED, Method.CONSULTATION, Method.NEGOTIATION])


@given(
    tender,
    days,
    st.integers(0, 25),
    st.integers(0, 30),
    st.sampled_from(["clarification", "suspension", "challenge", "complaint"]),
)
def test_nothing_that_happens_makes_a_limit_shorter(method, start, after, length, kind):
    plan = Plan(method, start)
    on = start + after * DAY
    before = by_event(rows(plan))
    _, now, moved = recompute(plan, [Change(kind, on, on + length * DAY if kind == "suspension" else None)])

    assert [row.event for row in now if row.day < before[row.event].day] == []
    assert all(each.after > each.before and each.why for each in moved)


def test_a_clarification_within_fifteen_days_postpones_the_deadline():
    """财政部令第87号 第二十七条: five days before a deadline of 14 October leaves five; the deadline goes to 24 October."""
    plan = Plan(Method.OPEN, date(2026, 9, 24), actual={"bids_close": date(2026, 10, 14)})
    _, now, moved = recompute(plan, [Change("clarification", date(2026, 10, 9))])

    assert by_event(now)["bids_close"].day == date(2026, 10, 24)
    assert [each.event for each in moved if each.event == "bids_close"] == ["bids_close"]
    assert all("15日" in each.why for each in moved)


@pytest.mark.parametrize(
    ("on", "closes"), [(28, date(2026, 10, 14)), (29, date(2026, 10, 14)), (30, date(2026, 10, 15))]
)
def test_fifteen_days_before_the_deadline_is_enough(on, closes):
    plan = Plan(Method.OPEN, date(2026, 9, 24), actual={"bids_close": date(2026, 10, 14)})
    _, now, _ = recompute(plan, [Change("clarification", date(2026, 9, on))])

    assert by_event(now)["bids_close"].day == closes


def test_a_suspension_that_ends_gives_back_exactly_its_days():
    plan = Plan(Method.OPEN, date(2026, 3, 2), actual={"bids_close": date(2026, 3, 23)})
    plan, stopped, _ = recompute(plan, [Change("suspension", date(2026, 3, 10))])
    _, now, _ = recompute(plan, [Change("resumption", date(2026, 3, 17))])

    assert by_event(stopped)["bids_close"].day == date(2026, 4, 22)  # thirty days at most (政府采购法 第五十七条)
    assert by_event(now)["bids_close"].day == date(2026, 3, 30)


def test_a_challenge_stops_the_signing_only():
    plan = Plan(Method.OPEN, date(2026, 3, 2))
    before = by_event(rows(plan))
    _, _, moved = recompute(plan, [Change("challenge", before["result_notice"].day)])

    assert "contract_signing" in {each.event for each in moved}
    assert "challenge" not in {each.event for each in moved}


@pytest.mark.parametrize(
    "change",
    [
        Change("extension", date(2026, 3, 10), date(2026, 3, 20)),
        Change("resumption", date(2026, 3, 10)),
        Change("wish", date(2026, 3, 10)),
    ],
)
def test_a_change_that_cannot_be_is_refused(change):
    with pytest.raises(BadInput):
        recompute(Plan(Method.OPEN, date(2026, 3, 2)), [change])


def test_days_that_were_set_are_judged_and_memory_only_warns():
    early = breaches(Plan(Method.OPEN, date(2026, 3, 2), actual={"bids_close": date(2026, 3, 21)}))
    rating = breaches(Plan(Method.OPEN, date(2026, 3, 2), actual={"expert_rating": date(2026, 6, 1)}))

    assert [(found.have, found.need, found.binding) for found in early] == [
        (date(2026, 3, 21), "最早 2026-03-22", True)
    ]
    assert [found.binding for found in rating] == [False]


def test_the_result_of_20_november_2026_can_be_challenged_until_2_december():
    """Notice period 23 November; seven working days 24–27, 30 November, 1–2 December (rule sheet L-52)."""
    found = clock("result_notice", date(2026, 11, 20))
    told = {row.event: str(row.day) for row in found.results["rows"]}

    assert str(found.results["last_day"]) == "2026-12-02"
    assert (told["result_notice_period_end"], told["challenge_answer"]) == ("2026-11-23", "2026-12-11")
    assert told["complaint"] == "2027-01-04"
    assert "暂定" in found.cautions[0]


@given(st.sampled_from(sorted(EVENTS)), days)
def test_every_last_day_of_the_clock_is_a_working_day_and_later_than_the_event(event, day):
    for row in clock(event, day).results["rows"][1:]:
        assert PROVISIONAL.is_working_day(row.day)
        assert row.day > day


@given(st.sampled_from(sorted(EVENTS)), days, st.integers(1, 30))
def test_the_clock_is_monotone(event, day, later):
    first, second = clock(event, day), clock(event, day + later * DAY)

    assert first.results["last_day"] <= second.results["last_day"]


@pytest.mark.parametrize(
    ("made", "in_time"), [(date(2026, 12, 1), True), (date(2026, 12, 2), True), (date(2026, 12, 3), False)]
)
def test_a_challenge_on_the_last_day_is_in_time_and_on_the_next_it_is_not(made, in_time):
    found = clock("result_notice", date(2026, 11, 20), facts={"challenged": made})

    assert found.results["in_time"] is in_time


def test_the_complaint_counts_from_the_end_of_the_answer_period_even_when_answered_early():
    """政府采购法 第五十五条: 答复期满后十五个工作日内."""
    early = clock(
        "result_notice", date(2026, 3, 2), facts={"challenged": date(2026, 3, 4), "answered": date(2026, 3, 5)}
    )
    told = {row.event: str(row.day) for row in early.results["rows"]}

    assert (told["challenge_answer"], told["complaint"]) == ("2026-03-13", "2026-04-03")


@pytest.mark.parametrize(
    "facts",
    [
        {"challenged": date(2026, 1, 1)},
        {"answered": date(2026, 4, 1), "complained": date(2026, 3, 30)},
        {"won": date(2026, 4, 1)},
    ],
)
def test_facts_out_of_order_are_refused(facts):
    with pytest.raises(BadInput):
        clock("result_notice", date(2026, 3, 2), facts=facts)
