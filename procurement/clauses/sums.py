"""合计 of a table: points that do not add up, sections against their rows, rows without points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kernel.points import shortest_text
from procurement.clauses.document import Document, Line
from procurement.clauses.finding import ClauseFinding, Severity

_55 = "财政部令第87号 第五十五条"
_HEAD = re.compile(
    r"^(?:分\s*值|权\s*重|满\s*分|标准分|分\s*数|配\s*分|最高分|基本分|比重|占比|评分分值"
    "|权重值)(?:[（(][^）)]*[）)])?$|^(?:权重|分值)"
)
_TOTAL = re.compile(r"合\s*计|总\s*计|总\s*分|总\s*和|累\s*计")
_SUBTOTAL = re.compile(r"小\s*计")
_NUMBER = re.compile(r"[（(]?(\d+(?:\.\d+)?)\s*(?:分|%|％)?[）)]?")
_SECTION = re.compile(r"部\s*分$")
_BESIDE = re.compile(r"(?:价\s*格|报\s*价|诚信情况)(?:分|因素|评审)?$")
_WITHIN = re.compile(r"[（(](?:共|满分|总分)?\s*(\d+(?:\.\d+)?)\s*(?:分|%|％)[）)]")


def sum_findings(document: Document) -> Iterator[ClauseFinding]:
    """Everything that does not add up in the tables."""
    for rows in document.tables:
        yield from _table(document, rows)


def score_items(document: Document) -> tuple[tuple[str, Fraction], ...]:
    """(name, points) of what adds up to the total in the first table that gives points: its parts, or its rows; () for none."""
    for rows in document.tables:
        found = _points([document.lines[n] for n in rows])
        if found is None or document.lines[rows[0]].table not in document.scored_tables:
            continue
        items = found.sections if found.sections and found.leaves else found.parts
        return tuple((_name(label), value) for _, _, value, label in items)
    return ()


def _name(label: str) -> str:
    """The first cell that says something, without its points and number."""
    bare = re.sub(r"^[\d一二三四五六七八九十]+[、.．]?\s*", "", label.strip())
    return _WITHIN.sub("", bare).split(" ")[0][:40] or label.strip()[:40]


_Row = tuple[int, Line, Fraction, str]


@dataclass(frozen=True)
class _Points:
    """The column of points of a table: every row below the head, those with a number, and which of them are what."""

    column: int
    values: list[tuple[int, Line, Fraction | None, str]]
    totals: list[_Row]
    parts: list[_Row]
    sections: list[_Row]
    leaves: list[_Row]


def _points(lines: list[Line]) -> _Points | None:
    """The points of a table, or None where no column says so or fewer than two rows have any."""
    head = next(
        (n for n, line in enumerate(lines[:4]) if any(_HEAD.search(cell.strip()) for cell in line.cells)), None
    )
    if head is None:
        return None
    column = next(n for n, cell in enumerate(lines[head].cells) if _HEAD.search(cell.strip()))
    values: list[tuple[int, Line, Fraction | None, str]] = []
    for n, line in enumerate(lines[head + 1 :], head + 1):
        if len(line.cells) <= column or line.cells[column] == lines[head].cells[column]:
            continue
        found = _NUMBER.fullmatch(line.cells[column].strip())
        label = " ".join(cell for m, cell in enumerate(line.cells) if m != column)
        values.append((n, line, Fraction(found[1]) if found else None, label))
    numbers = [(n, line, value, label) for n, line, value, label in values if value is not None]
    totals = [each for each in numbers if _TOTAL.search(each[3][:20])]
    parts = [each for each in numbers if not _TOTAL.search(each[3][:20]) and not _SUBTOTAL.search(each[3][:20])]
    if len(parts) < 2:
        return None
    sections = [each for each in parts if _is_section(each[1], _SECTION)]
    if sections:  # a price row has no rows below it, and counts beside the sections
        sections = [each for each in parts if each in sections or _is_section(each[1], _BESIDE)]
    leaves = [each for each in parts if each not in sections]
    return _Points(column, values, totals, parts, sections, leaves)


def _table(document: Document, rows: tuple[int, ...]) -> Iterator[ClauseFinding]:
    """The column of points against its own total, or 100; a section against the rows below it; a row without points."""
    found = _points([document.lines[n] for n in rows])
    if found is None:
        return
    column, values, totals, parts = found.column, found.values, found.totals, found.parts
    sections, leaves = found.sections, found.leaves
    if sections and leaves and len(sections) < len(parts):
        yield from _sections(document, rows, sections, leaves)
        whole, counted = sum((v for _, _, v, _ in sections), Fraction(0)), sections
        alone = sum((v for _, _, v, _ in leaves), Fraction(0))
        if alone == (totals[-1][2] if totals else 100):
            whole = alone
    else:
        whole, counted = sum((v for _, _, v, _ in parts), Fraction(0)), parts
    need = totals[-1][2] if totals else Fraction(100)
    if whole != need and (totals or 70 <= whole <= 130):
        n = totals[-1][0] if totals else counted[-1][0]
        said = f"合计写的是{shortest_text(need)}" if totals else "不是100"
        yield _whole_line(
            document,
            rows[n],
            "87-55",
            f"表内各项分值相加为{shortest_text(whole)}, {said}",
            "核对每一项的分值, 使各级合计等于总分",
            Severity.VIOLATION,
        )
    for n, line, value, label in values:
        blank = line.cells[column].strip() in ("", "-", "/", "—")
        if value is None and blank and len(label) >= 12 and len(line.cells) > column and _scores_around(values, n):
            yield _whole_line(
                document, rows[n], "87-55", "这一评分点没有分值", "写明分值, 或者移出评分表", Severity.RISK
            )


def _scores_around(values: list[tuple[int, Line, Fraction | None, str]], n: int) -> bool:
    """Whether most rows of the table have points; merged cells are filled by the reader."""
    return sum(value is not None for _, _, value, _ in values) * 2 > len(values) and not _TOTAL.search(
        next(label for m, _, _, label in values if m == n)[:20]
    )


def _is_section(line: Line, name: re.Pattern[str]) -> bool:
    """A row that opens a part: its name ends like one and little else stands in it."""
    filled = [cell for cell in dict.fromkeys(line.cells) if cell.strip()]
    names = [cell for cell in filled if not _NUMBER.fullmatch(cell.strip())]
    return (
        len(filled) <= 3
        and any(name.search(each.strip()) for each in names)
        and all(len(each) <= 24 for each in names)
    )


def _sections(
    document: Document,
    rows: tuple[int, ...],
    sections: list[tuple[int, Line, Fraction, str]],
    leaves: list[tuple[int, Line, Fraction, str]],
) -> Iterator[ClauseFinding]:
    for index, (n, _, value, label) in enumerate(sections):
        last = sections[index + 1][0] if index + 1 < len(sections) else len(rows) + 1
        below = [v for m, _, v, _ in leaves if n < m < last]
        if below and sum(below) != value:
            yield _whole_line(
                document,
                rows[n],
                "87-55",
                f"“{label.strip()}”写的是{shortest_text(value)}, "
                f"下面{len(below)}项相加为{shortest_text(sum(below, Fraction(0)))}",
                "使这一部分的分值等于下面各项之和",
                Severity.VIOLATION,
            )


def _whole_line(
    document: Document, n: int, rule: str, why: str, rewrite: str, severity: Severity, cites: str = _55
) -> ClauseFinding:
    start = document.starts[n]
    return ClauseFinding(rule, severity, why, rewrite, cites, (start, start + len(document.lines[n].text)))
