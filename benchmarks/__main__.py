"""``python -m benchmarks [NAME …] [--rounds N]``: run all benchmarks or the named ones, print the table, keep the JSON.

Exit code 1 when a promise is not kept, so that it can be noticed; figures need a quiet machine to mean something.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from benchmarks.frame import report

NAMES = ("scoring", "award_command", "report", "ranking_page", "portal", "first_view", "timetable_page")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all when none is given")
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds of each comparison (default 7)")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(NAMES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    figures = []
    for name in wanted.names or NAMES:
        print(f"… {name}", file=sys.stderr, flush=True)
        figures += import_module(f"benchmarks.{name}").figures(wanted.rounds)
    print(report(figures))
    return 1 if any(figure.kept is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
