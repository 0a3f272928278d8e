"""Nothing cites an article that is not there: every rule, number of the law and step of a procedure resolves."""

from __future__ import annotations

import re

import pytest

from law.citation import UnknownCitation, resolve_all
from law.rule import rules
from tests.architecture.tree import PURE, lifecycles, place, pure_modules, sources


def unresolved(cites: str) -> str:
    """Why ``cites`` leads to no article of ``law/instruments``; "" when all of it resolves."""
    try:
        resolve_all(cites)
    except UnknownCitation as why:
        return str(why)
    return ""


@pytest.mark.parametrize("cites", ["", "政府采购法 第九百条", "并不存在的办法 第一条", "政府采购法 第三十五条；政府采购法 第九百条"])
def test_a_citation_that_leads_nowhere_is_noticed(cites: str) -> None:
    assert unresolved(cites)


def test_an_article_that_is_there_resolves_in_its_long_and_short_name() -> None:
    assert unresolved("政府采购法 第三十五条；财政部令第87号 第五十五条；87号令 第五十五条") == ""


def test_every_rule_cites_an_article_that_resolves() -> None:
    pure_modules()
    judged = rules()

    assert judged, "no rule is registered: the walk over the pure core is broken"
    assert {rule.name: wrong for rule in judged if (wrong := unresolved(rule.cites))} == {}


def test_every_step_of_every_lifecycle_cites_an_article_that_resolves() -> None:
    found = {
        f"{lifecycle.name}: {step.source} {step.act} {step.target}": wrong
        for lifecycle in lifecycles()
        for step in lifecycle.steps
        if (wrong := unresolved(step.cites))
    }

    assert found == {}


def test_every_citation_written_in_code_resolves() -> None:
    """``cites="…"`` anywhere in the pure core, also in a finding, a parameter or a docstring's example."""
    written = re.compile(r"cites\s*=\s*\"([^\"]+)\"")
    found = [
        f"{place(path, number)}: {wrong}"
        for path in sources(*PURE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in written.finditer(line)
        if (wrong := unresolved(match.group(1)))
    ]

    assert found == []
