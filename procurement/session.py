"""The session 评审: what lies before the committee (bids, facts, experts' choices), and what is missing on the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kernel.points import shortest_text
from kernel.refusal import Finding
from procurement.bid import Bid
from procurement.documents import Tender
from procurement.marks import value_problem
from rubric.criterion import Part, Rubric
from rubric.sheet import Sheet


@dataclass(frozen=True)
class Contender:
    """One bid as it comes into the review.

    price          as written: exact yuan, or the rate of a discount-rate tender
    facts          by objective part id and gate: one value for all experts
    choices        by subjective part id: one value per expert, in the experts' order
    qualification, conformity   the reason of failing; "" = passed
    """

    bidder: str
    price: Fraction
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    sme_deduction: Fraction = Fraction(0)
    qualification: str = ""
    conformity: str = ""
    explanation_accepted: bool = True


@dataclass(frozen=True)
class Entry:
    """Points of one part typed by one expert (from 1) in place of a choice, before cap and weight."""

    bidder: str
    expert: int
    part: str
    value: Fraction
    corrected: Fraction | None = None


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation session 评审 has on the table.

    outlier_gap   a subjective part's points this share of its maximum away from the median of the other experts are shown
    """

    contenders: tuple[Contender, ...]
    experts: int
    entries: tuple[Entry, ...] = ()
    outlier_gap: Fraction | None = None


def evaluation_findings(tender: Tender, evaluation: Evaluation) -> tuple[Finding, ...]:
    """Everything that is missing or cannot be read before a score can be computed, with its place."""
    found: list[Finding] = []
    if tender.rubric is None:
        return (Finding("scoring", "没有评分标准, 不能评分"),)
    if tender.price.weight is None:
        found.append(Finding("scoring.sections", "评分标准中没有价格部分（price: true）", cites="财政部令第87号 第五十五条"))
    parts = {part.id: part for part in tender.rubric.parts()}
    gates = tuple(dict.fromkeys(g for leaf in tender.rubric.leaves() for g in leaf.gates))
    found += [
        Finding(leaf.id, f"{leaf.label}: 未定分值, 不能计分") for leaf in tender.rubric.leaves() if leaf.weight is None
    ]
    seen: set[str] = set()
    for contender in evaluation.contenders:
        place = f"bidders.{contender.bidder}"
        if contender.bidder in seen:
            found.append(Finding(place, f"投标人重复: {contender.bidder}"))
        seen.add(contender.bidder)
        if contender.price <= 0:
            found.append(Finding(f"{place}.price", "报价须大于0", have=shortest_text(contender.price)))
        if not 0 <= contender.sme_deduction < 1:
            found.append(
                Finding(f"{place}.sme_deduction", "价格扣除比例须在0与1之间", have=shortest_text(contender.sme_deduction))
            )
        found += _mark_findings(contender, parts, evaluation, _fails_early(tender, contender), place)
        if not _fails_early(tender, contender):
            found += [
                Finding(f"{place}.facts.{gate}", f"缺少前置条件事实（须填是或否）: {gate}")
                for gate in gates
                if not isinstance(contender.facts.get(gate), bool)
            ]
    return (*found, *_entry_findings(tender.rubric, evaluation))


def _fails_early(tender: Tender, c: Contender) -> bool:
    """Whether it never comes to the scoring, so that nobody need have marked it."""
    limit = tender.price.limit
    return bool(c.qualification or c.conformity) or (limit is not None and c.price > limit)


def _mark_findings(
    c: Contender, parts: Mapping[str, Part], evaluation: Evaluation, incomplete: bool, place: str
) -> Iterable[Finding]:
    """What is missing or unreadable in one bid's facts and choices; ``incomplete``: only what cannot be read."""
    typed = {(e.expert, e.part) for e in evaluation.entries if e.bidder == c.bidder}
    for id, part in parts.items():
        where = f"{place}.facts.{id}"
        if part.objective:
            if id in c.facts:
                if problem := value_problem(part, c.facts[id]):
                    yield Finding(where, f"{part.label}: {problem}")
            elif not incomplete:
                yield Finding(where, f"缺少客观分事实: {part.label}")
            continue
        if id not in c.choices:
            if not incomplete:
                yield Finding(where, f"缺少专家评分: {part.label}")
            continue
        values = c.choices[id]
        if len(values) != evaluation.experts:
            yield Finding(where, f"{part.label}: 专家评分的个数与专家人数不符", have=len(values), need=evaluation.experts)
        for n, value in enumerate(values, 1):
            if value is None and ((n, id) in typed or incomplete):
                continue
            if problem := value_problem(part, value):
                yield Finding(f"{where}[{n}]", f"{part.label} 专家{n}: {problem}")


def _entry_findings(rubric: Rubric, evaluation: Evaluation) -> list[Finding]:
    found: list[Finding] = []
    parts = {part.id: part for part in rubric.parts()}
    bidders = {c.bidder for c in evaluation.contenders}
    seen: set[tuple[str, int, str]] = set()
    for n, entry in enumerate(evaluation.entries, 1):
        place = f"entries[{n}]"
        if entry.bidder not in bidders:
            found.append(Finding(f"{place}.bidder", f"没有这个投标人: {entry.bidder}"))
        if not 1 <= entry.expert <= evaluation.experts:
            found.append(Finding(f"{place}.expert", "没有这位专家", have=entry.expert, need=f"1至{evaluation.experts}"))
        part = parts.get(entry.part)
        if part is None:
            found.append(Finding(f"{place}.part", f"评分标准中没有“{entry.part}”"))
        elif part.rule is not None and entry.corrected is not None and not part.rule.gives(entry.corrected):
            found.append(
                Finding(f"{place}.corrected", f"{part.label}: 更正后的分值仍不在评分标准内", have=shortest_text(entry.corrected))
            )
        if (entry.bidder, entry.expert, entry.part) in seen:
            found.append(Finding(place, f"重复: 专家{entry.expert}对{entry.bidder}的{entry.part}"))
        seen.add((entry.bidder, entry.expert, entry.part))
    return found


# --- from the rooms ------------------------------------------------------------------------------------------------------


def contender_of(
    rubric: Rubric, bid: Bid, facts: Mapping[str, Any], sheets: Sequence[Sheet], *, qualification: str = "",
    conformity: str = "", explanation_accepted: bool = True, bidder: str = "",
) -> tuple[Contender, tuple[Entry, ...]]:  # fmt: skip
    """A bid with its experts' signed sheets, in the experts' order, as the review reads it.

    facts    the settled values of objective parts (and gates). Where an expert's sheet holds another value for one, the
             difference comes back as an entry and is flagged, never used
    """
    name = bidder or bid.supplier
    choices: dict[str, list[Any]] = {}
    entries: list[Entry] = []
    for part in rubric.parts():
        for n, sheet in enumerate(sheets, 1):
            mark = sheet.marks.get(part.id)
            if part.objective:
                if mark is not None and part.rule is not None and mark.value != facts.get(part.id):
                    points = mark.points if mark.points is not None else part.rule.points(mark.value, (mark.value,))
                    entries.append(Entry(name, n, part.id, points))
                continue
            choices.setdefault(part.id, []).append(None if mark is None else mark.value)
            if mark is not None and mark.points is not None:
                entries.append(Entry(name, n, part.id, mark.points))
    return (
        Contender(name, bid.quoted, facts, choices, bid.sme_deduction, qualification, conformity, explanation_accepted),
        tuple(entries),
    )

