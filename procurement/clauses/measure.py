"""Measuring 评测: what the check finds against what people labelled, by clause, by rule and by family."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from procurement.clauses.finding import family


@dataclass(frozen=True)
class Labelled:
    """A clause with its label. ``label`` is a rule, or "" for a clean clause; ``also``: rules a finding may rightly name."""

    id: str
    text: str
    label: str
    also: tuple[str, ...] = ()

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset((self.label, *self.also)) if self.label else frozenset()


@dataclass(frozen=True)
class Ratio:
    """Of ``whole`` there were ``right``. Nothing out of nothing is one."""

    right: int
    whole: int

    @property
    def value(self) -> Fraction:
        return Fraction(self.right, self.whole) if self.whole else Fraction(1)


@dataclass(frozen=True)
class Figures:
    """Recall 召回率: of the labelled, how many were found. Precision 查准率: of the found, how many were labelled."""

    recall: Ratio
    precision: Ratio


@dataclass(frozen=True)
class Measurement:
    """One run over a labelled file.

    clause       a clause counts as found when it has any finding
    rule         a clause counts when a finding names the label or an accepted rule; a finding counts when its rule is accepted
    family       the same with rules without their items: R-20(4) and R-20(7) are one family
    by_family    per family: recall over the clauses labelled so, precision over the findings that name it
    missed       labelled clauses without a finding; false alarms: clean clauses with one
    """

    clause: Figures
    rule: Figures
    family: Figures
    by_rule: dict[str, Figures]
    by_family: dict[str, Figures]
    missed: tuple[str, ...]
    false_alarms: tuple[str, ...]
    other_rule: tuple[tuple[str, str, tuple[str, ...]], ...]


def measure(clauses: Iterable[Labelled], find: Callable[[str], Sequence[str]]) -> Measurement:
    """Run ``find`` (text → rules) over ``clauses``."""
    runs = [(each, tuple(dict.fromkeys(find(each.text)))) for each in clauses]
    broken = [(each, found) for each, found in runs if each.label]
    hits = [each for each, found in broken if found]
    alarms = [each.id for each, found in runs if found and not each.label]
    return Measurement(
        clause=Figures(Ratio(len(hits), len(broken)), Ratio(len(hits), len(hits) + len(alarms))),
        rule=_figures(runs, lambda rule: rule),
        family=_figures(runs, family),
        by_rule=_by(runs, lambda rule: rule),
        by_family=_by(runs, family),
        missed=tuple(each.id for each, found in broken if not found),
        false_alarms=tuple(alarms),
        other_rule=tuple(
            (each.id, each.label, found)
            for each, found in broken
            if found and not {family(r) for r in found} & {family(r) for r in each.accepted}
        ),
    )


def _figures(runs: list[tuple[Labelled, tuple[str, ...]]], name: Callable[[str], str]) -> Figures:
    named = right = found_right = labelled = 0
    for each, found in runs:
        accepted, names = {name(rule) for rule in each.accepted}, {name(rule) for rule in found}
        labelled += bool(each.label)
        found_right += bool(names & accepted)
        named += len(names)
        right += len(names & accepted)
    return Figures(Ratio(found_right, labelled), Ratio(right, named))


def _by(runs: list[tuple[Labelled, tuple[str, ...]]], name: Callable[[str], str]) -> dict[str, Figures]:
    keys = sorted(
        {name(each.label) for each, _ in runs if each.label} | {name(rule) for _, found in runs for rule in found}
    )
    made = {}
    for key in keys:
        of_label = [(each, found) for each, found in runs if each.label and name(each.label) == key]
        naming = [(each, found) for each, found in runs if key in {name(rule) for rule in found}]
        made[key] = Figures(
            Ratio(
                sum(bool({name(r) for r in f} & {name(r) for r in e.accepted}) for e, f in of_label), len(of_label)
            ),
            Ratio(sum(key in {name(r) for r in e.accepted} for e, _ in naming), len(naming)),
        )
    return made
