"""时间安排: each limit is a day with its article; minimum periods do not roll, terms to act do."""

from __future__ import annotations

from datetime import date

import pytest

from procurement import timetable
from procurement.method import Method
from tests.builders.procurement import LAW_2025


def test_an_open_tender_of_the_tenth_of_february() -> None:
    until, closes = timetable.before_the_deadline(date(2025, 2, 10), LAW_2025)
    assert (until.day, until.cites) == (date(2025, 2, 17), "财政部令第87号 第十八条")
    assert (closes.day, closes.cites) == (date(2025, 3, 2), "政府采购法 第三十五条")
    assert closes.sentence == "投标（响应）截止: 最早 2025-03-02（20日；政府采购法 第三十五条）"


@pytest.mark.parametrize(
    ("method", "day"), [(Method.CONSULTATION, date(2025, 2, 20)), (Method.NEGOTIATION, date(2025, 2, 13)), (Method.INVITED, date(2025, 3, 2))]
)
def test_every_method_has_its_own_first_deadline(method: Method, day: date) -> None:
    assert timetable.bids_close(date(2025, 2, 10), LAW_2025, method).day == day


def test_methods_without_such_a_rule_say_so() -> None:
    assert timetable.before_the_deadline(date(2025, 2, 10), LAW_2025, Method.SINGLE_SOURCE) == ()
    with pytest.raises(ValueError, match="单一来源"):
        timetable.bids_close(date(2025, 2, 10), LAW_2025, Method.SINGLE_SOURCE)
    with pytest.raises(ValueError, match="竞争性谈判"):
        timetable.documents_until(date(2025, 2, 10), LAW_2025, Method.NEGOTIATION)


def test_from_the_evaluation_to_the_filed_contract() -> None:
    """Rule sheet section 7, over the Qingming holiday (4–6 April 2025)."""
    assert timetable.report(date(2025, 3, 31), LAW_2025).day == date(2025, 4, 2)
    assert timetable.decision(date(2025, 4, 2), LAW_2025).day == date(2025, 4, 10)
    assert timetable.result_notice(date(2025, 4, 3), LAW_2025).day == date(2025, 4, 8)
    assert timetable.notice_ends(date(2025, 4, 3), LAW_2025).day == date(2025, 4, 7)
    assert timetable.contract_notice(date(2025, 4, 3), LAW_2025).day == date(2025, 4, 8)
    assert timetable.contract_filing(date(2025, 4, 3), LAW_2025).day == date(2025, 4, 15)


def test_a_challenge_has_seven_working_days_after_the_notice_period() -> None:
    """94号令 第十条; rule sheet: published P, period ends P+1, last day P+8 working days."""
    assert timetable.challenge(date(2025, 3, 10), LAW_2025).day == date(2025, 3, 20)


@pytest.mark.parametrize(("notified", "last"), [("2025-03-10", "2025-04-09"), ("2025-03-06", "2025-04-07"), ("2025-04-01", "2025-05-06")])
def test_the_thirtieth_day_rolls_over_days_off(notified: str, last: str) -> None:
    """政府采购法 第四十六条: 5 April and 1 May 2025 are holidays."""
    assert timetable.contract(date.fromisoformat(notified), LAW_2025).day == date.fromisoformat(last)
