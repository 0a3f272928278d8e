"""The scoring table 评分办法 checked: price weight, forbidden factors, qualification scored, levels, SME deduction, low prices.

Takes a tender file, a rubric, or a plain list of items. The rules are those that guard publication; the desk adds the
numbers of the day and says who can cure what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.points import percent_text, shortest_text
from kernel.refusal import BadInput, Finding
from law import law_at
from law.day import LawAt
from law.region import Region, region
from law.rule import Rule
from procurement.case import day_of_law
from procurement.clauses import Severity as Violation
from procurement.clauses import check as check_clause_text
from procurement.desk.answer import Answer, Point, Severity, articles_of, from_finding, point
from procurement.documents import PriceTerms, QualificationCondition, Tender
from procurement.method import METHOD_NAMES, EvaluationMethod, Method, evaluation_method_named, method_named
from procurement.price import LowPriceTest, low_price_ratios, low_price_triggers
from procurement.publication import (
    no_forbidden_factor_is_used,
    price_weighs_enough,
    qualification_is_not_scored,
    raised_low_price_ratios_are_in_range,
    sme_support_is_lawful,
    the_method_fits_services,
    the_scoring_table_is_sound,
    there_is_no_floor_price,
)
from procurement.reading import read_tender
from procurement.slot import Slot
from rubric.reading import read_rubric

_RULES: tuple[Rule[Any, Any], ...] = (
    the_method_fits_services, price_weighs_enough, no_forbidden_factor_is_used, qualification_is_not_scored, the_scoring_table_is_sound,
    there_is_no_floor_price, sme_support_is_lawful, raised_low_price_ratios_are_in_range,
)  # fmt: skip

_CURES = {
    "87-55": "在发布前改正评分表; 已发布的, 发布更正公告, 影响投标的顺延截止时间",
    "R-20": "删去该条件, 或者改为与履约质量直接有关、任何供应商都能满足的要求",
    "87-12": "改写为预算的测算依据, 不作为报价要求",
    "46-9": "在采购文件中写明扣除比例和所属行业",
    "2026-2": "改为规定幅度以内的比例",
    "L-26": "改用适合的采购方式和评审方法",
}


@dataclass(frozen=True)
class Table:
    """A question about a scoring table: what was read, the day of the law, and prices to test, in yuan."""

    tender: Tender
    on: date
    region: Region
    prices: tuple[Fraction, ...] = ()
    of_a_tender: bool = True
    texts: tuple[tuple[str, str], ...] = ()
    bare: tuple[tuple[str, tuple[str, ...]], ...] = ()
    graded: frozenset[str] = frozenset()
    plain: bool = False


def read_table(value: Mapping[str, Any], otherwise: date) -> Table:
    """A tender file, a rubric, or ``{"items": [{"name", "points", "price", "objective"}], "method", ...}``.

    Raises BadInput with every place that cannot be read.
    """
    value = _priced(value)
    slot = Slot(dict(value))
    on = slot["date"].day() if "date" in slot else day_of_law(value, otherwise)
    place = region(slot["region"].text())
    prices = tuple(found for each in slot["prices"].items() if (found := each.number()) is not None)
    if "notice" in value:
        tender = read_tender(value, jurisdiction=place.place.id)
    else:
        tender = _bare(slot, value)
    if slot.problems:
        raise BadInput(slot.problems, "评分办法: 填写有误")
    plain = isinstance(value.get("items"), list)
    texts = tuple(_texts(value["items"])) if plain else ()
    graded = (
        frozenset(
            str(item.get("name") or "")
            for item in value["items"]
            if isinstance(item, Mapping) and {"levels", "text", "description", "standard", "rule"} & set(item)
        )
        if plain
        else frozenset()
    )
    bare = tuple(_unquantified(value["items"])) if plain else ()
    return Table(
        tender, on or otherwise, place, prices, "notice" in value or "method" in value, texts, bare, graded, plain
    )


def _texts(items: Sequence[Any]) -> Iterable[tuple[str, str]]:
    """(name, words) of the items of a plain list that say how points are given: text, standard, levels."""
    for item in items:
        if not isinstance(item, Mapping):
            continue
        said = [item[key] for key in ("text", "description", "standard", "rule") if isinstance(item.get(key), str)]
        said += [str(level) for level in item.get("levels") or () if not isinstance(level, Mapping)]
        if said:
            yield str(item.get("name") or ""), "；".join(map(str, said))


def _priced(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A question that gives only the weight of price (35, "35%", 0.35) as a table of two items."""
    if "price_weight" not in value or {"items", "scoring", "criteria", "sections", "indicators", "notice"} & set(value):
        return value
    weight = Slot(value["price_weight"]).number()
    if weight is None or not 0 <= weight <= 100:
        raise BadInput(
            [Finding("price_weight", "价格权重须在0与100之间", have=value["price_weight"])], "评分办法: 填写有误"
        )
    points = weight * 100 if weight <= 1 else weight
    rest = {"name": "其他评分项", "points": shortest_text(100 - points)}
    return {**value, "items": [{"name": "价格", "points": shortest_text(points)}, rest]}


