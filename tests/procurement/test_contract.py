"""合同: one to three years, renewed by grade, paid in parts that make a whole, supplemented by a tenth at most."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.period import Period, Unit
from kernel.refusal import BadInput, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from procurement.contract import (
    CONTRACT,
    Contract,
    ContractStage,
    LongTermGround,
    RenewalProposal,
    Supplement,
    deduction_for,
    draw_up,
    payment_plan,
    renewal_verdict,
    settle,
)
from procurement.documents import DeductionTerms, PaymentTerm, Renewal
from procurement.termination import Ground, Termination, YearWorth, earned_until, last_payments
from tests.builders.procurement import LAW_2025, ROOT, a_contract, a_tender, an_award

NINETY = DeductionTerms(Fraction(90), "优秀")
PERFORMING = a_contract(stage=ContractStage.PERFORMING)


def broken(contract: Contract, act: str, by: Role = Role.BUYER) -> list[str]:
    """The articles that stand in the way; empty when the step may be taken."""
    try:
        CONTRACT.take(contract, act, by=by, law=LAW_2025)
    except Unlawful as refusal:
        return [f.cites for f in refusal.findings]
    return []


def test_one_plus_one_plus_one_may_be_signed() -> None:
    assert broken(a_contract(), "sign") == []
    assert broken(a_contract(), "sign", Role.SUPPLIER) == []


@pytest.mark.parametrize(("years", "lawful"), [(1, True), (3, True), (4, False)])
def test_three_years_at_most(years: int, lawful: bool) -> None:
    """财政部令第102号 第二十四条."""
    assert (broken(a_contract(years=years), "sign") == []) is lawful


@pytest.mark.parametrize("missing", list(LongTermGround))
def test_more_than_a_year_needs_every_ground(missing: LongTermGround) -> None:
    grounds = tuple(g for g in LongTermGround if g is not missing)
    assert broken(a_contract(years=2, grounds=grounds), "sign") == ["财政部令第102号 第二十四条"]
    assert broken(a_contract(years=1, grounds=()), "sign") == []


@pytest.mark.parametrize(("amount", "lawful"), [(692_899_999, False), (692_900_000, True), (692_900_001, False)])
def test_the_price_is_the_awarded_one_to_the_fen(amount: int, lawful: bool) -> None:
    """87号令 第七十一条."""
    assert (broken(a_contract(amount=amount), "sign") == []) is lawful


@pytest.mark.parametrize(("signed", "warned"), [("2025-04-08", 0), ("2025-04-09", 0), ("2025-04-10", 1)])
def test_signing_after_thirty_days_is_told_and_does_not_undo_the_contract(signed: str, warned: int) -> None:
    """政府采购法 第四十六条: notice of 10 March, last day 9 April 2025."""
    taken = CONTRACT.take(a_contract(signed_on=date.fromisoformat(signed)), "sign", by=Role.BUYER, law=LAW_2025)
    assert len(taken.warnings) == warned


def test_a_contract_is_not_signed_before_its_notice() -> None:
    assert broken(a_contract(signed_on=date(2025, 3, 9)), "sign")
    assert broken(a_contract(signed_on=None), "sign")


def test_the_draft_comes_from_documents_and_award() -> None:
    contract = draw_up(a_tender(), an_award(), number="1", supplier="甲", starts=date(2025, 4, 1), grounds=tuple(LongTermGround))
    assert (contract.years, contract.amount, contract.year(1)) == (3, 692_900_000, (date(2025, 4, 1), date(2026, 3, 31)))
    assert draw_up(a_tender(), an_award(), number="1", supplier="甲", starts=date(2025, 4, 1), years=1).years == 1
    for years in (0, 4):
        with pytest.raises(BadInput):
            draw_up(a_tender(), an_award(), number="1", supplier="甲", starts=date(2025, 4, 1), years=years)


def test_years_follow_each_other_without_gap() -> None:
    leap = a_contract(starts=date(2024, 2, 29))
    assert [leap.year(n) for n in (1, 2, 3)] == [
        (date(2024, 2, 29), date(2025, 2, 27)), (date(2025, 2, 28), date(2026, 2, 27)), (date(2026, 2, 28), date(2027, 2, 27)),
    ]  # fmt: skip
    days = a_contract(year_length=Period(365, Unit.DAY), starts=date(2024, 1, 1))
    assert days.year(2) == (date(2024, 12, 31), date(2025, 12, 30))
    with pytest.raises(ValueError, match="合同年度"):
        leap.year(4)


# --- payments ------------------------------------------------------------------------------------------------------------


def test_the_rest_takes_what_the_others_leave() -> None:
    assert payment_plan(692_900_000, a_contract().payments) == (207_870_000, 249_444_000, 235_586_000)


@given(st.integers(1, 10**12), st.lists(st.integers(1, 50), min_size=1, max_size=6), st.booleans())
def test_the_parts_always_make_the_whole(amount: int, weights: list[int], rest: bool) -> None:
    total = sum(weights) + (7 if rest else 0)
    payments = [PaymentTerm(n, "", Fraction(w, total)) for n, w in enumerate(weights, 1)]
    if rest:
        payments.append(PaymentTerm(len(payments) + 1, "", None))
    planned = payment_plan(amount, payments)
    assert sum(planned) == amount
    for term, fen in zip(payments[:-1], planned[:-1], strict=True):
        assert abs(fen - amount * (term.share or 0)) <= Fraction(1, 2)


@pytest.mark.parametrize("shares", [(), ("0.5",), ("0.5", "0.51"), ("1", None), (None, None), ("0.5", "-0.5", "1")])
def test_shares_that_make_no_whole_are_refused(shares: tuple[str | None, ...]) -> None:
    payments = [PaymentTerm(n, "", None if s is None else Fraction(s)) for n, s in enumerate(shares, 1)]
    with pytest.raises(BadInput):
        payment_plan(100, payments)
    assert broken(a_contract(payments=tuple(payments)), "sign")


# --- what a score takes off ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", tomllib.loads((ROOT / "tests/cases/procurement-contract.toml").read_text("utf-8"))["deduction"], ids=lambda c: c["name"]
)
def test_worked_example_of_a_deduction(case: dict[str, Any]) -> None:
    """tests/cases/procurement-contract.toml: (90 − score) / 90 × contract total."""
    found = deduction_for(NINETY, Fraction(case["score"]), case.get("grade"), case["total"])
    assert ("silent" if found is None else found.amount) == case["takes"]


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 10**12))
def test_a_better_score_never_costs_more(low: int, high: int, total: int) -> None:
    low, high = sorted((low, high))
    worse, better = (deduction_for(NINETY, Fraction(score, 100), None, total) for score in (low, high))
    assert (worse is None, better is None) == (low >= 9_000, high >= 9_000)
    if worse is not None:
        assert 0 <= (better.amount if better else 0) <= worse.amount <= total


def test_the_working_can_be_followed() -> None:
    assert deduction_for(NINETY, Fraction(81), "良好", 692_900_000).working == (
        "（90 − 81）÷ 90 × ¥6,929,000.00 = ¥692,900.00"
    )


def test_without_a_clause_nothing_is_taken_off() -> None:
    assert deduction_for(None, Fraction(0), "不合格", 100).amount == 0


@pytest.mark.parametrize(("planned", "paid", "owed"), [(69_290_001, 1, 0), (69_290_000, 0, 0), (69_289_999, 0, 1)])
def test_what_the_last_payment_cannot_cover_is_owed(planned: int, paid: int, owed: int) -> None:
    assert settle(planned, deduction_for(NINETY, Fraction(81), "良好", 692_900_000)) == (paid, owed)


# --- renewal -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "verdict"),
    [("优秀", Renewal.RENEW), ("不合格", Renewal.STOP), ("良好", Renewal.UNDECIDED), ("合格", Renewal.UNDECIDED), (None, Renewal.UNDECIDED)],
)
def test_a_grade_that_the_clause_does_not_name_is_undecided(grade: str | None, verdict: Renewal) -> None:
    """The real clause renews on 优秀 and stops on 不合格; 良好, 合格 and 89.5 (no grade) are reported, not moved."""
    assert renewal_verdict(a_contract().renewal, grade) is verdict


def test_without_a_clause_everything_is_undecided() -> None:
    assert renewal_verdict(None, "优秀") is Renewal.UNDECIDED


@pytest.mark.parametrize(
    ("asked", "renews"),
    [
        (RenewalProposal(1, "优秀", True), True),
        (RenewalProposal(1, "不合格", True, "理由"), False),
        (RenewalProposal(1, "良好", True), False),
        (RenewalProposal(1, "良好", True, "双方书面同意, 整改已完成"), True),
        (RenewalProposal(1, None, True, "双方书面同意"), True),
        (RenewalProposal(1, "优秀", False), False),
        (RenewalProposal(2, "优秀", True), False),
        (None, False),
    ],
)
def test_renewal_follows_the_clause_the_budget_and_the_order_of_years(asked: RenewalProposal | None, renews: bool) -> None:
    assert (broken(replace(PERFORMING, renewal_asked=asked), "renew") == []) is renews


@pytest.mark.parametrize(("signed", "renews"), [(1, True), (2, True), (3, False)])
def test_the_third_year_is_the_last(signed: int, renews: bool) -> None:
    contract = replace(PERFORMING, signed_years=signed, renewal_asked=RenewalProposal(signed, "优秀", True))
    assert (broken(contract, "renew") == []) is renews


# --- supplements, ends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("second", "lawful"), [(34_644_999, True), (34_645_000, True), (34_645_001, False)])
def test_all_supplements_together_are_a_tenth_at_most(second: int, lawful: bool) -> None:
    """政府采购法 第四十九条: half of the tenth is used already."""
    supplements = (Supplement(1, 34_645_000, date(2025, 6, 1)), Supplement(1, second, date(2025, 7, 1)))
    assert (broken(replace(PERFORMING, supplements=supplements), "supplement") == []) is lawful


@pytest.mark.parametrize("supplement", [Supplement(1, 0, date(2025, 6, 1)), Supplement(2, 1, date(2025, 6, 1))])
def test_a_supplement_of_nothing_or_of_an_unsigned_year_is_refused(supplement: Supplement) -> None:
    assert broken(replace(PERFORMING, supplements=(supplement,)), "supplement")


def test_a_contract_does_not_end_at_will() -> None:
    """政府采购法 第五十条."""
    agreed = Termination(Ground.AGREED, date(2025, 9, 30), 100)
    assert broken(PERFORMING, "terminate") == ["政府采购法 第五十条"] * 2
    assert broken(replace(PERFORMING, reason="继续履行将损害公共利益"), "terminate") == ["政府采购法 第五十条"]
    assert broken(replace(PERFORMING, ending=agreed), "terminate") == ["政府采购法 第五十条"]
    assert broken(replace(PERFORMING, ending=agreed, reason="区划调整, 双方协商一致"), "terminate") == []


@pytest.mark.parametrize(("day", "lawful"), [("2025-03-19", False), ("2025-03-20", True), ("2025-03-21", True)])
def test_a_contract_does_not_end_before_it_was_signed(day: str, lawful: bool) -> None:
    signed = replace(PERFORMING, signed_on=date(2025, 3, 20), reason="协商一致")
    ending = Termination(Ground.AGREED, date.fromisoformat(day), 0)
    assert (broken(replace(signed, ending=ending), "terminate") == []) is lawful


@pytest.mark.parametrize(
    ("ended", "earned"),
    [("2025-03-20", 0), ("2025-03-21", 1_00), ("2025-03-22", 2_00), ("2026-03-19", 364_00), ("2026-03-20", 365_00), ("2026-03-21", 367_00),
     ("2027-03-20", 1095_00), ("2028-01-01", 1095_00)],
)  # fmt: skip
def test_what_was_done_is_proposed_by_the_days_of_service(ended: str, earned: int) -> None:
    """民法典 第五百六十六条: a yuan a day in the first year, two in the second; the day itself was served."""
    years = [YearWorth(date(2025, 3, 21), date(2026, 3, 20), 365_00), YearWorth(date(2026, 3, 21), date(2027, 3, 20), 730_00)]
    assert earned_until(years, date.fromisoformat(ended)) == earned


@given(st.lists(st.integers(0, 10**11), max_size=9), st.integers(0, 10**11), st.data())
def test_what_was_earned_is_paid_and_nothing_else(open_ones: list[int], paid: int, data: st.DataObject) -> None:
    earned = data.draw(st.integers(0, paid + sum(open_ones)))
    parts, back = last_payments(open_ones, earned, paid)
    assert all(0 <= part <= amount for part, amount in zip(parts, open_ones, strict=True))
    assert paid + sum(parts) - back == earned
    assert back == 0 or sum(parts) == 0


def test_what_is_not_in_the_table_cannot_happen() -> None:
    with pytest.raises(WrongStage):
        CONTRACT.take(PERFORMING, "sign", by=Role.BUYER, law=LAW_2025)
    with pytest.raises(NotPermitted):
        CONTRACT.take(PERFORMING, "terminate", by=Role.SUPPLIER, law=LAW_2025)
