"""Marks of many bids into points: each leaf with the same marks is computed once by the rubric's own engine.

A table with 10,000 bids holds few different rows per leaf, so the answer is kept per leaf and row of values. The engine
stays the only place that knows what a rule, a gate, ``requires`` or a cap does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kernel.refusal import BadInput, Finding
from rubric.aggregation import Circumstances, LeafMark, score_sheet
from rubric.criterion import Criterion, Part, Rubric
from rubric.rule import BadMark
from rubric.sheet import Mark, Sheet


@dataclass(frozen=True)
class Typed:
    """Points that an expert typed in place of a choice, on the rule's own scale."""

    points: Fraction


@dataclass(frozen=True)
class _Leaf:
    """A leaf with everything its points depend on."""

    leaf: Criterion
    alone: Rubric
    parts: tuple[Part, ...]
    gates: tuple[str, ...]
    objective: bool
    pooled: bool


class Marking:
    """One rubric, ready to turn values into points. Holds answers, no facts about bids."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.leaves = tuple(self._leaf(leaf) for leaf in rubric.leaves())
        self._known: dict[tuple[Any, ...], LeafMark] = {}

    def _leaf(self, leaf: Criterion) -> _Leaf:
        owners = {leaf.id: leaf}
        waiting = list(leaf.parts)
        while waiting:
            required = waiting.pop().requires
            if required is not None:
                owner = self.rubric.leaf_of(required)
                if owner.id not in owners:
                    owners[owner.id] = owner
                    waiting += owner.parts
        bare = tuple(replace(o, parties={}) for o in owners.values())
        alone = replace(self.rubric, criteria=bare, parties={}, stages={})
        parts = tuple(part for o in owners.values() for part in o.parts)
        return _Leaf(
            leaf, alone, parts, tuple(dict.fromkeys(g for o in owners.values() for g in o.gates)),
            all(p.objective for p in parts), any(p.rule is not None and p.rule.pool_relative for p in parts),
        )  # fmt: skip

    def mark(
        self, leaf: _Leaf, facts: Mapping[str, Any], choices: Mapping[str, Any], pool: Mapping[str, Sequence[Any]]
    ) -> LeafMark:
        """The leaf as one expert marked it: ``facts`` by objective part and gate, ``choices`` by subjective part."""
        values = tuple((facts if p.objective else choices).get(p.id) for p in leaf.parts)
        gates = tuple(facts.get(g) for g in leaf.gates)
        if leaf.pooled:
            return self._compute(leaf, values, gates, pool)
        key = (leaf.leaf.id, _frozen(values), gates)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._compute(leaf, values, gates, pool)
        return known

    def _compute(
        self, leaf: _Leaf, values: Sequence[Any], gates: Sequence[Any], pool: Mapping[str, Sequence[Any]]
    ) -> LeafMark:
        marks = {
            part.id: Mark(points=value.points) if isinstance(value, Typed) else Mark(value)
            for part, value in zip(leaf.parts, values, strict=True)
        }
        circumstances = Circumstances(facts=dict(zip(leaf.gates, gates, strict=True)), pool=pool)
        made = score_sheet(leaf.alone, Sheet("", marks), circumstances).get(leaf.leaf.id)
        if made is None or made.points is None:
            raise BadInput((Finding(leaf.leaf.id, f"{leaf.leaf.label}: 无法计分"),))
        return made


def _frozen(value: Any) -> Any:
    """A value as a key: what YAML and forms can hold, made hashable. 1, 1.0 and True are told apart."""
    if isinstance(value, str | Typed) or value is None:
        return value
    if isinstance(value, Mapping):
        return ("map", *((str(k), _frozen(v)) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))))
    if isinstance(value, Sequence):
        return tuple(_frozen(v) for v in value)
    return (type(value).__name__, value)


def value_problem(part: Part, value: Any) -> str:
    """Why the part's rule cannot read the value, in Chinese; "" when it can."""
    if part.rule is None or not part.rule.computes:
        return "评分规则尚未制定, 不能评分"
    try:
        part.rule.check(value)
    except BadMark as refusal:
        return refusal.message
    return ""