def _bare(slot: Slot, value: Mapping[str, Any]) -> Tender:
    """A tender that is only its scoring table."""
    method, evaluation = Method.OPEN, EvaluationMethod.COMPREHENSIVE
    try:
        method = method_named(slot["method"].text()) if "method" in slot else method
        evaluation = (
            evaluation_method_named(slot["evaluation_method"].text()) if "evaluation_method" in slot else evaluation
        )
    except ValueError as wrong:
        slot.problems.append(Finding("method", str(wrong)))
    rubric = read_rubric(_sections(value) if isinstance(value.get("items"), list) else value)
    weight = rubric.price.weight if rubric.price is not None else None
    conditions = tuple(QualificationCondition(str(n), each) for n, each in enumerate(slot["qualification"].texts(), 1))
    low = slot["abnormal_low"].mapping()
    raised = {test.value: share for test in LowPriceTest if (share := low[test.value].share()) is not None}
    terms = PriceTerms(
        weight=weight,
        ceiling=slot["ceiling"].number(),
        budget=slot["budget"].number(),
        floor=slot["floor"].number(),
        raised=raised,
    )
    return Tender(
        ocid="", title=rubric.name or "评分表", buyer="", method=method, evaluation_method=evaluation, qualification=conditions,
        rubric=rubric, scoring_total=rubric.total or _sum(value), price=terms, sme_deduction=slot["sme_deduction"].share() or Fraction(0),
        sme_industry=slot["sme_industry"].text(), sme_reserved=slot["sme_reserved"].flag(),
    )  # fmt: skip


def _sections(value: Mapping[str, Any]) -> dict[str, Any]:
    """A plain list of items as a rubric. An item without a rule has no levels: the check says so."""
    criteria = []
    for n, item in enumerate(value["items"], 1):
        if not isinstance(item, Mapping):
            raise BadInput([Finding(f"items[{n}]", "须为“键: 值”的形式", have=item)], "评分办法: 填写有误")
        name = str(item.get("name") or f"第{n}项")
        section: dict[str, Any] = {
            "id": str(item.get("id") or n),
            "name": name,
            "points": item.get("points", item.get("weight")),
        }
        if item.get("price") or name in ("价格", "价格分", "投标报价", "报价"):
            section["price"] = True
        elif isinstance(item.get("rule"), Mapping):
            section["rule"] = item["rule"]
        if item.get("evidence"):
            section["evidence"] = item["evidence"]
        criteria.append(section)
    return {
        "id": "items",
        "name": str(value.get("name") or "评分表"),
        "total": value.get("total") or _sum(value),
        "criteria": criteria,
    }


def _sum(value: Mapping[str, Any]) -> Fraction | None:
    items = value.get("items")
    if not isinstance(items, list):
        return None
    found = [Slot(item.get("points", item.get("weight"))).number() for item in items if isinstance(item, Mapping)]
    return sum((each for each in found if each is not None), Fraction(0)) or None


