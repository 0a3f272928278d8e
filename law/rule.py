"""Rules 规则: a rule is a sentence that can be true, and says where it is written.

    @rule(zh="招标期间不得少于二十日", cites="政府采购法 第三十五条", id="L-35")
    def tendering_period_is_long_enough(tender: Tender, law: LawAt) -> Finding | None: ...

The decorated rule is called like the function. Findings that leave ``zh`` or ``cites`` empty get the rule's; findings
of a rule whose status begins with "M" (from memory, not yet read in the official text) only warn. Every rule is
registered, so that tests and the law index can list all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from kernel.refusal import Finding

P = ParamSpec("P")
R = TypeVar("R", covariant=True)

STATUSES = ("V", "V2", "Mh", "Mm", "Ml", "D")
"""How well a rule or number was checked: V read in the full text; V2 secondary source only; Mh/Mm/Ml from memory with
high, medium, low confidence; D our own derivation from other rules."""


class Rule(Generic[P, R]):
    """A function ``(facts, law) -> Finding | Iterable[Finding] | None`` with its sentence and its article."""

    __name__: str
    __qualname__: str

    def __init__(self, judge: Callable[P, R], *, zh: str, cites: str, status: str, id: str) -> None:
        self.judge = judge
        self.zh = zh
        self.cites = cites
        self.status = status
        self.id = id
        update_wrapper(self, judge)

    @property
    def name(self) -> str:
        """``module.function``: where the rule is written in code, and its key in the registry."""
        return f"{self.judge.__module__}.{self.judge.__qualname__}"

    @property
    def binding(self) -> bool:
        """False while the rule is known from memory only: then it warns."""
        return not self.status.startswith("M")

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's answer in its own shape: None, one finding, or (for any iterable) a tuple of findings."""
        found: Any = self.judge(*args, **kwargs)
        if found is None:
            return cast(R, None)
        if isinstance(found, Finding):
            return cast(R, self._complete(found))
        return cast(R, tuple(self._complete(each) for each in cast(Iterable[Finding], found)))

    def __repr__(self) -> str:
        return f"<rule {self.name}: {self.zh}（{self.cites}）>"

    def _complete(self, finding: Finding) -> Finding:
        zh, cites = finding.zh or self.zh, finding.cites or self.cites
        binding = finding.binding and self.binding
        if (zh, cites, binding) == (finding.zh, finding.cites, finding.binding):
            return finding
        return replace(finding, zh=zh, cites=cites, binding=binding)


_registry: dict[str, Rule[Any, Any]] = {}


def rule(*, zh: str, cites: str, status: str = "V", id: str = "") -> Callable[[Callable[P, R]], Rule[P, R]]:
    """Make a function a rule and register it. ``id`` is the line of the rule sheet, e.g. ``L-35``.

    Several articles are separated by "；". Raises ValueError for an empty sentence or article and an unknown status.
    That the citation resolves is checked by the test suite over the whole registry, so importing stays light.
    """
    if not zh.strip() or not cites.strip():
        raise ValueError("规则须写明内容（zh）和依据（cites）")
    if status not in STATUSES:
        raise ValueError(f"规则的核对状态须为 {'、'.join(STATUSES)}: {status!r}")

    def decorate(judge: Callable[P, R]) -> Rule[P, R]:
        made = Rule(judge, zh=zh, cites=cites, status=status, id=id)
        _registry[made.name] = made
        return made

    return decorate


def rules() -> tuple[Rule[Any, Any], ...]:
    """Every rule of the modules imported so far, in the order of definition."""
    return tuple(_registry.values())
