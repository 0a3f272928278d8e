"""From the library's bare tree to our SVG: only what is seen, named by classes, shapes beside colours, texts as texts.

Each class stands beside the same look as attributes. A page's style sheet outranks attributes, so that dark mode, strong
contrast and forced colours reach the chart; a PDF and a saved file have the attributes alone. No style, script, id,
reference or comment passes: a page with ``default-src 'self'`` shows the drawing as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any
from xml.sax.saxutils import escape, quoteattr

INK, INK_SOFT, LINE, LINE_STRONG, ACCENT, PAPER = "#17212b", "#414f59", "#d9e0e4", "#788790", "#0b5a7a", "#ffffff"
SANS = "Caiping Sans, Caiping Sans Full, Noto Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
LOOKS = {
    "chart-grid": f'fill="none" stroke="{LINE}"',
    "chart-axis": f'fill="none" stroke="{LINE_STRONG}"',
    "chart-fill": f'fill="{ACCENT}" stroke="{ACCENT}"',
    "chart-hollow": f'fill="{PAPER}" stroke="{INK}" stroke-width="1.5"',
    "chart-dashed": f'fill="{PAPER}" stroke="{ACCENT}" stroke-width="1.5" stroke-dasharray="4 2"',
    "chart-web": f'fill="{ACCENT}" fill-opacity=".18" stroke="{ACCENT}" stroke-width="2"',
    "chart-mark": f'fill="{ACCENT}" stroke="{ACCENT}" stroke-width="1.5"',
    "chart-mark-hollow": f'fill="{PAPER}" stroke="{ACCENT}" stroke-width="1.5"',
    "chart-mean": f'fill="none" stroke="{INK}" stroke-width="2.5"',
    "chart-line": f'fill="none" stroke="{ACCENT}" stroke-width="1.5"',
    "chart-span": f'fill="none" stroke="{ACCENT}" stroke-width="5"',
    "chart-today": f'fill="none" stroke="{INK_SOFT}" stroke-dasharray="5 3"',
    "chart-text": f'fill="{INK}"',
    "chart-soft": f'fill="{INK_SOFT}" font-size="12"',
}
FONT, LEADING = 13, 15
MISSING = "〓"
NO_START = "、，。；：）》”"
"""Signs that begin no line: the character before goes down with them."""
PLACE = re.compile(r"-?\d+\.\d+")


class Marker(Enum):
    """Signs of a series, as a path around (0, 0) with a radius of 5."""

    DISC = "M-4.5 0A4.5 4.5 0 1 1 4.5 0A4.5 4.5 0 1 1 -4.5 0Z"
    SQUARE = "M-4 -4H4V4H-4Z"
    TRIANGLE = "M0 -5L5 4H-5Z"
    DIAMOND = "M0 -5.5L5.5 0L0 5.5L-5.5 0Z"
    CROSS = "M-4 -4L4 4M4 -4L-4 4"
    DROP = "M0 5L5 -4H-5Z"
    PLUS = "M-5 0H5M0 -5V5"
    STAR = "M-5 0H5M-2.5 -4.3L2.5 4.3M2.5 -4.3L-2.5 4.3"
    BAR = ""


@dataclass(frozen=True)
class Series:
    """How one series looks: the class of its bars, line or dots, its sign, and a text at each bar's end or dot."""

    look: str
    marker: Marker | None = None
    labels: tuple[str, ...] = ()
    reach: float = 8.0
    """Half the height of the sign BAR."""
    signs: tuple[tuple[str, Marker], ...] = ()
    """A look and a sign for each dot, where they differ within the series."""
    below: bool = False
    """The texts stand below the dots."""

    def sign(self, x: float, y: float, reach: float | None = None, nr: int = 0) -> str:
        """The sign of dot ``nr``, or of the legend with its own ``reach``."""
        half = self.reach if reach is None else reach
        look, marker = self.signs[nr] if self.signs else ("chart-mark" if self.look == "chart-web" else self.look, self.marker)
        path = marker.value if marker and marker is not Marker.BAR else f"M0 {-half:g}V{half:g}"
        return f'<path class="{look}" transform="translate({_n(x)} {_n(y)})" d="{path}" {LOOKS[look]}/>'


@dataclass(frozen=True)
class Dress:
    """names: characters of a row's name in one line; beside: a text at the right end of each row, from the top down;
    around: a second line under each name of a web; legend: characters of a
    name in the legend, 0 for none; ruled: whether rows have a line each."""

    names: int
    series: tuple[Series, ...]
    beside: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    legend: float = 0
    ruled: bool = False


def dressed(root: Any, dress: Dress, title: str, words: str, fit: Callable[[str], str]) -> str:
    """The SVG text. ``fit`` makes a text fit for the medium (a font in a PDF lacks some characters)."""
    return _Tailor(dress, lambda text: escape(fit(lawful(text)))).whole(root, title, words)


