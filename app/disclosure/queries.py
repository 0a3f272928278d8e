"""Questions that anybody may ask: what was published. Drafts do not exist here, and bids neither."""

from __future__ import annotations

from app.procurement.awards.queries import announced as result
from app.procurement.tenders.queries import published_notice as notice

__all__ = ["notice", "result"]
