"""The journal 交接簿: what a provider answered, until the database knows of it.

A worker that is killed in between leaves a file named after the letter, with the answer in it, and whoever finds the letter
need not wonder. Without the file (another machine's, or none yet) the letter is UNANSWERED: nothing rests on the journal
but that there are few of those.
"""

from __future__ import annotations

import contextlib
import time
from datetime import timedelta
from pathlib import Path


class Journal:
    """The files of this machine's workers, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def answered(self, key: str, answer: str) -> None:
        """The provider took it, in these words. All of them are there, or none."""
        fresh = self._folder / f"{key}.part"
        fresh.write_text(answer, encoding="utf-8")
        fresh.replace(self._folder / key)

    def read(self, key: str) -> str | None:
        """The answer; None when this machine heard none."""
        try:
            return (self._folder / key).read_text(encoding="utf-8") or None
        except FileNotFoundError:
            return None

    def forget(self, key: str) -> None:
        """The database knows."""
        (self._folder / key).unlink(missing_ok=True)

    def sweep(self, older_than: timedelta) -> None:
        """Remove what a worker left that died after the database knew. By the disk's own clock, whatever ours shows."""
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - older_than.total_seconds():
                    path.unlink()
