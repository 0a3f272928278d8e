"""Workbooks 工作簿: a description in, XLSX bytes out, with live formulas; and the guard for workbooks that come in.

What a person typed never becomes a formula, whatever it begins with. No clock: same description, same bytes.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from kernel.refusal import BadInput, Finding
from reports.document import Cell, Formula, Look, Sheet, Workbook

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""Beginnings that Excel, WPS or LibreOffice may take for a formula when a cell is edited or a CSV made of it."""

INK, INK_SOFT, LINE, LINE_STRONG, ACCENT, ACCENT_WASH, WASH = (
    "17212B", "4A5963", "D9E0E4", "8C9AA3", "0B5A7A", "E6F1F6", "F5F7F8",
)  # fmt: skip
TYPEFACE = "微软雅黑"
LONGEST_TEXT = 32_767
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_FIXED = (1980, 1, 1, 0, 0, 0)


def make_workbook(workbook: Workbook) -> bytes:
    """The workbook as XLSX. Formulas carry no stored value: the program that opens the file computes them.

    Raises ValueError for sheet names that Excel refuses; those are composers' bugs.
    """
    import openpyxl
    from openpyxl.workbook.defined_name import DefinedName

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    stamp = datetime(workbook.day.year, workbook.day.month, workbook.day.day)  # noqa: DTZ001 - a date in the file's form
    book.properties.title, book.properties.creator = workbook.title, workbook.organisation
    book.properties.lastModifiedBy = workbook.organisation
    book.properties.created = book.properties.modified = stamp
    book.calculation.fullCalcOnLoad = True
    for sheet in workbook.sheets:
        _write_sheet(book.create_sheet(_sheet_name(sheet.name)), sheet)
    for name, reference in sorted(workbook.names.items()):
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue(), stamp)


def _sheet_name(name: str) -> str:
    if not name or len(name) > 31 or re.search(r"[\[\]:*?/\\]", name) or name.strip("'") != name:
        raise ValueError(f"工作表名称须为1至31个字且不含 [ ] : * ? / \\: {name!r}")
    return name


def _write_sheet(target: Any, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    for row_nr, row in enumerate(sheet.rows, 1):
        for column_nr, cell in enumerate(row, 1):
            if cell is not None:
                _write_cell(target.cell(row_nr, column_nr), cell)
    for column_nr, width in enumerate(sheet.widths, 1):
        target.column_dimensions[get_column_letter(column_nr)].width = width
    for row_nr, row in enumerate(sheet.rows, 1):
        target.row_dimensions[row_nr].height = _height(row, sheet.widths)
    for merged in sheet.merges:
        target.merge_cells(merged)
    target.freeze_panes = sheet.freeze or None
    if sheet.repeat:
        target.print_title_rows = sheet.repeat
    if sheet.print_area:
        target.print_area = sheet.print_area
    target.page_setup.paperSize = target.PAPERSIZE_A4
    target.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr.fitToPage = True
    target.print_options.horizontalCentered = True
    target.oddFooter.center.text = "第 &P 页 共 &N 页"
    target.oddHeader.left.text = "&A"
    target.sheet_view.showGridLines = False


def _height(row: tuple[Cell | None, ...], widths: tuple[float, ...]) -> float:
    """The height in points that the longest wrapped text of the row needs; programs do not all fit rows by themselves."""
    lines = 1
    for number, cell in enumerate(row):
        if cell is not None and isinstance(cell.value, str) and cell.look not in (Look.TITLE, Look.NOTE):
            room = max((widths[number] if number < len(widths) else 8.43) - 1.5, 4)
            needed = (math.ceil(_width(line) / room) or 1 for line in cell.value.split("\n"))
            lines = max(lines, sum(needed))
    tall = any(cell is not None and cell.look in (Look.TITLE, Look.GRADE) for cell in row)
    return min(26.0 if tall else 4 + 14.0 * lines, 409.0)


def _width(text: str) -> float:
    """Width in characters: a Chinese character takes about two places of the default type."""
    return sum(2.1 if unicodedata.east_asian_width(c) in "WFA" else 1.1 for c in text)


def _write_cell(target: Any, cell: Cell) -> None:
    value = cell.value
    if isinstance(value, str):
        text = _UNWRITABLE.sub("〓", value).replace("\r\n", "\n")
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 12] + "…（过长，余文未列）"
        target.value = text
        target.data_type = "s"  # openpyxl would make a formula of "=…" and an error of "#N/A"
    elif isinstance(value, Formula):
        target.value = value.text
    elif isinstance(value, Fraction):
        target.value = int(value) if value.denominator == 1 else float(value)
    elif isinstance(value, (int, Decimal, date)):
        target.value = value
    _dress(target, cell)
    if isinstance(value, str):
        target.number_format = "@"  # an id of digits stays a text when somebody edits it
        target.quotePrefix = value.startswith(FORMULA_SIGNS)


