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
from procurement.qualification import Decision, Review, outcome


@dataclass(frozen=True)
class OpenedBid:
    """One bid as everybody may see it once it was read out."""

    row: BidRow
    supplier: SupplierRow

    @property
    def supplier_name(self) -> str:
        return self.supplier.name


def opened_bids(session: Session, tender: TenderRow) -> tuple[OpenedBid, ...]:
    """The bids that stand with their bidders' names, in order of arrival. Raises StillSealed before the opening."""
    if tender.opened_at is None:
        raise StillSealed
    statement = (
        select(BidRow, SupplierRow)
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


@dataclass(frozen=True)
class Reviewed:
    """How a review stands: how many bids came into it, which passed (ids as text), which failed and why."""

    bids: int
    passed: tuple[str, ...]
    failed: dict[str, str]


def reviewed(session: Session, row: TenderRow, review: Review) -> Reviewed:
    """The outcome of a review over the bids that came into it. Raises BadInput listing every gap."""
    return _reviewed(session, row, review, opened_bids(session, row))


def valid_bids(session: Session, row: TenderRow) -> tuple[OpenedBid, ...]:
    """The bids that are scored, in order of arrival: those that passed both reviews. Raises BadInput before both are done."""
    opened = opened_bids(session, row)
    passed = set(_reviewed(session, row, Review.CONFORMITY, opened).passed)
    return tuple(bid for bid in opened if str(bid.row.id) in passed)


def _reviewed(session: Session, row: TenderRow, review: Review, opened: Sequence[OpenedBid]) -> Reviewed:
    tender = row.facts()
    bids = [str(bid.row.id) for bid in opened]
    made = decisions(conclusions(session, row.ocid, list(Review)))
    if review is Review.CONFORMITY:
        bids = list(outcome(tender, Review.QUALIFICATION, bids, made).passed)
    result = outcome(tender, review, bids, made)
    return Reviewed(len(bids), result.passed, dict(result.failed))
