"""发布: what must hold before documents go out. Boundaries in threes: short, exact, over."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from kernel.lifecycle import Condition
from kernel.money import Fen
from kernel.period import Period, Unit
from kernel.refusal import Finding, NotPermitted, Unlawful, WrongStage
from kernel.role import Role
from law import law_at
from procurement import deadlines, publication
from procurement.documents import CostRule, LowPriceRatios, PaymentTerm, PriceTerms, Requirement, Tender
from procurement.method import Method
from procurement.reading import read_tender
from procurement.stage import Stage
from procurement.tender import TENDER
from tests.builders.procurement import LAW_2025, LAW_2026, ROOT, a_file, a_tender, at


def found(condition: Condition, tender: Tender, law: Any = LAW_2025) -> list[Finding]:
    made = condition(tender, law)
    return [] if made is None else [made] if isinstance(made, Finding) else list(made)


def test_the_demonstration_may_be_published() -> None:
    taken = TENDER.take(a_tender(), "publish", by=Role.BUYER, law=LAW_2025)
    assert taken.target is Stage.TENDERING
    assert all(not warning.binding for warning in taken.warnings)


def test_documents_must_be_out_for_twenty_days_before_bids_close() -> None:
    """政府采购法 第三十五条."""
    a_day_short = a_tender(bids_close=at("2025-03-01"))
    with pytest.raises(Unlawful) as refusal:
        TENDER.take(a_day_short, "publish", by=Role.BUYER, law=LAW_2025)
    [finding] = refusal.value.findings
    assert (finding.field, finding.cites, finding.need) == ("bids_close", "政府采购法 第三十五条", "最早 2025-03-02")


@pytest.mark.parametrize(("closes", "problems"), [("2025-03-01", 1), ("2025-03-02", 0), ("2025-03-03", 0)])
def test_nineteen_days_are_short_twenty_are_enough(closes: str, problems: int) -> None:
    assert len(found(deadlines.the_tendering_period_is_long_enough, a_tender(bids_close=at(closes)))) == problems


@pytest.mark.parametrize(("until", "problems"), [("2025-02-14", 1), ("2025-02-17", 0), ("2025-02-18", 0)])
def test_documents_are_offered_for_five_working_days(until: str, problems: int) -> None:
    """87号令 第十八条: Monday 2025-02-10 + 5 working days = Monday 2025-02-17."""
    tender = a_tender(documents_until=date.fromisoformat(until))
    assert len(found(deadlines.documents_are_offered_long_enough, tender)) == problems


@pytest.mark.parametrize(("minutes", "problems"), [(-1, 1), (0, 0), (1, 1)])
def test_bids_are_opened_at_the_very_moment_of_the_deadline(minutes: int, problems: int) -> None:
    """87号令 第三十九条."""
    tender = a_tender(opening_at=at("2025-03-03") + timedelta(minutes=minutes))
    assert len(found(deadlines.it_opens_at_the_deadline, tender)) == problems


def test_a_consultation_has_its_own_ten_days() -> None:
    """财库〔2014〕214号 第十条."""
    tender = a_tender(method=Method.CONSULTATION, bids_close=at("2025-02-20"))
    assert found(deadlines.the_tendering_period_is_long_enough, tender) == []
    [finding] = found(deadlines.the_tendering_period_is_long_enough, replace(tender, bids_close=at("2025-02-19")))
    assert finding.cites == "财库〔2014〕214号 第十条"


def test_without_dates_it_is_told_which() -> None:
    tender = a_tender(documents_issued=None, documents_until=None, bids_close=None)
    assert [f.field for f in found(deadlines.the_dates_are_given, tender)] == ["documents_issued", "bids_close"]


def test_only_the_buyer_publishes_and_only_a_draft() -> None:
    with pytest.raises(NotPermitted):
        TENDER.take(a_tender(), "publish", by=Role.SUPPLIER, law=LAW_2025)
    with pytest.raises(WrongStage):
        TENDER.take(a_tender(stage=Stage.TENDERING), "publish", by=Role.BUYER, law=LAW_2025)


@pytest.mark.parametrize(("ceiling", "problems"), [(692_899_999, 0), (692_900_000, 0), (692_900_001, 1)])
def test_the_ceiling_may_reach_the_budget_and_not_a_fen_more(ceiling: Fen, problems: int) -> None:
    """87号令 第十二条."""
    tender = a_tender(ceiling=ceiling, price=replace(a_tender().price, ceiling=Fraction(ceiling, 100)))
    assert len(found(publication.the_ceiling_is_within_the_budget, tender)) == problems


def test_two_places_that_give_different_ceilings_are_told() -> None:
    tender = a_tender(price=replace(a_tender().price, ceiling=Fraction(6_900_000)))
    assert [f.field for f in found(publication.the_ceiling_is_within_the_budget, tender)] == ["price.ceiling"]


def test_a_minimum_of_money_per_head_is_a_floor_price() -> None:
    """87号令 第十二条: 41 × 169000 is the whole budget, so only one price would be left to bid."""
    costs = (CostRule("整体打包标准", "元/人/年", minimum=Fraction(169_000)), CostRule("人力成本占比", minimum=Fraction(85, 100)))
    tender = a_tender(requirement=replace(a_tender().requirement, cost_rules=costs))
    [finding] = found(publication.there_is_no_floor_price, tender)
    assert finding.field == "requirement.cost_rules[1]"
    assert "6929000元" in finding.have


def test_a_figure_that_only_explains_the_budget_is_no_floor() -> None:
    costs = (CostRule("预算测算标准", "元/人/年", value=Fraction(169_000)),)
    assert not found(publication.there_is_no_floor_price, a_tender(requirement=Requirement(cost_rules=costs)))


def test_a_written_floor_price_is_forbidden() -> None:
    [finding] = found(publication.there_is_no_floor_price, a_tender(price=PriceTerms(floor=Fraction(1))))
    assert finding.field == "price.floor"


@pytest.mark.parametrize(("weight", "problems"), [("9.99", 1), ("10", 0), ("10.01", 0)])
def test_price_weighs_ten_per_cent_at_least(weight: str, problems: int) -> None:
    """87号令 第五十五条."""
    tender = a_tender(price=replace(a_tender().price, weight=Fraction(weight)))
    assert len(found(publication.price_weighs_enough, tender)) == problems


@pytest.mark.parametrize(("weight", "problems"), [("9.99", 1), ("10", 0), ("30", 0), ("30.01", 1)])
def test_in_a_consultation_price_weighs_ten_to_thirty(weight: str, problems: int) -> None:
    """财库〔2014〕214号 第二十四条."""
    tender = a_tender(method=Method.CONSULTATION, price=replace(a_tender().price, weight=Fraction(weight)))
    assert len(found(publication.price_weighs_enough, tender)) == problems


@pytest.mark.parametrize(("second", "problems"), [("0.69", 1), ("0.70", 0), ("0.71", 1)])
def test_payments_add_up_to_a_hundred_per_cent(second: str, problems: int) -> None:
    payments = (PaymentTerm(1, "签订", Fraction("0.3")), PaymentTerm(2, "期满", Fraction(second)))
    tender = a_tender(contract=replace(a_tender().contract, payments=payments))
    assert len(found(publication.payments_add_up, tender)) == problems


def test_what_a_contract_would_refuse_of_its_payments_is_said_before_the_documents_go_out() -> None:
    payments = (PaymentTerm(1, "签订", Fraction(1)), PaymentTerm(2, "期满", Fraction(0)))
    tender = a_tender(contract=replace(a_tender().contract, payments=payments))
    [finding] = found(publication.payments_add_up, tender)
    assert (finding.field, finding.cites) == ("contract.payment", "财政部令第87号 第二十条")
    assert "每笔付款比例须大于0" in finding.zh


@pytest.mark.parametrize(("first", "problems"), [("0.99", 0), ("1", 1)])
def test_a_rest_needs_something_left(first: str, problems: int) -> None:
    payments = (PaymentTerm(1, "签订", Fraction(first)), PaymentTerm(2, "结算", None))
    tender = a_tender(contract=replace(a_tender().contract, payments=payments))
    assert len(found(publication.payments_add_up, tender)) == problems


@pytest.mark.parametrize(("renewals", "problems"), [(1, 0), (2, 0), (3, 1)])
def test_one_year_and_its_renewals_are_three_years_at_most(renewals: int, problems: int) -> None:
    """财库〔2014〕37号."""
    contract = a_tender().contract
    assert contract.renewal is not None
    tender = a_tender(contract=replace(contract, renewal=replace(contract.renewal, max_renewals=renewals)))
    assert len(found(publication.the_term_with_renewals_is_within_three_years, tender)) == problems


@pytest.mark.parametrize(("own", "problems"), [(21, 0), (22, 0), (23, 1)])
def test_signing_within_working_days_is_counted_in_days(own: int, problems: int) -> None:
    """政府采购法 第四十六条: 22 working days are at least 30 days, 23 are more."""
    contract = replace(a_tender().contract, sign_within=Period(own, Unit.WORKING_DAY))
    assert len(found(publication.the_contract_is_signed_in_time, a_tender(contract=contract))) == problems


@pytest.mark.parametrize(
    ("budget", "least", "problems"),
    [(999_999_999, 5, 0), (1_000_000_000, 5, 1), (1_000_000_000, 7, 0), (1_000_000_001, 5, 1), (1, 4, 1)],
)
def test_seven_members_from_ten_million_yuan_on(budget: Fen, least: int, problems: int) -> None:
    """87号令 第四十七条: 以上 includes the number."""
    tender = a_tender(budget=budget, committee=replace(a_tender().committee, minimum=least))
    assert len(found(publication.the_committee_is_large_enough, tender)) == problems


@pytest.mark.parametrize(("share", "problems"), [("0.09", 1), ("0.10", 0), ("0.20", 0), ("0.21", 1)])
def test_the_sme_deduction_of_2025_is_ten_to_twenty_per_cent(share: str, problems: int) -> None:
    """财库〔2022〕19号."""
    assert len(found(publication.sme_support_is_lawful, a_tender(sme_deduction=Fraction(share)))) == problems


def test_before_july_2022_it_was_six_to_ten() -> None:
    """财库〔2020〕46号 第九条: a tender is judged by the law of its day."""
    then = law_at(date(2022, 6, 30))
    assert not found(publication.sme_support_is_lawful, a_tender(sme_deduction=Fraction("0.06")), then)
    assert found(publication.sme_support_is_lawful, a_tender(sme_deduction=Fraction("0.11")), then)


def test_a_deduction_without_an_industry_is_incomplete() -> None:
    [finding] = found(publication.sme_support_is_lawful, a_tender(sme_industry=""))
    assert finding.cites == "财库〔2020〕46号 第十二条"


def test_reserving_for_smes_only_warns() -> None:
    [finding] = found(publication.sme_support_is_lawful, a_tender(sme_reserved=True))
    assert not finding.binding


@pytest.mark.parametrize(("share", "problems"), [("0.0199", 0), ("0.02", 0), ("0.0201", 1)])
def test_the_bid_deposit_is_two_per_cent_at_most(share: str, problems: int) -> None:
    """政府采购法实施条例 第三十三条."""
    assert len(found(publication.the_bid_deposit_is_within_two_per_cent, a_tender(bid_deposit=Fraction(share)))) == problems


@pytest.mark.parametrize(("share", "problems"), [("0.099", 0), ("0.1", 0), ("0.101", 1)])
def test_the_performance_bond_is_ten_per_cent_at_most(share: str, problems: int) -> None:
    """政府采购法实施条例 第四十八条."""
    tender = a_tender(performance_bond=Fraction(share))
    assert len(found(publication.the_performance_bond_is_within_ten_per_cent, tender)) == problems


@pytest.mark.parametrize(("ratio", "problems"), [("0.49", 1), ("0.5", 0), ("0.65", 0), ("0.66", 1)])
def test_documents_may_only_raise_the_low_price_ratios_to_sixty_five(ratio: str, problems: int) -> None:
    """财库〔2026〕2号, in force from 2026-02-01."""
    tender = a_tender(price=replace(a_tender().price, raised={"of_mean": Fraction(ratio)}))
    assert len(found(publication.raised_low_price_ratios_are_in_range, tender, LAW_2026)) == problems
    assert found(publication.raised_low_price_ratios_are_in_range, tender, LAW_2025) == []


def test_fewer_than_three_valid_bids_may_not_be_agreed() -> None:
    tender = a_tender(award=replace(a_tender().award, min_valid=2))
    assert found(publication.the_minimum_of_valid_bids_is_lawful, tender)


def test_a_whole_chapter_may_not_be_substantive() -> None:
    """87号令 第二十条."""
    file = a_file(substantive_requirements=[{"text": "第三章全部内容", "mark": "★"}, {"text": "人数不少于41人"}])
    findings = found(publication.substantive_requirements_are_marked_one_by_one, read_tender(file))
    assert [f.field for f in findings] == ["substantive_requirements[1]", "substantive_requirements[2]"]


def test_a_renewal_clause_that_forgets_grades_is_told_which() -> None:
    file = a_file()
    del file["contract"]["renewal"]["may_if"]
    finding = publication.the_renewal_clause_covers_every_grade(read_tender(file), LAW_2025)
    assert finding is not None
    assert "良好、合格" in finding.zh


def test_grades_printed_in_whole_numbers_leave_gaps() -> None:
    grades = [{"grade": "优秀", "min": 90}, {"grade": "良好", "min": 80, "max": 89}, {"grade": "不合格", "max": 79}]
    file = a_file(contract__acceptance__grades=grades)
    [finding] = found(publication.acceptance_grades_leave_no_gap, read_tender(file))
    assert "79至80之间" in finding.zh
    assert "89至90之间" in finding.zh


@pytest.mark.parametrize(("most", "said"), [({"max": 90}, "良好与优秀重叠"), ({"max": 91}, "良好与优秀重叠"), ({"below": 90}, "")])
def test_a_score_may_not_be_in_two_grades(most: dict[str, int], said: str) -> None:
    """以上 and 以下 include the number: 80–90 and 90以上 both hold 90."""
    file = a_file(contract__acceptance__grades=[{"grade": "优秀", "min": 90}, {"grade": "良好", "min": 0, **most}])
    findings = found(publication.acceptance_grades_leave_no_gap, read_tender(file))
    assert [f.zh.rpartition(": ")[2] for f in findings] == ([said] if said else [])


def test_a_qualification_condition_may_not_be_scored_again() -> None:
    """87号令 第五十五条."""
    tender = a_tender(qualification=(replace(a_tender().qualification[0], text="同类服务经验"),))
    [finding] = found(publication.qualification_is_not_scored, tender)
    assert "B1" in finding.field


@pytest.mark.parametrize(
    ("text", "binds"),
    [
        ("注册资本不低于100万元", True), ("近三年营业收入", True), ("成立满3年", True), ("经营年限", True), ("须为备选库内机构", True),
        ("本区内设有服务网点", False), ("社会组织评估等级", False), ("获市级以上荣誉", False),
    ],
)  # fmt: skip
def test_forbidden_factors_are_found_by_their_words(text: str, binds: bool) -> None:
    """政府采购法实施条例 第二十条; 87号令 第十七条; 财库〔2019〕38号."""
    tender = a_tender(qualification=(replace(a_tender().qualification[0], text=text),), rubric=None)
    [finding] = found(publication.no_forbidden_factor_is_used, tender)
    assert finding.binding is binds


def test_weights_of_105_keep_it_from_publication() -> None:
    file = a_file()
    file["scoring"]["sections"][2]["leaves"].append(
        {"id": "B6", "name": "便捷", "weight": 5, "parts": [{"id": "B6a", "objective": True, "rule": {"kind": "yes_no", "points": 100}}]}
    )
    tender = replace(read_tender(file), documents_issued=date(2025, 2, 10), bids_close=at("2025-03-03"))
    with pytest.raises(Unlawful) as refusal:
        TENDER.take(tender, "publish", by=Role.BUYER, law=LAW_2025)
    told = {(f.field, f.zh) for f in refusal.value.findings}
    assert ("scoring", "各评分项合计105分, 应为100分") in told
    assert ("scoring: 商务部分", "下级合计30分, 本级为25分") in told


def test_everything_wrong_is_told_at_once() -> None:
    tender = a_tender(bids_close=at("2025-02-20"), ceiling=692_900_001, sme_industry="", bid_deposit=Fraction(1, 10))
    with pytest.raises(Unlawful) as refusal:
        TENDER.take(tender, "publish", by=Role.BUYER, law=LAW_2025)
    fields = {f.field for f in refusal.value.findings}
    assert {"bids_close", "notice.ceiling_yuan", "notice.sme_industry", "notice.bid_deposit"} <= fields


@pytest.mark.parametrize(
    "case", tomllib.loads((ROOT / "tests/cases/procurement-publication.toml").read_text("utf-8"))["case"], ids=lambda c: c["name"]
)
def test_worked_example(case: dict[str, Any]) -> None:
    """tests/cases/procurement-publication.toml: deadline, offer period and method by the law of the day."""
    tender = a_tender(
        method=Method(case.get("method", "open")), documents_issued=case["issued"], documents_until=case.get("until"),
        bids_close=at(case["closes"]),
    )  # fmt: skip
    law = law_at(case["issued"])
    cites = [f.cites for condition in deadlines.DATE_RULES for f in found(condition, tender, law)]
    assert cites == case["refused"]


def test_the_ratios_of_the_law_are_a_triple() -> None:
    assert LowPriceRatios(Fraction(1, 2), Fraction(1, 2), Fraction(9, 20)).of_ceiling == Fraction("0.45")
