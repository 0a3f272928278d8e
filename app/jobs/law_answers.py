"""``/law/….pdf``: the answers of the law desk on paper, for everybody; typesetting costs a second, so it is counted.

Handing out again what was made before costs nothing and is not counted.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from app.jobs.made import Made
from app.lawdesk.pages import DESKS
from app.lawdesk.paper import paper, typesetting
from kernel.refusal import Refusal

MOST = 2_000
"""Files kept: about 120 MB. Anybody may ask anything, and the disk is ours."""


def open_on(room: Blueprint) -> None:
    """The address of each question with ``.pdf`` behind it."""
    for id in DESKS:
        room.add_url_rule(f"/law/{id}.pdf", f"law_{id}", law_answer, defaults={"id": id})


def law_answer(id: str) -> Answer:
    """The answer as PDF. A question that cannot be answered leads to its page, which says why."""
    try:
        document = paper(id)
    except Refusal:
        return redirect(url_for(f"lawdesk.{id}", **{key: request.args.getlist(key) for key in request.args}), 303)
    made = Made(current_app.extensions["settings"].var / "made" / "law", most=MOST)
    content = made.already(document)
    if content is None:
        with typesetting():
            content = made.pdf(document)
    return _handed(content, f"{document.title}-{document.day.isoformat()}.pdf")


def _handed(content: bytes, name: str) -> Response:
    from urllib.parse import quote

    answer = make_response(content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
