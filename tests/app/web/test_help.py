"""Help: every word is explained once with an article that resolves, every role has a tour of pages that it may open."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.accounts.policy import Access, who_may
from app.settings import ROOT
from app.web import help
from kernel.period import SHANGHAI
from kernel.role import Role
from law.citation import resolve_all
from tests.builders.accounts import an_actor

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=SHANGHAI)
PEOPLE = [role for role in Role if role is not Role.CLOCK]


def test_every_word_is_explained_once_in_a_sentence_with_an_example():
    found = help.terms(ROOT)

    assert len(found) >= 40
    assert len({term.zh for term in found}) == len(found)
    for term in found:
        assert term.words.endswith("。"), term.zh
        assert term.example.endswith("。"), term.zh
        assert term.id.isidentifier(), term.zh


@pytest.mark.parametrize("term", [term for term in help.terms(ROOT) if term.cites], ids=lambda term: term.id)
def test_every_article_of_the_glossary_resolves(term):
    assert resolve_all(term.cites)


def test_the_glossary_is_open_to_everybody_and_finds_words(client):
    page = client.get("/glossary").text
    assert "废标" in page
    assert "uncontracted" not in page
    assert "procurement/committee.py" in page  # what it is called in code, from docs/glossary.md

    found = client.get("/glossary?q=废标").text
    assert "<dt>废标</dt>" in found
    assert "<dt>回避</dt>" not in found
    assert "没有找到" in client.get("/glossary?q=不存在的词").text


def test_what_is_looked_for_is_shown_and_not_executed(client):
    assert "<script>alert" not in client.get("/glossary?q=<script>alert(1)</script>").text


@pytest.mark.parametrize("role", PEOPLE)
def test_every_role_has_a_tour_of_pages_that_it_may_open(role, work, client, sign_in_as, clock_at, app):
    clock_at(NOW)
    with work() as unit:
        actor = an_actor(unit, role)
    sign_in_as(client, actor)
    stops = help.tours(ROOT)[role]

    assert 2 <= len(stops) <= 5
    page = client.get("/tour")
    assert page.status_code == 200
    for stop in stops:
        assert stop.title in page.text
        assert stop.page in app.view_functions
        who = who_may(stop.page)
        assert isinstance(who, Access) or role in who, (role, stop.page)


def test_the_tour_is_offered_until_it_is_put_away_in_this_role(work, client, sign_in_as, clock_at):
    clock_at(NOW)
    with work() as unit:
        actor, other = an_actor(unit, Role.EXPERT), an_actor(unit, Role.OVERSEER)
    sign_in_as(client, actor)
    assert "看导览" in client.get("/workbench").text

    assert client.post("/tour/away").status_code == 303
    assert "看导览" not in client.get("/workbench").text
    assert client.post("/tour/away").status_code == 303  # a second time changes nothing
    sign_in_as(client, other)
    assert "看导览" in client.get("/workbench").text
