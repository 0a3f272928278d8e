"""The words of a file, with their places. Runs alone, in a process that may not take long nor much: see ``reading``.

``python -m app.lawdesk.extraction`` reads the file from stdin and prints one JSON line per paragraph or row, then ends; what
is wrong is said in Chinese on the last line as ``{"error": …}``. No entity, no macro, no picture and no link is followed.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, TextIO

MEBIBYTE = 1024 * 1024
MOST_UNPACKED = 80 * MEBIBYTE
"""Of ``word/document.xml`` alone: text of thousands of pages."""
MOST_RATIO = 250
MOST_ENTRIES = 5_000
MOST_CHARACTERS = 2_000_000
MOST_PAGES = 1_500
MOST_CELLS = 400
SECONDS = 20
MEMORY = 700 * MEBIBYTE

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Unreadable(Exception):
    """Why a file cannot be read, in Chinese."""


# --- Word -------------------------------------------------------------------------------------------------------------


def docx_lines(content: bytes) -> Iterator[dict[str, Any]]:
    """Paragraphs and rows of a .docx, in order. Deleted words of tracked changes are left out; inserted ones are read."""
    xml = _document_xml(content)
    from defusedxml.ElementTree import fromstring

    try:
        body = fromstring(xml, forbid_dtd=True).find(f"{_W}body")
    except Exception as error:  # whatever the parser or its guard says: the file is at fault
        raise Unreadable(f"Word 文件的内容无法解析（{type(error).__name__}）") from None
    if body is None:
        raise Unreadable("Word 文件里没有正文")
    yield from _Body().lines(body)


def _document_xml(content: bytes) -> bytes:
    """The one part that holds the text, after a look at the directory of the archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise Unreadable("Word 文件里的部件太多")
            try:
                part = archive.getinfo("word/document.xml")
            except KeyError:
                raise Unreadable("不是 Word（.docx）文件: 里面没有正文") from None
            if part.flag_bits & 0x1:
                raise Unreadable("Word 文件设有密码, 请先取消密码")
            if part.file_size > MOST_UNPACKED or part.file_size > max(part.compress_size, 1) * MOST_RATIO + MEBIBYTE:
                raise Unreadable("Word 文件解压后过大")
            with archive.open(part) as stream:
                read = stream.read(MOST_UNPACKED + 1)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, ValueError, NotImplementedError, RuntimeError, OSError):
        raise Unreadable("Word 文件已损坏, 或者不是 .docx 格式") from None
    if len(read) > MOST_UNPACKED:
        raise Unreadable("Word 文件解压后过大")
    return read


class _Body:
    """Counts paragraphs and tables while walking the body."""

    def __init__(self) -> None:
        self.paragraph = 0
        self.table = 0

    def lines(self, node: Any, deep: int = 0) -> Iterator[dict[str, Any]]:
        for child in node:
            if child.tag == f"{_W}p":
                self.paragraph += 1
                yield {"text": _words(child), "paragraph": self.paragraph}
            elif child.tag == f"{_W}tbl":
                self.table += 1
                yield from _rows(child, self.table)
            elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins") and deep < 30:
                yield from self.lines(child, deep + 1)


def _rows(table: Any, number: int) -> Iterator[dict[str, Any]]:
    """Rows with their cells in columns. A cell that goes on from above is empty; one that spans fills its columns once."""
    for n, line in enumerate(table.iter(f"{_W}tr"), 1):
        cells: list[str] = []
        for cell in line.findall(f"{_W}tc") or line.iter(f"{_W}tc"):
            form = cell.find(f"{_W}tcPr")
            merge = form.find(f"{_W}vMerge") if form is not None else None
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            cells.append("" if goes_on else "\n".join(filter(None, (_words(p) for p in cell.iter(f"{_W}p")))))
            span = form.find(f"{_W}gridSpan") if form is not None else None
            width = span.get(f"{_W}val", "1") if span is not None else "1"
            cells += [""] * (min(int(width), 60) - 1 if width.isdigit() else 0)
            if len(cells) > MOST_CELLS:
                break
        yield {"cells": cells, "table": number, "row": n}


def _words(paragraph: Any) -> str:
    """The text of a paragraph; a numbered list has its numbers outside the text, so they are not read."""
    made: list[str] = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            made.append(node.text or "")
        elif node.tag == f"{_W}tab":
            made.append(" ")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            made.append("\n")
    return "".join(made)


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf_lines(content: bytes) -> Iterator[dict[str, Any]]:
    """Lines of each page. A page that is only a picture has none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("PDF 文件设有密码, 请先取消密码")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable(f"PDF 文件超过了{MOST_PAGES}页")
        paragraph, seen = 0, False
        for number, page in enumerate(reader.pages, 1):
            for line in page.extract_text().splitlines():
                if line.strip() and not re.fullmatch(r"[\s\-—第页共/\d]{1,14}", line):
                    paragraph, seen = paragraph + 1, True
                    yield {"text": line.strip(), "paragraph": paragraph, "page": number}
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError, NotImplementedError) as error:
        raise Unreadable(f"PDF 文件无法解析（{type(error).__name__}）") from None
    if not seen:
        raise Unreadable("PDF 里没有文字: 可能是扫描件, 请先做文字识别, 或者上传 Word 文件")


# --- text -------------------------------------------------------------------------------------------------------------


def text_of(content: bytes) -> str:
    """A text in UTF-8, or in the encoding that older Chinese systems write."""
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("不是文本文件")
    codecs = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    raise Unreadable("文本文件的编码无法识别, 请另存为 UTF-8")


# --- the process ------------------------------------------------------------------------------------------------------


def _limit() -> None:
    """Neither long nor much, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(kind: str, source: bytes, out: TextIO) -> None:
    """Print the lines of ``source``; the last line is ``{"end": true}`` or ``{"error": …}``."""
    characters = 0
    try:
        for line in docx_lines(source) if kind == "docx" else pdf_lines(source):
            characters += len(line.get("text", "")) + sum(len(cell) for cell in line.get("cells", ()))
            if characters > MOST_CHARACTERS:
                raise Unreadable(f"文件超过了{MOST_CHARACTERS // 10_000}万字")
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
        out.write('{"end": true}\n')
    except Unreadable as why:
        out.write(json.dumps({"error": str(why)}, ensure_ascii=False) + "\n")
    except MemoryError:
        out.write(json.dumps({"error": "文件太大, 无法读取"}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _limit()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(sys.argv[1], sys.stdin.buffer.read(), sys.stdout)