def _dress(target: Any, cell: Cell) -> None:
    font, fill, border, alignment, wrapped = _looks()[cell.look]
    target.font, target.border = font, border
    if fill is not None:
        target.fill = fill
    numeric = not isinstance(cell.value, str | None)
    target.alignment = wrapped if isinstance(cell.value, str) else alignment
    if numeric and isinstance(cell.value, date):
        target.number_format = "yyyy-mm-dd"
    elif numeric and cell.places is not None:
        digits = ("#,##0" if cell.thousands else "0") + ("." + "0" * cell.places if cell.places else "")
        target.number_format = digits + "%" if cell.per_cent else digits


@cache
def _looks() -> dict[Look, tuple[Any, Any, Any, Any, Any]]:
    """Font, fill, border, alignment of numbers and alignment of texts, by look; built once, shared by all cells."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    def fill(colour: str) -> Any:
        return PatternFill("solid", start_color=colour, end_color=colour)

    hair, ink = Side("thin", color=LINE), Side("medium", color=INK)
    under, strong = Border(bottom=hair), Border(bottom=Side("thin", color=LINE_STRONG), top=ink)
    box = Border(left=hair, right=hair, top=hair, bottom=hair)
    right, centre = Alignment("right", "center", indent=1), Alignment("center", "center", wrap_text=True)
    left = Alignment("left", "center", wrap_text=True, indent=1)
    flat = Alignment("left", "center")

    def type_(size: int = 10, bold: bool = False, colour: str = INK) -> Any:
        return Font(name=TYPEFACE, size=size, bold=bold, color=colour)

    return {
        Look.TITLE: (type_(16, True), None, Border(), flat, flat),
        Look.NOTE: (type_(9, colour=INK_SOFT), None, Border(), flat, flat),
        Look.HEAD: (type_(10, True, INK_SOFT), fill(WASH), strong, centre, centre),
        Look.TEXT: (type_(), None, under, right, left),
        Look.GROUP: (type_(10, True), fill(WASH), under, right, left),
        Look.NUMBER: (type_(), None, under, right, right),
        Look.INPUT: (type_(10, colour=ACCENT), fill(ACCENT_WASH), box, right, left),
        Look.SUBTOTAL: (type_(10, True, ACCENT), None, under, right, left),
        Look.TOTAL: (type_(11, True), None, Border(top=ink, bottom=ink), right, left),
        Look.GRADE: (type_(14, True, ACCENT), None, Border(bottom=ink), centre, centre),
    }


def _without_clock(raw: bytes, stamp: datetime) -> bytes:
    """The same archive with fixed entry dates and ``modified``: openpyxl stamps the clock into both."""
    out = io.BytesIO()
    fixed = stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + fixed + rb"\g<2>", content)
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, content)
    return out.getvalue()


# --- workbooks that come in -----------------------------------------------------------------------------------------

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What an uploaded workbook may be at most; sizes in bytes."""

    file: int = 10 * MEBIBYTE
    entries: int = 500
    unpacked: int = 24 * MEBIBYTE
    ratio: int = 150  # unpacked to packed, of one entry larger than a mebibyte
    sheets: int = 60
    rows: int = 20_000  # per sheet
    cells: int = 400_000

    def words(self) -> str:
        return (
            f"工作簿须不大于{self.file // MEBIBYTE} MB，解压后不大于{self.unpacked // MEBIBYTE} MB，"
            f"内含文件不多于{self.entries}个，工作表不多于{self.sheets}张，每张不多于{self.rows}行，"
            f"单元格合计不多于{self.cells}个；请删去多余内容后重新上传"
        )


