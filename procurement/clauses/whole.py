"""Reading a whole document: every passage by every rule, then what only the whole can show."""

from __future__ import annotations

from dataclasses import dataclass

from law.day import LawAt
from procurement.clauses.check import check
from procurement.clauses.contradiction import fact_contradictions
from procurement.clauses.dates import date_findings
from procurement.clauses.document import Document
from procurement.clauses.finding import ClauseFinding, Severity
from procurement.clauses.leftover import leftover_findings, subject_of
from procurement.clauses.parts import missing_parts
from procurement.clauses.procedure import LEFTOVER
from procurement.clauses.sums import sum_findings


@dataclass(frozen=True)
class Placed:
    """A finding with its place. ``text``: the words that were found; "" for what is missing from the whole."""

    finding: ClauseFinding
    place: str
    text: str


@dataclass(frozen=True)
class Checked:
    """What was found in a document. ``subject``: what the file is about, as it says itself."""

    document: Document
    subject: str
    findings: tuple[Placed, ...]

    def count(self, severity: Severity) -> int:
        return sum(each.finding.severity is severity for each in self.findings)


def check_document(document: Document, law: LawAt) -> Checked:
    """Every finding in ``document`` by the law of the day, in the order of its places; what is missing comes last."""
    subject = subject_of(document)
    found: list[ClauseFinding] = []
    for passage in document.passages():
        for each in check(passage.text, law, passage.among_scores):
            if each.rule == "87-65" and each.why == LEFTOVER:
                continue  # told below, by what this file is about
            start, end = each.span
            found.append(_at(each, passage.start + start, passage.start + end))
    found += leftover_findings(document, subject)
    found += sum_findings(document)
    found += fact_contradictions(document)
    found += date_findings(document, law)
    found.sort(key=lambda each: each.span)
    found += missing_parts(document)
    return Checked(document, subject, tuple(_placed(document, each) for each in _once(found)))


def _once(found: list[ClauseFinding]) -> list[ClauseFinding]:
    """The same rule on the same words is told once."""
    return list({(each.rule, each.span, each.why): each for each in found}.values())


def _at(finding: ClauseFinding, start: int, end: int) -> ClauseFinding:
    return ClauseFinding(finding.rule, finding.severity, finding.why, finding.rewrite, finding.cites, (start, end))


def _placed(document: Document, finding: ClauseFinding) -> Placed:
    start, end = finding.span
    return Placed(finding, document.place(start) if end > start else "全文", document.text[start:end])
