"""Double clicks, two tabs, a process that dies in the middle: every act happens once, whole, or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.extensions import db
from app.transparency import chain
from tests.builders import story as tell
from tests.builders.accounts import an_actor
from tests.builders.story import Story

KEY = "the-same-key-of-one-form"


def bid(work):
    story = tell.with_bids(work, bidders=1)
    with work() as unit:
        story.suppliers.append(newcomer := an_actor(unit, tell.Role.SUPPLIER))
        proofs = tuple(tell.Proof(condition, f"{condition.zh}的证明") for condition in tell.Condition)
        command = tell.RegisterSupplier(newcomer, tell.SupplierKind.SERVICE_AGENCY, {}, None, proofs)
        tell.register_supplier(unit, command, tell.REGISTERED)
    sent = {"price": "6500000", "project_leader": "林某", "contact_person": "苏某", "contact_phone": "0000-9", "aware": "y"}
    return newcomer, f"/tenders/{story.ocid}/bid", sent, tell.SUBMITTED, "SELECT count(*) FROM bids WHERE price = 650000000"


def sheet(work):
    story = tell.conforming(work)
    tell.mark(work, story, 0)
    where = f"/tenders/{story.ocid}/scoring/sign"
    return story.members[0], where, {}, tell.SCORED, "SELECT count(*) FROM log_lines WHERE act = 'scoring.sign'"


def award(work):
    story = tell.ranked(work)
    return story.buyer, f"/tenders/{story.ocid}/award/decide", {}, tell.DECIDED, "SELECT count(*) FROM awards"


def payment(work):
    story: Story = tell.contracted(work)
    with work() as unit:
        number = unit.session.execute(text("SELECT min(id) FROM payments")).scalar()
    sent = {"payment": str(number), "paid_on": "2025-03-25"}
    count = "SELECT count(*) FROM log_lines WHERE act = 'payment.pay'"
    return story.buyer, f"/contracts/{story.contract_id}/pay", sent, tell.SIGNED + timedelta(days=5), count


ACTS = pytest.mark.parametrize("act", [bid, sheet, award, payment])


def count(statement: str) -> int:
    db.session.rollback()
    return db.session.execute(text(statement)).scalar()


def keys() -> int:
    return count(f"SELECT count(*) FROM idempotency_keys WHERE key = '{KEY}'")


@ACTS
def test_the_same_form_twice_acts_once_and_leads_to_the_same_page(app, work, sign_in_as, clock_at, act):
    actor, address, sent, moment, of = act(work)
    clock_at(moment)
    browser = app.test_client()
    sign_in_as(browser, actor)
    first, again = (browser.post(address, data={**sent, "once": KEY}) for _ in range(2))
    assert (first.status_code, again.status_code, again.location) == (303, 303, first.location)
    assert (count(of), keys()) == (1, 1)
    assert browser.post(address, data=sent).status_code in (409, 422)  # a fresh form from another tab
    assert count(of) == 1
    assert chain.verify(db.session).holds


@ACTS
def test_four_clicks_at_once_act_once(app, work, sign_in_as, clock_at, act):
    actor, address, sent, moment, of = act(work)
    clock_at(moment)
    browsers = [app.test_client() for _ in range(4)]
    for browser in browsers:
        sign_in_as(browser, actor)
    start, answers = threading.Barrier(4), []

    def click(browser):
        start.wait()
        answers.append(browser.post(address, data={**sent, "once": KEY}))

    threads = [threading.Thread(target=click, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert len({answer.location for answer in answers}) == 1
    assert (count(of), keys()) == (1, 1)
    assert chain.verify(db.session).holds


@ACTS
@pytest.mark.parametrize("dies", ["before the log", "after the log"])
def test_a_process_that_dies_in_the_middle_leaves_nothing_and_the_form_can_be_sent_again(
    app, work, sign_in_as, clock_at, monkeypatch, act, dies
):
    """Everything was flushed, nothing committed: no act, no line, no key. What was announced was not."""
    actor, address, sent, moment, of = act(work)
    clock_at(moment)
    browser = app.test_client()
    sign_in_as(browser, actor)
    lines, writes = count("SELECT count(*) FROM log_lines"), chain.append

    def death(session, entries):
        if dies == "after the log":
            writes(session, entries)
        raise MemoryError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(chain, "append", death)
        with pytest.raises(MemoryError):
            browser.post(address, data={**sent, "once": KEY})
    assert (count(of), keys(), count("SELECT count(*) FROM log_lines")) == (0, 0, lines)
    assert chain.verify(db.session).holds
    with browser.session_transaction() as cookie:
        assert not cookie.get("_flashes"), "said that it was done"

    assert browser.post(address, data={**sent, "once": KEY}).status_code == 303
    assert (count(of), keys()) == (1, 1)
    with browser.session_transaction() as cookie:
        assert cookie["_flashes"]


def test_two_people_who_draft_the_same_number_at_once_are_told_so_and_nothing_breaks(app, work, sign_in_as, clock_at):
    """One of them was faster: the other reads that in words, on PostgreSQL too, where both looked before either wrote."""
    clock_at(tell.DRAFTED)
    with work() as unit:
        people = [an_actor(unit) for _ in range(4)]
    browsers = [app.test_client() for _ in people]
    for browser, actor in zip(browsers, people, strict=True):
        sign_in_as(browser, actor)
    import yaml

    case = yaml.safe_dump(tell.lawful_case(), allow_unicode=True, sort_keys=False)
    start, answers = threading.Barrier(4), []

    def draft(browser):
        start.wait()
        answers.append(browser.post("/tenders/new", data={"ocid": "cp-2025-0099", "jurisdiction": "national", "case_text": case}).status_code)

    threads = [threading.Thread(target=draft, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answers)[0] == 303
    assert set(answers) <= {303, 409, 422}
    assert answers.count(303) == count("SELECT count(*) FROM tenders") == 1


SAVES_AGAIN = {"bids.draft", "scorings.draft", "sheets.draft", "drafts.keep"}
"""Automatic saving: the same words saved twice are saved once; a draft is no act."""
WITHOUT_A_PERSON = {
    "accounts.sign_in",  # the door itself
    "disclosure.save_search", "disclosure.confirm_search", "disclosure.end_search",  # a letter, and its secret, which works once
    "lawdesk.checked", "lawdesk.scoring_filed",  # questions that are answered; nothing is kept
}  # fmt: skip
"""What nobody in particular does."""


def test_every_act_of_the_product_carries_a_key_and_does_not_happen_without_it(app, work, sign_in_as):
    """Over all POST routes: without the key there is no act, whatever the form says; what needs none is named here."""
    from app.accounts.policy import PUBLIC, Access, who_may

    with work() as unit:
        people = {role: an_actor(unit, role) for role in tell.Role if role is not tell.Role.CLOCK}
    browsers = {}
    for role, actor in people.items():
        browsers[role] = app.test_client()
        sign_in_as(browsers[role], actor)
    asked, keyless = 0, set()
    for rule in app.url_map.iter_rules():
        who = who_may(rule.endpoint)
        if "POST" not in rule.methods:
            continue
        if who is PUBLIC or getattr(app.view_functions[rule.endpoint], "repeatable", False):
            keyless.add(rule.endpoint)
            continue
        role = tell.Role.BUYER if isinstance(who, Access) else sorted(who)[0]
        address = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)[1]
        answer = browsers[role].open(address, method="POST", data="reason=x", content_type="application/x-www-form-urlencoded")
        assert (answer.status_code, "防重复标识" in answer.text) == (400, True), (rule.endpoint, answer.status_code)
        asked += 1
    assert asked > 60
    assert keyless <= SAVES_AGAIN | WITHOUT_A_PERSON, keyless
