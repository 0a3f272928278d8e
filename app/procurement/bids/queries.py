"""Questions about bids. Before the opening only their own supplier may ask; everybody else is refused alike."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.procurement.bids.models import SUBMITTED, BidRow
from app.procurement.suppliers.models import SupplierRow
from app.procurement.tenders.models import TenderRow
from kernel.refusal import Missing, StillSealed

_BY_ARRIVAL = (BidRow.submitted_at, BidRow.receipt_hash)


def own_bids(session: Session, ocid: str, supplier_id: int) -> list[BidRow]:
    """All bids of one supplier for a tender, the newest first: the live one, the replaced, the withdrawn."""
    statement = (
        select(BidRow)
        .where(BidRow.ocid == ocid, BidRow.supplier_id == supplier_id)
        .order_by(BidRow.submitted_at.desc(), BidRow.status.desc())
    )
    return list(session.scalars(statement))


def own_live_bid(session: Session, ocid: str, supplier_id: int) -> BidRow | None:
    """The one bid of this supplier that stands; None when it has none."""
    statement = select(BidRow).where(
        BidRow.ocid == ocid, BidRow.supplier_id == supplier_id, BidRow.status == SUBMITTED
    )
    return session.scalars(statement).one_or_none()


def live_bids(session: Session, tender: TenderRow) -> list[BidRow]:
    """The bids that stand, in order of arrival. Raises StillSealed before the opening, whoever asks."""
    if tender.opened_at is None:
        raise StillSealed
    return bids_to_open(session, tender.ocid)


def bids_to_open(session: Session, ocid: str) -> list[BidRow]:
    """The same without the seal: for the act of opening alone."""
    statement = select(BidRow).where(BidRow.ocid == ocid, BidRow.status == SUBMITTED).order_by(*_BY_ARRIVAL)
    return list(session.scalars(statement))


def names_of(session: Session, bids: list[BidRow]) -> dict[int, str]:
    """The suppliers' names by their file's id, in one statement."""
    ids = {bid.supplier_id for bid in bids}
    statement = select(SupplierRow.id, SupplierRow.name).where(SupplierRow.id.in_(ids))
    return {row.id: row.name for row in session.execute(statement)}


def ocid_of(session: Session, bid_id: int) -> str:
    """For which tender a bid is: to tell its own supplier of it. Raises Missing."""
    found = session.scalar(select(BidRow.ocid).where(BidRow.id == bid_id))
    if found is None:
        raise Missing("没有这份投标文件")
    return found


def organisations_with_a_bid(session: Session, ocid: str) -> list[int]:
    """Whose bids stand: only to tell each of them, by itself, what becomes of the tender. Never shown to anybody."""
    return list(
        session.scalars(
            select(SupplierRow.organisation_id)
            .join(BidRow, BidRow.supplier_id == SupplierRow.id)
            .where(BidRow.ocid == ocid, BidRow.status == SUBMITTED)
            .order_by(SupplierRow.organisation_id)
        )
    )
