"""A clause rule 条款规则: how a kind of clause is written, why it may not be, and how to say it lawfully."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from law.day import LawAt
from procurement.clauses.finding import Severity
from procurement.clauses.plain import Clause
from procurement.clauses.sense import forbidden_or_not_needed

VIOLATION, RISK, HINT = Severity.VIOLATION, Severity.RISK, Severity.HINT

Judge = Callable[[re.Match[str], Clause, LawAt], bool]
"""Whether what was found is wrong: where a number or the words around decide."""


@dataclass(frozen=True)
class ClauseRule:
    """One rule.

    id       the line of the rule sheet; topic: what it is about, for the index and for tests
    words    one of them must stand in the text, or the pattern is not tried (speed)
    pattern  how it is written, over plain text
    scored   only where points are given
    unless   not where this stands in the same sentence
    guarded  not where the sentence forbids it, or says that it is not needed
    judge    decides on the match; None: the words are enough
    """

    id: str
    topic: str
    severity: Severity
    cites: str
    why: str
    rewrite: str
    words: tuple[str, ...]
    pattern: str
    scored: bool = False
    unless: str = ""
    guarded: bool = True
    judge: Judge | None = None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _unless(self) -> re.Pattern[str] | None:
        return re.compile(self.unless) if self.unless else None

    def find(self, clause: Clause, law: LawAt) -> Iterator[tuple[int, int]]:
        """Places in the plain text, in order."""
        if not any(word in clause.plain for word in self.words) or (self.scored and not clause.scored):
            return
        for found in self._pattern.finditer(clause.plain):
            start, end = found.span()
            if self._unless is not None and self._unless.search(clause.plain, *_around(clause, start, end)):
                continue
            if self.guarded and forbidden_or_not_needed(clause, start, end):
                continue
            if self.judge is None or self.judge(found, clause, law):
                yield start, end


def _around(clause: Clause, start: int, end: int) -> tuple[int, int]:
    """From the start of the first sentence touched to the end of the last one."""
    return clause.sentence(start)[0], clause.sentence(max(start, end - 1))[1]


def words(text: str) -> tuple[str, ...]:
    """Words parted by spaces."""
    return tuple(text.split())
