"""Publishing 公布: what an act makes public becomes a notice, in the very transaction of the act.

The rooms know nothing of this. ``app.store.unit_of_work.follow`` calls ``publish`` with the log entries of every act just
before it commits; an entry whose act is listed in ``MAKES`` writes a notice and its words. What is not listed publishes
nothing: a draft, a bid, a mark, a decision that was not announced.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.disclosure import search, tallies
from app.disclosure.kinds import NoticeKind
from app.disclosure.models import NewsRow, NoticeRow
from app.evaluation.results import queries as results
from app.procurement.awards import queries as awards
from app.procurement.awards.notice import notice_lines
from app.procurement.contracts import queries as contracts
from app.procurement.suppliers import queries as suppliers
from app.procurement.tenders import queries as tenders
from app.procurement.tenders.services import BRANCHES, NOTICE_FIELDS
from app.store.unit_of_work import follow
from app.transparency.chain import Entry
from app.web.filters import day
from kernel.money import yuan_text
from kernel.period import aware
from kernel.points import shortest_text
from law import law_at
from procurement.documents import Tender
from procurement.service_field import ServiceField

LONGEST_TEXT = 4000
"""Characters of a notice that are searched."""

Line = tuple[str, str]


def publish(session: Session, entries: Sequence[Entry]) -> None:
    """Write the notices of these acts."""
    for entry in entries:
        if act := MAKES.get(entry.act):
            act(session, entry)


def _tender(session: Session, entry: Entry) -> None:
    row, buyer = tenders.published_notice(session, entry.subject_id)
    tender = row.facts()
    period = law_at(row.documents_issued or _at(entry).date(), row.jurisdiction).period("notice_period")
    evaluation = f", {tender.evaluation_method.zh}" if tender.evaluation_method else ""
    body = [
        ("采购人", buyer.name),
        ("项目名称", row.title),
        ("采购方式", (row.method.zh if row.method else "") + evaluation),
        ("服务领域", row.service_field.zh if row.service_field else "未注明"),
        ("预算金额", _money(row.budget)),
        ("最高限价", _money(row.ceiling)),
        *((zh, row.notice.get(name) or "—") for name, zh in NOTICE_FIELDS.items()),
        ("获取招标文件", f"自公告发布之日起至 {day(row.documents_until)}, 内容见本页"),
        ("公告期限", str(period)),
        ("投标截止和开标", f"{day(row.bids_close)}（北京时间）"),
    ]
    _write(
        session, entry, NoticeKind.TENDER, row.ocid, row.title, body, buyer=(buyer.id, buyer.name),
        jurisdiction=row.jurisdiction, method=row.method, field=row.service_field, amount=row.budget,
        closes_at=row.bids_close, words=_needs(tender),
    )  # fmt: skip


def _correction(session: Session, entry: Entry) -> None:
    """更正公告: the tender's own notice keeps its words, and what it says of the deadline is no longer so."""
    row, buyer = tenders.published_notice(session, entry.subject_id)
    facts = json.loads(entry.facts)
    body = [("采购人", buyer.name), ("项目名称", row.title), ("更正的公告", f"{day(row.published_at)} 发布的{NoticeKind.TENDER.named(row.method)}")]
    for name, zh, read in (("bids_close", "投标截止和开标", datetime.fromisoformat), ("documents_until", "获取招标文件至", date.fromisoformat)):
        if name in facts:
            was, becomes = (read(text) for text in facts[name])
            body.append((zh, f"由 {day(was)} 更正为 {day(becomes)}"))
    body += [(NOTICE_FIELDS[name], f"由“{was}”更正为“{becomes}”") for name, was, becomes in facts["notice"]]
    if facts["text"]:
        body.append(("采购文件的澄清或者修改", facts["text"]))
    body += [("其他内容", "不变"), ("依据", entry.cites), ("时间", day(_at(entry)))]
    standing = (NoticeRow.ocid == row.ocid, NoticeRow.kind == NoticeKind.TENDER, NoticeRow.until.is_(None))
    session.execute(update(NoticeRow).where(*standing).values(closes_at=row.bids_close))
    _write(
        session, entry, NoticeKind.CORRECTION, row.ocid, row.title, body, buyer=(buyer.id, buyer.name),
        jurisdiction=row.jurisdiction, method=row.method, field=row.service_field, amount=None, said_close=row.bids_close,
        words=[facts["text"]],
    )  # fmt: skip


def _ended(kind: NoticeKind) -> Callable[[Session, Entry], None]:
    def write(session: Session, entry: Entry) -> None:
        """The procurement ends here: its tender notice takes no more bids."""
        row, buyer = tenders.published_notice(session, entry.subject_id)
        body = [("采购人", buyer.name), ("项目名称", row.title), ("理由", row.outcome["reason"])]
        if branch := row.outcome.get("branch"):
            body.append(("后续处理", BRANCHES[branch]))
        body += [("依据", row.outcome["cites"]), ("时间", day(_at(entry)))]
        _end(session, NoticeRow.ocid == row.ocid, NoticeKind.TENDER, _at(entry))
        _write(
            session, entry, kind, row.ocid, row.title, body, buyer=(buyer.id, buyer.name), jurisdiction=row.jurisdiction,
            method=row.method, field=row.service_field, amount=row.budget, words=[row.outcome["reason"]],
        )  # fmt: skip

    return write


def _award(session: Session, entry: Entry) -> None:
    award = awards.announced(session, entry.subject_id)
    if award is None:
        return
    row, buyer = tenders.published_notice(session, award.ocid)
    _write(
        session, entry, NoticeKind.AWARD, row.ocid, row.title, notice_lines(award), buyer=(buyer.id, buyer.name),
        supplier=(award.supplier_id, award.supplier_name), jurisdiction=row.jurisdiction, method=row.method,
        field=row.service_field, amount=award.amount, words=[award.notice["subject"], award.notice["scope"]],
    )  # fmt: skip


