"""A file is what its content is, wholly and only that; names and declared types are hearsay."""

from __future__ import annotations

import struct
from datetime import date

import pytest

from app.files.kinds import MOST_PIXELS, FileKind, Unfit, kind_of
from reports.document import Cell, Sheet, Workbook
from reports.workbook import make_workbook
from tests.builders.files import a_chunk, a_jpeg, a_pdf, a_png, a_workbook, a_zip

KIB = 1024


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_pdf(), FileKind.PDF), (a_pdf() + b"\r\n\x00", FileKind.PDF), (a_png(), FileKind.PNG), (a_jpeg(), FileKind.JPEG),
        (a_jpeg() + b"what a camera writes behind the end", FileKind.JPEG), (a_workbook(), FileKind.XLSX),
        ("项目: 名称\n".encode(), FileKind.TEXT), ("\ufeff项目\r\n\t1".encode(), FileKind.TEXT),
    ],
)  # fmt: skip
def test_true_files_are_known(content: bytes, kind: FileKind) -> None:
    assert kind_of(content) is kind


def test_a_workbook_of_our_own_is_known() -> None:
    made = make_workbook(Workbook("表", "单位", date(2025, 3, 1), (Sheet("表", ((Cell("名称"), Cell(1)),)),)))

    assert kind_of(made) is FileKind.XLSX


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "空"), (b"MZ\x90\x00" + bytes(60), "程序"), (b"\x7fELF\x02", "程序"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版Office"),
        (b"GIF89a", "GIF"), (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf'\x1c", "7z"), (b"\x1f\x8b\x08", "gzip"),
        (b"<!DOCTYPE html><script>", "网页"), (b"\n <svg onload=alert(1)>", "网页"), (b"\xef\xbb\xbf<?xml version='1.0'?>", "网页"),
        (b"plain\x00text", "不是可以识别"), (b"\xc3\x28", "不是可以识别"), ("中文".encode("gb18030"), "不是可以识别"),
        (a_zip({"word/document.xml": b"<w/>"}), "不是XLSX"), (a_zip({"表.xlsx": a_workbook()}), "不是XLSX"),
        (a_workbook(vbaProject__bin=b"macro"), "宏"), (a_pdf()[:-20], "不完整"), (a_workbook()[:-30], "不完整"),
        (b"%PDF-1.7\n%%EOF", "不完整"), (b"\n" + a_pdf(), "PDF"),
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_what_it_is(content: bytes, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        kind_of(content)


@pytest.mark.parametrize("whole", [a_png(), a_jpeg()], ids=["png", "jpeg"])
def test_a_picture_cut_off_anywhere_is_refused(whole: bytes) -> None:
    for length in range(1, len(whole)):
        with pytest.raises(Unfit):
            kind_of(whole[:length])


def test_a_picture_with_one_wrong_byte_is_refused() -> None:
    broken = bytearray(a_png())
    broken[20] ^= 1
    with pytest.raises(Unfit, match="损坏"):
        kind_of(bytes(broken))


@pytest.mark.parametrize(
    "both",
    [
        a_pdf() + a_zip({"a": b"b"}), a_jpeg() + a_zip({"a.exe": b"MZ"}), a_jpeg() + a_workbook(), a_png() + a_zip({"a": b"b"}),
        a_jpeg(comment=b"%PDF-1.4 and the rest of it"), a_png(1, 1, a_chunk(b"tEXt", b"k\x00%PDF-1.4")),
        a_png(1, 1, a_chunk(b"tEXt", b"k\x00" + a_zip({"a": b"b"}))), a_pdf() + b"<script>alert(1)</script>",
        a_pdf()[:-6] + a_zip({"a": b"b"}) + b"\n%%EOF\n", a_workbook() + b"\n%PDF-1.4", b"%PDF in text %PDF-1.4",
        a_zip({"%PDF-1.4": b""} | {"[Content_Types].xml": b"", "xl/workbook.xml": b""}, compression=0),
    ],
)  # fmt: skip
def test_a_file_that_is_two_things_is_none(both: bytes) -> None:
    with pytest.raises(Unfit):
        kind_of(both)


@pytest.mark.parametrize(("over", "fits"), [(-1, True), (0, True), (1, False)], ids=["below", "exact", "over"])
def test_the_limit_is_the_last_size_that_is_taken(over: int, fits: bool) -> None:
    content = b"x" * (KIB * KIB + over)
    if fits:
        assert kind_of(content, KIB * KIB) is FileKind.TEXT
    else:
        with pytest.raises(Unfit, match="超过了 1 MB"):
            kind_of(content, KIB * KIB)


@pytest.mark.parametrize(("width", "fits"), [(MOST_PIXELS // 10_000 - 1, True), (MOST_PIXELS // 10_000, True), (MOST_PIXELS // 10_000 + 1, False)])
@pytest.mark.parametrize("picture", [a_png, a_jpeg], ids=["png", "jpeg"])
def test_a_picture_that_would_fill_the_memory_is_refused(picture, width: int, fits: bool) -> None:
    if fits:
        kind_of(picture(width, 10_000))
    else:
        with pytest.raises(Unfit, match="像素"):
            kind_of(picture(width, 10_000))


def test_a_workbook_that_would_unpack_to_too_much_is_refused_unopened() -> None:
    bomb = a_workbook(sheet__xml=bytes(60 * KIB * KIB))
    assert len(bomb) < 100 * KIB
    with pytest.raises(Unfit, match="压缩比异常"):
        kind_of(bomb)
    with pytest.raises(Unfit, match=r"解压后将有60\.0 MB"):
        kind_of(bomb, 10 * KIB * KIB)


def test_a_directory_of_a_million_entries_is_not_read() -> None:
    directory = b"PK\x01\x02" + bytes(3 * KIB * KIB)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFE, 0xFFFE, len(directory), 30, 0)
    with pytest.raises(Unfit, match="压缩结构过大"):
        kind_of(b"PK\x03\x04" + bytes(26) + directory + end)
