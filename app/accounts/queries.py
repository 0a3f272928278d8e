"""What the accounts answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from kernel.refusal import Missing


def person_with_login(session: Session, login: str) -> int:
    """The person with this login. Raises Missing."""
    found = session.scalar(select(PersonRow.id).where(PersonRow.login == login.strip().lower()))
    if found is None:
        raise Missing(f"没有登录名为“{login}”的人员")
    return found


def organisation_named(session: Session, name: str) -> int:
    """The organisation with this name. Raises Missing."""
    found = session.scalar(select(OrganisationRow.id).where(OrganisationRow.name == name.strip()))
    if found is None:
        raise Missing(f"没有名为“{name}”的单位")
    return found


def register_of(session: Session, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Everybody and every organisation, with the appointments in force: plain values for a command. Two statements."""
    organisations = [
        {"id": row.id, "kind": row.kind.value, "name": row.name, "credit_code": row.credit_code}
        for row in session.scalars(select(OrganisationRow).order_by(OrganisationRow.id))
    ]
    in_force = and_(
        AppointmentRow.person_id == PersonRow.id,
        or_(AppointmentRow.until.is_(None), AppointmentRow.until > now),
    )
    people: dict[int, dict[str, Any]] = {}
    for person, role, organisation_id in session.execute(
        select(PersonRow, AppointmentRow.role, AppointmentRow.organisation_id)
        .outerjoin(AppointmentRow, in_force)
        .order_by(PersonRow.id, AppointmentRow.id)
    ):
        locked = person.locked_until is not None and person.locked_until > now
        entry = people.setdefault(
            person.id,
            {"id": person.id, "login": person.login, "name": person.name, "locked": locked, "appointments": []},
        )
        if role:
            entry["appointments"].append({"role": role.value, "organisation": organisation_id})
    return {"organisations": organisations, "people": list(people.values())}
