"""Delimited text 逗号分隔文件 (CSV): rows of texts in, bytes out. Opens as it should in office programs, and harms nobody.

Beginning with a byte-order mark, since Excel takes a file without one for the machine's old code page; lines end as
RFC 4180 says. A text that an office program would take for a formula is led by an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from reports.workbook import FORMULA_SIGNS

MARK = b"\xef\xbb\xbf"
_BLOCK = 64 * 1024


def delimited(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The file in blocks, the first row being the heads; memory does not grow with the number of rows.

    >>> b"".join(delimited([["名称"], ["=1+1"]])).decode("utf-8-sig")
    "名称\\r\\n'=1+1\\r\\n"
    """
    yield MARK
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in row])
        if text.tell() > _BLOCK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
