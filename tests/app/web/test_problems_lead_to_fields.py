"""All errors at once, each linked to its field: every link of an error summary leads to something on the same page."""

from __future__ import annotations

import re

import pytest
from flask import url_for

from kernel.role import Role
from tests.builders import evaluation_story
from tests.builders import story as tell
from tests.builders.accounts import an_actor


def dead_links(page: str) -> list[str]:
    """The links of the error summaries of a page that lead nowhere."""
    summaries = re.findall(r'<div class="problems".*?</div>', page, re.DOTALL)
    targets = {target for summary in summaries for target in re.findall(r'href="#([^"]+)"', summary)}
    return sorted(target for target in targets if f'id="{target}"' not in page)


def told(page: str) -> int:
    """How many errors the summaries of a page tell."""
    return len(re.findall(r"<li", "".join(re.findall(r'<div class="problems".*?</div>', page, re.DOTALL))))


@pytest.fixture
def contract(work):
    return tell.contracted(work)


def test_the_forms_of_a_contract(client, sign_in_as, clock_at, work, contract, session):
    from app.procurement.contracts.models import PaymentRow

    number = session.query(PaymentRow.id).order_by(PaymentRow.id).first()[0]
    clock_at(tell.at("2025-06-02"))
    sign_in_as(client, contract.buyer)
    here = f"/contracts/{contract.contract_id}"
    for address, sent in (
        (f"{here}/pay", {"payment": number, "paid_on": "2031-01-01"}),
        (f"{here}/pay", {"payment": number, "paid_on": ""}),
        (f"{here}/supplement", {"supplement_amount": "x", "supplement_on": "", "supplement_reason": ""}),
        (f"{here}/terminate", {"ground": "", "ended_on": "", "earned": "", "reason": ""}),
        (f"{here}/terminate", {"ground": "agreed", "ended_on": "2031-01-01", "earned": "99999999999", "reason": "协商"}),
    ):
        answer = client.post(address, data=sent)
        assert answer.status_code == 422, address
        assert told(answer.text) >= 1, address
        assert dead_links(answer.text) == [], address


def test_drafting_publishing_and_ending_a_tender(client, sign_in_as, clock_at, work):
    with work() as unit:
        buyer = an_actor(unit, Role.BUYER)
    clock_at(tell.DRAFTED)
    sign_in_as(client, buyer)
    page = client.post("/tenders/new", data={"ocid": "", "jurisdiction": "nowhere", "intention": "x", "case_text": ""}).text
    assert told(page) >= 3
    assert dead_links(page) == []
    story = tell.a_published_tender(work)
    sign_in_as(client, story.buyer)
    clock_at(tell.SUBMITTED)
    page = client.post(f"/tenders/{story.ocid}/terminate", data={"reason": ""}).text
    assert told(page) == 1
    assert dead_links(page) == []


def test_a_review_leads_to_its_lines(client, sign_in_as, clock_at, work):
    story = tell.opened(work)
    clock_at(tell.QUALIFIED)
    sign_in_as(client, story.buyer)
    answer = client.post(f"/tenders/{story.ocid}/qualification/{story.bids[0]}", data={"choice.1": "failed", "reason.1": ""})
    assert answer.status_code == 422
    assert 'href="#item-1"' in answer.text
    assert dead_links(answer.text) == []


def test_a_scheme_an_objection_and_a_delegation(client, sign_in_as, clock_at, app):
    story = evaluation_story.a_story().handed_over().with_rubric()
    clock_at(evaluation_story.at(evaluation_story.DRAFTED))
    sign_in_as(client, story.body)
    with app.test_request_context():
        address = url_for("schemes.new", subject_id=story.subject_id)
    page = client.post(address, data={"name": "", "work_begins": "x"})
    assert page.status_code == 422
    assert told(page.text) >= 3
    assert dead_links(page.text) == []
    page = client.post("/delegations", data={"person_id": "", "last_day": ""})
    assert page.status_code == 422
    assert dead_links(page.text) == []
