"""Acts of the tender 采购项目: draft, draft anew, publish, close, terminate, fail. Each is one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from app.accounts import Actor
from app.procurement.tenders.casefile import plain
from app.procurement.tenders.models import TenderRow
from app.store import UnitOfWork
from kernel.period import SHANGHAI, aware
from kernel.refusal import BadInput, Finding, Unlawful, WrongStage
from kernel.role import Role
from procurement.correction import CITES, Correction, correction_findings
from procurement.stage import Progress, Stage
from procurement.tender import TENDER, read_tender

OCID = re.compile(r"(?=.{1,64}\Z)(?!suggest\Z)[a-z0-9]+(-[a-z0-9]+)*\Z")
OCID_ZH = "项目编号由小写字母、数字和连字符组成, 最长64个字符"
"""What a tender's number may be: it stands in addresses, where /notices/suggest is another page."""


@dataclass(frozen=True)
class DraftTender:
    """编制采购文件. ``case``: a tender case mapping; ``intention``: the day on which 采购意向 was made public."""

    actor: Actor
    ocid: str
    case: Mapping[str, Any]
    jurisdiction: str = "national"
    intention: date | None = None


@dataclass(frozen=True)
class RedraftTender:
    """Replace the documents of a draft; ``version`` is the one that the page showed."""

    actor: Actor
    ocid: str
    case: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class PublishTender:
    """发布招标公告. ``notice``: what only the notice holds, see ``NOTICE_FIELDS`` (财政部令第87号 第十三条)."""

    actor: Actor
    ocid: str
    bids_close: datetime
    documents_until: date
    notice: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CloseTender:
    """投标截止. Time alone does it, so the actor is the clock."""

    ocid: str
    actor: Actor = field(default_factory=Actor.clock)


@dataclass(frozen=True)
class TerminateTender:
    """终止采购: the task is cancelled for a major reason (财政部令第87号 第二十九条)."""

    actor: Actor
    ocid: str
    reason: str


@dataclass(frozen=True)
class CorrectTender:
    """发布更正公告. What is not to be corrected is given as it stands; ``text``, ``affects``, ``same_object`` as in ``Correction``."""

    actor: Actor
    ocid: str
    bids_close: datetime
    documents_until: date
    notice: Mapping[str, str]
    text: str
    affects: bool
    same_object: bool


@dataclass(frozen=True)
class FailTender:
    """废标. ``branch``: a key of ``BRANCHES``; ``progress``: the counts that the calling room established."""

    actor: Actor
    ocid: str
    branch: str
    reason: str
    progress: Progress = field(default_factory=Progress)


NOTICE_FIELDS = {
    "buyer_address": "采购人地址",
    "contact_person": "项目联系人",
    "contact_phone": "联系电话",
    "documents_place": "获取招标文件的地点和方式",
    "documents_price": "招标文件售价",
    "opening_place": "开标地点",
}
"""What 财政部令第87号 第十三条 asks of a notice beyond what the documents hold already."""

BRANCHES = {
    "correct": "招标文件存在不合理条款或者招标程序不符合规定: 改正后依法重新招标",
    "other_method": "招标文件没有不合理条款、招标程序符合规定: 需要采用其他采购方式的, 报财政部门批准",
}
"""What the buyer may lawfully do after fewer than three bids (财政部令第87号 第四十三条)."""


