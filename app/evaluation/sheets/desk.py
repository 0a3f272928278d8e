"""The scoring desk 评分台: one evaluator, one sheet, open at one leaf; what is marked so far and what it amounts to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts import Actor
from app.evaluation.assignments import queries as assignments
from app.evaluation.assignments.queries import Place
from app.evaluation.sheets import queries, services
from app.evaluation.sheets.models import SheetRow
from app.evaluation.sheets.services import Entry
from app.web.controls import UNPROVEN, WAIVE, Control, control, gate_control
from kernel.points import half_up, shortest_text
from kernel.refusal import Finding, Missing
from rubric.aggregation import LeafMark, score_sheet
from rubric.criterion import Criterion, Part, Rubric
from rubric.rule import BadMark, truth
from rubric.sheet import Mark, Sheet

MARK = "mark."
"""What the names of the controls begin with."""


@dataclass(frozen=True)
class Desk:
    """The place, the rubric, the marks so far, and what they amount to."""

    place: Place
    sheet: SheetRow | None
    rubric: Rubric
    leaves: tuple[Criterion, ...]
    marks: Mapping[str, Mark]
    saved: Mapping[str, datetime]
    points: Mapping[str, LeafMark]
    missing: tuple[str, ...]

    @property
    def total(self) -> Fraction:
        return sum((mark.points or Fraction(0) for mark in self.points.values()), Fraction(0))

    @property
    def scored(self) -> Fraction:
        """Full marks of the leaves that count so far; 不适用 leaves are outside."""
        counted = {id for id, mark in self.points.items() if mark.points is not None}
        return sum((leaf.weight or Fraction(0) for leaf in self.leaves if leaf.id in counted), Fraction(0))

    @property
    def done(self) -> int:
        return len(self.leaves) - len(self.missing)

    def open(self, leaf: Criterion) -> bool:
        return leaf.label in self.missing

    def leaf(self, id: str) -> Criterion | None:
        return next((each for each in self.leaves if each.id == id), None)

    def next_after(self, leaf: Criterion) -> Criterion | None:
        """The next leaf without a mark, from here on and then from the start; None when there is none."""
        at = self.leaves.index(leaf)
        return next((each for each in (*self.leaves[at + 1 :], *self.leaves[:at]) if self.open(each)), None)

    def word(self, leaf: Criterion) -> str:
        """How far a leaf is, as the list of leaves says it."""
        if self.open(leaf):
            return "否决项" if leaf.veto else f"– / {shortest_text(leaf.weight)}" if leaf.weight is not None else "–"
        points = self.points[leaf.id].points
        return f"✓ {half_up(points, 1)}" if points is not None else "✓ 已评" if leaf.veto else "✓ 不适用"

    def verdict(self, leaf: Criterion) -> str:
        """What the leaf has now, exactly."""
        if self.open(leaf):
            return "尚未评分"
        points = self.points[leaf.id].points
        if points is None:
            return "不计分" if leaf.veto else "不适用"
        return f"{shortest_text(points)} / {shortest_text(leaf.weight)}" if leaf.weight is not None else shortest_text(points)

    def shown(self, leaf: Criterion) -> dict[str, str]:
        """What changes on the page while ``leaf`` is marked, by the name of its place."""
        return {
            "total": f"{half_up(self.total, 2)}", "of": f"已评 {shortest_text(self.scored)} 分中",
            "done": f"{self.done} / {len(self.leaves)}", "verdict": self.verdict(leaf), f"leaf-{leaf.id}": self.word(leaf),
        }  # fmt: skip


def base_of(saved: Mapping[str, datetime], leaf: Criterion) -> str:
    """What the form of a leaf is drawn from: when it was marked last; "" while it is not."""
    times = [saved[id] for id in (*leaf.gates, *(part.id for part in leaf.parts)) if id in saved]
    return max(times).isoformat() if times else ""


def desk_of(session: Session, assignment_id: int, actor: Actor, now: datetime) -> Desk:
    """One's own desk. Raises NotPermitted for another's, Missing where this party scores nothing."""
    place = assignments.place_of(session, assignment_id, actor)
    rubric = services.measure(place, now)
    sheet = queries.sheet_of(session, assignment_id)
    party = place.assignment.party.zh
    leaves = rubric.leaves_for(party)
    if not leaves:
        raise Missing(f"指标体系中没有由{party}评分的指标")
    held = queries.marks_with_times(session, sheet.id) if sheet else {}
    marks, saved = {part: mark for part, (mark, _) in held.items()}, {part: at for part, (_, at) in held.items()}
    return _seen(place, sheet, rubric, leaves, marks, saved)


def with_typed(desk: Desk, leaf: Criterion, form: LeafForm) -> Desk:
    """The desk as it would be if what is typed at ``leaf`` were saved; what cannot be read is not marked."""
    ids = {*leaf.gates, *(part.id for part in leaf.parts)}
    others = {id: mark for id, mark in desk.marks.items() if id not in ids}
    return _seen(desk.place, desk.sheet, desk.rubric, desk.leaves, {**others, **form.marks()}, desk.saved)


def _seen(
    place: Place, sheet: SheetRow | None, rubric: Rubric, leaves: tuple[Criterion, ...], marks: Mapping[str, Mark],
    saved: Mapping[str, datetime],
) -> Desk:  # fmt: skip
    party = place.assignment.party.zh
    points = score_sheet(rubric, Sheet("本人", marks, party=party))
    return Desk(place, sheet, rubric, leaves, marks, saved, points, services.unmarked(rubric, marks, party))


@dataclass(frozen=True)
class LeafForm:
    """The form of one leaf: a control for each gate and part by its id, one reason, the evidence seen (a line each)."""

    leaf: Criterion
    controls: Mapping[str, Control]
    reason: str = ""
    evidence: str = ""

    @classmethod
    def saved(cls, leaf: Criterion, marks: Mapping[str, Mark]) -> LeafForm:
        """As it was saved."""
        drawn = {id: _holding(each, marks.get(id)) for id, each in _controls(leaf).items()}
        first = next((marks[part.id] for part in leaf.parts if part.id in marks), Mark())
        return cls(leaf, drawn, first.reason, "\n".join(piece.name for piece in first.evidence))

    @classmethod
    def typed(cls, leaf: Criterion, sent: MultiDict[str, str]) -> LeafForm:
        """As it was sent, whatever it was."""
        drawn = {id: each.typed(sent) for id, each in _controls(leaf).items()}
        return cls(leaf, drawn, sent.get("reason", ""), sent.get("evidence", ""))

    def blamed(self, findings: Sequence[Finding]) -> LeafForm:
        """With every finding at its control."""
        said = {id: [f.sentence() for f in findings if f.field == id] for id in self.controls}
        return replace(self, controls={id: each.blamed(*said[id]) for id, each in self.controls.items()})

    def entries(self) -> dict[str, Entry]:
        return {id: Entry(c.given, c.not_applicable, c.proven) for id, c in self.controls.items()}

    def pieces(self) -> list[str]:
        return [line for line in self.evidence.splitlines() if line.strip()][:50]

    def marks(self) -> dict[str, Mark]:
        """The marks that can be read."""
        found = {}
        for id, each in self.controls.items():
            if each.not_applicable or not each.proven:
                found[id] = Mark(None, each.not_applicable, self.reason, proven=each.proven)
                continue
            try:
                value = truth(each.given) if each.part is None else each.value()
            except BadMark:
                continue
            if value is not None:
                found[id] = Mark(value, reason=self.reason)
        return found


def _controls(leaf: Criterion) -> dict[str, Control]:
    """Gates first, then the parts, with nothing in them."""
    gates = {gate: gate_control(gate, prefix=MARK) for gate in leaf.gates}
    offers = frozenset({WAIVE, UNPROVEN} if leaf.evidence else {WAIVE})
    return gates | {
        part.id: replace(control(part, prefix=MARK, label=_label(leaf, part)), offers=offers) for part in leaf.parts
    }


def _holding(drawn: Control, mark: Mark | None) -> Control:
    if mark is None:
        return drawn
    said = frozenset(word for word, holds in ((WAIVE, mark.not_applicable), (UNPROVEN, not mark.proven)) if holds)
    return replace(drawn.holding(mark.value), said=said, offers=drawn.offers | said)


def _label(leaf: Criterion, part: Part) -> str:
    return leaf.name if len(leaf.parts) == 1 and not part.name else (part.name or part.id)
