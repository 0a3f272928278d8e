"""Word files as small as they can be, and worse ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def a_word_file(*blocks: str | Sequence[Sequence[str]], xml: str = "", entry: str = "word/document.xml") -> bytes:
    """A .docx of paragraphs (texts) and tables (rows of cells; "^" goes on from the cell above)."""
    body = xml or f'<w:document xmlns:w="{W}"><w:body>{"".join(_block(each) for each in blocks)}</w:body></w:document>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(entry, body)
    return made.getvalue()


def _block(block: str | Sequence[Sequence[str]]) -> str:
    if isinstance(block, str):
        return f"<w:p><w:r><w:t>{escape(block)}</w:t></w:r></w:p>"
    rows = "".join(f"<w:tr>{''.join(_cell(cell) for cell in row)}</w:tr>" for row in block)
    return f"<w:tbl>{rows}</w:tbl>"


def _cell(text: str) -> str:
    if text == "^":
        return "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    return f"<w:tc><w:tcPr/>{''.join(_block(part) for part in text.split(chr(10)))}</w:tc>"
