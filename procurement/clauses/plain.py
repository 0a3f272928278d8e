"""Plain text 归一化: one way of writing for what people type in many, with the way back to every place.

Full-width letters, digits and punctuation become half-width; spaces go; a line break inside a sentence goes too, while one
between items of a list stays. Cells of a table row are parted by ``|``.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

_ITEM = re.compile(
    r"[\s\u3000]*(?:[(（]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[)）.、．](?!\d)|[①-⑳★▲●•■□☑√※]"
    r"|第[一二三四五六七八九十\d]+[章节条款])"
)
_ENDS = frozenset("。;:!?、,)|")
_SLASH = re.compile(r"[ \t\u3000]+/[ \t\u3000]+")
SCORE = re.compile(
    r"(?<![取心难])[得加计给记扣][^\d,。;\n]{0,3}\d+(?:\.\d+)?(?:分|%)"
    r"|\d(?:\.\d+)?分(?![钟期之包公支所配析部管类段局院店行校])"
    r"|加分|得满分|不得分|得分|计分|[得加计记][一二三四五六七八九十百]+分|得\d+(?:\.\d+)?%"
)
_CHARACTERS: dict[str, str] = {
    "％": "%",
    "—": "-",
    "–": "-",
    "～": "~",
    "﹪": "%",
    "≧": "≥",
    "≦": "≤",
    "．": ".",
    "​": "",
    "•": "",
    "·": "",
}

_FAR = 400


@dataclass(frozen=True)
class Clause:
    """A passage of a document as it was written, and in plain form.

    plain   the plain text; ``at[i]`` is the place of ``plain[i]`` in ``text``
    scored  whether the passage gives points, or stands where points are given
    """

    text: str
    plain: str
    at: tuple[int, ...]
    placed_among_scores: bool = False
    _: None = field(default=None, repr=False)

    @cached_property
    def scored(self) -> bool:
        return self.placed_among_scores or SCORE.search(self.plain) is not None

    @cached_property
    def gives_points(self) -> bool:
        """Whether points are written in the passage itself."""
        return SCORE.search(self.plain) is not None

    @cached_property
    def _stops(self) -> tuple[int, ...]:
        return tuple(n for n, sign in enumerate(self.plain) if sign in "。;\n!|")

    def sentence(self, place: int) -> tuple[int, int]:
        """The sentence that ``place`` of the plain text lies in; of an endless one, what stands around the place."""
        n = bisect_left(self._stops, place)
        start = self._stops[n - 1] + 1 if n else 0
        end = self._stops[n] if n < len(self._stops) else len(self.plain)
        return max(start, place - _FAR), min(end, place + _FAR)

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Every sentence, item or cell that is not empty."""
        start = 0
        for stop in (*self._stops, len(self.plain)):
            if stop > start:
                yield start, stop
            start = stop + 1

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text as it was written."""
        if not self.at:
            return 0, len(self.text)
        end = max(min(end, len(self.at)), start + 1)
        return self.at[start], self.at[end - 1] + 1


def plain(text: str, among_scores: bool = False) -> Clause:
    """``text`` in plain form.

    >>> plain("投标保证金为预算\\n的５ ％。").plain
    '投标保证金为预算的5%。'
    >>> plain("具有 / ①质量认证；").plain
    '具有\\n①质量认证;'
    """
    written = _SLASH.sub(lambda found: "\n".ljust(len(found[0])), text)
    signs: list[str] = []
    at: list[int] = []
    for n, sign in enumerate(written):
        if "\u4e00" <= sign <= "\u9fff":
            signs.append(sign)
            at.append(n)
        elif sign == "\n":
            if signs and signs[-1] != "\n" and (signs[-1] in _ENDS or _ITEM.match(written, n + 1)):
                signs.append("\n")
                at.append(n)
        elif sign.isspace():
            continue
        elif "①" <= sign <= "⑳":
            signs.append(sign)
            at.append(n)
        else:
            for made in _CHARACTERS.get(sign, unicodedata.normalize("NFKC", sign) if sign > "\x7f" else sign):
                if not made.isspace():
                    signs.append(made)
                    at.append(n)
    return Clause(text, "".join(signs), tuple(at), among_scores)
