"""Questions that anybody may ask: what was published. Drafts do not exist here, and bids neither."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import OrganisationRow
from app.procurement.awards.models import AwardRow
from app.procurement.tenders.models import TenderRow
from kernel.refusal import Missing
from procurement.stage import Stage


def notice(session: Session, ocid: str) -> tuple[TenderRow, OrganisationRow]:
    """A published tender and its buyer. Raises Missing, also for a draft."""
    found = session.execute(
        select(TenderRow, OrganisationRow)
        .join(OrganisationRow, OrganisationRow.id == TenderRow.buyer_id)
        .where(TenderRow.ocid == ocid, TenderRow.stage != Stage.DRAFT)
    ).one_or_none()
    if found is None:
        raise Missing("没有这份公告")
    return found[0], found[1]


def result(session: Session, ocid: str) -> AwardRow | None:
    """The award, once it is announced; None before, even when it is decided."""
    return session.scalars(
        select(AwardRow).where(AwardRow.ocid == ocid, AwardRow.announced_at.is_not(None))
    ).one_or_none()
