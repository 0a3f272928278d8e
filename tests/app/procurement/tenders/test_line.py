"""The line: one picture of where a tender stands."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.procurement.tenders.line import LINE, current, line_of
from app.procurement.tenders.wording import amount, place
from law.citation import resolve
from tests.builders.rooms import BIDS_CLOSE, DURING


def a_tender(stage="tendering", **reached):
    done = {"need": "2025-01-10T00:00:00+08:00", "intention": "2025-01-10T00:00:00+08:00", "notice": "2025-03-05T10:00:00+08:00"}
    return SimpleNamespace(stage=stage, reached={**done, **reached}, bids_close=BIDS_CLOSE)


def states(tender, now=DURING):
    return {step.station.id: step.state for step in line_of(tender, now)}


def test_the_line_has_its_eleven_stations_in_order():
    assert [s.zh for s in LINE] == ["需求", "意向", "公告", "投标", "开标", "评审", "中标", "合同", "履约", "评估", "结果应用"]


def test_every_station_cites_what_can_be_looked_up():
    for station in LINE:
        assert resolve(station.cites)


def test_while_bids_are_taken_bidding_is_now_and_says_until_when():
    step = current(line_of(a_tender(), DURING))
    assert (step.zh, step.state, step.when) == ("投标", "now", "3月27日 09:30 止")


@pytest.mark.parametrize(("late_by", "now_at"), [(-1, "bidding"), (0, "opening"), (1, "opening")])
def test_bidding_is_over_by_the_clock_alone(late_by, now_at):
    step = current(line_of(a_tender(), BIDS_CLOSE + timedelta(seconds=late_by)))
    assert step.station.id == now_at


def test_a_step_that_was_passed_over_is_shown_as_not_recorded():
    tender = a_tender()
    del tender.reached["intention"]
    assert states(tender)["intention"] == "missing"


def test_an_unsuccessful_tender_stops_where_it_failed():
    tender = a_tender("unsuccessful", bidding=BIDS_CLOSE.isoformat())
    found = states(tender, BIDS_CLOSE)
    assert (found["opening"], found["review"]) == ("stopped", "next")


def test_a_finished_line_has_no_current_step():
    tender = a_tender("contracted", **{s.id: "2026-03-01T10:00:00+08:00" for s in LINE})
    assert current(line_of(tender, DURING)) is None


def test_days_of_another_year_say_so():
    tender = a_tender(opening="2024-12-31T09:30:00+08:00")
    assert {s.station.id: s.when for s in line_of(tender, DURING)}["opening"] == "2024年 12月31日"


def test_places_in_a_file_are_named_in_chinese():
    assert place("scoring.sections[2].weight") == "评分标准 › 部分[2] › 分值"
    assert place("") == "全文"
    assert place("something_unknown") == "something_unknown"


def test_shares_are_percentages_and_counts_are_not():
    from fractions import Fraction

    assert (amount(Fraction(1, 5)), amount(Fraction(80)), amount(Fraction(1))) == ("20%", "80", "1")
