"""Questions about openings: the record, and who may watch one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.procurement.openings.models import OpeningRow
from kernel.role import Role


@dataclass(frozen=True)
class Watcher:
    """Somebody who may watch an opening 监督人员."""

    person_id: int
    name: str
    organisation: str


def overseers(session: Session, now: datetime) -> list[Watcher]:
    """Everybody appointed to oversee at this moment, by organisation and name."""
    statement = (
        select(PersonRow.id, PersonRow.name, OrganisationRow.name)
        .join(AppointmentRow, AppointmentRow.person_id == PersonRow.id)
        .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .where(
            AppointmentRow.role == Role.OVERSEER,
            AppointmentRow.on_behalf_of_id.is_(None),
            AppointmentRow.since <= now,
            or_(AppointmentRow.until.is_(None), AppointmentRow.until > now),
        )
        .order_by(OrganisationRow.name, PersonRow.name, PersonRow.id)
    )
    return [Watcher(*row) for row in session.execute(statement)]


def opening(session: Session, ocid: str) -> OpeningRow | None:
    """The opening record of a tender; None while there was no opening."""
    return session.get(OpeningRow, ocid)
