"""The store 存储: column types, the two databases, and the unit of work in which every act happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.store.unit_of_work import UnitOfWork, reading, unit_of_work

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["UnitOfWork", "init_app", "reading", "unit_of_work"]


def init_app(app: Flask) -> None:
    """Teach ``app``'s engine the manners of its database, and let every request begin under the law in force."""
    from app.store import law_in_force
    from app.store.engine import prepare

    prepare(app)
    law_in_force.init_app(app)