def _award_holds_no_longer(session: Session, entry: Entry) -> None:
    """转下一候选人: the winner would not sign, and nobody has won until the next is announced."""
    _end(session, NoticeRow.ocid == entry.subject_id, NoticeKind.AWARD, _at(entry))


def _contract(session: Session, entry: Entry) -> None:
    year = contracts.year_facts(session, int(entry.subject_id), 1)
    signed = json.loads(entry.facts)["signed_on"]
    row, buyer = tenders.published_notice(session, year.ocid)
    body = [
        ("合同编号", year.number),
        ("合同名称", year.title),
        ("采购人", year.buyer_name),
        ("承接机构", year.supplier_name),
        ("合同金额", f"{yuan_text(year.amount)}（每年）"),
        ("合同期限", f"第1年度自 {day(year.starts_on)} 至 {day(year.ends_on)}; 连同续签最长 {year.years} 年, 一年一签"),
        ("签订日期", day(datetime.fromisoformat(signed).date())),
    ]
    _write(
        session, entry, NoticeKind.CONTRACT, row.ocid, row.title, body, buyer=(buyer.id, buyer.name),
        supplier=(year.supplier_id, year.supplier_name), jurisdiction=row.jurisdiction, method=row.method,
        field=row.service_field, amount=year.amount, subject_id=year.contract_id, words=[year.number],
    )  # fmt: skip


def _evaluation(session: Session, entry: Entry) -> None:
    file = results.result_for(session, int(entry.subject_id), None, _at(entry).date())
    subject = file.case.subject
    supplier = suppliers.own_file(session, subject.supplier_id)
    tender = session.scalars(
        select(NoticeRow).where(NoticeRow.ocid == subject.ocid, NoticeRow.kind == NoticeKind.TENDER).limit(1)
    ).one_or_none()
    year = f"第{subject.year}年度" if subject.year else ""
    score = f"{file.row.shown} 分（满分 {shortest_text(file.row.total)}）"
    body = [
        ("评估类型", f"{year}{file.scheme.kind.zh}"),
        ("被评估机构", subject.supplier_name),
        ("项目", subject.title),
        ("购买主体", subject.buyer_name),
        ("得分", score),
        ("等级", file.row.grade or f"未评等级: {file.row.gap}"),
    ]
    _write(
        session, entry, NoticeKind.EVALUATION, subject.ocid, f"{subject.title}{year}{file.scheme.kind.zh}", body,
        buyer=(subject.buyer_id, subject.buyer_name), supplier=(supplier.id if supplier else None, subject.supplier_name),
        jurisdiction=tender.jurisdiction if tender else "national", method=tender.method if tender else None,
        field=tender.service_field if tender else None, amount=None, subject_id=file.row.id, words=[file.row.grade or ""],
    )  # fmt: skip


def _evaluation_holds_no_longer(session: Session, entry: Entry) -> None:
    """撤销: an objection was upheld, and the result is computed anew."""
    _end(session, NoticeRow.subject_id == int(entry.subject_id), NoticeKind.EVALUATION, _at(entry))


MAKES: dict[str, Callable[[Session, Entry], None]] = {
    "tender.publish": _tender,
    "tender.correct": _correction,
    "tender.terminate": _ended(NoticeKind.TERMINATED),
    "tender.fail": _ended(NoticeKind.UNSUCCESSFUL),
    "award.announce": _award,
    "award.next_candidate": _award_holds_no_longer,
    "contract.sign": _contract,
    "result.publish": _evaluation,
    "result.withdraw": _evaluation_holds_no_longer,
}
"""Which acts are public, and what each says. The only place where something becomes public."""


def _write(
    session: Session, entry: Entry, kind: NoticeKind, ocid: str, title: str, body: Sequence[Line], *, buyer: tuple[int, str],
    jurisdiction: str, method: Any, field: ServiceField | None, amount: int | None, supplier: tuple[int | None, str] = (None, ""),
    closes_at: datetime | None = None, said_close: datetime | None = None, subject_id: int | None = None, words: Iterable[str] = (),
) -> None:  # fmt: skip
    """``words``: what is searched beside title, number, field of service and the names of buyer and supplier."""
    named = field.zh if field else ""
    text = "\n".join(word for word in (title, ocid, buyer[1], supplier[1], named, *words) if word)[:LONGEST_TEXT]
    row = NoticeRow(
        ocid=ocid, kind=kind, title=title, buyer_id=buyer[0], buyer=buyer[1], supplier_id=supplier[0], supplier=supplier[1],
        jurisdiction=jurisdiction, method=method, service_field=field, amount=amount, published_at=_at(entry), closes_at=closes_at,
        said_close=said_close or closes_at, subject_id=subject_id, body=[list(line) for line in body], text=text,
    )  # fmt: skip
    session.add(row)
    session.flush()
    search.index(session).add(session, row.id, text)
    tallies.count(session, row)
    session.add(NewsRow(notice_id=row.id))


def _end(session: Session, of: Any, kind: NoticeKind, at: datetime) -> None:
    session.execute(update(NoticeRow).where(of, NoticeRow.kind == kind, NoticeRow.until.is_(None)).values(until=at))


def _needs(tender: Tender) -> list[str]:
    need = tender.requirement
    return [text for item in need.services for text in (item.name, item.content)]


def _money(fen: int | None) -> str:
    return "未公布" if fen is None else yuan_text(fen)


def _at(entry: Entry) -> datetime:
    return aware(datetime.fromisoformat(entry.at))


def listen() -> None:
    """From now on every act is heard. The room's pages ask for it when they are hung in."""
    follow(publish)
