"""Answers about contracts: one with its years and payments, the list of a reader, what evaluation is handed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
from app.procurement.suppliers.models import SupplierRow
from kernel.money import Fen
from kernel.refusal import Missing, NotPermitted
from kernel.role import Role
from procurement.contract import ContractStage

PAGE = 20


@dataclass(frozen=True)
class YearFacts:
    """One year of a contract as the hand-over to evaluation reads it.

    amount    fen of this year; years: how many the contract may run with its renewals
    starts_on, ends_on   first and last day of service, both included
    """

    contract_id: int
    ocid: str
    number: str
    title: str
    stage: str
    amount: Fen
    year: int
    years: int
    starts_on: date
    ends_on: date
    supplier_id: int
    supplier_organisation_id: int
    supplier_name: str
    buyer_id: int
    buyer_name: str
    score: Fraction | None
    grade: str | None


@dataclass(frozen=True)
class ContractLine:
    """A contract as a list shows it."""

    id: int
    number: str
    title: str
    stage: str
    amount: Fen
    buyer: str
    supplier: str
    signed_on: date | None


def year_facts(session: Session, contract_id: int, year: int) -> YearFacts:
    """What evaluation needs to know of one year of a contract. One statement. Raises Missing."""
    found = session.execute(
        select(ContractRow, ContractYearRow, SupplierRow.organisation_id, SupplierRow.name, OrganisationRow.name)
        .join(ContractYearRow, ContractYearRow.contract_id == ContractRow.id)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .join(OrganisationRow, OrganisationRow.id == ContractRow.buyer_id)
        .where(ContractRow.id == contract_id, ContractYearRow.number == year)
    ).one_or_none()
    if found is None:
        raise Missing("没有这个合同年度")
    row, of_year, organisation_id, supplier, buyer = found
    return YearFacts(
        row.id, row.ocid, row.number, row.title, row.stage, row.amount, of_year.number, row.years, of_year.starts_on,
        of_year.ends_on, row.supplier_id, organisation_id, supplier, row.buyer_id, buyer, of_year.score, of_year.grade,
    )  # fmt: skip


def parties_of(session: Session, contract_id: int) -> tuple[ContractRow, int, str]:
    """A contract with its supplier's organisation and its buyer's name: to tell them of it. Raises Missing. One statement."""
    found = session.execute(
        select(ContractRow, SupplierRow.organisation_id, OrganisationRow.name)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .join(OrganisationRow, OrganisationRow.id == ContractRow.buyer_id)
        .where(ContractRow.id == contract_id)
    ).one_or_none()
    if found is None:
        raise Missing("没有这份合同")
    return found[0], found[1], found[2]


def year_of(session: Session, year_id: int) -> ContractYearRow:
    """One year of a contract. Raises Missing."""
    row = session.get(ContractYearRow, year_id)
    if row is None:
        raise Missing("没有这个合同年度")
    return row


def payment_of(session: Session, payment_id: int) -> tuple[PaymentRow, ContractYearRow]:
    """One payment with its year. Raises Missing. One statement."""
    found = session.execute(
        select(PaymentRow, ContractYearRow)
        .join(ContractYearRow, ContractYearRow.id == PaymentRow.year_id)
        .where(PaymentRow.id == payment_id)
    ).one_or_none()
    if found is None:
        raise Missing("没有这笔款项")
    return found[0], found[1]


def contract_of(session: Session, ocid: str) -> ContractRow | None:
    """The contract of a tender; None before one is drawn up."""
    return session.scalars(select(ContractRow).where(ContractRow.ocid == ocid)).one_or_none()


def contract_for(session: Session, contract_id: int, actor: Actor) -> tuple[ContractRow, SupplierRow, str]:
    """The contract with its supplier and its buyer's name, if ``actor`` may read it. Raises Missing, NotPermitted.

    Before it is signed it is for its two sides; afterwards also for who supervises or evaluates.
    """
    found = session.execute(
        select(ContractRow, SupplierRow, OrganisationRow.name)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .join(OrganisationRow, OrganisationRow.id == ContractRow.buyer_id)
        .where(ContractRow.id == contract_id)
    ).one_or_none()
    if found is None:
        raise Missing("没有这份合同")
    row, supplier, buyer = found
    sides = {Role.BUYER: row.buyer_id, Role.SUPPLIER: supplier.organisation_id}
    if actor.role in sides and sides[actor.role] != actor.organisation_id:
        raise NotPermitted("只能查看本单位的合同")
    if actor.role not in sides and row.signed_on is None:
        raise Missing("没有这份合同")
    return row, supplier, buyer


def years_of(session: Session, contract_id: int) -> tuple[ContractYearRow, ...]:
    """The years of a contract that were agreed so far."""
    statement = select(ContractYearRow).where(ContractYearRow.contract_id == contract_id).order_by(ContractYearRow.number)
    return tuple(session.scalars(statement))


def payments_of(session: Session, year_ids: Sequence[int]) -> dict[int, tuple[PaymentRow, ...]]:
    """The payments of these years, by year, in order."""
    found: dict[int, tuple[PaymentRow, ...]] = dict.fromkeys(year_ids, ())
    statement = select(PaymentRow).where(PaymentRow.year_id.in_(year_ids)).order_by(PaymentRow.year_id, PaymentRow.number)
    for row in session.scalars(statement):
        found[row.year_id] = (*found[row.year_id], row)
    return found


def contracts_for(
    session: Session, actor: Actor, *, text: str = "", stage: ContractStage | None = None, after: int = 0, limit: int = PAGE
) -> list[ContractLine]:
    """The contracts on ``actor``'s list, the newest first: own ones for a side, signed ones for who supervises.

    ``text``: part of a title, a number or a side's name.
    ``after``: the id of the last contract of the page before. Up to ``limit`` + 1 lines: one more says there is a page.
    """
    statement = (
        select(
            ContractRow.id, ContractRow.number, ContractRow.title, ContractRow.stage, ContractRow.amount,
            OrganisationRow.name, SupplierRow.name, ContractRow.signed_on,
        )
        .join(OrganisationRow, OrganisationRow.id == ContractRow.buyer_id)
        .join(SupplierRow, SupplierRow.id == ContractRow.supplier_id)
        .order_by(ContractRow.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if actor.role is Role.BUYER:
        statement = statement.where(ContractRow.buyer_id == actor.organisation_id)
    elif actor.role is Role.SUPPLIER:
        statement = statement.where(SupplierRow.organisation_id == actor.organisation_id)
    else:
        statement = statement.where(ContractRow.signed_on.is_not(None))
    if text.strip():
        said = (ContractRow.title, ContractRow.number, OrganisationRow.name, SupplierRow.name)
        statement = statement.where(or_(*(column.contains(text.strip(), autoescape=True) for column in said)))
    if stage:
        statement = statement.where(ContractRow.stage == stage)
    if after:
        statement = statement.where(ContractRow.id < after)
    return [ContractLine(*row) for row in session.execute(statement)]
