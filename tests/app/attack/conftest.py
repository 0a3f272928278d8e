"""What the attackers share: a whole procurement and a whole evaluation on file, and somebody of every role."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.accounts import Actor
from kernel.role import Role
from tests.builders import evaluation_story, story
from tests.builders.accounts import an_actor


@dataclass
class City:
    """A procurement that came to its contract, an evaluation that came to its result, and people who have no part in either."""

    tender: story.Story
    evaluation: evaluation_story.Story
    strangers: dict[Role, Actor]


@pytest.fixture
def city(work) -> City:
    told = story.contracted(work)
    evaluated = evaluation_story.a_story().final()
    roles = (
        Role.BUYER, Role.SUPPLIER, Role.EXPERT, Role.EVALUATION_BODY, Role.EVALUATOR, Role.FINANCE, Role.OVERSEER,
        Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN,
    )  # fmt: skip
    with work() as unit:
        strangers = {role: an_actor(unit, role) for role in roles}
    return City(told, evaluated, strangers)
