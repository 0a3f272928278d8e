"""Answers about committees: the pool of experts, who sits, and which tenders wait for a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import AppointmentRow, PersonRow
from app.procurement.committees.models import CommitteeRow, ExpertRow, MemberRow
from app.procurement.tenders.models import TenderRow
from kernel.refusal import Missing
from kernel.role import Role
from procurement.committee import Candidate, Capacity, Committee, Draw, Member
from procurement.stage import Stage


def pool(session: Session) -> tuple[ExpertRow, ...]:
    """Every expert who may be drawn 评审专家库."""
    return tuple(session.scalars(select(ExpertRow).order_by(ExpertRow.person_id)))


def candidate(row: ExpertRow) -> Candidate:
    """An expert as the rules of the draw read one."""
    return Candidate(str(row.person_id), row.name, row.employer, tuple(row.fields), row.finance_supervisor)


def members(session: Session, ocid: str) -> tuple[MemberRow, ...]:
    """All who were ever drawn or named for a tender, those who left too, in the order in which they came."""
    return tuple(session.scalars(select(MemberRow).where(MemberRow.ocid == ocid).order_by(MemberRow.id)))


def member_of(session: Session, ocid: str, person_id: int | None) -> MemberRow | None:
    """The seat of a person who sits on this committee and has not left it."""
    statement = select(MemberRow).where(
        MemberRow.ocid == ocid, MemberRow.person_id == person_id, MemberRow.left_at.is_(None)
    )
    return session.scalars(statement).one_or_none()


def committee(row: CommitteeRow, seats: tuple[MemberRow, ...]) -> Committee:
    """The committee as the rules of ``procurement.committee`` read it: those who have not left."""
    made = row.draw
    return Committee(
        tender=row.ocid,
        members=tuple(
            Member(
                str(seat.person_id), seat.name, Capacity(seat.capacity), seat.employer, seat.leader,
                authorised=seat.capacity == Capacity.BUYER_REPRESENTATIVE,
            )
            for seat in seats
            if seat.left_at is None
        ),
        evaluation_on=row.evaluation_at.date(),
        draw=Draw(made["seed"], tuple(made["pool"]), tuple(made["drawn"]), tuple(made["excluded"]), row.drawn_at.date()),
    )  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """One committee that a person sits on."""

    ocid: str
    title: str
    stage: Stage
    evaluation_at: datetime
    declared: bool


def seats_of(session: Session, person_id: int | None, limit: int = 50) -> tuple[Seat, ...]:
    """The committees a person sits on, the newest evaluation first."""
    statement = (
        select(TenderRow.ocid, TenderRow.title, TenderRow.stage, CommitteeRow.evaluation_at, MemberRow.declared_at)
        .join(CommitteeRow, CommitteeRow.ocid == MemberRow.ocid)
        .join(TenderRow, TenderRow.ocid == MemberRow.ocid)
        .where(MemberRow.person_id == person_id, MemberRow.left_at.is_(None))
        .order_by(CommitteeRow.evaluation_at.desc(), TenderRow.ocid)
        .limit(limit)
    )
    return tuple(Seat(*row[:4], declared=row[4] is not None) for row in session.execute(statement))


def representative(session: Session, organisation_id: int, login: str, now: datetime) -> PersonRow | None:
    """The person of this login who now acts for the buyer, if there is one."""
    statement = (
        select(PersonRow)
        .join(AppointmentRow, AppointmentRow.person_id == PersonRow.id)
        .where(
            PersonRow.login == login,
            AppointmentRow.organisation_id == organisation_id,
            AppointmentRow.role == Role.BUYER,
            AppointmentRow.on_behalf_of_id.is_(None),
            or_(AppointmentRow.until.is_(None), AppointmentRow.until > now),
        )
    )
    return session.scalars(statement).one_or_none()


def committee_row(session: Session, ocid: str) -> CommitteeRow:
    """The committee of a tender. Raises Missing before the draw."""
    row = session.get(CommitteeRow, ocid)
    if row is None:
        raise Missing("尚未抽取评标委员会")
    return row
