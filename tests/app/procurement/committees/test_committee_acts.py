"""The committee: drawn from a published seed, free of ties, odd and five at least (财政部令第87号 第四十五至四十九条)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.procurement.committees import queries
from app.procurement.committees.models import CommitteeRow
from app.procurement.committees.services import (
    ConcludeConformity,
    Declare,
    DrawCommittee,
    FormCommittee,
    NameRepresentative,
    Redraw,
    RegisterExpert,
    conclude_conformity,
    declare,
    draw_committee,
    form_committee,
    name_representative,
    redraw,
    register_expert,
)
from app.procurement.qualifications.services import Conclusion
from kernel.lot import order_by_lot
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from procurement.committee import Ground
from procurement.stage import Stage
from tests.builders import story as tell
from tests.builders.accounts import an_actor


@pytest.fixture
def waiting(work):
    """A qualified tender and a pool of eight experts."""
    return tell.with_pool(work, tell.qualified(work))


def drawn(work, story, experts=5, seed=tell.SEED):
    with work() as unit:
        draw_committee(unit, DrawCommittee(story.buyer, story.ocid, seed, experts, tell.EVALUATION), tell.DRAWN)
        seats = [(seat.id, seat.person_id) for seat in queries.members(unit.session, story.ocid)]
    by_person = {expert.person_id: expert for expert in story.experts}
    return [(id, by_person[person]) for id, person in seats]


def test_anybody_can_draw_again_from_the_seed_and_gets_the_same_people(work, waiting):
    seats = drawn(work, waiting)

    with work() as unit:
        made = unit.session.get(CommitteeRow, waiting.ocid).draw
    again = order_by_lot(made["seed"], waiting.ocid, made["pool"])[:5]
    assert [str(member.person_id) for _, member in seats] == list(again)


def test_without_a_seed_nobody_is_drawn(work, waiting):
    with pytest.raises(BadInput, match="种子"), work() as unit:
        draw_committee(unit, DrawCommittee(waiting.buyer, waiting.ocid, " ", 5, tell.EVALUATION), tell.DRAWN)


def test_a_draw_earlier_than_two_working_days_before_the_evaluation_is_refused_before_anybody_is_drawn(work, waiting):
    """财库〔2016〕198号 第十四条: found out only when the committee is formed, the draw could not be mended any more."""
    later = tell.EVALUATION + timedelta(days=14)
    with pytest.raises(Unlawful, match="198号 第十四条") as refused, work() as unit:
        draw_committee(unit, DrawCommittee(waiting.buyer, waiting.ocid, tell.SEED, 5, later), tell.DRAWN)

    assert [found.field for found in refused.value.findings] == ["evaluation_at"]
    with work() as unit:
        assert unit.session.get(CommitteeRow, waiting.ocid) is None


def test_an_expert_employed_by_the_buyer_is_not_in_the_draw(work, waiting):
    with work() as unit:
        insider = an_actor(unit, tell.Role.EXPERT)
        buyer = waiting.case["notice"]["purchaser"]
        register_expert(unit, RegisterExpert(waiting.finance, insider.person_id, insider.name, buyer), tell.REGISTERED)
    drawn(work, waiting)

    with work() as unit:
        made = unit.session.get(CommitteeRow, waiting.ocid).draw
    assert str(insider.person_id) in made["excluded"]
    assert str(insider.person_id) not in made["pool"]


@pytest.mark.parametrize(("experts", "lawful"), [(3, False), (4, False), (5, True), (6, False)])
def test_five_and_odd_is_lawful_four_and_six_are_not(work, waiting, experts, lawful):
    seats = drawn(work, waiting, experts)
    for _, member in seats:
        with work() as unit:
            declare(unit, Declare(member, waiting.ocid), tell.DECLARED)

    def form():
        with work() as unit:
            form_committee(unit, FormCommittee(waiting.buyer, waiting.ocid, seats[0][0]), tell.FORMED)

    if lawful:
        form()
        assert tell.stage_of(work, waiting) is Stage.COMMITTEE
    else:
        with pytest.raises(Unlawful):
            form()


def test_who_has_a_tie_leaves_and_the_next_lot_takes_the_seat(work, waiting):
    seats = drawn(work, waiting)
    with pytest.raises(BadInput), work() as unit:
        declare(unit, Declare(seats[2][1], waiting.ocid, (Ground.EMPLOYED,)), tell.DECLARED)  # says not what tie
    with work() as unit:
        declare(unit, Declare(seats[2][1], waiting.ocid, (Ground.EMPLOYED,), "2023年曾任其督导"), tell.DECLARED)
    with work() as unit:
        redraw(unit, Redraw(waiting.buyer, waiting.ocid), tell.DECLARED)
        members = queries.members(unit.session, waiting.ocid)
        made = unit.session.get(CommitteeRow, waiting.ocid).draw

    sitting = [seat.person_id for seat in members if seat.left_at is None]
    assert seats[2][1].person_id not in sitting
    assert len(sitting) == 5
    assert str(members[-1].person_id) == order_by_lot(made["seed"], waiting.ocid, made["pool"])[5]
    with pytest.raises(BadInput), work() as unit:
        redraw(unit, Redraw(waiting.buyer, waiting.ocid), tell.DECLARED)  # nobody is missing


def test_everything_that_keeps_a_committee_from_standing_is_told_at_once(work, waiting):
    seats = drawn(work, waiting)
    for _, member in seats[1:]:
        with work() as unit:
            declare(unit, Declare(member, waiting.ocid), tell.DECLARED)

    with pytest.raises(Unlawful) as refusal, work() as unit:
        form_committee(unit, FormCommittee(waiting.buyer, waiting.ocid, 0), tell.FORMED)

    assert {finding.field for finding in refusal.value.findings} == {"members", "leader"}


def test_the_buyers_representative_may_sit_but_not_lead(work, waiting):
    with work() as unit:
        person = an_actor(unit, tell.Role.BUYER)
    name = NameRepresentative(waiting.buyer, waiting.ocid, person.person_id, person.name)
    with pytest.raises(WrongStage), work() as unit:
        name_representative(unit, name, tell.DRAWN)  # there is no committee to sit on yet
    seats = drawn(work, waiting, experts=4)
    with work() as unit:
        name_representative(unit, name, tell.DRAWN)
    with work() as unit:
        [deputy] = [seat for seat in queries.members(unit.session, waiting.ocid) if seat.capacity == "buyer_representative"]
    for member in [person, *(member for _, member in seats)]:
        with work() as unit:
            declare(unit, Declare(member, waiting.ocid), tell.DECLARED)

    with pytest.raises(Unlawful, match="采购人代表不得担任评标组长"), work() as unit:
        form_committee(unit, FormCommittee(waiting.buyer, waiting.ocid, deputy.id), tell.FORMED)


def test_only_the_leader_enters_what_the_committee_agreed(work):
    story = tell.committee_formed(work)
    agreed = [Conclusion(story.bids[0], "1", True)]

    with pytest.raises(NotPermitted, match="组长"), work() as unit:
        conclude_conformity(unit, ConcludeConformity(story.members[1], story.ocid, agreed), tell.CONFORMITY)
    with pytest.raises(NotPermitted), work() as unit:
        conclude_conformity(unit, ConcludeConformity(story.buyer, story.ocid, agreed), tell.CONFORMITY)
    with work() as unit:
        conclude_conformity(unit, ConcludeConformity(story.leader, story.ocid, agreed), tell.CONFORMITY)


def test_conformity_is_closed_once_signed(work):
    story = tell.conforming(work)

    with pytest.raises(WrongStage), work() as unit:
        conclude_conformity(
            unit, ConcludeConformity(story.leader, story.ocid, [Conclusion(story.bids[0], "1", True)]), tell.CONFORMITY
        )


def test_a_person_who_does_not_sit_sees_no_bid_of_the_committee(work, client, sign_in_as, clock_at):
    story = tell.committee_formed(work)
    clock_at(tell.CONFORMITY)
    outside = next(expert for expert in story.experts if expert not in story.members)
    sign_in_as(client, outside)

    for page in ("conformity", "committee/declaration", "scoring", "ranking"):
        assert client.get(f"/tenders/{story.ocid}/{page}").status_code == 403, page
