"""Faults 缺陷: what is wrong in a rubric, and where. Nothing is repaired; the person who wrote it decides.

A blocking fault keeps the rubric from being published or scored as it stands; any other is worth knowing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from kernel.points import percent_text, shortest_text
from rubric.adjustments import Delegated, Judgement
from rubric.criterion import Criterion, GradeBands, Part, Rubric, Window
from rubric.grade import GradeScale
from rubric.levels import Bands, JudgementLevels, Ranges, Span
from rubric.rule import Rule


@dataclass(frozen=True)
class Fault:
    """One thing wrong 缺陷: the place (path of names), its kind, the sentence in Chinese, whether it blocks.

    kind  sum · points_missing · point_without_score · rule_missing · rule_delegated · rule_unstated · rule_exceeds ·
          rule_falls_short · rule_unbounded · levels_overlap · levels_gap · levels_open · requires_unknown ·
          requires_circle · duplicate_id · shares · grade_gap · grade_overlap · veto · incomplete · evidence ·
          source (said by the source of itself)
    """

    place: str
    kind: str
    zh: str
    blocking: bool = True


def faults(rubric: Rubric) -> tuple[Fault, ...]:
    """Everything wrong in the rubric, in the order of its tree; sums first."""
    found = [*_sums(rubric), *_ids(rubric), *_shares(rubric)]
    for place, leaf in _places(rubric.criteria):
        found += _criterion(place, leaf, rubric)
    if rubric.grades is not None:
        found += band_faults(rubric.grades)
    if not rubric.complete:
        found.append(Fault(rubric.name, "incomplete", "来源不完整", False))
    found += [Fault(place or rubric.name, "source", f"来源注明: {zh}", False) for place, zh in rubric.remarks]
    return tuple(dict.fromkeys(found))


def blocking(rubric: Rubric) -> tuple[Fault, ...]:
    """The faults that keep the rubric from being used as it stands."""
    return tuple(f for f in faults(rubric) if f.blocking)


@dataclass(frozen=True)
class LevelTotal:
    """One node's own points beside the sum below it; None where the source gives none."""

    id: str
    name: str
    level: int
    points: Fraction | None
    below: Fraction | None


def totals(rubric: Rubric) -> tuple[LevelTotal, ...]:
    """Every node with the sum of its children, the whole first (level 0)."""
    found = [LevelTotal(rubric.id, rubric.name, 0, rubric.total, sum_of(rubric.criteria))]
    for depth, c in rubric.walk():
        found.append(LevelTotal(c.id, c.name, depth, c.weight, sum_of(c.children) if c.children else None))
    return tuple(found)


def sum_of(criteria: Iterable[Criterion]) -> Fraction:
    """What criteria of one level add up to, without bonus; one without points of its own counts what is below it."""
    total = Fraction(0)
    for criterion in criteria:
        if criterion.bonus is None:
            total += criterion.weight if criterion.weight is not None else sum_of(criterion.children)
    return total


def leaf_sum(rubric: Rubric) -> Fraction:
    """All leaves and the price section together, without bonus: what a bidder can reach."""
    leaves = [c for _, c in rubric.walk() if c.is_leaf and c.bonus is None]
    return sum((c.weight for c in leaves if c.weight is not None), Fraction(0))


# --- sums -----------------------------------------------------------------------------------------------------------


def _sums(rubric: Rubric) -> Iterator[Fault]:
    known = [c.weight is not None for _, c in rubric.walk()]
    if rubric.total is None:
        yield Fault(rubric.name, "points_missing", "未写明总分")
    elif any(known):
        top = sum_of(rubric.criteria)
        if top != rubric.total:
            yield Fault(rubric.name, "sum", f"各部分合计{_t(top)}分, 应为{_t(rubric.total)}分")
        leaves = leaf_sum(rubric)
        if leaves not in (rubric.total, top):
            yield Fault(rubric.name, "sum", f"各评分项合计{_t(leaves)}分, 应为{_t(rubric.total)}分")
    for place, criterion in _places(rubric.criteria):
        if not criterion.children or criterion.weight is None:
            continue
        below = sum_of(criterion.children)
        if any(c.weight is None and not c.children for c in criterion.children):
            continue  # said as points_missing
        if below != criterion.weight:
            zh = f"下级合计{_t(below)}分, 本级为{_t(criterion.weight)}分"
            yield Fault(place, "sum", zh if criterion.complete else zh + "（来源不完整）")


def _ids(rubric: Rubric) -> Iterator[Fault]:
    nodes = Counter(c.id for _, c in rubric.walk())
    parts = Counter(p.id for p in rubric.parts())
    for id, times in nodes.items():
        if times > 1:
            yield Fault(id, "duplicate_id", f"编号“{id}”用了{times}次")
    for id, times in parts.items():
        if times > 1:
            yield Fault(id, "duplicate_id", f"评分点编号“{id}”用了{times}次")


