"""Small rubrics and sheets for these tests: a test states only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rubric.criterion import Rubric
from rubric.reading import read_rubric
from rubric.sheet import Mark, Sheet

LEVELS = {"kind": "judgement_levels", "levels": {"优": 100, "良": 80, "中": 60, "差": 0}}


def a_leaf(id: str, weight: Any, rule: Mapping[str, Any] | None = None, **but: Any) -> dict[str, Any]:
    """A leaf with one part of the same id, scored 0-100 by four levels."""
    return {"id": id, "name": id, "weight": weight, "scale": 100, "parts": [{"id": id, "rule": rule or LEVELS}], **but}


def a_rubric(*criteria: Mapping[str, Any], total: Any = 100, **but: Any) -> Rubric:
    return read_rubric({"id": "r", "name": "评分标准", "total": total, "criteria": list(criteria), **but})


def a_sheet(rater: str = "甲", party: str | None = None, stage: str | None = None, **marks: Any) -> Sheet:
    """A sheet of plain values; a Mark stays a Mark."""
    held = {id: value if isinstance(value, Mark) else Mark(value) for id, value in marks.items()}
    return Sheet(rater, held, party, stage)
