"""The demonstration city 示范市: its organisations and people, registered through services like any others."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.accounts import Actor
from app.accounts.organisation import Kind
from app.accounts.services import (
    Appoint,
    RegisterOrganisation,
    RegisterPerson,
    appoint,
    register_organisation,
    register_person,
)
from app.procurement.committees.services import RegisterExpert, register_expert
from app.store import unit_of_work
from kernel.role import Role

_FILE = Path(__file__).with_name("city.toml")


@dataclass
class City:
    """Everybody, once registered: actors by login, organisations' ids and names by key."""

    password: str
    actors: dict[str, Actor] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    logins: dict[str, list[str]] = field(default_factory=dict)

    def of(self, login: str) -> Actor:
        """The actor of a login."""
        return self.actors[login]

    def supplier(self, key: str) -> Actor:
        """The person who bids for agency ``key`` (A, B, C, D)."""
        return self.actors[self.logins[key][0]]

    def accounts(self) -> list[tuple[str, str, str, str]]:
        """(login, name, role in Chinese, organisation) of everybody, in the order of the file."""
        return [
            (login, self.actors[login].name, self.actors[login].role.zh, self.names[key])
            for key, logins in self.logins.items()
            for login in logins
        ]


def data() -> dict[str, Any]:
    """city.toml."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def found_city(now: datetime) -> City:
    """Register the city: each organisation with its people in one act; the finance bureau fills the expert pool."""
    read = data()
    city = City(read["password"])
    founder = Actor.clock()
    employers: list[tuple[str, dict[str, Any]]] = []
    for entry in read["organisation"]:
        with unit_of_work() as work:
            organisation = register_organisation(
                work, RegisterOrganisation(Kind(entry["kind"]), entry["name"], entry["code"], founder), now
            )
            work.session.flush()
            city.organisations[entry["key"]], city.names[entry["key"]] = organisation.id, organisation.name
            for person in entry["people"]:
                row = register_person(work, RegisterPerson(person["name"], person["login"], city.password, founder), now)
                work.session.flush()
                role = Role(person["role"])
                appoint(work, Appoint(row.id, organisation.id, role, founder), now)
                city.actors[person["login"]] = Actor(row.id, organisation.id, role, row.name, organisation.name)
                city.logins.setdefault(entry["key"], []).append(person["login"])
                if role is Role.EXPERT:
                    employers.append((person["login"], person))
    with unit_of_work() as work:
        for login, person in employers:
            expert = city.of(login)
            register_expert(
                work,
                RegisterExpert(
                    city.of("finance"), expert.person_id or 0, expert.name, person["employer"], person["title"],
                    tuple(person["fields"]),
                ),
                now,
            )  # fmt: skip
    return city
