"""The list of supplier files 供应商档案: its columns."""

from __future__ import annotations

from flask import url_for

from app.web.listing import Column, Listing

SUPPLIERS = Listing(
    "供应商", "suppliers",
    (
        Column("name", "名称", lambda line: line.name, link=lambda line: url_for("suppliers.show", supplier_id=line.id), width=40, fixed=True),
        Column("kind", "类型", lambda line: line.kind.zh, width=16),
        Column("uscc", "统一社会信用代码", lambda line: line.uscc, width=22),
        Column("standings", "履约记录", lambda line: line.standings, width=12),
        Column("latest", "最近登记", lambda line: line.latest, width=17, shown=False),
    ),
)  # fmt: skip
