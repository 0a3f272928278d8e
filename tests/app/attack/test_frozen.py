"""What a receipt, a signature or a publication stands for: not even somebody at the database's own console changes it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.transparency import chain
from tests.builders import story as tell

WRITTEN = [
    "UPDATE bids SET price = price - 1",
    "UPDATE bids SET facts = '{}'",
    "UPDATE bids SET submitted_at = '2025-03-04 00:00:00'",
    "UPDATE bids SET supplier_id = 1 WHERE supplier_id <> 1",
    "DELETE FROM bids",
    "UPDATE openings SET record = '{}'",
    "DELETE FROM openings",
    "UPDATE score_sheets SET signed_at = NULL",
    "DELETE FROM score_sheets",
    "UPDATE marks SET value = '\"优\"'",
    "UPDATE marks SET reason = 'x'",
    "DELETE FROM marks",
    "UPDATE marks SET corrected = '0', correction = '事后更正'",
    "UPDATE rankings SET result = '{}'",
    "UPDATE rankings SET signed_at = NULL",
    "DELETE FROM rankings",
    "UPDATE evaluation_sheets SET signed_at = NULL, digest = ''",
    "UPDATE evaluation_marks SET value = 'null'",
    "DELETE FROM evaluation_marks",
    "UPDATE evaluation_results SET exact = '99'",
    "UPDATE evaluation_results SET grade = '优秀', gap = ''",
    "DELETE FROM evaluation_results",
    "UPDATE rubrics SET text = 'x'",
    "DELETE FROM rubrics",
    "UPDATE evaluation_subjects SET supplier_id = buyer_id + 100",
    "UPDATE log_lines SET facts = '{}'",
    "DELETE FROM log_lines",
]


def run(statement: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(statement))


def test_the_database_refuses_every_change_of_what_is_written(city):
    changed = []
    for statement in WRITTEN:
        try:
            run(statement)
        except DBAPIError:
            continue
        changed.append(statement)
    assert changed == []


@pytest.mark.parametrize(
    ("table", "key"),
    [("bids", "id"), ("openings", "ocid"), ("score_sheets", "id"), ("rankings", "ocid"), ("evaluation_sheets", "id"),
     ("evaluation_results", "id"), ("rubrics", "id"), ("log_lines", "sequence")],
)  # fmt: skip
def test_a_row_is_not_taken_away_by_putting_another_in_its_place(database, city, table, key):
    """SQLite's INSERT OR REPLACE deletes without asking the triggers of DELETE; PostgreSQL's upsert is an update."""
    if database.kind == "postgresql":
        column = {"bids": "price", "score_sheets": "signed_at", "rankings": "result", "log_lines": "facts", "openings": "record"}.get(table)
        if column is None:
            return
        copy = f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 ON CONFLICT ({key}) DO UPDATE SET {column} = "
        copy += {"price": "1", "signed_at": "NULL"}.get(column, "'{}'")
    else:
        copy = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"
    with pytest.raises(DBAPIError):
        run(copy)


def test_a_mark_does_not_move_onto_a_signed_sheet(work, database):
    """One member has signed, another has not: the open sheet's marks stay where they are."""
    story = tell.conforming(work)
    tell.mark(work, story, 0)
    with work() as unit:
        from app.procurement.scorings import services as acts

        acts.sign_sheet(unit, acts.SignSheet(story.members[0], story.ocid), tell.SCORED)
    tell.mark(work, story, 1)
    signed = "(SELECT id FROM score_sheets WHERE signed_at IS NOT NULL)"
    with pytest.raises(DBAPIError):
        run(f"DELETE FROM marks WHERE sheet_id IN {signed}")
    with pytest.raises(DBAPIError):
        run(f"UPDATE marks SET sheet_id = {signed}, part = 'x' || part WHERE sheet_id NOT IN {signed}")
    run(f"UPDATE marks SET reason = '尚未签字, 可以改' WHERE sheet_id NOT IN {signed}")


def test_what_is_not_written_yet_may_still_change(work, session):
    """The other side: the same statements pass before the signature."""
    story = tell.scored(work)
    run("UPDATE rankings SET computed_at = computed_at")
    run("UPDATE marks SET corrected = value, correction = '签署前更正'")
    run(f"UPDATE bids SET status = 'withdrawn', ended_at = submitted_at WHERE id = {story.bids[0]}")


def test_every_act_of_the_story_left_its_line_and_none_names_anybody(city, session):
    """Names may be corrected or erased, the log may not: it holds numbers."""
    verdict = chain.verify(session)
    assert verdict.holds
    lines = session.execute(text("SELECT act, facts FROM log_lines ORDER BY sequence")).all()
    acts = [act for act, _ in lines]
    for act, times in {
        "tender.draft": 1, "tender.publish": 1, "bid.submit": 4, "bids.open": 1, "tender.close": 1, "review.sign": 2,
        "committee.draw": 1, "committee.form": 1, "committee.declare": 5, "scoring.sign": 5, "ranking.sign": 1,
        "award.decide": 1, "award.announce": 1, "contract.draw_up": 1, "contract.sign": 1, "subject.hand_over": 1,
        "scheme.draft": 1, "scheme.approve": 1, "scheme.publish": 1, "scheme.begin": 1, "assignment.make": 3,
        "sheet.sign": 3, "result.compute": 1, "result.publish": 1, "result.finalise": 1,
    }.items():  # fmt: skip
        assert acts.count(act) == times, act
    people = [*city.tender.suppliers, *city.tender.members, *city.evaluation.evaluators, city.tender.buyer]
    words = {word for person in people for word in (person.name, person.organisation_name)} | {"苏小满", "0000-1", "林向晚"}
    opened = acts.index("bids.open")
    prices = {str(price) for price in session.execute(text("SELECT price FROM bids")).scalars()}
    for n, (act, facts) in enumerate(lines):
        assert not any(f'"{word}"' in facts for word in words), (act, facts)
        if n < opened:
            assert not any(price in facts for price in prices), (act, facts)
