"""Pages of scoring: own sheet only, everything typed survives, constant statements, and numbers a stranger recomputes."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import func, select

from app.procurement.scorings.models import MarkRow, RankingRow, ScoreSheetRow
from app.procurement.scorings.services import SaveMarks, SignSheet, save_marks, sign_sheet
from app.transparency.models import LogLine
from procurement.case import read_case_file, results
from rubric.reading import load_yaml
from tests.builders import story as tell


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def filled(story, bid=0, **but):
    """One bid's form as a browser sends it."""
    form = {}
    rubric = story.rubric
    for id, value in {**tell.choices(rubric, tell.offers(4)[bid], 0), **but}.items():
        if isinstance(value, dict):
            form |= {f"{id}.{grade}": str(count) for grade, count in value.items()}
        elif isinstance(value, list):
            form[id] = ", ".join(map(str, value))
        else:
            form[id] = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return form


@pytest.fixture
def scoring(work, client, sign_in_as, clock_at):
    """A tender whose sheets are open, with the leader signed in."""
    story = tell.conforming(work)
    clock_at(tell.SCORED)
    sign_in_as(client, story.leader)
    return story


def test_objective_parts_hold_what_the_bidder_declared(client, scoring):
    shown = page(client, f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}")

    assert "客观分" in shown
    assert "附件一 证书扫描件" in shown
    assert re.search(r'name="T6a" value="市级" checked', shown)
    assert not re.search(r'name="T1b" value="[^"]+" checked', shown), "a judgement is never prefilled"


def test_a_saved_bid_shows_its_points_and_leads_to_the_next(client, scoring):
    next_bid = scoring.bids[1]
    answer = client.post(
        f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}", data=filled(scoring) | {"onward": str(next_bid), "reason.T1": "计划完整"}
    )

    assert answer.status_code == 303
    assert answer.location.endswith(f"/scoring/{next_bid}")
    shown = page(client, f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}")
    assert "计划完整" in shown
    assert "已评 90 分中" in shown


def test_a_form_with_an_error_keeps_everything_and_saves_nothing(client, scoring, work):
    sent = filled(scoring, T7d="很多", B1a="-3") | {"reason.T1": "逐项核对过"}

    answer = client.post(f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}", data=sent)

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="很多"' in shown
    assert 'value="-3"' in shown
    assert "逐项核对过" in shown
    assert re.search(r'name="T1b" value="优" checked', shown)
    with work() as unit:
        assert unit.session.scalar(select(func.count()).select_from(MarkRow)) == 0


