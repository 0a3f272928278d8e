"""A prepared question is built once; within one page the same question with the same parameters is asked once, and no other."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.accounts.models import OrganisationRow
from app.store import reading
from app.store.prepared import Prepared, asked_once
from tests.builders.accounts import an_organisation


def named(id_):
    return NAMED.rows(reading(), id=id_)


NAMED = Prepared(lambda: select(OrganisationRow.name).where(OrganisationRow.id == bindparam("id")))


def test_within_a_page_the_same_question_is_asked_once_and_one_for_somebody_else_anew(app, work, statements):
    with work() as unit:
        first, second = (an_organisation(unit) for _ in range(2))
        unit.session.flush()
        ids, names = (first.id, second.id), [first.name, second.name]

    with statements() as seen, asked_once():
        answers = [named(id_)[0].name for id_ in (*ids, *ids)]

    assert answers == names * 2
    assert len(seen) == 2


def test_after_the_page_it_is_asked_again_so_that_nobody_reads_what_was(app, work, statements):
    with statements() as seen:
        for _ in range(2):
            with asked_once():
                named(1)
        named(1)
        named(1)

    assert len(seen) == 4
