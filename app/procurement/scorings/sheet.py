"""The page of a score sheet 评分表: one bid at a time; the tree with the points given so far, controls, evidence beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.procurement.bids.attachments import WHOLE, Attachment, attachments_of
from app.procurement.bids.declaration import shown_value
from app.procurement.qualifications.queries import OpenedBid, valid_bids
from app.procurement.scorings import queries
from app.procurement.scorings.models import MarkRow, ScoreSheetRow
from app.procurement.tenders.models import TenderRow
from app.web.controls import Control, control, read_controls
from kernel.points import half_up, shortest_text
from kernel.refusal import BadInput, Finding, Missing
from procurement.marks import Marking
from rubric.criterion import Criterion, Part, Rubric

REASON = "reason."


@dataclass(frozen=True)
class LeafForm:
    """One leaf of one bid on the sheet.

    declared  what the bidder declared, part by part: (part, text; "" = nothing declared); proof: the papers it named
    files     the attachments it handed in for this leaf
    marked    how many of its parts have a mark, saved or typed
    points    what these marks give in the rubric's total; None while one is missing, or where the pool decides
    """

    leaf: Criterion
    section: str
    controls: tuple[Control, ...]
    declared: tuple[tuple[Part, str], ...]
    proof: str
    files: tuple[Attachment, ...]
    reason: str
    marked: int
    points: Fraction | None

    @property
    def complete(self) -> bool:
        return self.marked == len(self.leaf.parts)

    @property
    def anchor(self) -> str:
        return "leaf-" + "".join(c if c.isalnum() else "-" for c in self.leaf.id)

    @property
    def judged(self) -> bool:
        return not self.leaf.objective

    @property
    def word(self) -> str:
        """How far it is, as the list of criteria says it."""
        if not self.complete:
            return f"– / {shortest_text(self.leaf.weight or Fraction(0))}"
        return "✓ 已评" if self.points is None else f"✓ {half_up(self.points, 2)}"


@dataclass(frozen=True)
class Tab:
    """One bid among those on the sheet, with how many of its parts are marked, and whether a draft of it lies about."""

    bid_id: int
    supplier: str
    done: int
    due: int
    drafted: bool = False

    @property
    def complete(self) -> bool:
        return self.done == self.due


@dataclass(frozen=True)
class SheetPage:
    """The own sheet, opened at one bid. ``files``: attachments that belong to no leaf of it. ``typed``: not saved yet."""

    sheet: ScoreSheetRow | None
    bid: OpenedBid
    tabs: tuple[Tab, ...]
    leaves: tuple[LeafForm, ...]
    files: tuple[Attachment, ...] = ()
    typed: bool = False

    @property
    def signed(self) -> bool:
        return self.sheet is not None and self.sheet.signed_at is not None

    @property
    def total(self) -> Fraction:
        return sum((leaf.points for leaf in self.leaves if leaf.points is not None), Fraction(0))

    @property
    def of(self) -> Fraction:
        """The full points of what is marked so far."""
        return sum((leaf.leaf.weight or Fraction(0) for leaf in self.leaves if leaf.points is not None), Fraction(0))

    @property
    def complete(self) -> bool:
        return all(tab.complete for tab in self.tabs)

    @property
    def marked(self) -> int:
        return sum(leaf.complete for leaf in self.leaves)

    def shown(self) -> dict[str, str]:
        """What changes on the page while marks are typed, by the name of its place."""
        return {
            "total": f"{half_up(self.total, 2)}", "of": f"已评 {shortest_text(self.of)} 分中",
            "marked": f"{self.marked} / {len(self.leaves)}", **{leaf.anchor: leaf.word for leaf in self.leaves},
        }  # fmt: skip

    @property
    def onward(self) -> Tab | None:
        """The next bid that still lacks marks, else the next one in order; None with a single bid."""
        place = next(n for n, tab in enumerate(self.tabs) if tab.bid_id == self.bid.row.id)
        rest = (*self.tabs[place + 1 :], *self.tabs[:place])
        return next((tab for tab in rest if not tab.complete), rest[0] if rest else None)

    def sections(self) -> Iterator[tuple[str, list[LeafForm]]]:
        """The leaves by section, in order."""
        named: dict[str, list[LeafForm]] = {}
        for leaf in self.leaves:
            named.setdefault(leaf.section, []).append(leaf)
        yield from named.items()


def base_of(session: Session, member_id: int, bid_id: int) -> str:
    """What the form of one bid is drawn from: when its marks were saved last; "" where there are none."""
    last = queries.last_saved(session, member_id, bid_id)
    return last.isoformat() if last is not None else ""


def sheet_page(
    session: Session, row: TenderRow, member_id: int, bid_id: int | None, sent: MultiDict[str, str] | None = None,
    *, drafted: frozenset[str] = frozenset(), blaming: bool = True,
) -> SheetPage:  # fmt: skip
    """The sheet of one member at one bid (None: the first that lacks marks).

    sent      a refused form or a draft, as it was typed; ``blaming`` False: what cannot be read yet is no error
    drafted   the bids of which a draft lies about

    Raises Missing for a bid that is not scored.
    """
    rubric = row.facts().rubric
    assert rubric is not None  # a published tender has its table
    bids = valid_bids(session, row)
    sheet = queries.own_sheet(session, member_id)
    kept = queries.own_marks(session, sheet.id) if sheet is not None else {}
    parts = rubric.parts()
    tabs = tuple(
        Tab(bid.row.id, bid.supplier_name, sum(part.id in kept.get(bid.row.id, {}) for part in parts), len(parts), str(bid.row.id) in drafted)
        for bid in bids
    )
    if not bids:
        raise Missing("没有需要评分的投标文件")
    if bid_id is None:
        bid_id = next((tab.bid_id for tab in tabs if not tab.complete), tabs[0].bid_id)
    bid = next((bid for bid in bids if bid.row.id == bid_id), None)
    if bid is None:
        raise Missing("该投标文件不在评分范围内")
    leaves = _leaves(rubric, bid, kept.get(bid_id, {}), sent, blaming)
    files = tuple(file for file in attachments_of(bid.row.id, bid.row.documents) if file.place == WHOLE)
    return SheetPage(sheet, bid, tabs, leaves, files, sent is not None)


def marks_sent(
    rubric: Rubric, sent: MultiDict[str, str]
) -> tuple[dict[str, Any], dict[str, str], frozenset[str]]:
    """Values and reasons by part, and the parts left blank. Raises BadInput with everything that cannot be read.

    A leaf has one reason on the page; it is kept with each part of the leaf that the member judges.
    """
    parts = rubric.parts()
    values, _, problems = read_controls(parts, sent)
    reasons: dict[str, str] = {}
    found: list[Finding] = list(problems)
    for leaf in rubric.leaves():
        text = sent.get(f"{REASON}{leaf.id}", "").strip()
        if len(text) > 2000:
            found.append(Finding(f"{REASON}{leaf.id}", f"{leaf.label}: 理由最长2000字", have=len(text)))
        reasons |= {part.id: text for part in _spoken_for(leaf)}
    if found:
        raise BadInput(found, "评分未能保存")
    return values, reasons, frozenset(part.id for part in parts) - frozenset(values)


def _spoken_for(leaf: Criterion) -> Sequence[Part]:
    """The parts a leaf's reason belongs to: those that are judged, or all where none is."""
    return [part for part in leaf.parts if not part.objective] or leaf.parts


