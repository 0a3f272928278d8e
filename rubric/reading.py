"""Reading 读入: YAML text → exact data → rubric. Every problem is collected and told at once, in Chinese.

Three forms are read: a tender's ``scoring:`` block (sections, leaves, parts), our own library (the same, at any depth,
under ``criteria:``) and the ``indicators:`` form of evaluation schemes. Sets of grade bands and outlines of schemes are
documents of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kernel.refusal import BadInput, Finding
from rubric import adjustments, counts, external, levels, ratios
from rubric.criterion import (
    Beyond,
    Criterion,
    Folding,
    GradeBand,
    GradeBands,
    Mean,
    NotApplicableRule,
    Part,
    Rubric,
    VetoEffect,
    Window,
)
from rubric.entry import Entry, Log
from rubric.indicators import read_indicator, read_indicators
from rubric.rule import KINDS, Rule
from rubric.source import load_yaml as load_yaml

MOST_PLACES = 6

_RULE_MODULES = (adjustments, counts, external, levels, ratios)  # importing them makes their kinds known


# --- documents ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BandSets:
    """等级划分集合: several sets of grade bands, each as written."""

    id: str
    name: str
    sets: tuple[GradeBands, ...]


@dataclass(frozen=True)
class Structures:
    """结构: outlines of schemes (parts, parties, stages) without points. Kept as read."""

    id: str
    name: str
    items: tuple[Mapping[str, Any], ...]


def read_document(mapping: Any) -> Rubric | BandSets | Structures:
    """Whatever a rubric file holds. Raises BadInput with every problem."""
    log = Log()
    entry = Entry(mapping, "", log)
    found: Rubric | BandSets | Structures
    if "band_sets" in entry:
        sets = tuple(read_bands(e) for e in entry.entries("band_sets"))
        found = BandSets(entry.text("id"), entry.text("name"), sets)
    elif "structures" in entry:
        items = tuple(e.mapping for e in entry.entries("structures"))
        found = Structures(entry.text("id"), entry.text("name"), items)
    else:
        found = _rubric(entry)
    if log.problems:
        raise BadInput(log.problems, "评分标准有误")
    return found


def read_rubric(mapping: Any) -> Rubric:
    """A rubric from a tender, its ``scoring:`` block, a library file or an indicator file.

    Reads everything that is written and keeps what is missing as missing; ``rubric.fault`` says what that means.
    Raises BadInput with every problem that keeps it from being a rubric at all.
    """
    found = read_document(mapping)
    if not isinstance(found, Rubric):
        raise BadInput((Finding("", f"“{found.name}”不是评分标准"),))
    return found


def _rubric(entry: Entry) -> Rubric:
    block = entry.child("scoring") if isinstance(entry.get("scoring"), Mapping) else entry
    scale = block.number("scale")
    key = next((k for k in ("criteria", "sections", "indicators") if k in block), "")
    if not key:
        entry.problem("没有评分标准: 缺少 scoring.sections、criteria 或 indicators")
    if key == "indicators":
        criteria = read_indicators(block)
    else:
        criteria = tuple(_criterion(item, scale, {}) for item in block.entries(key)) if key else ()
    if key and not criteria:
        block.problem(f"{key} 为空")
    places = block.whole("places", 2)
    if places > MOST_PLACES:
        block.problem(f"places 最多为{MOST_PLACES}")
        places = 2
    status = entry.child("status") if isinstance(entry.get("status"), Mapping) else Entry({}, "status", entry.log)
    total = block.number("total", block.number("total_points"))
    bands = next((k for k in ("grades", "grade_bands") if block.get(k)), None)
    grades = read_bands(Entry(_as_mapping(block.get(bands)), bands, entry.log)) if bands else None
    if grades is not None:
        known = {b.grade for b in grades.bands} | ({grades.below} if grades.below else set())
        for criterion in (c for top in criteria for _, c in top.walk()):
            if criterion.veto and criterion.veto.grade is not None and criterion.veto.grade not in known:
                entry.problem(f"{criterion.label}: 否决后的等级“{criterion.veto.grade}”不在等级划分内")
    said_of_itself = ("source_faults", "source_inconsistency", "total_points_note", "grade_bands_note")
    said = [("", str(t)) for source in {id(entry): entry, id(block): block}.values() for k in said_of_itself for t in source.texts(k)]
    if status.get("missing"):
        said.append(("", f"来源缺失: {status.text('missing')}"))
    return Rubric(
        id=entry.text("id") or block.text("id"),
        name=entry.text("name") or block.text("name"),
        total=total,
        criteria=criteria,
        places=places,
        folding=_folding(block),
        grades=grades,
        parties=block.numbers("parties") if isinstance(block.get("parties"), Mapping) else {},
        stages=block.numbers("stages") if isinstance(block.get("stages"), Mapping) else {},
        ceiling=block.number("ceiling"),
        purpose=entry.text("purpose"),
        complete=status.truth("complete", True),
        source=tuple(_source(s) for s in _listed(entry.get("source"))),
        constraints=tuple(_source(s) for s in _listed(block.get("constraints"))),
        remarks=tuple(said + entry.log.remarks),
    )


def _as_mapping(value: Any) -> Any:
    return {"bands": value} if isinstance(value, list) else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _source(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    parts = [value.get(k) for k in ("title", "rule", "zh", "repository", "file", "url", "verified", "note")]
    return ", ".join(str(p) for p in parts if p)


def _folding(entry: Entry) -> Folding:
    inner = entry.child("folding") if isinstance(entry.get("folding"), Mapping) else Entry({}, "folding", entry.log)
    mean, treatment = inner.text("mean", "plain"), inner.text("not_applicable", "rescale")
    if mean not in set(Mean):
        inner.problem(f"mean 须为 {'、'.join(Mean)}, 现为 {mean}")
        mean = "plain"
    if treatment not in set(NotApplicableRule):
        inner.problem(f"not_applicable 须为 {'、'.join(NotApplicableRule)}, 现为 {treatment}")
        treatment = "rescale"
    minimum = inner.whole("minimum", 3)
    if minimum < 3:
        inner.problem("minimum 须不少于3人: 去掉最高分和最低分后须有余下的评分")
    return Folding(Mean(mean), minimum, NotApplicableRule(treatment))


def read_bands(entry: Entry) -> GradeBands:
    """Grade bands as written.

    以上, 以下 include the number; so both ends are included unless ``min_incl``/``max_incl`` say otherwise, or the next
    band begins at the same number (80-90, 90-100: 90 belongs to the upper band).
    """
    items = list(entry.entries("bands" if "bands" in entry else "grades"))
    lows = {item.number("min") for item in items if item.truth("min_incl", True)} - {None}
    bands = []
    for item in items:
        grade, low, high = item.text("grade"), item.number("min"), item.number("max")
        if not grade:
            item.problem("缺少 grade")
        if low is not None and high is not None and low > high:
            item.problem(f"“{grade}”的下限大于上限")
        bands.append(
            GradeBand(grade, low, high, item.truth("min_incl", True), item.truth("max_incl", high not in lows))
        )
    for name in {b.grade for b in bands if [x.grade for x in bands].count(b.grade) > 1}:
        entry.problem(f"等级“{name}”出现多次")
    return GradeBands(
        tuple(bands),
        entry.number("scale"),
        entry.text("below") or None,
        entry.truth("may_exceed_scale"),
        entry.text("id"),
        entry.text("name"),
        tuple(entry.texts("source_inconsistency")),
    )


# --- criteria -------------------------------------------------------------------------------------------------------


def _criterion(entry: Entry, scale: Fraction | None, parties: Mapping[str, Fraction]) -> Criterion:
    name = entry.text("name")
    id = entry.text("id") or entry.text("code") or name
    if not id:
        entry.problem("缺少 id 或 name")
    entry = Entry(entry.mapping, f"{id} {name}".strip() if id != name else id, entry.log)
    weight = entry.number("weight", entry.number("points", entry.number("max_points")))
    if weight is not None and weight < 0:
        entry.problem(f"权重不能为负: {entry.get('weight')}")
    parties = _parties(entry) or parties
    scale = entry.number("scale", scale)
    key = next((k for k in ("criteria", "children", "leaves", "sections") if entry.get(k)), "")
    children = tuple(_criterion(child, scale, parties) for child in entry.entries(key)) if key else ()
    if entry.get("items") and not key and all(isinstance(i, Mapping) for i in entry.items("items")):
        children = tuple(read_indicator(child) for child in entry.entries("items"))
    price = entry.truth("price")
    parts = tuple(_part(item) for item in entry.entries("parts"))
    if children and parts:
        entry.problem("既有下级又有 parts")
    if "rule" in entry and not parts:
        parts = (_part(Entry({**entry.mapping, "id": id, "name": ""}, entry.place, entry.log)),)
    veto = None
    if "veto" in entry:
        inner = entry.child("veto")
        veto = VetoEffect(inner.text("zh", "一票否决"), inner.text("grade") or None, inner.text("needs", "any"))
        if veto.needs not in ("any", "majority", "all"):
            inner.problem(f"needs 须为 any、majority 或 all, 现为 {veto.needs}")
        weight = weight if weight is not None else Fraction(0)
    bonus = entry.text("bonus") or None
    if bonus is not None and bonus not in set(Beyond):
        entry.problem(f"bonus 须为 {'、'.join(Beyond)}, 现为 {bonus}")
        bonus = None
    full = scale
    if full is not None and full <= 0:
        entry.problem(f"scale 须大于0: {entry.get('scale')}")
        full = None
    return Criterion(
        id,
        name or id,
        weight,
        children=children,
        parts=parts,
        scale=None if children or price else full,
        cap=entry.number("cap"),
        floor=entry.number("floor"),
        gates=entry.texts("gates"),
        parties={} if children else parties,
        price=price,
        bonus=Beyond(bonus) if bonus else None,
        veto=veto,
        evidence=entry.texts("evidence"),
        definition=entry.text("definition"),
        source=entry.text("source"),
        depends_on=", ".join(entry.texts("depends_on")),
        complete=entry.truth("complete", True) and entry.truth("items_complete", True),
        remarks=tuple(entry.text(k) for k in ("fault", "note", "open_question") if entry.get(k)),
        without_points=entry.texts("without_points"),
    )


def _parties(entry: Entry) -> Mapping[str, Fraction]:
    if "party" in entry:
        return {entry.text("party"): Fraction(1)}
    return entry.numbers("parties") if "parties" in entry else {}


def _part(entry: Entry) -> Part:
    id = entry.text("id")
    if not id:
        entry.problem("缺少 id")
    entry = Entry(entry.mapping, id or entry.place, entry.log)
    raw = entry.get("rule")
    rule = read_rule(Entry(raw, entry.place, entry.log)) if raw is not None else None
    ends = (raw.get("window") if isinstance(raw, Mapping) else None) or entry.get("window")
    window = None
    if ends is not None:
        if not isinstance(ends, list) or len(ends) != 2:
            entry.problem("window 须为 [起, 止]")
        else:
            window = Window(entry.day(ends[0], "window"), entry.day(ends[1], "window"))
    name = entry.text("name") or (str(raw.get("input") or raw.get("unit") or "") if isinstance(raw, Mapping) else "")
    requires = entry.text("requires") or None
    return Part(id, rule, entry.truth("objective"), requires, name, entry.text("note"), window)


def read_rule(entry: Entry) -> Rule | None:
    """The rule of a ``rule: {kind: ...}`` mapping; None with problems noted where it cannot be read."""
    kind = entry.text("kind")
    if kind not in KINDS:
        entry.problem(f"未知的评分规则“{kind}”, 可用: {'、'.join(sorted(KINDS))}")
        return None
    return KINDS[kind].read(entry)


def rule_from(mapping: Mapping[str, Any]) -> Rule:
    """One rule by itself, as ``Rubric.with_rule`` takes it. Raises BadInput with every problem."""
    log = Log()
    rule = read_rule(Entry(mapping, "rule", log))
    if log.problems or rule is None:
        raise BadInput(log.problems, "评分规则有误")
    return rule
