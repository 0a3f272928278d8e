"""Kept pages 已答页面: the same question asked by anybody has the same page, so it is made once and handed out again.

Only for readers without a session of their own. What may change an answer is in the key: the whole address as the reader
wrote it, whether a machine asks, the day, which is the law of questions that name none, and what is entered into the law.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock

from flask import current_app, request, session
from flask_login import current_user
from werkzeug.wrappers import Response

from app.web.clock import clock
from app.web.freshness import fresh
from law.table import in_force

MOST = 256
_LONGEST = 2_000
_pages: OrderedDict[tuple[str, ...], tuple[bytes, str, int, str]] = OrderedDict()
_lock = Lock()


def kept(view: Callable[[], Response]) -> Callable[[], Response]:
    """``view``, whose pages are kept: body, type, status and fingerprint, the least asked for given up first."""

    @wraps(view)
    def answer() -> Response:
        if current_app.extensions["settings"].training or len(request.url) > _LONGEST or session or current_user.is_authenticated:
            return view()
        site = str(id(current_app.extensions["settings"]))
        key = (request.url, request.headers.get("Accept", ""), clock().date().isoformat(), in_force().mark, site)
        with _lock:
            found = _pages.get(key)
            if found is not None:
                _pages.move_to_end(key)
        if found is None:
            made = view()
            if made.status_code == 304 or session.modified:
                return made
            found = (made.get_data(), made.mimetype or "", made.status_code, made.headers.get("ETag", ""))
            with _lock:
                _pages[key] = found
                while len(_pages) > MOST:
                    _pages.popitem(last=False)
        body, mimetype, status, etag = found
        again = current_app.response_class(body, mimetype=mimetype)
        if etag:
            again.headers["ETag"] = etag
        return fresh(again, status=status)

    return answer
