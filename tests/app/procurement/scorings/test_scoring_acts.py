"""Scoring: independent, complete, signed and then unchangeable; corrected only on the four grounds (87-55, 87-64)."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.procurement.scorings import queries
from app.procurement.scorings.models import MarkRow, RankingRow, ScoreSheetRow
from app.procurement.scorings.services import (
    CorrectMark,
    FailForTooFewValid,
    JudgeExplanation,
    SaveMarks,
    SignRanking,
    SignSheet,
    correct_mark,
    fail_for_too_few_valid,
    judge_explanation,
    save_marks,
    sign_ranking,
    sign_sheet,
)
from app.procurement.scorings.working import ranking_of
from app.procurement.tenders.models import TenderRow
from app.transparency import chain
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from procurement.case import read_case_file, results
from procurement.stage import Stage
from tests.builders import story as tell


def ranking(unit, story):
    row = unit.session.get(TenderRow, story.ocid)
    return ranking_of(row.facts(), unit.session.get(RankingRow, story.ocid))


def test_marks_through_the_rooms_give_the_totals_of_the_same_case_in_a_file(work):
    """The file's bidders A to D and experts' choices, once read from the file, once walked through the rooms."""
    story = tell.ranked(work)
    [of_file] = results(read_case_file(tell.whole_file()))

    with work() as unit:
        made = ranking(unit, story)
    through_rooms = {"ABCD"[story.bids.index(int(bid.bidder))]: str(bid.total) for bid in made.bids}
    assert through_rooms == {line["bidder"]: line["total_exact"] for line in of_file["ranking"]}
    assert tell.stage_of(work, story) is Stage.RANKED


def test_before_conformity_is_signed_nobody_scores(work):
    story = tell.committee_formed(work)

    with pytest.raises(WrongStage, match="符合性审查"), work() as unit:
        save_marks(unit, SaveMarks(story.leader, story.ocid, story.bids[0], {"T1b": "优"}), tell.SCORED)


def test_everything_unreadable_is_told_at_once_and_nothing_is_kept(work):
    story = tell.conforming(work)

    values = {"T1b": "特优", "T7d": -1, "X9": 1, "T1a": 4}
    with pytest.raises(BadInput) as refusal, work() as unit:
        save_marks(unit, SaveMarks(story.leader, story.ocid, story.bids[0], values), tell.SCORED)

    assert {finding.field for finding in refusal.value.findings} == {"T1b", "T7d", "X9"}
    with work() as unit:
        assert unit.session.scalars(select(MarkRow)).all() == []


def test_who_does_not_sit_cannot_score_and_a_bid_that_failed_is_not_scored(work):
    story = tell.conforming(work, failed={0: "报价缺漏"})
    outside = next(expert for expert in story.experts if expert not in story.members)

    with pytest.raises(NotPermitted), work() as unit:
        save_marks(unit, SaveMarks(outside, story.ocid, story.bids[1], {"T1b": "优"}), tell.SCORED)
    with pytest.raises(BadInput, match="不在评分范围"), work() as unit:
        save_marks(unit, SaveMarks(story.leader, story.ocid, story.bids[0], {"T1b": "优"}), tell.SCORED)


def test_a_sheet_with_gaps_is_not_signed_and_every_gap_is_named(work):
    story = tell.conforming(work)
    tell.mark(work, story, 0)
    with work() as unit:
        save_marks(unit, SaveMarks(story.leader, story.ocid, story.bids[1], {}, cleared=frozenset({"T1b", "B1a"})), tell.SCORED)

    with pytest.raises(BadInput) as refusal, work() as unit:
        sign_sheet(unit, SignSheet(story.leader, story.ocid), tell.SCORED)

    assert {finding.field for finding in refusal.value.findings} == {f"{story.bids[1]}/T1b", f"{story.bids[1]}/B1a"}


@pytest.mark.parametrize(("signing", "scored"), [(0, False), (4, False), (5, True)])
def test_others_sheets_open_with_the_last_signature_and_not_before(work, signing, scored):
    story = tell.conforming(work)
    for expert in range(5):
        tell.mark(work, story, expert)
    for member in story.members[:signing]:
        with work() as unit:
            sign_sheet(unit, SignSheet(member, story.ocid), tell.SCORED)

    assert (tell.stage_of(work, story) is Stage.SCORED) is scored
    with work() as unit:
        if scored:
            assert len(queries.signed_marks(unit.session, story.ocid)) == 5
        else:
            with pytest.raises(NotPermitted):
                queries.signed_marks(unit.session, story.ocid)


def test_a_signed_sheet_is_changed_neither_by_the_service_nor_in_the_database(work):
    story = tell.conforming(work)
    tell.mark(work, story, 0)
    with work() as unit:
        sign_sheet(unit, SignSheet(story.leader, story.ocid), tell.SCORED)

    with pytest.raises(WrongStage, match="六十四条"), work() as unit:
        save_marks(unit, SaveMarks(story.leader, story.ocid, story.bids[0], {"T1b": "差"}), tell.SCORED)
    with pytest.raises(WrongStage), work() as unit:
        sign_sheet(unit, SignSheet(story.leader, story.ocid), tell.SCORED)
    for statement in (
        "UPDATE marks SET value = '\"差\"' WHERE part = 'T1b'",
        "UPDATE marks SET reason = 'x'",
        "DELETE FROM marks",
        "UPDATE score_sheets SET signed_at = NULL",
        "DELETE FROM score_sheets",
        "INSERT INTO marks (sheet_id, bid_id, part, value, reason, correction, saved_at)"
        " SELECT sheet_id, bid_id, 'T99', value, '', '', saved_at FROM marks WHERE part = 'T1a'",
    ):
        with pytest.raises(DBAPIError, match="a signed score sheet is never changed"), work() as unit:
            unit.session.execute(text(statement))


def test_an_unsigned_sheet_may_be_changed_as_often_as_one_likes(work):
    story = tell.conforming(work)
    for value in ("差", "良", "优"):
        with work() as unit:
            save_marks(unit, SaveMarks(story.leader, story.ocid, story.bids[0], {"T1b": value}, {"T1b": "看过"}), tell.SCORED)

    with work() as unit:
        [mark] = unit.session.scalars(select(MarkRow)).all()
        assert (mark.value, mark.reason) == ("优", "看过")


def test_an_expert_who_differs_on_a_fact_is_flagged_and_must_correct_before_the_report_is_signed(work):
    story = tell.scored(work, marks={2: {0: {"T6a": "国家级"}}})
    with work() as unit:
        [flag] = [flag for flag in ranking(unit, story).flags if flag.kind.blocks]
        assert (flag.expert, flag.part, flag.entered, flag.others) == (3, "T6a", Fraction(50), Fraction(20))
        before = {bid.bidder: bid.total for bid in ranking(unit, story).bids}

    with pytest.raises(Unlawful, match="六十四条"), work() as unit:
        sign_ranking(unit, SignRanking(story.leader, story.ocid), tell.RANKED)
    correction = CorrectMark(story.members[2], story.ocid, story.bids[0], "T6a", "市级", "看错了级别")
    with work() as unit:
        correct_mark(unit, correction, tell.RANKED)
    with work() as unit:
        sign_ranking(unit, SignRanking(story.leader, story.ocid), tell.RANKED)

    with work() as unit:
        assert {bid.bidder: bid.total for bid in ranking(unit, story).bids} == before, "the shared value counted all along"
        marks = unit.session.scalars(select(MarkRow).where(MarkRow.correction != "")).all()
        assert [(mark.value, mark.corrected) for mark in marks] == [("国家级", "市级")], "what was signed stays beside it"


def test_a_mark_without_one_of_the_four_grounds_is_not_corrected(work):
    story = tell.scored(work)

    with pytest.raises(BadInput, match="四种情形"), work() as unit:
        correct_mark(unit, CorrectMark(story.members[0], story.ocid, story.bids[0], "T1b", "差", "改主意了"), tell.RANKED)


def test_where_members_differ_on_a_fact_the_one_who_agrees_with_the_bidder_may_also_be_wrong(work):
    """Four members found 省级 proved, one kept what the bidder declared: any of them may correct."""
    story = tell.scored(work, marks={n: {0: {"T6a": "省级"}} for n in range(4)})

    with work() as unit:
        correct_mark(
            unit, CorrectMark(story.members[4], story.ocid, story.bids[0], "T6a", "省级", "证书为省级"), tell.RANKED
        )
    with work() as unit:
        assert not ranking(unit, story).must_correct_before_signing


def test_a_correction_says_why_and_is_ones_own(work):
    story = tell.scored(work, marks={2: {0: {"T6a": "国家级"}, 1: {"T6a": "国家级"}}})

    with pytest.raises(BadInput, match="理由"), work() as unit:
        correct_mark(unit, CorrectMark(story.members[2], story.ocid, story.bids[0], "T6a", "市级", " "), tell.RANKED)
    with work() as unit:  # another member only ever touches the own mark
        correct_mark(unit, CorrectMark(story.members[1], story.ocid, story.bids[0], "T6a", "国家级", "证书为国家级"), tell.RANKED)
        sheet = unit.session.scalars(select(ScoreSheetRow).where(ScoreSheetRow.member_id != 0).order_by(ScoreSheetRow.id)).all()
    assert len(sheet) == 5


def test_an_extreme_mark_is_shown_and_does_not_stand_in_the_way(work):
    story = tell.scored(work, marks={2: {3: {"T1b": "差"}}})

    with work() as unit:
        flags = ranking(unit, story).flags
    assert any(flag.part == "T1b" and flag.expert == 3 for flag in flags)
    tell.ranked(work, story)


def test_only_the_leader_signs_the_report_and_only_once(work):
    story = tell.scored(work)

    with pytest.raises(NotPermitted, match="组长"), work() as unit:
        sign_ranking(unit, SignRanking(story.members[1], story.ocid), tell.RANKED)
    tell.ranked(work, story)
    with pytest.raises(WrongStage), work() as unit:
        sign_ranking(unit, SignRanking(story.leader, story.ocid), tell.RANKED)


@pytest.mark.parametrize(("failing", "lawful"), [(0, False), (1, False), (2, True)])
def test_a_tender_fails_with_two_valid_bids_and_not_with_three(work, failing, lawful):
    story = tell.conforming(work, failed=dict.fromkeys(range(failing), "不符合实质性要求"))
    fail = FailForTooFewValid(story.buyer, story.ocid, "correct", "有效投标人不足三家")

    if lawful:
        with work() as unit:
            fail_for_too_few_valid(unit, fail, tell.SCORED)
        assert tell.stage_of(work, story) is Stage.UNSUCCESSFUL
    else:
        with pytest.raises(Unlawful), work() as unit:
            fail_for_too_few_valid(unit, fail, tell.SCORED)


def test_when_two_valid_bids_were_scored_the_report_cannot_be_signed(work):
    story = tell.scored(work, tell.conforming(work, failed={0: "不符合实质性要求", 1: "不符合实质性要求"}))

    with pytest.raises(Unlawful, match="不足三家"), work() as unit:
        sign_ranking(unit, SignRanking(story.leader, story.ocid), tell.RANKED)


def test_a_part_that_nobody_declared_is_settled_by_what_most_members_found(work):
    assert queries.settled(["市级", "市级", "无"], None) == "市级"
    assert queries.settled(["市级", "无"], "国家级") == "国家级"
    assert queries.settled(["无", "无"], "国家级") == "无"
    assert queries.settled([], None) is None


def test_the_whole_story_is_one_unbroken_log(work):
    story = tell.ranked(work)

    with work() as unit:
        verdict = chain.verify(unit.session)
    assert verdict.holds, (story.ocid, verdict)


# --- abnormally low prices 异常低价 (财库〔2026〕2号: evaluations from 1 February 2026 on) ------------------------------------


@pytest.fixture
def one_bids_low(work):
    """Four bids, one at 3,000,000 yuan below a ceiling of 6,929,000: less than 45 % of it. Scored in March 2026."""
    offers = [{**tell.offers(4)[0], "price": 3000000}, *tell.offers(4)[1:]]
    story = tell.qualified(work, offers=offers)
    story.delay = timedelta(days=365)
    return tell.scored(work, tell.committee_formed(work, story))


def sign(work, story):
    with work() as unit:
        sign_ranking(unit, SignRanking(story.leader, story.ocid), tell.RANKED + story.delay)


def judge(work, story, accepted, reason="成本构成说明可信", actor=None):
    with work() as unit:
        command = JudgeExplanation(actor or story.leader, story.ocid, story.bids[0], accepted, reason)
        judge_explanation(unit, command, tell.RANKED + story.delay)


def test_a_low_price_must_be_judged_before_the_report_is_signed(work, one_bids_low):
    with pytest.raises(Unlawful, match="异常低价"):
        sign(work, one_bids_low)

    judge(work, one_bids_low, accepted=True)

    sign(work, one_bids_low)
    with work() as unit:
        assert str(one_bids_low.bids[0]) in ranking(unit, one_bids_low).valid


def test_only_a_rejected_explanation_makes_a_low_bid_invalid(work, one_bids_low):
    judge(work, one_bids_low, accepted=False, reason="不能说明人员成本")

    with work() as unit:
        made = ranking(unit, one_bids_low)
    assert made.invalid == {str(one_bids_low.bids[0]): "异常低价说明不成立 (87-60)"}
    assert made.base_price == 6240000, "the base is the lowest of the valid bids"
    sign(work, one_bids_low)


def test_the_committee_judges_through_its_leader_and_says_why(work, one_bids_low):
    with pytest.raises(NotPermitted):
        judge(work, one_bids_low, accepted=True, actor=one_bids_low.members[1])
    with pytest.raises(BadInput, match="认定理由"):
        judge(work, one_bids_low, accepted=True, reason=" ")


def test_the_same_price_asked_for_nothing_a_year_earlier(work):
    offers = [{**tell.offers(4)[0], "price": 3000000}, *tell.offers(4)[1:]]
    story = tell.ranked(work, tell.scored(work, offers=offers))

    with work() as unit:
        assert ranking(unit, story).flags == ()
