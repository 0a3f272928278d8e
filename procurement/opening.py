"""Opening 开标: at the same moment as the deadline, only with enough bids, and what was read out 唱标."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kernel.money import Fen
from kernel.period import aware
from kernel.refusal import BadInput, Finding
from kernel.role import Role
from procurement.bid import Bid, receipt_of
from procurement.method import Method
from procurement.tender import TENDER, Tender


@dataclass(frozen=True)
class OpeningLine:
    """What is read out for one bid 开标一览表: name, price, arrival, and the hash its receipt carries."""

    number: int
    bid: str
    supplier: str
    price: Fen | None
    rate: str
    submitted_at: datetime
    receipt: str


@dataclass(frozen=True)
class OpeningRecord:
    """开标记录, signed by the bidders and the staff (87号令 第四十二条). Lines stand in order of arrival."""

    tender: str
    opened_at: datetime
    host: str
    place: str
    lines: tuple[OpeningLine, ...]
    overseer: str = ""
    doubts: tuple[str, ...] = ()


def standing_bids(bids: Sequence[Bid]) -> tuple[Bid, ...]:
    """The bids that stand at the deadline, not withdrawn, in order of arrival.

    Raises BadInput when one supplier has two: nobody may hand in two offers for one lot.
    """
    standing = sorted((b for b in bids if not b.withdrawn), key=lambda b: (b.submitted_at is None, b.submitted_at, b.id))
    seen: dict[str, str] = {}
    doubled = []
    for bid in standing:
        if bid.supplier in seen:
            doubled.append(Finding("bids", f"同一投标人有两份投标文件: {bid.supplier}", have=f"{seen[bid.supplier]}、{bid.id}"))
        seen[bid.supplier] = bid.id
    if doubled:
        raise BadInput(doubled)
    return tuple(standing)


def open_bids(
    tender: Tender, bids: Sequence[Bid], now: datetime, *, law: Any, host: str, place: str = "", overseer: str = ""
) -> OpeningRecord:  # fmt: skip
    """开标: the record, or a refusal. Who may not be in the hall: ``committee.attendance_findings``.

    Raises WrongStage, or Unlawful before the deadline or with fewer than three bids.
    """
    moment = aware(now)
    standing = standing_bids(bids)
    proposed = replace(tender, progress=replace(tender.progress, bids=len(standing), at=moment))
    TENDER.take(proposed, "open", by=Role.BUYER, law=law)
    return OpeningRecord(tender.ocid, moment, host, place, tuple(_line(n, b) for n, b in enumerate(standing, 1)), overseer)


def _line(number: int, bid: Bid) -> OpeningLine:
    receipt = receipt_of(bid)
    rate = "" if bid.rate is None else str(bid.rate)
    return OpeningLine(number, bid.id, bid.supplier, bid.price, rate, receipt.submitted_at, receipt.hash)


def too_few(tender: Tender, bids: Sequence[Bid]) -> bool:
    """Whether there may be no opening 不得开标: fewer bids than the method's minimum (投标人不足三家)."""
    return len(standing_bids(bids)) < (tender.method or Method.OPEN).min_suppliers

