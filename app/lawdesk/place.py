"""The room itself: one blueprint for all pages of the law desk."""

from __future__ import annotations

from flask import Blueprint

room = Blueprint("lawdesk", __name__)