def blank(title: str, words: str, fit: Callable[[str], str]) -> str:
    """The drawing of nothing: one line that says so."""
    say = f'<text class="chart-soft" x="180" y="34" text-anchor="middle" {LOOKS["chart-soft"]}>没有数据</text>'
    return _open(360, 60, escape(fit(lawful(title))), escape(fit(lawful(words)))) + say + "</svg>"


def lawful(text: str) -> str:
    """``text`` without what XML forbids or what would turn the direction of its neighbours; each becomes 〓."""
    if text.isprintable():
        return text
    return "".join(_lawful(character) for character in text)


def _lawful(character: str) -> str:
    if character in "\n\t\r":
        return " "
    turns = unicodedata.bidirectional(character) in (
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
        "BN",
    )
    shapeless = character in "\u200c\u200d"
    kept = shapeless or not (turns or unicodedata.category(character) in ("Cc", "Cs", "Cn"))
    return character if kept and character not in "\ufffe\uffff" else MISSING


def wrapped(name: str, length: int) -> list[str]:
    """At most two lines of ``length`` full-width characters; what does not fit ends in ``…``, the table has it whole."""
    lines, width = [""], 0.0
    for character in name:
        wide = full_widths(character)
        if width + wide > length + 0.01:
            if len(lines) == 2:
                return [lines[0], lines[1][:-1] + "…"]
            carried = lines[0][-1] if character in NO_START else ""
            lines, width = [lines[0].removesuffix(carried), carried], full_widths(carried)
        lines[-1] += character
        width += wide
    return [line.strip() for line in lines]


def cut(name: str, length: float) -> str:
    """One line of at most ``length`` full-width characters, the sign of what is missing among them."""
    if full_widths(name) <= length:
        return name
    while name and full_widths(name) > length - 1:
        name = name[:-1]
    return f"{name}…"


