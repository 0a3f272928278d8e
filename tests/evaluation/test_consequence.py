"""What a final result does: the contract's clause as written, and silence where it is silent."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evaluation.consequence import Outcome, consequence_of, foreseen
from evaluation.kind import Kind, Use
from evaluation.result import ResultStage
from evaluation.subject import PaymentClause, RenewalClause
from kernel.money import yuan_text
from kernel.refusal import WrongStage
from tests.builders.evaluation import a_contract, a_result, a_subject, an_applicant

CASES = tomllib.loads((Path(__file__).parent.parent / "cases" / "evaluation-consequence.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_what_the_clauses_make_of_a_score(case: dict[str, Any]) -> None:
    found = consequence_of(a_result(case["score"], grade=case["grade"] or None, stage=ResultStage.FINAL))

    assert found.payment is not None
    assert found.renewal is not None
    deduction = found.payment.deduction_fen
    assert ("" if deduction is None else yuan_text(deduction)) == case["deduction"]
    assert found.renewal.outcome.value == case["renewal"]


def test_the_working_can_be_repeated_by_a_stranger() -> None:
    payment = foreseen(a_result("86.40")).payment

    assert payment is not None
    assert payment.rate == Fraction(1, 25)
    assert payment.working == "(90 − 86.40) ÷ 90 = 4.00%; × 年度合同金额 ¥6,929,000.00 = 扣减 ¥277,160.00"


def test_nothing_follows_from_a_score_that_is_not_final() -> None:
    for stage in set(ResultStage) - {ResultStage.FINAL, ResultStage.APPLIED}:
        with pytest.raises(WrongStage):
            consequence_of(a_result(stage=stage))


def test_the_clause_is_applied_to_the_published_score() -> None:
    """Exactly 86.3999 is published as 86.40; both parties can repeat the arithmetic only from the published number."""
    payment = foreseen(a_result("86.40", exact=Fraction("86.3999"))).payment

    assert payment is not None
    assert payment.deduction_fen == 27_716_000


def test_a_contract_without_a_clause_leaves_it_to_people() -> None:
    silent = a_result(subject=a_subject(contract=a_contract(payment=None, renewal=None)))

    found = foreseen(silent)

    assert found.payment is not None
    assert found.renewal is not None
    assert not found.payment.decided
    assert found.renewal.outcome is Outcome.UNDECIDED


def test_a_clause_that_names_only_full_payment_is_silent_on_the_rest() -> None:
    only_full = PaymentClause(frozenset({"优秀"}), None, "优秀全额支付")
    payment = foreseen(a_result(subject=a_subject(contract=a_contract(payment=only_full)))).payment

    assert payment is not None
    assert not payment.decided


@pytest.mark.parametrize(("year", "outcome"), [(1, Outcome.MET), (2, Outcome.MET), (3, Outcome.NO_YEAR_LEFT)])
def test_after_the_last_year_there_is_nothing_left_to_renew(year: int, outcome: Outcome) -> None:
    excellent = a_result("95.00", grade="优秀", subject=a_subject(contract=a_contract(year=year)))

    renewal = foreseen(excellent).renewal

    assert renewal is not None
    assert renewal.outcome is outcome


def test_a_grade_that_the_clause_leaves_to_the_buyer_is_not_a_silence() -> None:
    may = RenewalClause(frozenset({"优秀"}), frozenset({"不合格"}), "良好的, 采购人可以续签", frozenset({"良好"}))

    for grade, outcome in (("良好", Outcome.BUYER_DECIDES), ("合格", Outcome.UNDECIDED)):
        renewal = foreseen(a_result(grade=grade, subject=a_subject(contract=a_contract(renewal=may)))).renewal
        assert renewal is not None
        assert renewal.outcome is outcome


def test_an_appraisal_goes_on_record_but_pays_and_renews_nothing() -> None:
    appraised = a_result("88.50", kind=Kind.APPRAISAL, subject=an_applicant())

    found = foreseen(appraised)

    assert (found.payment, found.renewal) == (None, None)
    assert found.standing is not None
    assert (found.standing.kind, found.standing.year, found.standing.grade) == (Kind.APPRAISAL, None, "良好")


def test_a_mid_term_that_is_only_used_for_the_record_deducts_nothing() -> None:
    assert foreseen(a_result(kind=Kind.MIDTERM, uses=frozenset({Use.STANDING}))).payment is None


def test_a_self_evaluation_leaves_no_standing() -> None:
    assert foreseen(a_result(kind=Kind.SELF)).standing is None


def test_the_record_keeps_the_veto_beside_the_raw_score() -> None:
    vetoed = replace(a_result("95.00", grade="不合格"), vetoes=("财务评估: 挪用项目资金",))

    standing = foreseen(vetoed).standing

    assert standing is not None
    assert (str(standing.score), standing.remark) == ("95.00", "财务评估: 挪用项目资金")
