"""Many procurements: a database with as many as one asks for, the same ones for the same seed.

    python -m benchmarks.generate --procurements 1000000 --seed 1                      # SQLite, kept under var/bench
    python -m benchmarks.generate --procurements 1000000 --postgresql postgresql+psycopg://…   # into an empty database

Everything that the acts would have written is there: tenders, their notices with words and tallies, winning bids, awards,
contracts with a year and a payment, and the log with its chain. Rows go past the services (what is measured is how pages
read), through the columns' own types, and the database checks its constraints and triggers for each of them.

A file under var/bench is used again as long as its number, its seed, the schema and this code are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, func, insert, select, text, update

from app.disclosure import tallies
from app.disclosure.kinds import NoticeKind
from app.disclosure.models import FTS, NoticeRow, NoticeWordsRow
from app.disclosure.words import plain, tokens
from app.transparency.chain import GENESIS
from app.transparency.models import LogHead, LogLine
from benchmarks.bulk import Into, write
from benchmarks.stories import (
    NOW,
    TERM,
    YEARS,
    Happening,
    agency_name,
    buyer_name,
    happenings,
    sizes,
    stories,
)  # fmt: skip
from kernel.canonical import canonical_json, sha256_hex
from kernel.money import yuan_text
from kernel.role import Role
from procurement.contract import ContractStage

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "bench"
CODE = (
    "benchmarks/generate.py", "benchmarks/bulk.py", "benchmarks/stories.py", "app/disclosure/words.py",
    "migrations/versions/0001_initial_schema.py",
)  # fmt: skip
"""What a kept database depends on."""

PEOPLE = {1: Role.BUYER, 2: Role.SUPPLIER, 3: Role.FINANCE, 4: Role.OVERSEER}
"""Who may sign in: one person for buyer 1, one for agency 1, and two who supervise."""

WHOLE_CASE = 50
"""One tender in so many has documents of the usual length; the others have hardly any, or a million would fill the disk."""


def database(procurements: int, *, seed: int = 1, folder: Path = KEPT) -> Flask:
    """The application on a SQLite database with so many procurements, standing at ``stories.NOW``; made when it is not there."""
    from app.extensions import db
    from tests.databases import make_app

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"procurements-{procurements}-{seed}-{_code()}.sqlite3"
    if not file.exists():
        for old in folder.glob(f"procurements-{procurements}-{seed}-*"):
            old.unlink()
        making = file.with_suffix(".making")
        making.unlink(missing_ok=True)
        app = make_app(f"sqlite:///{making}", folder)
        fill(app, procurements, seed=seed)
        with app.app_context():
            db.engine.dispose()
        making.rename(file)
    app = make_app(f"sqlite:///{file}", folder)
    app.extensions["clock"].set(NOW)
    return app


def fill(app: Flask, procurements: int, *, seed: int = 1) -> None:
    """Write ``procurements`` procurements into ``app``'s empty database, in one transaction."""
    from app.extensions import db

    with app.app_context():
        options = {"writes": True} if db.engine.dialect.name == "sqlite" else {}
        with db.engine.execution_options(**options).begin() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA cache_size=-1500000")
            _people(connection, *sizes(procurements))
            book = _Book(connection)
            for happening in happenings(stories(procurements, seed)):
                book.tell(happening)
            book.close()
        with db.session() as session:
            if connection.dialect.name == "postgresql":
                session.execute(text("ANALYZE"))
            session.commit()


