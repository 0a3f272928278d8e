"""A lifecycle is a table that a lawyer can read: complete, without dead ends, every step named and answered for."""

from __future__ import annotations

import pytest

from kernel.lifecycle import Lifecycle
from tests.architecture.tree import lifecycles

TABLES = lifecycles()

HANDS_ON = {"nothing_is_outstanding", "everything_is_settled"}
"""Conditions that judge nothing themselves: they hand on what another module found, each with its own sentence."""


def test_both_wings_have_their_tables() -> None:
    """A tender, a contract and an evaluation each move by a table; a walk that finds none would check nothing."""
    assert len(TABLES) >= 2
    assert len({table.name for table in TABLES}) == len(TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_step_has_a_chinese_name_for_its_button_and_a_capacity_that_takes_it(table: Lifecycle) -> None:
    assert [(step.source, step.act) for step in table.steps if not step.zh or not step.roles] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_from_one_stage_the_same_act_of_the_same_capacity_leads_to_one_place(table: Lifecycle) -> None:
    rows = [(step.source, step.act, role) for step in table.steps for role in step.roles]

    assert sorted(rows) == sorted(set(rows))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_stage_can_be_reached_and_has_a_chinese_name(table: Lifecycle) -> None:
    stages = type(table.steps[0].source)
    assert all(isinstance(stage, stages) for step in table.steps for stage in (step.source, step.target))

    reached = {table.steps[0].source}
    while more := {step.target for step in table.steps if step.source in reached} - reached:
        reached |= more

    assert set(stages) - reached == set()
    assert all(stage.zh for stage in stages)  # type: ignore[attr-defined]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_condition_says_its_sentence_and_its_article(table: Lifecycle) -> None:
    """A condition without a sentence refuses a person who then learns neither what nor why."""
    silent = [
        (step.act, getattr(condition, "__name__", repr(condition)))
        for step in table.steps
        for condition in step.conditions
        if getattr(condition, "__name__", "") not in HANDS_ON
        and (not getattr(condition, "zh", "") or not getattr(condition, "cites", ""))
    ]

    assert silent == []
