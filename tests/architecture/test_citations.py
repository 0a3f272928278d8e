"""Nothing cites an article that is not there: every rule, number of the law and step of a procedure resolves."""

from __future__ import annotations

import re

import pytest

from kernel.refusal import Refusal
from law.citation import resolve
from law.rule import rules
from tests.architecture.tree import PURE, lifecycles, place, pure_modules, sources

SEPARATOR = re.compile(r"[；;]")


def unresolved(cites: str) -> list[str]:
    """The articles in ``cites`` that no instrument of ``law/instruments`` has. An empty citation is one too."""
    wrong = []
    for article in SEPARATOR.split(cites) or [""]:
        try:
            resolve(article.strip())
        except (Refusal, LookupError, ValueError):
            wrong.append(article.strip() or "(nothing cited)")
    return wrong


@pytest.mark.parametrize("cites", ["", "政府采购法 第九百条", "并不存在的办法 第一条", "政府采购法 第三十五条；政府采购法 第九百条"])
def test_a_citation_that_leads_nowhere_is_noticed(cites: str) -> None:
    assert len(unresolved(cites)) == 1


def test_an_article_that_is_there_resolves_in_its_long_and_short_name() -> None:
    assert unresolved("政府采购法 第三十五条；财政部令第87号 第五十五条；87号令 第五十五条") == []


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
        f"{place(path, number)}: {'、'.join(wrong)}"
        for path in sources(*PURE)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in written.finditer(line)
        if (wrong := unresolved(match.group(1)))
    ]

    assert found == []
