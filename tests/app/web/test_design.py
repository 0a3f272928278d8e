"""The living page: shows every component that there is, in every state, and is not there in production."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from app.web import design
from app.web.chart_samples import chart_samples
from tests.databases import settings_for

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SHOWN = (TEMPLATES / "design" / "show.html").read_text("utf-8")


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    """``visit(**settings)``: the answer of /design; the page asks no database."""
    settings = settings_for("sqlite://", tmp_path_factory.mktemp("design"))

    def ask(**changed):
        return create_app(replace(settings, **changed)).test_client().get("/design")

    return ask


def test_in_production_there_is_no_such_page(visit) -> None:
    assert visit(production=True).status_code == 404
    assert visit().status_code == 200


@pytest.mark.parametrize(("file", "name"), [("face", "face"), ("controls", "controls"), ("live", "live"), ("charts", "charts")])
def test_whoever_adds_a_component_shows_it_here(file: str, name: str) -> None:
    macros = re.findall(r"\{% macro ([a-z]\w*)\(", (TEMPLATES / "layouts" / f"{file}.html").read_text("utf-8"))
    unseen = {"keys", "script", "ticket", "autosave", "kept"}  # hidden fields, the tag of a script, what "drafted" is made of

    assert [macro for macro in macros if f"{name}.{macro}(" not in SHOWN and macro not in unseen] == []


def test_every_kind_of_form_that_a_rule_can_ask_for_is_shown() -> None:
    root = Path(__file__).resolve().parents[3]
    asked = {kind for module in (root / "rubric").glob("*.py") for kind in re.findall(r'return Form\(\s*"(\w+)"', module.read_text("utf-8"))}

    drawn = {kind: control for kind, *control in design.controls()}
    assert set(drawn) == asked | {"none"}
    for kind, (blank, filled, refused) in drawn.items():
        assert blank.form.kind == kind
        if kind != "none":
            assert not filled.errors
            assert filled.entered
            assert refused.errors, f"{kind}: what was typed there should be unreadable"


def test_every_tone_and_every_state_of_the_line_is_on_the_page(visit) -> None:
    page = visit().text

    for tone in ("good", "warn", "stop", "info"):
        assert f'class="tag {tone}"' in page
    for tone in ("success", "info", "warning", "danger"):
        assert f'class="notice {tone}"' in page
    for state in ('class="done"', 'class="now" aria-current="step"', "due soon", "前到期", "<b>今天</b>到期", "未定期限"):
        assert state in page
    assert page.count("aria-invalid") > 3
    assert "人民币陆佰玖拾贰万玖仟元整" in page


def test_a_returned_form_keeps_what_was_typed_but_says_so_only_where_it_is_true(visit) -> None:
    page = visit().text

    assert 'value="六百万"' in page
    assert page.count("您填写的内容都已保留。") == 1  # the form with a password keeps nothing, and does not say that it did


def test_every_kind_of_chart_is_shown_full_and_empty(visit) -> None:
    from reports import chart

    kinds = {getattr(chart, name) for name in chart.__all__ if hasattr(getattr(chart, name), "is_empty")} - {chart.Chart}
    shown = [figure for _, states in chart_samples() for _, figure in states]
    assert {type(figure) for figure in shown} == kinds
    assert {type(figure) for figure in shown if figure.is_empty} == kinds - {chart.Web}
    assert visit().text.count('class="chart-svg"') == len([figure for figure in shown if not figure.is_empty])


def test_the_page_itself_follows_the_rules(visit) -> None:
    page = visit().text
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert len(re.findall("<h1", page)) == 1
    assert re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=", page) is None
    assert sorted({each for each in ids if ids.count(each) > 1} - {"once"}) == []
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_written_language_names_every_token(visit) -> None:
    from app.web.palette import tokens

    root = Path(__file__).resolve().parents[3]
    written = (root / "docs" / "design.md").read_text("utf-8")
    assert [name for name in tokens((root / "static" / "css" / "tokens.css").read_text("utf-8")) if f"`--{name}`" not in written] == []
