"""Delegation 委托代理: one person lets another of the same organisation act in the same role until a day.

A delegation is an appointment with an end that names the appointment it comes from. Every log line of the delegate names
both people; whatever two people must do, the delegate and whoever delegated are one (``Actor.people``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.actor import Actor
from app.accounts.models import AppointmentRow, PersonRow
from app.store import UnitOfWork
from app.store.prepared import Prepared
from kernel.period import SHANGHAI
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, WrongStage
from kernel.role import Role

DELEGABLE = frozenset({Role.BUYER, Role.SUPPLIER, Role.FINANCE, Role.EVALUATION_BODY, Role.OVERSEER})
"""Roles in which one acts for an organisation. Experts and evaluators judge in person; administrators are three people."""

WRITTEN = "民法典 第一百六十五条"
ONWARD = "民法典 第一百六十九条"
ENDS = "民法典 第一百七十三条"


@dataclass(frozen=True)
class Delegate:
    """Let a colleague act in one's present role until ``last_day``, that day included."""

    actor: Actor
    person_id: int
    last_day: date


@dataclass(frozen=True)
class Delegation:
    """One delegation as a page shows it; ``until`` is the moment at which it ends."""

    id: int
    role: Role
    delegator_id: int
    delegator: str
    delegate_id: int
    delegate: str
    since: datetime
    until: datetime

    @property
    def last_day(self) -> date:
        """The last whole day on which the delegate may act."""
        return (self.until.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


def delegate(work: UnitOfWork, command: Delegate, now: datetime) -> AppointmentRow:
    """委托. Raises NotPermitted for what must be done in person or was delegated itself, BadInput with all that is wrong."""
    actor = command.actor
    if actor.role not in DELEGABLE:
        raise NotPermitted(f"{actor.role.zh}的职责须由本人办理, 不能委托他人")
    if actor.delegator_id is not None:
        raise NotPermitted(f"您正在代理他人办理, 不能转委托（{ONWARD}）")
    own = work.session.scalars(select(AppointmentRow).where(*_held_by(actor, now)).with_for_update()).one_or_none()
    if own is None:
        raise NotPermitted("您的任职已经结束")
    until = datetime.combine(command.last_day + timedelta(days=1), time(), SHANGHAI)
    wrong = list(_wrong(work.session, command, own, until, now))
    if wrong:
        raise BadInput(wrong, "不能委托")
    row = AppointmentRow(
        person_id=command.person_id, organisation_id=own.organisation_id, role=own.role, since=now, until=until,
        on_behalf_of_id=own.id,
    )  # fmt: skip
    work.session.add(row)
    facts = {"from": own.person_id, "to": command.person_id, "role": own.role, "until": until}
    work.record("delegation.make", row, by=actor, at=now, cites=WRITTEN, facts=facts)
    return row


def end_delegation(work: UnitOfWork, delegation_id: int, actor: Actor, now: datetime) -> None:
    """终止委托: taken back by who gave it, or given back by who holds it. Raises Missing for anybody else's, WrongStage."""
    row = work.lock(AppointmentRow, delegation_id)
    own = work.session.get(AppointmentRow, row.on_behalf_of_id) if row.on_behalf_of_id else None
    if own is None or actor.person_id not in (own.person_id, row.person_id):
        raise Missing("没有这一委托")
    if row.until is None or row.until <= now:
        raise WrongStage("委托已经终止")
    row.until = now
    work.record("delegation.end", row, by=actor, at=now, cites=ENDS)


def end_delegations_of(work: UnitOfWork, appointment_ids: Iterable[int], actor: Actor, now: datetime) -> None:
    """What ends with the appointment it came from."""
    lasting = select(AppointmentRow).where(AppointmentRow.on_behalf_of_id.in_(list(appointment_ids)), AppointmentRow.until > now)
    for row in work.session.scalars(lasting.order_by(AppointmentRow.id).with_for_update()):
        row.until = now
        work.record("delegation.end", row, by=actor, at=now, cites=ENDS)


def delegations_of(session: Session, person_id: int | None, now: datetime) -> list[Delegation]:
    """The delegations in force that a person gave or holds, the one that ends first in front. One statement."""
    return [Delegation(*row) for row in _delegations.rows(session, person_id=person_id, now=now)]


@Prepared
def _delegations() -> Select[Any]:
    own, delegator, holder = aliased(AppointmentRow), aliased(PersonRow), aliased(PersonRow)
    person_id = bindparam("person_id")
    return (
        select(
            AppointmentRow.id, AppointmentRow.role, delegator.id, delegator.name, holder.id, holder.name,
            AppointmentRow.since, AppointmentRow.until,
        )
        .join(own, own.id == AppointmentRow.on_behalf_of_id)
        .join(delegator, delegator.id == own.person_id)
        .join(holder, holder.id == AppointmentRow.person_id)
        .where(AppointmentRow.until > bindparam("now"), or_(own.person_id == person_id, AppointmentRow.person_id == person_id))
        .order_by(AppointmentRow.until, AppointmentRow.id)
        .limit(100)
    )  # fmt: skip


def colleagues(session: Session, actor: Actor, now: datetime) -> list[tuple[int, str]]:
    """(id, name) of everybody else who acts for the actor's organisation in an appointment of their own. One statement."""
    rows = session.execute(
        select(PersonRow.id, PersonRow.name)
        .where(PersonRow.id.in_(_people_of(actor.organisation_id, now)), PersonRow.id != actor.person_id)
        .order_by(PersonRow.name, PersonRow.id)
        .limit(500)
    )
    return [(id, name) for id, name in rows]


def in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition that an appointment holds at ``now``."""
    return AppointmentRow.since <= now, or_(AppointmentRow.until.is_(None), AppointmentRow.until > now)


def _held_by(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        AppointmentRow.person_id == actor.person_id,
        AppointmentRow.organisation_id == actor.organisation_id,
        AppointmentRow.role == actor.role,
        AppointmentRow.on_behalf_of_id.is_(None),
        *in_force(now),
    )


def _people_of(organisation_id: int | None, now: datetime):  # type: ignore[no-untyped-def]
    return select(AppointmentRow.person_id).where(
        AppointmentRow.organisation_id == organisation_id, AppointmentRow.on_behalf_of_id.is_(None), *in_force(now)
    )


def _wrong(session: Session, command: Delegate, own: AppointmentRow, until: datetime, now: datetime) -> Iterable[Finding]:
    if command.person_id == own.person_id:
        yield Finding("person_id", "不能委托本人")
    elif session.scalar(_people_of(own.organisation_id, now).where(AppointmentRow.person_id == command.person_id)) is None:
        yield Finding("person_id", "只能委托本单位现任人员")
    elif session.scalar(
        select(AppointmentRow.id).where(
            AppointmentRow.on_behalf_of_id == own.id, AppointmentRow.person_id == command.person_id, AppointmentRow.until > now
        )
    ):
        yield Finding("person_id", "已经委托此人, 请先终止原委托", WRITTEN)
    if until <= now:
        yield Finding("last_day", "委托的最后一天不得早于今天", WRITTEN, have=command.last_day)
    elif own.until is not None and until > own.until:
        yield Finding("last_day", "委托期限不得超过您本人的任期", WRITTEN, have=command.last_day, need=f"不晚于 {own.until:%Y-%m-%d}")
