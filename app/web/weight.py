"""Weight 页面重量: what is sent is small, and what does not change is sent once.

Style sheets, scripts and pictures have their content's hash in their address and may be kept for a year: a changed file has
another address. Texts are compressed on their way out. A page for one person whose address says something is not: its length
would tell a stranger who may choose the address whether the page holds the same text elsewhere (BREACH).
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.security import safe_join

STATIC = {"static", "bootstrap.static"}
FOR_A_YEAR = "public, max-age=31536000, immutable"
TEXTS = {
    "text/html", "text/css", "text/javascript", "text/plain", "text/csv", "application/javascript", "application/json",
    "application/xml", "application/atom+xml", "application/rss+xml", "image/svg+xml",
}  # fmt: skip
SHORTEST = 600
"""Bytes below which compression gains nothing."""


def init_app(app: Flask) -> None:
    """Call before the other guards hang themselves in: what is compressed here must be what they have left."""
    app.url_defaults(_name_by_content)
    app.after_request(lighten)


def lighten(response: Response) -> Response:
    """Say how long a static file may be kept, and compress what is text."""
    if request.endpoint in STATIC and request.args.get("v") and response.status_code in (200, 304):
        response.headers["Cache-Control"] = FOR_A_YEAR
    if not _may_be_compressed(response):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or request.method != "GET":
        return response
    packed = _packed_file(response) if request.endpoint in STATIC else gzip.compress(response.get_data(), 5, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:  # the same content in other bytes
        response.set_etag(etag, weak=True)
    return response


def _may_be_compressed(response: Response) -> bool:
    if response.status_code != 200 or response.mimetype not in TEXTS or "Content-Encoding" in response.headers:
        return False
    if request.endpoint in STATIC:
        return True
    if response.is_streamed or (response.content_length or 0) < SHORTEST:
        return False
    return response.cache_control.public or not request.query_string


def _packed_file(response: Response) -> bytes:
    response.direct_passthrough = False
    return _packed(response.get_data())


@lru_cache(maxsize=64)
def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


def _name_by_content(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in STATIC and "v" not in values and (filename := values.get("filename")):
        folder = current_app.static_folder if endpoint == "static" else _bootstrap_folder(current_app)
        path = safe_join(folder or "", filename)
        if path and (mark := _mark(path, _changed(path))):
            values["v"] = mark


def _bootstrap_folder(app: Any) -> str:
    return str(app.blueprints["bootstrap"].static_folder)


def _changed(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=256)
def _mark(path: str, changed: int) -> str:
    """The first digits of the SHA-256 of a file's content; "" for a file that is not there."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10] if changed else ""
