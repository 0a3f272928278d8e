"""Ten thousand bids × five experts × sixty leaves to exact totals, against fetching the same rows from SQLite.

The rows are as the room keeps them: one per mark, the value as JSON text. The table is stored in the order in which it is
read (its key is bid, expert, part), so the floor sorts nothing and looks nothing up. Subject and floor both read all
three million rows; what the subject adds is the scoring.
"""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from benchmarks.frame import Bound, Figure, compare
from rubric.adjustments import Judgement
from rubric.aggregation import aggregate
from rubric.bulk import CompiledRubric
from rubric.counts import Checklist, YesNo
from rubric.criterion import Criterion, Part, Rubric
from rubric.levels import JudgementLevels
from rubric.sheet import Mark, Sheet

BIDS, EXPERTS, GROUPS, LEAVES_PER_GROUP = 10_000, 5, 12, 5
READ = "SELECT bid, expert, part, value FROM marks ORDER BY bid, expert, part"
CHECKED = 25
"""Bids whose bulk total is compared with the ordinary way before anything is timed."""


def figures(rounds: int) -> list[Figure]:
    rubric = a_rubric()
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "marks.sqlite3")
        try:
            _fill(connection, rubric)
            _check(connection, rubric)
            return [
                compare(
                    "scoring",
                    floor=("fetching the rows", lambda: deque(connection.execute(READ), maxlen=0)),
                    subject=(
                        f"{BIDS:,} bids × {EXPERTS} experts × {GROUPS * LEAVES_PER_GROUP} leaves: fetched and scored",
                        lambda: CompiledRubric(rubric, decode=json.loads).totals(connection.execute(READ)),
                    ),
                    bound=Bound(1.0 + 1.5),  # the fetch itself, and scoring within 1.5 × of it
                    rounds=rounds,
                )
            ]
        finally:
            connection.close()


def a_rubric() -> Rubric:
    """Sixty leaves of the kinds that real scoring tables have: judged ranges, levels, lists, yes or no."""
    groups = []
    for g in range(1, GROUPS + 1):
        leaves = tuple(_leaf(f"{g}.{n}", n) for n in range(1, LEAVES_PER_GROUP + 1))
        groups.append(Criterion(f"{g}", f"第{g}组", Fraction(2 * len(leaves)), leaves))
    total = sum((group.weight or Fraction(0) for group in groups), Fraction(0))
    return Rubric("bench", "六十项评分表", total, tuple(groups))


def _leaf(id: str, kind: int) -> Criterion:
    two = Fraction(2)
    rule = {
        1: Judgement(Fraction(0), two, "按响应程度评定", step=Fraction(1, 10)),
        2: JudgementLevels((("优", two), ("良", Fraction(3, 2)), ("中", Fraction(1)), ("差", Fraction(0)))),
        3: Checklist((Fraction(0), Fraction(1, 2), Fraction(1), two), ("方案", "制度", "人员")),
        4: YesNo(two),
        5: Judgement(Fraction(0), two, "按佐证材料评定", step=Fraction(1, 2)),
    }[kind]
    return Criterion(id, f"评分点{id}", two, (), (Part(id, rule, name=id),), two)


CHOICES = {
    1: [json.dumps(f"{n / 10:g}") for n in range(21)],
    2: [json.dumps(name, ensure_ascii=False) for name in "优良中差"],
    3: ["0", "1", "2", "3"],
    4: ["true", "false"],
    5: [json.dumps(text) for text in ("0", "0.5", "1", "1.5", "2")],
}


def _fill(connection: sqlite3.Connection, rubric: Rubric) -> None:
    chance = random.Random(20260215)
    leaves = [(leaf.id, CHOICES[int(leaf.id.split(".")[1])]) for leaf in rubric.leaves()]

    def rows() -> Iterator[tuple[int, int, str, str]]:
        for bid in range(BIDS):
            for expert in range(EXPERTS):
                for part, choices in leaves:
                    yield bid, expert, part, chance.choice(choices)

    connection.execute(
        "CREATE TABLE marks (bid INTEGER, expert INTEGER, part TEXT, value TEXT, PRIMARY KEY (bid, expert, part))"
        " WITHOUT ROWID"
    )
    connection.executemany("INSERT INTO marks VALUES (?, ?, ?, ?)", rows())
    connection.commit()


def _check(connection: sqlite3.Connection, rubric: Rubric) -> None:
    """A fast wrong answer is no figure: the first bids are scored the ordinary way too."""
    kept = connection.execute(READ.replace("ORDER BY", "WHERE bid < ? ORDER BY"), (CHECKED,)).fetchall()
    fast = CompiledRubric(rubric, decode=json.loads).totals(kept)
    for bid in range(CHECKED):
        sheets = [
            Sheet(str(expert), {part: Mark(json.loads(value)) for b, e, part, value in kept if (b, e) == (bid, expert)})
            for expert in range(EXPERTS)
        ]
        if aggregate(rubric, sheets).total != fast[bid]:
            raise AssertionError(f"bulk scoring and the ordinary way differ for bid {bid}")
