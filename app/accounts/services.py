"""Acts of the accounts: register, appoint, dismiss. How people come in and go out is in admission.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts import duties, password
from app.accounts.actor import Actor
from app.accounts.delegation import DELEGABLE, end_delegations_of, in_force
from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow, SignInSessionRow
from app.accounts.organisation import THREE_ADMINISTRATORS, Kind
from app.store import UnitOfWork
from kernel.credit_code import is_credit_code
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Missing, NotPermitted, Unlawful, WrongStage
from kernel.role import Role

PLATFORM = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
"""The administrators who act on accounts; the auditor only reads."""


@dataclass(frozen=True)
class RegisterOrganisation:
    """Register an organisation. ``credit_code`` may be empty for an expert pool only."""

    kind: Kind
    name: str
    credit_code: str
    actor: Actor


@dataclass(frozen=True)
class RegisterPerson:
    """Register a person. Without a password the person exists but cannot sign in."""

    name: str
    login: str
    password: str
    actor: Actor


@dataclass(frozen=True)
class Appoint:
    """Let a person act for an organisation in a role."""

    person_id: int
    organisation_id: int
    role: Role
    actor: Actor
    until: datetime | None = None


def register_organisation(work: UnitOfWork, command: RegisterOrganisation, now: datetime) -> OrganisationRow:
    """登记单位. Raises BadInput with everything that is wrong."""
    name, code = command.name.strip(), command.credit_code.strip().upper()
    wrong = []
    if not name:
        wrong.append(Finding("name", "请填写单位名称"))
    elif work.session.scalar(select(OrganisationRow.id).where(OrganisationRow.name == name)):
        wrong.append(Finding("name", "已有同名单位", have=name))
    if code and not is_credit_code(code):
        wrong.append(Finding("credit_code", "统一社会信用代码应为18位且校验位正确", have=code))
    elif code and work.session.scalar(select(OrganisationRow.id).where(OrganisationRow.credit_code == code)):
        wrong.append(Finding("credit_code", "该统一社会信用代码已登记", have=code))
    elif not code and command.kind is not Kind.EXPERT_POOL:
        wrong.append(Finding("credit_code", "请填写统一社会信用代码"))
    if wrong:
        raise BadInput(wrong, "不能登记单位")
    row = OrganisationRow(kind=command.kind, name=name, credit_code=code or None, registered_at=now)
    work.session.add(row)
    work.record("organisation.register", row, by=command.actor, at=now, facts={"kind": command.kind})
    return row


def register_person(work: UnitOfWork, command: RegisterPerson, now: datetime) -> PersonRow:
    """登记人员. Raises BadInput with everything that is wrong."""
    name, login = command.name.strip(), command.login.strip().lower()
    wrong = []
    if not name:
        wrong.append(Finding("name", "请填写姓名"))
    if not login or not login.isascii() or not all(c.isalnum() or c in "._-@" for c in login):
        wrong.append(Finding("login", "登录名由字母、数字和 . _ - @ 组成", have=login))
    elif work.session.scalar(select(PersonRow.id).where(PersonRow.login == login)):
        wrong.append(Finding("login", "登录名已被使用", have=login))
    if command.password and len(command.password) < password.SHORTEST:
        wrong.append(Finding("password", f"口令至少{password.SHORTEST}个字符"))
    if wrong:
        raise BadInput(wrong, "不能登记人员")
    secret = password.hashed(command.password) if command.password else ""
    row = PersonRow(name=name, login=login, password_hash=secret, failures=0, registered_at=now)
    work.session.add(row)
    work.record("person.register", row, by=command.actor, at=now)
    return row


def appoint(work: UnitOfWork, command: Appoint, now: datetime) -> AppointmentRow:
    """任职: from now on the person may act for the organisation in this role.

    Raises Missing, or BadInput: the role must suit the organisation, and nobody is two of the three administrators.
    """
    person = work.lock(PersonRow, command.person_id)
    organisation = work.session.get(OrganisationRow, command.organisation_id)
    if organisation is None:
        raise Missing("未找到该单位")
    held = work.session.execute(
        select(AppointmentRow.role, AppointmentRow.organisation_id).where(
            AppointmentRow.person_id == person.id,
            AppointmentRow.on_behalf_of_id.is_(None),
            or_(AppointmentRow.until.is_(None), AppointmentRow.until > now),
        )
    ).all()
    wrong = []
    if command.role not in organisation.kind.roles:
        possible = "、".join(sorted(role.zh for role in organisation.kind.roles))
        wrong.append(Finding("role", f"{organisation.kind.zh}的人员不能担任{command.role.zh}", need=possible))
    if (command.role, organisation.id) in [(role, of) for role, of in held]:
        wrong.append(Finding("role", "已任此职"))
    elif command.role in THREE_ADMINISTRATORS:
        others = [role for role, _ in held if role in THREE_ADMINISTRATORS]
        if others:
            wrong.append(Finding("role", "三员分立: 同一人不得兼任两种管理员", have="、".join(r.zh for r in others)))
    if command.until is not None and command.until <= now:
        wrong.append(Finding("until", "任职截止时间须晚于现在", have=command.until))
    if wrong:
        raise BadInput(wrong, "不能任职")
    row = AppointmentRow(
        person_id=person.id,
        organisation_id=organisation.id,
        role=command.role,
        since=now,
        until=command.until,
    )
    work.session.add(row)
    facts = {"person": person.id, "organisation": organisation.id, "role": command.role, "until": command.until}
    work.record("appointment.make", row, by=command.actor, at=now, facts=facts)
    return row


def announce_leaving(work: UnitOfWork, appointment_id: int, last_day: date, actor: Actor, now: datetime) -> None:
    """拟离任: whoever must fill the person's places anew sees them on the workbench from now on.

    Who works where is the organisation's own affair: its people announce it, or the one who leaves; the platform does where
    nobody of the organisation can. Raises Missing, WrongStage, NotPermitted, or BadInput for a day that is over.
    """
    row = _lasting(work, appointment_id, now)
    if row.on_behalf_of_id is not None:
        raise WrongStage("此任职来自委托, 委托到期或者由双方终止即结束")
    if not may_announce(work.session, row, actor, now):
        raise NotPermitted("离任由其本单位登记; 单位没有其他人员可以办理的, 才由平台管理员登记")
    if last_day < aware(now).date():
        raise BadInput([Finding("last_day", "最后工作日不得早于今天", have=last_day)], "不能登记离任")
    row.leaving_on = last_day
    work.record("appointment.announce_leaving", row, by=actor, at=now, facts={"last_day": last_day})


def dismiss(work: UnitOfWork, appointment_id: int, actor: Actor, now: datetime) -> None:
    """免职: the appointment ends now, and with it every session that acts in it and every delegation that came from it.

    The platform's administrators carry out what the organisation has announced, not before the day it named; of their own
    accord they act only for an organisation that has nobody to announce it. The last administrator of a kind stays.

    Raises Missing, WrongStage, NotPermitted (one's own, or an organisation's affair), or Unlawful while personal duties are
    open, naming each: nobody else may take over a seat or a score sheet, it is given up and filled anew.
    """
    row = _lasting(work, appointment_id, now)
    if row.person_id in actor.people:
        raise NotPermitted("不能免去本人的任职, 请由另一名管理员办理")
    if row.on_behalf_of_id is not None:
        raise WrongStage("此任职来自委托, 委托到期或者由双方终止即结束")
    if stewards(work.session, row, now) and (row.leaving_on is None or row.leaving_on > aware(now).date()):
        raise NotPermitted("任免是单位自己的事: 由该单位登记离任, 到最后工作日再由平台办理; 账户有风险的, 可以立即停用")
    _not_the_last_administrator(work.session, row, now)
    open_ones = duties.open_duties(work.session, row.person_id, row.role, row.organisation_id)
    if open_ones:
        raise Unlawful(
            [Finding("duties", f"{duty.zh}: {duty.matter}", duty.cites, cure=f"由{duty.whose}{duty.cure}") for duty in open_ones],
            "尚有未交接的个人任务, 不能免职",
        )
    row.until = now
    for session in work.session.scalars(
        select(SignInSessionRow).where(SignInSessionRow.appointment_id == row.id, SignInSessionRow.ended_at.is_(None))
    ):
        session.ended_at = now
    end_delegations_of(work, [row.id], actor, now)
    work.record("appointment.end", row, by=actor, at=now)


def stewards(session: Session, row: AppointmentRow, now: datetime) -> bool:
    """Whether somebody else of the same organisation may speak for it: then who works there is its own affair."""
    return session.scalar(
        select(AppointmentRow.id)
        .where(
            AppointmentRow.organisation_id == row.organisation_id,
            AppointmentRow.person_id != row.person_id,
            AppointmentRow.role.in_(DELEGABLE),
            AppointmentRow.on_behalf_of_id.is_(None),
            *in_force(now),
        )
        .limit(1)
    ) is not None  # fmt: skip


def may_announce(session: Session, row: AppointmentRow, actor: Actor, now: datetime) -> bool:
    """Whether ``actor`` may say that the holder of ``row`` leaves: see ``announce_leaving``."""
    if actor.role in PLATFORM:
        return not stewards(session, row, now)
    return actor.organisation_id == row.organisation_id and (actor.role in DELEGABLE or row.person_id == actor.person_id)


class Risk(StrEnum):
    """Why an account is barred: a word from a list, since the log keeps no sentence about a person."""

    PASSWORD = "password"
    DEVICE = "device"
    UNUSUAL = "unusual"
    UNUSED = "unused"
    OTHER = "other"

    @property
    def zh(self) -> str:
        return {
            "password": "口令泄露", "device": "设备丢失", "unusual": "登录异常", "unused": "长期不用", "other": "其他风险",
        }[self.value]  # fmt: skip


def bar(work: UnitOfWork, person_id: int, risk: Risk, actor: Actor, now: datetime) -> None:
    """停用账户: no more signing in, every session ends, and what the person delegated ends too; appointments stay.

    The platform's answer to an account at risk, at once and for any organisation. Raises Missing, WrongStage (barred already),
    NotPermitted (one's own, or the last administrator of a kind).
    """
    actor.must_be(*PLATFORM)
    person = work.lock(PersonRow, person_id)
    if person.id in actor.people:
        raise NotPermitted("不能停用本人的账户, 请由另一名管理员办理")
    if person.barred_at is not None:
        raise WrongStage("账户已经停用")
    held = work.session.scalars(select(AppointmentRow).where(AppointmentRow.person_id == person.id, *in_force(now))).all()
    for row in held:
        _not_the_last_administrator(work.session, row, now)
    person.barred_at = now
    for session in work.session.scalars(
        select(SignInSessionRow).where(SignInSessionRow.person_id == person.id, SignInSessionRow.ended_at.is_(None))
    ):
        session.ended_at = now
    end_delegations_of(work, [row.id for row in held], actor, now)
    work.record("person.bar", person, by=actor, at=now, facts={"risk": risk})


def unbar(work: UnitOfWork, person_id: int, actor: Actor, now: datetime) -> None:
    """恢复账户. Raises Missing, WrongStage."""
    actor.must_be(*PLATFORM)
    person = work.lock(PersonRow, person_id)
    if person.barred_at is None:
        raise WrongStage("账户没有停用")
    person.barred_at = None
    work.record("person.unbar", person, by=actor, at=now)


def put_tour_away(work: UnitOfWork, session_id: int, actor: Actor, now: datetime) -> None:
    """The first-use tour of the role one acts in is not offered again."""
    appointment_id = work.lock(SignInSessionRow, session_id).appointment_id
    row = work.lock(AppointmentRow, appointment_id)
    if row.toured_at is None:
        row.toured_at = now
        work.record("appointment.put_tour_away", row, by=actor, at=now)


def _not_the_last_administrator(session: Session, row: AppointmentRow, now: datetime) -> None:
    """Raises NotPermitted where nobody else of the same kind of administrator could still sign in."""
    if row.role not in THREE_ADMINISTRATORS:
        return
    others = (
        select(AppointmentRow.id)
        .join(PersonRow, PersonRow.id == AppointmentRow.person_id)
        .where(
            AppointmentRow.role == row.role, AppointmentRow.person_id != row.person_id, PersonRow.barred_at.is_(None), *in_force(now)
        )
    )
    if session.scalar(others.limit(1)) is None:
        raise NotPermitted(f"这是最后一名{row.role.zh}: 请先任命接替的人")


def _lasting(work: UnitOfWork, appointment_id: int, now: datetime) -> AppointmentRow:
    row = work.lock(AppointmentRow, appointment_id)
    if row.until is not None and row.until <= now:
        raise WrongStage("任职已经结束")
    return row
