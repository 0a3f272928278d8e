"""Publication rules 发布前审查: what must hold before tender documents go out. Everything wrong is told at once.

``DOCUMENT_RULES`` judge the documents alone (a file can be checked before it has dates); ``DATE_RULES`` (``deadlines``)
judge the dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from kernel.lifecycle import Condition
from kernel.period import Period, Unit
from kernel.points import percent_text, shortest_text
from kernel.refusal import Finding
from law.day import LawAt
from law.rule import rule
from procurement.clause import clause_findings
from procurement.contract_terms import payment_findings
from procurement.deadlines import DATE_RULES
from procurement.documents import PriceForm, Tender
from procurement.method import EvaluationMethod, Method, fits_services
from procurement.price import LowPriceTest
from rubric.criterion import Criterion, Mean
from rubric.fault import faults as rubric_faults
from rubric.grade import GradeScale

# --- the documents ----------------------------------------------------------------------------------------------------


@rule(zh="采购文件应当内容完整", cites="财政部令第87号 第二十条", id="87-20")
def the_documents_are_complete(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """What is masked or absent; the reader found it."""
    return tender.missing


@rule(zh="采购文件存在重大缺陷的, 应当修改后再发布", cites="财政部令第87号 第六十五条", id="87-65")
def no_known_fault_is_left(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """What the file itself says is wrong, unless a rule has named the same place in its own words."""
    rules: tuple[Condition, ...] = (
        there_is_no_floor_price, substantive_requirements_are_marked_one_by_one, the_renewal_clause_covers_every_grade,
        acceptance_grades_leave_no_gap,
    )  # fmt: skip
    told = {found.field for condition in rules for found in _each(condition(tender, law))}
    return [fault for fault in tender.faults if fault.field not in told]


@rule(zh="采购方式和评审方法应当适合服务项目", cites="政府采购法 第二十六条", id="L-26")
def the_method_fits_services(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """询价 is for goods only; every method has its own evaluation."""
    return () if tender.method is None else fits_services(tender.method, tender.evaluation_method)


@rule(zh="最高限价不得高于采购预算", cites="财政部令第87号 第十二条", id="87-12")
def the_ceiling_is_within_the_budget(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """And the price block says the same as the notice."""
    if tender.budget is not None and tender.ceiling is not None and tender.ceiling > tender.budget:
        yield Finding("notice.ceiling_yuan", have=_yuan(tender.ceiling), need=f"不高于{_yuan(tender.budget)}")
    if tender.price.form is not PriceForm.TOTAL:
        return
    for name, zh, fen, other in (
        ("ceiling", "最高限价", tender.ceiling, tender.price.ceiling),
        ("budget", "预算", tender.budget, tender.price.budget),
    ):
        if fen is not None and other is not None and other * 100 != fen:
            yield Finding(
                f"price.{name}", f"两处{zh}不一致", cites="财政部令第87号 第二十条", have=shortest_text(other), need=_yuan(fen)
            )


@rule(zh="不得设定最低限价", cites="财政部令第87号 第十二条", id="87-12")
def there_is_no_floor_price(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """A written floor, or a cost rule in money that works as one."""
    if tender.price.floor is not None:
        yield Finding("price.floor", have=shortest_text(tender.price.floor))
    for n, cost in enumerate(tender.requirement.cost_rules, 1):
        if cost.is_money and cost.minimum is not None:
            per_head = _heads(tender) if "人" in cost.unit else None
            amount = f"{shortest_text(cost.minimum)}{cost.unit}"
            if per_head is not None:
                amount += f" × {shortest_text(per_head)}人 = {shortest_text(per_head * cost.minimum)}元"
            yield Finding(
                f"requirement.cost_rules[{n}]", f"“{cost.item}”设有下限, 等于在价格评分之外设定最低限价", have=amount,
                cure="改写为预算的测算依据, 不作为报价要求",
            )  # fmt: skip


def _heads(tender: Tender) -> Fraction | None:
    """The number of staff asked for, where the documents give one in 人."""
    for staff in tender.requirement.staff:
        if staff.unit == "人" and staff.value.isdigit():
            return Fraction(staff.value)
    return None


@rule(zh="服务项目的价格分值占总分值的比重不得低于百分之十", cites="财政部令第87号 第五十五条", id="87-55")
def price_weighs_enough(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """At least 10 % by tender; between 10 and 30 % by consultation 磋商."""
    if tender.evaluation_method is not EvaluationMethod.COMPREHENSIVE or tender.rubric is None:
        return
    weight, total = tender.price.weight, tender.scoring_total
    if weight is None:
        yield Finding("scoring.sections", "综合评分法须有价格部分（price: true）", need="价格分值")
        return
    if not total:
        return
    share = weight / total
    if tender.method is Method.CONSULTATION:
        low, high = law.parameter("consultation_price_weight_services_min"), law.parameter("consultation_price_weight_services_max")
        if not low.value <= share <= high.value:  # type: ignore[operator]
            yield Finding(
                "scoring.price", "磋商服务项目的价格分值占总分值的比重应为百分之十至百分之三十", low.cites, have=percent_text(share)
            )
    elif share < law.share("price_weight_services_min"):
        yield Finding("scoring.price", have=percent_text(share), need=f"不低于{percent_text(law.share('price_weight_services_min'))}")


@rule(zh="评审因素应当细化和量化, 分值设置应当与评审因素的量化指标相对应", cites="财政部令第87号 第五十五条", id="87-55")
def the_scoring_table_is_sound(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Every fault of the rubric, with its place: sums at each level, points without score, rules that do not fit."""
    if tender.rubric is None:
        return
    said = {fault.zh.split(": ", 1)[-1] for fault in tender.faults}
    for fault in rubric_faults(tender.rubric):
        if fault.kind == "source" and fault.zh.split(": ", 1)[-1] in said:
            continue  # the file's own remark, told by no_known_fault_is_left
        binding = fault.blocking or fault.kind == "point_without_score"
        yield Finding(f"scoring: {fault.place}" if fault.place else "scoring", fault.zh, binding=binding)
    if tender.rubric.folding.mean is Mean.WITHOUT_EXTREMES:
        yield Finding("scoring.folding", "评标过程中不得去掉报价和评分中的最高项、最低项", need="全部评分的平均值")


