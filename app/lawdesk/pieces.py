"""Pieces of a page 页面构件 that are the same in many answers: fields of the form, articles, doors. Drawn once, by their macro.

They are kept with the tables of the law that they were drawn from (``law.table.kept``), and by site, root and role: nothing
drawn for one is shown to another.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask import current_app, request
from flask_login import current_user
from markupsafe import Markup

from law.table import kept

_LONGEST = 200
"""What somebody typed at length is drawn anew: it will hardly be typed again."""


def drawer() -> Callable[..., Markup]:
    """Who draws for the reader of this request: ``drawn(name, *what)`` is the macro ``name`` of ``lawdesk/parts.html``."""
    known = current_user.is_authenticated
    role = current_user.actor.role if known and current_user.actor else None
    reader = (id(current_app.jinja_env), request.script_root, known, role)

    def drawn(name: str, *what: Hashable) -> Markup:
        if any(isinstance(each, str) and len(each) > _LONGEST for each in what):
            return _draw(name, what)
        return _kept(reader, name, what)

    return drawn


@kept(1024)
def _kept(reader: tuple[Hashable, ...], name: str, what: tuple[Hashable, ...]) -> Markup:
    return _draw(name, what)


def _draw(name: str, what: tuple[Hashable, ...]) -> Markup:
    parts: Any = current_app.jinja_env.get_template("lawdesk/parts.html").module
    return Markup(getattr(parts, name)(*what))
