"""计算过程: how a score came about, as lines that a stranger repeats with a pocket calculator."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kernel.points import exact_text, half_up, shortest_text
from reports.compose.wording import per_cent
from rubric.aggregation import LeafMark, Line, Score
from rubric.criterion import NotApplicableRule, Rubric


def number(value: Fraction, places: int = 4) -> str:
    """Exactly where a few places are enough, else rounded and marked ≈."""
    text = shortest_text(value)
    if "/" not in text and len(text.partition(".")[2]) <= places:
        return text
    return f"≈{half_up(value, places)}"


def term(value: Fraction, places: int = 4) -> str:
    """A number inside a sum: exactly, or rounded without a sign; the result says ≈ when something was rounded."""
    return number(value, places).lstrip("≈")


def equals(value: Fraction, *terms: Fraction, places: int = 4) -> str:
    """``＝ result``, or ``≈`` where the result or one of the terms was rounded for the eye."""
    rounded = any(number(v, places).startswith("≈") for v in (value, *terms))
    return f"{'≈' if rounded else '＝'}{term(value, places)}"


def leaf_working(line: Line) -> str:
    """One leaf: from its raters' points to its own."""
    if line.points is None or not line.marks:
        return line.note or "不计分"
    if line.parties:
        terms = []
        counted = [mean for mean in line.parties if mean.points is not None]
        for mean in counted:
            marks = [mark for mark in line.marks if mark.party == mean.party]
            share = "" if mean.share == 1 and len(line.parties) == 1 else f"×{per_cent(mean.share)}"
            terms.append(f"{mean.party}{_mean(marks)}{share}")
        whole, there = sum((m.share for m in line.parties), Fraction(0)), sum((m.share for m in counted), Fraction(0))
        rescaled = f"，按其余评估主体权重折算：÷{per_cent(there)}×{per_cent(whole)}" if whole != there else ""
        return f"{'＋'.join(terms)}{rescaled}{equals(line.points, *_points(line.marks))}"
    return f"{_mean(line.marks)}{equals(line.points, *_points(line.marks))}"


def _points(marks: Sequence[LeafMark]) -> list[Fraction]:
    return [mark.points for mark in marks if mark.points is not None]


def _mean(marks: Sequence[LeafMark]) -> str:
    counted = [mark for mark in marks if mark.points is not None]
    dropped = [mark for mark in counted if mark.dropped]
    kept = [mark for mark in counted if not mark.dropped]
    texts = [term(mark.points) for mark in kept if mark.points is not None]
    if not texts:
        return "不适用"
    if len(texts) == 1:
        return texts[0]
    mean = f"{len(texts)}人均评" if len(set(texts)) == 1 else f"（{'＋'.join(texts)}）÷{len(texts)}"
    if dropped:
        mean += f"，未计入{'、'.join(term(mark.points) for mark in dropped if mark.points is not None)}"
    absent = len(marks) - len(counted)
    return mean + (f"，另{absent}人评为不适用" if absent else "")


def total_working(rubric: Rubric, score: Score) -> tuple[str, ...]:
    """The last steps: from the leaves' sum to the score as shown."""
    if score.stages:
        terms = "＋".join(f"{stage} {term(part.total, 6)}×{per_cent(share)}" for stage, share, part in score.stages)
        result = equals(score.total, *(part.total for _, _, part in score.stages), places=6)
        return (f"各阶段得分按权重相加：{terms}{result}", *_shown(score))
    tops = [line for line in score.lines if line.points is not None]
    sum_ = "＋".join(f"{line.name} {term(line.points or Fraction(0))}" for line in tops)
    out = [f"原始得分：{sum_}{equals(score.raw, *(line.points or Fraction(0) for line in tops))}"]
    if score.scale != score.full:
        how = rubric.folding.not_applicable
        if how is NotApplicableRule.RESCALE:
            out.append(
                f"不适用指标不计入满分：适用满分为{term(score.scale)}分，"
                f"折算得分＝{term(score.raw, 6)}×{term(score.full)}÷{term(score.scale)}"
                f"{equals(score.raw * score.full / score.scale, score.raw, places=6)}"
            )
    elif score.not_applicable and rubric.folding.not_applicable is NotApplicableRule.FULL_SCALE:
        out.append("不适用指标不得分，满分不变")
    if score.bonus:
        out.append(f"附加分：{term(score.bonus)}，合计{term(score.total, 6)}")
    if rubric.ceiling is not None and score.total == rubric.ceiling:
        out.append(f"总分以{shortest_text(rubric.ceiling)}分为限")
    return (*out, *_shown(score))


def _shown(score: Score) -> tuple[str, ...]:
    return (f"精确值为{exact_text(score.total)}，四舍五入一次，保留{score.places}位小数，最终得分为{score.shown}分",)


def applicable(line: Line, rubric: Rubric) -> Fraction:
    """The points a line can reach: its weight without the leaves that are 不适用, where those leave the scale.

    Rates of points 得分率 are taken of it; of the full weight, an absent leaf would look like a lost one.
    """
    weight = line.weight or Fraction(0)
    if rubric.folding.not_applicable is not NotApplicableRule.RESCALE:
        return weight
    absent = (leaf.weight or Fraction(0) for leaf in line.walk() if leaf.is_leaf and leaf.marks and leaf.points is None)
    return weight - sum(absent, Fraction(0))


def dimension_of(score: Score) -> tuple[Line, ...]:
    """The lines of the first level that hold points: the dimensions 维度 of the report."""
    return tuple(line for line in score.lines if line.weight and not line.note.startswith("否决项"))
