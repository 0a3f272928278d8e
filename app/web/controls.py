"""Marking controls 评分控件: what a rule asks for, drawn as a form control, and what the control sent, read back.

One rule, one control, the same wherever a mark is entered: a bid's declared facts, an expert's sheet, an evaluator's
sheet. The drawing is ``templates/layouts/controls.html``; what was typed stays typed when it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kernel.refusal import Finding
from rubric.criterion import Part
from rubric.rule import BadMark, Form, Rule


@dataclass(frozen=True)
class Control:
    """One part's control. ``entered``: what to show in it, as texts; ``error``: why it could not be read, in Chinese."""

    name: str
    part: Part
    form: Form
    entered: Any
    error: str = ""


def control(part: Part, value: Any = None, prefix: str = "") -> Control:
    """The control of ``part`` holding ``value`` (None = nothing yet)."""
    return Control(f"{prefix}{part.id}", part, _form(part.rule), _shown(value))


def read_controls(
    parts: Iterable[Part], sent: MultiDict[str, str], prefix: str = ""
) -> tuple[dict[str, Any], dict[str, Control], tuple[Finding, ...]]:
    """What was sent for ``parts``: values by part id (blank ones left out), controls as typed, and everything unreadable."""
    values: dict[str, Any] = {}
    controls: dict[str, Control] = {}
    problems: list[Finding] = []
    for part in parts:
        form, name = _form(part.rule), f"{prefix}{part.id}"
        entered = _entered(form, name, sent)
        error = ""
        if part.rule is not None and not _blank(entered):
            try:
                values[part.id] = part.rule.parse(_filled(entered))
            except BadMark as refusal:
                error = refusal.message
                problems.append(Finding(name, f"{part.label}: {refusal.message}"))
        controls[part.id] = Control(name, part, form, entered, error)
    return values, controls, tuple(problems)


def _form(rule: Rule | None) -> Form:
    return rule.form if rule is not None else Form("none", help="评分规则尚未制定")


def _entered(form: Form, name: str, sent: MultiDict[str, str]) -> Any:
    if form.kind == "several":
        return sent.getlist(name)
    if form.kind in ("counts_by_grade", "values"):
        return {choice.value: sent.get(f"{name}.{choice.value}", "").strip() for choice in form.choices}
    if form.kind == "band":
        return {key: sent.get(f"{name}.{key}", "").strip() for key in ("level", "points")}
    return sent.get(name, "").strip()


def _blank(entered: Any) -> bool:
    if isinstance(entered, Mapping):
        return not any(entered.values())
    return not entered


def _filled(entered: Any) -> Any:
    """Blank places of a table mean nothing was counted there."""
    if isinstance(entered, Mapping) and "level" not in entered:
        return {key: text for key, text in entered.items() if text}
    return entered


def _shown(value: Any) -> Any:
    """A kept value as the control shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return {str(key): _shown(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [str(held) for held in value]
    return str(value)
