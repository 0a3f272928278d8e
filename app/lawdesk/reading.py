"""Reading a draft 读取文件: .docx, .pdf and .txt become a ``Document`` with places, or a refusal that says why not.

What others made is opened in a process of its own with limits on time and memory; its answer is plain lines.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.lawdesk.extraction import MEBIBYTE, MOST_CHARACTERS, SECONDS, Unreadable, text_of
from kernel.refusal import BadInput, Finding
from procurement.clauses.document import Document, Line, document_of, row

MOST_BYTES = 20 * MEBIBYTE
KINDS = "Word（.docx）、PDF（.pdf）或者文本（.txt）"
_ROOT = Path(__file__).resolve().parents[2]


def read_document(name: str, content: bytes) -> Document:
    """The document in ``content``. Its kind is told by the content; ``name`` is only said back. Raises BadInput."""
    if not content.strip():
        raise _bad(f"“{name}”是空文件")
    if len(content) > MOST_BYTES:
        raise _bad(f"“{name}”超过了{MOST_BYTES // MEBIBYTE} MB")
    if content.startswith(b"%PDF-") or b"%PDF-" in content[:1024]:
        return _apart("pdf", name, content)
    if content.startswith(b"PK\x03\x04"):
        return _apart("docx", name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _bad(f"“{name}”是旧版 Word（.doc）格式, 请另存为 .docx 后再上传")
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise _bad(f"“{name}”是图片; 可以检查的是{KINDS}")
    try:
        text = text_of(content)
    except Unreadable as why:
        raise _bad(f"“{name}”{why}; 可以检查的是{KINDS}") from None
    return pasted(text)


def pasted(text: str) -> Document:
    """Text that was typed or pasted. Raises BadInput when there is none, or too much of it."""
    if not text.strip():
        raise _bad("没有文字")
    if len(text) > MOST_CHARACTERS:
        raise _bad(f"超过了{MOST_CHARACTERS // 10_000}万字")
    return document_of(text)


def _apart(kind: str, name: str, content: bytes) -> Document:
    """Read in another process; it may die without taking anything with it."""
    try:
        run = subprocess.run(
            [sys.executable, "-m", "app.lawdesk.extraction", kind],
            input=content, capture_output=True, timeout=SECONDS + 5, cwd=_ROOT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _bad(f"“{name}”太复杂, 在{SECONDS}秒内没有读完; 请另存为 .docx 或者粘贴文字") from None
    lines: list[Line] = []
    for said in run.stdout.decode("utf-8", "replace").split("\n"):
        if not said:
            continue
        try:
            told = json.loads(said)
        except ValueError:
            break
        if "error" in told:
            raise _bad(f"“{name}”{told['error']}")
        if "end" in told:
            if not any(line.text.strip() for line in lines):
                raise _bad(f"“{name}”里没有文字")
            return Document(tuple(lines))
        lines.append(_line(told))
    raise _bad(f"“{name}”太大或者太复杂, 无法读取; 请另存为 .docx 或者粘贴文字")


def _line(told: dict[str, Any]) -> Line:
    if "cells" in told:
        return row(told["cells"], table=told["table"], number=told["row"])
    return Line(told["text"].replace("\n", " / "), page=told.get("page", 0), paragraph=told["paragraph"])


def _bad(why: str) -> BadInput:
    return BadInput((Finding("file", why),))
