"""The navigation 主导航: which rooms a role sees in the header. Rooms add themselves with ``navigation.add``."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_login import current_user

from app.accounts.policy import PUBLIC, Access, who_may


@dataclass(frozen=True)
class Entry:
    """One word in the header. ``order`` sorts; lower is further left."""

    zh: str
    endpoint: str
    order: int


_ENTRIES: dict[str, Entry] = {}


def add(zh: str, endpoint: str, order: int = 50) -> None:
    """Show ``zh``, leading to ``endpoint`` (without arguments), to whoever the policy lets in there."""
    _ENTRIES[endpoint] = Entry(zh, endpoint, order)


def entries() -> list[tuple[str, str, bool]]:
    """What the reader of this page may open: (word, address, whether it is the room one is in)."""
    actor = current_user.actor if current_user.is_authenticated else None
    shown = []
    for entry in sorted(_ENTRIES.values(), key=lambda entry: (entry.order, entry.endpoint)):
        who = who_may(entry.endpoint)
        may = who is PUBLIC or (actor is not None and (isinstance(who, Access) or (who and actor.role in who)))
        if may:
            here = request.endpoint is not None and request.blueprint == entry.endpoint.split(".")[0]
            shown.append((entry.zh, url_for(entry.endpoint), here))
    return shown


def init_app(app: Flask) -> None:
    add("待办", "workbench.show", 0)
    app.jinja_env.globals["navigation"] = entries
