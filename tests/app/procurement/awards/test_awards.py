"""The award: first in rank unless the law lets another be; announced with every field; each bidder told its own (87-68, 87-69)."""

from __future__ import annotations

import pytest

from app.procurement.awards.models import AwardRow
from app.procurement.awards.notice import notice_lines, terms
from app.procurement.awards.services import (
    AnnounceAward,
    DecideAward,
    NextCandidate,
    announce_award,
    decide_award,
    next_candidate,
)
from app.procurement.tenders.models import TenderRow
from kernel.lot import order_by_lot
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from law import law_at
from procurement.stage import Stage
from tests.builders import story as tell
from tests.builders.accounts import an_actor


def decide(work, story, at=tell.DECIDED, **but):
    with work() as unit:
        decide_award(unit, DecideAward(but.pop("actor", story.buyer), story.ocid, **but), at)


def held(work, story):
    with work() as unit:
        return unit.session.get(AwardRow, story.ocid)


def test_the_first_candidate_wins_at_the_price_as_bid(work):
    story = tell.ranked(work)
    decide(work, story)

    award = held(work, story)
    assert (award.bid_id, award.rank, award.amount) == (story.bids[3], 1, 692900000)
    assert tell.stage_of(work, story) is Stage.RANKED, "decided is not announced"


@pytest.mark.parametrize(("day", "late"), [("2025-03-11", False), ("2025-03-12", False), ("2025-03-13", True)])
def test_the_decision_is_due_five_working_days_after_the_report(work, day, late):
    """The report was signed on Wednesday 5 March 2025: the fifth working day after it is Wednesday 12 March."""
    story = tell.ranked(work)
    decide(work, story, at=tell.at(day))

    assert held(work, story).decision["late"] is late


def test_another_candidate_needs_a_lawful_reason_and_its_reason_is_public(work):
    story = tell.ranked(work)
    with pytest.raises(BadInput, match="法定理由"):
        decide(work, story, passed_over={story.bids[3]: "  "})
    with pytest.raises(BadInput, match="不是中标候选人"):
        decide(work, story, passed_over={story.bids[2]: "第四名不是候选人"})
    with pytest.raises(BadInput, match="重新开展采购"):
        decide(work, story, passed_over={story.bids[place]: "查实提供虚假材料" for place in (3, 0, 1)})

    decide(work, story, passed_over={story.bids[3]: "查实提供虚假材料"})

    with work() as unit:
        announce_award(unit, AnnounceAward(story.buyer, story.ocid, "和平路1号"), tell.ANNOUNCED)
    award = held(work, story)
    assert award.bid_id == story.bids[0]
    assert ("未按排名次序确定的理由", "查实提供虚假材料") in notice_lines(award)


def test_a_tie_is_drawn_from_a_published_seed_that_anybody_can_repeat(work):
    """A and B bid the same, and every expert marks both alike."""
    alike = tell.offers(1)[0]
    story = tell.ranked(work, tell.scored(work, offers=[alike, alike, *tell.offers(4)[1:3]]))
    with pytest.raises(BadInput, match="种子"):
        decide(work, story)

    decide(work, story, seed="2025-03-07 上证综指 3372.55")

    first = order_by_lot("2025-03-07 上证综指 3372.55", f"{story.ocid}#1", [str(bid) for bid in story.bids[:2]])[0]
    assert str(held(work, story).bid_id) == first
    with work() as unit:
        announce_award(unit, AnnounceAward(story.buyer, story.ocid, "和平路1号"), tell.ANNOUNCED)
    assert any(name == "并列候选人的抽取" and "3372.55" in text for name, text in notice_lines(held(work, story)))


def test_only_the_own_buyer_decides_once_and_only_on_a_signed_report(work):
    story = tell.scored(work)
    with work() as unit:
        stranger = an_actor(unit)
    with pytest.raises(WrongStage):
        decide(work, story)
    tell.ranked(work, story)
    with pytest.raises(NotPermitted):
        decide(work, story, actor=stranger)
    with pytest.raises(NotPermitted):
        decide(work, story, actor=story.finance)
    decide(work, story)
    with pytest.raises(WrongStage):
        decide(work, story)


def test_the_notice_has_every_field_of_article_69_or_is_not_published(work):
    story = tell.decided(work)
    with pytest.raises(BadInput, match="中标人地址"), work() as unit:
        announce_award(unit, AnnounceAward(story.buyer, story.ocid), tell.ANNOUNCED)  # the winner's file has no address
    assert tell.stage_of(work, story) is Stage.RANKED

    tell.awarded(work, story)

    told = dict(notice_lines(held(work, story)))
    assert tell.stage_of(work, story) is Stage.AWARDED
    for name in ("采购人", "项目名称", "项目编号", "中标人", "中标人地址", "中标金额", "主要标的", "服务范围和要求", "服务期限", "评审专家"):
        assert told[name], name
    assert told["评审专家"] == "、".join(member.name for member in story.members)
    assert told["公告期限"] == "1个工作日, 至 2025年3月11日 星期二"


