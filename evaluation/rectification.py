"""Rectification 整改: findings of an evaluation that must be mended, each with its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.refusal import Finding


@dataclass(frozen=True)
class Rectification:
    """整改事项: what was found, at which leaf of the rubric, what is asked, and by when. ``done_on`` None: still open."""

    leaf: str
    found: str
    asked: str
    due: date
    done_on: date | None = None

    def overdue(self, today: date) -> bool:
        """True from the day after ``due`` while it is not done. Done late stays late: see ``late``."""
        return self.done_on is None and today > self.due

    @property
    def late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due


def rectification_findings(item: Rectification, decided_on: date) -> tuple[Finding, ...]:
    """What is missing in a rectification before it may be ordered, everything at once."""
    found = []
    if not item.found.strip():
        found.append(Finding("found", "请写明发现的问题"))
    if not item.asked.strip():
        found.append(Finding("asked", "请写明整改要求"))
    if item.due <= decided_on:
        found.append(Finding("due", "整改期限须晚于提出之日", have=item.due, need=f"晚于 {decided_on}"))
    return tuple(found)
