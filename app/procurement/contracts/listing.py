"""The list of contracts 合同清单: its columns."""

from __future__ import annotations

from flask import url_for

from app.web.listing import Column, Listing
from kernel.money import yuan
from procurement.contract import ContractStage

CONTRACTS = Listing(
    "合同", "contracts",
    (
        Column("title", "合同", lambda line: line.title, link=lambda line: url_for("contracts.show", contract_id=line.id), width=44, fixed=True),
        Column("number", "合同编号", lambda line: line.number, width=22),
        Column("buyer", "采购人", lambda line: line.buyer, width=26),
        Column("supplier", "承接机构", lambda line: line.supplier, width=26),
        Column("amount", "年度金额", lambda line: yuan(line.amount), width=18, number=True),
        Column("signed", "签订日期", lambda line: line.signed_on, width=14),
        Column(
            "stage", "环节", lambda line: ContractStage(line.stage).zh, tone=lambda line: "warn" if line.stage == "draft" else "info", width=12
        ),
    ),
)  # fmt: skip
