"""What the openings tell in a tender's history."""

from __future__ import annotations

from app.procurement.openings.models import OpeningRow
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter, everybody, numbered
from kernel.role import Role

# A supplier reads the record of an opening as a bidder, from its own bid.
history.add(Chapter(
    "openings", {"bids.open": "开标"}, everybody, numbered(OpeningRow), "openings.show", hidden_from=(Role.SUPPLIER,)
))  # fmt: skip
