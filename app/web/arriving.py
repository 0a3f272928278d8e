"""What arrives 送达的表单: a form whose files are too large is still read to its end, so that what was typed into it is kept.

Files beyond the limit of a request are let go byte by byte; nothing of them is stored. Only views that say so
(``takes_files``) are sent so much: everybody else is refused at the door, unread.
"""

from __future__ import annotations

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar

from flask import Flask, current_app

from app.web.plain_text import PlainRequest

IN_MEMORY = 512 * 1024
PATIENCE = 16
"""So many times the limit of a request is read, and what is beyond it let go; after that the visitor is refused."""

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Decorator of a view whose form has files: too many bytes cost the files, and not what was typed."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class Sieve(SpooledTemporaryFile[bytes]):
    """One file on its way in. ``let_go``: it went beyond what was left, and is empty; ``sent``: how many bytes it had."""

    def __init__(self, room: list[int]) -> None:
        super().__init__(max_size=IN_MEMORY, mode="rb+")
        self._room = room
        self._held = 0
        self.sent = 0
        self.let_go = False

    def write(self, data: Any) -> int:
        self.sent += len(data)
        if not self.let_go and len(data) > self._room[0]:
            self.let_go = True
            self._room[0] += self._held  # the next file may have it
            self.seek(0)
            self.truncate()
        if not self.let_go:
            self._room[0] -= len(data)
            self._held += len(data)
            super().write(data)
        return len(data)


class Arriving(PlainRequest):
    """A request that lets files go where there are too many bytes of them."""

    @property
    def max_content_length(self) -> int | None:
        most = super().max_content_length
        view = current_app.view_functions.get(self.endpoint or "") if current_app else None
        return most * PATIENCE if most and getattr(view, "takes_files", False) else most

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        if not hasattr(self, "_room"):
            self._room = [current_app.config["MAX_CONTENT_LENGTH"] or 0]
        return Sieve(self._room)


def init_app(app: Flask) -> None:
    """Call after plain_text: its request is the one that arrives."""
    app.request_class = Arriving
