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


_DOORS: dict[str, str] = {}


def open_to_all(zh: str, endpoint: str) -> None:
    """Give a public room of another wing its place among the doors of the portal."""
    _DOORS[endpoint] = zh


def doors() -> list[tuple[str, str]]:
    """(endpoint, word) of these rooms, in the order in which they were added."""
    return [(endpoint, zh) for endpoint, zh in _DOORS.items() if may(endpoint)]


def may(endpoint: str) -> bool:
    """Whether the reader of this page may open ``endpoint``: what a page may link to."""
    actor = current_user.actor if current_user.is_authenticated else None
    who = who_may(endpoint)
    return who is PUBLIC or (actor is not None and (isinstance(who, Access) or bool(who and actor.role in who)))


def entries() -> list[tuple[str, str, bool]]:
    """What the reader of this page may open: (word, address, whether it is the room one is in)."""
    shown = []
    for entry in sorted(_ENTRIES.values(), key=lambda entry: (entry.order, entry.endpoint)):
        if may(entry.endpoint):
            here = request.endpoint is not None and request.blueprint == entry.endpoint.split(".")[0]
            shown.append((entry.zh, url_for(entry.endpoint), here))
    return shown


def init_app(app: Flask) -> None:
    add("待办", "workbench.show", 0)
    app.jinja_env.globals["navigation"] = entries
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["portal_rooms"] = doors
