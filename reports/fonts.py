"""Fonts 字体 in the tree and the characters they hold. A missing glyph vanishes silently, so texts are looked at first.

Two families (sans for text, serif for titles), each with a small Regular and Bold of the common characters, and the
full Regular, which is declared only when a text needs it, as names do (䶮 and 㛃 are common, 龑 and 陳 are not).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "fonts"
SCHEME = "caiping-font"
"""Our own URL scheme for font files: ``caiping-font:NotoSansSC-Regular.ttf``; nothing else knows it."""

MISSING = "〓"
"""Stands where no font has the character: the sign that Chinese typesetting uses for a missing sort (GB 2312 02-94)."""


@dataclass(frozen=True)
class Face:
    """One ``@font-face``: family as the stylesheet names it, weight, file in the tree."""

    family: str
    weight: int
    file: str

    def css(self) -> str:
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; '
            f'src: url("{SCHEME}:{self.file}") format("truetype") }}'
        )


COMMON = (
    Face("Caiping Sans", 400, "NotoSansSC-Regular.ttf"),
    Face("Caiping Sans", 700, "NotoSansSC-Bold.ttf"),
    Face("Caiping Serif", 400, "NotoSerifSC-Regular.ttf"),
    Face("Caiping Serif", 700, "NotoSerifSC-Bold.ttf"),
)
FULL = (
    Face("Caiping Sans Full", 400, "NotoSansSC-Regular-Full.ttf"),
    Face("Caiping Serif Full", 400, "NotoSerifSC-Regular-Full.ttf"),
)
FILES = frozenset(face.file for face in COMMON + FULL)


def faces_for(texts: Iterable[str]) -> tuple[Face, ...]:
    """The faces that a document with these texts has to declare."""
    needed = _characters(texts) - coverage()["common"]
    return COMMON + FULL if needed & coverage()["full"] else COMMON


def unprintable(texts: Iterable[str]) -> tuple[str, ...]:
    """The characters that no font in the tree has, sorted. They are printed as 〓 and must be listed for the reader."""
    return tuple(sorted(chr(code) for code in _characters(texts) - coverage()["full"]))


def printable(text: str) -> str:
    """``text`` with 〓 for every character that no font has; tabs become spaces, marks without a shape go."""
    if text.isascii() and text.isprintable():
        return text
    have = coverage()["full"]
    kept = []
    for character in text.replace("\r\n", "\n"):
        if ord(character) in have or character == "\n":
            kept.append(character)
        elif character in "\t\r\x0b\x0c\u2028\u2029":
            kept.append(" " if character == "\t" else "\n")
        elif not _shapeless(character):
            kept.append(MISSING)
    return "".join(kept)


@cache
def coverage() -> dict[str, frozenset[int]]:
    """Code points by set: ``common`` (in all four small files) and ``full`` (in both full files)."""
    sets: dict[str, set[int]] = {}
    current: set[int] = set()
    for line in (FOLDER / "coverage.txt").read_text("ascii").splitlines():
        if line.startswith("["):
            current = sets.setdefault(line.strip("[]"), set())
        elif line and not line.startswith("#"):
            first, _, last = line.partition("-")
            current.update(range(int(first, 16), int(last or first, 16) + 1))
    return {name: frozenset(codes) for name, codes in sets.items()}


def _characters(texts: Iterable[str]) -> set[int]:
    seen: set[str] = set()
    for text in texts:
        seen.update(text)
    return {ord(c) for c in seen if c not in "\n\r\t\x0b\x0c\u2028\u2029" and not _shapeless(c)}


def _shapeless(character: str) -> bool:
    """A joiner or selector that only changes how its neighbour looks. Marks that reorder text are not: they deceive."""
    code = ord(character)
    return (
        0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or character in "\u200b\u200c\u200d\u2060\ufeff\u00ad"
        or (unicodedata.category(character) == "Cf" and 0xE0000 <= code <= 0xE007F)
    )
