"""Clause check 条款体检: the words of a draft tender, read against the rules; each finding shows its place and a way out.

``check(text, law)`` reads one clause or passage, ``check_document(document, law)`` a whole file with its tables. A finding
never rejects by itself: it is words read by a machine, and a person decides.
"""

from procurement.clauses.check import check
from procurement.clauses.finding import ClauseFinding, Severity

__all__ = ["ClauseFinding", "Severity", "check"]
