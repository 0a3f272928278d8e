"""Announcing 告知: which act tells whom what. One table; the rooms know nothing of it.

``app.store.unit_of_work.follow`` calls ``announce`` with the log entries of every act just before it commits, so a message is
there exactly if its act is. What the table does not list tells nobody anything. Before the opening nobody is told of a bid
but its own bidder; nobody is ever told how many there are, nor another's score, and an objector is named to nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.evaluation.assignments import queries as assignments
from app.evaluation.results import queries as results
from app.evaluation.schemes import queries as schemes
from app.messages.kinds import Kind
from app.messages.services import Notice, Office, notify
from app.procurement.awards import queries as awards
from app.procurement.bids import queries as bids
from app.procurement.committees import queries as committees
from app.procurement.contracts import queries as contracts
from app.procurement.qualifications.queries import opened_bids
from app.procurement.tenders import queries as tenders
from app.store.unit_of_work import follow
from app.transparency.chain import Entry
from app.web.filters import day
from kernel.money import yuan_text
from kernel.period import aware
from kernel.role import Role

Facts = dict[str, Any]
Tell = Callable[[Session, Entry, Facts], Iterable[Notice]]

LETTER = "财政部令第87号 第六十九条"
RECEIPT = "财政部令第87号 第三十三条"


def announce(session: Session, entries: Sequence[Entry]) -> None:
    """Write what these acts have to tell; whoever empties the outbox is rung for once they are committed."""
    notices: list[Notice] = []
    for entry in entries:
        if tell := TELLS.get(entry.act):
            notices.extend(tell(session, entry, json.loads(entry.facts)))
    if not notices:
        return
    if notify(session, notices, max(_at(entry) for entry in entries)):
        event.listen(session, "after_commit", _ring, once=True)


def _bid_received(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    row = tenders.tender(session, bids.ocid_of(session, int(entry.subject_id)))
    yield Notice(
        Kind.BID_RECEIVED, _key(entry), f"投标文件已送达: {row.title}",
        [("项目编号", row.ocid), ("送达时间", day(_at(entry))), ("回执摘要", facts["receipt"])],
        f"/tenders/{row.ocid}/bid", [_own(entry, Role.SUPPLIER)], statutory=True, cites=RECEIPT,
    )  # fmt: skip


def _bid_withdrawn(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    row = tenders.tender(session, bids.ocid_of(session, int(entry.subject_id)))
    yield Notice(
        Kind.BID_RECEIVED, _key(entry), f"投标文件已撤回: {row.title}", [("项目编号", row.ocid), ("撤回时间", day(_at(entry)))],
        f"/tenders/{row.ocid}/bid", [_own(entry, Role.SUPPLIER)], cites=entry.cites,
    )  # fmt: skip


def _tender_closed(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To the buyer, who opens now. Not how many bids there are: that nobody knows before the opening."""
    row = tenders.tender(session, entry.subject_id)
    yield Notice(
        Kind.TENDER_CLOSED, _key(entry), f"投标已截止, 请按时开标: {row.title}", [("项目编号", row.ocid), ("投标截止", day(row.bids_close))],
        f"/tenders/{row.ocid}/opening", [Office(row.buyer_id, Role.BUYER)], cites=entry.cites,
    )  # fmt: skip


