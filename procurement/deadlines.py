"""Publication dates 发布时限: whether documents, deadline and opening leave bidders the time that the law gives them."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.lifecycle import Condition
from kernel.refusal import Finding
from law.day import LawAt
from law.rule import rule
from procurement.documents import Tender
from procurement.method import Method


@rule(zh="应当确定招标文件的提供期限、投标截止时间和开标时间", cites="财政部令第87号 第十三条", id="87-13")
def the_dates_are_given(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """The day documents are first offered and the deadline."""
    if tender.documents_issued is None:
        yield Finding("documents_issued", "未确定招标文件开始提供的日期")
    if tender.bids_close is None:
        yield Finding("bids_close", "未确定投标截止时间")


@rule(zh="招标文件的提供期限自公告发布之日起不得少于五个工作日", cites="财政部令第87号 第十八条", id="87-18")
def documents_are_offered_long_enough(tender: Tender, law: LawAt) -> Finding | None:
    """Five working days, the day of the notice not counted. Without a last day they are offered until the deadline."""
    if tender.documents_issued is None:
        return None
    name = "consultation_documents_offered" if tender.method is Method.CONSULTATION else "documents_offered"
    until = tender.documents_until or (tender.bids_close.date() if tender.bids_close else None)
    earliest = law.calendar.earliest(tender.documents_issued, law.period(name))
    if until is not None and until < earliest:
        return Finding("documents_until", cites=law.parameter(name).cites, have=until, need=f"最早 {earliest}")
    return None


@rule(zh="自招标文件开始发出之日起至投标截止之日止不得少于二十日", cites="政府采购法 第三十五条", id="L-35")
def the_tendering_period_is_long_enough(tender: Tender, law: LawAt) -> Finding | None:
    """Calendar days; the day of issue is not counted and nothing rolls over in the buyer's favour."""
    if tender.documents_issued is None or tender.bids_close is None:
        return None
    method = tender.method or Method.OPEN
    name = {
        Method.OPEN: "tendering_period", Method.INVITED: "tendering_period",
        Method.CONSULTATION: "consultation_response_period", Method.NEGOTIATION: "negotiation_response_period",
    }.get(method)  # fmt: skip
    if name is None:
        return None
    period, closes = law.period(name), tender.bids_close.date()
    earliest = law.calendar.earliest(tender.documents_issued, period)
    if closes < earliest:
        zh = "" if method.is_tender else f"自文件发出之日起至首次响应文件提交截止之日止不得少于{period}"
        return Finding("bids_close", zh, law.parameter(name).cites, have=closes, need=f"最早 {earliest}")
    return None


@rule(zh="开标时间应当为投标截止时间的同一时间", cites="财政部令第87号 第三十九条", id="87-39")
def it_opens_at_the_deadline(tender: Tender, law: LawAt) -> Finding | None:
    """The same moment, not the same day."""
    if tender.opening_at is not None and tender.bids_close is not None and tender.opening_at != tender.bids_close:
        return Finding("opening_at", have=tender.opening_at, need=tender.bids_close)
    return None


DATE_RULES: tuple[Condition, ...] = (
    the_dates_are_given, documents_are_offered_long_enough, the_tendering_period_is_long_enough, it_opens_at_the_deadline,
)  # fmt: skip
