"""Freshness 缓存: what anybody may read may be kept by anybody, for a minute, and is asked for again by its fingerprint.

Only answers that are the same for everybody: whoever is signed in, or carries a message from the page before, gets an
answer of their own that nobody keeps.
"""

from __future__ import annotations

from flask import Response, make_response, request, session
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

SECONDS = 60
"""How long a cache between us and the reader may answer for us. Pages tell time in minutes."""


def fresh(answer: str | bytes | Response, mimetype: str = "", status: int = 200) -> Answer:
    """``answer`` with its fingerprint (ETag); 304 without a body when the reader has it already."""
    response = make_response(answer, status)
    if mimetype:
        response.mimetype = mimetype
    if current_user.is_authenticated or session.modified:
        response.headers["Cache-Control"] = "private, no-store"
        return response
    # A browser asks each time and gets 304; a cache in front of us answers for a minute.
    response.headers["Cache-Control"] = f"public, max-age=0, must-revalidate, s-maxage={SECONDS}"
    response.add_etag()
    return response.make_conditional(request)
