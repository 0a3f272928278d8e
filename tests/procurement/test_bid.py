"""投标: the shape of a bid, the deadline, the receipt; over the ceiling is a matter for the review."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from typing import Any

import pytest

from kernel.refusal import BadInput, Unlawful, WrongStage
from procurement.bid import price_findings, receipt_of, receive, withdrawal_findings
from procurement.documents import PriceForm, PriceTerms
from procurement.opening import open_bids, standing_bids, too_few
from procurement.stage import Stage
from tests.builders.procurement import LAW_2025, a_bid, a_tender, at

OPEN = a_tender(stage=Stage.TENDERING)
DEADLINE = at("2025-03-03")


@pytest.mark.parametrize("price", [0, -1, "-0.01", None, "", "六百万", True, "0.001"])
def test_a_price_of_zero_below_zero_or_no_number_is_refused(price: Any) -> None:
    [finding] = price_findings(price)
    assert finding.zh.startswith("报价")


@pytest.mark.parametrize("price", ["0.01", 1, "6,780,000.50", Fraction(1, 100)])
def test_a_price_above_zero_is_a_price(price: Any) -> None:
    assert price_findings(price) == ()


def test_a_rate_may_have_more_places_than_a_fen() -> None:
    assert price_findings("0.8855", PriceForm.DISCOUNT_RATE) == ()
    assert price_findings("0.8855", PriceForm.TOTAL)


@pytest.mark.parametrize(("seconds", "received"), [(-1, True), (0, False), (1, False)])
def test_at_the_deadline_it_is_too_late(seconds: int, received: bool) -> None:
    """87号令 第三十三条: what arrives after the deadline is refused."""
    moment = DEADLINE + timedelta(seconds=seconds)
    if received:
        bid, receipt = receive(OPEN, a_bid(submitted_at=None), moment)
        assert bid.submitted_at == receipt.submitted_at == moment
    else:
        with pytest.raises(Unlawful) as refusal:
            receive(OPEN, a_bid(submitted_at=None), moment)
        assert refusal.value.findings[0].cites == "财政部令第87号 第三十三条"


def test_a_bid_over_the_ceiling_is_received() -> None:
    """87号令 第六十三条: it is invalid at the review, not at the counter."""
    bid, _ = receive(OPEN, a_bid(price=692_900_001), DEADLINE - timedelta(days=1))
    assert bid.price == 692_900_001


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CLOSED, Stage.OPENED, Stage.UNSUCCESSFUL])
def test_a_tender_that_is_not_open_takes_no_bids(stage: Stage) -> None:
    with pytest.raises(Unlawful):
        receive(a_tender(stage=stage), a_bid(), DEADLINE - timedelta(days=1))


def test_everything_wrong_with_a_bid_is_told_at_once() -> None:
    wrong = a_bid(price=0, supplier=" ", facts={"T1a": 9, "T6a": "世界级", "T1b": "优", "Z9": 1})
    with pytest.raises(BadInput) as refusal:
        receive(OPEN, wrong, DEADLINE - timedelta(days=1))
    assert [f.field for f in refusal.value.findings] == ["price", "supplier", "T1a", "T6a", "T1b", "Z9"]


def test_the_receipt_is_of_exactly_this_bid() -> None:
    receipt = receipt_of(a_bid())
    assert receipt_of(a_bid()) == receipt
    for other in (a_bid(price=678_000_001), a_bid(facts={"T1a": 3}), a_bid(submitted_at=at("2025-03-02", "15:01"))):
        assert receipt_of(other).hash != receipt.hash


def test_the_receipt_hashes_a_text_that_a_stranger_can_write_down() -> None:
    bid = a_bid(tender="cp-1", supplier="甲", price=100, facts={"乙": "1", "T1a": True}, documents={}, submitted_at=at("2025-03-02"))
    text = (
        '{"documents":{},"facts":{"T1a":true,"乙":"1"},"price_fen":100,"rate":null,'
        '"submitted_at":"2025-03-02T09:30:00+08:00","supplier":"甲","tender":"cp-1"}'
    )
    assert receipt_of(bid).text == text
    assert receipt_of(bid).hash == sha256(text.encode()).hexdigest()


def test_the_same_moment_told_in_another_zone_gives_the_same_receipt() -> None:
    moment = at("2025-03-02", "15:00")
    assert receipt_of(a_bid(submitted_at=moment.astimezone(UTC))).hash == receipt_of(a_bid(submitted_at=moment)).hash


def test_a_bid_that_was_not_received_has_no_receipt() -> None:
    with pytest.raises(ValueError, match="回执"):
        receipt_of(a_bid(submitted_at=None))


@pytest.mark.parametrize(("seconds", "may"), [(-1, True), (0, False), (1, False)])
def test_until_the_deadline_a_bid_may_be_withdrawn(seconds: int, may: bool) -> None:
    """87号令 第三十四条."""
    assert (withdrawal_findings(OPEN, DEADLINE + timedelta(seconds=seconds)) == ()) is may


def test_a_rate_is_what_a_discount_tender_reads() -> None:
    tender = a_tender(stage=Stage.TENDERING, price=PriceTerms(PriceForm.DISCOUNT_RATE))
    bid, _ = receive(tender, a_bid(price=None, rate=Fraction("0.88")), DEADLINE - timedelta(days=1))
    assert bid.quoted == Fraction("0.88")
    with pytest.raises(BadInput):
        receive(tender, a_bid(), DEADLINE - timedelta(days=1))


# --- opening 开标 ------------------------------------------------------------------------------------------------------

CLOSED = a_tender(stage=Stage.CLOSED)
FOUR = [a_bid(name, submitted_at=at("2025-03-02", f"1{n}:00")) for n, name in enumerate("丁丙乙甲")]


def opened(bids: list[Any], now: datetime = DEADLINE) -> Any:
    return open_bids(CLOSED, bids, now, law=LAW_2025, host="主持人", place="第一开标室")


def test_bids_are_read_out_in_the_order_they_came() -> None:
    record = opened(list(reversed(FOUR)))
    assert [line.supplier for line in record.lines] == ["丁", "丙", "乙", "甲"]
    assert [line.number for line in record.lines] == [1, 2, 3, 4]
    assert record.lines[0].receipt == receipt_of(FOUR[0]).hash


@pytest.mark.parametrize(("count", "opens"), [(2, False), (3, True), (4, True)])
def test_fewer_than_three_bids_are_not_opened(count: int, opens: bool) -> None:
    assert too_few(CLOSED, FOUR[:count]) is not opens
    if opens:
        assert len(opened(FOUR[:count]).lines) == count
    else:
        with pytest.raises(Unlawful):
            opened(FOUR[:count])


def test_a_withdrawn_bid_does_not_count() -> None:
    with pytest.raises(Unlawful):
        opened([*FOUR[:2], a_bid("戊", withdrawn=True)])


def test_nothing_is_opened_before_the_deadline_or_twice() -> None:
    with pytest.raises(Unlawful):
        opened(FOUR, DEADLINE - timedelta(seconds=1))
    with pytest.raises(WrongStage):
        open_bids(a_tender(stage=Stage.OPENED), FOUR, DEADLINE, law=LAW_2025, host="主持人")


def test_two_bids_of_one_supplier_are_found() -> None:
    with pytest.raises(BadInput, match="甲"):
        standing_bids([a_bid("甲"), a_bid("甲", id="again")])