class _Book:
    """The tables of the product, written in the order in which things happened."""

    def __init__(self, connection: Connection) -> None:
        from app.procurement.awards.models import AwardRow
        from app.procurement.bids.models import BidRow
        from app.procurement.contracts.models import ContractRow, ContractYearRow, PaymentRow
        from app.procurement.tenders.models import TenderRow
        from tests.builders.rooms import NOTICE, a_case

        whole = a_case()
        short = {name: whole[name] for name in ("id", "kind", "name", "price")}

        def into(model: Any, varying: str, **fixed: Any) -> Into:
            first = {"version": 1} if "version" in model.__table__.c else {}
            return Into(connection, model.__table__, varying.split(), **first, **fixed)

        tender = (
            "ocid buyer_id title method stage jurisdiction service_field budget ceiling reached outcome drafted_at documents_issued"
            " documents_until published_at bids_close opened_at"
        )
        self.connection = connection
        self.cases = {True: whole, False: short}
        self.tenders = {full: into(TenderRow, tender, case=case, notice=NOTICE) for full, case in self.cases.items()}
        self.bids = into(
            BidRow, "id ocid supplier_id tenderer price submitted_at receipt_hash",
            status="submitted", facts={}, documents={}, submitted_by=2,
        )  # fmt: skip
        self.awards = into(
            AwardRow, "ocid bid_id supplier_id supplier_name amount decided_at announced_at notice",
            rank=1, decision={}, decided_by=1,
        )  # fmt: skip
        self.contracts = into(
            ContractRow, "id ocid number title buyer_id supplier_id stage amount drawn_up_at signed_on", years=3, terms={},
        )  # fmt: skip
        self.years = into(ContractYearRow, "id contract_id starts_on ends_on", number=1)
        self.payments = into(PaymentRow, "id year_id planned due_on paid paid_on", number=1, share=1, condition="合同签订后")
        self.notices = into(
            NoticeRow,
            "id ocid kind title buyer_id buyer supplier_id supplier jurisdiction method service_field amount published_at closes_at"
            " until subject_id body text",
        )
        self.log = into(
            LogLine,
            "sequence at organisation_id person_id role act subject_kind subject_id cites facts previous_hash hash",
        )
        self.words: list[tuple[Any, ...]] = []
        self.number, self.contract, self.hash = 0, 0, GENESIS
        self.in_order = (
            *self.tenders.values(), self.bids, self.awards, self.contracts, self.years, self.payments, self.notices, self.log,
        )  # fmt: skip

    def tell(self, happening: Happening) -> None:
        """Write what one act wrote."""
        acts = {
            "tender.publish": self._publish, "tender.terminate": self._terminate, "tender.fail": self._fail,
            "award.announce": self._award, "contract.sign": self._sign,
        }  # fmt: skip
        acts[happening.what](happening)
        if self.notices.full:
            self.write()

    def write(self) -> None:
        for table in self.in_order:
            table.write()
        if self.connection.dialect.name == "sqlite":
            write(self.connection, FTS, ("rowid", "tokens"), self.words)
        elif self.words:
            write(self.connection, NoticeWordsRow.__tablename__, ("notice_id", "tokens", "plain"), self.words)
        self.words = []

    def close(self) -> None:
        """Write the rest: the log's head, the tallies, and for PostgreSQL where its sequences stand."""
        from sqlalchemy.orm import Session

        self.write()
        head = update(LogHead).where(LogHead.id == 1)
        self.connection.execute(head.values(sequence=self.number, hash=self.hash))
        with Session(self.connection, join_transaction_mode="rollback_only") as session:
            tallies.rebuild(session)
            session.flush()
        if self.connection.dialect.name == "postgresql":
            for table in ("notices", "contracts", "contract_years", "payments", "organisations", "suppliers", "people", "appointments"):
                self.connection.execute(select(func.setval(
                    func.pg_get_serial_sequence(table, "id"), select(func.max(text("id"))).select_from(text(table)).scalar_subquery()
                )))  # fmt: skip

    def _publish(self, happening: Happening) -> None:
        story, at = happening.story, happening.at
        stations = {"need": at - timedelta(days=40), "intention": at - timedelta(days=35), "notice": at}
        stations |= {"bidding": story.closes, "opening": story.opened} if story.opened else {}
        stations |= {"review": story.awarded, "award": story.awarded} if story.awarded else {}
        stations |= {"contract": story.signed} if story.signed else {}
        outcome: dict[str, Any] = {}
        if story.ended or story.failed:
            outcome = {"reason": REASONS[bool(story.ended)], "cites": CITES["tender.terminate" if story.ended else "tender.fail"]}
        self.tenders[story.number % WHOLE_CASE == 0].add(
            story.ocid, story.buyer, story.title, story.method, story.stage, story.region, story.field, story.budget, story.budget,
            {station: moment.isoformat() for station, moment in stations.items()}, outcome, at - timedelta(days=2), at.date(),
            (at + timedelta(days=12)).date(), at, story.closes, story.opened,
        )  # fmt: skip
        body = [
            ["采购方式", story.method.zh], ["服务领域", story.field.zh], ["最高限价", yuan_text(story.budget)],
            ["获取招标文件", "自公告发布之日起提供, 内容见本页"], ["投标截止和开标", f"{story.closes:%Y-%m-%d %H:%M}（北京时间）"],
        ]  # fmt: skip
        self._notice(happening, NoticeKind.TENDER, story.budget, body, closes=story.closes, until=story.ended)
        self._log(happening, "tenders", story.ocid, {"bids_close": story.closes.isoformat()})

    def _terminate(self, happening: Happening) -> None:
        self._end(happening, NoticeKind.TERMINATED)

    def _fail(self, happening: Happening) -> None:
        self._end(happening, NoticeKind.UNSUCCESSFUL)

    def _end(self, happening: Happening, kind: NoticeKind) -> None:
        reason = REASONS[kind is NoticeKind.TERMINATED]
        body = [["理由", reason], ["依据", CITES[happening.what]]]
        self._notice(happening, kind, happening.story.budget, body, words=reason)
        self._log(happening, "tenders", happening.story.ocid, {"reason": reason})

    def _award(self, happening: Happening) -> None:
        story, at = happening.story, happening.at
        name, code = agency_name(story.agency), _code_of(story.agency, agency=True)
        receipt = sha256_hex(f"{story.ocid} {code} {story.price}")
        self.bids.add(story.number, story.ocid, story.agency, code, story.price, story.closes - timedelta(days=1), receipt)
        notice = {"subject": story.title, "scope": "、".join(story.work)}
        self.awards.add(story.ocid, story.number, story.agency, name, story.price, at - timedelta(days=1), at, notice)
        body = [["中标供应商", name], ["中标金额", yuan_text(story.price)], ["服务范围", notice["scope"]]]
        self._notice(happening, NoticeKind.AWARD, story.price, body, winner=True)
        self._log(happening, "awards", story.ocid, {"amount": story.price})

    def _sign(self, happening: Happening) -> None:
        story, at = happening.story, happening.at
        self.contract += 1
        number, day = self.contract, at.date()
        over = at + TERM < NOW
        stage = ContractStage.COMPLETED if over else ContractStage.PERFORMING
        contract = f"{story.ocid}-HT"
        self.contracts.add(
            number, story.ocid, contract, story.title, story.buyer, story.agency, stage, story.price, at - timedelta(days=5), day,
        )  # fmt: skip
        self.years.add(number, number, day, day + TERM)
        due = day + timedelta(days=30)
        paid = due < NOW.date()
        self.payments.add(number, number, story.price, due, story.price if paid else None, due if paid else None)
        body = [
            ["合同编号", contract], ["承接机构", agency_name(story.agency)], ["合同金额", f"{yuan_text(story.price)}（每年）"],
            ["签订日期", day.isoformat()],
        ]  # fmt: skip
        self._notice(happening, NoticeKind.CONTRACT, story.price, body, winner=True, subject=number)
        self._log(happening, "contracts", str(number), {"signed_on": day.isoformat()})

    def _notice(
        self, happening: Happening, kind: NoticeKind, amount: int, body: list[list[str]], *, winner: bool = False,
        closes: Any = None, until: Any = None, subject: int | None = None, words: str = "",
    ) -> None:  # fmt: skip
        story, number, buyer = happening.story, self.number + 1, buyer_name(happening.story.buyer)
        supplier = agency_name(story.agency) if winner else ""
        said = (story.title, story.ocid, buyer, supplier, story.field.zh, words, *story.work)
        held = "\n".join(word for word in said if word)
        self.notices.add(
            number, story.ocid, kind, story.title, story.buyer, buyer, story.agency if winner else None, supplier, story.region,
            story.method, story.field, amount, happening.at, closes, until, subject,
            [["采购人", buyer], ["项目名称", story.title], *body], held,
        )  # fmt: skip
        if self.connection.dialect.name == "sqlite":
            self.words.append((number, " ".join(_tokens(word) for word in said if word)))
        else:
            whole = plain(held)
            self.words.append((number, sorted({*tokens(whole), *whole.replace(" ", "")}), whole))

    def _log(self, happening: Happening, kind: str, subject: str, facts: dict[str, Any]) -> None:
        """One line, chained as ``app.transparency.chain`` does it."""
        story, self.number = happening.story, self.number + 1
        line = {
            "sequence": self.number, "at": happening.at.isoformat(), "organisation_id": story.buyer, "person_id": None,
            "role": Role.BUYER.value, "act": happening.what, "subject_kind": kind, "subject_id": subject,
            "cites": CITES[happening.what], "facts": canonical_json(facts), "previous_hash": self.hash,
        }  # fmt: skip
        self.hash = sha256_hex(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
        self.log.add(*line.values(), self.hash)


REASONS = {True: "采购任务取消", False: "投标截止后投标人不足三家"}
CITES = {
    "tender.publish": "财政部令第87号 第十三条", "tender.terminate": "财政部令第87号 第二十九条", "tender.fail": "政府采购法 第三十六条",
    "award.announce": "财政部令第87号 第六十九条", "contract.sign": "政府采购法 第四十六条",
}  # fmt: skip


def _people(connection: Connection, buyers: int, agencies: int) -> None:
    """The organisations that buy, serve and supervise, and the four people who may sign in."""
    from app.accounts.models import AppointmentRow, OrganisationRow, PersonRow
    from app.accounts.organisation import Kind
    from app.procurement.suppliers.models import SupplierRow
    from procurement.supplier import SupplierKind

    at = NOW - YEARS - timedelta(days=60)
    rows = [(Kind.BUYER, buyer_name(n), _code_of(n)) for n in range(1, buyers + 1)]
    rows += [(Kind.SUPPLIER, agency_name(n), _code_of(n, agency=True)) for n in range(1, agencies + 1)]
    rows += [(Kind.FINANCE, "示范市财政局", _code_of(0)), (Kind.OVERSIGHT, "示范市审计局", _code_of(0, agency=True))]
    keys = ("id", "kind", "name", "credit_code")
    organisations = [dict(zip(keys, (id, *row), strict=True), registered_at=at) for id, row in enumerate(rows, 1)]
    connection.execute(insert(OrganisationRow), organisations)
    connection.execute(insert(SupplierRow), [
        {"id": n, "organisation_id": buyers + n, "name": agency_name(n), "uscc": _code_of(n, agency=True), "facts": {},
         "kind": SupplierKind.SERVICE_AGENCY, "registered_at": at, "changed_at": at, "version": 1}
        for n in range(1, agencies + 1)
    ])  # fmt: skip
    places = {1: 1, 2: buyers + 1, 3: buyers + agencies + 1, 4: buyers + agencies + 2}
    people = [{"id": id, "name": f"经办{id}", "login": f"person{id}", "registered_at": at} for id in PEOPLE]
    connection.execute(insert(PersonRow), people)
    connection.execute(insert(AppointmentRow), [
        {"id": id, "person_id": id, "organisation_id": places[id], "role": role, "since": at} for id, role in PEOPLE.items()
    ])  # fmt: skip


def _code_of(number: int, *, agency: bool = False) -> str:
    return f"{'52' if agency else '11'}{number:016d}"


@lru_cache(maxsize=60_000)
def _tokens(line: str) -> str:
    return " ".join(tokens(plain(line)))


def _code() -> str:
    digest = hashlib.sha256()
    for name in CODE:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description="A database with many procurements.")
    parser.add_argument("--procurements", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", metavar="URL", default="", help="an empty PostgreSQL database instead of a SQLite file")
    wanted = parser.parse_args()
    began = time.process_time()
    if wanted.postgresql:
        from tests.databases import make_app

        KEPT.mkdir(parents=True, exist_ok=True)
        fill(make_app(wanted.postgresql, KEPT), wanted.procurements, seed=wanted.seed)
    else:
        database(wanted.procurements, seed=wanted.seed)
    print(f"{wanted.procurements:,} procurements, seed {wanted.seed}: {time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
