"""``flask award rank`` on the demonstration tender, five cases of up to four bids, against a Python that only imports Flask and YAML.

The command loads what it needs and nothing else (ADR 0005), so a script may call it for each of a thousand files.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.frame import Bound, Figure, compare

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "demo" / "tender.yaml"


def figures(rounds: int) -> list[Figure]:
    flask = Path(sys.executable).with_name("flask")

    def floor() -> None:
        subprocess.run([sys.executable, "-c", "import flask, yaml"], check=True, cwd=ROOT)

    def subject() -> None:
        subprocess.run([flask, "award", "rank", CASE], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)

    return [
        compare(
            "award_command",
            floor=('python -c "import flask, yaml"', floor),
            subject=("flask award rank CASE", subject),
            bound=Bound(1.5, 0.5),
            rounds=rounds,
        )
    ]