LIMITS = Limits()


def read_workbook_safely(content: bytes, limits: Limits = LIMITS) -> dict[str, tuple[tuple[Any, ...], ...]]:
    """The values of every sheet by its name, as rows of cells; formulas give the value that was stored with them.

    The archive's directory is looked at before anything is unpacked. Raises BadInput, with everything wrong at once and
    the limits, for what is no workbook, is too large in any way, is locked, carries macros or declares XML entities.
    """
    look_at_directory(content, limits)
    import openpyxl
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:  # pragma: no cover - defusedxml is a dependency of the house
        raise RuntimeError("defusedxml is not installed: uploaded workbooks are not read without it")
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # a foreign file may break the reader in any way; none of them is our bug
        raise _refused([_why_unreadable(error)], limits) from error
    try:
        if len(book.worksheets) > limits.sheets:
            raise _refused([f"工作表有{len(book.worksheets)}张"], limits)
        left = limits.cells
        sheets: dict[str, tuple[tuple[Any, ...], ...]] = {}
        for sheet in book.worksheets:
            rows: list[tuple[Any, ...]] = []
            sheet.reset_dimensions()  # the declared size may lie
            for row in sheet.iter_rows(values_only=True):
                left -= max(len(row), 1)
                if len(rows) == limits.rows or left < 0:
                    raise _refused([f"工作表“{sheet.title}”的内容过多"], limits)
                rows.append(tuple(row))
            sheets[sheet.title] = tuple(rows)
        return sheets
    except BadInput:
        raise
    except Exception as error:
        raise _refused([_why_unreadable(error)], limits) from error
    finally:
        book.close()


def look_at_directory(content: bytes, limits: Limits = LIMITS) -> None:
    """Refuse (BadInput, everything at once) what is no workbook or would be too large, before anything is unpacked."""
    if len(content) > limits.file:
        raise _refused([f"文件大小为{len(content) / MEBIBYTE:.1f} MB"], limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        cure = "请用Excel或WPS另存为 .xlsx 后重新上传"
        raise BadInput((Finding("file", "不是有效的XLSX工作簿", cure=cure),)) from None
    names = {entry.filename for entry in entries}
    wrong = []
    if len(entries) > limits.entries:
        wrong.append(f"内含文件有{len(entries)}个")
    if len(names) != len(entries):
        wrong.append("内含重名文件")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked:
        wrong.append(f"解压后将有{unpacked / MEBIBYTE:.1f} MB")
    for entry in entries:
        if entry.file_size > MEBIBYTE and entry.file_size > limits.ratio * max(entry.compress_size, 1):
            wrong.append(f"“{entry.filename[:60]}”的压缩比异常（{entry.file_size // max(entry.compress_size, 1)}倍）")
    if any(entry.flag_bits & 1 for entry in entries):
        wrong.append("文件已加密")
    if any("vbaproject" in name.lower() for name in names):
        wrong.append("文件含有宏")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        wrong.append("不是XLSX工作簿（缺少工作簿目录）")
    if wrong:
        raise _refused(wrong, limits)


def _why_unreadable(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if type(cause).__module__.startswith("defusedxml"):
            return "文件声明了XML实体，可能被用于攻击"
        cause = cause.__cause__
    return "文件损坏，无法读取"


def _refused(wrong: list[str], limits: Limits) -> BadInput:
    return BadInput(tuple(Finding("file", what) for what in wrong), f"不能接收此工作簿：{limits.words()}")
