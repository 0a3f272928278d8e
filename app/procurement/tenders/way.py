"""The way 办理时间: the dates of one tender as a picture along the calendar. Only dates that the page shows in words too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.procurement.tenders.dossier import Item
from app.procurement.tenders.models import TenderRow
from kernel.period import aware
from kernel.refusal import Refusal
from law.day import LawAt
from procurement.stage import Stage
from reports.chart import Moment, Timeline


def way_of(row: TenderRow, items: Sequence[Item], law: LawAt, today: date) -> Timeline:
    """From the intention to the years of service: what happened, what is due, what was missed as of ``today``.

    ``law`` is that of the day of publication.
    """
    reached = {station: aware(datetime.fromisoformat(at)).date() for station, at in row.reached.items()}
    moments: list[Moment] = []

    def put(name: str, on: date | None, until: date | None = None, note: str = "", happened: bool = False) -> None:
        if on is not None:
            last = until or on
            state = "done" if happened or last < today else "now" if on <= today else "ahead"
            moments.append(Moment(name, on, state, until, note))

    put("意向公开", reached.get("intention"), happened=True)
    if row.published_at is not None:
        notice = aware(row.published_at).date()
        put("招标公告", notice, _counted(law, notice), "公告期限; 财政部令第87号 第十六条")
        put("文件提供", notice, row.documents_until, "财政部令第87号 第十八条")
    if row.bids_close is not None:
        put("投标截止", aware(row.bids_close).date(), note="政府采购法 第三十五条")
    put("开标", None if row.opened_at is None else aware(row.opened_at).date(), happened=True)
    put("评审", reached.get("review"), happened=True)
    put("中标公告", reached.get("award"), happened=True)
    signed = reached.get("contract")
    if signed is not None:
        put("合同签订", signed, happened=True)
    elif row.stage is Stage.AWARDED and "award" in reached:
        last = law.calendar.add(reached["award"], law.period("contract_signing"))
        missed = "missed" if last < today else "ahead"
        moments.append(Moment("合同签订", last, missed, note="最迟; 政府采购法 第四十六条"))
    for item in items:
        if item.since is not None:
            put(item.title, item.since, item.until, "服务期")
    shown = today if moments and min(m.on for m in moments if m.on) - timedelta(days=1) <= today else None
    return Timeline(tuple(moments), shown, "办理时间")


def _counted(law: LawAt, start: date) -> date | None:
    try:
        return law.calendar.add(start, law.period("notice_period"))
    except Refusal:  # working days of a year without an official arrangement are not guessed
        return None