def _tender_corrected(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To each bidder by itself: a bid that stands keeps standing, and may be replaced until the deadline."""
    row = tenders.tender(session, entry.subject_id)
    for organisation_id in bids.organisations_with_a_bid(session, row.ocid):
        yield Notice(
            Kind.TENDER_CORRECTED, f"{_key(entry)}:{organisation_id}", f"更正公告: {row.title}",
            [("项目编号", row.ocid), ("投标截止", day(row.bids_close)), ("投标文件", "已递交的仍然有效, 截止前可以替换或者撤回")],
            f"/notices/{row.ocid}", [Office(organisation_id, Role.SUPPLIER)], statutory=True, cites=entry.cites,
        )  # fmt: skip


def _tender_ended(word: str) -> Tell:
    def tell(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
        """To each bidder by itself, and none learns of another."""
        row = tenders.tender(session, entry.subject_id)
        for organisation_id in bids.organisations_with_a_bid(session, row.ocid):
            yield Notice(
                Kind.TENDER_ENDED, f"{_key(entry)}:{organisation_id}", f"{word}: {row.title}",
                [("项目编号", row.ocid), ("理由", facts["reason"])], f"/tenders/{row.ocid}",
                [Office(organisation_id, Role.SUPPLIER)], statutory=True, cites=entry.cites,
            )  # fmt: skip

    return tell


def _seats(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To each expert in person. A second draw tells only who is new: the key is the seat's."""
    row = tenders.tender(session, entry.subject_id)
    seated = [seat.person_id for seat in committees.members(session, row.ocid) if seat.left_at is None and seat.capacity == "expert"]
    yield Notice(
        Kind.SEAT, f"seat:{row.ocid}", f"您被抽取为评审专家: {row.title}",
        [("项目编号", row.ocid), ("请先", "声明有无应当回避的情形"), ("保密", "评审专家名单在评审结果公告前应当保密")],
        f"/tenders/{row.ocid}/committee/declaration", people=seated, cites=entry.cites,
    )  # fmt: skip


def _award(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """The letter to the winner; to each other bidder that its own result can be read, and nobody else's."""
    row = tenders.tender(session, entry.subject_id)
    award = awards.announced(session, row.ocid)
    assert award is not None
    for bid in opened_bids(session, row):
        to = [Office(bid.supplier.organisation_id, Role.SUPPLIER)]
        key = f"{_key(entry)}:{bid.row.id}"
        if bid.row.id == award.bid_id:
            yield Notice(
                Kind.AWARD_LETTER, key, f"中标通知书: {row.title}", [("项目编号", row.ocid), ("中标金额", yuan_text(award.amount))],
                f"/tenders/{row.ocid}/award/letter", to, statutory=True, cites=LETTER,
            )  # fmt: skip
        else:
            yield Notice(
                Kind.AWARD_RESULT, key, f"评审结果告知: {row.title}",
                [("项目编号", row.ocid), ("本单位", "未中标; 本单位的评审得分与排序或未通过审查的原因见告知页")],
                f"/tenders/{row.ocid}/award", to, statutory=True, cites=LETTER,
            )  # fmt: skip


def _contract(word: str) -> Tell:
    def tell(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
        contract, supplier, buyer = contracts.parties_of(session, int(entry.subject_id))
        said = [("合同编号", contract.number), ("采购人", buyer)]
        yield Notice(
            Kind.CONTRACT, _key(entry), f"{word}: {contract.title}", said, f"/contracts/{contract.id}",
            [Office(supplier, Role.SUPPLIER)], cites=entry.cites,
        )  # fmt: skip

    return tell


def _renewal(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    year = contracts.year_of(session, int(entry.subject_id))
    contract, supplier, buyer = contracts.parties_of(session, year.contract_id)
    word = {"renewed": "续签", "ended": "不再续签"}.get(year.decision or "", "已决定")
    yield Notice(
        Kind.CONTRACT, _key(entry), f"续签决定: {contract.title}",
        [("合同编号", contract.number), ("采购人", buyer), (f"第{year.number}年度之后", word)], f"/contracts/{contract.id}",
        [Office(supplier, Role.SUPPLIER)], cites=entry.cites,
    )  # fmt: skip


def _applied(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    year = contracts.year_of(session, int(entry.subject_id))
    contract, supplier, _ = contracts.parties_of(session, year.contract_id)
    yield Notice(
        Kind.PAYMENT, _key(entry), f"年度评估结果已应用: {contract.title}",
        [("合同编号", contract.number), ("年度", f"第{year.number}年度"), ("尾款扣减", yuan_text(facts["deducted"]))],
        f"/contracts/{contract.id}", [Office(supplier, Role.SUPPLIER)], cites=entry.cites,
    )  # fmt: skip


def _paid(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    payment, year = contracts.payment_of(session, int(entry.subject_id))
    contract, supplier, _ = contracts.parties_of(session, year.contract_id)
    yield Notice(
        Kind.PAYMENT, _key(entry), f"款项已支付: {contract.title}",
        [("合同编号", contract.number), ("款项", f"第{year.number}年度第{payment.number}笔"), ("金额", yuan_text(facts["paid"])),
         ("支付日期", facts["on"])],
        f"/contracts/{contract.id}", [Office(supplier, Role.SUPPLIER)], cites=entry.cites,
    )  # fmt: skip


def _entrusted(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    subject = schemes.subject(session, int(entry.subject_id))
    yield Notice(
        Kind.ENTRUSTED, _key(entry), f"受托评估: {subject.title}", [("被评估机构", subject.supplier_name), ("购买主体", subject.buyer_name)],
        f"/subjects/{subject.id}/schemes/new", [Office(subject.body_id, Role.EVALUATION_BODY)], cites=entry.cites,
    )  # fmt: skip


def _scheme_published(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To the evaluated: what will be asked, by whom, when. The evaluators' names are not in it."""
    case = schemes.case_of(session, int(entry.subject_id))
    yield Notice(
        Kind.SCHEME, _key(entry), f"评估方案已公布: {case.subject.title}{case.scheme.kind.zh}",
        [("评估机构", case.body_name), ("评估开始", day(case.scheme.work_begins)), ("评分截止", day(case.scheme.sheets_due))],
        f"/evaluations/{case.scheme.id}", [Office(case.subject.supplier_id, Role.SUPPLIER)], statutory=True, cites=entry.cites,
    )  # fmt: skip


def _assigned(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    seat = assignments.assignment(session, int(entry.subject_id))
    case = schemes.case_of(session, seat.scheme_id)
    yield Notice(
        Kind.ASSIGNMENT, _key(entry), f"评估任务: {case.subject.title}{case.scheme.kind.zh}",
        [("被评估机构", case.subject.supplier_name), ("评估机构", case.body_name), ("评分截止", day(case.scheme.sheets_due)),
         ("请先", "声明有无利害关系")],
        f"/assignments/{seat.id}/declaration", people=[seat.person_id], cites=entry.cites,
    )  # fmt: skip


def _computed(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To the evaluated alone: it is heard before anything is published."""
    row, case = results.case_of_result(session, int(entry.subject_id))
    yield Notice(
        Kind.RESULT, _key(entry), f"评估结果已计算, 请在陈述期内陈述: {case.subject.title}{case.scheme.kind.zh}",
        [("评估机构", case.body_name)], f"/results/{row.id}/statement", [Office(case.subject.supplier_id, Role.SUPPLIER)],
        statutory=True, cites=entry.cites,
    )  # fmt: skip


def _result(word: str, *, buyer: bool) -> Tell:
    def tell(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
        row, case = results.case_of_result(session, int(entry.subject_id))
        to = [Office(case.subject.supplier_id, Role.SUPPLIER)]
        if buyer:
            to.append(Office(case.subject.buyer_id, Role.BUYER))
        yield Notice(
            Kind.RESULT, _key(entry), f"{word}: {case.subject.title}{case.scheme.kind.zh}", [("评估机构", case.body_name)],
            f"/results/{row.id}", to, statutory=True, cites=entry.cites,
        )  # fmt: skip

    return tell


def _heard(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To who leads the evaluation: what the agency had to say is there, or its time is over; the result can be published."""
    row, case = results.case_of_result(session, int(entry.subject_id))
    word = "机构已提交陈述" if entry.act == "result.state" else "机构陈述期已届满"
    yield Notice(
        Kind.RESULT, _key(entry), f"{word}: {case.subject.title}{case.scheme.kind.zh}", [("被评估机构", case.subject.supplier_name)],
        f"/results/{row.id}", [Office(case.scheme.body_id, Role.EVALUATION_BODY)], cites=entry.cites,
    )  # fmt: skip


def _objected(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    """To who must answer. Who objected stands on the page, not in a letter."""
    row, case = results.case_of_result(session, facts["result"])
    yield Notice(
        Kind.OBJECTION, _key(entry), f"收到异议, 请书面答复: {case.subject.title}{case.scheme.kind.zh}", [],
        f"/results/{row.id}/objections/{entry.subject_id}/answer",
        [Office(case.scheme.body_id, Role.EVALUATION_BODY), Office(case.subject.buyer_id, Role.BUYER)],
        statutory=True, cites=entry.cites,
    )  # fmt: skip


def _answered(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    raised = results.objection(session, facts["objection"])
    row, case = results.case_of_result(session, raised.result_id)
    outcome = "异议成立" if facts["upheld"] else "异议不成立"
    yield Notice(
        Kind.OBJECTION, f"objection.answer:{raised.id}", f"异议已书面答复: {case.subject.title}{case.scheme.kind.zh}",
        [("结论", outcome), ("答复日期", day(_at(entry).date()))], f"/results/{row.id}", people=[raised.person_id],
        statutory=True, cites=entry.cites,
    )  # fmt: skip


def _ordered(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    item = results.rectification(session, int(entry.subject_id))
    row, case = results.case_of_result(session, item.result_id)
    yield Notice(
        Kind.RECTIFICATION, _key(entry), f"整改要求: {case.subject.title}",
        [("发现的问题", item.found), ("要求", item.asked), ("整改期限", day(date.fromisoformat(facts["due"])))],
        f"/results/{row.id}/rectifications/{item.id}", [Office(case.subject.supplier_id, Role.SUPPLIER)],
        statutory=True, cites=entry.cites,
    )  # fmt: skip


def _mended(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    item = results.rectification(session, int(entry.subject_id))
    row, case = results.case_of_result(session, item.result_id)
    yield Notice(
        Kind.RECTIFICATION, _key(entry), f"整改已报告完成: {case.subject.title}", [("事项", item.found)], f"/results/{row.id}",
        [Office(case.scheme.body_id, Role.EVALUATION_BODY), Office(case.subject.buyer_id, Role.BUYER)], cites=entry.cites,
    )  # fmt: skip


def _delegated(session: Session, entry: Entry, facts: Facts) -> Iterable[Notice]:
    role = Role(facts["role"])
    yield Notice(
        Kind.DELEGATION, _key(entry), f"您受委托以{role.zh}身份代理办理", [("至", day(datetime.fromisoformat(facts["until"])))],
        "/delegations", people=[facts["to"]], cites=entry.cites,
    )  # fmt: skip


TELLS: dict[str, Tell] = {
    "bid.submit": _bid_received,
    "bid.replace": _bid_received,
    "bid.withdraw": _bid_withdrawn,
    "tender.close": _tender_closed,
    "tender.correct": _tender_corrected,
    "tender.terminate": _tender_ended("采购终止"),
    "tender.fail": _tender_ended("废标"),
    "committee.draw": _seats,
    "committee.redraw": _seats,
    "award.announce": _award,
    "contract.sign": _contract("合同已签订"),
    "contract.supplement": _contract("补充合同已签订"),
    "contract.complete": _contract("合同履行完毕"),
    "contract.terminate": _contract("合同已终止"),
    "contract.decide_renewal": _renewal,
    "contract.apply_evaluation": _applied,
    "payment.pay": _paid,
    "subject.hand_over": _entrusted,
    "scheme.publish": _scheme_published,
    "assignment.make": _assigned,
    "result.compute": _computed,
    "result.state": _heard,
    "result.lapse": _heard,
    "result.publish": _result("评估结果公示", buyer=True),
    "result.object": _objected,
    "result.answer": _answered,
    "result.finalise": _result("评估结果已确定", buyer=True),
    "result.withdraw": _result("评估结果已撤销", buyer=True),
    "rectification.order": _ordered,
    "rectification.mend": _mended,
    "delegation.make": _delegated,
}
"""Which acts tell somebody something. A publication is for everybody, and so for nobody's inbox."""


def _own(entry: Entry, role: Role) -> Office:
    """Whoever did it, for its own organisation."""
    assert entry.organisation_id is not None
    return Office(entry.organisation_id, role)


def _key(entry: Entry) -> str:
    """The act itself: what, on what, when. The same act is not told twice; the next one of its kind is."""
    return f"{entry.act}:{entry.subject_id}:{entry.at}"[:200]


def _at(entry: Entry) -> datetime:
    return aware(datetime.fromisoformat(entry.at))


def _ring(_: Session) -> None:
    from flask import current_app

    from app.jobs.queue import ring

    ring(current_app._get_current_object())  # type: ignore[attr-defined]


def begin() -> None:
    """From now on acts are told."""
    follow(announce)
