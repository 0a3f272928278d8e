"""Health 健康检查: the process answers, and the database answers it. Tells nothing else."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from app.store import reading

room = Blueprint("health", __name__)


@room.get("/healthz")
def show() -> Response:
    reading().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
