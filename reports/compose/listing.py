"""清单文件: a long list as a workbook or as rows of texts, each exactly what the page's filter shows, in its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from reports.document import Cell, Look, Sheet, Workbook

Value = str | int | Decimal | date | datetime | None
"""What stands in a cell: a text, a count, yuan (Decimal), a day, an aware moment; None for nothing."""


def listing_rows(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[str]]:
    """The heads, then one row of texts for each."""
    yield heads
    for row in rows:
        yield [_text(value) for value in row]


def listing_workbook(
    name: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Value]], *, said: Sequence[tuple[str, str]], day: date
) -> Workbook:
    """A sheet called ``name`` with the rows, and one that says what was asked for: (filter, value)."""
    cells = [tuple(Cell(head, Look.HEAD) for head in heads)]
    cells += [tuple(_cell(value) for value in row) for row in rows]
    told = [(Cell("筛选条件", Look.TITLE),), (Cell("导出日期", Look.HEAD), Cell(day.isoformat()))]
    told += [(Cell(zh, Look.HEAD), Cell(value)) for zh, value in said] or [(Cell(f"全部{name}", Look.NOTE),)]
    told.append((Cell(f"{name}数", Look.HEAD), Cell(len(cells) - 1, Look.NUMBER)))
    sheets = (
        Sheet(name, tuple(cells), tuple(widths), freeze="A2", repeat="1:1", landscape=True),
        Sheet("筛选条件", tuple(told), (18, 60)),
    )
    return Workbook(f"{name}清单", "采评 Caiping", day, sheets)


def _cell(value: Value) -> Cell:
    if isinstance(value, Decimal):
        return Cell(value, Look.NUMBER, places=2, thousands=True)
    return Cell(value, Look.NUMBER) if isinstance(value, int) else Cell(_text(value))


def _text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
