"""评标委员会: size, shares, who may not sit, and a draw that anybody can repeat."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.lot import lot_number
from kernel.refusal import BadInput
from procurement.committee import (
    Capacity,
    Committee,
    Draw,
    Ground,
    Member,
    Relation,
    attendance_findings,
    composition,
    draw,
    draw_is_true,
    recusals,
    required_size,
)
from procurement.method import Method
from tests.builders.procurement import LAW_2025, a_committee, a_pool, a_tender

TENDER = a_tender()


def problems(committee: Committee, **but: object) -> list[str]:
    return [f.zh for f in composition(committee, a_tender(**but), LAW_2025)]


def test_four_experts_and_one_representative_may_evaluate() -> None:
    assert problems(a_committee()) == []


@pytest.mark.parametrize(("experts", "representatives", "sound"), [(3, 1, False), (4, 1, True), (5, 1, False), (5, 2, True), (4, 3, False)])
def test_five_or_more_odd_and_two_thirds_experts(experts: int, representatives: int, sound: bool) -> None:
    """87号令 第四十七条: 4 is too few, 6 is even, 4 of 7 experts are less than two thirds."""
    assert (problems(a_committee(experts, representatives)) == []) is sound


def test_exactly_two_thirds_of_experts_are_enough() -> None:
    assert problems(a_committee(6, 3)) == []


@pytest.mark.parametrize(("budget", "size"), [(999_999_999, 5), (1_000_000_000, 7), (1_000_000_001, 7)])
def test_ten_million_yuan_ask_for_seven(budget: int, size: int) -> None:
    assert required_size(a_tender(budget=budget), LAW_2025) == size


def test_the_documents_may_ask_for_more_never_for_fewer() -> None:
    more = replace(TENDER.committee, minimum=9)
    fewer = replace(TENDER.committee, minimum=3)
    assert required_size(a_tender(committee=more), LAW_2025) == 9
    assert required_size(a_tender(committee=fewer), LAW_2025) == 5


def test_a_consultation_group_may_be_three() -> None:
    """财库〔2014〕214号 第十四条."""
    tender = a_tender(method=Method.CONSULTATION, committee=replace(TENDER.committee, minimum=None))
    assert required_size(tender, LAW_2025) == 3


def test_the_buyer_s_representative_needs_a_letter_and_does_not_lead() -> None:
    """87号令 第四十五条."""
    committee = a_committee()
    *experts, representative = committee.members
    led = replace(committee, members=(*experts, replace(representative, leader=True, authorised=False)))
    found = problems(led)
    assert any("不得担任评标组长" in zh for zh in found)
    assert any("授权函" in zh for zh in found)
    assert any("只能有一名组长" in zh for zh in found)


@pytest.mark.parametrize("employer", [TENDER.buyer, TENDER.organiser])
def test_experts_do_not_judge_for_their_own_house(employer: str) -> None:
    """87号令 第四十七条."""
    committee = a_committee()
    first, *others = committee.members
    assert len(problems(replace(committee, members=(replace(first, employer=employer), *others)))) == 1


def test_self_selected_experts_need_consent() -> None:
    """87号令 第四十八条."""
    committee = a_committee()
    first, *others = committee.members
    chosen = replace(committee, members=(replace(first, self_selected=True), *others))
    assert len(problems(chosen)) == 1
    assert problems(replace(chosen, consent=True)) == []


# --- recusal 回避 ------------------------------------------------------------------------------------------------------

EVALUATION = date(2025, 3, 4)


@pytest.mark.parametrize(
    ("ended", "bars"), [(date(2022, 3, 3), False), (date(2022, 3, 4), True), (date(2022, 3, 5), True), (None, True)]
)
def test_employment_counts_for_three_years(ended: date | None, bars: bool) -> None:
    """政府采购法实施条例 第九条: three years to the day still count."""
    assert Relation("e1", "甲", Ground.EMPLOYED, ended).bars(EVALUATION) is bars


@pytest.mark.parametrize("ground", list(Ground))
def test_each_of_the_five_grounds_bars(ground: Ground) -> None:
    [finding] = recusals([Relation("e1", "甲", ground)], {"e1"}, {"甲"}, EVALUATION)
    assert finding.cites == "政府采购法实施条例 第九条"


def test_family_does_not_expire() -> None:
    assert Relation("e1", "甲", Ground.FAMILY, date(2000, 1, 1)).bars(EVALUATION)


def test_relations_with_others_do_not_bar() -> None:
    relations = [Relation("e1", "不投标的机构", Ground.EMPLOYED), Relation("e9", "甲", Ground.EMPLOYED)]
    assert recusals(relations, {"e1"}, {"甲"}, EVALUATION) == ()


def test_members_do_not_attend_the_opening() -> None:
    """87号令 第四十条."""
    assert [f.zh for f in attendance_findings(["e2", "guest"], a_committee())] == ["评标委员会成员不得参加开标活动: 专家2"]


# --- draw 随机抽取 -----------------------------------------------------------------------------------------------------


def test_anybody_can_repeat_the_draw_with_a_common_tool() -> None:
    assert lot_number("seed", "cp-2025-0001", "e7") == hashlib.sha256(b"seed|cp-2025-0001|e7").hexdigest()
    made = draw("公布的种子", "cp-2025-0001", a_pool(), 4)
    by_hand = sorted(made.pool, key=lambda p: hashlib.sha256(f"公布的种子|cp-2025-0001|{p}".encode()).hexdigest())
    assert list(made.drawn) == by_hand[:4]


@given(st.text(min_size=1).filter(str.strip), st.permutations(range(12)), st.integers(1, 12))
def test_the_order_of_the_pool_changes_nothing(seed: str, order: list[int], seats: int) -> None:
    pool = a_pool()
    assert draw(seed, "t", [pool[n] for n in order], seats) == draw(seed, "t", pool, seats)


@given(st.integers(0, 10_000))
def test_taking_out_somebody_who_was_not_drawn_changes_nobody(seed: int) -> None:
    made = draw(str(seed), "t", a_pool(), 5)
    bystander = next(p for p in made.pool if p not in made.drawn)
    assert draw(str(seed), "t", a_pool(), 5, excluded={bystander}).drawn == made.drawn


def test_those_who_must_recuse_and_supervisors_are_not_drawn() -> None:
    pool = (*a_pool(4), replace(a_pool(5)[4], finance_supervisor=True))
    made = draw("s", "t", pool, 3, excluded={"e1"})
    assert set(made.drawn) == {"e2", "e3", "e4"}
    assert made.excluded == ("e1", "e5")


def test_a_draw_needs_a_seed_and_enough_people() -> None:
    with pytest.raises(BadInput) as refusal:
        draw(" ", "t", a_pool(3), 4)
    assert [f.field for f in refusal.value.findings] == ["seed", "pool"]


def test_a_draw_that_was_tampered_with_is_found() -> None:
    made = draw("s", TENDER.ocid, a_pool(), 4, drawn_on=date(2025, 3, 4))
    other = next(p for p in made.pool if p not in made.drawn)
    false = replace(made, drawn=(other, *made.drawn[1:]))
    assert draw_is_true(made, TENDER.ocid)
    assert not draw_is_true(false, TENDER.ocid)


@pytest.mark.parametrize(("drawn_on", "sound"), [(date(2025, 2, 27), False), (date(2025, 2, 28), True), (date(2025, 3, 4), True)])
def test_the_draw_is_two_working_days_before_the_evaluation_at_most(drawn_on: date, sound: bool) -> None:
    """财库〔2016〕198号 第十四条: Friday 28 February + 2 working days = Tuesday 4 March 2025."""
    made = draw("s", TENDER.ocid, a_pool(), 4, drawn_on=drawn_on)
    names = {c.person: c for c in a_pool()}
    members = tuple(Member(p, names[p].name, employer=names[p].employer) for p in made.drawn)
    representative = Member("r1", "代表", Capacity.BUYER_REPRESENTATIVE, authorised=True)
    committee = Committee(TENDER.ocid, (*members, representative), EVALUATION, made)
    assert (problems(committee) == []) is sound


def test_a_member_who_was_not_drawn_is_found() -> None:
    made = Draw("s", tuple(c.person for c in a_pool()), draw("s", TENDER.ocid, a_pool(), 3).drawn)
    outsider = next(p for p in made.pool if p not in made.drawn)
    members = tuple(Member(p, p) for p in (*made.drawn, outsider))
    representative = Member("r1", "代表", Capacity.BUYER_REPRESENTATIVE, authorised=True)
    assert any("未经随机抽取" in zh for zh in problems(Committee(TENDER.ocid, (*members, representative), EVALUATION, made)))
