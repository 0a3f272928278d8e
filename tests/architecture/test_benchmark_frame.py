"""A figure means what the README says it means: the median of ratios, floor and subject in turn."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.frame import Bound, Figure, compare, report


def test_the_figure_is_the_median_of_the_ratios_and_not_the_ratio_of_the_medians() -> None:
    figure = Figure("a", "floor", "subject", (1.0, 1.0, 4.0), (1.0, 5.0, 8.0))

    assert figure.ratio == 2.0  # of 1, 5 and 2; the medians alone would say 5 against 1
    assert figure.spread == (1.0, 5.0)


def test_a_promise_is_kept_up_to_its_very_bound() -> None:
    at, over = (2.0,) * 3, (2.01,) * 3

    assert Figure("a", "f", "s", (1.0,) * 3, at, Bound(1.5, 0.5)).kept is True
    assert Figure("a", "f", "s", (1.0,) * 3, over, Bound(1.5, 0.5)).kept is False
    assert Figure("a", "f", "s", (1.0,) * 3, over).kept is None


def test_floor_and_subject_take_turns_and_each_goes_first_in_its_turn() -> None:
    ran: list[str] = []

    compare("a", floor=("f", lambda: ran.append("f")), subject=("s", lambda: ran.append("s")), rounds=3)

    assert "".join(ran) == "fs" + "fs" + "sf" + "fs"  # one unmeasured round, then three


def test_more_work_costs_a_higher_ratio(tmp_path: Path) -> None:
    def work() -> int:
        return sum(range(300_000))

    figure = compare(
        "more_work", floor=("once", work), subject=("four times", lambda: [work() for _ in range(4)]), bound=Bound(1.0)
    )

    assert 2 < figure.ratio < 8
    assert "NOT KEPT" in report([figure], tmp_path)
    assert json.loads((tmp_path / "more_work.json").read_text(encoding="utf-8"))["ratio"] == figure.ratio
