"""The journal 运行日志: one JSON line per request, with its number. No personal data: no names, no addresses, no query."""

from __future__ import annotations

import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, got_request_exception, request

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=not app.testing,
    )
    app.before_request(begin)
    app.after_request(end)
    got_request_exception.connect(crashed, app)


def begin() -> None:
    """Give the request a number; pages that report an error print it."""
    g.request_id = uuid.uuid4().hex[:12]
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(response: Response) -> Response:
    if "request_id" in g:
        response.headers["X-Request-Id"] = g.request_id
        if request.endpoint not in ("static", "bootstrap.static", "health.show"):
            milliseconds = round((time.perf_counter() - g.started) * 1000, 1)
            log.info("answered", method=request.method, endpoint=request.endpoint, status=response.status_code, ms=milliseconds)
    return response


def crashed(_: Flask, exception: BaseException, **__: object) -> None:
    log.error("crashed", endpoint=request.endpoint, exc_info=exception)
