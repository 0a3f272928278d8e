"""What committees tell: seats to hand over when a member leaves, declarations that are awaited, and their history."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import url_for
from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor, duties
from app.accounts.duties import Duty
from app.accounts.models import AppointmentRow, OrganisationRow
from app.accounts.trail import as_text
from app.procurement.committees.models import CommitteeRow, MemberRow
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter
from app.procurement.tenders.models import TenderRow
from app.store.prepared import Prepared
from app.web.outlook import Waiting, wait_for
from app.web.workbench import Task, register
from kernel.period import SHANGHAI
from kernel.role import Role
from procurement.committee import Capacity
from procurement.stage import Stage

SITTING = (Stage.QUALIFIED, Stage.COMMITTEE, Stage.SCORED)
"""While a committee has work before it: from the draw to the signed report."""

_CAPACITY = {Role.EXPERT: Capacity.EXPERT, Role.BUYER: Capacity.BUYER_REPRESENTATIVE}
CITES = "财政部令第87号 第四十九条"


def seats_held(session: Session, person_id: int, role: Role, organisation_id: int) -> list[Duty]:
    """The seats of a person on committees that are not done. One statement."""
    if role not in _CAPACITY:
        return []
    statement = (
        select(TenderRow.title, TenderRow.stage, OrganisationRow.name)
        .join(MemberRow, MemberRow.ocid == TenderRow.ocid)
        .join(OrganisationRow, OrganisationRow.id == TenderRow.buyer_id)
        .where(
            MemberRow.person_id == person_id,
            MemberRow.capacity == _CAPACITY[role],
            MemberRow.left_at.is_(None),
            TenderRow.stage.in_(SITTING),
        )
        .order_by(TenderRow.ocid)
    )
    if role is Role.BUYER:
        statement = statement.where(TenderRow.buyer_id == organisation_id)
    return [
        Duty(
            "评标委员会成员", title, buyer,
            "登记该成员离任, 缺额的补抽" if stage is Stage.QUALIFIED else "待评标报告签署以后再办理免职", CITES,
        )
        for title, stage, buyer in session.execute(statement)
    ]  # fmt: skip


@Prepared
def _leaving() -> Select[Any]:
    return (
        select(TenderRow.ocid, TenderRow.title, MemberRow.name, AppointmentRow.leaving_on)
        .join(MemberRow, MemberRow.ocid == TenderRow.ocid)
        .join(AppointmentRow, AppointmentRow.person_id == MemberRow.person_id)
        .where(
            TenderRow.buyer_id == bindparam("organisation_id"),
            TenderRow.stage == Stage.QUALIFIED,
            MemberRow.left_at.is_(None),
            AppointmentRow.role.in_(_CAPACITY),
            AppointmentRow.on_behalf_of_id.is_(None),
            AppointmentRow.leaving_on.is_not(None),
            or_(AppointmentRow.until.is_(None), AppointmentRow.until > bindparam("now")),
        )
        .order_by(AppointmentRow.leaving_on, TenderRow.ocid)
        .limit(50)
    )


def members_leaving(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Members whose appointment is about to end while they sit on a committee of ours. One statement."""
    detail = "该成员将离任。登记离任后补抽, 全部成员声明以后才能组建评标委员会。"
    return [
        Task(
            datetime.combine(last_day, time(23, 59), SHANGHAI), f"更换评标委员会成员{name}: {title}", detail, CITES,
            url_for("committees.show", ocid=ocid), minutes=10, act="去更换",
        )
        for ocid, title, name, last_day in _leaving.rows(session, organisation_id=actor.organisation_id, now=now)
    ]  # fmt: skip


@Prepared
def _waiting_for_members() -> Select[Any]:
    return (
        select(TenderRow.ocid, TenderRow.title, CommitteeRow.drawn_at, CommitteeRow.evaluation_at)
        .join(CommitteeRow, CommitteeRow.ocid == TenderRow.ocid)
        .where(
            TenderRow.buyer_id == bindparam("organisation_id"),
            TenderRow.stage == Stage.QUALIFIED,
            exists().where(
                MemberRow.ocid == TenderRow.ocid, MemberRow.left_at.is_(None), MemberRow.declared_at.is_(None)
            ),
        )
        .order_by(CommitteeRow.evaluation_at, TenderRow.ocid)
        .limit(20)
    )


def members_to_declare(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """Committees of ours that wait for members to declare. One statement."""
    return [
        Waiting(
            Role.EXPERT.zh, "作出回避声明", title, url_for("committees.show", ocid=ocid), drawn_at, evaluation_at,
            "政府采购法实施条例 第九条",
        )
        for ocid, title, drawn_at, evaluation_at in _waiting_for_members.rows(session, organisation_id=actor.organisation_id)
    ]  # fmt: skip


def _seats() -> Select[Any]:
    return select(as_text(MemberRow.id), TenderRow.ocid.label("key"), TenderRow.title).join(
        TenderRow, TenderRow.ocid == MemberRow.ocid
    )


history.add(Chapter(
    "committees",
    {"committee.draw": "随机抽取评审专家", "committee.redraw": "补抽评审专家", "committee.form": "组建评标委员会"},
    history.inside, history.numbered(CommitteeRow), "committees.show",
))  # fmt: skip
history.add(Chapter(
    "committee_members",
    {
        "committee.name_representative": "委派采购人代表", "committee.declare": "作出回避声明",
        "committee.release": "登记成员离任",
    },
    history.inside, _seats, "committees.show",
))  # fmt: skip
wait_for([Role.BUYER], members_to_declare)
duties.register(seats_held)
register(Role.BUYER, members_leaving)
