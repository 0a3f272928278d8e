"""Answers about reviews: the bids of an opened tender, their conclusions, and who is still in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.procurement.bids.models import SUBMITTED, BidRow
from app.procurement.qualifications.models import ReviewItemRow, ReviewRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders.models import TenderRow
from kernel.refusal import StillSealed
from procurement.qualification import Decision, Review


@dataclass(frozen=True)
class OpenedBid:
    """One bid as everybody may see it once it was read out."""

    row: BidRow
    supplier_name: str


def opened_bids(session: Session, tender: TenderRow) -> tuple[OpenedBid, ...]:
    """The bids that stand with their bidders' names, in order of arrival. Raises StillSealed before the opening."""
    if tender.opened_at is None:
        raise StillSealed
    statement = (
        select(BidRow, SupplierRow.name)
        .join(SupplierRow, SupplierRow.id == BidRow.supplier_id)
        .where(BidRow.ocid == tender.ocid, BidRow.status == SUBMITTED)
        .order_by(BidRow.submitted_at, BidRow.receipt_hash)
    )
    return tuple(OpenedBid(*row) for row in session.execute(statement))


def conclusions(session: Session, ocid: str, reviews: Sequence[str]) -> tuple[ReviewItemRow, ...]:
    """Every conclusion of these reviews on the tender's live bids."""
    statement = (
        select(ReviewItemRow)
        .join(BidRow, BidRow.id == ReviewItemRow.bid_id)
        .where(BidRow.ocid == ocid, BidRow.status == SUBMITTED, ReviewItemRow.review.in_(reviews))
        .order_by(ReviewItemRow.bid_id, ReviewItemRow.id)
    )
    return tuple(session.scalars(statement))


def decisions(rows: Sequence[ReviewItemRow]) -> list[Decision]:
    """Conclusions as the rules of ``procurement.qualification`` read them; bids by their number as text."""
    return [
        Decision(str(row.bid_id), Review(row.review), row.item, row.passed, row.reason, str(row.decided_by))
        for row in rows
        if row.review in (Review.QUALIFICATION, Review.CONFORMITY)
    ]


def signed_reviews(session: Session, ocid: str) -> dict[str, ReviewRow]:
    """The reviews of a tender that were signed, by name."""
    return {row.review: row for row in session.scalars(select(ReviewRow).where(ReviewRow.ocid == ocid))}
