"""The shell: everything that touches web, database, clock and disk. Importing it is light; ``create_app`` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from flask import Flask

    from app.settings import Settings

FOUNDATION = ("app.transparency", "app.store", "app.accounts")
"""What every room stands on: it holds tables too."""

ROOMS: tuple[str, ...] = (
    "app.drafts",
    "app.files",
    "app.messages",
    "app.procurement.suppliers",
    "app.procurement.tenders",
    "app.procurement.bids",
    "app.procurement.openings",
    "app.procurement.qualifications",
    "app.procurement.committees",
    "app.procurement.scorings",
    "app.procurement.awards",
    "app.procurement.contracts",
    "app.evaluation.rubrics",
    "app.evaluation.schemes",
    "app.evaluation.assignments",
    "app.evaluation.sheets",
    "app.evaluation.results",
    "app.handoffs",
    "app.disclosure",
    "app.lawdesk",
    "app.jobs",
)
"""The rooms in procedural order. Furniture is optional: models.py, views.py (Blueprint ``room``), tasks.py (workbench)."""


def create_app(settings: Settings) -> Flask:
    """The web application for ``settings``: registers the extensions, the rooms and the guard, nothing else."""
    from flask import Flask

    from app import extensions, store, web

    app = Flask("app", root_path=str(settings.root), static_folder="static", template_folder="templates")
    app.config.from_mapping(settings.flask_config())
    app.extensions["settings"] = settings
    models_of_all_rooms()
    extensions.init_app(app)
    store.init_app(app)
    web.init_app(app)
    for room in ROOMS:
        if views := _furniture(room, "views"):
            app.register_blueprint(views.room)
        _furniture(room, "tasks")
    return app


def models_of_all_rooms() -> None:
    """Import every room's tables, so that one metadata knows them all: for migrations, and for the tests."""
    for place in (*FOUNDATION, *ROOMS):
        _furniture(place, "models")


def _furniture(room: str, piece: str) -> ModuleType | None:
    """The module ``piece`` of ``room``, or None when the room has none. What fails inside it is loud."""
    from importlib import import_module
    from importlib.util import find_spec

    name = f"{room}.{piece}"
    return import_module(name) if find_spec(name) else None
