"""Tables of the accounts: organisations, people, appointments, sign-in sessions, failed tries by address."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.organisation import THREE_ADMINISTRATORS, Kind
from app.extensions import db
from app.store.columns import AwareTime, Key, Words
from app.transparency.protection import Protection, protect
from kernel.role import Role

_ADMINISTRATORS = "({})".format(", ".join(f"'{r.value}'" for r in THREE_ADMINISTRATORS))
_AN_OPEN_ADMINISTRATOR = f"until IS NULL AND role IN {_ADMINISTRATORS}"


class OrganisationRow(db.Model):
    """An organisation 单位. ``credit_code`` is its 统一社会信用代码; an expert pool has none."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[Kind] = mapped_column(Words(Kind))
    name: Mapped[str] = mapped_column(String(200), unique=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    registered_at: Mapped[datetime] = mapped_column(AwareTime)


class PersonRow(db.Model):
    """A person 人员 who may sign in.

    password_hash  Argon2id; "" for somebody who was given no password yet
    failures       failed tries in a row; at the limit ``locked_until`` is set
    barred_at      since when an administrator has barred the account 停用; None = it may sign in
    """

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_are_counted_from_nought"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    login: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    failures: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(AwareTime)
    barred_at: Mapped[datetime | None] = mapped_column(AwareTime)
    registered_at: Mapped[datetime] = mapped_column(AwareTime)


class AppointmentRow(db.Model):
    """An appointment 任职: a person acts for an organisation in a role, from a moment until another (or open).

    on_behalf_of_id  the appointment of whoever delegated 委托代理; None for an appointment of one's own
    leaving_on       the announced last day 拟离任日: personal tasks are handed over until then
    toured_at        when the first-use tour was put away
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until > since", name="ends_after_it_begins"),
        CheckConstraint("on_behalf_of_id IS NULL OR until IS NOT NULL", name="a_delegation_has_an_end"),
        Index(
            "one_open_appointment_of_a_kind",
            "person_id",
            "organisation_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index(
            "three_administrators_are_three_people",
            "person_id",
            unique=True,
            sqlite_where=text(_AN_OPEN_ADMINISTRATOR),
            postgresql_where=text(_AN_OPEN_ADMINISTRATOR),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[Role] = mapped_column(Words(Role))
    since: Mapped[datetime] = mapped_column(AwareTime)
    until: Mapped[datetime | None] = mapped_column(AwareTime)
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    leaving_on: Mapped[date | None]
    toured_at: Mapped[datetime | None] = mapped_column(AwareTime)

    person: Mapped[PersonRow] = relationship()
    organisation: Mapped[OrganisationRow] = relationship()


_TWO_OFFICES = f"""EXISTS (SELECT 1 FROM appointments held
 WHERE held.person_id = NEW.person_id AND held.role IN {_ADMINISTRATORS} AND held.id <> NEW.id
 AND (held.until IS NULL OR held.until > NEW.since) AND (NEW.until IS NULL OR NEW.until > held.since))"""
_ONE_OF_THREE = "appointments: nobody is two of the three administrators at one time"


def _sqlite_watch(name: str, moment: str) -> str:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_ONE_OF_THREE}'); END"
    return f"CREATE TRIGGER {name} {moment} ON appointments WHEN NEW.role IN {_ADMINISTRATORS} AND {_TWO_OFFICES} {refuse}"


# An index cannot know of appointments that end on a coming day, since it does not know what day it is: terms are compared.
protect(db.metadata, Protection(
    "three_administrators",
    frozenset({"appointments"}),
    (
        _sqlite_watch("administrators_are_appointed_apart", "AFTER INSERT"),
        _sqlite_watch("administrators_stay_apart", "AFTER UPDATE OF person_id, role, since, until"),
    ),
    (
        f"""CREATE OR REPLACE FUNCTION administrators_are_apart() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF {_TWO_OFFICES} THEN RAISE EXCEPTION '{_ONE_OF_THREE}'; END IF; RETURN NEW; END $$""",
        f"CREATE TRIGGER administrators_are_apart AFTER INSERT OR UPDATE OF person_id, role, since, until ON appointments"
        f" FOR EACH ROW WHEN (NEW.role IN {_ADMINISTRATORS}) EXECUTE FUNCTION administrators_are_apart()",
    ),
))  # fmt: skip


class SignInSessionRow(db.Model):
    """One sign-in on one device. The cookie holds a random token, this row only its SHA-256.

    appointment_id  in which role the person acts now; None until one is chosen
    """

    __tablename__ = "sign_in_sessions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(AwareTime)
    expires_at: Mapped[datetime] = mapped_column(AwareTime)
    ended_at: Mapped[datetime | None] = mapped_column(AwareTime)


class AddressFailuresRow(db.Model):
    """Failed tries from one network address. Only a keyed hash of the address is kept."""

    __tablename__ = "sign_in_address_failures"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    window_ends: Mapped[datetime] = mapped_column(AwareTime, index=True)
