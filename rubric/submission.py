"""Submissions 评分表文件: sheets with their circumstances, read from YAML or JSON. Every problem is told at once.

    sheets:
      - rater: 甲
        party: 专业机构                 # only where the rubric weighs parties
        stage: 期末                     # only where it weighs stages
        marks:
          A1: 优                        # a value as the part's rule takes it
          A2: {value: 3, reason: 抽查, evidence: [{name: 合同, dated: 2025-03-01, legible: true}]}
          A3: {not_applicable: true, reason: 本年度未安排}
          A4: {value: true, proven: false}
    facts: {T6a: 省级}                  # objective parts settled for all raters, and gates
    dates: {投标截止日: 2025-03-31}
    pool:  {P1: [40, 45, 60]}
    given: {价格: "8.5"}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.refusal import BadInput
from rubric.entry import Entry, Log
from rubric.marking import Circumstances
from rubric.sheet import Evidence, Mark, Sheet

MARK_KEYS = frozenset({"value", "not_applicable", "reason", "evidence", "proven", "points"})


@dataclass(frozen=True)
class Submission:
    """Sheets and what else their score needs."""

    sheets: tuple[Sheet, ...]
    circumstances: Circumstances


def read_submission(data: Any) -> Submission:
    """A file of sheets; a bare list is a list of sheets. Raises BadInput with every problem."""
    log = Log()
    entry = Entry({"sheets": data} if isinstance(data, list) else data, "", log)
    sheets = tuple(_sheet(item) for item in entry.entries("sheets"))
    if not sheets and not log.problems:
        entry.problem("没有评分表: 缺少 sheets")
    dates: dict[str, date] = {}
    for name, value in entry.table("dates").items():
        day = entry.day(value, f"dates.{name}")
        if isinstance(day, date):
            dates[str(name)] = day
        else:
            entry.problem(f"dates.{name} 须为日期（如 2025-03-31）, 现为 {value}")
    pool = {}
    for part, values in entry.table("pool").items():
        if isinstance(values, list):
            pool[str(part)] = tuple(values)
        else:
            entry.problem(f"pool.{part} 须为列表")
    facts = {str(id): read_mark(Entry({"mark": v}, f"facts.{id}", log)) for id, v in entry.table("facts").items()}
    given = entry.numbers("given")
    if log.problems:
        raise BadInput(log.problems, "评分表文件有误")
    return Submission(sheets, Circumstances(facts, pool, dates, given))


def _sheet(entry: Entry) -> Sheet:
    rater = entry.text("rater")
    if not rater:
        entry.problem("缺少 rater（评分人）")
    place = rater or entry.place
    marks = {
        str(id): read_mark(Entry({"mark": value}, f"{place} {id}", entry.log))
        for id, value in entry.table("marks").items()
    }
    return Sheet(rater, marks, entry.text("party") or None, entry.text("stage") or None)


def read_mark(entry: Entry) -> Mark:
    """The mark under ``mark``: a plain value, or a mapping whose keys are all those of a mark."""
    raw = entry.get("mark")
    if not isinstance(raw, Mapping) or not raw or not set(raw) <= MARK_KEYS:
        return Mark(raw)
    inner = Entry(raw, entry.place, entry.log)
    evidence = []
    for piece in inner.items("evidence"):
        if not isinstance(piece, Mapping):
            evidence.append(Evidence(str(piece)))
            continue
        item = Entry(piece, entry.place, entry.log)
        dated = item.day(piece.get("dated"), "dated")
        if isinstance(dated, str):
            item.problem(f"佐证材料日期无法识别: {dated}")
            dated = None
        evidence.append(Evidence(item.text("name"), dated, item.truth("legible", True)))
    return Mark(
        raw.get("value"),
        inner.truth("not_applicable"),
        inner.text("reason"),
        tuple(evidence),
        inner.truth("proven", True),
        inner.number("points"),
    )