def _leaves(
    rubric: Rubric, bid: OpenedBid, kept: Mapping[str, MarkRow], sent: MultiDict[str, str] | None, blaming: bool
) -> tuple[LeafForm, ...]:
    declared: Mapping[str, Any] = bid.row.facts
    proofs: Mapping[str, str] = bid.row.documents.get("proofs", {})
    files = attachments_of(bid.row.id, bid.row.documents)
    if sent is None:
        values: Mapping[str, Any] = {id: mark.value for id, mark in kept.items()}
        controls = {part.id: control(part, _start(part, kept, declared)) for part in rubric.parts()}
    else:
        values, controls, _ = read_controls(rubric.parts(), sent)
        if not blaming:
            controls = {id: replace(drawn, errors=()) for id, drawn in controls.items()}
    points = points_so_far(rubric, values, declared)
    sections = {leaf.id: top.name for top in rubric.criteria for leaf in top.leaves()}
    made = []
    for leaf in rubric.leaves():
        said = next((kept[part.id].reason for part in _spoken_for(leaf) if part.id in kept), "")
        made.append(
            LeafForm(
                leaf, sections[leaf.id], tuple(controls[part.id] for part in leaf.parts),
                tuple((p, _said(p, declared[p.id]) if p.id in declared else "") for p in leaf.parts if p.objective),
                proofs.get(leaf.id, ""), tuple(file for file in files if file.place == leaf.id),
                sent.get(f"{REASON}{leaf.id}", "") if sent is not None else said,
                sum(part.id in values for part in leaf.parts), points[leaf.id],
            )
        )  # fmt: skip
    return tuple(made)


def _said(part: Part, value: Any) -> str:
    """A declared value in the words of its control, so that it can be compared at a glance."""
    text = "true" if value is True else "false" if value is False else str(value)
    labels = {choice.value: choice.label for choice in part.rule.choices} if part.rule is not None else {}
    return labels.get(text) or shown_value(part, value)


def _start(part: Part, kept: Mapping[str, MarkRow], declared: Mapping[str, Any]) -> Any:
    """What a control holds at first: the own mark, else, for an objective part, what the bidder declared."""
    if part.id in kept:
        return kept[part.id].value
    return declared.get(part.id) if part.objective else None


def points_so_far(rubric: Rubric, values: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Fraction | None]:
    """Points of each leaf by one member's values; None while one it depends on is missing, or where the pool decides."""
    marking = Marking(rubric)
    found: dict[str, Fraction | None] = {}
    for entry in marking.leaves:
        gates = {gate: declared.get(gate) is True for gate in entry.gates}
        ready = not entry.pooled and all(part.id in values for part in entry.parts)
        found[entry.leaf.id] = marking.mark(entry, {**values, **gates}, values, {}).points if ready else None
    return found
