"""The clock 时钟: the one place where the product asks what time it is. The demonstration site sets its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, current_app, g, has_request_context

from kernel.period import SHANGHAI, aware
from kernel.refusal import BadInput, Finding

FARTHEST = timedelta(days=400)
"""How far the clock of training mode is moved at once."""


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


class MovableClock(Clock):
    """The clock of training mode: the learner moves it forward, never back, for every process and across restarts.

    It lies ``file``'s seconds ahead of real time; ``start`` is where it begins when there is no file yet.
    """

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        self._file = file
        if start is not None and not file.exists():
            self._write(aware(start) - datetime.now(SHANGHAI))

    def set(self, start: datetime | None) -> None:
        self._write(aware(start) - datetime.now(SHANGHAI) if start else timedelta())

    def now(self) -> datetime:
        try:
            ahead = float(self._file.read_text("ascii"))
        except FileNotFoundError:
            ahead = 0.0
        return datetime.now(SHANGHAI) + timedelta(seconds=ahead)

    def move_to(self, moment: datetime) -> None:
        """Let it be ``moment`` now. Raises BadInput for a moment that is over, or too far ahead to be meant."""
        now = self.now()
        if not now < aware(moment) <= now + FARTHEST:
            need = f"晚于 {now:%Y-%m-%d %H:%M}, 一次不超过{FARTHEST.days}日"
            raise BadInput([Finding("moment", "时钟只能向前拨", have=f"{aware(moment):%Y-%m-%d %H:%M}", need=need)], "不能拨动时钟")
        self.set(moment)

    def _write(self, ahead: timedelta) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(repr(ahead.total_seconds()), "ascii")
        fresh.replace(self._file)


def init_app(app: Flask) -> None:
    settings = app.extensions["settings"]
    app.extensions["clock"] = MovableClock(settings.var / "clock", settings.now) if settings.training else Clock(settings.now)
    app.jinja_env.globals["server_now"] = lambda: clock().isoformat()


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
