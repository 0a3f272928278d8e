"""What the award puts on the buyer's workbench: decide within five working days, announce within two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from flask import url_for
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.awards.models import AwardRow
from app.procurement.scorings.models import RankingRow
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter
from app.procurement.tenders.models import TenderRow
from app.store.prepared import Prepared
from app.web.filters import day
from app.web.workbench import Task, register
from kernel.period import SHANGHAI, aware
from kernel.role import Role
from law import law_at
from law.calendar import NoArrangement
from law.day import LawAt
from procurement import timetable
from procurement.stage import Stage
from procurement.timetable import Limit


@Prepared
def _ranked() -> Select[Any]:
    return (
        select(TenderRow.ocid, TenderRow.title, TenderRow.jurisdiction, RankingRow.signed_at, AwardRow.decided_at)
        .join(RankingRow, RankingRow.ocid == TenderRow.ocid)
        .outerjoin(AwardRow, AwardRow.ocid == TenderRow.ocid)
        .where(TenderRow.buyer_id == bindparam("organisation_id"), TenderRow.stage == Stage.RANKED)
        .order_by(RankingRow.signed_at)
        .limit(50)
    )


def to_decide_or_announce(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's ranked tenders. One statement."""
    tasks = []
    for ocid, title, place, signed_at, decided_at in _ranked.rows(session, organisation_id=actor.organisation_id):
        url = url_for("awards.show", ocid=ocid)
        if decided_at is None:
            detail = "收到评标报告后五个工作日内按候选人排序确定; 逾期又不能说明合法理由的, 视同确定排名第一的候选人。"
            tasks.append(_task(f"确定中标人: {title}", detail, url, "去确定", 15, timetable.decision, signed_at, place, now))
        else:
            detail = "确定中标人后两个工作日内公告, 同时发出中标通知书; 公告后各投标人才能看到自己的得分。"
            tasks.append(_task(f"公告中标结果: {title}", detail, url, "去公告", 10, timetable.result_notice, decided_at, place, now))
    return tasks


def _task(
    title: str, detail: str, url: str, act: str, minutes: int, count: Callable[[date, LawAt], Limit], since: datetime, place: str, now: datetime
) -> Task:  # fmt: skip
    """A task whose term is counted in working days; without a date in a year whose calendar is not out yet."""
    today = aware(now).date()
    law = law_at(today, place)
    try:
        limit = count(aware(since).date(), law)
        days = law.calendar.working_days_between(today, limit.day)
    except NoArrangement as refusal:
        return Task(None, title, f"{detail}（{refusal.message}）", "", url, minutes, act)
    due = datetime.combine(limit.day, time(23, 59), SHANGHAI)
    return Task(due, title, f"{detail}最迟 {day(limit.day)}。", limit.cites, url, minutes, act, days=days, unit="个工作日")


history.add(Chapter("awards", {"award.announce": "公告中标结果"}, history.everybody, history.numbered(AwardRow), "awards.show"))
history.add(Chapter(
    "awards", {"award.decide": "确定中标人", "award.next_candidate": "中标人拒签, 转下一候选人"}, history.inside,
    history.numbered(AwardRow), "awards.show",
))  # fmt: skip
register(Role.BUYER, to_decide_or_announce)
