"""The draft contract 合同草案 of the documents: term, renewal by grade, payments, acceptance grades, read from a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from kernel.period import Period, Unit
from kernel.points import percent_text
from kernel.refusal import Finding
from procurement.documents import (
    ContractTerms,
    DeductionTerms,
    PaymentTerm,
    Renewal,
    RenewalTerms,
)
from procurement.slot import Slot
from rubric.criterion import GradeBand

THE_REST = ("结算尾款", "尾款", "余款", "rest")
"""Words for a payment that takes what the others leave."""

_FORMULA = re.compile(r"\(\s*(\d+(?:\.\d+)?)\s*-\s*score\s*\)\s*/\s*(\d+(?:\.\d+)?)\s*[x×*]\s*contract_total")


def read_contract(slot: Slot) -> ContractTerms:
    """合同草案 from the ``contract:`` block. Problems go into the slot's list; what is absent stays empty."""
    slot = slot.mapping()
    acceptance = slot["acceptance"].mapping()
    bands = tuple(_bands(acceptance["grades"]))
    grades = tuple(b.grade for b in bands)
    return ContractTerms(
        term=_period(slot["term"].mapping()),
        term_from=slot["term"].mapping()["from"].text(),
        renewal=_renewal(slot["renewal"].mapping(), grades),
        payments=tuple(_payments(slot["payment"])),
        grades=bands,
        deduction=_deduction(acceptance["money"].mapping()),
        sign_within=_period(slot["sign_within"].mapping()),
        evaluator=acceptance["evaluator"].text(),
        acceptance_basis=acceptance["basis"].text(),
        vacancy_deduction=acceptance["vacancy_deduction"].flag(),
    )


_UNITS = {"days": Unit.DAY, "working_days": Unit.WORKING_DAY, "months": Unit.MONTH, "years": Unit.YEAR}


def _period(slot: Slot) -> Period | None:
    """The first of days, working_days, months, years that is given."""
    for key, unit in _UNITS.items():
        if key in slot:
            length = slot[key].count(1)
            return None if length is None else Period(length, unit)
    return None


def _payments(slot: Slot) -> Iterable[PaymentTerm]:
    for n, item in enumerate(slot.items(), 1):
        item = item.mapping()
        share = item["share"]
        rest = isinstance(share.value, str) and share.value.strip() in THE_REST
        if not rest and not share:
            share.problem("缺少付款比例")
        yield PaymentTerm(
            item["nr"].count(1) or n, item["when"].text(), None if rest else share.share(), item["by"].text()
        )  # fmt: skip


def _bands(slot: Slot) -> Iterable[GradeBand]:
    for item in slot.items():
        item = item.mapping()
        grade = item["grade"].text()
        if not grade:
            item["grade"].problem("缺少等级名称")
        below = item["below"].number()
        high = item["max"].number() if below is None else below
        yield GradeBand(grade, item["min"].number(), high, True, below is None)


def payment_findings(payments: Sequence[PaymentTerm]) -> tuple[Finding, ...]:
    """Why the shares are not 100 %; empty when they are (a payment of the rest makes up what is left)."""
    shares = [p.share for p in payments if p.share is not None]
    rests = len(payments) - len(shares)
    total = sum(shares, Fraction(0))
    cites = "财政部令第87号 第二十条"
    if not payments:
        return (Finding("payments", "没有付款约定", cites=cites),)
    if any(s <= 0 for s in shares):
        return (Finding("payments", "每笔付款比例须大于0", cites=cites),)
    if rests > 1:
        return (Finding("payments", "只能有一笔结算尾款", cites=cites, have=rests),)
    if rests and total >= 1:
        return (Finding("payments", "其余各笔付款已达百分之百, 没有尾款可结", cites=cites, have=percent_text(total)),)
    if not rests and total != 1:
        return (Finding("payments", "付款比例合计须为百分之百", cites=cites, have=percent_text(total), need="100%"),)
    return ()


def _renewal(slot: Slot, grades: tuple[str, ...]) -> RenewalTerms | None:
    if not slot:
        return None
    condition, stop_if, may_if = slot["condition"].text(), slot["stop_if"].text(), slot["may_if"].text()
    said: dict[str, Renewal] = {}
    for text, verdict in ((may_if, Renewal.BUYER_DECIDES), (condition, Renewal.RENEW), (stop_if, Renewal.STOP)):
        for grade in grades_named(text, grades):
            said[grade] = verdict
    return RenewalTerms(
        max_renewals=slot["max_renewals"].count() or 0,
        each_years=slot["each_years"].count(1) or 1,
        condition=condition, stop_if=stop_if, may_if=may_if, grades=said,
        result_valid_months=slot["result_valid_months"].count(1),
    )  # fmt: skip


def grades_named(text: str, grades: Iterable[str]) -> tuple[str, ...]:
    """The grades that a clause names. 不合格 does not also name 合格: the longest name is taken first.

    >>> grades_named("考核不合格", ["优秀", "合格", "不合格"])
    ('不合格',)
    """
    named = []
    for grade in sorted(grades, key=len, reverse=True):
        if grade and grade in text:
            named.append(grade)
            text = text.replace(grade, "\0")
    return tuple(named)


def _deduction(slot: Slot) -> DeductionTerms | None:
    """``{优秀: 支付全额, 其他: {formula: deduction = (90 - score) / 90 x contract_total}}``."""
    if not slot:
        return None
    full, found = "", None
    for key, value in dict(slot.value if isinstance(slot.value, Mapping) else {}).items():
        if isinstance(value, Mapping):
            formula = slot[key]["formula"]
            match = _FORMULA.search(formula.text())
            if match is None or match[1] != match[2]:
                formula.problem("扣款公式无法识别", need="deduction = (90 - score) / 90 x contract_total")
            else:
                found = Fraction(match[1])
        elif "全额" in str(value):
            full = str(key)
    return None if found is None else DeductionTerms(found, full)
