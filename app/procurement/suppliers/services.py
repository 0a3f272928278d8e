"""Acts of the supplier file 供应商档案: open it, change it, add a credit check, add a standing record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from app.accounts import Actor
from app.accounts.models import OrganisationRow
from app.procurement.suppliers.file import PROFILE, credit_facts, proof_facts, supplier_of
from app.procurement.suppliers.models import StandingRow, SupplierRow
from app.store import UnitOfWork
from kernel.period import aware
from kernel.points import exact_text
from kernel.refusal import BadInput, Finding, Missing, Unlawful
from kernel.role import Role
from procurement.supplier import CreditCheck, Proof, SupplierKind, file_findings, sme_findings


@dataclass(frozen=True)
class RegisterSupplier:
    """Open the file of the actor's own organisation; its name and code are those of the organisation."""

    actor: Actor
    kind: SupplierKind
    profile: Mapping[str, str] = field(default_factory=dict)
    registered_on: date | None = None
    proofs: Sequence[Proof] = ()
    small_or_micro: bool = False


@dataclass(frozen=True)
class UpdateSupplierFile:
    """Change the own file; ``version`` is the one that the page showed."""

    actor: Actor
    supplier_id: int
    version: int
    kind: SupplierKind
    profile: Mapping[str, str] = field(default_factory=dict)
    registered_on: date | None = None
    proofs: Sequence[Proof] = ()
    small_or_micro: bool = False


@dataclass(frozen=True)
class RecordCreditCheck:
    """Add a look-up 信用查询. The buyer or the finance authority makes it: nobody vouches for oneself."""

    actor: Actor
    supplier_id: int
    check: CreditCheck


@dataclass(frozen=True)
class RecordStanding:
    """Add a standing record 履约记录: how the evaluation of a contract year ended. ``score`` is exact."""

    actor: Actor
    supplier_id: int
    tender_ocid: str
    contract_year: int
    kind: str
    score: Fraction
    shown: str
    grade: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def register_supplier(work: UnitOfWork, command: RegisterSupplier, now: datetime) -> SupplierRow:
    """建立供应商档案. Raises BadInput with everything that is wrong, also when there is a file already."""
    command.actor.must_be(Role.SUPPLIER)
    organisation = work.session.get(OrganisationRow, command.actor.organisation_id)
    if organisation is None:
        raise Missing("未找到该单位")
    if work.session.scalar(select(SupplierRow.id).where(SupplierRow.organisation_id == organisation.id)):
        raise BadInput((Finding("", "本单位已有供应商档案", cure="请直接修改档案"),))
    row = SupplierRow(
        organisation_id=organisation.id, name=organisation.name, uscc=organisation.credit_code or "",
        kind=command.kind, facts=_facts(command, now, credit=[]), registered_at=now, changed_at=now,
    )  # fmt: skip
    _must_be_sound(row)
    work.session.add(row)
    work.record("supplier.register", row, by=command.actor, at=now, cites="政府采购法 第二十二条")
    return row


def update_supplier_file(work: UnitOfWork, command: UpdateSupplierFile, now: datetime) -> SupplierRow:
    """修改供应商档案. Raises NotPermitted for another's file, Stale, or BadInput. Credit checks stay as they are."""
    command.actor.must_be(Role.SUPPLIER)
    row = work.lock(SupplierRow, command.supplier_id)
    command.actor.must_act_for(row.organisation_id)
    work.expect(row, command.version)
    row.kind = command.kind
    row.facts = _facts(command, now, credit=row.facts["credit"])
    row.changed_at = now
    _must_be_sound(row)
    work.record("supplier.update", row, by=command.actor, at=now, cites="政府采购法 第二十二条")
    return row


def record_credit_check(work: UnitOfWork, command: RecordCreditCheck, now: datetime) -> SupplierRow:
    """登记信用查询结果. Raises BadInput for a look-up in the future or without its channel."""
    command.actor.must_be(Role.BUYER, Role.FINANCE)
    row = work.lock(SupplierRow, command.supplier_id)
    wrong = []
    if not command.check.channel.strip():
        wrong.append(Finding("channel", "请填写查询渠道", cites="财库〔2016〕125号"))
    if command.check.checked_on > aware(now).date():
        wrong.append(Finding("checked_on", "查询日期不能晚于今天", have=command.check.checked_on))
    if wrong:
        raise BadInput(wrong, "不能登记查询结果")
    entry = {**credit_facts(command.check), "by": command.actor.organisation_name}
    row.facts = {**row.facts, "credit": [*row.facts["credit"], entry]}
    row.changed_at = now
    facts = {"channel": entry["channel"], "checked_on": entry["checked_on"], "listed": entry["listed"]}
    work.record("supplier.check_credit", row, by=command.actor, at=now, cites="财库〔2016〕125号", facts=facts)
    return row


def record_standing(work: UnitOfWork, command: RecordStanding, now: datetime) -> StandingRow:
    """登记履约记录. It is added once for a year and kind, and never changed. Raises Missing, or BadInput when it is there."""
    command.actor.must_be(Role.BUYER, Role.FINANCE, Role.EVALUATION_BODY, Role.CLOCK)
    supplier = work.lock(SupplierRow, command.supplier_id)
    held = work.session.scalar(
        select(StandingRow.id).where(
            StandingRow.supplier_id == supplier.id,
            StandingRow.tender_ocid == command.tender_ocid,
            StandingRow.contract_year == command.contract_year,
            StandingRow.kind == command.kind,
        )
    )
    if held is not None:
        raise BadInput((Finding("kind", "这一年度的履约记录已登记, 不能更改", have=f"第{command.contract_year}年度 {command.kind}"),))
    row = StandingRow(
        supplier_id=supplier.id, tender_ocid=command.tender_ocid, contract_year=command.contract_year, kind=command.kind,
        score=exact_text(command.score), shown=command.shown, grade=command.grade, recorded_at=now,
        facts=dict(command.facts),
    )  # fmt: skip
    work.session.add(row)
    facts = {"tender": command.tender_ocid, "year": command.contract_year, "kind": command.kind, "grade": command.grade}
    work.record("standing.record", row, by=command.actor, at=now, cites="民发〔2015〕88号", facts=facts)
    return row


def _facts(command: RegisterSupplier | UpdateSupplierFile, now: datetime, credit: list[Any]) -> dict[str, Any]:
    if command.registered_on is not None and command.registered_on > aware(now).date():
        raise BadInput((Finding("registered_on", "登记日期不能晚于今天", have=command.registered_on),))
    return {
        "profile": {name: command.profile.get(name, "").strip() for name in PROFILE},
        "registered_on": None if command.registered_on is None else command.registered_on.isoformat(),
        "proofs": [proof_facts(proof) for proof in command.proofs],
        "credit": credit,
        "small_or_micro": command.small_or_micro,
    }


def _must_be_sound(row: SupplierRow) -> None:
    supplier = supplier_of(row)
    if wrong := file_findings(supplier):
        raise BadInput(wrong, "不能保存供应商档案")
    if wrong := sme_findings(supplier):
        raise Unlawful(wrong, "不能保存供应商档案")
