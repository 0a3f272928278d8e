"""The frame: floor and subject take turns in one run, in CPU time; the figure is the median of their ratios.

A ratio against a floor survives another machine, a busy neighbour and a slow afternoon; seconds do not. Both sides run
in the same process, in turn, and who goes first alternates, so that drift falls on both. CPU time counts this process
and the children it waited for.
"""

from __future__ import annotations

import gc
import json
import math
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

RESULTS = Path("var") / "benchmarks"


@dataclass(frozen=True)
class Bound:
    """What is promised: subject ≤ ``ratio`` × floor + ``seconds``."""

    ratio: float
    seconds: float = 0.0

    def text(self) -> str:
        return f"{self.ratio:g} ×" + (f" + {self.seconds:g} s" if self.seconds else "")


@dataclass(frozen=True)
class Figure:
    """One comparison as it ran. Times are CPU seconds of one execution, by round."""

    name: str
    floor: str
    subject: str
    floor_seconds: tuple[float, ...]
    subject_seconds: tuple[float, ...]
    bound: Bound | None = None

    @property
    def ratio(self) -> float:
        """Median over the rounds of subject / floor, each pair measured side by side."""
        return median(s / f for f, s in zip(self.floor_seconds, self.subject_seconds, strict=True))

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a round."""
        ratios = [s / f for f, s in zip(self.floor_seconds, self.subject_seconds, strict=True)]
        return min(ratios), max(ratios)

    @property
    def kept(self) -> bool | None:
        """Whether the promise holds in the median round; None when nothing was promised."""
        if self.bound is None:
            return None
        pairs = zip(self.floor_seconds, self.subject_seconds, strict=True)
        return median(s - self.bound.ratio * f for f, s in pairs) <= self.bound.seconds


@dataclass(frozen=True)
class Amount:
    """One measured number that is promised to stay at or under ``most``: bytes, statements, seconds."""

    name: str
    what: str
    value: float
    unit: str
    most: float | None = None

    @property
    def kept(self) -> bool | None:
        return None if self.most is None else self.value <= self.most

    def text(self, number: float | None) -> str:
        return "-" if number is None else f"{number:,.3g} {self.unit}" if number < 1 else f"{number:,.4g} {self.unit}"


def compare(
    name: str,
    *,
    floor: tuple[str, Callable[[], object]],
    subject: tuple[str, Callable[[], object]],
    bound: Bound | None = None,
    rounds: int = 7,
    repeat: int = 1,
    best: bool = False,
) -> Figure:
    """Run ``floor`` and ``subject`` in turn, ``rounds`` times after one unmeasured round of each.

    floor, subject  what it is, in words, and a callable that does it once
    repeat          executions per measurement, for what is too short to be timed alone
    best            the measurement is the cheapest of them and not their mean: for pages on a machine with neighbours
    """
    measure = _best_of if best else _cpu_of
    sides = {"floor": floor[1], "subject": subject[1]}
    seconds: dict[str, list[float]] = {"floor": [], "subject": []}
    for side in sides.values():
        side()
    for number in range(rounds):
        for side in ("floor", "subject") if number % 2 == 0 else ("subject", "floor"):
            seconds[side].append(measure(sides[side], repeat))
    return Figure(name, floor[0], subject[0], tuple(seconds["floor"]), tuple(seconds["subject"]), bound)


def _cpu_of(execute: Callable[[], object], repeat: int) -> float:
    gc.collect()
    began = _cpu()
    for _ in range(repeat):
        execute()
    return max((_cpu() - began) / repeat, 1e-9)


def _best_of(execute: Callable[[], object], repeat: int) -> float:
    gc.collect()
    least = math.inf
    for _ in range(repeat):
        began = time.process_time()
        execute()
        least = min(least, time.process_time() - began)
    return max(least, 1e-9)


def _cpu() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def report(found: Sequence[Figure | Amount], results: Path = RESULTS) -> str:
    """The table that is printed, one line per figure; the same is kept as JSON under ``results``."""
    results.mkdir(parents=True, exist_ok=True)
    for figure in found:
        held = {**asdict(figure), "kept": figure.kept}
        if isinstance(figure, Figure):
            held |= {"ratio": figure.ratio, "spread": figure.spread}
        path = results / f"{figure.name}.json"
        path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    figures = [each for each in found if isinstance(each, Figure)]
    amounts = [each for each in found if isinstance(each, Amount)]
    lines = []
    if figures:
        lines.append(f"{'figure':<26} {'floor':>10} {'subject':>10} {'ratio':>7}   {'lowest-highest':<16} {'promised':<14}")
    for figure in figures:
        low, high = figure.spread
        promised = figure.bound.text() if figure.bound else "-"
        lines.append(
            f"{figure.name:<26} {_time(median(figure.floor_seconds)):>10} {_time(median(figure.subject_seconds)):>10} "
            f"{figure.ratio:>7.2f}   {f'{low:.2f}-{high:.2f}':<16} {promised:<14} {VERDICT[figure.kept]}"
        )
        lines.append(f"{'':<26} {figure.subject}  against  {figure.floor}")
    if amounts:
        lines.append(f"{'amount':<34} {'measured':>14} {'at most':>14}")
    for amount in amounts:
        measured, most = amount.text(amount.value), amount.text(amount.most)
        lines.append(f"{amount.name:<34} {measured:>14} {most:>14}   {VERDICT[amount.kept]:<9} {amount.what}")
    return "\n".join(lines)


VERDICT = {True: "kept", False: "NOT KEPT", None: ""}


def _time(seconds: float) -> str:
    return f"{seconds:.3f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"
