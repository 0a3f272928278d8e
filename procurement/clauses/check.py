"""Reading one passage: every rule, each told once, the first of two that say the same of words that stand together."""

from __future__ import annotations

from itertools import chain, islice

from law.day import LawAt
from procurement.clauses.arithmetic import passage_sums, unscored_items
from procurement.clauses.catalogue import RULES
from procurement.clauses.contradiction import passage_contradictions
from procurement.clauses.finding import ClauseFinding, family
from procurement.clauses.plain import Clause, plain

_NEAR = 12
"""Characters between two places of one family that are still one thing said twice."""

_MOST_OTHERS = 50


def check(text: str, law: LawAt, among_scores: bool = False) -> tuple[ClauseFinding, ...]:
    """The findings in ``text``, in the order of their places.

    law            that of the day on which the documents go out
    among_scores   whether the passage stands in a scoring table, where a line need not repeat its points
    """
    return check_clause(plain(text, among_scores), law)


def check_clause(clause: Clause, law: LawAt) -> tuple[ClauseFinding, ...]:
    """The same for a passage already in plain form."""
    found: list[tuple[int, int, ClauseFinding]] = []
    told: set[tuple[str, str]] = set()
    for rule in RULES:
        for start, end in rule.find(clause, law):
            if (rule.id, rule.topic) in told:
                break
            if any(family(rule.id) == each.family and start < e + _NEAR and s < end + _NEAR for s, e, each in found):
                continue
            told.add((rule.id, rule.topic))
            found.append(
                (
                    start,
                    end,
                    ClauseFinding(
                        rule.id, rule.severity, rule.why, rule.rewrite, rule.cites, clause.span(start, end)
                    ),
                )
            )
    said = [each for _, _, each in sorted(found, key=lambda item: (item[0], item[1]))]
    others = chain(passage_sums(clause), unscored_items(clause), passage_contradictions(clause))
    said += [
        other
        for other in islice(others, _MOST_OTHERS)
        if not any(other.rule == each.rule and _overlap(other.span, each.span) for each in said)
    ]
    return tuple(sorted(said, key=lambda each: each.span))


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
