"""What the clause check says of a place in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """违反 breaks the rule as written; 风险 needs a reason or a check; 提示 asks to look again."""

    VIOLATION = "violation"
    RISK = "risk"
    HINT = "hint"

    @property
    def zh(self) -> str:
        return {"violation": "违反", "risk": "风险", "hint": "提示"}[self.value]


@dataclass(frozen=True)
class ClauseFinding:
    """One finding.

    rule      the line of the rule sheet, e.g. ``R-20(4)``
    why       what is wrong, in Chinese; rewrite: a lawful way to say it; cites: the article
    span      (start, end) in the text that was read, end excluded
    """

    rule: str
    severity: Severity
    why: str
    rewrite: str
    cites: str
    span: tuple[int, int]

    @property
    def family(self) -> str:
        """The rule without its item: ``R-20(4)`` is of the family ``R-20``."""
        return family(self.rule)


def family(rule: str) -> str:
    """The rule without its item in brackets.

    >>> family("R-20(4)"), family("87-20"), family("38-1")
    ('R-20', '87-20', '38-1')
    """
    return rule.split("(", 1)[0]
