"""Every clause rule, in the order in which they speak: the more exact one first."""

from __future__ import annotations

from procurement.clauses.contracting import CONTRACTING
from procurement.clauses.differential import DIFFERENTIAL
from procurement.clauses.entry import ENTRY
from procurement.clauses.money import MONEY
from procurement.clauses.procedure import PROCEDURE
from procurement.clauses.proof import PROOF
from procurement.clauses.remedy import REMEDY
from procurement.clauses.rule import ClauseRule
from procurement.clauses.scoring import SCORING
from procurement.clauses.staffing import STAFFING

RULES: tuple[ClauseRule, ...] = (
    *ENTRY, *DIFFERENTIAL, *STAFFING, *SCORING, *PROOF, *MONEY, *REMEDY, *CONTRACTING, *PROCEDURE,
)  # fmt: skip
