"""The timetable 时间安排 of one tender: its dates, each with the article that sets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from app.procurement.tenders.models import TenderRow
from kernel.period import aware
from kernel.refusal import Refusal
from procurement.desk.course import COURSES
from procurement.desk.timetable import Plan, Row, rows
from procurement.method import Method

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
    """The dates of a published tender in order, as the law desk counts them (``procurement.desk``).

    ``law`` is that of the day of publication. What really happened takes the place of what was counted.
    """
    reached = {station: datetime.fromisoformat(at) for station, at in row.reached.items()}
    counted = _counted(row, reached)
    offered, close = counted.get("documents_offered_until"), counted.get("bids_close")
    entries = [
        Entry("采购意向公开", _day(reached.get("intention")), "财库〔2020〕10号", "原则上不得晚于采购活动开始前三十日"),
        Entry("采购公告发布, 采购文件开始提供", row.published_at, "财政部令第87号 第十三条"),
        _limit("公告期限届满", counted.get("notice_period_end"), "自公告发布之日起"),
        Entry("采购文件提供至", row.documents_until, offered.cites if offered else "", f"不少于{offered.period}" if offered else ""),
        _limit("可能影响投标的澄清、修改最迟发出日", counted.get("clarification"), "不足的顺延截止时间, 距截止不少于"),
        Entry("投标截止", row.bids_close, close.cites if close else "", f"自文件发出之日起不少于{close.period}" if close else ""),
        Entry("开标", row.bids_close and (row.opened_at or row.bids_close), "财政部令第87号 第三十九条", "与投标截止为同一时间"),
        Entry("结果公告", reached.get("award"), "财政部令第87号 第六十九条"),
    ]  # fmt: skip
    if "award" in reached:
        entries.append(_limit("供应商提出质疑的最后一日", counted.get("challenge"), "自公告期限届满之日起"))
        entries.append(_limit("合同最迟签订", counted.get("contract_signing"), "自通知书发出之日起"))
    entries.append(Entry("合同签订", _day(reached.get("contract")), "政府采购法 第四十六条"))
    return [entry for entry in entries if entry.when is not None]


def _counted(row: TenderRow, reached: dict[str, datetime]) -> dict[str, Row]:
    """Every limit of the tender by event, from the days that stand; empty before the documents are out."""
    method = row.method or Method.OPEN
    if row.documents_issued is None or method not in COURSES:
        return {}
    actual = {"bids_close": aware(row.bids_close).date()} if row.bids_close else {}
    if "award" in reached:
        actual["result_notice"] = aware(reached["award"]).date()
    known = {limit.event for limit in COURSES[method]}
    plan = Plan(
        method, row.documents_issued, row.jurisdiction, {event: day for event, day in actual.items() if event in known}
    )
    try:
        return {each.event: each for each in rows(plan)}
    except Refusal:  # a year whose holidays are not held at all: nothing is guessed
        return {}


def _limit(zh: str, row: Row | None, since: str) -> Entry:
    """A counted limit; one that rests on a year without its official arrangement says so."""
    if row is None:
        return Entry(zh, None)
    years = "、".join(map(str, row.provisional))
    note = f"{since}{row.period}" + (f"; 暂定: {years}年放假安排尚未收录" if years else "")
    return Entry(zh, row.limit, row.cites, note)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else aware(moment).date()
