"""What was public on a past day, told from dated facts: not a day more, and never anybody's present."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.disclosure import history
from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NoticeRow
from app.procurement.awards.services import AnnounceAward, NextCandidate, announce_award, next_candidate
from app.procurement.tenders.services import TerminateTender, terminate_tender
from kernel.period import SHANGHAI
from procurement.stage import Stage
from tests.builders import story as tell
from tests.builders.rooms import BIDS_CLOSE, DURING, PUBLISHED, a_published_tender

TODAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def story(work, clock_at):
    """A procurement from its notice on 10 February to its contract on 21 March 2025, seen a year later."""
    clock_at(TODAY)
    return tell.contracted(work)


def seen(client, story, day):
    answer = client.get(f"/notices/{story.ocid}?as_of={day}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2025-02-10", "招标公告"),  # published at nine in the morning of that day
        ("2025-03-03", "招标公告"),
        ("2025-03-04", "已开标"),  # closed and opened at half past nine
        ("2025-03-05", "推荐中标候选人"),
        ("2025-03-09", "推荐中标候选人"),  # decided on the 7th, which is not public
        ("2025-03-10", "中标结果公告"),
        ("2025-03-20", "中标结果公告"),
        ("2025-03-21", "已签订合同"),
    ],
)
def test_each_day_has_its_stage(client, story, day, stage):
    lead = seen(client, story, day).split("<aside>")[0].split("公告内容")[0]
    assert f"{stage}</span>" in lead
    assert "当天结束时公众能看到的内容" in lead


@pytest.mark.parametrize("day", ["2025-02-09", "2025-01-01", "1999-01-01"])
def test_before_the_notice_there_was_nothing_not_even_a_title(client, story, day, session):
    from app.procurement.tenders.queries import tender

    page = seen(client, story, day)
    assert "还没有公布任何公告" in page
    assert tender(session, story.ocid).title not in page


def test_the_day_before_the_result_knows_nothing_of_the_winner(client, story, session):
    from app.procurement.awards.queries import award_row

    award = award_row(session, story.ocid)
    before, on_the_day = seen(client, story, "2025-03-09"), seen(client, story, "2025-03-10")
    for said in (award.supplier_name, "示范市和平路86号", "评审专家"):
        assert said not in before
        assert said in on_the_day
    assert "HT-2025-0007" not in seen(client, story, "2025-03-20")
    assert "HT-2025-0007" in seen(client, story, "2025-03-21")


@pytest.mark.parametrize(
    "day", ["2026-03-02", "2026-03-03", "2199-01-01", "", "nonsense", "2025-02-30", "0001-01-01", "%00"]
)
def test_today_tomorrow_and_no_day_at_all_are_the_page_as_it_is(client, story, day):
    page = seen(client, story, day)
    assert "当天结束时" not in page
    assert "已签订合同" in page


def test_a_result_that_held_no_longer_held_then(client, work, clock_at):
    """政府采购法实施条例 第四十九条: the winner will not sign; on 12 March the next candidate is decided upon."""
    clock_at(TODAY)
    story = tell.awarded(work)
    with work() as unit:
        from app.procurement.awards.models import AwardRow

        first = unit.session.get(AwardRow, story.ocid).supplier_name
        next_candidate(unit, NextCandidate(story.buyer, story.ocid, "来函放弃中标"), tell.DRAWN_UP)
    assert first in seen(client, story, "2025-03-11")
    day_between = seen(client, story, "2025-03-13")
    assert 'id="result"' not in day_between
    assert "3月12日起不再有效" in day_between
    assert 'id="result"' not in client.get(f"/notices/{story.ocid}").text
    with work() as unit:
        announce_award(
            unit, AnnounceAward(story.buyer, story.ocid, "示范市和平路99号"), tell.DRAWN_UP + timedelta(days=2)
        )
        second = unit.session.get(AwardRow, story.ocid).supplier_name
    now = client.get(f"/notices/{story.ocid}").text
    assert second in now
    assert first not in now
    assert first in seen(client, story, "2025-03-11")
    assert second not in seen(client, story, "2025-03-11")


def test_a_tender_that_was_terminated_was_open_the_day_before(client, work, clock_at, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    with work() as unit:
        terminate_tender(unit, TerminateTender(buyer, "cp-2025-0001", "机构改革, 任务取消"), DURING)
    clock_at(BIDS_CLOSE + timedelta(days=30))
    before = client.get(f"/notices/cp-2025-0001?as_of={(DURING - timedelta(days=1)).date()}").text
    assert "机构改革" not in before
    assert "招标公告</span>" in before
    after = client.get("/notices/cp-2025-0001").text
    assert "机构改革" in after
    assert "投标截止</li>" not in after.split('id="history"')[1]  # it ended before


def a_row(kind, day, until=None, closes_at=None):
    at = datetime(2025, 3, day, 12, 0, tzinfo=SHANGHAI)
    return NoticeRow(kind=kind, published_at=at, until=until, closes_at=closes_at, body=[["", ""]], method=None)


def test_a_moment_belongs_to_the_day_that_it_ends():
    """A notice of one moment is public at that moment, and not a microsecond before."""
    row = a_row(NoticeKind.TENDER, 5, closes_at=BIDS_CLOSE)
    tick = timedelta(microseconds=1)
    for moment, public in ((row.published_at - tick, False), (row.published_at, True), (row.published_at + tick, True)):
        assert (history.then([row], {}, None, moment) is not None) is public
    for moment, stage in (
        (BIDS_CLOSE - tick, Stage.TENDERING),
        (BIDS_CLOSE, Stage.CLOSED),
        (BIDS_CLOSE + tick, Stage.CLOSED),
    ):
        assert history.then([row], {}, None, moment).stage is stage


def test_the_end_of_a_day_is_its_last_moment_in_beijing():
    end = history.end_of(PUBLISHED.date())
    assert end.date() == PUBLISHED.date()
    assert (end + timedelta(microseconds=1)).date() == PUBLISHED.date() + timedelta(days=1)


def test_what_the_line_reached_later_is_not_told():
    rows = [a_row(NoticeKind.TENDER, 5, closes_at=BIDS_CLOSE)]
    reached = {"notice": "2025-03-05T12:00:00+08:00", "award": "2025-03-29T12:00:00+08:00"}
    assert set(history.then(rows, reached, None, history.end_of(DURING.date())).reached) == {"notice"}
    # announced, then no longer in force: the line does not claim it
    assert "award" not in history.then(rows, reached, None, TODAY).reached
