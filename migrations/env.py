"""How migrations run: on the application's own engine, from the application's own metadata.

Revisions are made with ``flask --app wsgi db migrate -m "…"`` and read by a person before they are kept. Column types of
ours are written into a revision as what they are in the database, so that an old revision never depends on code that has
moved on since.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from app.extensions import db


def plain_type(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    """A column type of ours as its plain SQLAlchemy type; everything else as Alembic writes it."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_type=True,
            compare_server_default=True,
            render_item=plain_type,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
