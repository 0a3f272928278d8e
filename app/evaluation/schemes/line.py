"""The line 办理进度 of one evaluation, from the scheme to the applied result: the same picture on every page."""

from __future__ import annotations

from datetime import date, datetime

from app.evaluation.schemes.models import SchemeRow
from evaluation.scheme import SchemeStage


def day(moment: datetime | date | None) -> str:
    return f"{moment.month}月{moment.day}日" if moment else ""


def line_of(
    scheme: SchemeRow, *, computed: datetime | None = None, heard: datetime | None = None,
    published: datetime | None = None, final: datetime | None = None, applied: datetime | None = None,
) -> list[tuple[str, str, str]]:  # fmt: skip
    """(word, state, note) for the face's ``line``: done, now, or to come, each with its date."""
    stations = [
        ("方案", scheme.approved_at, ""),
        ("告知", scheme.published_at, ""),
        ("评估", computed, f"{day(scheme.work_begins)} – {day(scheme.sheets_due)}"),
        ("机构陈述", heard, ""),
        ("结果公示", final if published else None, ""),
        ("确定", final, ""),
        ("结果应用", applied, ""),
    ]
    # A scheme closes only when its result is final; a page that does not know the result knows that much.
    closed = scheme.stage is SchemeStage.CLOSED and final is None
    finished = stations[:-1] if closed else []
    ended = closed or scheme.stage is SchemeStage.ABANDONED
    steps, found_now = [], False
    for station in stations:
        word, at, planned = station
        if at is not None or station in finished:
            steps.append((word, "done", day(at) or planned))
        elif not found_now and not ended:
            steps.append((word, "now", planned))
            found_now = True
        else:
            steps.append((word, "", planned))
    return steps
