"""The generated database is one that the product could have written: its log holds, its counts and words are as the acts leave them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from app.disclosure import counting, queries, search, tallies
from app.disclosure.filters import asked
from app.disclosure.models import FTS, NoticeRow, TallyRow
from app.transparency.chain import verify
from benchmarks import generate
from benchmarks.stories import NOW, stories


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from app.extensions import db

    app = generate.database(300, seed=7, folder=tmp_path_factory.mktemp("many"))
    with app.app_context():
        yield db.session
        db.session.remove()
        db.engine.dispose()


def test_the_same_seed_tells_the_same_stories_and_another_seed_others():
    assert list(stories(50, 1)) == list(stories(50, 1))
    assert list(stories(50, 1)) != list(stories(50, 2))


def test_its_log_holds_and_no_row_refers_to_nothing(generated):
    verdict = verify(generated)
    assert verdict.holds
    assert verdict.lines == generated.scalar(select(func.count()).select_from(NoticeRow)) > 300
    assert generated.execute(text("PRAGMA foreign_key_check")).all() == []


def test_every_notice_is_counted_and_found_as_if_it_had_been_published(generated):
    before = {tuple(row) for row in generated.execute(select(TallyRow.__table__))}
    tallies.rebuild(generated)
    assert {tuple(row) for row in generated.execute(select(TallyRow.__table__))} == before
    wanted = asked({"q": "禁毒"})
    found = {line.id for line in queries.lines(generated, wanted, NOW, limit=1000)}
    assert found == set(generated.scalars(select(NoticeRow.id).where(NoticeRow.text.contains("禁毒"))))
    assert counting.counts(generated, wanted, NOW).total == len(found) > 0
    words = generated.scalar(text(f"SELECT count(*) FROM {FTS}"))
    assert search.rebuild(generated) == words
    assert {line.id for line in queries.lines(generated, wanted, NOW, limit=1000)} == found
    generated.rollback()


def test_a_kept_database_is_used_again_and_made_anew_when_it_would_be_another(tmp_path: Path, monkeypatch):
    made = []
    monkeypatch.setattr(generate, "fill", lambda app, procurements, seed: made.append((procurements, seed)))
    for seed in (1, 1, 2):
        generate.database(5, seed=seed, folder=tmp_path)
    assert made == [(5, 1), (5, 2)]
    monkeypatch.setattr(generate, "_code", lambda: "another")
    generate.database(5, seed=1, folder=tmp_path)
    assert made[-1] == (5, 1)
    assert len(list(tmp_path.glob("procurements-5-1-*.sqlite3"))) == 1
