"""Downloads 下载: a stored file as an answer that a browser saves and never runs."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from app.files import file_store
from app.files.kinds import FileKind


def as_download(sha256: str, name: str, kind: FileKind) -> Response:
    """The file under its name. Raises ``store.Damaged`` when the bytes are not those that were handed in."""
    answer = Response(file_store().get(sha256))
    answer.headers["Content-Type"] = kind.media_type
    answer.headers["Content-Disposition"] = disposition(name, f"{sha256[:12]}{kind.endings[0]}")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def disposition(name: str, plain: str) -> str:
    """``attachment`` with ``name`` as RFC 5987 writes it: only letters, digits and % are left of whatever it holds.

    plain   an ASCII name for programs that read nothing else
    """
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
