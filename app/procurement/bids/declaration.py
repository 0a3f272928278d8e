"""The declaration 客观因素填报: a supplier's own value for every objective part of the scoring table.

The controls are drawn from each rule's ``form`` and read by its ``parse``; what was typed is kept whatever it was. A part
left empty is a part without proof: it is not declared, and gives no points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from werkzeug.datastructures import MultiDict

from kernel.points import shortest_text
from procurement.documents import Tender
from rubric.criterion import Criterion, Part
from rubric.rule import BadMark, Choice, whole

ENTERABLE = ("choice", "several", "boolean", "count", "number", "counts_by_grade", "values", "places")
"""Kinds of control that a bidder fills in; a band of judgement is never objective."""


@dataclass
class Control:
    """One control as the page draws it.

    kind, choices, unit, help   as ``rubric.rule.Form``
    typed     what stands in it: a text, a list of texts, or texts by choice
    errors    what is wrong with it
    """

    part: Part
    leaf: Criterion
    kind: str
    choices: tuple[Choice, ...]
    unit: str = ""
    help: str = ""
    typed: Any = ""
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name of the control in the form; controls with one box per choice add ``.n``."""
        return f"fact.{self.part.id}"

    @property
    def id(self) -> str:
        """A name that may stand in an address after #, and that no space can break."""
        return "fact-" + "".join(c if c.isalnum() else "-" for c in self.part.id)

    @property
    def label(self) -> str:
        """What is asked, in the words of the documents."""
        items = getattr(self.part.rule, "items", ())
        if len(items) > 1:
            return "具备下列各项中的几项" if self.kind == "choice" else "下列各项是否全部具备"
        return self.part.name or getattr(self.part.rule, "input", "") or self.unit or "".join(items) or self.leaf.name

    @property
    def empty(self) -> bool:
        typed = self.typed.values() if isinstance(self.typed, Mapping) else self.typed
        return not any(str(text).strip() for text in typed)


@dataclass
class Question:
    """One criterion with what a bidder fills in for it: its controls (none where experts judge), and its proofs."""

    leaf: Criterion
    controls: tuple[Control, ...]
    judged: int
    proof: str = ""

    @property
    def proof_name(self) -> str:
        return f"proof.{self.leaf.id}"


class Declaration:
    """All questions of one tender, with what stands in them."""

    def __init__(self, tender: Tender) -> None:
        leaves = tender.rubric.leaves() if tender.rubric is not None else ()
        self.questions = tuple(_question(leaf) for leaf in leaves)

    @property
    def controls(self) -> tuple[Control, ...]:
        return tuple(control for question in self.questions for control in question.controls)

    def fill(self, facts: Mapping[str, Any], proofs: Mapping[str, str]) -> None:
        """Let the controls show a bid that was handed in before."""
        for control in self.controls:
            if control.part.id in facts:
                control.typed = _shown(control, facts[control.part.id])
        for question in self.questions:
            question.proof = proofs.get(question.leaf.id, "")

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        """The declared values that the form sent, by part id. What cannot be read is an error at its control."""
        for question in self.questions:
            question.proof = sent.get(question.proof_name, "")[:4000]
        values = {}
        for control in self.controls:
            control.typed = _sent(control, sent)
            if control.empty or control.part.rule is None:
                continue
            try:
                value = control.part.rule.parse(control.typed)
            except BadMark as refusal:
                control.errors.append(refusal.message)
            else:
                values[control.part.id] = whole(value) if control.kind == "count" else value
        return values

    def proofs(self) -> dict[str, str]:
        """The proofs that were named, by criterion."""
        return {question.leaf.id: question.proof.strip() for question in self.questions if question.proof.strip()}

    def problems(self) -> list[tuple[str, str, str]]:
        """(control id, label, sentence) of everything that is wrong."""
        return [(c.id, f"{c.leaf.label}（{c.label}）", error) for c in self.controls for error in c.errors]


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
    controls = []
    for part in leaf.parts:
        if part.objective and part.rule is not None and part.rule.form.kind in ENTERABLE:
            form = part.rule.form
            typed: Any = {"several": [], "counts_by_grade": {}, "values": {}}.get(form.kind, "")
            controls.append(Control(part, leaf, form.kind, form.choices, form.unit, form.help, typed))
    return Question(leaf, tuple(controls), sum(not part.objective for part in leaf.parts))


def _sent(control: Control, sent: MultiDict[str, str]) -> Any:
    if control.kind == "several":
        return [text[:200] for text in sent.getlist(control.name)]
    if control.kind in ("counts_by_grade", "values"):
        return {c.value: sent.get(f"{control.name}.{n}", "").strip()[:40] for n, c in enumerate(control.choices)}
    return sent.get(control.name, "").strip()[:400]


def _shown(control: Control, value: Any) -> Any:
    if control.kind == "several":
        return [str(each) for each in value] if isinstance(value, list) else [str(value)]
    if control.kind in ("counts_by_grade", "values"):
        return {name: str(number) for name, number in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)
