"""Words 字词: how a text is cut so that a search finds any two characters that stand side by side.

Chinese has no spaces, and most of its words have two characters. So every pair of neighbours is a token, and a word of
three characters is two overlapping tokens in a row. A character before a break stands alone once more, so that nothing
is found across the break. Texts and questions are first written in one form: full-width as half-width, capitals small.

    禁毒社工, 2025  →  禁毒 毒社 社工 工 20 02 25 5
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_QUESTION = 100
MOST_TERMS = 8


def plain(text: str) -> str:
    """``text`` in its one form: letters and digits, small; one space for whatever else stands between them.

    >>> plain("ＣＰ-2025-0001《禁毒》 服务")
    'cp 2025 0001 禁毒 服务'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded).split())


def tokens(text: str) -> list[str]:
    """The tokens of a plain text, in order: each character with its neighbour, or alone before a break.

    >>> tokens("禁毒社 cp")
    ['禁毒', '毒社', '社', 'cp', 'p']
    """
    return [text[i : i + 2].rstrip() for i, c in enumerate(text) if c != " "]


@dataclass(frozen=True)
class Term:
    """One word of a question, plain: everything in it must stand side by side.

    >>> Term("禁毒社").phrase, Term("禁").phrase
    ('"禁毒 毒社"', '"禁" *')
    """

    text: str

    @property
    def tokens(self) -> list[str]:
        """What a text must hold: the last character has no known neighbour, so it asks for nothing by itself."""
        found = tokens(self.text)
        return found[:-1] if self._ends_in_a_pair else found

    @property
    def phrase(self) -> str:
        """The same for FTS5. A last character that stands alone may have any neighbour."""
        return f'"{" ".join(self.tokens)}"' + ("" if self._ends_in_a_pair else " *")

    @property
    def _ends_in_a_pair(self) -> bool:
        return len(self.text.rpartition(" ")[2]) > 1


@dataclass(frozen=True)
class Question:
    """What a reader asks for: all of its terms."""

    terms: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def marks(self) -> tuple[str, ...]:
        """What is to be marked where it is found: every run of every term, the longest first."""
        runs = {run for term in self.terms for run in term.text.split()}
        return tuple(sorted(runs, key=lambda run: (-len(run), run)))


def question(text: str) -> Question:
    """The question in ``text``: spaces part terms, other signs only break one. Nothing to ask: no terms.

    >>> [term.text for term in question(" 禁毒　cp-2025 %% ").terms]
    ['禁毒', 'cp 2025']
    """
    words = unicodedata.normalize("NFKC", text[:LONGEST_QUESTION]).split()
    terms = dict.fromkeys(found for word in words if (found := plain(word)))
    return Question(tuple(Term(text) for text in list(terms)[:MOST_TERMS]))


@dataclass(frozen=True)
class Piece:
    """A piece of a shown text; ``hit``: it is what was asked for."""

    text: str
    hit: bool = False


def pieces(text: str, marks: tuple[str, ...]) -> list[Piece]:
    """``text`` cut at what is to be marked, letter for letter as it is written.

    >>> [(p.text, p.hit) for p in pieces("社区禁毒ＣＰ服务", ("禁毒", "cp"))]
    [('社区', False), ('禁毒ＣＰ', True), ('服务', False)]
    """
    folded, origin = _folded(text)
    hit = [False] * len(text)
    for mark in marks:
        start = folded.find(mark)
        while start >= 0:
            for position in origin[start : start + len(mark)]:
                hit[position] = True
            start = folded.find(mark, start + 1)
    found: list[Piece] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or hit[end] != hit[begin]:
            found.append(Piece(text[begin:end], hit[begin]))
            begin = end
    return found


def excerpt(text: str, marks: tuple[str, ...], width: int = 70) -> list[Piece]:
    """The part of a long text around the first thing to be marked; [] when nothing of it is there."""
    folded, origin = _folded(text)
    places = [at for mark in marks if (at := folded.find(mark)) >= 0]
    if not places:
        return []
    first = origin[min(places)]
    begin = max(0, first - width // 3)
    end = min(len(text), begin + width)
    shown = f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"
    return pieces(" ".join(shown.split()), marks)


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """``text`` folded character by character, and for each folded one where it came from."""
    if unicodedata.is_normalized("NFKC", text) and len(small := text.casefold()) == len(text):
        return small, range(len(text))  # nearly every text: nothing grew, so every character is in its own place
    folded: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", character).casefold():
            folded.append(one)
            origin.append(position)
    return "".join(folded), origin
