"""A site with many procurements, asked for its pages; and bare pages of the same rows to compare them with.

A bare page is Flask, the ORM and Jinja, and nothing else: no guard, no law, no design. It fetches by their keys the very rows
that the measured page shows, a statement for each table, and prints what they hold.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import Session

from benchmarks import generate
from kernel.role import Role

BARE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
{% for rows, columns in tables %}{% for row in rows %}<article>{% for name in columns %}<p>{{ row[name] }}</p>{% endfor %}</article>
{% endfor %}{% endfor %}</body></html>"""


@dataclass
class Site:
    """One database with its application."""

    procurements: int
    app: Flask
    engine: Engine

    def visitor(self) -> FlaskClient:
        return self.app.test_client()

    def person(self, role: Role) -> FlaskClient:
        """A browser in which the generated person in ``role`` is signed in."""
        from app.accounts import Actor
        from app.accounts.models import AppointmentRow
        from tests.builders.accounts import open_the_door

        client = self.app.test_client()
        [id] = [id for id, each in generate.PEOPLE.items() if each is role]
        with self.app.app_context(), Session(self.engine) as session:
            row = session.get_one(AppointmentRow, id)
            open_the_door(self.app, client, Actor(id, row.organisation_id, role))
        return client

    def whole_tender(self) -> str:
        """The number of the newest tender under contract whose documents are of the usual length."""
        from app.procurement.tenders.models import TenderRow
        from procurement.stage import Stage

        newest = select(TenderRow.ocid).where(TenderRow.stage == Stage.CONTRACTED).order_by(TenderRow.published_at.desc())
        with Session(self.engine) as session:
            found = session.scalars(newest.limit(40 * generate.WHOLE_CASE))
            return next(ocid for ocid in found if int(ocid[-7:]) % generate.WHOLE_CASE == 0)

    def statements(self, ask: Callable[[], object]) -> int:
        """How many statements the database is asked, beginnings of transactions not counted."""
        asked: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                asked.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            ask()
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
        return len(asked)

    def bare(self, title: str, wanted: Sequence[tuple[Any, Sequence[Any]]]) -> Callable[[], None]:
        """A bare page of these rows: (model, keys of its rows) for each table."""
        engine = create_engine(self.engine.url)
        app = Flask("bare")

        @app.get("/")
        def index() -> str:
            with Session(engine) as session:
                tables = []
                for model, keys in wanted:
                    [key] = model.__table__.primary_key
                    rows = session.scalars(select(model).where(key.in_(keys))).all()
                    columns = [name for name in [column.key for column in model.__table__.c] if name not in UNSHOWN]
                    tables.append(([{name: getattr(row, name) for name in columns} for row in rows], columns))
                return render_template_string(BARE, title=title, tables=tables)

        client = app.test_client()
        return asking(client, "/")


UNSHOWN = ("case", "notice", "text", "facts", "documents", "terms", "hash", "previous_hash", "token_hash", "receipt_hash")
"""Columns that pages fetch and do not print as they are."""


def site(procurements: int) -> Site:
    from app.extensions import db

    app = generate.database(procurements)
    with app.app_context():
        return Site(procurements, app, db.engine)


def asking(client: FlaskClient, address: str) -> Callable[[], None]:
    """Asks for the page once; raises when it is not what was asked for."""

    def ask() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"{address} answered {answer.status_code}")

    return ask


def compressed(client: FlaskClient, address: str) -> int:
    """Bytes of the page as gzip."""
    return len(gzip.compress(client.get(address).data, 6, mtime=0))


def numbers(page: str, pattern: str) -> list[str]:
    """What ``pattern`` finds in the links of a page, each once, in order."""
    links = re.findall(r'href="([^"]*)"', page)
    return list(dict.fromkeys(found for link in links for found in re.findall(pattern, link)))
