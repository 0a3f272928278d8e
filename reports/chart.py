"""Charts 图 as SVG text: the same on a page and in print, readable without colour and by a screen reader.

Colours are the tokens of the face, written as attributes; classes beside them let a page restyle them (dark, contrast),
because a style sheet outranks an attribute. No style, no script, no outside reference: a strict CSP shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin
from xml.sax.saxutils import escape

from kernel.points import half_up, percent_text, shortest_text

INK, INK_SOFT, LINE, LINE_STRONG, ACCENT, WASH = "#17212b", "#4a5963", "#d9e0e4", "#8c9aa3", "#0b5a7a", "#f5f7f8"
SANS = "Caiping Sans, Caiping Sans Full, Noto Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True)
class Bar:
    """One dimension 维度: its name, the points reached and the full points; ``points`` None means 不适用."""

    name: str
    points: Fraction | None
    full: Fraction

    @property
    def rate(self) -> Fraction | None:
        """Rate of points 得分率, in [0, 1] as a rule; a bonus may carry it above 1, a penalty below 0."""
        return None if self.points is None or self.full == 0 else self.points / self.full

    def words(self) -> str:
        if self.points is None:
            return f"{self.name}不适用"
        rate = f"，得分率{_per_cent(self.rate)}" if self.rate is not None else ""
        return f"{self.name}{half_up(self.points, 2)}分（满分{shortest_text(self.full)}分{rate}）"


def in_words(bars: Sequence[Bar]) -> str:
    """What the chart says, as a sentence: the text alternative."""
    return "各维度得分：" + "；".join(bar.words() for bar in bars) + "。"


def bars_svg(bars: Sequence[Bar], title: str = "各维度得分率", places: int = 2) -> str:
    """Horizontal bars, one per dimension, all to the same scale 0–100 %, with points and rate beside each."""
    row, top, left, width, right = 36, 12, 160, 320, 150
    height = top + row * len(bars) + 26
    out = [_open(left + width + right, height, title, in_words(bars))]
    bottom = top + row * len(bars)
    for step in range(0, 101, 20):
        x = left + width * step // 100
        out.append(f'<path class="chart-grid" d="M{x} {top}V{bottom}" stroke="{LINE}" fill="none"/>')
        out.append(_text(x, bottom + 16, f"{step}%", size=11, anchor="middle", soft=True))
    for index, bar in enumerate(bars):
        y = top + row * index
        rate = bar.rate
        lines = _wrapped(bar.name, 11)
        for nr, line in enumerate(lines):
            lift = 7 * (len(lines) - 1)
            out.append(_text(left - 10, y + 21 - lift + 15 * nr, line, size=13 - len(lines) + 1, anchor="end"))
        track = f'x="{left}" y="{y + 7}" width="{width}" height="20"'
        out.append(f'<rect class="chart-track" {track} fill="{WASH}" stroke="{LINE}"/>')
        if rate is None:
            out.append(_text(left + 8, y + 21, "不适用", soft=True))
            continue
        length = half_up(min(max(rate, Fraction(0)), Fraction(1)) * width, 2)
        out.append(f'<rect class="chart-bar" x="{left}" y="{y + 7}" width="{length}" height="20" fill="{ACCENT}"/>')
        shown = f"{half_up(bar.points or Fraction(0), places)} / {shortest_text(bar.full)}"
        out.append(_text(left + width + 10, y + 21, f"{shown}　{_per_cent(rate)}"))
    out.append(f'<path class="chart-axis" d="M{left} {top}V{bottom}" stroke="{LINE_STRONG}" fill="none"/></svg>')
    return "".join(out)


def radar_svg(bars: Sequence[Bar], title: str = "各维度得分率") -> str:
    """The same as a web; falls back to bars below three dimensions or where one does not apply."""
    if len(bars) < 3 or any(bar.rate is None for bar in bars):
        return bars_svg(bars, title)
    width, height, radius = 420, 300, 100
    x0, y0 = width // 2, height // 2
    angles = [2 * pi * index / len(bars) - pi / 2 for index in range(len(bars))]

    def web(shares: Sequence[float]) -> str:
        ends = zip(shares, angles, strict=True)
        at = (f"{x0 + radius * share * cos(a):.1f} {y0 + radius * share * sin(a):.1f}" for share, a in ends)
        return "M" + "L".join(at) + "Z"

    out = [_open(width, height, title, in_words(bars))]
    rings = "".join(web([share] * len(bars)) for share in (1.0, 0.75, 0.5, 0.25))
    spokes = "".join(f"M{x0} {y0}L{x0 + radius * cos(a):.1f} {y0 + radius * sin(a):.1f}" for a in angles)
    out.append(f'<path class="chart-grid" d="{rings}{spokes}" stroke="{LINE}" fill="none"/>')
    rates = [min(max(float(bar.rate or 0), 0.0), 1.0) for bar in bars]
    paint = f'fill="{ACCENT}" fill-opacity=".18" stroke="{ACCENT}" stroke-width="2"'
    out.append(f'<path class="chart-web" d="{web(rates)}" {paint}/>')
    for bar, angle in zip(bars, angles, strict=True):
        x, y = x0 + (radius + 16) * cos(angle), y0 + (radius + 16) * sin(angle)
        anchor = "middle" if abs(cos(angle)) < 0.3 else ("start" if cos(angle) > 0 else "end")
        lift = -8 if sin(angle) < -0.5 else (8 if sin(angle) > 0.5 else -2)
        out.append(_text(x, y + lift, bar.name, anchor=anchor))
        out.append(_text(x, y + lift + 16, _per_cent(bar.rate), anchor=anchor, soft=True))
    return "".join(out) + "</svg>"


def _open(width: int, height: int, title: str, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="{SANS}" font-size="13">'
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>"
    )


def _text(x: float, y: float, text: str, *, size: int = 13, anchor: str = "start", soft: bool = False) -> str:
    colour, kind = (INK_SOFT, "chart-soft") if soft else (INK, "chart-text")
    place = f'x="{x:.6g}" y="{y:.6g}" text-anchor="{anchor}" font-size="{size}"'
    return f'<text class="{kind}" {place} fill="{colour}">{escape(text)}</text>'


def _per_cent(rate: Fraction | None) -> str:
    return "不适用" if rate is None else percent_text(rate, 2)


def _wrapped(name: str, length: int) -> list[str]:
    if len(name) <= length:
        return [name]
    second = name[length:]
    return [name[:length], second if len(second) <= length else second[: length - 1] + "…"]