@pytest.mark.parametrize(("day", "late"), [("2025-03-10", False), ("2025-03-11", False), ("2025-03-12", True)])
def test_the_notice_is_due_two_working_days_after_the_decision(work, day, late):
    """Decided on Friday 7 March 2025."""
    story = tell.decided(work)
    with work() as unit:
        announce_award(unit, AnnounceAward(story.buyer, story.ocid, "和平路1号"), tell.at(day))

    assert held(work, story).notice["late"] is late


def test_what_follows_is_counted_from_the_notice(work):
    story = tell.awarded(work)

    with work() as unit:
        found = {term.limit.step: str(term.day) for term in terms(unit.session.get(AwardRow, story.ocid), law_at(tell.ANNOUNCED.date()))}
    assert found["notice_ends"] == "2025-03-11"  # one working day
    assert found["challenge"] == "2025-03-20"  # seven working days from its end
    assert found["contract"] == "2025-04-09"  # thirty days
    assert found["contract_notice"] == "2025-04-11"  # two working days
    assert found["contract_filing"] == "2025-04-18"  # seven working days


def test_when_the_winner_will_not_sign_the_next_candidate_is_decided_and_announced_anew(work):
    story = tell.awarded(work)
    with pytest.raises(Unlawful), work() as unit:
        next_candidate(unit, NextCandidate(story.buyer, story.ocid, " "), tell.DRAWN_UP)

    with work() as unit:
        next_candidate(unit, NextCandidate(story.buyer, story.ocid, "来函放弃中标"), tell.DRAWN_UP)

    award = held(work, story)
    assert award.bid_id == story.bids[0]
    assert award.announced_at is None
    assert [each["bid"] for each in award.decision["refused"]] == [story.bids[3]]
    assert tell.stage_of(work, story) is Stage.RANKED


def test_a_bidder_reads_its_own_score_and_rank_and_nobody_elses(client, sign_in_as, clock_at, work):
    story = tell.decided(work, tell.ranked(work))
    clock_at(tell.DECIDED)
    address = f"/tenders/{story.ocid}/award"
    sign_in_as(client, story.suppliers[1])
    assert client.get(address).status_code == 404, "decided, not announced: nothing to see yet"
    tell.awarded(work, story)
    clock_at(tell.ANNOUNCED)

    shown = client.get(address).get_data(as_text=True)

    assert "74.78" in shown
    assert "第 3 名" in shown
    assert "42.32" not in shown
    assert "91.95" not in shown
    assert "采购结果告知书" in client.get(f"{address}/letter").get_data(as_text=True)
    sign_in_as(client, story.suppliers[3])
    assert "中标通知书" in client.get(f"{address}/letter").get_data(as_text=True)
    with work() as unit:
        outsider = an_actor(unit, tell.Role.SUPPLIER)
    sign_in_as(client, outsider)
    assert client.get(address).status_code == 403


def test_a_bidder_that_failed_a_review_is_told_its_own_reason(client, sign_in_as, clock_at, work):
    story = tell.awarded(work, tell.ranked(work, tell.scored(work, tell.conforming(work, failed={2: "报价清单缺漏"}))))
    clock_at(tell.ANNOUNCED)
    sign_in_as(client, story.suppliers[2])

    shown = client.get(f"/tenders/{story.ocid}/award").get_data(as_text=True)

    assert "符合性审查不通过: 报价清单缺漏" in shown
    assert "投标无效" in shown


def test_the_buyer_decides_and_announces_on_the_page_and_a_refused_form_keeps_its_words(client, sign_in_as, clock_at, work):
    story = tell.ranked(work)
    clock_at(tell.DECIDED)
    sign_in_as(client, story.buyer)
    address = f"/tenders/{story.ocid}/award"
    assert "确定中标人: " in client.get("/workbench").get_data(as_text=True)
    wrong = client.post(f"{address}/decide", data={f"reason.{story.bids[2]}": "第四名的理由"})
    assert wrong.status_code == 422
    assert "不是中标候选人" in wrong.get_data(as_text=True)
    twice = [client.post(f"{address}/decide", data={"once": "0123456789abcdefghijkl"}) for _ in range(2)]
    assert {answer.status_code for answer in twice} == {303}

    refused = client.post(f"{address}/announce", data={"winner_address": "", "agency_fee": "按标准下浮 20%"})
    assert refused.status_code == 422
    assert "按标准下浮 20%" in refused.get_data(as_text=True)
    assert client.post(f"{address}/announce", data={"winner_address": "和平路1号"}).status_code == 303
    assert "接下来的期限" in client.get(address).get_data(as_text=True)
    with work() as unit:
        assert "award" in unit.session.get(TenderRow, story.ocid).reached
