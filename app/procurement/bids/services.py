"""Acts of the bid 投标: submit, replace, withdraw; until the deadline and not a moment longer.

The moment of arrival is stamped once, by the caller, before anything waits; the tender's row is held FOR SHARE, so that
many bids may come in together while neither the closing nor the opening can slip in between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from app.accounts import Actor
from app.files import file_store
from app.files.models import FileRow
from app.files.queries import files_of
from app.files.services import KeepFiles, Stored, discard, hand_over, keep_files
from app.procurement.bids.attachments import BID, DRAFT, as_documents
from app.procurement.bids.models import REPLACED, SUBMITTED, WITHDRAWN, BidRow
from app.procurement.bids.queries import own_live_bid
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders.models import TenderRow
from app.store import UnitOfWork
from kernel.canonical import canonical_json
from kernel.money import Fen, yuan_text
from kernel.period import aware
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding, Missing, Unlawful, WrongStage
from kernel.role import Role
from procurement.bid import Bid, Receipt, receive, withdrawal_findings
from procurement.documents import PriceForm, Tender
from procurement.qualification import over_the_limit
from procurement.stage import Stage

MOST: Fen = 10**15
"""A price above ten million million yuan is a slip of the pen, and no database column holds it for sure."""


@dataclass(frozen=True)
class SubmitBid:
    """递交投标文件.

    price      fen; None where the documents ask for a ``rate``
    facts      declared value by objective part id; a part left out is a part without proof
    documents  ``{"proofs": {leaf id: text}, "statements": [id, ...], "contact": {...}, "salt": text}``; the salt is some
               random text, without which the published hash would let a stranger guess the price
    files      ids of own files: kept for this tender, or in an own bid for it. The receipt names them with their SHA-256
    """

    actor: Actor
    ocid: str
    price: Fen | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    rate: Fraction | None = None
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class KeepAttachments:
    """上传附件 before the bid is handed in: they lie ready for it, for nobody else to see."""

    actor: Actor
    ocid: str
    files: tuple[Stored, ...]


@dataclass(frozen=True)
class ReplaceBid(SubmitBid):
    """替换投标文件 (补充、修改): the former bid stays on file, and only this one stands."""


@dataclass(frozen=True)
class WithdrawBid:
    """撤回投标文件."""

    actor: Actor
    ocid: str


def keep_attachments(work: UnitOfWork, command: KeepAttachments, now: datetime) -> list[FileRow]:
    """Keep uploads for the bid. Raises Unlawful where no bid is taken any more, BadInput for an unknown criterion."""
    tender, _ = _door(work, command.ocid, command.actor)
    facts = _as_of(tender, now)
    if wrong := withdrawal_findings(facts, now):
        raise Unlawful(wrong, "附件未能保存")
    known = {"", *(leaf.id for leaf in (facts.rubric.leaves() if facts.rubric is not None else ()))}
    if any(file.place not in known for file in command.files):
        raise BadInput((Finding("files", "评分标准中没有这一项"),), "附件未能保存")
    return keep_files(work, KeepFiles(command.actor, (DRAFT, tender.ocid), command.files), now)


def submit_bid(work: UnitOfWork, command: SubmitBid, now: datetime) -> Receipt:
    """Receive a bid and give its receipt.

    ``now`` is when it arrived. Raises Unlawful for a late one (equal to the deadline is late), BadInput with everything
    that is wrong, WrongStage where this supplier has a bid already.
    """
    tender, supplier = _door(work, command.ocid, command.actor)
    if own_live_bid(work.session, tender.ocid, supplier.id) is not None:
        raise WrongStage("本单位已递交投标文件; 截止时间前可以替换或者撤回（财政部令第87号 第三十四条）")
    return _receive(work, tender, supplier, command, "bid.submit", "财政部令第87号 第三十三条", now)


def replace_bid(work: UnitOfWork, command: ReplaceBid, now: datetime) -> Receipt:
    """Put another bid in the place of the own one. Raises as ``submit_bid``; then the former one still stands."""
    tender, supplier = _door(work, command.ocid, command.actor)
    former = _live(work, tender, supplier)
    former.status, former.ended_at = REPLACED, now
    work.session.flush()
    return _receive(work, tender, supplier, command, "bid.replace", "财政部令第87号 第三十四条", now)


def withdraw_bid(work: UnitOfWork, command: WithdrawBid, now: datetime) -> None:
    """Take the own bid back. Raises Unlawful after the deadline, WrongStage without a bid."""
    tender, supplier = _door(work, command.ocid, command.actor)
    if wrong := withdrawal_findings(_as_of(tender, now), now):
        raise Unlawful(wrong, "投标文件未能撤回")
    row = _live(work, tender, supplier)
    row.status, row.ended_at = WITHDRAWN, now
    work.session.flush()
    work.record("bid.withdraw", row, by=command.actor, at=now, cites="财政部令第87号 第三十四条")


def warnings_of(tender: Tender, price: Fen | None, rate: Fraction | None, statements: int) -> tuple[Finding, ...]:
    """What will not keep a bid out, but will count against it at the review: said before it is handed in.

    statements   how many of the tender's conditions are left without their statement or proof
    """
    found = []
    limit = tender.price.limit
    over = over_the_limit(tender, Bid("", tender.ocid, "", price, rate=rate))
    if over is not None and limit is not None:
        shown = yuan_text(int(limit * 100)) if tender.price.form is PriceForm.TOTAL else shortest_text(limit)
        zh = f"报价高于最高限价 {shown}: 可以递交, 但评审时将被认定投标无效"
        found.append(Finding("price", zh, cites=over.cites, binding=False))
    if statements:
        zh = f"还有{statements}项资格条件没有勾选提供证明: 资格审查时可能不通过"
        found.append(Finding("statements", zh, cites="财政部令第87号 第四十四条", binding=False))
    return tuple(found)


def _door(work: UnitOfWork, ocid: str, actor: Actor) -> tuple[TenderRow, SupplierRow]:
    """The tender, shared with other bidders but with nobody who would close it; and the own file, for this act alone."""
    actor.must_be(Role.SUPPLIER)
    statement = select(TenderRow).where(TenderRow.ocid == ocid).with_for_update(read=True, of=TenderRow)
    tender = work.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if tender is None or tender.stage is Stage.DRAFT:
        raise Missing("没有这个采购项目")
    try:
        supplier = work.lock_by(SupplierRow, organisation_id=actor.organisation_id)
    except Missing:
        cure = "请先建立供应商档案"
        raise BadInput((Finding("supplier", "本单位还没有供应商档案", cites="政府采购法 第二十二条", cure=cure),)) from None
    return tender, supplier


def _live(work: UnitOfWork, tender: TenderRow, supplier: SupplierRow) -> BidRow:
    row = own_live_bid(work.session, tender.ocid, supplier.id)
    if row is None:
        raise WrongStage("本单位没有已递交的投标文件")
    return row


def _as_of(row: TenderRow, arrived: datetime) -> Tender:
    """The tender as it stood when the bid arrived: the clock may have closed it while the bid waited at the door."""
    facts = row.facts()
    in_time = row.bids_close is not None and aware(arrived) < row.bids_close
    return replace(facts, stage=Stage.TENDERING) if row.stage is Stage.CLOSED and in_time else facts


def _receive(
    work: UnitOfWork, tender: TenderRow, supplier: SupplierRow, command: SubmitBid, act: str, cites: str, now: datetime
) -> Receipt:
    if command.price is not None and command.price > MOST:
        raise BadInput((Finding("price", "报价过大, 请核对单位是否为元"),), "投标文件填写有误")
    chosen, left = _attachments(work, tender, supplier, command)
    documents = {name: held for name, held in command.documents.items() if name != "attachments"}  # ours to say
    if chosen:
        documents["attachments"] = as_documents(chosen, tender.facts())
    offered = Bid(
        id="", tender=tender.ocid, supplier=supplier.uscc, price=command.price, rate=command.rate,
        facts=_plain(command.facts), documents=_plain(documents),
    )  # fmt: skip
    bid, receipt = receive(_as_of(tender, now), offered, now)
    row = BidRow(
        id=int(receipt.hash[:13], 16), ocid=tender.ocid, supplier_id=supplier.id, tenderer=supplier.uscc,
        status=SUBMITTED, price=bid.price, rate=bid.rate, facts=dict(bid.facts), documents=dict(bid.documents),
        submitted_at=receipt.submitted_at, submitted_by=command.actor.person_id, receipt_hash=receipt.hash,
    )  # fmt: skip
    work.session.add(row)
    hand_over(work, chosen, (BID, str(row.id)))
    discard(work, left)
    work.record(act, row, by=command.actor, at=now, cites=cites, facts={"receipt": receipt.hash})
    return receipt


def _attachments(
    work: UnitOfWork, tender: TenderRow, supplier: SupplierRow, command: SubmitBid
) -> tuple[list[FileRow], list[FileRow]]:
    """The files that go with the bid, and the drafts to forget. Raises BadInput for what is not there or not the own."""
    own = work.session.scalars(select(BidRow.id).where(BidRow.ocid == tender.ocid, BidRow.supplier_id == supplier.id))
    subjects = [(DRAFT, tender.ocid), *((BID, str(id)) for id in own)]
    rows = {row.id: row for row in files_of(work.session, supplier.organisation_id, subjects)}
    store = file_store()
    lost = [id for id in command.files if id not in rows]
    gone = [rows[id].name for id in command.files if id in rows and not store.has(rows[id].sha256, rows[id].size)]
    if lost or gone:
        zh = f"附件{'、'.join(f'“{name}”' for name in gone)}已不在, 请重新上传"
        raise BadInput((Finding("files", zh),), "投标文件填写有误")
    chosen: dict[tuple[str, str, str], FileRow] = {}
    for id in command.files:
        chosen.setdefault((rows[id].place, rows[id].name, rows[id].sha256), rows[id])
    return list(chosen.values()), [row for row in rows.values() if row.subject_kind == DRAFT]


def _plain(value: Mapping[str, Any]) -> dict[str, Any]:
    """``value`` as it will come back from the database, so that its hash can be computed again from there."""
    plain: dict[str, Any] = json.loads(canonical_json(value))
    return plain
