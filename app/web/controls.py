"""Marking controls 评分控件: what a rule asks for, drawn as a form control, and what the control sent, read back.

One rule, one control, the same wherever a mark is entered: a bid's declared facts, an expert's sheet, a correction, an
evaluator's sheet. The drawing is ``templates/layouts/controls.html``; what was typed stays typed when it cannot be read.
A control with several inputs names them ``<name>.<choice>``; 不适用 is ``na.<name>``, 未见佐证 ``unproven.<name>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from kernel.refusal import Finding
from rubric.criterion import Part
from rubric.rule import BadMark, Choice, Form, Rule, whole

LONGEST = 400
"""More than this nobody types into one input of a control."""

GATE = Form("boolean", (Choice("true", "满足"), Choice("false", "不满足")))
"""A gate 前置条件 is a fact that must hold, else the whole criterion is 0."""

WAIVE, UNPROVEN = "na", "unproven"
"""What may be said in place of a mark: 不适用, and 未见佐证材料."""


@dataclass(frozen=True)
class Control:
    """One control.

    name      of its inputs in the form
    part      what it marks; None for a gate
    sentence  its rule in words
    entered   what stands in it: a text, a list of texts, or texts by input
    errors    why it could not be read, in Chinese
    offers    which of WAIVE and UNPROVEN may be said here, and ``said`` which are said
    """

    name: str
    part: Part | None
    form: Form
    label: str
    sentence: str = ""
    entered: Any = ""
    errors: tuple[str, ...] = ()
    offers: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """A name that may stand in an address after #, and that no space can break."""
        return "".join(c if c.isalnum() else "-" for c in self.name)

    @property
    def not_applicable(self) -> bool:
        return WAIVE in self.said

    @property
    def proven(self) -> bool:
        return UNPROVEN not in self.said

    @property
    def given(self) -> Any:
        """What the rule's ``parse`` takes; None where nothing was entered. Left empty is not marked, not nought."""
        if isinstance(self.entered, Mapping):
            filled = {key: text for key, text in self.entered.items() if text}
            return filled or None
        return self.entered or None

    def value(self) -> Any:
        """The mark; None where nothing was entered. Raises BadMark for what the rule cannot read."""
        given = self.given
        if given is None or self.part is None or self.part.rule is None:
            return None
        value = self.part.rule.parse(given)
        return whole(value) if self.form.kind == "count" else value

    def holding(self, value: Any) -> Control:
        """The same control showing a kept value."""
        return replace(self, entered=_shown(self.form, value))

    def typed(self, sent: MultiDict[str, str]) -> Control:
        """The same control showing what a form sent, whatever it was."""
        said = frozenset(word for word in (WAIVE, UNPROVEN) if sent.get(f"{word}.{self.name}"))
        return replace(self, entered=_entered(self.form, self.name, sent), said=said)

    def blamed(self, *errors: str) -> Control:
        """The same control with more errors."""
        return replace(self, errors=(*self.errors, *errors))


def control(part: Part, value: Any = None, prefix: str = "", label: str = "") -> Control:
    """The control of ``part`` holding ``value`` (None = nothing yet)."""
    form = _form(part.rule)
    sentence = part.rule.describe() if part.rule is not None else ""
    return Control(f"{prefix}{part.id}", part, form, label or part.label, sentence, _shown(form, value))


def gate_control(gate: str, value: Any = None, prefix: str = "") -> Control:
    """The control of a gate 前置条件."""
    sentence = "前置条件: 不满足的, 本项为 0 分"
    return Control(f"{prefix}{gate}", None, GATE, gate, sentence, _shown(GATE, value))


def read_controls(
    parts: Iterable[Part], sent: MultiDict[str, str], prefix: str = ""
) -> tuple[dict[str, Any], dict[str, Control], tuple[Finding, ...]]:
    """What was sent for ``parts``: values by part id (blank ones left out), controls as typed, and everything unreadable."""
    values: dict[str, Any] = {}
    controls: dict[str, Control] = {}
    problems: list[Finding] = []
    for part in parts:
        drawn = control(part, prefix=prefix).typed(sent)
        try:
            value = drawn.value()
        except BadMark as refusal:
            drawn = drawn.blamed(refusal.message)
            problems.append(Finding(drawn.name, f"{part.label}: {refusal.message}"))
        else:
            if value is not None:
                values[part.id] = value
        controls[part.id] = drawn
    return values, controls, tuple(problems)


def _form(rule: Rule | None) -> Form:
    return rule.form if rule is not None else Form("none", help="评分规则尚未制定, 不能评分")


def _entered(form: Form, name: str, sent: MultiDict[str, str]) -> Any:
    if form.kind == "several":
        return [text[:LONGEST] for text in sent.getlist(name)]
    if form.kind in ("counts_by_grade", "values", "band"):
        keys = ("level", "points") if form.kind == "band" else [choice.value for choice in form.choices]
        return {key: sent.get(f"{name}.{key}", "").strip()[:LONGEST] for key in keys}
    return sent.get(name, "").strip()[:LONGEST]


def _shown(form: Form, value: Any) -> Any:
    """A kept value as the control shows it."""
    if form.kind == "several":
        held = [] if value is None else value if isinstance(value, list | tuple) else [value]
        none_of_them = [choice.value for choice in form.choices[-1:]] if value is not None and not held else []
        return [str(each) for each in held] or none_of_them
    if form.kind == "band" and value is not None and not isinstance(value, Mapping):
        return {"points": str(value)}
    if value is None:
        return {} if form.kind in ("band", "counts_by_grade", "values") else ""
    if isinstance(value, Mapping):
        return {str(key): str(held) for key, held in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "、".join(str(held) for held in value) or "无"
    return str(value)
