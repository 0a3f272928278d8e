"""The web floor: who may pass, what a form is, how a refusal looks, and the two pages that belong to no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Hang the web floor into ``app``. The order of the guards is the order of these lines."""
    from app.web import (
        clock,
        entrance,
        filters,
        guard,
        headers,
        health,
        identity,
        journal,
        navigation,
        once,
        plain_text,
        refusals,
    )
    from app.web import workbench as workbench_page

    plain_text.init_app(app)
    clock.init_app(app)
    journal.init_app(app)
    headers.init_app(app)
    identity.init_app(app)
    guard.init_app(app)
    once.init_app(app)
    filters.init_app(app)
    navigation.init_app(app)
    refusals.init_app(app)
    app.register_blueprint(health.room)
    app.register_blueprint(entrance.room)
    app.register_blueprint(workbench_page.room)
