"""Every form that says ``autosaved``: kept while it is typed, one's own, overwritten by nobody, gone with its act."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from wtforms import PasswordField, TextAreaField

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.drafts.models import DraftRow
from app.drafts.services import KEPT, forget_old
from app.evaluation.results import services as results
from app.store import unit_of_work
from app.transparency.models import LogLine
from app.web.forms import RoomForm
from kernel.role import Role
from procurement.contract import LongTermGround
from tests.builders import story as tell
from tests.builders.accounts import an_actor, an_organisation
from tests.builders.evaluation_story import APPROVED, COMPUTED, DRAFTED, RUBRIC, TOLD, Story, a_story
from tests.builders.evaluation_story import at as on
from tests.builders.rooms import DURING, NOTICE, PUBLISHED, a_case, a_draft, a_published_tender, a_supplier

OCID = "cp-2025-0001"
TYPED = "写到一半的内容 <b>&"
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
ELSEWISE = {
    "tenders.CaseForm": "the part that two forms share",
    "assignments.DeclareForm": "a tick, and a note where there is a conflict; read and signed in one go",
    "committees.DeclareForm": "the same before the review of bids",
    "openings.FailForm": "a ground from the list and its sentence, at the opening itself",
    "awards.NextForm": "one sentence in a fold of the award's page",
    "contracts.RenewForm": "a decision and its sentence in a fold of the contract's page",
    "contracts.SettleForm": "an amount and its sentence in a fold of the contract's page",
    "contracts.SupplementForm": "an amount and its sentence in a fold of the contract's page",
    "lawdesk.CheckForm": "public, and promises that nothing is kept",
    "web.SampleForm": "stands on the page of components and does nothing",
}
BY_HAND = {
    # template with a paragraph of its own      how it is kept, or why not
    "procurement/bids/form.html": "data-autosave",
    "procurement/scorings/sheet.html": "data-autosave",
    "evaluation/sheets/show.html": "data-autosave",
    "procurement/scorings/ranking.html": "the reason of one mark, in a fold, after all have signed",
    "procurement/qualifications/parts.html": "openings.FailForm, drawn there",
    "procurement/contracts/show.html": "contracts.SettleForm, in its fold",
    "lawdesk/parts.html": "questions to the law desk: public, in the address, nothing kept",
}
LONG = 6
"""Fields from which on a form takes long without a paragraph to write."""


# --- what a page carries ---------------------------------------------------------------------------------------------


def opened(browser: Any, address: str) -> tuple[str, dict[str, str]]:
    """The page, and what its form carries hidden."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text, carried(answer.text)


def carried(page: str) -> dict[str, str]:
    form = page.split('id="own-form"')[1].split("</form>")[0]
    hidden = (tag for tag in re.findall(r"<input[^>]*>", form) if 'type="hidden"' in tag)
    return {re.search(r'name="([^"]*)"', tag)[1]: html.unescape(re.search(r'value="([^"]*)"', tag)[1]) for tag in hidden}


def kept(session: Any) -> list[DraftRow]:
    session.rollback()
    return list(session.scalars(select(DraftRow)))


def lines(session: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(LogLine))


def in_page(text: str, page: str) -> bool:
    return text in html.unescape(page)