def draft_tender(work: UnitOfWork, command: DraftTender, now: datetime) -> TenderRow:
    """Keep the documents as a draft, with whatever faults they have: a fault refuses publication, never the draft.

    Raises BadInput for a number that cannot be used and for documents that cannot be read at all.
    """
    command.actor.must_be(Role.BUYER)
    wrong = []
    if not OCID.match(command.ocid):
        wrong.append(Finding("ocid", OCID_ZH, have=command.ocid or "（空）"))
    elif work.session.get(TenderRow, command.ocid) is not None:
        wrong.append(Finding("ocid", "项目编号已被使用", have=command.ocid, cure="请换一个编号"))
    if command.intention is not None and command.intention > aware(now).date():
        wrong.append(Finding("intention", "采购意向公开日期不能晚于今天", have=command.intention))
    case = plain(command.case)
    if wrong:
        raise BadInput(wrong, "不能保存采购文件")
    row = TenderRow(
        ocid=command.ocid, buyer_id=command.actor.organisation_id, stage=Stage.DRAFT, drafted_at=now,
        jurisdiction=command.jurisdiction, notice={}, reached={}, outcome={}, **_of_documents(case),
    )  # fmt: skip
    need = now
    if command.intention is not None:
        need = datetime.combine(command.intention, time(), SHANGHAI)
        row.reach("intention", need)
    row.reach("need", need)  # an intention tells what is needed, and documents say it in full
    work.session.add(row)
    work.record("tender.draft", row, by=command.actor, at=now, cites="财政部令第87号 第二十条")
    return row


def redraft_tender(work: UnitOfWork, command: RedraftTender, now: datetime) -> TenderRow:
    """Replace a draft's documents. Raises WrongStage once published (then only 更正公告 may change them), Stale, BadInput."""
    row = _own(work, command.ocid, command.actor)
    if row.stage is not Stage.DRAFT:
        raise WrongStage(f"公告已于 {row.published_at:%Y-%m-%d} 发布, 采购文件不能直接替换（财政部令第87号 第二十七条）")
    work.expect(row, command.version)
    for name, value in _of_documents(plain(command.case)).items():
        setattr(row, name, value)
    work.record("tender.redraft", row, by=command.actor, at=now, cites="财政部令第87号 第二十条")
    return row


def publish_tender(work: UnitOfWork, command: PublishTender, now: datetime) -> TenderRow:
    """发布招标公告: anyone may read the documents, and the clock starts.

    Raises Unlawful with every finding (documents' faults, 20 days, 5 working days, missing notice fields), WrongStage or
    NotPermitted; then nothing has changed.
    """
    row = _own(work, command.ocid, command.actor)
    today = aware(now).date()
    law = work.law(on=today, jurisdiction=row.jurisdiction)
    proposed = replace(
        row.facts(),
        documents_issued=today,
        documents_until=command.documents_until,
        bids_close=aware(command.bids_close),
        progress=Progress(at=now),
    )
    unsaid = [
        Finding(name, f"招标公告应当写明{zh}", cites="财政部令第87号 第十三条", cure="请补填")
        for name, zh in NOTICE_FIELDS.items()
        if not command.notice.get(name, "").strip()
    ]
    try:
        taken = TENDER.take(proposed, "publish", by=command.actor.role, law=law)
    except Unlawful as refusal:
        raise Unlawful((*unsaid, *refusal.findings), refusal.message) from None
    if unsaid:
        raise Unlawful(unsaid, "招标公告内容不全")
    row.adopt(proposed, stage=taken.target)
    row.notice = {name: command.notice[name].strip() for name in NOTICE_FIELDS}
    row.published_at = now
    row.reach("notice", now)
    facts = {"bids_close": proposed.bids_close, "documents_until": command.documents_until}
    work.record("tender.publish", row, by=command.actor, at=now, cites=taken.cites, facts=facts)
    return row


def correct_tender(work: UnitOfWork, command: CorrectTender, now: datetime) -> TenderRow:
    """发布更正公告: deadline, places, contact, or words of the documents; bids that stand keep standing and may be replaced.

    Raises Unlawful with every finding, WrongStage unless bids are being taken.
    """
    row = _own(work, command.ocid, command.actor)
    if row.stage is not Stage.TENDERING or row.bids_close is None or row.documents_until is None:
        raise WrongStage("只有已发布公告、尚未截止投标的项目可以更正（财政部令第87号 第二十七条）")
    said = {name: text.strip() for name, text in command.notice.items() if name in NOTICE_FIELDS}
    changed = {name: text for name, text in said.items() if text != row.notice.get(name, "")}
    proposed = Correction(
        aware(now), aware(command.bids_close), command.documents_until, changed, command.text.strip(), command.affects,
        command.same_object,
    )  # fmt: skip
    found = list(correction_findings(row.facts(), proposed, work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)))
    found += [Finding(name, f"公告应当写明{NOTICE_FIELDS[name]}", cites="财政部令第87号 第十三条") for name, text in changed.items() if not text]
    if binding := [each for each in found if each.binding]:
        raise Unlawful(binding, "不能发布更正公告")
    facts: dict[str, Any] = {"text": proposed.text, "notice": [[name, row.notice.get(name, ""), text] for name, text in changed.items()]}
    for name, was, becomes in (
        ("bids_close", row.bids_close, proposed.bids_close), ("documents_until", row.documents_until, proposed.documents_until),
    ):  # fmt: skip
        if was != becomes:
            facts[name] = [was, becomes]
    row.bids_close, row.documents_until, row.notice = proposed.bids_close, proposed.documents_until, {**row.notice, **changed}
    work.record("tender.correct", row, by=command.actor, at=now, cites=CITES, facts=facts)
    return row


