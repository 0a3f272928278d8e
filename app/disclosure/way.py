"""The public way of a procurement 办理时间 along the calendar: what its history tells, and the deadline that still runs."""

from __future__ import annotations

from collections.abc import Sequence

from app.disclosure.history import Happened, Then
from kernel.period import aware
from reports.chart import Moment, Timeline


def public_way(known: Then, events: Sequence[Happened]) -> Timeline:
    """Of what was public at ``known.moment``: nothing of a day that came later, and no bid before the opening."""
    moments = [Moment(each.notice.name if each.notice else each.zh, aware(each.at).date()) for each in events]
    today, closes = aware(known.moment).date(), known.bids_close
    if closes is None or known.ended_by is not None or closes <= known.moment:
        return Timeline(tuple(moments))
    last = aware(closes).date()
    moments.append(Moment("投标截止", last, "now" if last == today else "ahead", note="政府采购法 第三十五条"))
    return Timeline(tuple(moments), today)
