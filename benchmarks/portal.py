"""The portal's pages with a thousand procurements and with a hundred thousand (``PORTAL_MANY`` for another number).

Two comparisons of each page. Against a bare page: Flask, ORM and Jinja showing the same twenty rows and nothing more, on
the same database. And the same page on the small database against the large one: what grows with the number of
procurements is a fault, whatever its ratio.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from flask import Flask, render_template_string
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.disclosure.models import NoticeRow
from benchmarks.frame import Bound, Figure, compare
from benchmarks.many import BEGIN, fill

SMALL, LARGE = 1_000, int(os.environ.get("PORTAL_MANY", "100000"))
OCID = "cp-2019-0000777"

PAGES = {
    "list": "/notices",
    "filter": "/notices?kind=award&region=shenzhen&low=2000000&since=2019-01-01",
    "search_2": f"/notices?q={quote('禁毒')}",
    "search_3": f"/notices?q={quote('青少年')}",
    "search_4": f"/notices?q={quote('戒毒康复')}",
    "procurement": f"/notices/{OCID}",
    "home": "/",
}

BARE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>公告</title></head><body><h1>公告</h1>
{% for row in rows %}<article><h3><a href="/notices/{{ row.ocid }}">{{ row.title }}</a></h3><p>{{ row.kind.zh }}</p>
<p>{{ row.buyer }} {{ row.supplier }} {{ row.amount }} {{ row.ocid }} {{ row.published_at }}</p></article>{% endfor %}</body></html>"""


def figures(rounds: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w", encoding="utf-8") as unread:
        with redirect_stderr(unread):
            small = _site(Path(folder) / "small", SMALL)
            large = _site(Path(folder) / "large", LARGE)
        bare = _bare(Path(folder) / "large" / "caiping.sqlite3")
        found = []
        for name, address in PAGES.items():
            here, crowded = small(address), large(address)
            shown, told = f"GET {name.replace('_', ' ')} of {LARGE:,}", f"GET {name.replace('_', ' ')} of {SMALL:,}"
            bottom = ("bare Flask + ORM + Jinja, twenty rows", bare)
            found += [
                compare(f"portal_{name}", floor=bottom, subject=(shown, crowded), bound=Bound(2.5), rounds=rounds, repeat=20),
                compare(
                    f"portal_{name}_growth", floor=(told, here), subject=(shown, crowded), bound=Bound(1.3), rounds=rounds, repeat=20
                ),
            ]
    return found


def _site(folder: Path, procurements: int) -> Callable[[str], Callable[[], None]]:
    """A site with so many procurements; gives what asks it for a page."""
    from tests.builders.rooms import a_case
    from tests.databases import make_app

    folder.mkdir()
    app = make_app(f"sqlite:///{folder / 'caiping.sqlite3'}", folder)
    fill(app, procurements, case=a_case())
    app.extensions["clock"].set(BEGIN + timedelta(minutes=20 * procurements))
    client = app.test_client()

    def page(address: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise AssertionError(f"{address} answered {answer.status_code}")

        return ask

    return page


def _bare(database: Path) -> Callable[[], None]:
    """A page that shows twenty notices of the same database and does nothing else."""
    engine = create_engine(f"sqlite:///{database}")
    app = Flask("bare")

    @app.get("/")
    def index() -> str:
        with Session(engine) as session:
            rows = session.scalars(select(NoticeRow).order_by(NoticeRow.published_at.desc(), NoticeRow.id.desc()).limit(20))
            return render_template_string(BARE, rows=rows)

    client = app.test_client()

    def ask() -> None:
        if client.get("/").status_code != 200:
            raise AssertionError("the bare page failed")

    return ask
