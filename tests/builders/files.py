"""Small true files of each kind, and what pretends to be one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any


def a_pdf(text: str = "letter") -> bytes:
    """One empty page, with a table of objects that fits."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Title(" + text.encode() + b")>>",
    ]  # fmt: skip
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)


def a_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def a_png(width: int = 1, height: int = 1, *more: bytes) -> bytes:
    """A grey picture; ``more``: chunks before its end. Large ones hold no data: their head is what counts."""
    head = a_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = a_chunk(b"IDAT", zlib.compress(bytes((width + 1) * height) if width * height < 10_000 else b""))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + data + a_chunk(b"IEND", b"")


def a_jpeg(width: int = 8, height: int = 8, comment: bytes = b"") -> bytes:
    """The segments of a picture, up to its end."""
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return start + said + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f\xff\xd9"


def a_zip(files: dict[str, bytes], **how: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how.get("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, how.get("compression", zipfile.ZIP_DEFLATED))
    return out.getvalue()


def a_workbook(**more: bytes) -> bytes:
    """The directory of a workbook; ``more``: parts under ``xl/``, ``__`` in a name stands for a dot."""
    parts = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    return a_zip(parts | {f"xl/{name.replace('__', '.')}": content for name, content in more.items()})
