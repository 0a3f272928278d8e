"""The declaration 客观因素填报: a supplier's own value for every objective part of the scoring table.

The controls are those of every mark (app/web/controls.py); what was typed is kept whatever it was. A part left empty is a
part without proof: it is not declared, and gives no points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from werkzeug.datastructures import MultiDict

from app.web.controls import Control, control
from kernel.points import shortest_text
from procurement.documents import Tender
from rubric.criterion import Criterion, Part
from rubric.rule import BadMark

ENTERABLE = ("choice", "several", "boolean", "count", "number", "counts_by_grade", "values", "places")
"""Kinds of control that a bidder fills in; a band of judgement is never objective."""

FACT, PROOF = "fact.", "proof."
"""What the names of the controls begin with."""


@dataclass
class Question:
    """One criterion with what a bidder fills in for it: its controls (none where experts judge), and its proofs."""

    leaf: Criterion
    controls: tuple[Control, ...]
    judged: int
    proof: str = ""

    @property
    def proof_name(self) -> str:
        return f"{PROOF}{self.leaf.id}"


class Declaration:
    """All questions of one tender, with what stands in them."""

    def __init__(self, tender: Tender) -> None:
        leaves = tender.rubric.leaves() if tender.rubric is not None else ()
        self.questions = tuple(_question(leaf) for leaf in leaves)

    def fill(self, facts: Mapping[str, Any], proofs: Mapping[str, str]) -> None:
        """Let the controls show a bid that was handed in before."""
        for question in self.questions:
            question.controls = tuple(c.holding(facts.get(_part(c).id)) for c in question.controls)
            question.proof = proofs.get(question.leaf.id, "")

    def keep_typed(self, sent: MultiDict[str, str]) -> None:
        """Let the controls show what was typed, without judging it."""
        for question in self.questions:
            question.proof = sent.get(question.proof_name, "")[:4000]
            question.controls = tuple(c.typed(sent) for c in question.controls)

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        """The declared values that the form sent, by part id. What cannot be read is an error at its control."""
        self.keep_typed(sent)
        values = {}
        for question in self.questions:
            for drawn in question.controls:
                try:
                    value = drawn.value()
                except BadMark as refusal:
                    self.blame(_part(drawn).id, refusal.message)
                else:
                    if value is not None:
                        values[_part(drawn).id] = value
        return values

    def blame(self, part: str, error: str) -> bool:
        """Put an error at the control of ``part``. False where there is none."""
        for question in self.questions:
            if any(_part(c).id == part for c in question.controls):
                question.controls = tuple(c.blamed(error) if _part(c).id == part else c for c in question.controls)
                return True
        return False

    def proofs(self) -> dict[str, str]:
        """The proofs that were named, by criterion."""
        return {question.leaf.id: question.proof.strip() for question in self.questions if question.proof.strip()}

    def problems(self) -> list[tuple[str, str, str]]:
        """(control id, label, sentence) of everything that is wrong."""
        return [
            (c.id, f"{question.leaf.label}（{c.label}）", error)
            for question in self.questions
            for c in question.controls
            for error in c.errors
        ]


def shown_value(part: Part, value: Any) -> str:
    """A declared value as a receipt or an opening record prints it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "、".join(f"{name} {number}" for name, number in value.items()) or "无"
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value) or "无"
    if isinstance(value, Fraction):
        return shortest_text(value)
    unit = part.rule.form.unit if part.rule is not None and len(part.rule.form.unit) <= 2 else ""
    return f"{value}{unit}"


def _question(leaf: Criterion) -> Question:
    controls = tuple(
        control(part, prefix=FACT, label=_label(leaf, part))
        for part in leaf.parts
        if part.objective and part.rule is not None and part.rule.form.kind in ENTERABLE
    )
    return Question(leaf, controls, sum(not part.objective for part in leaf.parts))


def _label(leaf: Criterion, part: Part) -> str:
    """What is asked, in the words of the documents."""
    assert part.rule is not None  # only such parts are declared
    items, form = getattr(part.rule, "items", ()), part.rule.form
    if len(items) > 1:
        return "具备下列各项中的几项" if form.kind == "choice" else "下列各项是否全部具备"
    return part.name or getattr(part.rule, "input", "") or form.unit or "".join(items) or leaf.name


def _part(drawn: Control) -> Part:
    assert drawn.part is not None  # a declaration has no gates
    return drawn.part
