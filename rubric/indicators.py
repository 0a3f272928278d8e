"""Indicators 指标: the ``indicators:`` form of rubrics, as evaluation schemes are written down from their sources.

Free text becomes a rule only where it is unambiguous; otherwise it stays a described rule that a person applies within
its points. Nulls stay: what a source lacks is said as a fault, never invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from rubric.adjustments import BaseAndExtras, Deductions, Delegated, Judgement, VetoRule
from rubric.counts import AllOf, Flags, PerUnit
from rubric.criterion import Beyond, Criterion, Part, VetoEffect
from rubric.entry import Entry
from rubric.levels import Bands, JudgementLevels, Ranges, Span
from rubric.ratios import DeductPerPoint, PoolRatio, Ratio, TargetRatio
from rubric.rule import Rule

REMARK_KEYS = (
    "source_inconsistency",
    "boundary_gap",
    "boundary_note",
    "open_question",
    "source_note",
    "counting_rule",
    "note",
    "fault",
)


def read_indicators(entry: Entry, key: str = "indicators") -> tuple[Criterion, ...]:
    """All indicators of a document; levels written as ``same_levels_as`` take the rule they name."""
    found = tuple(read_indicator(item) for item in entry.entries(key))
    rules = {leaf.id: leaf.parts[0].rule for c in found for leaf in c.leaves() if leaf.parts}
    same = dict(_same_levels(entry, key))
    return tuple(_share(c, same, rules) for c in found)


def _same_levels(entry: Entry, key: str) -> list[tuple[str, str]]:
    pairs = []
    for item in entry.entries(key):
        scoring = item.get("scoring")
        if isinstance(scoring, Mapping) and scoring.get("same_levels_as") is not None:
            pairs.append((item.text("code") or item.text("nr"), str(scoring["same_levels_as"])))
        pairs += _same_levels(item, "children")
    return pairs


def _share(criterion: Criterion, same: Mapping[str, str], rules: Mapping[str, Rule | None]) -> Criterion:
    children = tuple(_share(c, same, rules) for c in criterion.children)
    parts = criterion.parts
    if criterion.id in same:
        parts = tuple(replace(p, rule=rules.get(same[criterion.id])) for p in parts)
    return replace(criterion, children=children, parts=parts)


def read_indicator(entry: Entry, party: str = "") -> Criterion:
    """One node: ``code, name, max_points`` with ``children`` or a ``scoring``."""
    id, name = entry.text("code") or entry.text("nr"), entry.text("name")
    if not id or not name:
        entry.problem("缺少 code 或 name")
    inner = Entry(entry.mapping, f"{id} {name}".strip(), entry.log)
    weight = inner.number("max_points")
    party = inner.text("party", party)
    scoring = Entry(entry.get("scoring") or ({} if "kind" not in entry else entry.mapping), inner.place, entry.log)
    remarks = [inner.text(k) for k in REMARK_KEYS if inner.get(k)]
    if entry.get("scoring") is not None:
        remarks += [scoring.text(k) for k in REMARK_KEYS if scoring.get(k)]
    children = tuple(read_indicator(child, party) for child in inner.entries("children"))
    parts: tuple[Part, ...] = ()
    veto = None
    if not children:
        rule = read_scoring(scoring, weight, inner)
        parts = (Part(id, rule, objective=False, name=name),)
        if isinstance(rule, VetoRule):
            veto = VetoEffect(scoring.text("effect", "一票否决"))
    return Criterion(
        id,
        name,
        weight,
        children=children,
        parts=parts,
        floor=None,
        parties={party: Fraction(1)} if party and not children else {},
        bonus=Beyond.INSIDE if weight == 0 and scoring.get("kind") == "deduction" else None,
        veto=veto,
        evidence=inner.texts("evidence"),
        definition=inner.text("definition"),
        source=inner.text("provenance"),
        complete=inner.truth("children_complete", True) and inner.truth("items_complete", True),
        remarks=tuple(remarks),
    )


def read_scoring(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    """The rule of a ``scoring:`` block whose leaf has ``full`` points; None where the source gives none."""
    kind = entry.text("kind")
    if not kind:
        return None
    if kind not in _READERS:
        entry.problem(f"未知的评分方式 {kind}, 可用: {'、'.join(_READERS)}")
        return None
    return _READERS[kind](entry, full, indicator)


def _described(full: Fraction | None, text: str, stated: bool = False, least: Fraction = Fraction(0)) -> Rule:
    """A rule that a person applies: within the points where they are known, else not at all."""
    if full is None:
        return Delegated(None, text or "分值未定")
    return Judgement(least, full, text, stated)


def _judgement(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    if "delegated_to" in entry:
        return Delegated(full, entry.text("delegated_to"))
    return _described(full, indicator.text("definition"), stated=True)


def _veto(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    return VetoRule(indicator.text("name"))


def _checklist(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    items = entry.items("items")
    if items and all(isinstance(i, Mapping) for i in items):
        pairs = tuple((e.text("text") or e.text("name"), e.required("points")) for e in entry.entries("items"))
        return Flags(pairs)
    texts = tuple(str(i) for i in items)
    each = entry.number("points_per_item")
    if texts and each is not None:
        return Flags(tuple((t, each) for t in texts))
    if entry.truth("all_or_nothing"):
        points = entry.number("points", full)
        what = texts or tuple(t for t in (indicator.text("definition") or indicator.text("name"),) if t)
        if points is None:
            return Delegated(None, "分值未定")
        return AllOf(points, what, otherwise=entry.number("else", Fraction(0)) or Fraction(0))
    return _described(full, f"清单各项未定分值: {'、'.join(texts)}" if texts else "清单未写明")


def _ratio(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    formula = entry.text("formula")
    if full is None:
        terms = f"{entry.text('numerator')}/{entry.text('denominator')}" if "numerator" in entry else formula
        return Delegated(None, terms or "分值未定")
    if entry.text("scope") == "all_bids":
        return PoolRatio(full, "lowest" if "min" in formula else "highest", input=indicator.text("name"))
    if "numerator" in entry and "denominator" in entry:
        return Ratio(full, entry.text("numerator"), entry.text("denominator"))
    target = re.fullmatch(r"\s*(>=|<=|≥|≤)\s*(\d+(?:\.\d+)?%?)\s*(.*)", indicator.text("target"))
    if target:
        lower = target[1] in ("<=", "≤") or entry.text("direction") == "lower_is_better"
        number = target[2].rstrip("%")
        unit = ("%" if target[2].endswith("%") else "") + target[3]
        return TargetRatio(full, Fraction(number), lower, unit=unit)
    if "quantitative" in entry:
        return TargetRatio(full)
    return _described(full, formula or "比率的分子、分母未写明")


def _deduction(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    rules = entry.items("rules")
    if len(rules) == 1 and isinstance(rules[0], Mapping):
        per = re.fullmatch(r"每低于(\d+)%一个百分点", str(rules[0].get("per", "")))
        if per:
            minus = entry.read_number(rules[0].get("minus"), "minus", Fraction(1)) or Fraction(1)
            return DeductPerPoint(
                entry.required("start"), minus, Fraction(int(per[1]), 100), input=entry.text("input")
            )
    if not rules:
        return _described(full, "扣分情形未写明")
    return Deductions.read(entry)


def _bonus(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    cap = entry.number("cap", full)
    base, unit = entry.get("base"), entry.get("per_unit")
    if isinstance(base, Mapping) and isinstance(unit, Mapping):
        return BaseAndExtras.read(entry)
    if "base_value" in entry and isinstance(unit, Mapping) and unit.get("unit") == 1:
        each = entry.child("per_unit").required("points")
        points = entry.number("base_points", Fraction(0)) or Fraction(0)
        return PerUnit(each, entry.whole("base_value", 0), points, cap, entry.text("unit"))
    return _described(cap, "加分的条件和分值未写明")


def _levels(entry: Entry, full: Fraction | None, indicator: Entry) -> Rule | None:
    if "same_levels_as" in entry:
        return None  # filled in by read_indicators
    if "qualitative" in entry:
        if full is None:
            return Delegated(None, "分值未定")
        inner = Entry({"points": full, "bands": entry.get("qualitative")}, entry.place, entry.log)
        return Bands.read(inner)
    items = list(entry.entries("levels"))
    if not items:
        return None
    if any("range" in item for item in items):
        return Bands.read(entry)
    whens = [item.text("when") or item.text("name") for item in items]
    if any("points_per_time" in item for item in items):
        fixed = tuple((w, i.required("points")) for w, i in zip(whens, items, strict=True) if "points" in i)
        per_time = tuple(
            (w, i.required("points_per_time")) for w, i in zip(whens, items, strict=True) if "points_per_time" in i
        )
        return JudgementLevels(fixed, per_time, input=entry.text("input"))
    points = [item.required("points") for item in items]
    spans = tuple(span_of(when, p) for when, p in zip(whens, points, strict=True))
    known = tuple(s for s in spans if s is not None)
    if len(known) == len(spans) and known:
        return Ranges(known, None, True, entry.text("input"))
    rule: Rule = JudgementLevels(tuple(zip(whens, points, strict=True)), input=entry.text("input"), spans=known)
    extra = entry.get("extra_deduction")
    if isinstance(extra, Mapping):
        entry.remark(f"另有扣分: {extra.get('if')}, {extra.get('minus')}; 未写明分值, 引擎不计")
    return rule


_READERS = {
    "judgement": _judgement,
    "veto": _veto,
    "checklist": _checklist,
    "ratio": _ratio,
    "deduction": _deduction,
    "bonus": _bonus,
    "levels": _levels,
}

_COMPARED = re.compile(r"(>=|<=|==|>|<|=|≥|≤)\s*(-?\d+(?:\.\d+)?%?)")
_BETWEEN = re.compile(r"(\d+(?:\.\d+)?)\s*[-–~]\s*(\d+(?:\.\d+)?)")


def span_of(when: str, points: Fraction) -> Span | None:
    """The range that a text such as ">= 1 and < 2" or "150-200" states; None where it is not plainly one.

    >>> span_of(">= 1 and < 2", Fraction(5)).text()
    '≥1且<2'
    >>> span_of("累计满100", Fraction(10)) is None
    True
    """
    between = _BETWEEN.fullmatch(when.strip())
    if between:
        return Span(Fraction(between[1]), Fraction(between[2]), points, True, True)
    low: Fraction | None = None
    high: Fraction | None = None
    low_incl, high_incl = True, False
    for term in re.split(r"\s*(?:and|且|,|，)\s*", when.strip()):
        match = _COMPARED.fullmatch(term)
        if not match:
            return None
        sign = match[1]
        value = Fraction(match[2].rstrip("%")) / (100 if match[2].endswith("%") else 1)
        if sign in (">", ">=", "≥"):
            low, low_incl = value, sign != ">"
        elif sign in ("<", "<=", "≤"):
            high, high_incl = value, sign != "<"
        else:
            low = high = value
            low_incl = high_incl = True
    return Span(low, high, points, low_incl, high_incl)