def close_tender(work: UnitOfWork, command: CloseTender, now: datetime) -> TenderRow:
    """投标截止: no bid that arrives from now on is taken. Raises Unlawful before the deadline, WrongStage when closed."""
    row = work.lock(TenderRow, command.ocid)
    close_locked(work, row, command.actor, now)
    return row


def close_locked(work: UnitOfWork, row: TenderRow, actor: Actor, now: datetime) -> None:
    """The same on a row that this act holds already (the opening closes what time has closed)."""
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    proposed = replace(row.facts(), progress=Progress(at=now))
    taken = TENDER.take(proposed, "close", by=actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    if row.bids_close is not None:
        row.reach("bidding", row.bids_close)
    work.record("tender.close", row, by=actor, at=now, cites=taken.cites)


def terminate_tender(work: UnitOfWork, command: TerminateTender, now: datetime) -> TenderRow:
    """终止采购. Raises Unlawful without a reason, WrongStage after the deadline."""
    row = _own(work, command.ocid, command.actor)
    progress = Progress(at=now, reason=command.reason)
    return _end(work, row, "terminate", command.actor, progress, {"reason": command.reason.strip()}, now)


def fail_tender(work: UnitOfWork, command: FailTender, now: datetime) -> TenderRow:
    """废标, with the branch that the law leaves open. Raises Unlawful where there are enough bids or no reason is given."""
    row = _own(work, command.ocid, command.actor)
    wrong = []
    if command.branch not in BRANCHES:
        wrong.append(Finding("branch", "请选择后续处理方式", cites="财政部令第87号 第四十三条"))
    if not command.reason.strip():
        wrong.append(Finding("reason", "请写明废标理由", cites="政府采购法 第三十六条"))
    if wrong:
        raise BadInput(wrong, "不能废标")
    progress = replace(command.progress, at=now, reason=command.reason)
    outcome = {"branch": command.branch, "reason": command.reason.strip()}
    return _end(work, row, "fail", command.actor, progress, outcome, now)


def _end(
    work: UnitOfWork, row: TenderRow, act: str, actor: Actor, progress: Progress, outcome: dict[str, str], now: datetime
) -> TenderRow:
    law = work.law(on=aware(now).date(), jurisdiction=row.jurisdiction)
    proposed = replace(row.facts(), progress=progress)
    taken = TENDER.take(proposed, act, by=actor.role, law=law)
    row.adopt(proposed, stage=taken.target)
    row.outcome = {**outcome, "at": now.isoformat(), "cites": taken.cites}
    work.record(f"tender.{act}", row, by=actor, at=now, cites=taken.cites, facts=outcome)
    return row


def _own(work: UnitOfWork, ocid: str, actor: Actor) -> TenderRow:
    actor.must_be(Role.BUYER)
    row = work.lock(TenderRow, ocid)
    actor.must_act_for(row.buyer_id)
    return row


def _of_documents(case: Mapping[str, Any]) -> dict[str, Any]:
    tender = read_tender(case)
    return {
        "case": case, "title": tender.title, "method": tender.method,
        "service_field": tender.service_field, "budget": tender.budget, "ceiling": tender.ceiling,
    }  # fmt: skip
