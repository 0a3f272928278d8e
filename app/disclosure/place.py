"""The room's blueprint, for the modules that hang their pages into it."""

from __future__ import annotations

from flask import Blueprint

room = Blueprint("disclosure", __name__)
