"""Bids 投标文件, 响应文件: what a supplier hands in before the deadline, and the receipt it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from kernel.canonical import canonical_json, sha256_hex
from kernel.money import Fen
from kernel.period import aware
from kernel.points import shortest_text
from kernel.refusal import BadInput, Finding, Unlawful
from procurement.documents import PriceForm, Tender
from procurement.slot import exact_number
from procurement.stage import Stage
from rubric.rule import BadMark


@dataclass(frozen=True)
class Bid:
    """One bid of one supplier for one tender (and lot).

    price       fen, as written; for a discount rate tender None, and ``rate`` holds it
    facts       declared values by objective part id (and gates), as the rules of the rubric read them
    documents   what was handed in, by name; statements and contacts too: for the review, not for the points
    sme_deduction  the share this bid claims lawfully 价格扣除; 0 = none
    """

    id: str
    tender: str
    supplier: str
    price: Fen | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, Any] = field(default_factory=dict)
    submitted_at: datetime | None = None
    rate: Fraction | None = None
    sme_deduction: Fraction = Fraction(0)
    withdrawn: bool = False

    @property
    def quoted(self) -> Fraction:
        """The price as the price formula reads it: exact yuan, or the rate."""
        if self.rate is not None:
            return self.rate
        return Fraction(self.price or 0, 100)


@dataclass(frozen=True)
class Receipt:
    """回执: proof that exactly this was handed in at this moment (87号令 第三十三条). ``text`` is what was hashed."""

    hash: str
    text: str
    submitted_at: datetime


def price_findings(price: Any, form: PriceForm = PriceForm.TOTAL, place: str = "price") -> tuple[Finding, ...]:
    """What is wrong with the *shape* of a price. Over the ceiling is no matter of shape (87号令 第六十三条, at review)."""
    try:
        quoted = exact_number(price)
    except ValueError:
        return (Finding(place, "报价未填写或无法识别", have="空" if price in (None, "") else str(price)),)
    if quoted <= 0:
        return (Finding(place, "报价须大于0", have=shortest_text(quoted), cure="不收费的项目请采用其他方式"),)
    if form is PriceForm.TOTAL and (quoted * 100).denominator != 1:
        return (Finding(place, "报价最多保留到分（两位小数）", have=shortest_text(quoted)),)
    return ()


def submission_findings(tender: Tender, bid: Bid) -> tuple[Finding, ...]:
    """Everything that is wrong with the shape of a bid when it is handed in. Empty: it is received."""
    found: list[Finding] = []
    if tender.price.form is PriceForm.DISCOUNT_RATE:
        found += price_findings(bid.rate, PriceForm.DISCOUNT_RATE, "rate")
    else:
        found += price_findings(None if bid.price is None else Fraction(bid.price, 100))
    if not bid.supplier.strip():
        found.append(Finding("supplier", "请填写投标人"))
    if tender.rubric is not None:
        parts = {part.id: part for part in tender.rubric.parts()}
        gates = {gate for leaf in tender.rubric.leaves() for gate in leaf.gates}
        for id, value in bid.facts.items():
            part = parts.get(id)
            if part is None and id in gates:
                if not isinstance(value, bool):
                    found.append(Finding(id, f"“{id}”须填是或否", have=value))
            elif part is None:
                found.append(Finding(id, f"评分标准中没有“{id}”"))
            elif not part.objective:
                found.append(Finding(id, f"“{part.label}”由评审专家评分, 投标人不填写"))
            elif part.rule is not None:
                try:
                    part.rule.check(value)
                except BadMark as refusal:
                    found.append(Finding(id, f"{part.label}: {refusal.message}"))
    return tuple(found)


def receive(tender: Tender, bid: Bid, now: datetime) -> tuple[Bid, Receipt]:
    """接收投标文件: the bid stamped with the moment it arrived, and its receipt.

    Raises Unlawful for a late bid (87号令 第三十三条: 拒收) or one for a tender that takes none, BadInput for its shape.
    """
    moment = aware(now)
    late = tender.bids_close is None or moment >= tender.bids_close
    if tender.stage is not Stage.TENDERING or late:
        raise Unlawful(
            (
                Finding(
                    "bids_close", "投标截止时间之后送达的投标文件, 应当拒收" if late else "本项目现在不接收投标文件",
                    cites="财政部令第87号 第三十三条",
                    have=moment.strftime("%Y-%m-%d %H:%M:%S"),
                    need=f"{tender.bids_close:%Y-%m-%d %H:%M:%S}之前" if tender.bids_close else None,
                ),
            ),
            "投标文件未能接收",
        )  # fmt: skip
    found = submission_findings(tender, bid)
    if found:
        raise BadInput(found, "投标文件填写有误")
    stamped = replace(bid, submitted_at=moment)
    return stamped, receipt_of(stamped)


def withdrawal_findings(tender: Tender, now: datetime) -> tuple[Finding, ...]:
    """Until the deadline a bid may be supplemented, changed or withdrawn in writing (87号令 第三十四条); not after."""
    if tender.stage is Stage.TENDERING and tender.bids_close is not None and aware(now) < tender.bids_close:
        return ()
    return (
        Finding(
            "bids_close", "投标截止时间之后不得补充、修改或者撤回投标文件", cites="财政部令第87号 第三十四条",
            have=f"{aware(now):%Y-%m-%d %H:%M:%S}",
        ),
    )  # fmt: skip


def receipt_of(bid: Bid) -> Receipt:
    """The receipt of a bid that has its time: SHA-256 of its canonical JSON. Raises ValueError without a time."""
    if bid.submitted_at is None:
        raise ValueError("尚未接收的投标文件没有回执")
    text = canonical_json(
        {
            "tender": bid.tender, "supplier": bid.supplier, "price_fen": bid.price,
            "rate": None if bid.rate is None else shortest_text(bid.rate),
            "facts": bid.facts, "documents": bid.documents, "submitted_at": bid.submitted_at,
        }
    )  # fmt: skip
    return Receipt(sha256_hex(text), text, bid.submitted_at)
