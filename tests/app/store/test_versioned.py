"""Somebody else's change in between is noticed."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Mapped, mapped_column, registry

from app.extensions import db
from app.store.columns import Key
from app.store.versioned import Versioned
from kernel.refusal import Stale

REGISTRY = registry()


@REGISTRY.mapped
class Note(Versioned):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    text: Mapped[str]


@pytest.fixture
def notes(app):
    Note.__table__.create(db.engine)
    yield
    Note.__table__.drop(db.engine)


def test_a_page_shown_before_somebody_elses_change_is_stale(work, notes):
    with work() as unit:
        unit.session.add(Note(id=1, text="first"))
    with work() as unit:
        note = unit.lock(Note, 1)
        shown = note.version
        note.text = "second"

    with pytest.raises(Stale), work() as unit:
        unit.expect(unit.lock(Note, 1), shown)


def test_a_change_that_slipped_in_between_is_not_overwritten(work, notes):
    with work() as unit:
        unit.session.add(Note(id=1, text="first"))

    def overtaken():
        with work() as unit:
            note = unit.session.get(Note, 1)
            unit.session.connection().exec_driver_sql("UPDATE notes SET version = version + 1")
            note.text = "second"

    with pytest.raises(Stale):
        overtaken()