def test_a_double_click_saves_once(client, scoring, work):
    sent = filled(scoring) | {"once": "0123456789abcdefghijkl"}
    first, second = (client.post(f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}", data=sent) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    with work() as unit:
        saved = select(func.count()).select_from(LogLine).where(LogLine.act == "scoring.save")
        assert unit.session.scalar(saved) == 1


def test_signing_too_early_names_everything_that_is_missing(client, scoring):
    client.post(f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}", data=filled(scoring))

    answer = client.post(f"/tenders/{scoring.ocid}/scoring/sign")

    parts = len(scoring.rubric.parts())
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count("未评分 ") == 3 * parts


def test_nobody_reads_anothers_sheet_or_who_has_scored_before_all_have_signed(client, sign_in_as, scoring, work):
    with work() as unit:
        values = {"T1b": "差", "T2b": "差"}
        save_marks(unit, SaveMarks(scoring.members[1], scoring.ocid, scoring.bids[0], values, {"T1b": "很一般的方案"}), tell.SCORED)
    readers = (scoring.leader, scoring.buyer, scoring.finance, scoring.overseer)
    for reader in readers:
        sign_in_as(client, reader)
        assert client.get(f"/tenders/{scoring.ocid}/ranking").status_code == 403
        shown = page(client, f"/tenders/{scoring.ocid}/scoring")
        assert "很一般的方案" not in shown
        assert scoring.members[1].name not in shown
    sign_in_as(client, scoring.members[2])
    assert 'value="差" checked' not in page(client, f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}")


def test_a_signed_sheet_can_be_read_but_offers_no_act(client, scoring, work):
    tell.mark(work, scoring, 0)
    with work() as unit:
        sign_sheet(unit, SignSheet(scoring.leader, scoring.ocid), tell.SCORED)

    shown = page(client, f"/tenders/{scoring.ocid}/scoring/{scoring.bids[0]}")
    assert "评分表不能再改" in shown
    assert "保存本份" not in shown
    assert "disabled" in shown


def test_the_ranking_shows_its_working_to_those_who_may_and_to_nobody_else(client, sign_in_as, clock_at, work):
    story = tell.ranked(work)
    clock_at(tell.RANKED)
    for reader in (story.buyer, story.finance, story.overseer, story.members[3]):
        sign_in_as(client, reader)
        shown = page(client, f"/tenders/{story.ocid}/ranking")
        assert "6240000 ÷ 6929000 × 10 = 9.005629…（4800/533）" in shown
        assert all(member.name in shown for member in story.members)
    outside = next(expert for expert in story.experts if expert not in story.members)
    for reader in (outside, story.suppliers[0]):
        sign_in_as(client, reader)
        assert client.get(f"/tenders/{story.ocid}/ranking").status_code == 403


def test_the_case_file_gives_a_stranger_the_very_same_totals(client, sign_in_as, clock_at, work):
    story = tell.ranked(work)
    clock_at(tell.RANKED)
    sign_in_as(client, story.overseer)

    text = page(client, f"/tenders/{story.ocid}/ranking/case.yaml")

    [again] = results(read_case_file(load_yaml(text)))
    with work() as unit:
        kept = unit.session.get(RankingRow, story.ocid).result
    assert again == json.loads(json.dumps(kept))


def test_a_flagged_member_corrects_on_the_page_and_the_leader_signs(client, sign_in_as, clock_at, work):
    story = tell.scored(work, marks={2: {0: {"T6a": "国家级"}}})
    clock_at(tell.RANKED)
    address = f"/tenders/{story.ocid}/ranking"
    sign_in_as(client, story.leader)
    refused = client.post(f"{address}/sign")
    assert refused.status_code == 422
    assert "请该成员更正本人评分" in refused.get_data(as_text=True)
    assert "更正我的评分" in page(client, address), "the leader too stands on one side of a disagreement"
    sign_in_as(client, story.members[2])
    bid = str(story.bids[0])
    without = client.post(f"{address}/correction", data={"bid": bid, "part": "T6a", f"{bid}.T6a": "市级", "reason": ""})
    assert without.status_code == 422
    assert "请写明更正理由" in without.get_data(as_text=True)

    made = client.post(f"{address}/correction", data={"bid": bid, "part": "T6a", f"{bid}.T6a": "市级", "reason": "看错了级别"})

    assert made.status_code == 303
    sign_in_as(client, story.leader)
    assert client.post(f"{address}/sign").status_code == 303
    shown = page(client, address)
    assert all(word in shown for word in ("更正记录", "看错了级别", "已签署"))


def test_sheet_and_ranking_ask_the_database_the_same_number_of_times_for_three_and_for_thirty_bids(
    client, sign_in_as, clock_at, work, statements
):
    seen = {"scoring": [], "ranking": [], "award": [], "conformity": []}
    for bidders, ocid in ((3, "cp-2025-0003"), (30, "cp-2025-0030")):
        story = tell.scored(work, bidders=bidders, ocid=ocid)
        clock_at(tell.SCORED)
        sign_in_as(client, story.leader)
        for name in ("scoring", "conformity", "ranking"):
            with statements() as asked:
                page(client, f"/tenders/{ocid}/{name}")
            seen[name].append(len(asked))
        tell.awarded(work, tell.ranked(work, story))
        sign_in_as(client, story.suppliers[0])
        with statements() as asked:
            page(client, f"/tenders/{ocid}/award")
        seen["award"].append(len(asked))
    assert {name: few for name, (few, _) in seen.items()} == {name: many for name, (_, many) in seen.items()}
    assert max(few for few, _ in seen.values()) <= 12


def test_a_members_workbench_leads_to_the_next_thing_to_do(client, sign_in_as, clock_at, work):
    story = tell.committee_formed(work)
    clock_at(tell.CONFORMITY)
    sign_in_as(client, story.leader)
    assert "符合性审查: " in page(client, "/workbench")
    tell.conforming(work, story)
    assert "评分: " in page(client, "/workbench")
    tell.scored(work, story)
    assert "签署评标报告: " in page(client, "/workbench")
    sign_in_as(client, story.members[1])
    assert story.case["name"] not in page(client, "/workbench")


def test_sheets_are_one_per_member(work):
    story = tell.scored(work)

    with work() as unit:
        assert unit.session.scalar(select(func.count()).select_from(ScoreSheetRow)) == len(story.members)
