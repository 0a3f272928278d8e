"""Builders of organisations, people and actors. All of them go through the services."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts import Actor, admission, services
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
from app.accounts.organisation import Kind
from app.store import UnitOfWork, unit_of_work
from kernel.credit_code import check_character
from kernel.period import SHANGHAI
from kernel.role import Role

LONG_AGO = datetime(2024, 1, 2, 9, 0, tzinfo=SHANGHAI)
"""When the builders register things: before anything a test does."""

REGISTRAR = Actor(None, None, Role.SYSTEM_ADMIN)
"""Who registers, where a test does not care."""

KIND_FOR = {role: kind for kind in Kind for role in kind.roles if (kind, role) != (Kind.FINANCE, Role.OVERSEER)}

NAMES = {
    Kind.BUYER: "示范市第{}街道办事处", Kind.SUPPLIER: "示范市第{}社会工作服务中心", Kind.EVALUATION_BODY: "示范市第{}评估中心",
}  # fmt: skip
"""What organisations are called where a picture may show them; others by their kind."""

_numbers = itertools.count(1)


def a_credit_code(number: int | None = None) -> str:
    """A well-formed 统一社会信用代码 that nobody has."""
    first = f"52440300MJL{next(_numbers) if number is None else number:06d}"
    return first + check_character(first)


def an_organisation(work: UnitOfWork, kind: Kind = Kind.BUYER, **but: Any) -> OrganisationRow:
    """A registered organisation with a name and a code of its own."""
    number = next(_numbers)
    facts: dict[str, Any] = {"name": NAMES.get(kind, kind.zh + "{}").format(number), "credit_code": a_credit_code(number), "now": LONG_AGO} | but
    now = facts.pop("now")
    return services.register_organisation(work, services.RegisterOrganisation(kind, actor=REGISTRAR, **facts), now)


def a_person(work: UnitOfWork, **but: Any) -> PersonRow:
    """A registered person; without a password unless one is given (hashing one takes 22 ms)."""
    number = next(_numbers)
    facts: dict[str, Any] = {"name": f"人员{number}", "login": f"person{number}", "password": "", "now": LONG_AGO} | but
    now = facts.pop("now")
    return services.register_person(work, services.RegisterPerson(actor=REGISTRAR, **facts), now)


def an_actor(
    work: UnitOfWork, role: Role = Role.BUYER, organisation: OrganisationRow | None = None, **but: Any
) -> Actor:
    """Somebody appointed in ``role``, in ``organisation`` or in a new one that suits the role."""
    organisation = organisation or an_organisation(work, KIND_FOR[role])
    work.session.flush()
    person = a_person(work, **but)
    work.session.flush()
    services.appoint(work, services.Appoint(person.id, organisation.id, role, REGISTRAR), LONG_AGO)
    return Actor(person.id, organisation.id, role, person.name, organisation.name)


def open_the_door(app: Flask, browser: Any, actor: Actor) -> None:
    """Let ``browser`` act as ``actor``, without a password but with a real session row."""
    now = app.extensions["clock"].now()
    with unit_of_work() as work:
        appointment = work.session.scalars(
            select(AppointmentRow.id).where(
                AppointmentRow.person_id == actor.person_id,
                AppointmentRow.organisation_id == actor.organisation_id,
                AppointmentRow.role == actor.role,
                AppointmentRow.on_behalf_of_id.is_(None),
            )
        ).one()
        assert actor.person_id is not None
        token = admission.open_session(work, actor.person_id, appointment, now, hours=24 * 365)
    with browser.session_transaction() as cookie:
        cookie.clear()
        cookie["_user_id"] = token
        cookie["_fresh"] = True
