"""Acts and what they make public: in their own transaction, once, and as it was said."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NoticeRow
from app.disclosure.publishing import MAKES
from app.evaluation.results import services as results
from kernel.refusal import Refusal
from tests.architecture.tree import ROOT
from tests.builders import evaluation_story
from tests.builders import story as tell
from tests.builders.rooms import PUBLISHED, a_case, a_draft, a_published_tender


def notices(session):
    session.rollback()
    return list(session.scalars(select(NoticeRow).order_by(NoticeRow.id)))


def test_every_act_that_is_told_of_is_an_act_of_some_room():
    """An act that was renamed would publish nothing, in silence."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("services.py"))
    for act in MAKES:
        noun, verb = act.split(".")
        assert f'"{act}"' in code or (f'f"{noun}.{{act}}"' in code and f'"{verb}"' in code), act


def test_a_procurement_tells_its_story_in_notices(work, session):
    told = tell.contracted(work)
    found = notices(session)
    assert [row.kind for row in found] == [NoticeKind.TENDER, NoticeKind.AWARD, NoticeKind.CONTRACT]
    assert [row.published_at for row in found] == [tell.PUBLISHED, tell.ANNOUNCED, tell.SIGNED]
    assert {row.ocid for row in found} == {told.ocid}
    tender, award, contract = found
    assert tender.closes_at == tell.CLOSE
    assert (award.supplier_id, award.amount) == (contract.supplier_id, contract.amount)
    assert dict(contract.body)["合同编号"] == "HT-2025-0007"


def test_drafts_bids_marks_and_decisions_make_no_notice(work, session):
    tell.decided(work)
    assert [row.kind for row in notices(session)] == [NoticeKind.TENDER]


def test_a_refused_publication_makes_no_notice(work, session, buyer):
    with work() as unit:
        a_draft(unit, buyer, "cp-2025-0002", a_case(award={"winners": 1, "candidates": 3, "min_valid": 1}))
    with pytest.raises(Refusal), work() as unit:
        a_published_tender(unit, buyer, "cp-2025-0003", a_case(award={"winners": 1, "candidates": 3, "min_valid": 1}))
    assert notices(session) == []


def test_a_notice_that_cannot_be_written_undoes_the_act(work, session, buyer, monkeypatch):
    """Published without being public would be the worst of both."""

    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setitem(MAKES, "tender.publish", fails)
    with work() as unit:
        a_draft(unit, buyer, "cp-2025-0004")
    with pytest.raises(ZeroDivisionError), work() as unit:
        a_published_tender(unit, buyer, "cp-2025-0005")
    session.rollback()
    assert session.execute(text("SELECT ocid, stage FROM tenders")).all() == [("cp-2025-0004", "draft")]
    assert session.execute(text("SELECT count(*) FROM log_lines WHERE act = 'tender.publish'")).scalar() == 0


def test_an_evaluation_is_told_when_it_is_published_and_not_when_it_is_computed(work, session):
    story = evaluation_story.a_story().all_signed().computed()
    assert notices(session) == []
    story.step(results.lapse, story.body, date(2026, 2, 3)).step(results.publish, story.body, date(2026, 2, 3))
    [row] = notices(session)
    assert (row.kind, row.subject_id) == (NoticeKind.EVALUATION, story.result_id)
    assert dict(row.body)["被评估机构"] == story.agency.organisation_name
    assert row.supplier_id is None  # no supplier file: the evaluation engine stands alone


def test_what_was_said_stays_as_it_was_said(work, session, buyer):
    with work() as unit:
        a_published_tender(unit, buyer)
    for statement in (
        "UPDATE notices SET title = 'x'", "UPDATE notices SET body = '[]'", "UPDATE notices SET amount = 1",
        "UPDATE notices SET published_at = until", "DELETE FROM notices",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="stays as it is"), work() as unit:
            unit.session.execute(text(statement))
    [row] = notices(session)
    assert row.published_at == PUBLISHED
    with work() as unit:
        unit.session.get(NoticeRow, row.id).until = PUBLISHED  # that it holds no longer may be said