def _shares(rubric: Rubric) -> Iterator[Fault]:
    for what, shares in (("评分主体", rubric.parties), ("阶段", rubric.stages)):
        if shares and sum(shares.values()) != 1:
            yield Fault(rubric.name, "shares", f"{what}权重合计{percent_text(sum(shares.values(), Fraction(0)))}, 应为100%")
        if any(s < 0 for s in shares.values()):
            yield Fault(rubric.name, "shares", f"{what}权重不能为负")


def _places(criteria: Sequence[Criterion], above: str = "") -> Iterator[tuple[str, Criterion]]:
    for criterion in criteria:
        place = f"{above} / {criterion.label}" if above else criterion.label
        yield place, criterion
        yield from _places(criterion.children, place)


# --- leaves ---------------------------------------------------------------------------------------------------------


def _criterion(place: str, criterion: Criterion, rubric: Rubric) -> Iterator[Fault]:
    for remark in criterion.remarks:
        yield Fault(place, "source", f"来源注明: {remark}", False)
    if not criterion.complete:
        yield Fault(place, "incomplete", "来源不完整, 下级有缺失")
    for text in criterion.without_points:
        yield Fault(place, "point_without_score", f"观察点“{text}”没有分值", False)
    if criterion.parties and sum(criterion.parties.values()) != 1:
        total = sum(criterion.parties.values(), Fraction(0)) * 100
        yield Fault(place, "shares", f"评分主体权重合计{_t(total)}%, 应为100%")
    if criterion.price:
        if criterion.weight is None:
            yield Fault(place, "points_missing", "价格部分未定分值")
        return
    if criterion.children:
        return
    yield from _leaf(place, criterion, rubric)


def _leaf(place: str, leaf: Criterion, rubric: Rubric) -> Iterator[Fault]:
    if leaf.veto is not None:
        yield from _veto(place, leaf, rubric)
    elif leaf.weight is None:
        texts = [p.rule.to for p in leaf.parts if isinstance(p.rule, Delegated) and p.rule.to not in ("", "分值未定")]
        yield Fault(place, "points_missing", f"未定分值{'（' + '；'.join(texts) + '）' if texts else ''}")
    elif leaf.weight == 0 and leaf.bonus is None:
        yield Fault(place, "point_without_score", "观察点没有分值", False)
    if not leaf.parts:
        yield Fault(place, "rule_missing", "没有评分规则")
        return
    for part in leaf.parts:
        yield from _part(place, leaf, part, rubric)
    full = leaf.full
    rules = [p.rule for p in leaf.parts]
    if leaf.veto is not None or full is None or not all(r is not None and r.computes for r in rules):
        return
    yield from _bounds(place, leaf, full, [r for r in rules if r is not None])


def _veto(place: str, leaf: Criterion, rubric: Rubric) -> Iterator[Fault]:
    if leaf.veto and leaf.veto.grade and rubric.grades:
        known = {b.grade for b in rubric.grades.bands} | {rubric.grades.below}
        if leaf.veto.grade not in known:
            yield Fault(place, "veto", f"否决后的等级“{leaf.veto.grade}”不在等级划分内")


def _bounds(place: str, leaf: Criterion, full: Fraction, rules: Sequence[Rule]) -> Iterator[Fault]:
    cap = leaf.cap
    if cap is not None and cap > full and leaf.bonus is None:
        yield Fault(place, "rule_exceeds", f"上限{_t(cap)}分高于满分{_t(full)}分")
    highs = [r.high for r in rules]
    if any(h is None for h in highs):
        yield Fault(place, "rule_unbounded", f"评分规则没有上限, 以{_t(cap if cap is not None else full)}分为限", False)
        return
    high = sum((h for h in highs if h is not None), Fraction(0))
    if high > full and leaf.bonus is None:
        if cap is None:
            yield Fault(place, "rule_exceeds", f"评分规则最多给{_t(high)}分, 满分只有{_t(full)}分")
        else:
            yield Fault(place, "rule_exceeds", f"各评分点最多{_t(high)}分, 以上限{_t(cap)}分为限", False)
    reach = high if cap is None else min(high, cap)
    if reach < full:
        yield Fault(place, "rule_falls_short", f"评分规则最多给{_t(reach)}分, 达不到满分{_t(full)}分")
    lows = [r.low for r in rules]
    if leaf.floor is None:
        if any(low is None for low in lows):
            yield Fault(place, "rule_unbounded", "扣分没有下限, 得分可能低于0分", False)
        elif sum((low for low in lows if low is not None), Fraction(0)) < 0:
            yield Fault(place, "rule_unbounded", "得分可能低于0分", False)


