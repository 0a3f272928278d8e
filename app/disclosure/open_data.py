"""What machines read 开放数据: the filtered list as CSV, XLSX, Atom and RSS; the sitemap and robots.txt.

Files hold exactly what the filter shows. One that would be too long is refused with a reason, never cut off in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.disclosure import feeds, queries, structured
from app.disclosure.columns import NOTICES
from app.disclosure.filters import Asked, asked
from app.disclosure.place import room
from app.disclosure.queries import Line
from app.evaluation.results import queries as results
from app.procurement.suppliers import queries as suppliers
from app.store import reading
from app.web.clock import clock
from app.web.freshness import fresh
from app.web.listing import MIMETYPES
from kernel.refusal import Missing

IN_A_FEED = 50
IN_A_SITEMAP = 10_000


KINDS = {**MIMETYPES, "atom": "application/atom+xml", "rss": "application/rss+xml"}
WORDS = {"csv": "CSV", "xlsx": "Excel", "atom": "Atom 订阅", "rss": "RSS 订阅"}
MEANINGS = {
    "kind": "公告的名称; 采用磋商、谈判的, 名称不同", "ocid": "采购项目的编号, 同一项目的公告相同", "supplier": "中标、成交或者签约的机构",
    "amount": "招标公告为预算, 中标和合同公告为每年价款; 评估结果没有金额", "published": "公布的时刻", "closes": "仅招标公告有",
    "until": "不再有效的公告仍可查阅", "address": "公告原文的固定网址", "field": "采购人在公告中注明的领域", "region": "适用的地方规定所属的地区",
}  # fmt: skip


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


@room.get("/open-data")
def offered() -> Response:
    """What is offered as data, and how it is had."""
    files = ("csv", url_for(".notices_csv", _external=True)), ("xlsx", url_for(".notices_xlsx", _external=True))
    feeds_too = ("atom", url_for(".notices_atom", _external=True)), ("rss", url_for(".notices_rss", _external=True))
    sets = [
        ("公告", "招标、中标、废标、终止、合同和评估结果的全部公告, 按类型、地区、服务领域、采购方式、金额、日期和采购人筛选。",
         url_for(".notices", _external=True), [*files, *feeds_too]),
        ("社工机构", "中标、签订合同或者有履约记录的机构, 及其履约记录的次数。", *_list(".agencies")),
        ("评估结果", "公示中的和已经确定的评估结果: 项目、机构、类型、年度、得分、等级。每一结果的页面另有可以复算的工作簿和评估报告。",
         *_list("results.index")),
    ]  # fmt: skip
    data = structured.catalogue([(name, holds, page, [(KINDS[kind], address) for kind, address in files]) for name, holds, page, files in sets])
    columns = [(column.zh, column.name, MEANINGS.get(column.name, "")) for column in NOTICES.columns]
    return fresh(render_template("public/open_data.html", sets=sets, data=data, words=WORDS, columns=columns))


def _list(endpoint: str) -> tuple[str, list[tuple[str, str]]]:
    page = url_for(endpoint, _external=True)
    return page, [(form, f"{page}?format={form}") for form in ("csv", "xlsx")]


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
        places = (".index", ".notices", ".agencies", "results.index", ".offered")
        pages = [*((url_for(place, _external=True), None) for place in places), *_standing(reading()), *pages]
    return fresh(feeds.sitemap(pages), "application/xml")


def _standing(session: Session) -> Iterator[tuple[str, datetime | None]]:
    """The pages of agencies and of evaluation results."""
    for agency in suppliers.agencies(session, queries.named_suppliers(), limit=IN_A_SITEMAP):
        yield url_for(".agency", uscc=agency.uscc, _external=True), agency.latest
    for result in results.results_for(session, None, limit=IN_A_SITEMAP):
        yield url_for("results.show", result_id=result.id, _external=True), result.published_at


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
