"""Coming in and going out 登录与退出: tries, locks, sessions, the role one acts in.

The password is checked outside the transaction (Argon2 takes 22 ms, and SQLite's writers queue); whether the door opens
is decided inside it, one try after the other, so that a hundred tries at once are still five tries.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from app.accounts import password
from app.accounts.actor import Actor
from app.accounts.models import AddressFailuresRow, AppointmentRow, OrganisationRow, PersonRow, SignInSessionRow
from app.store import UnitOfWork, idempotency
from kernel.canonical import sha256_hex
from kernel.refusal import Missing, NotPermitted
from kernel.role import Role

TRIES = 5
"""Failed tries in a row after which a person is locked out …"""
LOCK = timedelta(minutes=15)
"""… for so long."""
ADDRESS_TRIES = 30
"""Failed tries from one address within WINDOW after which that address must wait: a whole office may share one."""
WINDOW = timedelta(minutes=15)

KEPT = timedelta(days=7)
"""How long the keys of acted-upon forms are kept; swept when somebody signs in."""


@dataclass(frozen=True)
class Try:
    """One try to sign in, its password already checked: ``right`` says with what result.

    address_hash  keyed hash of the network address; the address itself is not kept
    """

    person_id: int | None
    right: bool
    address_hash: str


@dataclass(frozen=True)
class Answer:
    """What the door says: a token for the cookie, or a Chinese sentence and the status it is said with."""

    token: str = ""
    refusal: str = ""
    status: int = 200
    appointments: int = 0


WRONG = Answer(refusal="登录名或口令不正确", status=422)


def must_wait(session: Session, address_hash: str, now: datetime) -> bool:
    """Whether too many tries from this address failed lately: asked before any password is checked."""
    row = session.get(AddressFailuresRow, address_hash)
    return row is not None and row.window_ends > now and row.failures >= ADDRESS_TRIES


def check(session: Session, login: str, secret: str, address_hash: str) -> Try:
    """Check a password, in the same time whether the login exists or not. Changes nothing."""
    found = session.execute(
        select(PersonRow.id, PersonRow.password_hash).where(PersonRow.login == login.strip().lower())
    ).one_or_none()
    person_id, password_hash = found or (None, "")
    return Try(person_id, password.matches(password_hash, secret), address_hash)


def sign_in(work: UnitOfWork, attempt: Try, now: datetime, *, hours: int) -> Answer:
    """登录: open a session, or count the failed try. Never raises for a wrong try: the count must be kept.

    A person locked out or barred learns so only with the right password; everybody else hears the same sentence.
    """
    person = work.session.scalar(select(PersonRow).where(PersonRow.id == attempt.person_id).with_for_update())
    locked = person is not None and person.locked_until is not None and person.locked_until > now
    if person is None or not attempt.right:
        count_try(work.session, attempt.address_hash, now)
        if person is not None and not locked:
            person.failures = 1 if person.locked_until else person.failures + 1
            person.locked_until = None
            if person.failures >= TRIES:
                person.locked_until = now + LOCK
                work.record("person.lock", person, by=Arrival(person.id), at=now, facts={"failures": person.failures})
        return WRONG
    if locked:
        assert person.locked_until is not None
        return Answer(refusal=f"连续{TRIES}次口令错误, 账户已锁定, 请于 {person.locked_until:%H:%M} 后再试", status=429)
    if person.barred_at is not None:
        return Answer(refusal="账户已停用, 请联系平台的安全保密管理员", status=403)
    person.failures, person.locked_until = 0, None
    idempotency.sweep(work.session, now - KEPT)
    held = appointments_of(work.session, person.id, now)
    token = open_session(work, person.id, held[0].id if len(held) == 1 else None, now, hours=hours)
    return Answer(token=token, appointments=len(held))


def open_session(
    work: UnitOfWork, person_id: int, appointment_id: int | None, now: datetime, *, hours: int
) -> str:
    """Open a session and give its token: 256 random bits of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    row = SignInSessionRow(
        token_hash=token_hash(token),
        person_id=person_id,
        appointment_id=appointment_id,
        started_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    work.session.add(row)
    work.record("session.start", row, by=Arrival(person_id), at=now)
    return token


def choose_role(work: UnitOfWork, session_id: int, appointment_id: int, now: datetime) -> None:
    """选择身份: act in this appointment from now on. Raises Missing or NotPermitted."""
    row = work.lock(SignInSessionRow, session_id)
    if appointment_id not in {held.id for held in appointments_of(work.session, row.person_id, now)}:
        raise NotPermitted("您没有这项任职, 或任职已经结束")
    row.appointment_id = appointment_id
    facts = {"appointment": appointment_id}
    work.record("session.choose_role", row, by=Arrival(row.person_id), at=now, facts=facts)


def end_session(work: UnitOfWork, session_id: int, person_id: int, now: datetime) -> None:
    """退出, or end one's own session on another device. Raises Missing for anybody else's."""
    row = work.lock(SignInSessionRow, session_id)
    if row.person_id != person_id:
        raise Missing
    if row.ended_at is None:
        row.ended_at = now
        work.record("session.end", row, by=Arrival(person_id), at=now)


def revoke_sessions(work: UnitOfWork, person_id: int, actor: Actor, now: datetime) -> int:
    """强制下线: end all open sessions of a person; how many there were."""
    person = work.lock(PersonRow, person_id)
    ended = work.session.execute(
        update(SignInSessionRow)
        .where(SignInSessionRow.person_id == person.id, SignInSessionRow.ended_at.is_(None))
        .values(ended_at=now)
    ).rowcount
    work.record("person.revoke_sessions", person, by=actor, at=now, facts={"sessions": ended})
    return ended


def unlock(work: UnitOfWork, person_id: int, actor: Actor, now: datetime) -> None:
    """解除锁定: forget the failed tries of a person."""
    person = work.lock(PersonRow, person_id)
    person.failures, person.locked_until = 0, None
    work.record("person.unlock", person, by=actor, at=now)


@dataclass(frozen=True)
class Held:
    """One appointment somebody may act in. ``delegator``: on whose behalf, "" in one's own name; ``until``: its end."""

    id: int
    role: Role
    organisation_id: int
    organisation_name: str
    delegator: str = ""
    until: datetime | None = None


def appointments_of(session: Session, person_id: int, now: datetime) -> list[Held]:
    """The appointments a person holds now, by organisation and role; the own ones before those of others."""
    given, delegator = aliased(AppointmentRow), aliased(PersonRow)
    rows = session.execute(
        select(
            AppointmentRow.id, AppointmentRow.role, OrganisationRow.id, OrganisationRow.name,
            func.coalesce(delegator.name, ""), AppointmentRow.until,
        )
        .join(OrganisationRow, AppointmentRow.organisation_id == OrganisationRow.id)
        .outerjoin(given, given.id == AppointmentRow.on_behalf_of_id)
        .outerjoin(delegator, delegator.id == given.person_id)
        .where(
            AppointmentRow.person_id == person_id,
            AppointmentRow.since <= now,
            or_(AppointmentRow.until.is_(None), AppointmentRow.until > now),
        )
        .order_by(OrganisationRow.name, AppointmentRow.role, AppointmentRow.on_behalf_of_id.is_not(None), AppointmentRow.id)
    )  # fmt: skip
    return [Held(*row) for row in rows]


def token_hash(token: str) -> str:
    """What is kept of a session's token."""
    return sha256_hex(token)


def count_try(session: Session, address_hash: str, now: datetime) -> None:
    """One more failed try from this address, or of another thing that is counted by such a hash; windows that are over are swept away."""
    session.execute(delete(AddressFailuresRow).where(AddressFailuresRow.window_ends <= now))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(AddressFailuresRow).values(address_hash=address_hash, failures=1, window_ends=now + WINDOW)
    one_more = {"failures": AddressFailuresRow.failures + 1}
    session.execute(first.on_conflict_do_update(index_elements=["address_hash"], set_=one_more))


@dataclass(frozen=True)
class Arrival:
    """Somebody at the door: a person who acts in no role yet."""

    person_id: int
    organisation_id: None = None
    role: None = None
