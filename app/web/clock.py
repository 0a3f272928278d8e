"""The clock 时钟: the one place where the product asks what time it is. The demonstration site sets its own."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, current_app, g, has_request_context

from kernel.period import SHANGHAI, aware


class Clock:
    """Real time, or a time that starts at ``start`` and runs on from there."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = None
        self.set(start)

    def set(self, start: datetime | None) -> None:
        """Let it be ``start`` now; None is real time again."""
        self._offset = aware(start) - datetime.now(SHANGHAI) if start else None

    def now(self) -> datetime:
        """The time, aware, in Beijing time."""
        real = datetime.now(SHANGHAI)
        return real + self._offset if self._offset is not None else real


def init_app(app: Flask) -> None:
    app.extensions["clock"] = Clock(app.extensions["settings"].now)


def clock() -> datetime:
    """Now, in Beijing time; the same moment throughout one request, so that an act has one time.

    For an act it is the moment at which the whole form had arrived 送达时间 (the guards read it before they ask for the
    time): an upload that begins before a deadline and ends after it is late.
    """
    if not has_request_context():
        return current_app.extensions["clock"].now()
    if "now" not in g:
        g.now = current_app.extensions["clock"].now()
    return g.now
