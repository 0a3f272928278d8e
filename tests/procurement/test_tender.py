"""采购项目的流程: the table, step by step; what is not in it cannot happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kernel.refusal import Finding, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from procurement.stage import Progress, Stage
from procurement.tender import TENDER
from tests.builders.procurement import LAW_2025, a_tender, at


def take(stage: Stage, act: str, by: Role = Role.BUYER, **progress: Any) -> Stage:
    tender = a_tender(stage=stage, progress=Progress(**progress))
    return TENDER.take(tender, act, by=by, law=LAW_2025).target  # type: ignore[return-value]


@pytest.mark.parametrize(("seconds", "closes"), [(-1, False), (0, True), (1, True)])
def test_the_clock_closes_at_the_deadline_and_not_a_second_before(seconds: int, closes: bool) -> None:
    moment = at("2025-03-03") + timedelta(seconds=seconds)
    if closes:
        assert take(Stage.TENDERING, "close", Role.CLOCK, at=moment) is Stage.CLOSED
    else:
        with pytest.raises(Unlawful):
            take(Stage.TENDERING, "close", Role.CLOCK, at=moment)


def test_nobody_but_the_clock_closes() -> None:
    with pytest.raises(NotPermitted):
        take(Stage.TENDERING, "close", Role.BUYER, at=at("2025-03-03"))


@pytest.mark.parametrize(("bids", "opens"), [(0, False), (2, False), (3, True), (4, True)])
def test_two_bids_are_not_opened_three_are(bids: int, opens: bool) -> None:
    """87号令 第四十一条. The other branch is the only one open to two."""
    if opens:
        assert take(Stage.CLOSED, "open", bids=bids, at=at("2025-03-03")) is Stage.OPENED
        with pytest.raises(Unlawful):
            take(Stage.CLOSED, "fail", bids=bids)
    else:
        with pytest.raises(Unlawful):
            take(Stage.CLOSED, "open", bids=bids, at=at("2025-03-03"))
        assert take(Stage.CLOSED, "fail", Role.CLOCK, bids=bids) is Stage.UNSUCCESSFUL


def test_it_is_not_opened_before_the_deadline() -> None:
    with pytest.raises(Unlawful) as refusal:
        take(Stage.CLOSED, "open", bids=4, at=at("2025-03-03", "09:29"))
    assert [f.cites for f in refusal.value.findings] == ["财政部令第87号 第三十九条"]


@pytest.mark.parametrize(("qualified", "goes_on"), [(2, False), (3, True), (4, True)])
def test_the_branch_after_qualification(qualified: int, goes_on: bool) -> None:
    """87号令 第四十三条, 第四十四条."""
    given = {"bids": 4, "reviewed": 4, "qualified": qualified, "reason": "合格投标人不足三家"}
    if goes_on:
        assert take(Stage.OPENED, "qualify", **given) is Stage.QUALIFIED
        with pytest.raises(Unlawful):
            take(Stage.OPENED, "fail", **given)
    else:
        with pytest.raises(Unlawful):
            take(Stage.OPENED, "qualify", **given)
        assert take(Stage.OPENED, "fail", **given) is Stage.UNSUCCESSFUL


def test_a_bid_without_a_conclusion_stops_the_review() -> None:
    with pytest.raises(Unlawful):
        take(Stage.OPENED, "qualify", bids=4, reviewed=3, qualified=3)


@pytest.mark.parametrize(("signed", "scored"), [(4, False), (5, True)])
def test_scoring_ends_with_the_last_signature(signed: int, scored: bool) -> None:
    """87号令 第五十五条."""
    if scored:
        assert take(Stage.COMMITTEE, "score", Role.EXPERT, sheets_due=5, sheets_signed=signed) is Stage.SCORED
    else:
        with pytest.raises(Unlawful):
            take(Stage.COMMITTEE, "score", Role.EXPERT, sheets_due=5, sheets_signed=signed)


def test_scoring_without_any_sheet_is_no_scoring() -> None:
    with pytest.raises(Unlawful):
        take(Stage.COMMITTEE, "score", Role.EXPERT, sheets_due=0, sheets_signed=0)


@pytest.mark.parametrize(("valid", "ranked"), [(2, False), (3, True)])
def test_two_valid_bids_are_not_ranked(valid: int, ranked: bool) -> None:
    """政府采购法 第三十六条."""
    if ranked:
        assert take(Stage.SCORED, "rank", valid=valid) is Stage.RANKED
    else:
        with pytest.raises(Unlawful):
            take(Stage.SCORED, "rank", valid=valid)
        assert take(Stage.SCORED, "fail", valid=valid, reason="有效投标人2家, 少于3家") is Stage.UNSUCCESSFUL


@pytest.mark.parametrize(
    ("stage", "act"),
    [(Stage.QUALIFIED, "form_committee"), (Stage.RANKED, "award"), (Stage.AWARDED, "sign_contract")],
)
def test_what_the_module_of_the_step_found_stands_in_its_way(stage: Stage, act: str) -> None:
    take(stage, act)
    with pytest.raises(Unlawful):
        take(stage, act, outstanding=(Finding("members", "评标委员会成员人数不足"),))


def test_failing_and_terminating_need_their_reason() -> None:
    for stage, act, progress in ((Stage.TENDERING, "terminate", {}), (Stage.COMMITTEE, "fail", {"valid": 2})):
        with pytest.raises(Unlawful):
            take(stage, act, **progress)
    assert take(Stage.TENDERING, "terminate", reason="重大变故, 采购任务取消") is Stage.TERMINATED


def test_a_winner_who_refuses_gives_way_to_the_next() -> None:
    """政府采购法实施条例 第四十九条."""
    assert take(Stage.AWARDED, "next_candidate", reason="中标人书面放弃") is Stage.RANKED


@pytest.mark.parametrize("stage", [s for s in Stage if s.is_final])
def test_nothing_leads_out_of_an_end(stage: Stage) -> None:
    assert TENDER.steps_from(stage) == ()
    with pytest.raises(WrongStage):
        take(stage, "publish")


def test_every_stage_can_be_reached_and_has_a_chinese_name() -> None:
    reached = {Stage.DRAFT} | {step.target for step in TENDER.steps}
    assert reached == set(Stage)
    assert len({stage.zh for stage in Stage}) == len(Stage)


def test_a_consultation_needs_three_too() -> None:
    tender = replace(a_tender(stage=Stage.CLOSED), progress=Progress(bids=2, at=at("2025-03-03")))
    with pytest.raises(Unlawful):
        TENDER.take(tender, "open", by=Role.BUYER, law=LAW_2025)
