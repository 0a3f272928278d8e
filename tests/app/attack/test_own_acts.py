"""Nobody approves their own act 不得自批: not in another role, not through a delegate, not on behalf of whoever did it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.accounts import Actor, services
from app.evaluation.results.services import Answer, Object, answer, lapse, object_to, publish
from app.evaluation.schemes.services import TakeStep, approve_scheme
from app.procurement.openings.services import OpenBids, open_bids
from kernel.refusal import BadInput, NotPermitted, Refusal, Unlawful
from kernel.role import Role
from tests.architecture.tree import lifecycles
from tests.builders import evaluation_story as told
from tests.builders import story as tell
from tests.builders.accounts import an_actor, an_organisation

SECOND_PERSON = {
    ("scheme 评估方案", "approve"): "by another than who drafted it",
    ("result 评估结果", "answer"): "by another than who objected",
    ("采购项目", "open"): "watched by another than who presides",
}
"""Steps that take a second person."""
PUBLISHED, OBJECTED = date(2026, 2, 6), date(2026, 2, 10)
JUDGES = ("批准", "答复", "审批", "核准", "复核", "监督")


def test_every_step_that_judges_what_somebody_did_is_known_to_take_a_second_person():
    """A new step of that kind must be thought of here before it can be taken."""
    steps = {(table.name, step.act): step.zh for table in lifecycles() for step in table.steps}
    judging = {place for place, zh in steps.items() if any(word in zh for word in JUDGES)}
    assert judging <= set(SECOND_PERSON)
    assert set(SECOND_PERSON) <= set(steps)


@dataclass(frozen=True)
class Again:
    """The same person in every guise: ``who`` did the first act, the others try the second."""

    who: Actor
    second: Actor

    def guises(self) -> dict[str, Actor]:
        """The second role as that person, as its delegate, and through somebody who acts for that person."""
        first, colleague = self.who, 10**6
        return {
            "in another role": replace(self.second, person_id=first.person_id, name=first.name),
            "on behalf of a colleague": replace(self.second, person_id=first.person_id, delegator_id=self.second.person_id),
            "by a delegate": replace(self.second, person_id=colleague, delegator_id=first.person_id),
        }


GUISES = ["in another role", "on behalf of a colleague", "by a delegate"]


@pytest.mark.parametrize("guise", GUISES)
@pytest.mark.parametrize("how", ["in person", "on behalf"])
def test_whoever_drafted_a_scheme_does_not_approve_it(app, work, guise, how):
    """政府采购法 第六十一条."""
    story = told.a_story().handed_over().with_rubric()
    drafter = story.buyer if how == "in person" else replace(story.buyer, person_id=story.agency.person_id, delegator_id=story.buyer.person_id)
    story.drafted(drafter)
    second = Again(story.buyer, story.second_buyer).guises()[guise]
    if second.person_id == 10**6:
        second = replace(second, person_id=story.body.person_id)
    with pytest.raises(Refusal) as refusal, work() as unit:
        approve_scheme(unit, TakeStep(second, story.scheme_id), told.at(told.APPROVED))
    assert isinstance(refusal.value, NotPermitted | Unlawful)
    story.approved()


@pytest.mark.parametrize("guise", GUISES)
def test_whoever_objected_does_not_answer(app, work, guise):
    story = told.a_story().all_signed().computed()
    story.step(lapse, story.body, PUBLISHED).step(publish, story.body, PUBLISHED)
    with work() as unit:
        said = Object(story.buyer, story.result_id, "陈望舒", "0755-2345", "C1 抽样有误, 请复核。")
        number = object_to(unit, said, told.at(OBJECTED))
        unit.session.flush()
        number = number.id
    own = Again(story.buyer, story.second_buyer).guises()[guise]
    with pytest.raises(NotPermitted), work() as unit:
        answer(unit, Answer(own, number, "抽样无误", False), told.at(OBJECTED))
    with work() as unit:
        answer(unit, Answer(story.second_buyer, number, "抽样无误", False), told.at(OBJECTED))


def test_nobody_watches_over_their_own_opening(work):
    """财政部令第87号 第三十九条: the overseer is another person, also where one person holds both offices."""
    story = tell.with_bids(work)
    with work() as unit:
        office = an_organisation(unit, services.Kind.OVERSIGHT)
        unit.session.flush()
        services.appoint(unit, services.Appoint(story.buyer.person_id, office.id, Role.OVERSEER, Actor.clock()), tell.REGISTERED)
        watcher = an_actor(unit, Role.OVERSEER)
    with pytest.raises(BadInput) as refusal, work() as unit:
        open_bids(unit, OpenBids(story.buyer, story.ocid, story.buyer.person_id, "第一开标室"), tell.CLOSE)
    assert [finding.field for finding in refusal.value.findings] == ["overseer_id"]
    by_delegate = replace(story.buyer, person_id=watcher.person_id, delegator_id=story.buyer.person_id)
    for own in (watcher.person_id, story.buyer.person_id):
        with pytest.raises(BadInput), work() as unit:
            open_bids(unit, OpenBids(by_delegate, story.ocid, own, "第一开标室"), tell.CLOSE)
    with work() as unit:
        open_bids(unit, OpenBids(story.buyer, story.ocid, watcher.person_id, "第一开标室"), tell.CLOSE)
