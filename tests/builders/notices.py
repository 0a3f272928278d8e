"""Notices as if an act had published them: for lists and searches, where the act does not matter."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from app.accounts.organisation import Kind
from app.disclosure import search, tallies
from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NewsRow, NoticeRow
from app.store import UnitOfWork
from kernel.period import SHANGHAI
from procurement.method import Method
from tests.builders.accounts import an_organisation

_numbers = itertools.count(1)
LONG_AGO = datetime(2024, 6, 3, 9, 0, tzinfo=SHANGHAI)


def a_notice(unit: UnitOfWork, title: str = "示范区禁毒社会工作服务", words: str = "", **but: Any) -> NoticeRow:
    """A tender notice of a new buyer with its words in the index."""
    if "buyer_id" not in but:
        organisation = an_organisation(unit, Kind.BUYER)
        unit.session.flush()
        but = {"buyer_id": organisation.id, "buyer": organisation.name, **but}
    facts: dict[str, Any] = {
        "ocid": f"cp-2024-{next(_numbers):04d}", "kind": NoticeKind.TENDER, "jurisdiction": "national", "method": Method.OPEN,
        "amount": 100_000_000, "published_at": LONG_AGO, "supplier": "", "body": [["项目名称", title]],
    }  # fmt: skip
    facts |= but
    text = "\n".join(part for part in (title, facts["ocid"], facts["buyer"], facts["supplier"], words) if part)
    row = NoticeRow(title=title, text=text, **facts)
    unit.session.add(row)
    unit.session.flush()
    search.index(unit.session).add(unit.session, row.id, text)
    tallies.count(unit.session, row)
    unit.session.add(NewsRow(notice_id=row.id))
    return row