def _part(place: str, leaf: Criterion, part: Part, rubric: Rubric) -> Iterator[Fault]:
    where = place if part.id == leaf.id else f"{place} / {part.label}"
    if part.requires is not None:
        if part.requires not in {p.id for p in rubric.parts()}:
            yield Fault(where, "requires_unknown", f"前置项“{part.requires}”不存在")
        elif _circle(rubric, part):
            yield Fault(where, "requires_circle", "前置项互为前提")
    rule = part.rule
    if rule is None:
        yield Fault(where, "rule_missing", "没有评分规则")
    elif isinstance(rule, Delegated):
        if leaf.weight is not None:  # else said as points_missing
            yield Fault(where, "rule_delegated", f"评分规则待定（{rule.to or '另行制定'}）, 制定前不能评分")
    elif isinstance(rule, Judgement) and not rule.stated:
        yield Fault(where, "rule_unstated", f"评分规则不能计算（{rule.text}）, 由评分人在满分内评定", False)
    elif isinstance(rule, Ranges):
        yield from _spans(where, rule.spans, rule.exclusive, rule.otherwise)
    elif isinstance(rule, JudgementLevels) and rule.spans:
        yield from _spans(where, rule.spans, True, Fraction(0))
    elif isinstance(rule, Bands):
        yield from _bands(where, rule)
    if part.window is not None and _backwards(part.window):
        yield Fault(where, "evidence", f"佐证材料期间起止颠倒: {part.window.text()}")


def _backwards(window: Window) -> bool:
    first, last = window.first, window.last
    return isinstance(first, date) and isinstance(last, date) and first > last


def _circle(rubric: Rubric, part: Part) -> bool:
    needs = {p.id: p.requires for p in rubric.parts()}
    seen: set[str] = set()
    current: str | None = part.id
    while current is not None and current not in seen:
        seen.add(current)
        current = needs.get(current)
    return current == part.id


def _spans(place: str, spans: Sequence[Span], exclusive: bool, otherwise: Fraction | None) -> Iterator[Fault]:
    ordered = sorted(spans, key=lambda s: (s.low is not None, s.low or 0, s.high is None, s.high or 0))
    for a, b in pairwise(ordered):
        if a.points != b.points and a.overlaps(b):
            end = "评分标准自相矛盾" if exclusive else "按写在前面的一档计分"
            yield Fault(place, "levels_overlap", f"分档重叠: {a.text()}与{b.text()}, {end}", exclusive)
        elif a.high is not None and b.low is not None and a.leaves_gap(b):
            what = "没有规定" if otherwise is None else f"得{_t(otherwise)}分"
            # 1-5 and 6-10 leave nothing open when the value is counted in whole numbers.
            counted = b.low - a.high == 1 and a.high_incl and b.low_incl and a.high.denominator == 1
            zh = f"分档有空档: {a.text()}与{b.text()}之间{what}"
            yield Fault(place, "levels_gap", zh, otherwise is None and not counted)
    if otherwise is None and ordered:
        if ordered[0].low is not None and ordered[0].low > 0:
            yield Fault(place, "levels_open", f"低于{ordered[0].text()}的数值没有规定", False)
        if all(s.high is not None for s in ordered):
            top = max(s.high for s in ordered if s.high is not None)
            yield Fault(place, "levels_open", f"高于{_t(top)}的数值没有规定", False)


def _bands(place: str, rule: Bands) -> Iterator[Fault]:
    ordered = sorted({(b.low, b.high, b.low_incl, b.high_incl) for b in rule.bands})
    for a, b in pairwise(ordered):
        if b[0] < a[1] or (b[0] == a[1] and a[3] and b[2] and a[0] != a[1] and b[0] != b[1]):
            zh = f"分档重叠: {_t(a[0])}–{_t(a[1])}与{_t(b[0])}–{_t(b[1])}"
            yield Fault(place, "levels_overlap", zh, b[0] < a[1])
        elif b[0] > a[1] and not (rule.step and b[0] - a[1] <= rule.step):
            yield Fault(place, "levels_gap", f"分档有空档: {_t(a[1])}分与{_t(b[0])}分之间的分值不能给出", False)
    if rule.low is not None and rule.low > 0:
        yield Fault(place, "levels_open", f"最低一档为{_t(rule.low)}分, 不能给0分", False)


# --- grades ---------------------------------------------------------------------------------------------------------


def band_faults(bands: GradeBands) -> tuple[Fault, ...]:
    """Gaps and overlaps of a set of grade bands; never repaired. Gaps are reported per score, so they do not block."""
    place = f"等级划分{' ' + (bands.name or bands.id) if bands.name or bands.id else ''}"
    scale = GradeScale(bands)
    found = [Fault(place, "source", f"来源注明: {text}", False) for text in bands.remarks]
    for a, b in scale.gaps():
        zh = f"“{a.grade}”（{a.text()}）与“{b.grade}”（{b.text()}）之间的分数没有等级"
        found.append(Fault(place, "grade_gap", zh, False))
    for a, b in scale.overlaps():
        zh = f"“{a.grade}”（{a.text()}）与“{b.grade}”（{b.text()}）重叠"
        found.append(Fault(place, "grade_overlap", zh))
    if bands.bands and all(b.low is None and b.high is None for b in bands.bands):
        found.append(Fault(place, "points_missing", "等级没有写明分数界限", False))
    return tuple(found)


def _t(points: Fraction) -> str:
    return shortest_text(points)

