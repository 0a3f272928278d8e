"""The ranking page of a scored tender, as a request of its buyer, against its own template rendered from memory.

The floor renders the same template from the same values, with no request, no sign-in, no database. What the subject adds:
session, policy, queries, and the page's figures out of the kept ranking. The number of SQL statements is a test's business
(tests/app), time is this page's.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

from flask import template_rendered

from benchmarks.frame import Figure, compare


def figures(rounds: int) -> list[Figure]:
    from app.store import unit_of_work
    from tests.builders.accounts import open_the_door
    from tests.builders.story import ranked
    from tests.databases import sqlite_database

    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w", encoding="utf-8") as unread:
        with redirect_stderr(unread):  # the journal writes its line for every request, as in service, but nobody reads it
            database = sqlite_database(Path(folder))
        app = database.app
        buyer = app.test_client()
        with app.app_context():
            story = ranked(unit_of_work)
            open_the_door(app, buyer, story.buyer)
        address = f"/tenders/{story.ocid}/ranking"

        shown: list[tuple[Any, dict[str, Any]]] = []
        with template_rendered.connected_to(lambda _, template, context, **__: shown.append((template, context)), app):
            answer = buyer.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"the ranking page answered {answer.status_code}")
        template, context = shown[0]

        def floor() -> None:
            with app.test_request_context(address):
                template.render(context)

        figure = compare(
            "ranking_page",
            floor=("its template from values in memory", floor),
            subject=("GET /tenders/…/ranking as the buyer", lambda: buyer.get(address)),
            rounds=rounds,
            repeat=20,
        )
        database.close()
    return [figure]
