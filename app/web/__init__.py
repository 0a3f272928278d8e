"""The web floor: who may pass, what a form is, how a refusal looks, and the two pages that belong to no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Hang the web floor into ``app``. The order of the guards is the order of these lines."""
    from app.web import (
        arriving,
        clock,
        delegations,
        design,
        entrance,
        filters,
        guard,
        headers,
        health,
        help,
        identity,
        journal,
        listing,
        navigation,
        once,
        people,
        plain_text,
        refusals,
        training,
        weight,
    )
    from app.web import workbench as workbench_page

    weight.init_app(app)
    plain_text.init_app(app)
    arriving.init_app(app)
    clock.init_app(app)
    journal.init_app(app)
    headers.init_app(app)
    identity.init_app(app)
    guard.init_app(app)
    once.init_app(app)
    filters.init_app(app)
    listing.init_app(app)
    navigation.init_app(app)
    refusals.init_app(app)
    training.init_app(app)
    app.register_blueprint(health.room)
    for pages in (entrance, people, delegations, help, design, training):
        app.register_blueprint(pages.room)
    app.register_blueprint(workbench_page.room)
