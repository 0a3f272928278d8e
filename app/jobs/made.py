"""Made once 已生成的文书: typesetting a report takes more than a second, and the same document gives the same bytes.

What was made is kept in a file named after everything that it was made from; who asks again gets it at once, and two who ask
in the same moment wait for one making. Permission is the view's affair, before anybody asks here.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from reports.document import Document
from reports.pdf import document_html, make_pdf

KEPT = timedelta(days=60)
"""By the disk's own clock, from the last time that somebody asked."""


class Made:
    """The files in ``folder``, at most ``most`` of them where that is given: those not asked for longest go first."""

    def __init__(self, folder: Path, make: Callable[[Document], bytes] = make_pdf, *, most: int | None = None) -> None:
        self._folder, self._make, self._most = folder, make, most

    def already(self, document: Document) -> bytes | None:
        """The document as PDF where it was made before, else None: it costs nothing to hand out again."""
        return self._found(self._path(document))

    def pdf(self, document: Document) -> bytes:
        """The document as PDF, made now or before. Raises what ``make_pdf`` raises; then nothing is kept."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(document)
        found = self._found(path)
        if found is not None:
            return found
        with (self._folder / f"lock-{path.name[:2]}").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # closing gives it up, also when the process is killed
            found = self._found(path)
            if found is None:
                found = self._make(document)
                part = path.with_suffix(".part")
                part.write_bytes(found)
                part.replace(path)
                self._sweep()
        return found

    def _path(self, document: Document) -> Path:
        return self._folder / f"{hashlib.sha256(document_html(document).encode('utf-8')).hexdigest()}.pdf"

    @staticmethod
    def _found(path: Path) -> bytes | None:
        try:
            content = path.read_bytes()
            path.touch()
        except FileNotFoundError:
            return None
        return content

    def _sweep(self) -> None:
        oldest = time.time() - KEPT.total_seconds()
        files = []
        for path in self._folder.glob("*.p*"):
            with suppress(FileNotFoundError):  # somebody else sweeps too
                files.append((path.stat().st_mtime, path))
        files.sort(reverse=True)
        for place, (asked, path) in enumerate(files):
            if asked < oldest or (self._most is not None and place >= self._most):
                path.unlink(missing_ok=True)
