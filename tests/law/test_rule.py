"""Rules: a sentence that can be true, and says where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pytest

from kernel.lifecycle import Lifecycle, Step
from kernel.refusal import Finding, Unlawful
from kernel.role import Role
from law import law_at
from law import rule as registry
from law.rule import rule, rules

LAW = law_at(date(2026, 3, 2))


@pytest.fixture(autouse=True)
def _rules_of_the_house_only(monkeypatch):
    """Rules made in a test are forgotten after it."""
    monkeypatch.setattr(registry, "_registry", dict(registry._registry))


def a_rule(found, **but):
    @rule(**{"zh": "招标期间不得少于二十日", "cites": "政府采购法 第三十五条", "id": "L-35", **but})
    def tendering_period_is_long_enough(tender, law):
        """Bidders get every day the law gives them."""
        return found

    return tendering_period_is_long_enough


def test_a_finding_gets_the_sentence_and_article_of_its_rule():
    assert a_rule(Finding("bids_close", have=1))(None, LAW) == Finding(
        "bids_close", "招标期间不得少于二十日", "政府采购法 第三十五条", have=1
    )


def test_a_finding_keeps_what_it_says_itself():
    own = Finding("bids_close", "另一句", "民法典 第二百零一条")

    assert a_rule(own)(None, LAW) == own


def test_what_is_known_from_memory_only_warns():
    for status, binding in (("V", True), ("V2", True), ("D", True), ("Mh", False), ("Mm", False), ("Ml", False)):
        made = a_rule(Finding("x"), status=status)
        assert made(None, LAW).binding is binding
        assert made.binding is binding


def test_a_rule_may_ask_for_attention_without_forbidding():
    assert a_rule(Finding("x", binding=False))(None, LAW).binding is False


def test_answers_keep_their_shape():
    assert a_rule(None)(None, LAW) is None
    assert a_rule([])(None, LAW) == ()
    several = a_rule(Finding(name) for name in "ab")(None, LAW)
    assert [finding.field for finding in several] == ["a", "b"]
    assert {finding.cites for finding in several} == {"政府采购法 第三十五条"}


def test_a_rule_tells_what_it_is():
    made = a_rule(None)

    assert (made.zh, made.cites, made.status, made.id) == (
        "招标期间不得少于二十日",
        "政府采购法 第三十五条",
        "V",
        "L-35",
    )
    assert made.__name__ == "tendering_period_is_long_enough"
    assert made.__doc__ == "Bidders get every day the law gives them."
    assert made in rules()


@pytest.mark.parametrize("wrong", [{"zh": " "}, {"cites": ""}, {"status": "X"}])
def test_a_rule_without_sentence_article_or_known_status_is_not_made(wrong):
    with pytest.raises(ValueError, match="规则"):
        a_rule(None, **wrong)


def test_a_lifecycle_judges_by_rules_and_lets_warnings_pass():
    class Stage(StrEnum):
        DRAFT = "draft"
        TENDERING = "tendering"

    @dataclass(frozen=True)
    class Facts:
        stage: Stage = Stage.DRAFT

    def table(*conditions):
        step = Step(Stage.DRAFT, "publish", Stage.TENDERING, Role.BUYER, conditions, "政府采购法 第三十五条")
        return Lifecycle("采购项目", step)

    warned = table(a_rule(Finding("x"), status="Mh")).take(Facts(), "publish", by=Role.BUYER, law=LAW)
    assert [finding.zh for finding in warned.warnings] == ["招标期间不得少于二十日"]
    with pytest.raises(Unlawful) as refusal:
        table(a_rule([Finding("x"), Finding("y")])).take(Facts(), "publish", by=Role.BUYER, law=LAW)
    assert [finding.field for finding in refusal.value.findings] == ["x", "y"]