@rule(zh="资格条件不得作为评审因素", cites="财政部令第87号 第五十五条", id="87-55")
def qualification_is_not_scored(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """A scored criterion or point that says the same as a condition of qualification."""
    conditions = [(c.number, _plain(c.text)) for c in tender.qualification if len(_plain(c.text)) >= 4]
    for place, text in scored_texts(tender):
        bare = _plain(text)
        for number, condition in conditions:
            if len(bare) >= 4 and (bare in condition or condition in bare):
                yield Finding(place, f"“{text}”已是资格条件第{number}项, 不得再评分")


@rule(zh="不得以不合理的条件对供应商实行差别待遇或者歧视待遇", cites="政府采购法实施条例 第二十条", id="R-20")
def no_forbidden_factor_is_used(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """By words alone; see ``procurement.clause``."""
    conditions = [(f"qualification[{c.number}]", c.text) for c in tender.qualification]
    return clause_findings([*conditions, *scored_texts(tender)])


@rule(zh="不允许偏离的实质性要求和条件应当以醒目的方式标明", cites="财政部令第87号 第二十条", id="87-20")
def substantive_requirements_are_marked_one_by_one(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Each on its own, with a mark; never a whole chapter, or every line of it may disqualify."""
    for n, each in enumerate(tender.substantive, 1):
        if _WHOLE.search(each.text):
            yield Finding(
                f"substantive_requirements[{n}]", "把整章内容列为实质性要求, 任何一行都可以否决投标", have=each.text,
                cure="逐条标明（如★）, 只标不允许偏离的条款",
            )  # fmt: skip
        elif not each.mark:
            yield Finding(f"substantive_requirements[{n}]", "实质性要求没有醒目标记", have=each.text, need="如★")


_WHOLE = re.compile(r"(全部|所有|整)(章|节)?(内容|条款|要求)|整章|全章")


@rule(zh="采购文件应当写明付款比例, 合计为百分之百", cites="财政部令第87号 第二十条", id="87-20")
def payments_add_up(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Shares together are 100 %, or leave something for the one payment that takes the rest 结算尾款."""
    if tender.contract.payments:
        for wrong in payment_findings(tender.contract.payments):
            yield replace(wrong, field="contract.payment")


@rule(zh="服务合同连同续签合计不得超过三年", cites="财库〔2014〕37号", id="37")
def the_term_with_renewals_is_within_three_years(tender: Tender, law: LawAt) -> Finding | None:
    """The first year and every renewal together."""
    term, renewal = tender.contract.term, tender.contract.renewal
    if term is None:
        return None
    years = _years(term) + (renewal.max_renewals * renewal.each_years if renewal else 0)
    most = law.parameter("service_contract_term_max")
    assert isinstance(most.value, Period)
    if years > most.value.length:
        return Finding("contract.renewal", cites=most.cites, have=f"{shortest_text(years)}年", need=f"不超过{most.value}")
    return None


def _years(term: Period) -> Fraction:
    per_year = {Unit.DAY: 365, Unit.WORKING_DAY: 250, Unit.MONTH: 12, Unit.YEAR: 1}[term.unit]
    return Fraction(term.length, per_year)


@rule(zh="续签条件应当说明每一等级的后果", cites="财政部令第87号 第六十五条", id="87-65")
def the_renewal_clause_covers_every_grade(tender: Tender, law: LawAt) -> Finding | None:
    """A grade that is neither renewed nor stopped leaves a dispute for later."""
    renewal = tender.contract.renewal
    if renewal is None or not tender.contract.grades:
        return None
    silent = [band.grade for band in tender.contract.grades if band.grade not in renewal.grades]
    return Finding("contract.renewal", f"续签条款没有说明: {'、'.join(silent)}") if silent else None


@rule(zh="验收等级的分数段应当首尾相接", cites="财政部令第87号 第六十五条", id="87-65")
def acceptance_grades_leave_no_gap(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Scores have decimals: 80–89 and 90–100 leave 89.5 without a grade. Reported, never moved."""
    scale = GradeScale(tender.contract.grades)
    wrong = [
        f"{shortest_text(lower.high or Fraction(0))}至{shortest_text(upper.low or Fraction(0))}之间（{lower.grade}与{upper.grade}）"
        for lower, upper in scale.gaps()
    ]
    wrong += [f"{lower.grade}与{upper.grade}重叠" for lower, upper in scale.overlaps()]
    if wrong:
        yield Finding("contract.acceptance.grades", f"有分数不属于任何等级或者同属两个等级: {'；'.join(wrong)}")


@rule(zh="评标委员会成员应当为五人以上单数, 其中评审专家不得少于三分之二", cites="财政部令第87号 第四十七条", id="87-47")
def the_committee_is_large_enough(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Seven from 1000万元 on. What the documents leave open, the law fills in."""
    terms, method = tender.committee, tender.method or Method.OPEN
    if not method.is_tender:
        return
    large = tender.budget is not None and tender.budget >= law.amount("committee_large_budget")
    least = law.count("committee_min_large") if large else law.count("committee_min")
    if terms.minimum is not None and terms.minimum < least:
        why = "预算一千万元以上的, 评标委员会成员应当为七人以上单数" if large else ""
        yield Finding("evaluation.committee.min", why, have=terms.minimum, need=least)
    if not terms.odd:
        yield Finding("evaluation.committee.odd", "评标委员会成员人数应当为单数")
    if terms.experts_share is not None and terms.experts_share < law.share("committee_experts_share"):
        yield Finding("evaluation.committee.experts_share_min", have=str(terms.experts_share), need="2/3")


@rule(zh="有效投标人不足三家的应予废标, 采购文件不得另定更少的家数", cites="政府采购法 第三十六条", id="L-36")
def the_minimum_of_valid_bids_is_lawful(tender: Tender, law: LawAt) -> Finding | None:
    """A consultation for public services may go on with two (财库〔2015〕124号); that is decided then, not written now."""
    method = tender.method or Method.OPEN
    if tender.award.min_valid < method.min_suppliers:
        return Finding("award.min_valid", have=tender.award.min_valid, need=method.min_suppliers)
    return None


@rule(zh="价格扣除比例和所属行业应当在采购文件中明确", cites="财库〔2020〕46号 第九条", id="46-9")
def sme_support_is_lawful(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """The range of the day, the industry named; social organisations get none, so reserving shuts them out."""
    if tender.sme_deduction:
        low, high = law.get("sme_deduction_min"), law.get("sme_deduction_max")
        if low is not None and high is not None and not low <= tender.sme_deduction <= high:
            yield Finding(
                "notice.sme_price_deduction", "对小微企业的价格扣除比例超出规定幅度", law.parameter("sme_deduction_min").cites,
                have=percent_text(tender.sme_deduction), need=f"{percent_text(low)}至{percent_text(high)}",
            )  # fmt: skip
        if not tender.sme_industry:
            yield Finding("notice.sme_industry", "未写明采购标的对应的中小企业划分标准所属行业", cites="财库〔2020〕46号 第十二条")
    if tender.sme_reserved:
        yield Finding(
            "notice.sme_reserved", "专门面向中小企业采购将排除几乎全部社工机构: 社会组织和事业单位不是中小企业",
            cites="财库〔2020〕46号 第六条", binding=False,
        )  # fmt: skip


@rule(zh="投标保证金不得超过采购项目预算金额的百分之二", cites="政府采购法实施条例 第三十三条", id="R-33")
def the_bid_deposit_is_within_two_per_cent(tender: Tender, law: LawAt) -> Finding | None:
    """Exactly two per cent is allowed."""
    most = law.share("bid_deposit_max_share")
    if tender.bid_deposit > most:
        return Finding("notice.bid_deposit", have=percent_text(tender.bid_deposit), need=f"不超过{percent_text(most)}")
    return None


@rule(zh="履约保证金不得超过政府采购合同金额的百分之十", cites="政府采购法实施条例 第四十八条", id="R-48")
def the_performance_bond_is_within_ten_per_cent(tender: Tender, law: LawAt) -> Finding | None:
    """Exactly ten per cent is allowed."""
    most = law.share("performance_deposit_max_share")
    if tender.performance_bond > most:
        return Finding("notice.performance_bond", have=percent_text(tender.performance_bond), need=f"不超过{percent_text(most)}")
    return None


@rule(zh="采购文件提高异常低价审查的比例, 不得低于规定比例, 最高不超过百分之六十五", cites="财库〔2026〕2号", id="2026-2")
def raised_low_price_ratios_are_in_range(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Documents may only raise. Before 2026-02-01 there is nothing to raise; own ratios are then without effect."""
    most = law.get("abnormal_low_ratio_max")
    for test in LowPriceTest:
        own, least = tender.price.raised.get(test.value), law.get(f"abnormal_low_{test.value}")
        if own is not None and most is not None and least is not None and not least <= own <= most:
            yield Finding(
                f"price.abnormal_low.{test.value}", have=percent_text(own), need=f"{percent_text(least)}至{percent_text(most)}"
            )


@rule(zh="采购文件应当写明在信用中国、中国政府采购网查询信用记录", cites="财政部令第87号 第二十条", id="87-20(15)")
def the_credit_check_is_stated(tender: Tender, law: LawAt) -> Finding | None:
    """Both national channels; more may be added."""
    lacking = [c for c in ("信用中国", "中国政府采购网") if c not in tender.credit_channels]
    if tender.credit_channels and lacking:
        return Finding("credit_check.channels", have="、".join(tender.credit_channels), need="、".join(lacking))
    return None


@rule(zh="按名次确定各采购包须以折扣率报价, 并写明各包预算", cites="财政部令第87号 第二十条", id="87-20")
def lots_by_rank_can_be_priced(tender: Tender, law: LawAt) -> Iterable[Finding]:
    """Rank k takes the k-th lot at its budget × the bidder's rate."""
    lots = tender.award.lots_by_rank
    if lots and tender.price.form is not PriceForm.DISCOUNT_RATE:
        yield Finding("price.form", have=tender.price.form.value, need=PriceForm.DISCOUNT_RATE.value)
    for n, lot in enumerate(lots, 1):
        if lot.budget is None:
            yield Finding(f"award.lots_by_rank[{n}].budget", f"采购包{lot.id}没有预算")


@rule(zh="合同应当自中标通知书发出之日起三十日内签订", cites="政府采购法 第四十六条", id="L-46")
def the_contract_is_signed_in_time(tender: Tender, law: LawAt) -> Finding | None:
    """What the documents allow themselves may not be longer than the law's thirty days."""
    own, most = tender.contract.sign_within, law.period("contract_signing")
    if own is None:
        return None
    longest = own.length if own.unit is Unit.DAY else None
    if own.unit is Unit.WORKING_DAY:  # five working days take at least seven days
        longest = own.length // 5 * 7 + own.length % 5
    elif own.unit is Unit.MONTH:
        longest = own.length * 31
    if longest is not None and longest > most.length:
        return Finding("contract.sign_within", have=own, need=f"不超过{most}")
    return None


DOCUMENT_RULES: tuple[Condition, ...] = (
    the_documents_are_complete, the_method_fits_services, the_ceiling_is_within_the_budget, there_is_no_floor_price,
    price_weighs_enough, the_scoring_table_is_sound, qualification_is_not_scored, no_forbidden_factor_is_used,
    substantive_requirements_are_marked_one_by_one, payments_add_up, the_term_with_renewals_is_within_three_years,
    the_renewal_clause_covers_every_grade, acceptance_grades_leave_no_gap, the_committee_is_large_enough,
    the_minimum_of_valid_bids_is_lawful, sme_support_is_lawful, the_bid_deposit_is_within_two_per_cent,
    the_performance_bond_is_within_ten_per_cent, raised_low_price_ratios_are_in_range, the_credit_check_is_stated,
    lots_by_rank_can_be_priced, the_contract_is_signed_in_time, no_known_fault_is_left,
)  # fmt: skip

PUBLICATION = (*DOCUMENT_RULES, *DATE_RULES)
"""What must hold for the step ``publish`` 发布招标公告."""


def document_findings(tender: Tender, law: LawAt) -> tuple[Finding, ...]:
    """Everything that is wrong with the documents alone, dates apart; binding or not, in the order of the rules."""
    return tuple(dict.fromkeys(found for condition in DOCUMENT_RULES for found in _each(condition(tender, law))))


def _each(found: Finding | Iterable[Finding] | None) -> Iterable[Finding]:
    return () if found is None else (found,) if isinstance(found, Finding) else found


# --- words ------------------------------------------------------------------------------------------------------------


def scored_texts(tender: Tender) -> Iterator[tuple[str, str]]:
    """(place, text) of everything the rubric scores: names of leaves and parts, inputs of rules, proofs."""
    if tender.rubric is None:
        return
    for leaf in tender.rubric.leaves():
        yield from _leaf_texts(leaf)


def _leaf_texts(leaf: Criterion) -> Iterator[tuple[str, str]]:
    place = f"scoring: {leaf.label}"
    yield place, leaf.name
    for part in leaf.parts:
        if part.name:
            yield place, part.name
        if part.rule is not None:
            yield place, part.rule.describe()
    for proof in leaf.evidence:
        yield place, proof


def _plain(text: str) -> str:
    return re.sub(r"[\s,，。;；:：、()（）“”\"']", "", text)


def _yuan(fen: int) -> str:
    return f"{shortest_text(Fraction(fen, 100))}元"