def full_widths(text: str) -> float:
    """How wide a text is, in full-width characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.58 for character in text)


class _Tailor:
    """Walks the tree once and writes what is kept."""

    def __init__(self, dress: Dress, text: Callable[[str], str]) -> None:
        self.dress, self.text, self.out = dress, text, list[str]()
        self.width = self.height = 0.0

    def whole(self, root: Any, title: str, words: str) -> str:
        size = (float(root.get("width")), float(root.get("height")))
        self.out.append(_open(*size, self.text(title), self.text(words)))
        for layer in _groups(root):
            if "graph" not in _classes(layer):
                continue
            for part in _groups(layer):
                kinds = _classes(part)
                if "plot" in kinds and "tooltip-overlay" not in kinds:
                    self._plot(part)
                elif "legends" in kinds and self.dress.legend:
                    self._legend(part)
        self.out.append("</svg>")
        return "".join(self.out)

    def _plot(self, plot: Any) -> None:
        ground = next((node for node in plot if _tag(node) == "rect"), None)
        if ground is not None:
            self.width, self.height = float(ground.get("width")), float(ground.get("height"))
        self.out.append(f'<g transform="{plot.get("transform")}">')
        for group in _groups(plot):
            kinds = _classes(group)
            if "axis" in kinds:
                self._axis(group, web="web" in kinds, names="y" in kinds)
            elif "series" in kinds:
                self._series(group, int(next(kind for kind in kinds if kind.startswith("serie-"))[6:]))
        self.out.append("</g>")

    # --- axes

    def _axis(self, axis: Any, *, web: bool, names: bool) -> None:
        guides = [guide for guide in _groups(axis) if "guides" in _classes(guide)]
        lines = [node.get("d") for guide in guides for node in guide if _tag(node) == "path"]
        if lines and (web or not names or self.dress.ruled or not self._words(guides)):
            self.out.append(f'<path class="chart-grid" d="{_rounded("".join(lines))}" {LOOKS["chart-grid"]}/>')
        labels = [node for guide in guides for node in guide if _tag(node) == "text"]
        if web:
            self._web_labels(labels, names)
        elif names:
            self._row_labels(labels)
        else:
            self._column_labels(labels)

    def _words(self, guides: list[Any]) -> bool:
        """Whether the labels of an axis are words: then it names rows, and measures nothing."""
        return any((node.text or "").strip("0123456789") for guide in guides for node in guide if _tag(node) == "text")

    def _row_labels(self, labels: list[Any]) -> None:
        for node in labels:
            self._lines(-10, _at(node)[1], node.text or "", "end")
        if self.dress.beside:
            for node, said in zip(sorted(labels, key=lambda each: _at(each)[1]), self.dress.beside, strict=True):
                self._write(self.width + 8, _at(node)[1], said, soft=True)
        self.out.append(f'<path class="chart-axis" d="M0 0V{_n(self.height)}" {LOOKS["chart-axis"]}/>')

    def _column_labels(self, labels: list[Any]) -> None:
        for node in labels:
            self._write(_at(node)[0], self.height + 17, node.text or "", "middle", soft=True)

    def _web_labels(self, labels: list[Any], rings: bool) -> None:
        if rings:
            for node in labels:
                if node.text:
                    self._write(_at(node)[0], _at(node)[1] + 4, node.text, "end", soft=True)
            return
        middle_x, middle_y = self.width / 2, self.height / 2
        for node, second in zip(labels, self.dress.around or ("",) * len(labels), strict=True):
            x, y = _at(node)
            left, up = (x - middle_x) / (self.width / 2), (y - middle_y) / (self.height / 2)
            anchor = "middle" if abs(left) < 0.25 else ("start" if left > 0 else "end")
            lines = wrapped(lawful(node.text or ""), self.dress.names)
            rise = (len(lines) + 1) * LEADING
            start = y - rise + 4 if up < -0.65 else (y + LEADING + 9 if up > 0.65 else y - rise / 2 + LEADING - 3)
            x += {"start": 9, "end": -9, "middle": 0}[anchor]
            for nr, line in enumerate(lines):
                self._write(x, start + LEADING * nr, line, anchor)
            self._write(x, start + LEADING * len(lines), second, anchor, soft=True)

    # --- what is shown

    def _series(self, group: Any, nr: int) -> None:
        look = self.dress.series[nr]
        bars = [node for node in group.iter() if _tag(node) == "rect"]
        dots = [node for node in group.iter() if _tag(node) == "circle"]
        for node in group:
            if _tag(node) == "path" and node.get("d"):
                kind = "chart-line" if look.marker and look.look != "chart-web" else look.look
                self.out.append(f'<path class="{kind}" d="{_rounded(node.get("d"))}" {LOOKS[kind]}/>')
        for index, node in enumerate(bars):
            x, y, width, height = (float(node.get(name) or 0) for name in ("x", "y", "width", "height"))
            if width > 0:
                place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
                self.out.append(f'<rect class="{look.look}" {place} {LOOKS[look.look]}/>')
            if look.labels:
                self._write(x + width + 6, y + height / 2 + 4.5, look.labels[index], soft=True)
        for index, node in enumerate(dots):
            x, y = float(node.get("cx") or 0), float(node.get("cy") or 0)
            self.out.append(look.sign(x, y, nr=index))
            if look.labels:
                self._write(x, y + 19 if look.below else y - 10, look.labels[index], "middle", soft=True)

    def _legend(self, legends: Any) -> None:
        self.out.append(f'<g transform="{legends.get("transform")}">')
        for nr, entry in enumerate(_groups(legends)):
            look = self.dress.series[nr]
            box = next(node for node in entry if _tag(node) == "rect")
            text = next(node for node in entry if _tag(node) == "text")
            x, y = float(box.get("x")), float(box.get("y"))
            if look.marker:
                self.out.append(look.sign(x + 7, y + 7, 7))
            else:
                self.out.append(
                    f'<rect class="{look.look}" x="{_n(x)}" y="{_n(y + 1)}" width="14" height="12" {LOOKS[look.look]}/>'
                )
            self._write(x + 20, y + 11.5, cut(lawful(text.text or ""), self.dress.legend), soft=True)
        self.out.append("</g>")

    # --- texts

    def _lines(self, x: float, y: float, text: str, anchor: str) -> None:
        lines = wrapped(lawful(text), self.dress.names)
        first = y - LEADING / 2 * (len(lines) - 1)
        for nr, line in enumerate(lines):
            self._write(x, first + LEADING * nr, line, anchor)

    def _write(self, x: float, y: float, text: str, anchor: str = "start", *, soft: bool = False) -> None:
        kind = "chart-soft" if soft else "chart-text"
        side = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.out.append(f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}"{side} {LOOKS[kind]}>{self.text(text)}</text>')


def _open(width: float, height: float, title: str, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" font-family={quoteattr(SANS)} font-size="{FONT}">'
        f"<title>{title}</title><desc>{words}</desc>"
    )


def _tag(node: Any) -> str:
    """The name of an element; a comment's is a function, and becomes none."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def _groups(node: Any) -> Iterator[Any]:
    return (child for child in node if _tag(child) == "g")


def _classes(node: Any) -> list[str]:
    return (node.get("class") or "").split()


def _at(node: Any) -> tuple[float, float]:
    return float(node.get("x")), float(node.get("y"))


def _n(value: float) -> str:
    """A place to two decimals: a hundredth of a px is below sight, and the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.005 else "0"


def _rounded(path: str) -> str:
    """A path of the library with its places to two decimals."""
    return PLACE.sub(lambda found: _n(float(found[0])), path)
