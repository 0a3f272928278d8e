"""Columns 列 of the portal's long tables: notices and agencies, as pages and files show them."""

from __future__ import annotations

from flask import url_for

from app.disclosure.filters import REGIONS
from app.disclosure.queries import Line
from app.procurement.suppliers.queries import SupplierLine
from app.web.listing import Column, Listing
from kernel.money import yuan


def _notice(line: Line) -> str:
    return url_for("disclosure.notice", ocid=line.ocid, number=line.id)


def _procurement(line: Line) -> str:
    return url_for("disclosure.show", ocid=line.ocid)


NOTICES = Listing(
    "公告", "notices",
    (
        Column("kind", "公告类型", lambda line: line.name, tone=lambda line: line.kind.tone, width=14),
        Column("title", "项目名称", lambda line: line.title, link=_procurement, width=44, fixed=True),
        Column("ocid", "项目编号", lambda line: line.ocid, link=_notice, width=18),
        Column("buyer", "采购人", lambda line: line.buyer, width=26),
        Column("supplier", "承接机构", lambda line: line.supplier, width=26, shown=False),
        Column("region", "地区", lambda line: REGIONS.get(line.jurisdiction, line.jurisdiction), width=12, shown=False),
        Column("field", "服务领域", lambda line: line.field.zh if line.field else "", width=18, shown=False),
        Column("method", "采购方式", lambda line: line.method.zh if line.method else "", width=14),
        Column("amount", "金额", lambda line: None if line.amount is None else yuan(line.amount), width=18, number=True),
        Column("published", "公布时间", lambda line: line.published_at, width=17),
        Column("closes", "投标截止", lambda line: line.closes_at, width=17, shown=False),
        Column("until", "不再有效自", lambda line: line.until, width=17, shown=False),
        Column("address", "网址", lambda line: url_for("disclosure.notice", ocid=line.ocid, number=line.id, _external=True), width=50, shown=False),
    ),
)  # fmt: skip


def _agency(line: SupplierLine) -> str:
    return url_for("disclosure.agency", uscc=line.uscc)


AGENCIES = Listing(
    "机构", "agencies",
    (
        Column("name", "机构", lambda line: line.name, link=_agency, width=40, fixed=True),
        Column("uscc", "统一社会信用代码", lambda line: line.uscc, width=22),
        Column("kind", "类别", lambda line: line.kind.zh, width=16),
        Column("standings", "履约记录", lambda line: line.standings, width=12),
        Column("latest", "最近登记", lambda line: line.latest, width=17),
    ),
)  # fmt: skip
