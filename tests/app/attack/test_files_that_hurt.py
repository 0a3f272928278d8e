"""A whole tender file with one thing in it broken, at every place: refused or kept with its faults, never an error of ours."""

from __future__ import annotations

import copy
import random
from decimal import Decimal

import pytest
import yaml
from sqlalchemy import text

from app.evaluation.rubrics.services import KeepRubric, keep_rubric
from app.procurement.qualifications.services import Conclude, Conclusion, conclude
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import DraftTender, draft_tender
from kernel.refusal import BadInput, Refusal
from kernel.role import Role
from law import law_at
from procurement.publication import document_findings
from procurement.qualification import Review, items_of
from procurement.reading import read_tender
from rubric.fault import faults
from rubric.reading import read_rubric
from tests.builders import story as tell
from tests.builders.accounts import an_actor
from tests.builders.evaluation_story import RUBRIC

ODD = [
    None, True, False, 0, -1, 10**18, 10**30, "", "x", "1e999999999", "１２", "-0", "0.001", "1/0", "%", "长" * 3000, "=1+1", "<script>",
    [], {}, [[]], [None], {"": None}, [1, "a", {}], {"a": {"b": []}}, Decimal("NaN"), Decimal("1E+400"), "2025-02-30", ["同"] * 3,
]  # fmt: skip


def places(value, path=()):
    """Every place in a document, the inner ones too."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from places(inner, (*path, n))


def broken(document, path, odd):
    made = copy.deepcopy(document)
    if not path:
        return odd
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = odd
    return made


def attempts(document, number, seed):
    """``number`` breakages, the same in every run."""
    dice = random.Random(seed)
    everywhere = list(places(document))
    return [broken(document, dice.choice(everywhere), dice.choice(ODD)) for _ in range(number)]


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_tender_file_is_refused_or_judged(seed):
    law = law_at(tell.PUBLISHED.date())
    for made in attempts(tell.lawful_case(), 400, seed):
        try:
            tender = read_tender(made)
            found = document_findings(tender, law)
        except Refusal:
            continue
        for finding in found:
            assert finding.zh


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_rubric_is_refused_or_judged(seed):
    for made in attempts(yaml.safe_load(RUBRIC), 400, seed):
        try:
            rubric = read_rubric(made)
        except Refusal:
            continue
        for fault in faults(rubric):
            assert fault.zh


def test_what_can_be_read_can_be_kept_on_both_databases_and_shown(app, work, session, sign_in_as, clock_at):
    """Names longer than a column, numbers longer than a number: kept, or refused in words; and the page can be drawn."""
    clock_at(tell.DRAFTED)
    with work() as unit:
        buyer, body = an_actor(unit), an_actor(unit, Role.EVALUATION_BODY)
    browser, other = app.test_client(), app.test_client()
    sign_in_as(browser, buyer)
    sign_in_as(other, body)
    kept = 0
    for n, made in enumerate(attempts(tell.lawful_case(), 60, 99)):
        if not isinstance(made, dict):
            continue
        try:
            with work() as unit:
                draft_tender(unit, DraftTender(buyer, f"odd-{n}", made), tell.DRAFTED)
        except Refusal:
            continue
        kept += 1
        assert browser.get(f"/tenders/odd-{n}").status_code == 200, n
        assert browser.get(f"/tenders/odd-{n}/publish").status_code == 200, n
    assert kept > 10
    for made in attempts(yaml.safe_load(RUBRIC), 40, 98):
        written = yaml.safe_dump(made, allow_unicode=True) if "Decimal" not in repr(made) else ""
        try:
            with work() as unit:
                row = keep_rubric(unit, KeepRubric(body, written), tell.DRAFTED)
                unit.session.flush()
                number = row.id
        except Refusal:
            continue
        assert other.get(f"/rubrics/{number}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [("name",), ("notice", "purchaser"), ("qualification", 0, "text"), ("qualification", 0, "nr"), ("scoring", "sections", 0, "name")],
    ids=str,
)
def test_a_name_longer_than_its_column_is_no_error(work, path):
    with work() as unit:
        buyer = an_actor(unit)
    made = broken(tell.lawful_case(), path, "长" * 3000)
    told = []
    try:
        with work() as unit:
            draft_tender(unit, DraftTender(buyer, "long-1", made), tell.DRAFTED)
    except Refusal as refusal:
        told = [finding.sentence() for finding in refusal.findings]
    assert bool(told) == (path == ("name",))


def test_what_no_column_holds_is_refused_alike_on_both_databases(work, session):
    """财政部令第87号 第六十四条 asks for a reason; a whole novel is told to be one, and nothing is kept."""
    story = tell.opened(work)
    items = items_of(read_tender(story.case), Review.QUALIFICATION)
    novel = Conclude(story.buyer, story.ocid, [Conclusion(story.bids[0], item.number, False, "因" * 1001) for item in items])
    with pytest.raises(BadInput) as refusal, work() as unit:
        conclude(unit, novel, tell.QUALIFIED)
    assert all("1000" in finding.zh for finding in refusal.value.findings)
    with pytest.raises(BadInput, match="数字过大"), work() as unit:
        unit.session.get(TenderRow, story.ocid).budget = 10**30
    session.rollback()
    assert session.execute(text("SELECT count(*) FROM review_items")).scalar() == 0
