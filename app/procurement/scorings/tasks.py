"""What a committee puts on its members' workbench: declare, conclude 符合性审查, score and sign, sign the report."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.trail import as_text
from app.procurement.committees.models import CommitteeRow, MemberRow
from app.procurement.qualifications.models import ReviewRow
from app.procurement.scorings.models import RankingRow, ScoreSheetRow
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.tasks import ENDINGS
from app.store.prepared import Prepared
from app.web.outlook import Waiting, others, wait_for
from app.web.workbench import Task, register
from kernel.role import Role
from procurement.qualification import Review
from procurement.stage import Stage
from procurement.tender import TENDER


@Prepared
def _seats_held() -> Select[Any]:
    return (
        select(
            TenderRow.ocid, TenderRow.title, TenderRow.stage, CommitteeRow.evaluation_at, MemberRow.declared_at,
            MemberRow.leader, ReviewRow.signed_at, ScoreSheetRow.signed_at,
        )
        .join(CommitteeRow, CommitteeRow.ocid == MemberRow.ocid)
        .join(TenderRow, TenderRow.ocid == MemberRow.ocid)
        .outerjoin(ReviewRow, and_(ReviewRow.ocid == TenderRow.ocid, ReviewRow.review == Review.CONFORMITY))
        .outerjoin(ScoreSheetRow, ScoreSheetRow.member_id == MemberRow.id)
        .where(
            MemberRow.person_id == bindparam("person_id"),
            MemberRow.left_at.is_(None),
            TenderRow.stage.in_((Stage.QUALIFIED, Stage.COMMITTEE, Stage.SCORED)),
        )
        .order_by(CommitteeRow.evaluation_at, TenderRow.ocid)
        .limit(50)
    )  # fmt: skip


def on_the_committee(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """What waits for a member, on every committee it sits on. One statement."""
    return [task for row in _seats_held.rows(session, person_id=actor.person_id) if (task := _task(*row)) is not None]


def _task(
    ocid: str, title: str, stage: Stage, evaluation_at: datetime, declared_at: datetime | None, leads: bool,
    reviewed_at: datetime | None, signed_at: datetime | None,
) -> Task | None:  # fmt: skip
    if stage is Stage.QUALIFIED:
        if declared_at is not None:
            return None
        detail, url = "查看投标文件之前, 对照投标人名单声明有无回避情形。", url_for("committees.declare", ocid=ocid)
        return Task(evaluation_at, f"回避声明: {title}", detail, "政府采购法实施条例 第九条", url, 5, "去声明")
    if stage is Stage.SCORED:
        detail, url = "全部成员已签字; 核对排序和提示事项后签署评标报告。", url_for("scorings.ranking", ocid=ocid)
        return Task(evaluation_at, f"签署评标报告: {title}", detail, "财政部令第87号 第五十八条", url, 15, "去签署") if leads else None
    if reviewed_at is None:
        detail, url = "共同审查投标文件的符合性, 由组长录入结论并签字。", url_for("committees.conformity", ocid=ocid)
        return Task(evaluation_at, f"符合性审查: {title}", detail, "财政部令第87号 第五十条", url, 30, "去录入") if leads else None
    if signed_at is not None:
        return None
    detail, url = "独立评分, 全部评完后签字; 签字前只有您能看到。", url_for("scorings.show", ocid=ocid)
    return Task(evaluation_at, f"评分: {title}", detail, "财政部令第87号 第五十五条", url, 120, "去评分")


@Prepared
def _at_work() -> Select[Any]:
    return (
        select(TenderRow.ocid, TenderRow.title, TenderRow.stage, CommitteeRow.formed_at, CommitteeRow.evaluation_at)
        .join(CommitteeRow, CommitteeRow.ocid == TenderRow.ocid)
        .where(TenderRow.buyer_id == bindparam("organisation_id"), TenderRow.stage.in_((Stage.COMMITTEE, Stage.SCORED)))
        .order_by(CommitteeRow.evaluation_at, TenderRow.ocid)
        .limit(20)
    )


def committees_at_work(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """Tenders of ours that a committee reviews, scores or signs. One statement."""
    found = []
    for ocid, title, stage, formed_at, evaluation_at in _at_work.rows(session, organisation_id=actor.organisation_id):
        who, what, cites = others(TENDER, stage, actor, besides=ENDINGS)
        url = url_for("scorings.show" if stage is Stage.COMMITTEE else "scorings.ranking", ocid=ocid)
        found.append(Waiting(who, what, title, url, formed_at, evaluation_at if evaluation_at > now else None, cites))
    return found


def _sheets() -> Select[Any]:
    return select(as_text(ScoreSheetRow.id), TenderRow.ocid.label("key"), TenderRow.title).join(
        TenderRow, TenderRow.ocid == ScoreSheetRow.ocid
    )


history.add(Chapter("score_sheets", {"scoring.sign": "评分签字"}, history.inside, _sheets, "scorings.show"))
history.add(Chapter(
    "rankings", {"ranking.sign": "签署评标报告"}, history.inside, history.numbered(RankingRow), "scorings.ranking"
))  # fmt: skip
wait_for([Role.BUYER], committees_at_work)
register(Role.EXPERT, on_the_committee)
register(Role.BUYER, on_the_committee)