EACH = [pytest.param(*each, id=each[0].__name__) for places in FORMS.values() for each in places]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # both databases: the tests of one form below
@pytest.mark.parametrize(("make", "long"), EACH)
def test_a_draft_is_kept_until_its_act_for_its_author_alone(
    make, long, app, client, work, session, clock_at, sign_in_as, statements
) -> None:
    place = make()
    clock_at(place.moment)
    sign_in_as(client, place.actor)
    before = lines(session)
    first, second = (opened(client, place.address)[1] for _ in range(2))

    saved = client.post("/drafts", data={**first, long: TYPED})
    assert saved.status_code == 200, saved.text
    assert saved.json["saved"]
    assert [row.fields[long] for row in kept(session)] == [[TYPED]]
    assert not {"csrf_token", "once", "drawn", "draft"} & set(kept(session)[0].fields)
    assert lines(session) == before, "it is no act, and in no log"

    # a second window: told, and nothing overwritten, whether it saves or acts
    refused = client.post("/drafts", data={**second, long: "另一个窗口"})
    assert (refused.status_code, "另一窗口" in refused.json["conflict"]) == (409, True)
    acted = client.post(place.address, data={**place.act, **second, long: place.act.get(long, "另一个窗口")})
    assert acted.status_code in (409, 422)
    assert in_page("已在另一窗口保存过", acted.text)
    assert (lines(session), kept(session)[0].fields[long]) == (before, [TYPED])

    # signed out and in again, on another machine: there it is, with its time, for one statement
    client.post("/sign-out")
    again = app.test_client()
    sign_in_as(again, place.actor)
    again.get(place.address)
    with statements() as seen:
        page, window = opened(again, place.address)
    assert in_page(TYPED, page)
    assert "自动保存的草稿" in page
    assert f"{kept(session)[0].saved_at:%H:%M}" in page
    assert len([each for each in seen if "drafts" in each]) == 1

    # nobody else: not a colleague in the same chair, not with what the page carries
    with work() as unit:
        house = unit.session.get(OrganisationRow, place.actor.organisation_id)
        others = [an_actor(unit, place.actor.role, house), an_actor(unit, place.actor.role, an_organisation(unit, house.kind))]
    for other in others:
        browser = app.test_client()
        sign_in_as(browser, other)
        for address in (place.address, "/workbench"):
            seen = browser.get(address).text
            assert not in_page(TYPED, seen)
            assert "自动保存的草稿" not in seen
        assert browser.post("/drafts", data={**window, long: "别人"}).status_code == 403
        assert browser.post("/drafts", data={**window, "put_away": "1"}).status_code == 403
    assert kept(session)[0].fields[long] == [TYPED]

    # the act takes it along; what was still on its way does not bring it back
    done = again.post(place.address, data={**window, **place.act})
    assert done.status_code == 303, done.text
    assert kept(session) == []
    assert again.post("/drafts", data={**window, long: "迟到的"}).status_code == 409
    assert kept(session) == []


# --- what only some do -----------------------------------------------------------------------------------------------


@pytest.fixture
def scheme(client, clock_at, sign_in_as):
    place = redraft_scheme()
    clock_at(place.moment)
    sign_in_as(client, place.actor)
    return place


def test_a_draft_put_away_gives_the_form_back_as_it_was(client, scheme, session) -> None:
    _, window = opened(client, scheme.address)
    client.post("/drafts", data={**window, "name": TYPED})
    assert in_page(TYPED, client.get(scheme.address).text)

    answer = client.post("/drafts", data={**window, "put_away": "1"})

    assert (answer.status_code, answer.location) == (303, scheme.address)
    assert kept(session) == []
    shown = client.get(scheme.address).text
    assert not in_page(TYPED, shown)
    assert "第一年度期末绩效评估方案" in shown


def test_what_a_colleague_changed_since_is_not_undone_by_an_old_draft(app, client, scheme, work, sign_in_as, session) -> None:
    client.post("/drafts", data={**opened(client, scheme.address)[1], "name": TYPED})
    with work() as unit:
        colleague = an_actor(unit, scheme.actor.role, unit.session.get(OrganisationRow, scheme.actor.organisation_id))
    browser = app.test_client()
    sign_in_as(browser, colleague)
    sent = {**opened(browser, scheme.address)[1], **scheme.act, "name": "同事改的名称"}
    assert browser.post(scheme.address, data=sent).status_code == 303
    assert len(kept(session)) == 1, "another's act closes only their own draft"

    page, _ = opened(client, scheme.address)
    assert "同事改的名称" in page
    assert not in_page(TYPED, page)
    assert "草稿没有填入" in page

    asked, window = opened(client, f"{scheme.address}?draft=1")
    assert in_page(TYPED, asked)
    assert client.post(scheme.address, data={**scheme.act, **window, "name": TYPED}).status_code == 303


