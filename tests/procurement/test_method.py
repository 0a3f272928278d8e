"""采购方式: each method with its own numbers and its own evaluation."""

from __future__ import annotations

import pytest

from procurement.method import EvaluationMethod, Method, fits_services, method_named


@pytest.mark.parametrize(
    ("method", "fewest", "evaluation"),
    [
        (Method.OPEN, 3, EvaluationMethod.COMPREHENSIVE),
        (Method.INVITED, 3, EvaluationMethod.COMPREHENSIVE),
        (Method.NEGOTIATION, 3, EvaluationMethod.LOWEST_PRICE),
        (Method.CONSULTATION, 3, EvaluationMethod.COMPREHENSIVE),
        (Method.SINGLE_SOURCE, 1, EvaluationMethod.NEGOTIATED),
        (Method.FRAMEWORK, 2, EvaluationMethod.PRICE_FIRST),
    ],
)
def test_every_method_for_services_has_its_minimum_and_its_evaluation(
    method: Method, fewest: int, evaluation: EvaluationMethod
) -> None:
    assert method.min_suppliers == fewest
    assert evaluation in method.evaluation_methods
    assert list(fits_services(method, evaluation)) == []


def test_quotation_is_refused_for_services() -> None:
    """政府采购法 第三十二条: 询价 is for goods with uniform specifications."""
    [finding] = fits_services(Method.QUOTATION, EvaluationMethod.LOWEST_PRICE)
    assert finding.cites == "政府采购法 第三十二条"
    assert finding.binding


def test_a_consultation_is_never_decided_by_the_lowest_price() -> None:
    """财库〔2014〕214号 第二十四条."""
    [finding] = fits_services(Method.CONSULTATION, EvaluationMethod.LOWEST_PRICE)
    assert (finding.have, finding.need) == ("最低评标价法", "综合评分法")


@pytest.mark.parametrize(("name", "method"), [("公开招标", Method.OPEN), ("磋商", Method.CONSULTATION), ("open", Method.OPEN)])
def test_methods_are_known_by_their_chinese_names(name: str, method: Method) -> None:
    assert method_named(name) is method


def test_an_unknown_method_is_refused_with_the_names_that_are_known() -> None:
    with pytest.raises(ValueError, match="公开招标"):
        method_named("抽签")
