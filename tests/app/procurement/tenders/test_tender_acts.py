"""Drafting, publishing, closing, ending: what the table allows, with every finding at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.procurement.tenders import queries
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import (
    CloseTender,
    DraftTender,
    FailTender,
    PublishTender,
    RedraftTender,
    TerminateTender,
    close_tender,
    draft_tender,
    fail_tender,
    publish_tender,
    redraft_tender,
    terminate_tender,
)
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Missing, NotPermitted, Stale, Unlawful, WrongStage
from kernel.role import Role
from procurement.stage import Progress, Stage
from tests.builders.accounts import an_actor
from tests.builders.rooms import BIDS_CLOSE, DRAFTED, DURING, NOTICE, PUBLISHED, a_case, a_draft, a_published_tender

OCID = "cp-2025-0001"
UNTIL = date(2025, 3, 17)


@pytest.fixture
def buyer(work):
    with work() as unit:
        return an_actor(unit, Role.BUYER)


def row(session, ocid=OCID):
    session.rollback()
    return session.get(TenderRow, ocid)


def at(day):
    return datetime(2025, 3, day, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(("day", "lawful"), [(24, False), (25, True), (26, True)], ids=["short", "exact", "over"])
def test_twenty_days_lie_between_the_documents_and_the_deadline(work, session, buyer, day, lawful):
    """政府采购法 第三十五条. Published on 2025-03-05: the first lawful deadline is on the 25th."""
    with work() as unit:
        a_draft(unit, buyer)
    if lawful:
        with work() as unit:
            publish_tender(unit, PublishTender(buyer, OCID, at(day), UNTIL, NOTICE), PUBLISHED)
        assert row(session).stage is Stage.TENDERING
    else:
        with pytest.raises(Unlawful) as refusal, work() as unit:
            publish_tender(unit, PublishTender(buyer, OCID, at(day), UNTIL, NOTICE), PUBLISHED)
        [finding] = refusal.value.findings
        assert (finding.field, finding.need, finding.cites) == ("bids_close", "最早 2025-03-25", "政府采购法 第三十五条")
        assert row(session).stage is Stage.DRAFT


def test_a_publication_is_told_everything_that_is_wrong_at_once(work, session, buyer):
    case = a_case()
    case["scoring"]["sections"][2]["weight"] = 45
    notice = NOTICE | {"contact_phone": " ", "opening_place": ""}
    with work() as unit:
        a_draft(unit, buyer, case=case)

    with pytest.raises(Unlawful) as refusal, work() as unit:
        publish_tender(unit, PublishTender(buyer, OCID, at(20), date(2025, 3, 6), notice), PUBLISHED)

    fields = [finding.field for finding in refusal.value.findings]
    assert {"contact_phone", "opening_place", "bids_close", "documents_until"} <= set(fields)
    assert any(field.startswith("scoring") for field in fields)
    assert row(session).published_at is None


def test_a_notice_without_its_fields_is_not_published(work, buyer):
    """财政部令第87号 第十三条."""
    with work() as unit:
        a_draft(unit, buyer)
    with pytest.raises(Unlawful) as refusal, work() as unit:
        publish_tender(unit, PublishTender(buyer, OCID, BIDS_CLOSE, UNTIL, {}), PUBLISHED)
    assert {finding.field for finding in refusal.value.findings} == set(NOTICE)
    assert {finding.cites for finding in refusal.value.findings} == {"财政部令第87号 第十三条"}


def test_a_draft_keeps_what_is_faulty_but_not_what_cannot_be_read(work, session, buyer):
    faulty = a_case()
    faulty["notice"]["budget_yuan"] = None
    with work() as unit:
        draft_tender(unit, DraftTender(buyer, OCID, faulty), DRAFTED)
    assert row(session).budget is None

    unreadable = a_case(price={"form": "by_guess", "ceiling": -1})
    unreadable["notice"]["method"] = "抽签"
    with pytest.raises(BadInput) as refusal, work() as unit:
        draft_tender(unit, DraftTender(buyer, "cp-2025-0002", unreadable), DRAFTED)
    assert len(refusal.value.findings) >= 3


def test_invented_bids_of_a_case_file_do_not_come_into_the_house(work, session, buyer):
    with work() as unit:
        draft_tender(unit, DraftTender(buyer, OCID, a_case(cases=[{"id": "x"}], expected_results=[1])), DRAFTED)
    assert not {"cases", "expected_results"} & set(row(session).case)


@pytest.mark.parametrize("ocid", ["", "CP-1", "a b", "a/b", "-a", "编号", "a" * 65])
def test_a_number_that_cannot_stand_in_an_address_is_refused(work, buyer, ocid):
    with pytest.raises(BadInput) as refusal, work() as unit:
        draft_tender(unit, DraftTender(buyer, ocid, a_case()), DRAFTED)
    assert refusal.value.findings[0].field == "ocid"


def test_a_number_is_used_once(work, buyer):
    with work() as unit:
        a_draft(unit, buyer)
    with pytest.raises(BadInput, match="已被使用"), work() as unit:
        a_draft(unit, buyer)


def test_documents_are_replaced_in_draft_only_and_by_who_saw_the_latest(work, session, buyer):
    """Once published, only 更正公告 may change them (财政部令第87号 第二十七条)."""
    with work() as unit:
        a_draft(unit, buyer)
    seen = row(session).version
    with work() as unit:
        redraft_tender(unit, RedraftTender(buyer, OCID, a_case(name="改名后的项目"), seen), DRAFTED)
    assert row(session).title == "改名后的项目"
    with pytest.raises(Stale), work() as unit:
        redraft_tender(unit, RedraftTender(buyer, OCID, a_case(), seen), DRAFTED)
    with work() as unit:
        publish_tender(unit, PublishTender(buyer, OCID, BIDS_CLOSE, UNTIL, NOTICE), PUBLISHED)
    with pytest.raises(WrongStage), work() as unit:
        redraft_tender(unit, RedraftTender(buyer, OCID, a_case(), row(session).version), DURING)


def test_another_buyer_can_do_nothing_with_it(work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
        a_draft(unit, buyer, "cp-2025-0002")
        other, supplier = an_actor(unit, Role.BUYER), an_actor(unit, Role.SUPPLIER)
    for actor in (other, supplier):
        with pytest.raises(NotPermitted), work() as unit:
            terminate_tender(unit, TerminateTender(actor, OCID, "理由"), DURING)
        with pytest.raises(NotPermitted), work() as unit:
            publish_tender(unit, PublishTender(actor, "cp-2025-0002", BIDS_CLOSE, UNTIL, NOTICE), PUBLISHED)


@pytest.mark.parametrize(
    ("moment", "closes"),
    [(BIDS_CLOSE - timedelta(microseconds=1), False), (BIDS_CLOSE, True), (BIDS_CLOSE + timedelta(days=1), True)],
)
def test_only_time_closes_a_tender(work, session, buyer, moment, closes):
    with work() as unit:
        a_published_tender(unit, buyer)
    if closes:
        with work() as unit:
            close_tender(unit, CloseTender(OCID), moment)
        assert row(session).stage is Stage.CLOSED
        assert row(session).reached["bidding"] == BIDS_CLOSE.isoformat(), "bidding ended at the deadline, not when noted"
    else:
        with pytest.raises(Unlawful), work() as unit:
            close_tender(unit, CloseTender(OCID), moment)
    with work() as unit:
        a_published_tender(unit, buyer, "cp-2025-0002")
    with pytest.raises(NotPermitted), work() as unit:
        close_tender(unit, CloseTender("cp-2025-0002", buyer), BIDS_CLOSE)


def test_the_clock_is_told_what_is_due(work, session, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
        a_published_tender(unit, buyer, "cp-2025-0002", bids_close=BIDS_CLOSE + timedelta(days=1))
    assert queries.due_to_close(session, BIDS_CLOSE - timedelta(seconds=1)) == []
    assert queries.due_to_close(session, BIDS_CLOSE) == [OCID]


def test_a_tender_is_terminated_for_a_reason_and_only_before_the_deadline_is_noted(work, session, buyer):
    """财政部令第87号 第二十九条."""
    with work() as unit:
        a_published_tender(unit, buyer)
    with pytest.raises(Unlawful), work() as unit:
        terminate_tender(unit, TerminateTender(buyer, OCID, "  "), DURING)
    with work() as unit:
        terminate_tender(unit, TerminateTender(buyer, OCID, "机构改革, 任务取消"), DURING)
    assert (row(session).stage, row(session).outcome["reason"]) == (Stage.TERMINATED, "机构改革, 任务取消")


def test_failing_needs_its_ground(work, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
        unit.session.flush()
        close_tender(unit, CloseTender(OCID), BIDS_CLOSE)
    enough = FailTender(buyer, OCID, "correct", "理由", Progress(bids=3))
    with pytest.raises(Unlawful), work() as unit:
        fail_tender(unit, enough, BIDS_CLOSE)


def test_each_act_leaves_one_line_and_a_refused_act_leaves_none(work, session, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    with pytest.raises(Unlawful), work() as unit:
        terminate_tender(unit, TerminateTender(buyer, OCID, ""), DURING)
    session.rollback()
    acts = [line.act for line in session.scalars(select(LogLine).order_by(LogLine.sequence)) if "tender" in line.act]
    assert acts == ["tender.draft", "tender.publish"]


def test_a_draft_does_not_exist_for_anybody_else(work, session, buyer):
    with work() as unit:
        a_draft(unit, buyer)
        others = [an_actor(unit, role) for role in (Role.BUYER, Role.SUPPLIER, Role.FINANCE, Role.OVERSEER)]
    assert queries.tender_for(session, OCID, buyer)[0].ocid == OCID
    for other in others:
        with pytest.raises(Missing):
            queries.tender_for(session, OCID, other)
        assert queries.tenders_for(session, other) == []
    with pytest.raises(Missing):
        queries.published_notice(session, OCID)


@pytest.mark.parametrize(("seconds", "stage", "open_tenders"), [(-1, Stage.TENDERING, 1), (0, Stage.CLOSED, 0), (1, Stage.CLOSED, 0)])
def test_a_stage_goes_by_the_clock_before_anybody_has_written_it_down(work, session, buyer, seconds, stage, open_tenders):
    with work() as unit:
        a_published_tender(unit, buyer)
    moment = BIDS_CLOSE + timedelta(seconds=seconds)
    assert queries.stage_now(Stage.TENDERING, BIDS_CLOSE, moment) is stage
    assert len(queries.open_for_bids(session, moment)) == open_tenders
    assert len(queries.due_to_close(session, moment)) == 1 - open_tenders


def test_pages_of_a_list_follow_each_other_without_gap_or_repetition(work, session, buyer):
    with work() as unit:
        for n in range(7):
            a_draft(unit, buyer, f"cp-{n}", now=DRAFTED + timedelta(minutes=n // 2))
    seen, after = [], ""
    while True:
        found = queries.tenders_for(session, buyer, after=after, limit=3)
        seen += [line.ocid for line in found[:3]]
        if len(found) <= 3:
            break
        after = seen[-1]
    assert seen == ["cp-6", "cp-5", "cp-4", "cp-3", "cp-2", "cp-1", "cp-0"]


@pytest.mark.parametrize(("text", "found"), [("社区矫正", 1), ("cp-2025", 1), ("100%", 0), ("_", 0), ("/", 0), ("评估", 0)])
def test_a_search_finds_what_is_written_and_takes_signs_as_signs(work, session, buyer, text, found):
    with work() as unit:
        a_draft(unit, buyer)
    assert len(queries.tenders_for(session, buyer, text=text)) == found


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SUPPLIER, Role.BUYER])
def test_a_mark_on_the_list_does_not_tell_whether_somebody_elses_draft_exists(work, session, role):
    """?after= names the last tender of the page before: a foreign draft's number answers like a number that nobody used."""
    with work() as unit:
        a_published_tender(unit, an_actor(unit), "cp-2025-0001")
        a_draft(unit, an_actor(unit), "cp-2025-0009", now=DRAFTED + timedelta(hours=1))
        reader = an_actor(unit, role)
        a_published_tender(unit, reader if role is Role.BUYER else an_actor(unit), "cp-2025-0002")
    foreign, unused = (queries.tenders_for(session, reader, after=ocid) for ocid in ("cp-2025-0009", "cp-2025-0008"))
    assert foreign == unused
    assert queries.tenders_for(session, reader)
