"""The library 评分标准库: rubrics that ship with the product, each with its source. Their weights are ours and say so."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from kernel.refusal import Missing
from rubric.criterion import GradeBands, Rubric
from rubric.reading import BandSets, load_yaml, read_document, read_rubric

_GRADE_BANDS = "grade-bands"


def names() -> tuple[str, ...]:
    """The names of all rubrics of the library."""
    found = (f.name.removesuffix(".yaml") for f in files(__package__).iterdir() if f.name.endswith(".yaml"))
    return tuple(sorted(name for name in found if name != _GRADE_BANDS))


def text(name: str) -> str:
    """The YAML text of one file, to be copied and changed. Raises Missing when there is none."""
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise Missing(f"评分标准库中没有“{name}”")
    file = files(__package__) / f"{name}.yaml"
    if not file.is_file():
        raise Missing(f"评分标准库中没有“{name}”, 现有: {'、'.join(names())}")
    return file.read_text(encoding="utf-8")


@cache
def load(name: str) -> Rubric:
    """One rubric of the library. Raises Missing when there is none.

    >>> load("appraisal-agency").total
    Fraction(100, 1)
    """
    return read_rubric(load_yaml(text(name)))


@cache
def grade_bands(id: str) -> GradeBands:
    """One set of grade bands by its id. Raises Missing when there is none."""
    document = read_document(load_yaml(text(_GRADE_BANDS)))
    sets = {bands.id: bands for bands in document.sets} if isinstance(document, BandSets) else {}
    if id not in sets:
        raise Missing(f"没有等级划分“{id}”, 现有: {'、'.join(sets)}")
    return sets[id]
