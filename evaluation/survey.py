"""Surveys 满意度调查: how many to ask, how exact the answer is, and whom a printed number could betray.

Sample sizes are textbook arithmetic and printed with it; no official text of the rule sheets fixes one. All formulas are for
a share of a finite population drawn at random; for a sample that people chose themselves the margin says too little, and
``Reading.remarks`` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from math import ceil

from kernel.points import percent_text
from kernel.refusal import BadInput, Finding

DEVIATES = {Fraction(9, 10): Fraction("1.645"), Fraction(95, 100): Fraction("1.960"), Fraction(99, 100): Fraction("2.576")}
"""Standard normal deviates by confidence 置信水平, to the three decimals that tables print."""
SMALLEST_GROUP = 5
"""A number about fewer people is not printed: with local knowledge it is a name."""


def sample_size(population: int, margin: Fraction, confidence: Fraction = Fraction(95, 100)) -> int:
    """How many valid answers a share needs to be exact to ± ``margin`` at ``confidence``; never more than everybody.

    n0 = z² · ¼ / margin²; n = n0 / (1 + (n0 − 1) / N), rounded up. The worst case, a share of one half, is assumed.
    Raises BadInput.

    >>> sample_size(1000, Fraction(5, 100))
    278
    """
    problems = _population(population) + _confidence(confidence)
    if not 0 < margin < 1:
        problems.append(Finding("margin", "允许误差须大于 0 且小于 1", have=str(margin)))
    if problems:
        raise BadInput(problems)
    infinite = DEVIATES[confidence] ** 2 / 4 / margin**2
    return min(population, ceil(infinite / (1 + (infinite - 1) / population)))


def margin_of_error(share: Fraction, answers: int, population: int, confidence: Fraction = Fraction(95, 100)) -> Decimal:
    """± of ``share`` found among ``answers`` of ``population``, as a share, rounded up to 0.0001: never too good.

    z · √(p(1 − p)/n · (N − n)/(N − 1)). 0 when everybody answered. Raises BadInput.

    >>> margin_of_error(Fraction(9, 10), 204, 410)
    Decimal('0.0293')
    """
    problems = _population(population) + _confidence(confidence)
    if not 1 <= answers <= population:
        problems.append(Finding("answers", "有效份数须在 1 与总人数之间", have=answers, need=f"1 至 {population}"))
    if not 0 <= share <= 1:
        problems.append(Finding("share", "比例须在 0 与 1 之间", have=str(share)))
    if problems:
        raise BadInput(problems)
    if answers == population:
        return Decimal("0.0000")
    square = DEVIATES[confidence] ** 2 * share * (1 - share) / answers * Fraction(population - answers, population - 1)
    with localcontext() as context:
        context.prec = 40
        root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
    return root.quantize(Decimal("0.0001"), ROUND_CEILING)


@dataclass(frozen=True)
class Answers:
    """What came back. given: options in order with their counts, e.g. {"满意": 204, "一般": 12, "不满意": 4}.

    population  everybody served; asked: to whom a link, a sheet or a call went; invalid: sent back unusable
    random      whether those asked were drawn by lot
    """

    population: int
    asked: int
    given: Mapping[str, int]
    satisfied: frozenset[str]
    invalid: int = 0
    random: bool = True


@dataclass(frozen=True)
class Reading:
    """What the answers say. response: returned of asked; share: satisfied of valid; margin of it; in the worst case too."""

    valid: int
    returned: int
    response: Fraction
    satisfied: int
    share: Fraction
    margin: Decimal
    needed: int
    remarks: tuple[str, ...]


def read_answers(answers: Answers, *, wanted_margin: Fraction, confidence: Fraction = Fraction(95, 100)) -> Reading:
    """Fold a survey. Raises BadInput for counts that contradict each other, all at once."""
    valid = sum(answers.given.values())
    problems = _population(answers.population) + _confidence(confidence)
    problems += [Finding(f"given.{option}", "份数不得小于零", have=n) for option, n in answers.given.items() if n < 0]
    problems += [Finding("satisfied", f"选项中没有“{option}”") for option in sorted(answers.satisfied - set(answers.given))]
    if not answers.asked <= answers.population:
        problems.append(Finding("asked", "发放数不得多于服务总人数", have=answers.asked, need=f"不多于 {answers.population}"))
    if not 0 < valid + answers.invalid <= answers.asked:
        problems.append(Finding("given", "回收数须大于零且不多于发放数", have=valid + answers.invalid, need=f"1 至 {answers.asked}"))
    if valid < 1:
        problems.append(Finding("given", "没有有效问卷, 满意率无从计算"))
    if problems:
        raise BadInput(problems)
    satisfied = sum(answers.given[option] for option in answers.satisfied)
    share = Fraction(satisfied, valid)
    needed = sample_size(answers.population, wanted_margin, confidence)
    response = Fraction(valid + answers.invalid, answers.asked)
    remarks = []
    if valid < needed:
        remarks.append(f"有效问卷 {valid} 份, 达到 ±{percent_text(wanted_margin, 1)} 需要 {needed} 份")
    if not answers.random:
        remarks.append("受访者不是随机抽取, 误差只说明份数多少, 不说明代表性")
    if response < Fraction(1, 2):
        remarks.append(f"回收率 {percent_text(response, 1)} 不足一半, 未答者的意见可能不同")
    return Reading(
        valid, valid + answers.invalid, response, satisfied, share,
        margin_of_error(share, valid, answers.population, confidence), needed, tuple(remarks),
    )  # fmt: skip


def printable(groups: Mapping[str, int], least: int = SMALLEST_GROUP) -> dict[str, int | None]:
    """Counts by group with those below ``least`` withheld (None). Where the rest and the sum would give one away, the next
    smallest is withheld too. Groups without anybody stay 0: nobody is in them.

    >>> printable({"儿童": 3, "老年": 20, "残障": 8})
    {'儿童': None, '老年': 20, '残障': None}
    """
    small = [group for group, number in groups.items() if 0 < number < least]
    if len(small) == 1 or 0 < sum(groups[group] for group in small) < least:
        others = sorted((number, at, group) for at, (group, number) in enumerate(groups.items()) if group not in small and number)
        small += [group for _, _, group in others[:1]]
    return {group: None if group in small else number for group, number in groups.items()}


def _population(population: int) -> list[Finding]:
    return [Finding("population", "服务总人数须大于零", have=population)] if population < 1 else []


def _confidence(confidence: Fraction) -> list[Finding]:
    if confidence in DEVIATES:
        return []
    return [Finding("confidence", have=percent_text(confidence, 0), need="90%、95% 或 99%", zh="未收录该置信水平的分位数")]
