"""Files 附件: what people upload, known by its content, kept by its SHA-256, and given out without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.files.store import FileStore


def file_store() -> FileStore:
    """The store of this installation. Needs an application context."""
    from flask import current_app

    from app.files.store import FileStore

    return FileStore(current_app.extensions["settings"].var / "files")
