"""Correction 更正 of published documents: what the buyer may still change while bids are taken, and until when it must be told.

Never the object of the purchase or the conditions of qualification: who must change these begins anew. What may affect how
bids are made is told at least fifteen days before the deadline, or the deadline moves (财政部令第87号 第二十七条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kernel.refusal import Finding
from law.day import LawAt
from law.rule import rule
from procurement.documents import Tender

CITES = "财政部令第87号 第二十七条"


@dataclass(frozen=True)
class Correction:
    """One correction as proposed.

    at          the moment of its notice
    bids_close  the deadline from now on, documents_until the last day on which documents are offered
    notice      what of the notice's own fields (places, contact) becomes another, by name
    text        what of the documents is clarified or changed: what they said, what they say now; "" for nothing
    affects     whether it may affect how bids are made: the buyer's judgement; a changed text always may
    same_object the buyer's word that object and qualification conditions are as they were
    """

    at: datetime
    bids_close: datetime
    documents_until: date
    notice: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    affects: bool = False
    same_object: bool = False

    @property
    def needs_time(self) -> bool:
        return self.affects or bool(self.text.strip())


@rule(zh="更正公告应当写明更正的内容", cites=CITES, id="87-27")
def something_is_corrected(tender: Tender, correction: Correction) -> Finding | None:
    """A notice that corrects nothing only worries bidders."""
    moved = correction.bids_close != tender.bids_close or correction.documents_until != tender.documents_until
    return None if moved or correction.notice or correction.text.strip() else Finding("text", "没有任何内容与原公告不同")


@rule(zh="更正不得改变采购标的和资格条件", cites=CITES, id="87-27")
def object_and_qualification_stay(tender: Tender, correction: Correction) -> Finding | None:
    """No program can tell from a text whether it does; the buyer declares it, and answers for it."""
    if correction.same_object:
        return None
    return Finding("same_object", cure="确需改变的, 应当终止本次采购后重新开展采购活动")


@rule(zh="更正不得使投标截止时间提前", cites="政府采购法 第三十五条", id="L-35")
def the_deadline_never_comes_earlier(tender: Tender, correction: Correction) -> Finding | None:
    """Bidders keep every moment that they were promised."""
    if tender.bids_close is not None and correction.bids_close < tender.bids_close:
        return Finding("bids_close", have=f"{correction.bids_close:%Y-%m-%d %H:%M}", need=f"不早于 {tender.bids_close:%Y-%m-%d %H:%M}")
    return None


@rule(zh="更正不得缩短招标文件的提供期限", cites="财政部令第87号 第十八条", id="87-18")
def documents_are_offered_no_shorter(tender: Tender, correction: Correction) -> Finding | None:
    """Nor what they were promised of the documents."""
    if tender.documents_until is not None and correction.documents_until < tender.documents_until:
        return Finding("documents_until", have=correction.documents_until, need=f"不早于 {tender.documents_until}")
    return None


def enough_days_are_left(tender: Tender, correction: Correction, law: LawAt) -> Finding | None:
    """Fifteen calendar days, the day of the notice not counted. Binding for tenders; other methods have rules of their own."""
    if not correction.needs_time:
        return None
    period = law.period("clarification_before_deadline")
    earliest = law.calendar.earliest(correction.at.date(), period)
    closes = correction.bids_close.date()
    if closes >= earliest:
        return None
    zh = f"可能影响投标文件编制的更正, 应当在投标截止时间至少{period}前发布; 不足的, 应当顺延投标截止时间"
    cites, binding = law.parameter("clarification_before_deadline").cites, tender.method is None or tender.method.is_tender
    return Finding("bids_close", zh, cites, have=closes, need=f"最早 {earliest}", binding=binding)


@rule(zh="投标截止时间已到, 不能再更正", cites="财政部令第87号 第三十三条", id="87-33")
def bids_are_still_taken(tender: Tender, correction: Correction) -> Finding | None:
    """At the deadline itself bidding is over."""
    if tender.bids_close is not None and correction.at >= tender.bids_close:
        return Finding("", have=f"{correction.at:%Y-%m-%d %H:%M}", need=f"早于 {tender.bids_close:%Y-%m-%d %H:%M}")
    return None


RULES = (
    bids_are_still_taken, something_is_corrected, object_and_qualification_stay, the_deadline_never_comes_earlier,
    documents_are_offered_no_shorter,
)  # fmt: skip


def correction_findings(tender: Tender, correction: Correction, law: LawAt) -> tuple[Finding, ...]:
    """Everything that is wrong with ``correction`` of a published ``tender``, all at once; binding or not."""
    found = [rule(tender, correction) for rule in RULES]
    return tuple(each for each in (*found, enough_days_are_left(tender, correction, law)) if each is not None)

