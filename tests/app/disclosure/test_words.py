"""How texts and questions are cut: the same two characters are found wherever they stand side by side, and nowhere else."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.disclosure.words import LONGEST_QUESTION, excerpt, pieces, plain, question, tokens

LETTERS = st.text(alphabet="禁毒社工区矫正cp20 -，（ＣＰ", max_size=14)


@pytest.fixture(scope="module")
def fts():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(tokens, content='', tokenize='ascii')")
    yield connection
    connection.close()


def finds(fts: sqlite3.Connection, text: str, asked: str) -> bool:
    fts.execute("INSERT INTO words (words) VALUES ('delete-all')")
    fts.execute("INSERT INTO words (rowid, tokens) VALUES (1, ?)", (" ".join(tokens(plain(text))),))
    match = " AND ".join(term.phrase for term in question(asked).terms)
    return bool(fts.execute("SELECT rowid FROM words WHERE words MATCH ?", (match,)).fetchall())


@given(LETTERS, LETTERS)
def test_the_phrase_of_tokens_finds_exactly_what_stands_side_by_side(fts, text, asked):
    """The index holds no text to check against, so what it finds must be right by itself."""
    terms = question(asked).terms
    if terms:
        assert finds(fts, text, asked) == all(term.text in plain(text) for term in terms)


@given(LETTERS, LETTERS)
def test_what_the_phrase_finds_holds_every_token_that_the_other_database_asks_for(text, asked):
    """GIN may offer too much, which the recheck takes away; offering too little nobody would notice."""
    held = {*tokens(plain(text)), *plain(text).replace(" ", "")}
    for term in question(asked).terms:
        if term.text in plain(text):
            assert set(term.tokens) <= held


@pytest.mark.parametrize(
    "asked", ["", " ", "　", "%", "_", "*", '"', "'", "--", "。、", "\\", "()", "AND", "%%__", "𝕀" * 0]
)
def test_a_question_of_signs_alone_asks_nothing(asked):
    assert bool(question(asked)) == (asked == "AND")


def test_signs_of_a_query_language_never_reach_the_index(fts):
    for asked in ('禁毒" OR "矫正', "禁毒*", "NEAR(禁毒 矫正)", "tokens:禁毒", "禁毒 NOT 矫正", "^禁毒", "禁毒 -矫正"):
        assert all(c.isalnum() or c in ' "*' for term in question(asked).terms for c in term.phrase)
        assert isinstance(finds(fts, "禁毒服务", asked), bool)


def test_a_question_is_cut_where_it_is_too_long():
    assert len("".join(term.text for term in question("长" * 500).terms)) == LONGEST_QUESTION
    assert len(question(" ".join(f"词{n}" for n in range(30))).terms) <= 8


@pytest.mark.parametrize("name", ["龑䶮", "㛃明", "𬱖堃"])
def test_rare_characters_of_names_are_words_too(fts, name):
    assert finds(fts, f"示范区{name}社会工作服务中心", name)


@given(st.text(max_size=40), st.lists(st.text(alphabet="禁毒aß2", min_size=1, max_size=3), max_size=3))
def test_marking_changes_no_letter(text, marks):
    assert "".join(piece.text for piece in pieces(text, tuple(marks))) == text


def test_a_mark_is_found_in_the_letters_as_they_are_written():
    assert [(p.text, p.hit) for p in pieces("ＣＰ－２０２５服务", question("cp-2025").marks)] == [
        ("ＣＰ", True), ("－", False), ("２０２５", True), ("服务", False),
    ]  # fmt: skip


def test_an_excerpt_shows_the_first_place_and_says_where_it_is_cut():
    text = "前" * 200 + "禁毒" + "后" * 200
    shown = "".join(piece.text for piece in excerpt(text, ("禁毒",)))
    assert "禁毒" in shown
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) < 80
    assert excerpt(text, ("矫正",)) == []
