"""A document as the check reads it: lines in order, each with its place; a row of a table is one line of cells."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

CELL = " | "
_HEADING = re.compile(
    r"[\s\u3000]*(?:第[一二三四五六七八九十百\d]+[章节部][分]?|[一二三四五六七八九十]{1,3}[、.．]"
    r"|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}(?:\.\d{1,2}){0,3}[、.．\s])"
)
_ITEM = re.compile(r"[\s\u3000]*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])[）).、．](?!\d)|[①-⑳★▲●•■□☑√※])")
_MOST = 900


@dataclass(frozen=True)
class Line:
    """A paragraph, or a row of a table.

    page       from 1; 0 where the form of the file knows none
    paragraph  from 1, through the whole document; 0 for a row
    table      from 1; row: from 1 in its table; 0 for a paragraph
    """

    text: str
    page: int = 0
    paragraph: int = 0
    table: int = 0
    row: int = 0
    cells: tuple[str, ...] = ()

    @property
    def is_heading(self) -> bool:
        bare = self.text.strip()
        return (
            not self.cells
            and 0 < len(bare) <= 40
            and bare[-1] not in "。；;，,：:"
            and _HEADING.match(bare) is not None
        )


def row(cells: Iterable[str], *, table: int, number: int, page: int = 0) -> Line:
    """A row of a table; line breaks inside a cell become " / "."""
    tidy = tuple(re.sub(r"\s*\n\s*", " / ", cell.strip()).replace("|", "／") for cell in cells)
    return Line(CELL.join(tidy), page=page, table=table, row=number, cells=tidy)


@dataclass(frozen=True)
class Passage:
    """Lines that are read together: a paragraph with its list, or a row. ``start``: where it begins in the document."""

    text: str
    start: int
    among_scores: bool = False


@dataclass(frozen=True)
class Document:
    """A whole file."""

    lines: tuple[Line, ...]

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def characters(self) -> int:
        return len(self.text)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        made, at = [], 0
        for line in self.lines:
            made.append(at)
            at += len(line.text) + 1
        return tuple(made)

    @cached_property
    def tables(self) -> tuple[tuple[int, ...], ...]:
        """The lines of each table, as indexes."""
        made: dict[int, list[int]] = {}
        for n, line in enumerate(self.lines):
            if line.table:
                made.setdefault(line.table, []).append(n)
        return tuple(tuple(each) for each in made.values())

    def line_at(self, offset: int) -> int:
        """The index of the line that holds ``offset`` of the text."""
        return max(bisect_right(self.starts, offset) - 1, 0)

    def place(self, offset: int) -> str:
        """Where ``offset`` of the text is, as a reader finds it.

        >>> Document((Line("甲", paragraph=1, page=2), row(["乙", "丙"], table=1, number=3))).place(6)
        '表1第3行第2列'
        """
        if not self.lines:
            return "全文"
        n = self.line_at(offset)
        line = self.lines[n]
        page = f"第{line.page}页 " if line.page else ""
        if line.table:
            column = line.text[: offset - self.starts[n]].count(CELL) + 1
            return f"{page}表{line.table}第{line.row}行第{column}列"
        return f"{page}第{line.paragraph}段"

    def passages(self) -> Iterator[Passage]:
        """What is read together, in order."""
        group: list[int] = []
        for n, line in enumerate(self.lines):
            if not line.text.strip():
                continue
            if line.table or not group or not self._continues(group, n):
                yield from self._passage(group)
                group = [n]
            else:
                group.append(n)
        yield from self._passage(group)

    def _passage(self, group: list[int]) -> Iterator[Passage]:
        if not group:
            return
        first, last = group[0], group[-1]
        start, end = self.starts[first], self.starts[last] + len(self.lines[last].text)
        yield Passage(self.text[start:end], start, self.lines[first].table in self.scored_tables)

    def _continues(self, group: list[int], n: int) -> bool:
        """A list goes on after its opening; a line that was only broken goes on after its break."""
        before, line = self.lines[group[-1]], self.lines[n]
        if before.table or line.is_heading or self.starts[n] - self.starts[group[0]] + len(line.text) > _MOST:
            return False
        tail = before.text.rstrip()[-1:]
        if tail in "：:；;、，,":
            return True
        opened = self.lines[group[0]].text.rstrip()[-1:] in "：:；;"
        if _ITEM.match(line.text):
            return opened and tail != "" and group[-1] == n - 1
        return tail not in "。！？!?.)）" and not before.is_heading

    @cached_property
    def scored_tables(self) -> frozenset[int]:
        """Tables that give points: their first rows say so."""
        found = set()
        for rows in self.tables:
            head = "".join(self.lines[n].text for n in rows[:2])
            if re.search(
                r"评分(?:标准|因素|项|细则|内容|准则|办法)|评审(?:因素|标准|内容|项)|分\s*值|得\s*分|权\s*重|满\s*分"
                "|打分",
                head,
            ):
                found.add(self.lines[rows[0]].table)
        return frozenset(found)


def document_of(text: str) -> Document:
    """Plain text as a document: a paragraph per line, and a table where lines have cells parted by tabs or ``|``."""
    lines: list[Line] = []
    paragraph = table = number = 0
    for written in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        cells = _cells(written)
        if cells:
            table, number = (table, number + 1) if lines and lines[-1].table else (table + 1, 1)
            lines.append(row(cells, table=table, number=number))
        else:
            paragraph += 1
            lines.append(Line(written.rstrip(), paragraph=paragraph))
    return Document(tuple(lines))


def _cells(written: str) -> tuple[str, ...]:
    bare = written.strip()
    if re.fullmatch(r"[|\s:-]+", bare) and "|" in bare:
        return ()  # the rule under the head of a Markdown table
    if bare.count("|") >= 2 or (bare.count(" | ") == 1):
        return tuple(cell.strip() for cell in bare.strip("|").split("|"))
    parts = [part.strip() for part in bare.split("\t")]
    if len(parts) >= 2 and sum(len(part) > 1 or part.isdigit() for part in parts) >= 2:
        return tuple(parts)
    return ()
