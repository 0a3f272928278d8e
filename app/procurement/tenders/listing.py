"""The list of tenders 采购项目 as a table: its columns. Rows are (tender, its stage as a reader sees it, its line)."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.web.listing import Column, Listing
from kernel.money import yuan

TONES = {"draft": "warn", "unsuccessful": "stop", "terminated": "stop", "contracted": "good", "awarded": "good"}


def _now(row: Any) -> str:
    return next((step.zh for step in row[2] if step.state == "now"), "")


TENDERS = Listing(
    "采购项目", "tenders",
    (
        Column("title", "项目", lambda row: row[0].title, link=lambda row: url_for("tenders.show", ocid=row[0].ocid), width=44, fixed=True),
        Column("ocid", "项目编号", lambda row: row[0].ocid, width=18),
        Column("buyer", "采购人", lambda row: row[0].buyer, width=26),
        Column("method", "采购方式", lambda row: row[0].method.zh if row[0].method else "", width=14),
        Column("budget", "预算", lambda row: None if row[0].budget is None else yuan(row[0].budget), width=18, number=True),
        Column("ceiling", "最高限价", lambda row: None if row[0].ceiling is None else yuan(row[0].ceiling), width=18, shown=False, number=True),
        Column("published", "发布时间", lambda row: row[0].published_at, width=17, shown=False),
        Column("closes", "投标截止", lambda row: row[0].bids_close, width=17),
        Column("station", "现在", _now, width=14, shown=False),
        Column("stage", "环节", lambda row: row[1].zh, tone=lambda row: TONES.get(row[1].value, "info"), width=12),
    ),
)  # fmt: skip
