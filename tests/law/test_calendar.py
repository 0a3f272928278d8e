"""Counting time: working days as the yearly notices arrange them, periods as 87号令 第八十五条 and the Civil Code count."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.period import Period, Unit
from kernel.refusal import Refusal
from law.calendar import PROVISIONAL, Calendar, NoArrangement
from law.citation import resolve
from law.holiday import arrangement, passed, read_arrangement, unarranged, years
from law.table import BadTable

CALENDAR = Calendar()
DAY = timedelta(days=1)
CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "calendar.toml").read_text(encoding="utf-8"))["case"]

in_arranged_years = st.dates(date(2019, 1, 1), date(2025, 12, 31))


def working_days(count: int) -> Period:
    return Period(count, Unit.WORKING_DAY)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_example(case):
    resolve(case["cites"])
    period = Period(case["length"], Unit(case["unit"]))

    assert getattr(CALENDAR, case["ask"])(case["from"], period) == case["gives"]


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_agrees_with_a_table_made_by_others(year):
    day, disputed = date(year, 1, 1), []
    while day.year == year:
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            disputed.append(day)
        day += DAY

    assert disputed == []


@pytest.mark.parametrize("year", years())
def test_public_holidays_are_eleven_days_and_thirteen_since_2025(year):
    """全国年节及纪念日放假办法 第二条; in 2020 中秋节 fell on 国庆节, so one day less stands in the calendar."""
    days = [d for d in (date(year, 1, 1) + n * DAY for n in range(366)) if d.year == year]
    counted = sum(map(CALENDAR.is_statutory_holiday, days))

    assert counted == (13 if year >= 2025 else 10 if year == 2020 else 11)


def test_new_years_eve_becomes_a_public_holiday_in_2025():
    assert [CALENDAR.is_statutory_holiday(eve) for eve in (date(2024, 2, 9), date(2025, 1, 28), date(2026, 2, 16))] == [
        False, True, True
    ]  # fmt: skip


def test_a_day_off_beside_a_holiday_is_no_public_holiday():
    between = date(2025, 10, 7)

    assert CALENDAR.is_day_off(between)
    assert not CALENDAR.is_statutory_holiday(between)


def test_new_year_days_off_that_begin_in_december_belong_to_december():
    """The notice for 2024 gives 30 and 31 December 2023 off."""
    assert [CALENDAR.is_day_off(date(2023, 12, day)) for day in (29, 30, 31)] == [False, True, True]


def test_the_day_before_on_and_after_a_holiday():
    assert [CALENDAR.is_working_day(date(2025, 10, day)) for day in (8, 9, 10, 11, 12)] == [
        False, True, True, True, False
    ]  # fmt: skip


@pytest.mark.parametrize("year", [2018, 2027])
def test_a_year_without_a_notice_is_refused_with_reason_and_cure(year):
    with pytest.raises(NoArrangement) as refusal:
        CALENDAR.is_working_day(date(year, 6, 1))

    assert isinstance(refusal.value, Refusal)
    assert refusal.value.year == year
    said = str(refusal.value)
    assert f"国务院办公厅关于{year}年部分节假日安排的通知" in said
    assert f"law/holidays/{year}.toml" in said
    assert "请核对日期" in said


def test_a_working_day_period_that_reaches_the_unknown_year_is_refused_and_one_day_less_is_not():
    assert CALENDAR.add(date(2026, 12, 24), working_days(5)) == date(2026, 12, 31)
    with pytest.raises(NoArrangement, match="2027"):
        CALENDAR.add(date(2026, 12, 24), working_days(6))
    with pytest.raises(NoArrangement, match="2027"):
        CALENDAR.working_days_between(date(2026, 12, 24), date(2027, 1, 1))


def test_counting_may_start_on_the_last_day_of_an_unknown_year():
    """The first day is not counted, so nothing is asked about it."""
    assert CALENDAR.add(date(2018, 12, 31), working_days(1)) == date(2019, 1, 2)
    assert CALENDAR.working_days_between(date(2018, 12, 31), date(2019, 1, 2)) == 1


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.MONTH, Unit.YEAR])
def test_calendar_days_months_and_years_need_no_notice(unit):
    assert CALENDAR.add(date(2031, 1, 1), Period(1, unit)) > date(2031, 1, 1)
    assert CALENDAR.earliest(date(2031, 1, 1), Period(1, unit)) > date(2031, 1, 1)
    assert CALENDAR.before(date(2031, 3, 1), Period(1, unit)) < date(2031, 3, 1)


def test_the_last_day_to_act_needs_a_notice_since_it_may_roll_over():
    with pytest.raises(NoArrangement, match="2027"):
        CALENDAR.latest(date(2026, 12, 20), Period(30, Unit.DAY))


def test_a_plain_saturday_rolls_over_unless_the_text_is_read_narrowly():
    """D-weekend: 87-85 says 法定节假日; the generous reading is what a deadline in a supplier's favour takes."""
    friday, saturday, monday = date(2025, 3, 28), date(2025, 3, 29), date(2025, 3, 31)

    assert [CALENDAR.roll(day) for day in (friday, saturday, monday)] == [friday, monday, monday]
    assert [CALENDAR.roll(day, weekends=False) for day in (friday, saturday, monday)] == [friday, saturday, monday]


def test_a_holiday_rolls_over_to_the_day_after_it_in_either_reading():
    assert CALENDAR.roll(date(2025, 10, 1)) == date(2025, 10, 9)
    assert CALENDAR.roll(date(2025, 10, 1), weekends=False) == date(2025, 10, 9)
    # 4 to 6 April 2026 (Saturday to Monday) are off.
    assert CALENDAR.roll(date(2026, 4, 4), weekends=False) == date(2026, 4, 7)


