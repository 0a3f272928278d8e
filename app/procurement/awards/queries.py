"""Answers about awards."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.procurement.awards.models import AwardRow
from app.procurement.qualifications.queries import opened_bids
from app.procurement.tenders.models import TenderRow


def award_row(session: Session, ocid: str) -> AwardRow | None:
    """The award of a tender; None before the decision."""
    return session.get(AwardRow, ocid)


def announced(session: Session, ocid: str) -> AwardRow | None:
    """The award, once it is announced; None before, even when it is decided."""
    row = award_row(session, ocid)
    return row if row is not None and row.announced_at is not None else None


def own_bid_of(session: Session, row: TenderRow, organisation_id: int | None) -> int | None:
    """The live bid of an organisation in an opened tender, by its number; None where it did not bid."""
    return next((bid.row.id for bid in opened_bids(session, row) if bid.supplier.organisation_id == organisation_id), None)
