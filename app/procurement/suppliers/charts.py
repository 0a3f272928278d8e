"""The chart of an agency's standing over the years 历年履约评估: for its file and for its public page."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from app.procurement.suppliers.models import StandingRow
from kernel.period import aware
from reports.chart import Record, Standing


def standing_chart(rows: Iterable[StandingRow]) -> Standing:
    """Every record as points of a hundred on the day it was entered; the text beside is the score as it was published."""
    return Standing(tuple(_record(row) for row in rows))


def _record(row: StandingRow) -> Record:
    total = Fraction(row.facts.get("total") or 100)
    year = f"第{row.contract_year}年度" if row.contract_year else ""
    share = Fraction(row.score) * 100 / total
    return Record(row.tender_ocid, f"{year}{row.kind}", aware(row.recorded_at).date(), share, row.shown, row.grade)
