"""Lifecycles 流程: a state machine as a table that a lawyer can read. What is not in the table cannot happen.

The buttons of a page, the diagram of the handbook and the refusals of a service are all drawn from the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kernel.refusal import Finding, NotPermitted, Unlawful, WrongStage
from kernel.role import Role

Condition = Callable[[Any, Any], Finding | Iterable[Finding] | None]
"""A rule ``(facts, law) -> finding, findings or None``: a sentence that must hold for the step to be taken."""


@dataclass(frozen=True)
class Step:
    """One row of the table: from where, which act, to where, by whom, what must hold, written in which article."""

    source: StrEnum
    act: str
    target: StrEnum
    who: tuple[Role, ...] | Role
    conditions: tuple[Condition, ...]
    cites: str
    zh: str = ""

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.who if isinstance(self.who, tuple) else (self.who,)


@dataclass(frozen=True)
class Taken:
    """A step that may be taken, with the warnings (findings that do not bind) it leaves for the file."""

    step: Step
    warnings: tuple[Finding, ...] = ()

    @property
    def target(self) -> StrEnum:
        return self.step.target

    @property
    def cites(self) -> str:
        return self.step.cites


class Lifecycle:
    """A named table of steps. ``take`` gives the step or refuses; it changes nothing."""

    def __init__(self, name: str, *steps: Step) -> None:
        self.name = name
        self.steps = steps

    def steps_from(self, stage: StrEnum, role: Role | None = None) -> tuple[Step, ...]:
        """The steps that leave ``stage``; only those open to ``role`` when one is given. Pages draw buttons from it."""
        return tuple(s for s in self.steps if s.source == stage and (role is None or role in s.roles))

    def take(self, facts: Any, act: str, *, by: Role, law: Any) -> Taken:
        """The step ``act`` from ``facts.stage``, if the table has it, ``by`` may take it, and every condition holds.

        Raises WrongStage, NotPermitted or Unlawful, in this order; Unlawful carries every binding finding at once.
        """
        named = [s for s in self.steps if s.source == facts.stage and s.act == act]
        if not named:
            possible = "、".join(s.zh or s.act for s in self.steps_from(facts.stage)) or "无"
            raise WrongStage(f"{self.name}: 现处“{_zh(facts.stage)}”环节, 不能办理此事项; 现在可以办理: {possible}")
        permitted = [s for s in named if by in s.roles]
        if not permitted:
            who = "、".join(role.zh for s in named for role in s.roles)
            raise NotPermitted(f"{self.name}: “{named[0].zh or act}”由{who}办理（{named[0].cites}）")
        step = permitted[0]
        findings = tuple(found for condition in step.conditions for found in _each(condition(facts, law)))
        binding = tuple(f for f in findings if f.binding)
        if binding:
            raise Unlawful(binding, f"{self.name}: 不能{step.zh or act}")
        return Taken(step, findings)


def _each(found: Finding | Iterable[Finding] | None) -> Iterable[Finding]:
    if found is None:
        return ()
    if isinstance(found, Finding):
        return (found,)
    return tuple(found)


def _zh(stage: StrEnum) -> str:
    return getattr(stage, "zh", str(stage))
