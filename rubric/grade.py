"""Grades 等级: bands exactly as written. A score in a gap between printed bands is reported, never moved."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from kernel.points import shortest_text
from rubric.aggregation import Score, Veto
from rubric.criterion import GradeBand, GradeBands


@dataclass(frozen=True)
class Grade:
    """等级: the band that holds the score."""

    name: str
    band: GradeBand | None = None

    @property
    def zh(self) -> str:
        return self.name


@dataclass(frozen=True)
class InGap:
    """无对应等级: no band holds the score. ``under`` and ``over`` are the neighbours, where there are any."""

    points: Fraction
    under: GradeBand | None
    over: GradeBand | None

    name = None

    @property
    def zh(self) -> str:
        near = [f"“{b.grade}”（{b.text()}）" for b in (self.under, self.over) if b is not None]
        where = "与".join(near) + "之间" if len(near) == 2 else "".join(near) + "之外"
        return f"{shortest_text(self.points)}分不在任何等级内: 落在{where}, 由评估方案的制定者决定, 系统不移动分数"


@dataclass(frozen=True)
class Verdict:
    """The grade of a score with its vetoes.

    raw      the grade of the score itself; it stays visible whatever a veto does
    final    the grade that counts; None when a veto voids the result 无效
    vetoes   those that took effect
    """

    raw: Grade | InGap
    final: Grade | InGap | None
    vetoes: tuple[Veto, ...] = ()

    @property
    def zh(self) -> str:
        if not self.vetoes:
            return self.raw.zh
        by = "、".join(f"{v.name}（{v.effect.zh}）" for v in self.vetoes)
        return f"{self.final.zh if self.final else '结果无效'}: 因{by}; 原得分对应等级: {self.raw.zh}"


class GradeScale:
    """A set of bands that can be asked.

    >>> from rubric.criterion import GradeBand, GradeBands
    >>> scale = GradeScale(GradeBands((GradeBand("良好", Fraction(80), Fraction(89), True, True),
    ...                                GradeBand("优秀", Fraction(90), Fraction(100), True, True))))
    >>> scale.grade_of(Fraction(90)).zh, scale.grade_of(Fraction(179, 2)).name is None
    ('优秀', True)
    """

    def __init__(self, bands: GradeBands | tuple[GradeBand, ...]) -> None:
        self.bands = bands if isinstance(bands, GradeBands) else GradeBands(bands)

    @property
    def names(self) -> tuple[str, ...]:
        """The grades in the order written."""
        return tuple(b.grade for b in self.bands.bands)

    def grade_of(self, points: Fraction | Decimal | int) -> Grade | InGap:
        """The grade whose band holds ``points``; what no band holds is ``InGap``.

        Below the lowest band the set's own word (无星级) is used where it has one; above the highest the top grade only
        where the set says that scores may exceed its scale.
        """
        score = Fraction(points)
        bands = [b for b in self.bands.bands if b.low is not None or b.high is not None]
        for band in bands:
            if band.holds(score):
                return Grade(band.grade, band)
        under = [b for b in bands if b.high is not None and b.high <= score]
        over = [b for b in bands if b.low is not None and b.low >= score]
        nearest_under = max(under, key=lambda b: b.high or Fraction(0), default=None)
        nearest_over = min(over, key=lambda b: b.low or Fraction(0), default=None)
        if nearest_under is None and nearest_over is not None and self.bands.below:
            return Grade(self.bands.below)
        if nearest_over is None and nearest_under is not None and self.bands.may_exceed_scale:
            return Grade(nearest_under.grade, nearest_under)
        return InGap(score, nearest_under, nearest_over)

    def verdict(self, score: Score) -> Verdict:
        """The grade of the shown (rounded) score, since that is the number the document prints, with its vetoes."""
        raw = self.grade_of(Fraction(score.shown))
        effective = tuple(v for v in score.vetoes if v.effective)
        if not effective:
            return Verdict(raw, raw)
        named = [v.effect.grade for v in effective]
        if any(name is None for name in named):
            return Verdict(raw, None, effective)
        worst = min((n for n in named if n is not None), key=self._height)
        return Verdict(raw, Grade(worst, next((b for b in self.bands.bands if b.grade == worst), None)), effective)

    def _height(self, name: str) -> Fraction:
        lows = {b.grade: b.low for b in self.bands.bands}
        low = lows.get(name)
        return Fraction(-(10**9)) if low is None else low

    def gaps(self) -> tuple[tuple[GradeBand, GradeBand], ...]:
        """Neighbouring bands between which scores belong to no grade."""
        ordered = sorted((b for b in self.bands.bands if not _empty(b)), key=_bottom)
        return tuple((a, b) for a, b in pairwise(ordered) if a.leaves_gap(b))

    def overlaps(self) -> tuple[tuple[GradeBand, GradeBand], ...]:
        """Neighbouring bands that both hold some score."""
        ordered = sorted((b for b in self.bands.bands if not _empty(b)), key=_bottom)
        return tuple((a, b) for a, b in pairwise(ordered) if a.overlaps(b))


def _empty(band: GradeBand) -> bool:
    return band.low is None and band.high is None


def _bottom(band: GradeBand) -> tuple[bool, Fraction]:
    return (band.low is not None, band.low or Fraction(0))