def test_counting_back_finds_the_last_day_to_start():
    """Documents must be out five working days before a deadline of 11 October 2025, a make-up Saturday."""
    assert CALENDAR.before(date(2025, 10, 11), working_days(5)) == date(2025, 9, 28)
    assert CALENDAR.add(date(2025, 9, 28), working_days(5)) == date(2025, 10, 11)
    assert CALENDAR.before(date(2026, 3, 22), Period(20, Unit.DAY)) == date(2026, 3, 2)


def test_working_days_between_counts_the_last_day_and_not_the_first():
    friday, monday = date(2025, 6, 27), date(2025, 6, 30)

    assert CALENDAR.working_days_between(friday, friday) == 0
    assert CALENDAR.working_days_between(friday, monday) == 1
    assert CALENDAR.working_days_between(monday, friday) == -1


@given(in_arranged_years, st.integers(0, 60))
def test_adding_and_counting_working_days_agree(day, count):
    assert CALENDAR.working_days_between(day, CALENDAR.add(day, working_days(count))) == count


@given(in_arranged_years, st.integers(1, 60))
def test_a_working_day_period_ends_on_a_working_day(day, count):
    assert CALENDAR.is_working_day(CALENDAR.add(day, working_days(count)))


@given(st.dates(date(2019, 6, 1), date(2025, 12, 31)), st.integers(0, 40), st.sampled_from(Unit))
def test_the_last_day_to_start_is_in_time_and_the_next_day_is_late(deadline, length, unit):
    period = Period(length if unit in (Unit.DAY, Unit.WORKING_DAY) else length % 13, unit)
    if unit is Unit.WORKING_DAY and length == 0:
        period = working_days(1)
    start = CALENDAR.before(deadline, period)

    assert CALENDAR.add(start, period) <= deadline
    assert CALENDAR.add(start + DAY, period) > deadline


@given(in_arranged_years)
def test_rolling_over_never_goes_back_and_stays_on_a_working_day(day):
    rolled = CALENDAR.roll(day)

    assert rolled >= day
    assert CALENDAR.roll(rolled) == rolled
    assert CALENDAR.roll(day, weekends=False) <= rolled


NOTICE = {"notice": "国办发明电〔2030〕1号", "issued": date(2029, 11, 1)}
NEW_YEAR = {"zh": "元旦", "from": date(2029, 12, 30), "to": date(2030, 1, 1), "statutory": [date(2030, 1, 1)]}


def test_an_arrangement_of_a_coming_year_can_be_read():
    read = read_arrangement(2030, {**NOTICE, "holiday": [{**NEW_YEAR, "make_up": [date(2029, 12, 29)]}]})

    assert read.days_off == {date(2029, 12, 30), date(2029, 12, 31), date(2030, 1, 1)}
    assert read.make_up == {date(2029, 12, 29)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"make_up": [date(2030, 1, 2)]},  # a Wednesday needs no making up
        {"make_up": [date(2029, 12, 30)]},  # off and worked at once
        {"statutory": [date(2030, 1, 2)]},  # a public holiday that is worked
        {"from": date(2030, 1, 2)},  # ends before it begins
        {"to": date(2031, 1, 1)},  # another year
    ],
)
def test_an_arrangement_that_contradicts_itself_is_our_bug_and_loud(wrong):
    with pytest.raises(BadTable):
        read_arrangement(2030, {**NOTICE, "holiday": [{**NEW_YEAR, **wrong}]})


def test_every_arrangement_names_its_notice():
    for year in years():
        held = arrangement(year)
        assert held is not None
        assert held.notice.startswith(f"国办发明电〔{year - 1}〕")
        assert held.issued.year == year - 1
    assert arrangement(2027) is None


def test_a_coming_year_is_counted_provisionally_with_its_public_holidays_only():
    """2027: thirteen public holidays, no make-up days; 元旦 is a Friday, so the first working day is Monday the fourth."""
    days = [date(2027, 1, 1) + n * DAY for n in range(365)]

    assert sum(map(PROVISIONAL.is_statutory_holiday, days)) == 13
    assert PROVISIONAL.add(date(2026, 12, 31), working_days(1)) == date(2027, 1, 4)
    assert [d for d in days if PROVISIONAL.is_working_day(d) and d.weekday() > 4] == []
    assert PROVISIONAL.add(date(2027, 2, 4), working_days(1)) == date(2027, 2, 9)


def test_an_arranged_year_is_the_same_provisionally():
    assert PROVISIONAL.add(date(2026, 9, 24), working_days(5)) == CALENDAR.add(date(2026, 9, 24), working_days(5))


def test_a_year_whose_holidays_are_not_held_either_is_refused():
    with pytest.raises(NoArrangement, match="2050"):
        PROVISIONAL.is_working_day(date(2050, 1, 4))


def test_the_holidays_a_period_runs_over_are_named():
    told = [(each.zh, each.first, each.last) for each in passed(date(2026, 9, 25), date(2026, 10, 14))]

    assert told == [
        ("中秋节", date(2026, 9, 25), date(2026, 9, 27)), ("国庆节", date(2026, 10, 1), date(2026, 10, 7))
    ]  # fmt: skip
    assert [each.zh for each in passed(date(2026, 12, 20), date(2027, 1, 4))] == ["元旦"]
    assert unarranged(date(2026, 12, 20), date(2027, 1, 4)) == (2027,)
