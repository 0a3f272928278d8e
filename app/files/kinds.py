"""Kinds of files 文件类型, known by their content: signature and structure, never the name or what a browser declares.

A file that is two things at once (a picture with an archive behind it) is none of ours.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from enum import StrEnum

from kernel.refusal import BadInput

MEBIBYTE = 1024 * 1024
MOST_PIXELS = 200_000_000
"""Above it, opening a picture of a few kilobytes takes gigabytes."""
MOST_DIRECTORY = 2 * MEBIBYTE
UNPACKED = 4
"""How many times the size limit of a file a workbook may take once unpacked."""


class FileKind(StrEnum):
    """What a file is."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    XLSX = "xlsx"
    TEXT = "text"

    @property
    def zh(self) -> str:
        return {"text": "文本（UTF-8）"}.get(self.value, self.value.upper())

    @property
    def media_type(self) -> str:
        """What a download declares."""
        return {
            "pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg", "text": "text/plain; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self.value]  # fmt: skip

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings of names that say this kind; the first is the usual one."""
        return {"jpeg": (".jpg", ".jpeg"), "text": (".txt", ".yaml", ".yml", ".csv", ".md")}.get(self.value, (f".{self.value}",))


class Unfit(Exception):
    """不能接收: the message says in Chinese what the content is, or what is wrong with it."""


_OTHERS = (
    (b"MZ", "是Windows程序"),
    (b"\x7fELF", "是程序"),
    (b"\xd0\xcf\x11\xe0", "是旧版Office文件（.doc、.xls、.ppt）, 请另存为PDF或XLSX"),
    (b"GIF8", "是GIF图片, 请另存为PNG或JPEG"),
    (b"BM", "是BMP图片, 请另存为PNG或JPEG"),
    (b"II*\x00", "是TIFF图片, 请另存为PDF、PNG或JPEG"),
    (b"MM\x00*", "是TIFF图片, 请另存为PDF、PNG或JPEG"),
    (b"Rar!", "是RAR压缩包, 请解压后逐个上传"),
    (b"7z\xbc\xaf", "是7z压缩包, 请解压后逐个上传"),
    (b"\x1f\x8b", "是gzip压缩包, 请解压后逐个上传"),
)


def kind_of(content: bytes, limit: int = 50 * MEBIBYTE) -> FileKind:
    """What ``content`` is. Raises Unfit for everything that is not wholly and only one of our kinds.

    limit   bytes a file may have; a workbook may unpack to four times as much
    """
    if not content:
        raise Unfit("文件是空的")
    if len(content) > limit:
        raise Unfit(f"大小为 {len(content) / MEBIBYTE:.1f} MB, 超过了 {limit // MEBIBYTE} MB")
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(content)
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        _check_jpeg(content)
        return FileKind.JPEG
    if content.startswith(b"PK\x03\x04"):
        _check_workbook(content, limit)
        return FileKind.XLSX
    for signature, zh in _OTHERS:
        if content.startswith(signature):
            raise Unfit(zh)
    _check_text(content)
    return FileKind.TEXT


def _check_pdf(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in content:
        raise Unfit("PDF不完整（没有结尾）, 可能没有传完或者已损坏")
    if content[end + 5 :].strip(b"\x00\t\n\x0c\r \x1a"):
        raise Unfit("PDF的结尾之后还有别的内容")
    _only_one_thing(content, FileKind.PDF)


def _check_png(content: bytes) -> None:
    """Every chunk with its length and checksum, from IHDR to IEND, and nothing behind."""
    view, place, first = memoryview(content), 8, True
    while True:
        if place + 12 > len(content):
            raise Unfit("PNG不完整或者已损坏")
        length, name = struct.unpack_from(">I4s", view, place)
        end = place + 12 + length
        if end > len(content) or zlib.crc32(view[place + 4 : end - 4]) != struct.unpack_from(">I", view, end - 4)[0]:
            raise Unfit("PNG不完整或者已损坏")
        if first:
            if name != b"IHDR" or length != 13:
                raise Unfit("PNG不完整或者已损坏")
            _not_too_many_pixels(*struct.unpack_from(">II", view, place + 8))
            first = False
        place = end
        if name == b"IEND":
            break
    if place != len(content):
        raise Unfit("PNG的结尾之后还有别的内容")
    _only_one_thing(content, FileKind.PNG)


def _check_jpeg(content: bytes) -> None:
    """Segments up to the picture's data, with its size in pixels, and an end. Cameras may write more behind the end."""
    place, sized = 2, False
    while True:
        if place + 4 > len(content) or content[place] != 0xFF:
            raise Unfit("JPEG不完整或者已损坏")
        marker = content[place + 1]
        if marker == 0xFF:  # filling before a marker
            place += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # markers without a length
            place += 2
            continue
        [length] = struct.unpack_from(">H", content, place + 2)
        if length < 2 or place + 2 + length > len(content):
            raise Unfit("JPEG不完整或者已损坏")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if length < 8:
                raise Unfit("JPEG不完整或者已损坏")
            height, width = struct.unpack_from(">HH", content, place + 5)
            _not_too_many_pixels(width, height)
            sized = True
        place += 2 + length
        if marker == 0xDA:
            break
    if not sized or content.find(b"\xff\xd9", place) < 0:
        raise Unfit("JPEG不完整或者已损坏")
    _only_one_thing(content, FileKind.JPEG)


def _check_workbook(content: bytes, limit: int) -> None:
    """The directory of the archive only: nothing is unpacked."""
    from reports.workbook import Limits, look_at_directory

    found = _archive_end(content)
    if found is None:
        raise Unfit("压缩结构不完整, 可能没有传完或者已损坏")
    size, end = found
    if size > MOST_DIRECTORY:
        raise Unfit("压缩结构过大")
    if end != len(content):
        raise Unfit("工作簿的结尾之后还有别的内容")
    try:
        look_at_directory(content, Limits(file=limit, entries=2000, unpacked=UNPACKED * limit))
    except BadInput as refusal:
        raise Unfit("；".join(finding.zh for finding in refusal.findings)) from None
    _only_one_thing(content, FileKind.XLSX)


def _check_text(content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("不是可以识别的文件类型") from None
    start = text.lstrip()[:64].lower()
    if start.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script")):
        raise Unfit("是网页或者矢量图")
    if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n\x0c" for c in text):
        raise Unfit("不是可以识别的文件类型")
    _only_one_thing(content, FileKind.TEXT)


def _only_one_thing(content: bytes, kind: FileKind) -> None:
    """Some readers look for an archive from the end, and for a PDF within the first kilobyte: they must find none."""
    if kind is not FileKind.PDF and b"%PDF-" in content[:1024]:
        raise Unfit(f"既是{kind.zh}又是PDF, 不能确认是什么文件")
    if kind is not FileKind.XLSX and _archive_end(content) is not None:
        raise Unfit(f"既是{kind.zh}又是压缩包, 不能确认是什么文件")


def _archive_end(content: bytes) -> tuple[int, int] | None:
    """(size of the directory, where the archive ends) of a zip archive, found as its readers do: from the end."""
    place = content.rfind(b"PK\x05\x06", max(0, len(content) - 22 - 0xFFFF))
    if place < 0 or place + 22 > len(content):
        return None
    size, comment = struct.unpack_from("<I", content, place + 12)[0], struct.unpack_from("<H", content, place + 20)[0]
    at = place - size
    long = content[place - 20 : place - 16] == b"PK\x06\x07"  # zip64: for archives that we would not take anyway
    if not long and (at < 0 or content[at : at + 4] != b"PK\x01\x02"):
        return None
    return (0xFFFFFFFF if long else size), place + 22 + comment


def _not_too_many_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise Unfit("图片没有内容")
    if width * height > MOST_PIXELS:
        raise Unfit(f"图片为 {width} × {height} 像素, 过大")
