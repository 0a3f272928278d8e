"""Help where the question arises: a form with a legal question names its article, says it in plain words and gives an example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
ARTICLE = re.compile(r"face\.law\(|第[一二三四五六七八九十百]+条|〔\d{4}〕\d+号")
EXAMPLE = re.compile(r"例如|[，, （: ]如[: ]? ?|placeholder=")

LEGAL = [
    "accounts/delegations.html", "evaluation/assignments/recuse.html", "evaluation/handoffs/entrust.html", "evaluation/results/answer.html",
    "evaluation/results/mend.html", "evaluation/results/object.html", "evaluation/results/order.html", "evaluation/results/state.html",
    "evaluation/schemes/abandon.html", "evaluation/schemes/new.html", "evaluation/sheets/declaration.html",
    "procurement/awards/show.html", "procurement/bids/form.html", "procurement/committees/declare.html",
    "procurement/committees/show.html", "procurement/contracts/draw_up.html", "procurement/contracts/show.html",
    "procurement/contracts/terminate.html", "procurement/openings/door.html", "procurement/qualifications/parts.html",
    "procurement/tenders/new.html", "procurement/tenders/publish.html", "procurement/tenders/terminate.html",
]  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
def test_the_article_and_an_example_stand_beside_the_question(name):
    source = (TEMPLATES / name).read_text("utf-8")
    assert ARTICLE.search(source), "no article"
    assert EXAMPLE.search(source), "no example"


def test_every_form_that_asks_for_a_reason_is_among_them():
    """A reason is a legal question: somebody is refused, ended or replaced by it."""
    asking = {
        str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")
        if re.search(r'name="reason"|hints=\{[^}]*"reason"', path.read_text("utf-8"))
    }  # fmt: skip
    scoring = {"procurement/scorings/sheet.html", "procurement/scorings/ranking.html", "evaluation/sheets/show.html"}  # their rules stand beside
    assert asking - scoring <= set(LEGAL) | {"layouts/face.html", "design/show.html"}
