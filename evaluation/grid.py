"""The grid 综合评估方格: four aspects by three parties, as 民发〔2015〕88号 asks.

The text names rows and columns and leaves the cells open: who scores which aspect, and for how many points, is set by
the place that evaluates. So the grid is read from a rubric, whose top level are the aspects and whose leaves say which
parties score them; it shows what each cell weighs, what each cell got, and which row or column is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from evaluation.kind import NOTICE_88, Party
from kernel.refusal import Finding
from rubric.aggregation import Line, Score
from rubric.criterion import Rubric


class Aspect(StrEnum):
    """What a comprehensive evaluation looks at."""

    SUPERVISION = "supervision"
    OUTCOME = "outcome"
    MANAGEMENT = "management"
    IMPACT = "impact"

    @property
    def zh(self) -> str:
        return {"supervision": "行政监管", "outcome": "服务成效", "management": "项目管理", "impact": "社会影响"}[self.value]


@dataclass(frozen=True)
class Cell:
    """One cell: its points 满分 in the rubric's total, and what it got; None while nothing is scored or all is 不适用."""

    full: Fraction
    points: Fraction | None = None


@dataclass(frozen=True)
class Grid:
    """The grid as a mapping; a cell that nobody scores is absent."""

    cells: Mapping[tuple[Aspect, Party], Cell]

    def full_of(self, place: Aspect | Party) -> Fraction:
        """The points of a row or a column."""
        return sum((cell.full for key, cell in self.cells.items() if place in key), Fraction(0))

    @property
    def full(self) -> Fraction:
        return sum((cell.full for cell in self.cells.values()), Fraction(0))

    def share_of(self, place: Aspect | Party) -> Fraction:
        """The weight of a row or a column in the whole; 0 for an empty grid."""
        return self.full_of(place) / self.full if self.full else Fraction(0)


def grid_of(rubric: Rubric, score: Score | None = None) -> Grid:
    """The grid of a rubric whose top level bears the aspects' names, with the points of ``score`` where there is one.

    A leaf's points are spread over its parties by their shares. Leaves under other headings, and parties other than the
    three, are outside the grid: ``grid_findings`` names them.
    """
    aspects = {aspect.zh: aspect for aspect in Aspect}
    parties = {party.zh: party for party in Party}
    lines = {line.id: line for line in score.walk()} if score else {}
    full: dict[tuple[Aspect, Party], Fraction] = {}
    got: dict[tuple[Aspect, Party], Fraction] = {}
    for top in rubric.criteria:
        if top.name not in aspects:
            continue
        for leaf in top.leaves():
            for name, share in rubric.parties_of(leaf).items():
                if name not in parties or leaf.weight is None:
                    continue
                key = (aspects[top.name], parties[name])
                full[key] = full.get(key, Fraction(0)) + leaf.weight * share
                points = _points_of(lines.get(leaf.id), name)
                if points is not None:
                    got[key] = got.get(key, Fraction(0)) + points * share
    return Grid({key: Cell(weight, got.get(key)) for key, weight in full.items()})


def _points_of(line: Line | None, party: str) -> Fraction | None:
    return next((mean.points for mean in line.parties if mean.party == party), None) if line else None


def grid_findings(rubric: Rubric) -> tuple[Finding, ...]:
    """What the grid of a rubric lacks, everything at once: an aspect nobody looks at, a party nobody hears, strangers."""
    grid = grid_of(rubric)
    found = [
        Finding("rubric", f"综合评估缺少方面: {aspect.zh}", NOTICE_88) for aspect in Aspect if not grid.full_of(aspect)
    ]
    found += [
        Finding("rubric", f"综合评估没有由{party.zh}评分的指标", NOTICE_88) for party in Party if not grid.full_of(party)
    ]
    names = {aspect.zh for aspect in Aspect}
    found += [
        Finding("rubric", f"“{top.name}”不属于综合评估的四个方面", NOTICE_88, need="、".join(a.zh for a in Aspect))
        for top in rubric.criteria
        if top.name not in names and top.veto is None
    ]
    return tuple(found)
