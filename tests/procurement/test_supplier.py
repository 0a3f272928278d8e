"""供应商: credit codes, the six conditions of 政府采购法 第二十二条, credit, SME support."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from procurement.supplier import (
    Ban,
    Condition,
    CreditCheck,
    CreditList,
    Proof,
    SpecialCondition,
    SupplierKind,
    file_findings,
    qualification_findings,
    sme_deduction_of,
    sme_findings,
    uscc_findings,
)
from tests.builders.procurement import a_code, a_supplier

OPENING = date(2025, 3, 3)
CHANNELS = ("信用中国", "中国政府采购网")


def test_a_sound_file_qualifies() -> None:
    assert file_findings(a_supplier()) == ()
    assert qualification_findings(a_supplier(), OPENING, channels=CHANNELS) == ()


@pytest.mark.parametrize("code", ["91350100M000100Y43", "914403001922038216"])
def test_codes_with_the_right_check_sign_are_sound(code: str) -> None:
    assert list(uscc_findings(code)) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91350100M000100Y4", "17位"),
        ("91350100M000100Y430", "19位"),
        ("91350100M000100Y44", "校验码"),
        ("91350100M000100I43", "I"),
        ("", "0位"),
    ],
)
def test_a_code_of_17_or_19_signs_or_with_a_wrong_sign_is_refused(code: str, said: str) -> None:
    [finding] = uscc_findings(code)
    assert said in finding.sentence()


def test_the_registrar_in_the_code_must_fit_the_kind() -> None:
    [finding] = uscc_findings(a_code(SupplierKind.ENTERPRISE), SupplierKind.SERVICE_AGENCY)
    assert (finding.have, finding.need) == ("91", "52")


@pytest.mark.parametrize("condition", [c for c in Condition if c is not Condition.OTHER])
def test_each_condition_needs_its_proof(condition: Condition) -> None:
    supplier = a_supplier(proofs=tuple(p for p in a_supplier().proofs if p.condition is not condition))
    [finding] = qualification_findings(supplier, OPENING)
    assert (finding.field, finding.cites) == (condition.value, "政府采购法 第二十二条")


@pytest.mark.parametrize(("until", "found"), [(date(2025, 3, 2), 1), (date(2025, 3, 3), 0), (date(2025, 3, 4), 0)])
def test_a_proof_holds_through_its_last_day(until: date, found: int) -> None:
    proofs = (Proof(Condition.LIABILITY, "登记证书", valid_until=until), *a_supplier().proofs[1:])
    assert len(qualification_findings(a_supplier(proofs=proofs), OPENING)) == found


def test_a_special_condition_that_is_not_proved_disqualifies() -> None:
    [finding] = qualification_findings(a_supplier(), OPENING, special=[SpecialCondition("持有助理社会工作师证书的人员不少于41名")])
    assert "41" in finding.zh


def test_a_listed_supplier_is_out_and_is_told_which_list() -> None:
    """财库〔2016〕125号."""
    listed = CreditCheck("信用中国", date(2025, 3, 1), (CreditList.DEFAULTER,))
    [finding] = qualification_findings(a_supplier(credit=(listed,)), OPENING)
    assert "失信被执行人" in finding.zh


def test_each_channel_of_the_documents_must_have_been_looked_up_by_then() -> None:
    late = CreditCheck("中国政府采购网", date(2025, 3, 4))
    supplier = a_supplier(credit=(a_supplier().credit[0], late))
    [finding] = qualification_findings(supplier, OPENING, channels=CHANNELS)
    assert "中国政府采购网" in finding.zh


@pytest.mark.parametrize(("day", "found"), [(date(2025, 3, 2), 0), (date(2025, 3, 3), 1), (date(2025, 3, 4), 0)])
def test_a_ban_holds_on_its_days_only(day: date, found: int) -> None:
    banned = a_supplier(bans=(Ban(OPENING, OPENING, "提供虚假材料"),), credit=())
    assert len(qualification_findings(banned, day)) == found


def test_public_institutions_of_the_first_class_may_not_supply() -> None:
    """财政部令第102号 第八条."""
    supplier = a_supplier(kind=SupplierKind.INSTITUTION_ONE)
    assert [f.cites for f in qualification_findings(supplier, OPENING)] == ["财政部令第102号 第八条"]


@pytest.mark.parametrize(
    ("kind", "small", "gets"),
    [
        (SupplierKind.ENTERPRISE, True, Fraction(1, 10)),
        (SupplierKind.ENTERPRISE, False, Fraction(0)),
        (SupplierKind.SERVICE_AGENCY, True, Fraction(0)),
        (SupplierKind.FOUNDATION, True, Fraction(0)),
        (SupplierKind.INSTITUTION_TWO, True, Fraction(0)),
    ],
)
def test_only_small_enterprises_get_the_price_deduction(kind: SupplierKind, small: bool, gets: Fraction) -> None:
    """财库〔2020〕46号 第二条: a social organisation is no enterprise, whatever it declares."""
    assert sme_deduction_of(a_supplier(kind=kind, small_or_micro=small), Fraction(1, 10)) == gets


def test_an_agency_that_declares_itself_a_small_enterprise_is_told() -> None:
    assert sme_findings(a_supplier(small_or_micro=True))
    assert not sme_findings(a_supplier())


def test_a_file_without_a_name_is_told_so() -> None:
    assert [f.field for f in file_findings(replace(a_supplier(), name=" "))] == ["name"]
