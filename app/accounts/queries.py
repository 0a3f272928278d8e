"""What the accounts answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.delegation import in_force
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow, SignInSessionRow
from app.store.prepared import Prepared
from kernel.period import aware
from kernel.refusal import Missing
from kernel.role import Role


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


PAGE = 50


@dataclass(frozen=True)
class Office:
    """One appointment in force as the register shows it; ``delegator`` "" for an appointment of one's own."""

    id: int
    person_id: int
    person: str
    login: str
    role: Role
    organisation_id: int
    organisation: str
    since: datetime
    until: datetime | None
    leaving_on: date | None
    barred_at: datetime | None
    delegator: str


def offices(
    session: Session, now: datetime, *, organisation_id: int | None = None, text: str = "", after: int = 0, limit: int = PAGE
) -> list[Office]:
    """The register 任职名册 at ``now``, of one organisation or of all, in the order of appointment; up to ``limit`` + 1 lines.

    One statement.
    """
    statement = _offices().where(*in_force(now), AppointmentRow.id > after)
    if organisation_id is not None:
        statement = statement.where(AppointmentRow.organisation_id == organisation_id)
    if text.strip():
        pattern = "%" + text.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        columns = (PersonRow.name, PersonRow.login, OrganisationRow.name)
        statement = statement.where(or_(*(column.like(pattern, escape="\\") for column in columns)))
    rows = session.execute(statement.order_by(AppointmentRow.id).limit(limit + 1))
    return [Office(*row) for row in rows]


def office(session: Session, appointment_id: int, now: datetime) -> Office:
    """One appointment in force. Raises Missing."""
    row = session.execute(_offices().where(AppointmentRow.id == appointment_id, *in_force(now))).one_or_none()
    if row is None:
        raise Missing("没有这项任职, 或者任职已经结束")
    return Office(*row)


def to_dismiss(session: Session, now: datetime, *, limit: int = 50) -> list[Office]:
    """The appointments whose announced last day is over or today, the longest over first. One statement."""
    rows = session.execute(
        _offices()
        .where(AppointmentRow.leaving_on <= aware(now).date(), AppointmentRow.on_behalf_of_id.is_(None), *in_force(now))
        .order_by(AppointmentRow.leaving_on, AppointmentRow.id)
        .limit(limit)
    )
    return [Office(*row) for row in rows]


def others_in_office(session: Session, held: Office, now: datetime) -> int:
    """How many other people hold the same role in the same organisation, in their own name."""
    return session.scalar(
        select(func.count(func.distinct(AppointmentRow.person_id))).where(
            AppointmentRow.organisation_id == held.organisation_id,
            AppointmentRow.role == held.role,
            AppointmentRow.person_id != held.person_id,
            AppointmentRow.on_behalf_of_id.is_(None),
            *in_force(now),
        )
    ) or 0


@dataclass(frozen=True)
class Arrived:
    """Since when the reader was away, and whether the first-use tour of the present role was put away."""

    last_time: datetime | None
    toured: bool


def arrived(session: Session, session_id: int, person_id: int) -> Arrived:
    """When the person signed in the last time before this session; None for the first one. One statement."""
    rows = _arrived.rows(session, session_id=session_id, person_id=person_id)
    return Arrived(rows[0][0], rows[0][1] is not None) if rows else Arrived(None, True)


@Prepared
def _arrived() -> Select[Any]:
    earlier = (
        select(func.max(SignInSessionRow.id))
        .where(SignInSessionRow.person_id == bindparam("person_id"), SignInSessionRow.id < bindparam("session_id"))
        .scalar_subquery()
    )
    last, this = aliased(SignInSessionRow), aliased(SignInSessionRow)
    return (
        select(last.started_at, AppointmentRow.toured_at)
        .select_from(this)
        .outerjoin(last, last.id == earlier)
        .outerjoin(AppointmentRow, AppointmentRow.id == this.appointment_id)
        .where(this.id == bindparam("session_id"))
    )


def _offices() -> Select[tuple[Any, ...]]:
    given, delegator = aliased(AppointmentRow), aliased(PersonRow)
    return (
        select(
            AppointmentRow.id, PersonRow.id, PersonRow.name, PersonRow.login, AppointmentRow.role, OrganisationRow.id,
            OrganisationRow.name, AppointmentRow.since, AppointmentRow.until, AppointmentRow.leaving_on,
            PersonRow.barred_at, func.coalesce(delegator.name, ""),
        )
        .join(PersonRow, PersonRow.id == AppointmentRow.person_id)
        .join(OrganisationRow, OrganisationRow.id == AppointmentRow.organisation_id)
        .outerjoin(given, given.id == AppointmentRow.on_behalf_of_id)
        .outerjoin(delegator, delegator.id == given.person_id)
    )  # fmt: skip
