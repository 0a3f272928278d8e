"""读取: everything wrong in a file at once, in Chinese, with its place; a draft may miss anything."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from kernel.refusal import BadInput
from procurement.contract_terms import grades_named
from procurement.documents import PriceForm, Renewal
from procurement.method import Method
from procurement.reading import read_tender
from procurement.slot import Slot, exact_number
from tests.builders.procurement import a_file, the_demo


def test_the_facts_arrive_as_written() -> None:
    tender = read_tender(the_demo())
    assert (tender.method, tender.budget, tender.ceiling) == (Method.OPEN, 692_900_000, 692_900_000)
    assert tender.price.weight == 10
    assert tender.sme_deduction == Fraction(1, 10)
    assert [p.share for p in tender.contract.payments] == [Fraction(3, 10), Fraction(9, 25), None]
    assert tender.contract.renewal is not None
    assert tender.contract.renewal.grades == {
        "优秀": Renewal.RENEW, "良好": Renewal.BUYER_DECIDES, "合格": Renewal.BUYER_DECIDES, "不合格": Renewal.STOP,
    }  # fmt: skip
    assert tender.contract.deduction is not None
    assert (tender.contract.deduction.base, tender.contract.deduction.full_grade) == (90, "优秀")
    assert tender.committee.experts_share == Fraction(2, 3)


def test_a_file_that_went_through_json_is_the_same_tender() -> None:
    """The room keeps the mapping as JSON: keys become texts, decimals become texts."""
    mapping = the_demo()
    assert read_tender(json.loads(json.dumps(mapping, default=str))) == read_tender(mapping)


def test_every_unreadable_place_is_told_at_once() -> None:
    file = a_file(
        notice__method="抽签", notice__budget_yuan=-5, notice__ceiling_yuan="六百万", notice__sme_price_deduction="1.5",
        award__winners=0, contract__term={"days": 0}, price__form="percent",
    )  # fmt: skip
    with pytest.raises(BadInput) as refusal:
        read_tender(file)
    assert {f.field for f in refusal.value.findings} >= {
        "notice.method", "notice.budget_yuan", "notice.ceiling_yuan", "notice.sme_price_deduction", "award.winners",
        "contract.term.days", "price.form",
    }  # fmt: skip


@pytest.mark.parametrize("mapping", [None, [], "text", 5, {"scoring": []}, {"notice": "公开招标"}])
def test_what_is_no_tender_is_refused(mapping: Any) -> None:
    with pytest.raises(BadInput):
        read_tender(mapping)


def test_an_empty_mapping_is_a_draft_that_misses_everything() -> None:
    tender = read_tender({"id": "x"})
    assert tender.rubric is None
    assert {f.field for f in tender.missing} >= {"name", "notice.purchaser", "notice.budget_yuan", "scoring", "price"}
    assert all(f.cites == "财政部令第87号 第二十条" for f in tender.missing if f.binding)


def test_the_file_s_own_remarks_keep_their_place() -> None:
    file = a_file(contract__template_fault="样式不是本项目的合同")
    file["substantive_requirements"][0]["fault"] = "整章"
    file["scoring"]["source_faults"] = ["甲", "乙"]
    assert [f.field for f in read_tender(file).faults] == [
        "substantive_requirements[1]", "contract.template_fault", "scoring.source_faults[1]", "scoring.source_faults[2]",
    ]  # fmt: skip


def test_a_discount_rate_has_no_ceiling_in_yuan() -> None:
    file = a_file(price={"form": "discount_rate"})
    price = read_tender(file).price
    assert (price.form, price.ceiling, price.limit) == (PriceForm.DISCOUNT_RATE, None, 1)


def test_a_formula_that_nobody_can_compute_is_refused() -> None:
    file = a_file(contract__acceptance__money={"其他": {"formula": "视情况扣减"}})
    with pytest.raises(BadInput, match="扣款公式"):
        read_tender(file)


@pytest.mark.parametrize(
    ("text", "named"),
    [("考核不合格", ["不合格"]), ("考核合格", ["合格"]), ("良好或合格", ["良好", "合格"]), ("不合格或合格", ["不合格", "合格"]), ("", [])],
)
def test_a_clause_that_names_the_worst_grade_does_not_name_the_pass(text: str, named: list[str]) -> None:
    assert sorted(grades_named(text, ["优秀", "良好", "合格", "不合格"])) == sorted(named)


@pytest.mark.parametrize(("written", "exact"), [("0.88", Fraction(22, 25)), (0.88, Fraction(22, 25)), ("1,000", 1000), ("2/3", Fraction(2, 3))])
def test_numbers_are_read_exactly(written: Any, exact: Fraction) -> None:
    assert exact_number(written) == exact


@pytest.mark.parametrize(
    "written", [True, None, "", "abc", float("nan"), float("inf"), [], "1/0", "1e999999999", Decimal("1e999999999"), "9" * 31, 1e300]
)
def test_what_is_no_number_is_refused(written: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the Chinese message names the value
        exact_number(written)


def test_days_may_be_dates_or_texts() -> None:
    assert Slot("2026-12-21").day() == Slot(date(2026, 12, 21)).day() == date(2026, 12, 21)
    bad = Slot("明天", "notice.documents_issued")
    assert bad.day() is None
    assert [f.field for f in bad.problems] == ["notice.documents_issued"]
