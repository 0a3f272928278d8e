"""The form of a review: for each item of one bid, passed or not, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.procurement.qualifications.models import ReviewItemRow
from app.procurement.qualifications.services import Conclusion
from procurement.qualification import ReviewItem

PASSED, FAILED = "passed", "failed"
THE_REST = "rest"
"""The name of the button that concludes every item still blank as passed."""


@dataclass(frozen=True)
class Line:
    """One item of one bid on the page: what it asks, and what was chosen or typed so far."""

    item: ReviewItem
    choice: str = ""
    reason: str = ""
    error: str = ""


def lines_of(items: Iterable[ReviewItem], kept: dict[str, ReviewItemRow]) -> list[Line]:
    """The lines of one bid as they are kept."""
    found = []
    for item in items:
        row = kept.get(item.number)
        found.append(Line(item) if row is None else Line(item, PASSED if row.passed else FAILED, row.reason))
    return found


def typed_lines(items: Iterable[ReviewItem], sent: MultiDict[str, str], errors: dict[str, str]) -> list[Line]:
    """The lines as they were sent, with what is wrong with each: nothing typed is lost."""
    return [
        Line(item, sent.get(f"choice.{item.number}", ""), sent.get(f"reason.{item.number}", ""), errors.get(item.number, ""))
        for item in items
    ]


def conclusions_sent(items: Iterable[ReviewItem], bid_id: int, sent: MultiDict[str, str]) -> list[Conclusion]:
    """The conclusions of one bid's form; blank items are left out, or passed when the button said so."""
    found = []
    for item in items:
        choice = sent.get(f"choice.{item.number}", "") or (PASSED if THE_REST in sent else "")
        if choice in (PASSED, FAILED):
            found.append(Conclusion(bid_id, item.number, choice == PASSED, sent.get(f"reason.{item.number}", "").strip()))
    return found
