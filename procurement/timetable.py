"""Timetable 时间安排: the first and the last lawful day of each step, each with its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kernel.period import Period
from law.day import LawAt
from procurement.method import Method


@dataclass(frozen=True)
class Limit:
    """One limit: the day, whether it is the first or the last one, what for, by which article."""

    step: str
    zh: str
    day: date
    last: bool
    period: Period
    cites: str

    @property
    def sentence(self) -> str:
        return f"{self.zh}: {'最迟' if self.last else '最早'} {self.day}（{self.period}；{self.cites}）"


def _first(step: str, zh: str, start: date, name: str, law: LawAt) -> Limit:
    """Minimum periods must be full without roll-over (D-20)."""
    parameter = law.parameter(name)
    return Limit(step, zh, law.calendar.earliest(start, law.period(name)), False, law.period(name), parameter.cites)


def _last(step: str, zh: str, start: date, name: str, law: LawAt) -> Limit:
    """Terms to act roll over days off (87号令 第八十五条)."""
    parameter = law.parameter(name)
    return Limit(step, zh, law.calendar.latest(start, law.period(name)), True, law.period(name), parameter.cites)


_RESPONSE = {
    Method.OPEN: ("tendering_period", "documents_offered"),
    Method.INVITED: ("tendering_period", "documents_offered"),
    Method.CONSULTATION: ("consultation_response_period", "consultation_documents_offered"),
    Method.NEGOTIATION: ("negotiation_response_period", None),
}


def before_the_deadline(issued: date, law: LawAt, method: Method = Method.OPEN) -> tuple[Limit, ...]:
    """From the day documents are first offered: how long they must be offered, and the first lawful deadline."""
    names = _RESPONSE.get(method)
    if names is None:
        return ()
    response, offered = names
    limits = [] if offered is None else [_first("documents_until", "采购文件提供至", issued, offered, law)]
    return (*limits, _first("bids_close", "投标（响应）截止", issued, response, law))


def documents_until(issued: date, law: LawAt, method: Method = Method.OPEN) -> Limit:
    """The first lawful last day of offering the documents. Raises ValueError for a method without such a rule."""
    for limit in before_the_deadline(issued, law, method):
        if limit.step == "documents_until":
            return limit
    raise ValueError(f"{method.zh}没有采购文件提供期限的规定")


def bids_close(issued: date, law: LawAt, method: Method = Method.OPEN) -> Limit:
    """The first lawful day of the deadline. Raises ValueError for a method without such a rule."""
    for limit in before_the_deadline(issued, law, method):
        if limit.step == "bids_close":
            return limit
    raise ValueError(f"{method.zh}没有投标截止期限的规定")


def report(evaluated: date, law: LawAt) -> Limit:
    """评审报告送采购人: two working days after the evaluation."""
    return _last("report", "评审报告送交采购人", evaluated, "award_report", law)


def decision(received: date, law: LawAt) -> Limit:
    """确定中标人: five working days after the report was received."""
    return _last("decision", "确定中标人", received, "award_decision", law)


def result_notice(decided: date, law: LawAt) -> Limit:
    """中标结果公告和中标通知书: two working days after the decision."""
    return _last("result_notice", "公告中标结果并发出中标通知书", decided, "result_notice", law)


def notice_ends(published: date, law: LawAt) -> Limit:
    """公告期限: one working day after publication."""
    return _last("notice_ends", "中标结果公告期限届满", published, "result_notice_period", law)


def challenge(published: date, law: LawAt) -> Limit:
    """质疑: seven working days from the end of the notice period (94号令 第十条)."""
    return _last("challenge", "对中标结果提出质疑", notice_ends(published, law).day, "challenge_period", law)


def contract(notified: date, law: LawAt) -> Limit:
    """签订合同: thirty days after the 中标通知书."""
    return _last("contract", "签订合同", notified, "contract_signing", law)


def contract_notice(signed: date, law: LawAt) -> Limit:
    """合同公告: two working days after signing."""
    return _last("contract_notice", "公告合同", signed, "contract_publication", law)


def contract_filing(signed: date, law: LawAt) -> Limit:
    """合同备案: seven working days after signing."""
    return _last("contract_filing", "合同副本报财政部门备案", signed, "contract_filing", law)
