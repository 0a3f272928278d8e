"""Many procurements: a database with as many as one asks for, the same ones for the same seed.

    python -m benchmarks.many 100000 --database var/many.sqlite3 [--seed 1]

Rows are written in bulk and past the services: what is measured is how pages read, not how acts write. Every procurement
has its tender notice; of ten, six are awarded and five under contract, one ended without result.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, text

from app.disclosure.kinds import NoticeKind
from app.disclosure.models import FTS, NoticeRow
from app.disclosure.words import plain, tokens
from kernel.period import SHANGHAI
from procurement.method import Method
from procurement.stage import Stage

BEGIN = datetime(2019, 1, 7, 9, 0, tzinfo=SHANGHAI)
REGIONS = ("national", "shenzhen", "fujian")
METHODS = (Method.OPEN, Method.OPEN, Method.OPEN, Method.CONSULTATION, Method.SINGLE_SOURCE)
PLACES = ("东湖", "青山", "临江", "南屏", "北望", "安和", "长宁", "云溪", "石桥", "望海")
LEVELS = ("区", "县", "街道", "新区", "镇")
FIELDS = ("社区矫正", "禁毒", "养老", "儿童保护", "精神卫生", "残疾人", "青少年事务", "司法救助", "信访", "医务", "救助管理", "婚姻家庭")
WORK = ("个案管理", "小组工作", "社区宣传", "心理疏导", "戒毒康复", "资源链接", "入户探访", "督导培训", "评估回访")
BLOCK = 5000


def people(app: Flask, buyers: int = 200, agencies: int = 300) -> None:
    """The organisations that buy and those that serve."""
    from app.accounts.models import OrganisationRow
    from app.accounts.organisation import Kind
    from app.extensions import db
    from app.procurement.suppliers.models import SupplierRow
    from procurement.supplier import SupplierKind

    at = BEGIN - timedelta(days=30)
    organisations = [
        {"id": n, "kind": Kind.BUYER if n <= buyers else Kind.SUPPLIER, "name": _name(n, buyers), "credit_code": f"{n:018d}", "registered_at": at}
        for n in range(1, buyers + agencies + 1)
    ]
    files = [
        {"id": n, "organisation_id": buyers + n, "name": _name(buyers + n, buyers), "uscc": f"{buyers + n:018d}",
         "kind": SupplierKind.SERVICE_AGENCY, "facts": {}, "registered_at": at, "changed_at": at, "version": 1}
        for n in range(1, agencies + 1)
    ]  # fmt: skip
    with app.app_context(), db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(OrganisationRow), organisations)
        connection.execute(insert(SupplierRow), files)


def fill(app: Flask, procurements: int, *, seed: int = 1, case: dict[str, Any] | None = None) -> None:
    """Write ``procurements`` procurements into ``app``'s empty SQLite database. ``case``: the documents of all of them."""
    from app.extensions import db
    from app.procurement.tenders.models import TenderRow

    people(app)
    tenders: list[dict[str, Any]] = []
    notices: list[dict[str, Any]] = []
    with app.app_context(), db.engine.execution_options(writes=True).begin() as connection:

        def flush() -> None:
            connection.execute(insert(TenderRow), tenders)
            connection.execute(insert(NoticeRow), notices)
            words = [{"id": n["id"], "tokens": " ".join(tokens(plain(n["text"])))} for n in notices]
            connection.execute(text(f"INSERT INTO {FTS} (rowid, tokens) VALUES (:id, :tokens)"), words)
            tenders.clear()
            notices.clear()

        for tender, published in _stories(procurements, random.Random(seed), case or {}):
            tenders.append(tender)
            notices.extend(published)
            if len(tenders) >= BLOCK:
                flush()
        if tenders:
            flush()
        connection.execute(text(f"INSERT INTO {FTS} ({FTS}) VALUES ('optimize')"))
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _stories(procurements: int, chance: random.Random, case: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """(tender, its notices) in the order in which they begin; ids rise with time, as they do in service."""
    number = 0
    for n in range(1, procurements + 1):
        at = BEGIN + timedelta(minutes=20 * n)
        buyer, agency = chance.randint(1, 200), chance.randint(1, 300)
        title = f"{chance.choice(PLACES)}{chance.choice(LEVELS)}{chance.choice(FIELDS)}社会工作服务项目（第{n % 5 + 1}期）"
        ocid, method, region = f"cp-{at.year}-{n:07d}", chance.choice(METHODS), chance.choice(REGIONS)
        amount, fate = chance.randint(20, 900) * 1_000_000, chance.random()
        close = at + timedelta(days=22)
        said = {
            "ocid": ocid, "title": title, "buyer_id": buyer, "buyer": _name(buyer, 200), "supplier_id": None, "supplier": "",
            "jurisdiction": region, "method": method, "closes_at": None, "until": None, "subject_id": None,
        }  # fmt: skip
        named = {"supplier_id": agency, "supplier": _name(200 + agency, 200)}
        words = "\n".join([title, ocid, said["buyer"], *chance.sample(WORK, 4)])
        steps: list[dict[str, Any]] = [{"kind": NoticeKind.TENDER, "amount": amount, "closes_at": close, "text": words}]
        if fate < 0.1:
            steps[0]["until"] = at + timedelta(days=9)
            steps.append({"kind": NoticeKind.TERMINATED, "amount": amount, "text": words})
        if fate > 0.4:
            steps.append({**named, "kind": NoticeKind.AWARD, "amount": amount * 9 // 10, "text": f"{words}\n{named['supplier']}"})
        if fate > 0.5:
            steps.append({**named, "kind": NoticeKind.CONTRACT, "amount": amount * 9 // 10, "text": f"{words}\n{named['supplier']}"})
        notices = []
        for days, step in enumerate(steps):
            number += 1
            body = [["采购人", said["buyer"]], ["项目名称", title]]
            notices.append({**said, **step, "id": number, "published_at": at + timedelta(minutes=days), "body": body})
        stage = {1: Stage.TENDERING, 2: Stage.AWARDED, 3: Stage.CONTRACTED}[len(steps)]
        yield (
            {
                "ocid": ocid, "buyer_id": buyer, "title": title, "method": method, "stage": Stage.TERMINATED if fate < 0.1 else stage,
                "jurisdiction": region, "budget": amount, "ceiling": amount, "case": case, "notice": {},
                "reached": {"need": at.isoformat(), "notice": at.isoformat()}, "outcome": {}, "drafted_at": at,
                "documents_issued": at.date(), "documents_until": (at + timedelta(days=6)).date(), "published_at": at,
                "bids_close": close, "opened_at": None, "version": 1,
            },
            notices,
        )  # fmt: skip


def _name(number: int, buyers: int) -> str:
    if number <= buyers:
        return f"{PLACES[number % 10]}{LEVELS[number // 10 % 5]}第{number}民政局"
    return f"{PLACES[number % 10]}第{number}社会工作服务中心"


def main() -> None:
    from tests.databases import make_app

    parser = argparse.ArgumentParser(prog="python -m benchmarks.many", description="A scratch database with many procurements.")
    parser.add_argument("procurements", type=int)
    parser.add_argument("--database", type=Path, required=True, help="a SQLite file that does not exist yet")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if wanted.database.exists():
        parser.error(f"{wanted.database} is there already")
    fill(make_app(f"sqlite:///{wanted.database.resolve()}", wanted.database.resolve().parent), wanted.procurements, seed=wanted.seed)


if __name__ == "__main__":
    main()
