"""Help 帮助: the glossary for everybody, and a short tour of the product for whoever acts in a role for the first time."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, current_app, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import services
from app.store import unit_of_work
from app.web.clock import clock
from app.web.identity import signed_in
from app.web.once import done
from kernel.role import Role

room = Blueprint("help", __name__)

_ROW = re.compile(r"\| ([^|]+) \| `([^`]+)` \| (.*) \|")


@dataclass(frozen=True)
class Term:
    """One word of the product in plain Chinese. ``id`` is its permanent anchor."""

    id: str
    zh: str
    words: str
    cites: str
    example: str


@dataclass(frozen=True)
class Stop:
    """One stop of a tour; ``page`` is an endpoint that needs no arguments."""

    title: str
    words: str
    page: str


@cache
def terms(root: Path) -> tuple[Term, ...]:
    """docs/terms.toml."""
    read = tomllib.loads((root / "docs" / "terms.toml").read_text("utf-8"))
    return tuple(Term(id, **entry) for id, entry in read.items())


@cache
def written_as(root: Path) -> tuple[tuple[str, str], ...]:
    """docs/glossary.md: every Chinese term and value with the name it has in code, files and data, in its order."""
    lines = (root / "docs" / "glossary.md").read_text("utf-8").splitlines()
    found: dict[tuple[str, str], None] = {}
    for line in lines:
        if row := _ROW.fullmatch(line):
            value = row[3].strip("`") if row[3].startswith("`") else row[2]
            found[(row[1].strip(), value)] = None
    return tuple(found)


@cache
def tours(root: Path) -> dict[Role, tuple[Stop, ...]]:
    """docs/tours.toml."""
    read = tomllib.loads((root / "docs" / "tours.toml").read_text("utf-8"))
    return {Role(role): tuple(Stop(**stop) for stop in stops) for role, stops in read.items()}


@room.get("/glossary")
def glossary() -> str:
    root, text = _root(), request.args.get("q", "").strip()[:40]
    found = [term for term in terms(root) if not text or text in term.zh or text in term.words]
    names = [pair for pair in written_as(root) if not text or text in pair[0]]
    return render_template("help/glossary.html", terms=found, names=names, q=text)


@room.get("/tour")
def tour() -> str:
    return render_template("help/tour.html", stops=tours(_root()).get(signed_in().role, ()), actor=signed_in())


@room.post("/tour/away")
def put_away() -> Response:
    with unit_of_work() as work:
        services.put_tour_away(work, current_user.session_id, signed_in(), clock())
        return done(work, url_for("workbench.show"), "导览已收起, 随时可以从页脚的“初次使用”再次打开。")


def _root() -> Path:
    root: Path = current_app.extensions["settings"].root
    return root
