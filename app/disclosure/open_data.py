"""What machines read 开放数据: the filtered list as CSV, XLSX, Atom and RSS; the sitemap and robots.txt.

Files hold exactly what the filter shows. One that would be too long is refused with a reason, never cut off in silence.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from app.disclosure import feeds, queries
from app.disclosure.columns import NOTICES
from app.disclosure.filters import Asked, asked
from app.disclosure.place import room
from app.disclosure.queries import Line
from app.store import reading
from app.web.clock import clock
from app.web.freshness import fresh
from kernel.refusal import Missing

IN_A_FEED = 50
IN_A_SITEMAP = 10_000


@room.get("/notices.csv")
def notices_csv() -> Response:
    return _file("csv")


@room.get("/notices.xlsx")
def notices_xlsx() -> Response:
    return _file("xlsx")


@room.get("/notices.atom")
def notices_atom() -> Response:
    wanted, found = _newest()
    made = feeds.atom(
        found, title=_title(wanted), here=_here(".notices_atom", wanted), page=_here(".notices", wanted), address=_address,
        now=clock(),
    )  # fmt: skip
    return fresh(made, "application/atom+xml")


@room.get("/notices.rss")
def notices_rss() -> Response:
    wanted, found = _newest()
    made = feeds.rss(
        found,
        title=_title(wanted),
        here=_here(".notices_rss", wanted),
        page=_here(".notices", wanted),
        address=_address,
    )
    return fresh(made, "application/rss+xml")


@room.get("/sitemap.xml")
def sitemap() -> Response:
    """The places of the portal, and one sitemap for each ten thousand notices."""
    parts = queries.last_number(reading()) // IN_A_SITEMAP + 1
    addresses = [url_for(".sitemap_part", part=part, _external=True) for part in range(parts)]
    return fresh(feeds.sitemap_index((address, None) for address in addresses), "application/xml")


@room.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    found = queries.procurements_between(reading(), part * IN_A_SITEMAP, (part + 1) * IN_A_SITEMAP)
    if not found and part:
        raise Missing("没有这一部分")
    pages: list[tuple[str, Any]] = [(url_for(".show", ocid=ocid, _external=True), changed) for ocid, changed in found]
    if part == 0:
        places = (".index", ".notices", ".agencies", "results.index")
        pages = [*((url_for(place, _external=True), None) for place in places), *pages]
    return fresh(feeds.sitemap(pages), "application/xml")


@room.get("/robots.txt")
def robots() -> Response:
    lines = (
        "User-agent: *",
        "Disallow: /sign-in",
        "Disallow: /notices?",
        "Disallow: /notices.csv",
        "Disallow: /notices.xlsx",
        "Allow: /",
        f"Sitemap: {url_for('.sitemap', _external=True)}",
    )
    return fresh("\n".join(lines) + "\n", "text/plain")


def _file(form: str) -> Response:
    """Everything that the filter shows, on whatever page it was asked for. Raises BadInput when it is too much."""
    asked_for = NOTICES.wanted(request.args, form)
    wanted = asked({**request.args, "after": ""})
    found = queries.lines(reading(), wanted, clock(), limit=asked_for.limit(queries.PAGE))
    answer = NOTICES.file(asked_for, found, said=[(zh or "只看", value) for _, zh, value in wanted.words()])
    return fresh(answer)


def _newest() -> tuple[Asked, list[Line]]:
    wanted = asked({**request.args, "after": "", "sort": ""})
    return wanted, queries.lines(reading(), wanted, clock(), limit=IN_A_FEED)[:IN_A_FEED]


def _address(line: Line) -> str:
    return url_for(".notice", ocid=line.ocid, number=line.id, _external=True)


def _here(endpoint: str, wanted: Asked) -> str:
    return url_for(endpoint, **wanted.first_page(), _external=True)


def _title(wanted: Asked) -> str:
    said = "、".join(value for _, _, value in wanted.words())
    return f"政府购买社会工作服务公告{': ' + said if said else ''}"
