"""Charts 图: frozen values in, SVG text out; the same on a page and in print, for eyes with and without colour.

    svg(Scores((Bar("决策", Fraction(11), Fraction(15)), …)))    → "<svg …>"

Drawn by pygal (ADR 0018), which is loaded at the first drawing. The same value gives the same bytes, in every process.
"""

from __future__ import annotations

from functools import lru_cache

from reports.chart.figure import (
    Bar,
    Chart,
    Moment,
    Money,
    MoneyOfYear,
    Rated,
    Raters,
    Record,
    Scores,
    Standing,
    State,
    Timeline,
    Web,
    in_words,
)

__all__ = [
    "Bar", "Chart", "Moment", "Money", "MoneyOfYear", "Rated", "Raters", "Record", "Scores", "Standing", "State", "Timeline", "Web",
    "in_words", "printed", "svg",
]  # fmt: skip

KEPT = 1024
"""Drawings kept in memory, about 5 KB each: a value is its own key, and never changes."""


@lru_cache(maxsize=KEPT)
def svg(chart: Chart) -> str:
    """The drawing for a page. Texts are escaped; characters that XML forbids are shown as 〓."""
    return _drawn(chart, print_fit=False)


@lru_cache(maxsize=64)
def printed(chart: Chart) -> str:
    """The drawing for a PDF: characters that no font in the tree has are shown as 〓, as in the text around it."""
    return _drawn(chart, print_fit=True)


def _drawn(chart: Chart, *, print_fit: bool) -> str:
    from reports.chart import dress
    from reports.fonts import printable

    def same(text: str) -> str:
        return text

    fit = printable if print_fit else same
    if chart.is_empty:
        return dress.blank(chart.title, chart.words(), fit)
    from reports.chart.drawing import drawing

    root, look = drawing(chart)
    return dress.dressed(root, look, chart.title, chart.words(), fit)
