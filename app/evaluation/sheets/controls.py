"""Controls 评分控件: from a rule's form to the names a page uses, and from what the page sent back to a mark's value.

One part has one control. Its inputs are named ``v-<part>`` (``l-<part>`` for a band's level, ``v-<part>-<n>`` for one of
several counted choices), so that a page works without a script and everything typed can be shown again as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rubric.criterion import Criterion, Part
from rubric.rule import Choice, Form
from rubric.sheet import Mark


class Sent(Protocol):
    """What a form sent: werkzeug's MultiDict."""

    def get(self, key: str, default: str = "") -> str: ...
    def getlist(self, key: str) -> list[str]: ...


GATE = Form("boolean", (Choice("true", "满足"), Choice("false", "不满足")))
"""A gate 前置条件 is a fact that must hold, else the leaf is 0."""


@dataclass(frozen=True)
class Control:
    """One control of a leaf's page: the part (or gate) it enters, and how.

    entered  what is typed in it now: a text, a list, or a mapping by input name; as the person left it
    """

    id: str
    label: str
    form: Form
    sentence: str
    entered: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def controls_of(leaf: Criterion, entered: Mapping[str, Mapping[str, Any]], problems: Mapping[str, str]) -> list[Control]:
    """The controls of a leaf, gates first, with what was typed and what is wrong with it."""
    found = [
        Control(gate, gate, GATE, "前置条件: 不满足的, 本项为 0 分", entered.get(gate, {}), problems.get(gate, ""))
        for gate in leaf.gates
    ]
    for part in leaf.parts:
        form = part.rule.form if part.rule else Form("none", help="评分规则尚未制定")
        sentence = part.rule.describe() if part.rule else ""
        found.append(Control(part.id, _label(leaf, part), form, sentence, entered.get(part.id, {}), problems.get(part.id, "")))
    return found


def sent_to(leaf: Criterion, sent: Sent) -> dict[str, dict[str, Any]]:
    """What was typed into each control of the leaf, by input; the page shows it again after a refusal."""
    found: dict[str, dict[str, Any]] = {gate: {"v": sent.get(f"v-{gate}", "")} for gate in leaf.gates}
    for part in leaf.parts:
        kind = part.rule.form.kind if part.rule else "none"
        one: dict[str, Any] = {"v": sent.get(f"v-{part.id}", "")}
        if kind == "several":
            one = {"v": sent.getlist(f"v-{part.id}")}
        elif kind == "band":
            one["l"] = sent.get(f"l-{part.id}", "")
        elif kind in ("counts_by_grade", "values") and part.rule:
            one = {choice.value: sent.get(f"v-{part.id}-{n}", "") for n, choice in enumerate(part.rule.form.choices)}
        found[part.id] = one
    return found


def raw(form: Form, entered: Mapping[str, Any]) -> Any:
    """What the rule's ``parse`` takes; None where nothing was entered that could be an answer."""
    if form.kind == "several":
        return list(entered.get("v") or [])
    if form.kind == "band":
        level, points = entered.get("l", "").strip(), entered.get("v", "").strip()
        return {"level": level, "points": points} if level else points or None
    if form.kind in ("counts_by_grade", "values"):
        filled = {name: text.strip() for name, text in entered.items() if text.strip()}
        return filled if filled or form.kind == "counts_by_grade" else None
    text = entered.get("v", "").strip()
    return text if text or form.kind == "places" else None


def shown_again(form: Form, mark: Mark) -> dict[str, Any]:
    """What a saved mark looks like in its control."""
    value = mark.value
    if value is None:
        return {}
    if form.kind == "several":
        return {"v": list(value)}
    if form.kind == "band":
        if isinstance(value, Mapping):
            return {"l": value.get("level", ""), "v": str(value.get("points", ""))}
        return {"v": str(value)}
    if form.kind in ("counts_by_grade", "values"):
        return {str(name): str(number) for name, number in dict(value).items()}
    if form.kind == "places":
        return {"v": "、".join(str(place) for place in value)}
    if form.kind == "boolean":
        return {"v": "true" if value in (True, "true") else "false"}
    return {"v": str(value)}


def entered_before(leaf: Criterion, marks: Mapping[str, Mark]) -> dict[str, dict[str, Any]]:
    """What the saved marks of a leaf look like in its controls."""
    found = {gate: shown_again(GATE, marks[gate]) for gate in leaf.gates if gate in marks}
    for part in leaf.parts:
        if part.id in marks and part.rule:
            found[part.id] = shown_again(part.rule.form, marks[part.id])
    return found


def _label(leaf: Criterion, part: Part) -> str:
    return leaf.name if len(leaf.parts) == 1 and not part.name else (part.name or part.id)
