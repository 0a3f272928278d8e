"""Workbooks out: live formulas, no injected ones, no clock. Workbooks in: looked at before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from kernel.refusal import BadInput
from reports.document import Cell, Formula, Look, Sheet, Workbook
from reports.workbook import Limits, make_workbook, read_workbook_safely


def a_workbook(*rows: tuple[Cell | None, ...], **but: object) -> Workbook:
    sheet = Sheet("汇总", rows, (12.0, 20.0), "A2", "1:1")
    return Workbook("评分表", "明衡评估中心", date(2026, 1, 15), (sheet,), **but)  # type: ignore[arg-type]


def written(workbook: Workbook) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(make_workbook(workbook)))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_what_a_person_typed_never_becomes_a_formula(sign: str) -> None:
    """=HYPERLINK(…) in a reason would run when the finance bureau opens the file."""
    text = sign + 'HYPERLINK("http://evil.example","点击")'
    cell = written(a_workbook((Cell(text),)))["汇总"]["A1"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_an_error_word_and_a_date_like_text_stay_texts() -> None:
    row = written(a_workbook((Cell("#N/A"), Cell("1-2"), Cell("91440300MA5DXXXX0X"), Cell("007"))))["汇总"][1]
    assert [cell.value for cell in row] == ["#N/A", "1-2", "91440300MA5DXXXX0X", "007"]
    assert {cell.data_type for cell in row} == {"s"}
    assert {cell.number_format for cell in row} == {"@"}


def test_formulas_of_composers_are_alive() -> None:
    cells = (Cell(Fraction(29, 4), Look.INPUT), Cell(Decimal("2.5"), Look.NUMBER, 2), Cell(Formula("=A1+B1"), Look.TOTAL, 2))
    row = written(a_workbook(cells))["汇总"][1]
    assert [cell.value for cell in row] == [7.25, 2.5, "=A1+B1"]
    assert row[2].data_type == "f"
    assert row[2].number_format == "0.00"


def test_a_formula_begins_with_its_sign() -> None:
    with pytest.raises(ValueError, match="公式须以 = 开头"):
        Formula("SUM(A1)")


def test_characters_that_xml_cannot_hold_are_marked_not_dropped() -> None:
    assert written(a_workbook((Cell("得\x00分\x1b"),)))["汇总"]["A1"].value == "得〓分〓"


def test_a_text_longer_than_a_cell_says_that_it_was_cut() -> None:
    value = written(a_workbook((Cell("长" * 40_000),)))["汇总"]["A1"].value
    assert len(value) <= 32_767
    assert value.endswith("余文未列）")


def test_heads_stay_in_sight_and_are_repeated_in_print() -> None:
    sheet = written(a_workbook((Cell("编号", Look.HEAD),), (Cell("1"),)))["汇总"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_named_ranges_are_written() -> None:
    assert written(a_workbook((Cell(1),), names={"最终得分": "'汇总'!$A$1"})).defined_names["最终得分"].attr_text == "'汇总'!$A$1"


def test_the_same_workbook_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """openpyxl stamps the clock into the properties and the archive; a year later the bytes must be the same."""
    import time

    workbook = a_workbook((Cell("甲"), Cell(1), Cell(Formula("=B1"))))
    now = make_workbook(workbook)
    later = time.time() + 366 * 86_400
    real = time.localtime
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *args: real(*(args or (later,))))
    assert make_workbook(workbook) == now
    with zipfile.ZipFile(io.BytesIO(now)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"2026-01-15T00:00:00Z</dcterms:modified>" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("name", ["", "a" * 32, "a/b", "[甲]", "'甲'"])
def test_a_sheet_name_that_excel_refuses_is_refused_here(name: str) -> None:
    with pytest.raises(ValueError, match="工作表名称"):
        make_workbook(Workbook("题", "单位", date(2026, 1, 15), (Sheet(name, ()),)))


# --- in -------------------------------------------------------------------------------------------------------------


def refusal_of(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(BadInput) as refusal:
        read_workbook_safely(content, limits) if limits else read_workbook_safely(content)
    return str(refusal.value)


def repacked(content: bytes, **changed: bytes) -> bytes:
    """The archive with entries replaced or added (``__`` in a name stands for ``/``, ``_x`` for ``.xml``)."""
    out = io.BytesIO()
    fresh = {name.replace("__", "/").replace("_x", ".xml"): entry for name, entry in changed.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, fresh.pop(name, None) or source.read(name))
        for name, entry in fresh.items():
            target.writestr(name, entry)
    return out.getvalue()


GOOD = make_workbook(a_workbook((Cell("投标人"), Cell("报价")), (Cell("甲"), Cell(6_780_000))))


def test_a_good_workbook_is_read_as_values() -> None:
    assert read_workbook_safely(GOOD) == {"汇总": (("投标人", "报价"), ("甲", 6_780_000))}


def test_a_zip_bomb_is_refused_from_its_directory_with_the_limits() -> None:
    """264 KB became 74 MB and 24 seconds in a plain reader; here nothing is unpacked."""
    bomb = repacked(GOOD, xl__worksheets__sheet1_x=b"<x>" + b" " * 60_000_000)
    assert len(bomb) < 200_000
    message = refusal_of(bomb)
    assert "解压后将有57.2 MB" in message
    assert "压缩比异常" in message
    assert "解压后不大于24 MB" in message


def test_what_is_no_workbook_is_refused_plainly() -> None:
    for content in (b"", b"hello", b"PK\x03\x04broken", GOOD[: len(GOOD) // 2]):
        assert "不是有效的XLSX工作簿" in refusal_of(content)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "缺少工作簿目录" in refusal_of(other.getvalue())


def test_xml_entities_are_refused() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    assert "XML实体" in refusal_of(repacked(GOOD, xl__workbook_x=entity))
    assert "XML实体" in refusal_of(repacked(GOOD, xl__worksheets__sheet1_x=entity))


def test_macros_are_refused() -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "文件含有宏" in refusal_of(out.getvalue())


def test_every_limit_is_told_short_exact_and_over() -> None:
    size = len(GOOD)
    assert read_workbook_safely(GOOD, Limits(file=size))
    assert "文件大小为" in refusal_of(GOOD, Limits(file=size - 1))
    assert read_workbook_safely(GOOD, Limits(rows=2))
    assert "内容过多" in refusal_of(GOOD, Limits(rows=1))
    assert read_workbook_safely(GOOD, Limits(cells=4))
    assert "内容过多" in refusal_of(GOOD, Limits(cells=3))
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        entries = len(archive.infolist())
    assert read_workbook_safely(GOOD, Limits(entries=entries))
    assert "内含文件有" in refusal_of(GOOD, Limits(entries=entries - 1))


def test_a_row_far_below_does_not_fill_the_memory() -> None:
    """One cell in row 1,048,576 makes a plain reader yield a million empty rows."""
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    far = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, last)
    assert "内容过多" in refusal_of(repacked(GOOD, xl__worksheets__sheet1_x=far))


def test_everything_wrong_is_told_at_once() -> None:
    bomb = io.BytesIO(repacked(GOOD, xl__worksheets__sheet1_x=b" " * 60_000_000))
    with zipfile.ZipFile(bomb, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    message = refusal_of(bomb.getvalue())
    assert all(part in message for part in ("解压后将有", "压缩比异常", "文件含有宏"))
