"""Documents 文书 and workbooks 工作簿 as frozen data: what is said, in which order, with which emphasis.

A composer makes them, a renderer writes them; neither knows the other. Everything a reader sees is text already: who
makes a document has rounded, dated and translated. A number in a workbook stays a number, so that it can be recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

# --- the printed document -------------------------------------------------------------------------------------------


class Tone(StrEnum):
    """How a paragraph, a row or a word speaks. Vermilion 朱 is for the law alone."""

    PLAIN = "plain"
    SOFT = "soft"  # a remark, a source, a working
    STRONG = "strong"
    LAW = "law"  # an article, a refusal, a veto: it binds
    WARN = "warn"  # asks for attention; always beside a word
    GOOD = "good"


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"  # numbers
    CENTRE = "centre"


@dataclass(frozen=True)
class Heading:
    """A heading 标题. ``level`` 1 (一、) to 3 (1.); ``number`` is printed before the text as given."""

    text: str
    level: int = 1
    number: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph 段落; line breaks in ``text`` are kept. ``cites`` is printed after it in vermilion with §."""

    text: str
    tone: Tone = Tone.PLAIN
    cites: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: ``width`` is its share of the line in per cent (shares are normalised to 100)."""

    title: str
    width: float = 10
    align: Align = Align.LEFT


class RowKind(StrEnum):
    PLAIN = "plain"
    GROUP = "group"  # names the rows under it
    SUBTOTAL = "subtotal"


@dataclass(frozen=True)
class Row:
    """A row 行: one text per column, in order; an empty text is an empty cell. Missing cells at the end are empty."""

    cells: tuple[str, ...]
    kind: RowKind = RowKind.PLAIN
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Table:
    """A table 表. Its head is repeated on every page it reaches; no row is torn in two.

    total  the last row 合计, set apart; note  a line under the table; compact  smaller type, for many columns
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    total: Row | None = None
    note: str = ""
    compact: bool = False

    def __post_init__(self) -> None:
        for row in (*self.rows, *((self.total,) if self.total else ())):
            if len(row.cells) > len(self.columns):
                raise ValueError(f"表“{self.caption}”: 一行有{len(row.cells)}格, 表头只有{len(self.columns)}栏")


def rows(texts: Iterable[Iterable[str]]) -> tuple[Row, ...]:
    """Plain rows from plain texts."""
    return tuple(Row(tuple(cells)) for cells in texts)


@dataclass(frozen=True)
class Figure:
    """A figure 图: ``svg`` made by ``reports.chart``, ``alt`` what it says in words, ``table`` the same as numbers."""

    svg: str
    alt: str
    caption: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class KeyValues:
    """Facts as pairs of name and text, one per line."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class GradeBadge:
    """The conclusion at a glance: grade 等级, score as shown, full marks, and what the grade means.

    overridden  the reason (a veto 一票否决) why the grade is not the one of the score; the raw score stays visible
    """

    grade: str
    score: str
    total: str
    note: str = ""
    overridden: str = ""


@dataclass(frozen=True)
class ItemList:
    """A list 列表; numbered ones count 1. 2. 3."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class PageBreak:
    """What follows starts a new page."""


@dataclass(frozen=True)
class Signature:
    """One place to sign: in which capacity, the printed name, and the date if it is known."""

    capacity: str
    name: str = ""
    date: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Signatures:
    """The places to sign 签字, kept together on one page, under a sentence that says what is confirmed."""

    statement: str
    places: tuple[Signature, ...]


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to the document and stays outside it 附件: named, never linked or embedded.

    ``sha256`` ties the named file to this document.
    """

    title: str
    number: str = ""
    sha256: str = ""
    note: str = ""


Block = (
    Heading
    | Paragraph
    | Table
    | Figure
    | KeyValues
    | GradeBadge
    | ItemList
    | PageBreak
    | Signatures
    | Attachment
)


@dataclass(frozen=True)
class Document:
    """A printed document, complete: same document, same bytes.

    number  文号 or 编号 · organisation  who issues it · day  the date printed and written into the file's properties
    cover   a title page of its own, with ``facts`` on it; else the title stands above the text
    contents  a table of contents 目录 with page numbers, from the headings of level 1 and 2
    """

    title: str
    organisation: str
    day: date
    blocks: tuple[Block, ...]
    subtitle: str = ""
    number: str = ""
    cover: bool = True
    contents: bool = True
    facts: tuple[tuple[str, str], ...] = ()
    keywords: tuple[str, ...] = ()

    def texts(self) -> Iterable[str]:
        """Every text a reader will see; which characters the fonts must have is read from here."""
        yield from (self.title, self.subtitle, self.number, self.organisation)
        yield from _texts_of(self.facts)
        for block in self.blocks:
            yield from _texts_of(vars(block).values())


def _texts_of(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            if not isinstance(value, StrEnum):
                yield value
        elif isinstance(value, tuple):
            yield from _texts_of(value)
        elif hasattr(value, "__dataclass_fields__"):
            yield from _texts_of(vars(value).values())


# --- the workbook ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Formula:
    """A live formula 公式, written by a composer and never by a user: ``=SUM(B2:B9)``."""

    text: str

    def __post_init__(self) -> None:
        if not self.text.startswith("="):
            raise ValueError(f"公式须以 = 开头: {self.text}")


CellValue = str | int | Decimal | Fraction | date | Formula | None
"""What a cell holds. A text stays text whatever it begins with; a Fraction is written as the nearest number."""


class Look(StrEnum):
    """How a cell looks. The renderer owns type, colours and borders."""

    TITLE = "title"
    NOTE = "note"
    HEAD = "head"
    TEXT = "text"
    GROUP = "group"
    NUMBER = "number"
    INPUT = "input"  # a mark that a person gave; changing it recomputes everything
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    GRADE = "grade"


@dataclass(frozen=True)
class Cell:
    """One cell. ``places``: decimals shown (None: general); shown as a percentage, or with thousands for money."""

    value: CellValue = None
    look: Look = Look.TEXT
    places: int | None = None
    per_cent: bool = False
    thousands: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from row 1 of cells from column A; None leaves a cell alone.

    widths  column widths in characters · freeze  the first cell that scrolls, e.g. ``C5``
    repeat  rows repeated on every printed page, e.g. ``1:4`` · merges  ranges shown as one cell
    """

    name: str
    rows: tuple[tuple[Cell | None, ...], ...]
    widths: tuple[float, ...] = ()
    freeze: str = ""
    repeat: str = ""
    print_area: str = ""
    merges: tuple[str, ...] = ()
    landscape: bool = False


@dataclass(frozen=True)
class Workbook:
    """A workbook: sheets in order, named ranges (name → reference), properties; same data, same bytes."""

    title: str
    organisation: str
    day: date
    sheets: tuple[Sheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