# --- the answer ---------------------------------------------------------------------------------------------------------


def check(table: Table) -> Answer:
    """Everything that is wrong in the table, with the price weight, the SME deduction and the low-price test of the day."""
    tender, law = table.tender, law_at(table.on, table.region.place.id)
    points = [each for rule in _RULES for each in _judged(rule, tender, law)]
    if table.of_a_tender is False and tender.price.weight is None:
        points = [each for each in points if "价格" not in each.zh]
    if table.plain:
        points = [each for found in points for each in _ungraded(found, table)]
        points += [
            point(
                "87-55", f"{name}: 等级没有对应的分值, 没有量化", "财政部令第87号 第五十五条", have="、".join(levels), need="每一档写明分值",
                who="采购人、采购代理机构", cure=_CURES["87-55"],
            )
            for name, levels in table.bare
        ]  # fmt: skip
        points += [each for name, text in table.texts for each in _in_words(name, text, law)]
    points += _notes(tender, law)
    breaches = sum(each.severity is Severity.BREACH for each in points)
    risks = sum(each.severity is Severity.RISK for each in points)
    method = tender.method or Method.OPEN
    share = (
        tender.price.weight / tender.scoring_total if tender.price.weight is not None and tender.scoring_total else None
    )
    return Answer(
        question=f"{tender.title or '评分表'}（{method.zh}, {table.on.isoformat()}的规定）",
        conclusion=f"违反 {breaches} 项, 风险 {risks} 项" if breaches or risks else "没有发现违反规定的内容",
        working=tuple(_working(tender, law, method, share)),
        points=tuple(points),
        articles=articles_of(points, "财政部令第87号 第五十五条", "政府采购法实施条例 第二十条、第三十四条"),
        results={
            "method": METHOD_NAMES[method],
            "price_weight": percent_text(share) if share is not None else None,
            "sme_deduction": _range(law, "sme_deduction_min", "sme_deduction_max"),
            "low_price": _low_price(table, law),
        },
        cautions=tuple(filter(None, (table.region.caution,))),
    )  # fmt: skip