def test_a_refused_form_goes_on_in_its_own_window(client, scheme) -> None:
    _, window = opened(client, scheme.address)
    wrong = client.post(scheme.address, data={**scheme.act, **window, "name": "", "users": "一半"})
    assert wrong.status_code == 422
    assert "自动保存的草稿" not in wrong.text, "what stands there is what was sent"
    late = client.post("/drafts", data={**window, "name": "发出时还在保存的"})
    assert late.status_code == 200

    again = carried(wrong.text)
    assert client.post("/drafts", data={**again, "name": "改好的"}).status_code == 200
    assert client.post(scheme.address, data={**scheme.act, **again}).status_code == 303


def test_who_was_told_of_the_other_window_may_decide(client, scheme, session) -> None:
    first, second = (opened(client, scheme.address)[1] for _ in range(2))
    client.post("/drafts", data={**first, "name": TYPED})

    told = client.post(scheme.address, data={**scheme.act, **second})
    assert told.status_code == 422

    assert client.post(scheme.address, data={**scheme.act, **carried(told.text)}).status_code == 303
    assert kept(session) == []


@pytest.mark.parametrize("drawn", ["", "x", "WzEsMSwidGVuZGVycy5uZXciLCIvIl0.AAAA"])
def test_only_who_was_shown_a_form_keeps_a_draft_of_it(client, scheme, session, drawn) -> None:
    assert client.post("/drafts", data={"drawn": drawn, "draft": "0.a.", "name": "x"}).status_code == 403
    assert kept(session) == []


def test_without_scripts_the_form_is_what_it_was(client, scheme, session) -> None:
    page, window = opened(client, scheme.address)
    assert 'method="post"' in page
    plain = {name: text for name, text in window.items() if name not in ("draft", "drawn")}
    assert client.post(scheme.address, data={**scheme.act, **plain}).status_code == 303


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 1), (1, 0)])
def test_the_worker_puts_away_what_nobody_touched(client, scheme, session, seconds, left) -> None:
    client.post("/drafts", data={**opened(client, scheme.address)[1], "name": TYPED})
    [row] = kept(session)
    assert forget_old(row.saved_at + KEPT + type(KEPT)(seconds=seconds)) == 1 - left
    assert len(kept(session)) == left


# --- the register ----------------------------------------------------------------------------------------------------


def test_every_form_that_takes_long_is_autosaved_or_says_why_not(app) -> None:
    takes_long = {room_of(form): form for form in every(RoomForm) if is_long(form)}
    autosaved = {name for name, form in takes_long.items() if form.autosaved} - {"tenders.CaseForm"}

    assert set(takes_long) - autosaved == set(ELSEWISE)
    assert autosaved == set(FORMS), "each is met by the test above"
    assert all(form.autosaved is (room_of(form) in {*FORMS, "tenders.CaseForm"}) for form in every(RoomForm))


def test_every_paragraph_drawn_by_hand_is_autosaved_or_says_why_not(app) -> None:
    folder = Path(app.root_path) / app.template_folder
    found = {str(each.relative_to(folder)): each.read_text("utf-8") for each in folder.rglob("*.html")}
    assert {name for name, text in found.items() if "<textarea" in text} == set(BY_HAND)
    for name, how in BY_HAND.items():
        assert ("data-autosave" in found[name]) is (how == "data-autosave"), name


def test_no_form_with_a_password_is_autosaved(app) -> None:
    for form in every(RoomForm):
        assert not (form.autosaved and any(kind is PasswordField for kind in kinds(form)))


def every(form: type[RoomForm]) -> set[type[RoomForm]]:
    """The forms of the product below ``form``; not those that a test made."""
    found = {each for each in form.__subclasses__() if each.__module__.startswith("app.")}
    return found.union(*(every(each) for each in found))


def kinds(form: type[RoomForm]) -> list[type]:
    fields = (getattr(form, name) for name in dir(form) if not name.startswith("_"))
    return [each.field_class for each in fields if hasattr(each, "field_class")]


def is_long(form: type[RoomForm]) -> bool:
    return TextAreaField in kinds(form) or len(kinds(form)) > LONG


def room_of(form: type[RoomForm]) -> str:
    return f"{form.__module__.split('.')[-2]}.{form.__name__}"
