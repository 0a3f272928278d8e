"""The list of evaluation results: filters, the file of it, and that neither tells of what is not published."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from app.evaluation.results import services as results
from tests.builders.evaluation_story import a_story, at

PUBLISHED = date(2026, 2, 3)


@pytest.fixture
def computed(app, clock_at):
    clock_at(at(PUBLISHED))
    return a_story().all_signed().computed()


@pytest.fixture
def published(computed):
    return computed.step(results.lapse, computed.body, PUBLISHED).step(results.publish, computed.body, PUBLISHED)


def rows(client, asked=""):
    answer = client.get(f"/results?{asked}&format=csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", 1), ("grade=良好", 1), ("grade=优秀", 0), ("kind=final", 1), ("kind=midterm", 0), ("kind=nonsense", 1), ("year=1", 1),
        ("year=2", 0), ("year=x", 1), ("stage=published", 1), ("stage=final", 0), ("q=没有这样的机构", 0), ("q=%25", 0), ("after=1", 0),
    ],
)  # fmt: skip
def test_a_filter_shows_what_it_says_and_the_file_is_the_same(client, published, asked, found):
    page = client.get(f"/results?{asked}").text
    assert ("87.00" in page) == bool(found)
    assert len(rows(client, asked.replace("after=1", "q=没有这样的机构"))) == found


def test_what_is_not_published_is_in_no_filter_and_no_file(client, computed, sign_in_as):
    assert rows(client) == []
    page = client.get("/results").text
    assert "良好" not in page  # not even as something to choose
    assert "待公示" not in page
    sign_in_as(client, computed.agency)
    assert [row["得分"] for row in rows(client)] == ["87.00"]


def test_strangers_answers_may_be_kept_and_a_sides_may_not(client, published, sign_in_as):
    for address in ("/results", f"/results/{published.result_id}"):
        first = client.get(address)
        assert "public" in first.headers["Cache-Control"]
        assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    sign_in_as(client, published.agency)
    for address in ("/results", f"/results/{published.result_id}"):
        assert client.get(address).headers["Cache-Control"] == "private, no-store"


def test_a_file_names_no_evaluator(client, published):
    names = [evaluator.name for evaluator in published.evaluators]
    assert names
    assert not [name for name in names if name in client.get("/results?format=csv").text]