def _unquantified(items: Sequence[Any]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """(name, levels) of items with a level that has no points: neither as a number beside it nor in its words."""
    for item in items:
        if not isinstance(item, Mapping):
            continue
        bare = []
        for level in item.get("levels") or ():
            written = level.get("points") if isinstance(level, Mapping) else level
            if not re.search(r"\d", str(written if written is not None else "")):
                bare.append(str(level.get("name", "") if isinstance(level, Mapping) else level))
        if bare:
            yield str(item.get("name") or ""), tuple(bare)


def _ungraded(found: Point, table: Table) -> Iterable[Point]:
    """A plain list need not say how points are given: what it leaves out is asked for, not held against it."""
    if not found.zh.endswith("没有评分规则"):
        yield found
    elif not any(name and name in found.zh for name in table.graded):
        zh = found.zh.replace("没有评分规则", "提问没有给出评分细则; 采购文件中应当细化、量化到每一档的分值")
        yield replace(found, zh=zh, severity=Severity.NOTE)


_WEIGHTS = {Violation.VIOLATION: Severity.BREACH, Violation.RISK: Severity.RISK, Violation.HINT: Severity.NOTE}


def _in_words(name: str, text: str, law: LawAt) -> Iterable[Point]:
    """What the clause check finds in the words of an item."""
    for found in check_clause_text(text, law, among_scores=True):
        yield point(
            found.rule, f"{name}: {found.why}", found.cites, severity=_WEIGHTS[found.severity], have=text[:80],
            who="采购人、采购代理机构", cure=found.rewrite,
        )  # fmt: skip


def _judged(rule: Rule[Any, Any], tender: Tender, law: LawAt) -> Iterable[Point]:
    found = rule(tender, law)
    for each in (found,) if isinstance(found, Finding) else found or ():
        id, status = rule.id, rule.status
        if "磋商" in each.zh and "价格" in each.zh:
            id, status = "214-24", "V2"
        elif each.cites.startswith("财库〔2020〕46号 第六条"):
            id = "SO-SME"
        elif "财政部令第87号 第十七条" in each.cites:
            id = "87-17"
        yield replace(
            from_finding(each, id, status, who="采购人、采购代理机构"), cure=each.cure or _CURES.get(rule.id, "")
        )


def _notes(tender: Tender, law: LawAt) -> Iterable[Point]:
    """What holds of every table by the law of the day."""
    if tender.sme_deduction:
        yield point(
            "SO-SME",
            "价格扣除只给企业: 社会组织、事业单位不是中小企业, 不享受扣除",
            "财库〔2020〕46号 第二条",
            severity=Severity.NOTE,
            who="评标委员会",
        )
    yield point(
        "22-21",
        "不能量化的要求不得作为评分项, 应当列为实质性要求",
        "财库〔2021〕22号 第二十一条",
        severity=Severity.NOTE,
        who="采购人",
    )
    if tender.award.decimals is None:
        yield point(
            "87-55",
            "法律没有规定小数位数, 应当在采购文件中写明计分保留的位数",
            "财政部令第87号 第五十五条",
            "D",
            Severity.NOTE,
            who="采购人",
        )


def _working(tender: Tender, law: LawAt, method: Method, share: Fraction | None) -> Iterable[str]:
    if share is not None:
        weight, total = tender.price.weight or 0, tender.scoring_total or 0
        yield f"价格分 {shortest_text(Fraction(weight))} ÷ 总分 {shortest_text(Fraction(total))} = {percent_text(share)}"
    if method is Method.CONSULTATION:
        low, high = "consultation_price_weight_services_min", "consultation_price_weight_services_max"
        if low in law:
            yield f"磋商服务项目价格分应为 {_range(law, low, high)}（{law.parameter(low).cites}）"
    elif "price_weight_services_min" in law:
        parameter = law.parameter("price_weight_services_min")
        yield f"服务项目价格分不低于 {percent_text(law.share('price_weight_services_min'))}（{parameter.cites}）"
    deduction = _range(law, "sme_deduction_min", "sme_deduction_max")
    yield f"小微企业价格扣除幅度: {deduction or '当日没有规定'}"
    ratios = low_price_ratios(tender.price, law)
    if ratios is None:
        yield "异常低价审查: 当日没有比例规定（财库〔2026〕2号自2026-02-01起施行）, 由评标委员会按财政部令第87号第六十条判断"
    else:
        yield (
            f"异常低价审查: 低于平均值{percent_text(ratios.of_mean)}、次低价{percent_text(ratios.of_second_lowest)}"
            f"或者最高限价{percent_text(ratios.of_ceiling)}的应当启动（严格低于; 财库〔2026〕2号）"
        )


def _range(law: LawAt, low: str, high: str) -> str | None:
    if low not in law:
        return None
    return f"{percent_text(law.share(low))}至{percent_text(law.share(high))}"


def _low_price(table: Table, law: LawAt) -> dict[str, Any] | None:
    """The bounds of the day, and which of the given prices (as bid, not adjusted) must be asked for an explanation."""
    terms = table.tender.price
    ratios = low_price_ratios(terms, law)
    if ratios is None:
        return None
    triggered: Sequence[dict[str, Any]] = [
        {"price": shortest_text(table.prices[n]), "why": [f"{each.test.zh}的{percent_text(each.ratio)}" for each in found]}
        for n, found in low_price_triggers(table.prices, terms.limit, ratios).items()
    ]
    return {
        "of_mean": percent_text(ratios.of_mean),
        "of_second_lowest": percent_text(ratios.of_second_lowest),
        "of_ceiling": percent_text(ratios.of_ceiling),
        "explanation_minutes": law.count("abnormal_low_explanation"),
        "triggered": list(triggered),
        "consequence": "触发只要求书面说明, 由评标委员会决定, 不自动否决",
    }
