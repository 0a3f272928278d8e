"""The act of opening 开标, and what the law leaves when there are too few bids to open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.accounts import Actor
from app.accounts.models import PersonRow
from app.procurement.bids.models import BidRow
from app.procurement.bids.queries import bids_to_open, names_of
from app.procurement.openings.models import OpeningRow
from app.procurement.openings.queries import overseers
from app.procurement.tenders.models import TenderRow
from app.procurement.tenders.services import FailTender, close_locked, fail_tender
from app.store import UnitOfWork
from kernel.period import aware
from kernel.refusal import BadInput, Finding, Unlawful
from kernel.role import Role
from procurement import opening
from procurement.stage import Progress, Stage
from procurement.tender import TENDER


@dataclass(frozen=True)
class OpenBids:
    """开标. ``overseer_id``: the person who watches it 监督人员; ``place``: where it is done."""

    actor: Actor
    ocid: str
    overseer_id: int | None
    place: str


@dataclass(frozen=True)
class FailForTooFew:
    """废标 because fewer than three bids stand at the deadline; ``branch`` as ``tenders.services.BRANCHES``."""

    actor: Actor
    ocid: str
    branch: str
    reason: str


def open_bids(work: UnitOfWork, command: OpenBids, now: datetime) -> OpeningRow:
    """Open every bid that stands, and record what is read out 唱标, in order of arrival.

    Raises Unlawful before the deadline and, then with the number, with fewer than three bids (there is no opening);
    BadInput without overseer or place.
    """
    row = _own(work, command.ocid, command.actor, now)
    watching = {watcher.person_id: watcher for watcher in overseers(work.session, now)}
    wrong = []
    if command.overseer_id not in watching or command.overseer_id in command.actor.people:
        wrong.append(Finding("overseer_id", "请选择到场监督的人员", cites="财政部令第87号 第三十九条"))
    if not command.place.strip():
        wrong.append(Finding("place", "请填写开标地点", cites="财政部令第87号 第三十九条"))
    if wrong:
        raise BadInput(wrong, "不能开标")
    bids = bids_to_open(work.session, row.ocid)
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    host = work.session.get(PersonRow, command.actor.person_id)
    watcher = watching[command.overseer_id]
    record = opening.open_bids(
        row.facts(), [bid.value() for bid in bids], now, law=law,
        host=host.name if host else "", place=command.place.strip(), overseer=watcher.name,
    )  # fmt: skip
    proposed = replace(row.facts(), progress=Progress(bids=len(bids), at=now))
    taken = TENDER.take(proposed, "open", by=command.actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    row.opened_at = now
    row.reach("opening", now)
    opened = OpeningRow(
        ocid=row.ocid, opened_at=now, opened_by=command.actor.person_id,
        record=_record(record, bids, names_of(work.session, bids), watcher.organisation),
    )  # fmt: skip
    work.session.add(opened)
    facts = {"bids": len(bids), "receipts": [line.receipt for line in record.lines], "overseer": command.overseer_id}
    work.record("bids.open", opened, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return opened


def fail_for_too_few(work: UnitOfWork, command: FailForTooFew, now: datetime) -> TenderRow:
    """废标 after the deadline with too few bids. Raises Unlawful, without saying how many there are, where there are enough."""
    row = _own(work, command.ocid, command.actor, now)
    progress = Progress(bids=len(bids_to_open(work.session, row.ocid)), at=now)
    fail = FailTender(command.actor, command.ocid, command.branch, command.reason, progress)
    try:
        return fail_tender(work, fail, now)
    except Unlawful as refusal:
        if row.stage is not Stage.CLOSED:
            raise
        raise Unlawful((replace(found, have=None, need=None) for found in refusal.findings), refusal.message) from None


def _own(work: UnitOfWork, ocid: str, actor: Actor, now: datetime) -> TenderRow:
    """The own tender, held alone. What time has closed is closed now, in the clock's name, if nobody did it before."""
    actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, ocid)
    actor.must_act_for(row.buyer_id)
    if row.stage is Stage.TENDERING and row.bids_close is not None and now >= row.bids_close:
        close_locked(work, row, Actor.clock(), now)
    return row


def _record(
    record: opening.OpeningRecord, bids: list[BidRow], names: dict[int, str], oversight: str
) -> dict[str, object]:
    by_id = {str(bid.id): bid for bid in bids}
    lines = []
    for line in record.lines:
        bid = by_id[line.bid]
        lines.append({
            "number": line.number, "bid_id": bid.id, "supplier_id": bid.supplier_id, "supplier": names[bid.supplier_id],
            "price": line.price, "rate": line.rate, "submitted_at": line.submitted_at, "receipt_hash": bid.receipt_hash,
            "intact": line.receipt == bid.receipt_hash,
        })  # fmt: skip
    return {
        "host": record.host, "place": record.place, "overseer": record.overseer, "oversight": oversight, "lines": lines,
    }  # fmt: skip
