"""The portal's pages and the workbenches, with a thousand procurements and with many (``CAIPING_MANY``; 100,000 if not said).

Of each page: how many statements it takes in either database (they must be the same), its CPU against a bare page of the same
rows, its CPU with many against its CPU with a thousand, and its own compressed bytes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient

from benchmarks.frame import Amount, Bound, Figure, compare
from benchmarks.site import Site, asking, compressed, numbers, site
from kernel.role import Role

SMALL = 1_000
REPEAT = 15

LISTS = {
    "home": "/",
    "list": "/notices",
    "filter": "/notices?kind=award&region=shenzhen&low=2000000",
    "search_2": f"/notices?q={quote('禁毒')}",
    "search_3": f"/notices?q={quote('青少年')}",
    "search_4": f"/notices?q={quote('戒毒康复')}",
}
DESKS = {"buyer": Role.BUYER, "supplier": Role.SUPPLIER, "finance": Role.FINANCE, "overseer": Role.OVERSEER}

Rows = Callable[[str], Sequence[tuple[Any, Sequence[Any]]]]
"""From a page to the rows that it shows: (model, keys) for each table."""


def many() -> int:
    return int(os.environ.get("CAIPING_MANY") or 100_000)


def figures(rounds: int) -> list[Figure | Amount]:
    with open(os.devnull, "w", encoding="utf-8") as unread:
        print(f"  … {SMALL:,} and {many():,} procurements", file=sys.stderr, flush=True)
        with redirect_stderr(unread):  # the journal writes its line for every request, as in service, but nobody reads it
            small, large = site(SMALL), site(many())
            found: list[Figure | Amount] = []
            for name, address in LISTS.items():
                found += _page(f"portal_{name}", address, address, small, small.visitor(), large, large.visitor(), _notices, rounds)
            pages = [f"/notices/{each.whole_tender()}" for each in (small, large)]
            found += _page("portal_procurement", *pages, small, small.visitor(), large, large.visitor(), _procurement(large), rounds)
            for name, role in DESKS.items():
                doors = [each.person(role) for each in (small, large)]
                found += _page(f"workbench_{name}", *["/workbench"] * 2, small, doors[0], large, doors[1], _desk(large), rounds)
    return found


def _page(
    name: str, here: str, there: str, small: Site, at_small: FlaskClient, large: Site, at_large: FlaskClient, rows: Rows, rounds: int,
) -> list[Figure | Amount]:  # fmt: skip
    told, shown = asking(at_small, here), asking(at_large, there)
    shows = rows(at_large.get(there).text)
    bare = large.bare(name, shows)
    for ask in (told, shown):  # what is built at the first question is not counted
        ask()
    few, lots = small.statements(told), large.statements(shown)
    floor = f"bare Flask + ORM + Jinja page of the same rows, {len(shows)} statements"
    of_large, of_small = f"{name} of {large.procurements:,}", f"{name} of {small.procurements:,}"
    how: dict[str, Any] = {"rounds": rounds, "repeat": REPEAT, "best": True}
    return [
        compare(name, floor=(floor, bare), subject=(of_large, shown), bound=Bound(2.5), **how),
        compare(f"{name}_growth", floor=(of_small, told), subject=(of_large, shown), bound=Bound(1.3), **how),
        Amount(f"{name}_statements", f"as many as with {small.procurements:,}, where there are {few}", lots, "", most=few),
        Amount(f"{name}_html", "of its own, as gzip", compressed(at_large, there) / 1000, "kB"),
    ]


def _notices(page: str) -> list[tuple[Any, Sequence[Any]]]:
    from app.disclosure.models import NoticeRow

    return [(NoticeRow, [int(id) for id in numbers(page, r"^/notices/[^/?]+/(\d+)$")])]


def _procurement(large: Site) -> Rows:
    def rows(page: str) -> list[tuple[Any, Sequence[Any]]]:
        from sqlalchemy.orm import Session

        from app.accounts.models import OrganisationRow
        from app.procurement.tenders.models import TenderRow

        [(model, ids)] = _notices(page)
        with Session(large.engine) as session:
            ocid = session.get_one(model, ids[0]).ocid
            buyer = session.get_one(TenderRow, ocid).buyer_id
        return [(TenderRow, [ocid]), (OrganisationRow, [buyer]), (model, ids)]

    return rows


def _desk(large: Site) -> Rows:
    """Who is signed in, and the tenders, contracts with their years and payments, and lines of the log that the page names."""

    def rows(page: str) -> list[tuple[Any, Sequence[Any]]]:
        from sqlalchemy import select
        from sqlalchemy.orm import Session

        from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow, SignInSessionRow
        from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
        from app.procurement.tenders.models import TenderRow
        from app.transparency.models import LogLine

        ocids = numbers(page, r"/(?:tenders|bids|openings|awards|contracts/new)/(cp-[\d-]+)")
        contracts = [int(id) for id in numbers(page, r"/contracts/(\d+)")]
        news = page.rpartition("<h2>")[2]
        told = numbers(news, r"(cp-[\d-]+)")
        with Session(large.engine) as session:
            lines = list(session.scalars(
                select(LogLine.sequence).where(LogLine.subject_id.in_(told)).order_by(LogLine.sequence.desc()).limit(12)
            ))  # fmt: skip
            appointment = session.get_one(AppointmentRow, 1)
        shown = [
            (SignInSessionRow, [1]), (PersonRow, [1]), (AppointmentRow, [1]), (OrganisationRow, [appointment.organisation_id]),
            (TenderRow, ocids), (ContractRow, contracts), (ContractYearRow, contracts), (PaymentRow, contracts), (LogLine, lines),
        ]  # fmt: skip
        return [(model, keys) for model, keys in shown if keys]

    return rows
