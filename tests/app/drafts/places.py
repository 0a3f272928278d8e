"""Where every autosaved form is met: its page, who fills it in when, and what is handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from app.accounts import Actor
from app.evaluation.results import services as results
from app.store import unit_of_work
from kernel.role import Role
from procurement.contract import LongTermGround
from tests.builders import story as tell
from tests.builders.accounts import an_actor
from tests.builders.evaluation_story import APPROVED, COMPUTED, DRAFTED, RUBRIC, TOLD, Story, a_story
from tests.builders.evaluation_story import at as on
from tests.builders.rooms import DURING, NOTICE, PUBLISHED, a_case, a_draft, a_published_tender, a_supplier

OCID = "cp-2025-0001"
CASE = yaml.safe_dump(a_case(), allow_unicode=True, sort_keys=False)
FILE = {"kind": "service_agency", "legal_representative": "陈明", "address": "社工路8号", "phone": "0755-3", "business": "社会工作"}
SCHEME = {
    "kind": "final", "name": "方案", "grading": "contract", "professional": "100", "folding": "", "work_begins": "2026-01-19",
    "sheets_due": "2026-01-23", "statement": "5", "publicity": "5",
}  # fmt: skip


@dataclass
class Place:
    """Where the form is, who fills it in when, and what is handed in; what the page carries hidden goes along."""

    address: str
    actor: Actor
    moment: Any
    act: dict[str, Any] = field(default_factory=dict)


# --- the forms -------------------------------------------------------------------------------------------------------


def a_buyer() -> Actor:
    with unit_of_work() as work:
        return an_actor(work, Role.BUYER)


def a_tender_of(buyer: Actor, make: Callable[..., Any]) -> Actor:
    with unit_of_work() as work:
        make(work, buyer)
    return buyer


def new_tender() -> Place:
    return Place("/tenders/new", a_buyer(), PUBLISHED, {"ocid": OCID, "jurisdiction": "national", "case_text": CASE})


def redraft() -> Place:
    return Place(f"/tenders/{OCID}/redraft", a_tender_of(a_buyer(), a_draft), PUBLISHED, {"case_text": CASE})


def publish() -> Place:
    sent = {"bids_close": "2025-03-27T09:30", "documents_until": "2025-03-17", **NOTICE}
    return Place(f"/tenders/{OCID}/publish", a_tender_of(a_buyer(), a_draft), PUBLISHED, sent)


def correct() -> Place:
    sent = {"bids_close": "2025-04-10T09:30", "documents_until": "2025-03-28", **NOTICE, "text": "原文三名, 现为四名", "same_object": "y"}
    return Place(f"/tenders/{OCID}/correct", a_tender_of(a_buyer(), a_published_tender), DURING, sent)


def end_tender() -> Place:
    return Place(f"/tenders/{OCID}/terminate", a_tender_of(a_buyer(), a_published_tender), DURING, {"reason": "机构改革"})


def new_file() -> Place:
    with unit_of_work() as work:
        return Place("/suppliers/new", an_actor(work, Role.SUPPLIER), DURING, FILE)


def own_file() -> Place:
    with unit_of_work() as work:
        actor, row = a_supplier(work)
        work.session.flush()
        return Place(f"/suppliers/{row.id}/edit", actor, DURING, FILE)


def contract() -> Place:
    story = tell.awarded(unit_of_work)
    sent = {
        "number": "HT-9", "starts_on": "2025-04-01", "years": "3", "amount": "6929000",
        "payments": "签订后 30%\n中期 36%\n期满评估后 尾款", "grounds": [ground.value for ground in LongTermGround],
    }  # fmt: skip
    return Place(f"/tenders/{story.ocid}/contract", story.buyer, tell.DRAWN_UP, sent)


def end_contract() -> Place:
    story = tell.contracted(unit_of_work)
    sent = {"ground": "agreed", "ended_on": "2025-09-20", "earned": "3492975.34", "reason": "双方书面协商一致"}
    return Place(f"/contracts/{story.contract_id}/terminate", story.buyer, tell.at("2025-09-20"), sent)


def rubric() -> Place:
    return Place("/rubrics/new", a_story().body, on(DRAFTED), {"text": RUBRIC, "name": ""})


def new_scheme() -> Place:
    story = a_story().handed_over().with_rubric()
    return Place(f"/subjects/{story.subject_id}/schemes/new", story.body, on(DRAFTED), SCHEME | {"rubric": str(story.rubric_id)})


def redraft_scheme() -> Place:
    story = a_story().handed_over().with_rubric().drafted()
    return Place(f"/evaluations/{story.scheme_id}/redraft", story.body, on(APPROVED), SCHEME | {"rubric": str(story.rubric_id)})


def abandon() -> Place:
    story = a_story().handed_over().with_rubric().drafted().approved()
    return Place(f"/evaluations/{story.scheme_id}/abandon", story.second_buyer, on(TOLD), {"reason": "本年度不再评估"})


def recuse() -> Place:
    story = a_story().handed_over().with_rubric().drafted().approved().told().assigned()
    address = f"/evaluations/{story.scheme_id}/evaluators/{story.assignment_ids[0]}/recuse"
    return Place(address, story.body, on(TOLD, 16), {"reason": "曾任督导"})


def computed() -> Story:
    return a_story().all_signed(("26", "28", "27")).computed()


def published() -> Story:
    story = computed()
    return story.step(results.lapse, story.body, on(COMPUTED).date().replace(month=2, day=3)).step(
        results.publish, story.body, on(COMPUTED).date().replace(month=2, day=3)
    )


OBJECTED = on(COMPUTED.replace(month=2, day=5))


def statement() -> Place:
    story = computed()
    return Place(f"/results/{story.result_id}/statement", story.agency, on(COMPUTED, 15), {"statement": "无异议"})


def objection() -> Place:
    story = published()
    return Place(f"/results/{story.result_id}/objection", story.agency, OBJECTED, {"name": "晨光", "contact": "1", "text": "有误"})


def answer() -> Place:
    story = published()
    with unit_of_work() as work:
        row = results.object_to(work, results.Object(story.agency, story.result_id, "晨光", "1", "抽样有误"), OBJECTED)
        work.session.flush()
        id = row.id
    return Place(f"/results/{story.result_id}/objections/{id}/answer", story.body, OBJECTED, {"answer": "抽样无误"})


def order() -> Place:
    story = computed()
    sent = {"found": "缺结案评估", "asked": "补齐", "due": "2026-02-27"}
    return Place(f"/results/{story.result_id}/rectifications/new", story.body, on(COMPUTED, 15), sent)


def mend() -> Place:
    story = published()
    with unit_of_work() as work:
        command = results.Order(story.body, story.result_id, "", "缺结案评估", "补齐", COMPUTED.replace(month=2, day=27))
        row = results.order_rectification(work, command, OBJECTED)
        work.session.flush()
        id = row.id
    return Place(f"/results/{story.result_id}/rectifications/{id}", story.agency, OBJECTED, {"proof": "已补齐"})


FORMS = {
    # class of the form             where it is met, and a field that takes long
    "tenders.DraftForm": [(new_tender, "case_text")],
    "tenders.RedraftForm": [(redraft, "case_text")],
    "tenders.PublishForm": [(publish, "buyer_address")],
    "tenders.CorrectForm": [(correct, "text")],
    "tenders.TerminateForm": [(end_tender, "reason")],
    "suppliers.SupplierForm": [(new_file, "business"), (own_file, "business")],
    "contracts.DrawUpForm": [(contract, "payments")],
    "contracts.TerminateForm": [(end_contract, "reason")],
    "rubrics.KeepForm": [(rubric, "text")],
    "schemes.SchemeForm": [(new_scheme, "name"), (redraft_scheme, "name")],
    "schemes.AbandonForm": [(abandon, "reason")],
    "assignments.RecuseForm": [(recuse, "reason")],
    "results.StateForm": [(statement, "statement")],
    "results.ObjectForm": [(objection, "text")],
    "results.AnswerForm": [(answer, "answer")],
    "results.OrderForm": [(order, "found")],
    "results.MendForm": [(mend, "proof")],
}
