"""Subjects: an applicant without a contract, a year of a contract, and what keeps either from being one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evaluation.subject import RenewalClause, SubjectKind, faults_of
from tests.builders.evaluation import AGENCY, a_contract, a_subject, an_applicant


def test_an_applicant_is_evaluated_without_a_contract_and_a_project_year_with_one() -> None:
    assert faults_of(an_applicant()) == ()
    assert faults_of(a_subject()) == ()


def test_an_applicant_has_no_contract_yet_and_a_project_year_must_have_one() -> None:
    assert [f.field for f in faults_of(replace(an_applicant(), contract=a_contract()))] == ["contract"]
    assert [f.field for f in faults_of(a_subject(contract=None))] == ["contract"]


@pytest.mark.parametrize(("year", "in_contract"), [(0, False), (1, True), (3, True), (4, False)])
def test_the_year_lies_within_the_years_that_the_contract_may_run(year: int, in_contract: bool) -> None:
    found = faults_of(a_subject(contract=a_contract(year=year)))

    assert [f.field for f in found] == ([] if in_contract else ["year"])


@pytest.mark.parametrize(("ends", "possible"), [(date(2025, 3, 19), False), (date(2025, 3, 20), True), (date(2025, 3, 21), True)])
def test_a_service_may_last_one_day_but_does_not_end_before_it_begins(ends: date, possible: bool) -> None:
    assert (faults_of(a_subject(contract=a_contract(ends=ends))) == ()) is possible


def test_everything_wrong_is_said_at_once() -> None:
    both = RenewalClause(frozenset({"良好"}), frozenset({"良好"}), "")
    wrong = a_subject(buyer=AGENCY, contract=a_contract(amount_fen=0, year=4, renewal=both))

    assert [f.field for f in faults_of(wrong)] == ["supplier", "amount_fen", "year", "renewal"]


def test_pages_call_an_applicant_by_its_name_and_a_project_by_its_year() -> None:
    assert an_applicant().name == "晨光社会工作服务中心（申请承接: 精神卫生专职社工服务项目）"
    assert a_subject().name == "精神卫生专职社工服务项目 · 第1年度"
    assert SubjectKind.PROJECT_YEAR.zh == "项目合同年度"
