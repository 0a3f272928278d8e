"""Whoever edits, deletes, reorders, inserts or cuts off a line is found out, even with the triggers out of the way."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.extensions import db
from app.transparency import chain
from app.transparency.models import LogLine
from kernel.period import SHANGHAI
from tests.builders.accounts import REGISTRAR, a_person, an_organisation

NOW = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def five_lines(work):
    with work() as unit:
        organisation = an_organisation(unit)
        for number in range(4):
            unit.record("organisation.note", organisation, by=REGISTRAR, at=NOW, cites="政府采购法 第四十二条",
                        facts={"number": number, "share": Fraction(1, 3)})


@pytest.fixture
def tamper(database):
    """Statements run by somebody who owns the database and knows how to silence its triggers."""

    def run(*statements):
        with db.engine.begin() as connection:
            if database.kind == "sqlite":
                connection.exec_driver_sql("DROP TRIGGER IF EXISTS log_lines_are_never_changed")
                connection.exec_driver_sql("DROP TRIGGER IF EXISTS log_lines_are_never_deleted")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                connection.execute(text(statement))

    return run


def test_a_log_that_nobody_touched_holds(session, five_lines):
    verdict = chain.verify(session)

    assert (verdict.holds, verdict.lines) == (True, 5)


def test_an_empty_log_holds(session):
    assert chain.verify(session) == chain.Verdict(0, chain.GENESIS)


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        pytest.param(["UPDATE log_lines SET facts = '{}' WHERE sequence = 3"], 3, id="facts edited"),
        pytest.param(["UPDATE log_lines SET at = '2025-02-09T09:00:00+08:00' WHERE sequence = 2"], 2, id="time moved"),
        pytest.param(["UPDATE log_lines SET person_id = 7 WHERE sequence = 1"], 1, id="somebody else blamed"),
        pytest.param(["UPDATE log_lines SET role = 'buyer' WHERE sequence = 5"], 5, id="role of the last line"),
        pytest.param(["DELETE FROM log_lines WHERE sequence = 1"], 1, id="first line deleted"),
        pytest.param(["DELETE FROM log_lines WHERE sequence = 3"], 3, id="a line deleted"),
        pytest.param(["DELETE FROM log_lines WHERE sequence = 5"], 5, id="last line cut off"),
        pytest.param(["DELETE FROM log_lines"], 1, id="everything deleted"),
        pytest.param(["UPDATE log_lines SET sequence = 9 WHERE sequence = 2",
                      "UPDATE log_lines SET sequence = 2 WHERE sequence = 3",
                      "UPDATE log_lines SET sequence = 3 WHERE sequence = 9"], 2, id="two lines exchanged"),
        pytest.param(["DELETE FROM log_lines WHERE sequence = 3", "UPDATE log_lines SET sequence = 3 WHERE sequence = 4",
                      "UPDATE log_lines SET sequence = 4 WHERE sequence = 5"], 3, id="deleted and renumbered"),
        pytest.param(["DELETE FROM log_lines WHERE sequence = 5", "UPDATE log_heads SET sequence = 4"], 4,
                     id="cut off, head's number but not its hash mended"),
        pytest.param(["UPDATE log_heads SET sequence = 4"], 5, id="head moved back"),
        pytest.param(["DELETE FROM log_heads"], 1, id="head deleted"),
    ],
)  # fmt: skip
def test_what_was_done_to_the_log_is_found_where_it_was_done(session, five_lines, tamper, statements, first_bad):
    tamper(*statements)

    verdict = chain.verify(session)

    assert (verdict.holds, verdict.first_bad) == (False, first_bad)
    assert verdict.reason


def test_a_line_rewritten_with_a_right_hash_breaks_the_next_one(session, five_lines, tamper):
    line = session.get(LogLine, 2)
    fields = {name: getattr(line, name) for name in chain.HASHED} | {"facts": "{}"}
    forged = chain._hash(fields)
    session.rollback()

    tamper(f"UPDATE log_lines SET facts = '{{}}', hash = '{forged}' WHERE sequence = 2")

    assert chain.verify(session).first_bad == 3


@pytest.mark.parametrize("statement", ["UPDATE log_lines SET act = 'x.y'", "DELETE FROM log_lines"])
def test_the_database_itself_refuses_to_change_a_line(five_lines, statement):
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_postgresql_refuses_to_empty_the_log(database, five_lines):
    if database.kind == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text("TRUNCATE log_lines"))


def test_more_lines_than_one_page_are_verified_in_one_go(session, work, monkeypatch):
    monkeypatch.setattr(chain, "PAGE", 3)
    with work() as unit:
        for _ in range(7):
            a_person(unit)

    assert chain.verify(session) == chain.Verdict(7, session.get(LogLine, 7).hash)


def test_the_log_holds_ids_and_never_a_name(session, five_lines):
    line = session.get(LogLine, 1)
    assert (line.person_id, line.role, line.act) == (None, "system_admin", "organisation.register")
    assert "采购人" not in line.facts
