"""Bulk 批量计分: ten thousand bids at once, exactly as one at a time.

A compiled rubric keeps, per leaf, a table from what was marked to whole numbers: the leaf's points in units of one common
denominator. A bid's total is then integer additions and one division by the number of raters. Whatever is out of the
ordinary (不适用, shares of parties, stages, bonus inside) takes the ordinary way, ``aggregate``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from math import lcm
from operator import itemgetter
from typing import Any

from kernel.refusal import BadInput, Finding
from rubric.aggregation import aggregate
from rubric.criterion import Beyond, Criterion, Mean, Rubric
from rubric.marking import NOTHING_ELSE, Circumstances, Marking
from rubric.sheet import Mark, Sheet, as_mark, mark_finding

MOST_REMEMBERED = 200_000
"""Marks remembered per leaf; a leaf with more different ones (a price) starts over."""


class _Unusual(Exception):
    """This subject takes the ordinary way."""


class _Table(dict[Any, int]):
    """One leaf: what was marked → points in units. Filled by the engine itself at first sight."""

    def __init__(self, compiled: CompiledRubric, leaf: Criterion, ids: tuple[str, ...]) -> None:
        super().__init__()
        self.compiled, self.leaf, self.ids = compiled, leaf, ids

    def __missing__(self, key: Any) -> int:
        values = key if len(self.ids) > 1 else (key,)
        units = self.compiled.units_of(self.leaf, dict(zip(self.ids, values, strict=True)))
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[key] = units
        return units


class CompiledRubric:
    """A rubric made ready for many subjects of the same circumstances.

    decode   turns a stored value into a mark's value (``json.loads`` for a JSON column); absent: values are marks' values
    Stored values must be hashable (texts and numbers are) and must tell true from 1: JSON text does.
    """

    def __init__(
        self,
        rubric: Rubric,
        circumstances: Circumstances = NOTHING_ELSE,
        decode: Callable[[Any], Any] | None = None,
    ) -> None:
        self.rubric, self.circumstances, self.decode = rubric, circumstances, decode
        self.denominator = 1
        nodes = [c for _, c in rubric.walk()]
        self._plain = not (
            rubric.stages
            or rubric.ceiling is not None
            or circumstances.given
            or any(rubric.parties_of(leaf) for leaf in rubric.leaves())
            or any(c.bonus is Beyond.INSIDE for c in nodes)
            or any(leaf.weight is None for leaf in rubric.leaves())
        )
        self._trimmed = rubric.folding.mean is Mean.WITHOUT_EXTREMES
        self._needs = max(rubric.folding.minimum, 3)
        scored = [leaf for leaf in rubric.leaves() if leaf.weight or leaf.veto is None]
        self._tables = [_Table(self, leaf, self._ids(leaf)) for leaf in scored]
        self._lookups = [(table, itemgetter(*table.ids)) for table in self._tables if table.ids]
        self._parts = frozenset(part.id for part in rubric.parts())

    def _ids(self, leaf: Criterion) -> tuple[str, ...]:
        """The marks that a leaf's points depend on: its parts, what they require, its gates."""
        facts = self.circumstances.facts
        ids: dict[str, None] = {}
        waiting = [p.id for p in leaf.parts]
        needs = {p.id: p.requires for p in self.rubric.parts()}
        while waiting:
            id = waiting.pop(0)
            if id not in ids:
                ids[id] = None
                required = needs.get(id)
                waiting += [required] if required is not None else []
        gates = [gate for gate in leaf.gates if gate not in facts]
        return tuple(dict.fromkeys([*ids, *gates]))

    def units_of(self, leaf: Criterion, stored: Mapping[str, Any]) -> int:
        """The leaf's points in units, computed by the engine. Raises _Unusual where they are not a plain number."""
        sheet = Sheet("", {id: self._mark(value) for id, value in stored.items()})
        facts = self.circumstances.facts
        for part in leaf.parts:
            mark = as_mark(facts[part.id]) if part.objective and part.id in facts else sheet.marks.get(part.id)
            if mark_finding(leaf, part, mark):
                raise _Unusual
        points = Marking(self.rubric, sheet, self.circumstances).leaf(leaf).points
        if points is None:
            raise _Unusual
        if self.denominator % points.denominator:
            wider = lcm(self.denominator, points.denominator)
            factor, self.denominator = wider // self.denominator, wider
            for table in self._tables:
                for key in table:
                    table[key] *= factor
        return points.numerator * (self.denominator // points.denominator)

    def _mark(self, value: Any) -> Mark:
        return as_mark(self.decode(value) if self.decode is not None and not isinstance(value, Mark) else value)

    def totals(self, rows: Iterable[Sequence[Any]]) -> dict[Hashable, Fraction]:
        """The exact total per subject of rows ``(subject, rater, part, value)``, grouped by subject, then by rater.

        One row per mark, as the database gives them ORDER BY subject, rater. Equals ``aggregate(...).total`` to the last
        digit. Raises BadInput as ``aggregate`` does, and for rows that are not grouped.
        """
        found: dict[Hashable, Fraction] = {}
        marks_of = itemgetter(2, 3)
        for subject, rows_of_subject in groupby(rows, itemgetter(0)):
            if subject in found:
                raise BadInput((Finding("rows", f"同一评分对象的记录须相邻: {subject}"),))
            raters: list[tuple[Any, dict[str, Any]]] = []
            for rater, rows_of_rater in groupby(rows_of_subject, itemgetter(1)):
                marks = list(map(marks_of, rows_of_rater))
                sheet = dict(marks)
                if len(sheet) != len(marks):
                    raise BadInput((Finding("rows", f"评分人{rater}对{subject}的同一评分点有多条记录"),))
                raters.append((rater, sheet))
            found[subject] = self._total(raters)
        return found

    def total(self, sheets: Sequence[tuple[Any, Mapping[str, Any]]]) -> Fraction:
        """The exact total of one subject: (rater, stored values by part id) of each of its raters."""
        return self._total([(rater, dict(marks)) for rater, marks in sheets])

    def _total(self, raters: Sequence[tuple[Any, dict[str, Any]]]) -> Fraction:
        if self._plain and len({rater for rater, _ in raters}) == len(raters):
            try:
                return self._fast(raters)
            except (_Unusual, KeyError, TypeError):  # 不适用, a missing mark, a value that cannot be a key
                pass
        sheets = (Sheet(str(rater), {id: self._mark(v) for id, v in marks.items()}) for rater, marks in raters)
        return aggregate(self.rubric, sheets, self.circumstances).total

    def _fast(self, raters: Sequence[tuple[Any, dict[str, Any]]]) -> Fraction:
        lookups, known = self._lookups, self._parts
        while True:
            denominator = self.denominator
            if self._trimmed and len(raters) >= self._needs:
                table = [[leaf[values(marks)] for leaf, values in lookups] for _, marks in raters]
                units = sum(sum(leaf) - max(leaf) - min(leaf) for leaf in zip(*table, strict=True))
                count = len(raters) - 2
            else:
                units, count = 0, len(raters)
                for _, marks in raters:
                    units += sum([leaf[values(marks)] for leaf, values in lookups])
            if denominator == self.denominator:  # else the units changed on the way: once more, all are known now
                break
        for _, marks in raters:
            if not known.issuperset(marks):
                raise _Unusual
        return Fraction(units, denominator * count)
