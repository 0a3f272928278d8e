"""The timetable 时间安排 of one tender: its dates, each with the article that sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.procurement.tenders.models import TenderRow
from kernel.period import Period, aware
from kernel.refusal import Refusal

if TYPE_CHECKING:
    from law import LawAt


@dataclass(frozen=True)
class Entry:
    """One date. ``when`` None: it does not stand yet; ``note`` says how it was counted."""

    zh: str
    when: date | datetime | None
    cites: str = ""
    note: str = ""


@dataclass(frozen=True)
class Earliest:
    """The earliest lawful dates for a notice published on a day: what a publication form proposes."""

    bids_close: date
    documents_until: date


def earliest(law: LawAt, published: date) -> Earliest:
    """The first working day on which bids may close, and the first on which documents may stop being offered.

    Raises NoArrangement for a year without an official working-day calendar.
    """
    period = law.period("tendering_period")
    close = law.calendar.earliest(published, period)
    while not law.calendar.is_working_day(close):
        close += timedelta(days=1)
    return Earliest(close, law.calendar.earliest(published, law.period("documents_offered")))


def timetable(row: TenderRow, law: LawAt) -> list[Entry]:
    """The dates of a published tender in order; ``law`` is that of the day of publication."""
    reached = {station: datetime.fromisoformat(at) for station, at in row.reached.items()}
    entries = [Entry("采购意向公开", _day(reached.get("intention")), "财库〔2020〕10号", "原则上不得晚于采购活动开始前三十日")]
    entries.append(Entry("招标公告发布, 招标文件开始提供", row.published_at, "财政部令第87号 第十三条"))
    if row.documents_issued:
        notice = law.period("notice_period")
        entries.append(
            Entry("公告期限届满", _counted(law, row.documents_issued, notice), "财政部令第87号 第十六条", f"自公告发布之日起{notice}")
        )
    offered = law.period("documents_offered")
    entries.append(Entry("招标文件提供至", row.documents_until, "财政部令第87号 第十八条", f"不少于{offered}"))
    if row.bids_close:
        change = law.period("clarification_before_deadline")
        last = law.calendar.before(row.bids_close.date(), change)
        zh = "可能影响投标的澄清、修改最迟发出日"
        entries.append(Entry(zh, last, "财政部令第87号 第二十七条", f"距投标截止不足{change}的, 顺延截止时间"))
        tendering = law.period("tendering_period")
        entries.append(Entry("投标截止", row.bids_close, "政府采购法 第三十五条", f"自招标文件发出之日起不少于{tendering}"))
        entries.append(Entry("开标", row.opened_at or row.bids_close, "财政部令第87号 第三十九条", "与投标截止为同一时间"))
    if award := reached.get("award"):
        entries.append(Entry("中标结果公告", award, "财政部令第87号 第六十九条"))
        within = law.period("contract_signing")
        last = law.calendar.add(aware(award).date(), within)
        entries.append(Entry("合同最迟签订", last, "政府采购法 第四十六条", f"自中标通知书发出之日起{within}"))
    if signed := reached.get("contract"):
        entries.append(Entry("合同签订", _day(signed), "政府采购法 第四十六条"))
    return [entry for entry in entries if entry.when is not None]


def _counted(law: LawAt, start: date, period: Period) -> date | None:
    try:
        return law.calendar.add(start, period)
    except Refusal:  # working days of a year without an official arrangement are not guessed
        return None


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else aware(moment).date()
