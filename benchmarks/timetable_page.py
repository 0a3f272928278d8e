"""A timetable page of the law desk, as anybody asks for it, against a bare Flask page that answers with the same HTML.

The floor is an application with one route and no room, no session, no policy, no template. Promised is three times its cost.
Addresses take turns, so that what is measured is a reader's page and not one line of a cache; asking for a day that nobody
asked for before is measured beside it.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import redirect_stderr
from datetime import date, timedelta
from itertools import count, cycle
from pathlib import Path

from flask import Flask

from benchmarks.frame import Bound, Figure, compare

ADDRESS = "/law/timetable?method={}&issued={}&region=410100"


def figures(rounds: int) -> list[Figure]:
    from tests.databases import sqlite_database

    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w", encoding="utf-8") as unread:
        with redirect_stderr(unread):  # the journal writes its line for every request, as in service, but nobody reads it
            database = sqlite_database(Path(folder))
        reader = database.app.test_client()
        first = date(2026, 3, 2)
        known = [ADDRESS.format(method, first + timedelta(days=n)) for method in ("open_tendering", "consultation") for n in range(20)]
        pages = {address: reader.get(address).text for address in known}

        bare = Flask("bare")
        bare.add_url_rule("/law/timetable", "page", lambda: pages[known[0]])
        floor = bare.test_client()

        asked, fresh = cycle(known), count()

        def new() -> None:
            reader.get(ADDRESS.format("open_tendering", first - timedelta(days=next(fresh))))

        found = [
            compare(
                "timetable_page",
                floor=("a bare Flask page with the same HTML", lambda: floor.get("/law/timetable")),
                subject=("GET /law/timetable, forty questions in turn", lambda: reader.get(next(asked))),
                rounds=rounds, repeat=200, bound=Bound(3),
            ),
            compare(
                "timetable_page_new",
                floor=("a bare Flask page with the same HTML", lambda: floor.get("/law/timetable")),
                subject=("GET /law/timetable, a day nobody asked for before", new),
                rounds=rounds, repeat=50,
            ),
        ]  # fmt: skip
        database.close()
    return found
