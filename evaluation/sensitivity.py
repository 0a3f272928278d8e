"""Sensitivity 敏感性: what would have to be otherwise for the grade to be another one.

Asked of the published number before anybody is told that it decides. It changes nothing. A grade that hangs on one rater or
on a hundredth of a point is told as such; one that no single rater and no single leaf could turn is told as that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaluation.kind import Kind
from evaluation.result import Judged, Scored, scored
from kernel.points import half_up
from kernel.refusal import BadInput
from rubric.aggregation import Score, aggregate
from rubric.criterion import GradeBands, Rubric
from rubric.marking import Circumstances
from rubric.sheet import Sheet


@dataclass(frozen=True)
class Distance:
    """How far the score that counts is from a neighbouring grade.

    missing  shown points up to its lower edge, or down to its upper one, above 0
    exact    the same for the exact score: at least so much up, more than so much down, since 0.005 is rounded up
    """

    grade: str
    upwards: bool
    missing: Decimal
    exact: Fraction


@dataclass(frozen=True)
class Without:
    """The result if one rater had not scored. shown None: it could not be computed without them."""

    rater: str
    shown: Decimal | None
    grade: str | None
    turns: bool


@dataclass(frozen=True)
class LeafSwing:
    """A leaf that alone could turn the grade: with at least (upwards) or less than (downwards) ``needed`` points."""

    leaf: str
    name: str
    points: Fraction
    weight: Fraction
    needed: Fraction
    grade: str
    upwards: bool


@dataclass(frozen=True)
class Sensitivity:
    """Everything together. ``firm``: no single rater and no single leaf turns the grade."""

    distances: tuple[Distance, ...]
    raters: tuple[Without, ...]
    leaves: tuple[LeafSwing, ...]

    @property
    def firm(self) -> bool:
        return not self.leaves and not any(each.turns for each in self.raters)


def sensitivity(
    judged: Judged, sheets: Sequence[Sheet], circumstances: Circumstances, earlier: Mapping[Kind, Fraction] | None = None
) -> Sensitivity:
    """What would turn the grade of these sheets. Raises BadInput as the score itself does.

    One thing is changed at a time. A leaf's points are moved between 0 and its weight; the scale that 不适用 leaves and the
    share of the stage are those of the result. Bonus leaves stay as they are; where a veto speaks, only raters are looked at.
    """
    score = aggregate(judged.measure, sheets, circumstances)
    found = scored(judged, score, earlier)
    raters = tuple(_raters(judged, sheets, circumstances, earlier, found))
    bands = judged.measure.grades
    if bands is None or found.vetoes:
        return Sensitivity((), raters, ())
    distances = _distances(bands, found, judged.measure.places)
    share = next((weight for kind, weight, _ in found.stages if kind is judged.kind), Fraction(1))
    worth = share * score.full / score.scale if score.scale else share
    return Sensitivity(distances, raters, tuple(_swings(judged.measure, score, distances, worth)) if worth else ())


def _distances(bands: GradeBands, found: Scored, places: int) -> tuple[Distance, ...]:
    """To the nearest grade above and the nearest below, at the precision that is shown."""
    step, shown = Fraction(1, 10**places), Fraction(found.shown)
    above, below = [], []
    for band in bands.bands:
        if band.grade == found.grade:
            continue
        if band.low is not None and (edge := band.low if band.low_incl else band.low + step) > shown:
            above.append(Distance(band.grade, True, half_up(edge - shown, places), edge - step / 2 - found.exact))
        if band.high is not None and (edge := band.high if band.high_incl else band.high - step) < shown:
            below.append(Distance(band.grade, False, half_up(shown - edge, places), found.exact - edge - step / 2))
    return tuple(min(each, key=lambda distance: distance.exact) for each in (above, below) if each)


def _swings(measure: Rubric, score: Score, distances: Sequence[Distance], worth: Fraction) -> Iterator[LeafSwing]:
    for line in score.leaf_lines():
        if line.points is None or not line.weight or measure.leaf(line.id).bonus is not None:
            continue
        for distance in distances:
            step = distance.exact / worth
            needed = line.points + step if distance.upwards else line.points - step
            if needed <= line.weight if distance.upwards else needed > 0:
                yield LeafSwing(line.id, line.name, line.points, line.weight, needed, distance.grade, distance.upwards)


def _raters(
    judged: Judged, sheets: Sequence[Sheet], circumstances: Circumstances, earlier: Mapping[Kind, Fraction] | None, found: Scored
) -> Iterator[Without]:
    """Each rater left out once."""
    for rater in dict.fromkeys(sheet.rater for sheet in sheets):
        rest = [sheet for sheet in sheets if sheet.rater != rater]
        try:
            other = scored(judged, aggregate(judged.measure, rest, circumstances), earlier)
        except BadInput:
            yield Without(rater, None, None, False)
        else:
            yield Without(rater, other.shown, other.grade, other.grade != found.grade)
