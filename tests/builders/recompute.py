"""LibreOffice as the second opinion: it opens workbooks, computes every formula, and says what it got."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

Values = dict[str, list[list[Any]]]
"""The values of each sheet by its name, as rows."""


def recomputed(content: bytes, folder: Path) -> Values:
    """The values of every sheet after LibreOffice computed them. Skips where it is not installed."""
    return all_recomputed({"book": content}, folder)["book"]


def all_recomputed(contents: Mapping[str, bytes], folder: Path) -> dict[str, Values]:
    """The same for several workbooks in one start of LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed: formulas are not recomputed on this machine")
    import openpyxl

    (folder / "in").mkdir()
    files = {name: folder / "in" / f"{number}.xlsx" for number, name in enumerate(contents)}
    for name, file in files.items():
        file.write_bytes(contents[name])
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), *map(str, files.values())]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    out: dict[str, Values] = {}
    for name, file in files.items():
        book = openpyxl.load_workbook(folder / file.name, data_only=True)
        out[name] = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    return out
