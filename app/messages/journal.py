"""The journal 交接簿: what a worker notes between handing a letter over and the database knowing of it.

A worker that is killed in that moment leaves a file named after the letter: empty when the letter had left the house and no
answer had come, else with the provider's answer. Written without waiting for the disk: it is for the death of a process, not
of a machine; after a power cut a letter may be handed over again, under the id that it had.
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

    def handed(self, key: str) -> None:
        """The letter cannot be called back any more."""
        (self._folder / key).touch()

    def answered(self, key: str, answer: str) -> None:
        """The provider took it, in these words. All of them are there, or none."""
        fresh = self._folder / f"{key}.part"
        fresh.write_text(answer, encoding="utf-8")
        fresh.replace(self._folder / key)

    def read(self, key: str) -> str | None:
        """None: never handed over by this machine; "": handed over, and nobody heard the answer; else the answer."""
        try:
            return (self._folder / key).read_text(encoding="utf-8")
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
