"""Hypothesis profiles for the whole suite: ``make test`` runs the same examples every time, ``make test-deep`` searches."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Two shared cores make a deadline per example a matter of luck, so there is none; the suite's own bound is in CI.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=100, print_blob=True)
settings.register_profile(
    "deep", deadline=None, max_examples=3000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
