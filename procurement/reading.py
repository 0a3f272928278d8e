"""Reading 读取 a tender from a mapping (the case file form): every problem at once, nothing invented, nothing repaired.

Three kinds of trouble are told apart: what cannot be read is refused (BadInput, all places at once); what is masked or
absent is ``Tender.missing``; what the file itself says is wrong is ``Tender.faults``. A draft may miss anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kernel.period import Period, Unit
from kernel.refusal import BadInput, Finding
from procurement.contract_terms import read_contract
from procurement.documents import (
    AwardTerms,
    CommitteeTerms,
    ConformityItem,
    CostRule,
    Lot,
    PriceForm,
    PriceTerms,
    QualificationCondition,
    Requirement,
    ServiceItem,
    StaffRequirement,
    SubstantiveRequirement,
    Tender,
)
from procurement.method import EvaluationMethod, Method, evaluation_method_named, method_named
from procurement.price import LowPriceTest
from procurement.service_field import ServiceField, service_field_named
from procurement.slot import Slot
from rubric.criterion import Rubric
from rubric.reading import read_rubric

DOCUMENTS = "财政部令第87号 第二十条"
DEFECT = "财政部令第87号 第六十五条"


def read_tender(
    mapping: Mapping[str, Any], *, ocid: str | None = None, jurisdiction: str = "national"
) -> Tender:
    """A tender from a case file's mapping (or the same as JSON).

    ocid   its number in the house; without one, the file's own ``id``
    Raises BadInput with every place that cannot be read.
    """
    file = Slot(mapping).mapping()
    problems = file.problems
    if not isinstance(mapping, Mapping):
        raise BadInput(problems, "采购文件无法读取")
    notice = file["notice"].mapping()
    rubric = _rubric(file, problems)
    price = _price(file, notice, rubric)
    tender = Tender(
        ocid=ocid or file["id"].text(),
        title=file["name"].text() or notice["title"].text(),
        buyer=notice["purchaser"].text(),
        organiser=notice["organiser"].text() or notice["agent"].text(),
        jurisdiction=jurisdiction,
        method=_method(notice["method"]),
        evaluation_method=_evaluation_method(notice["evaluation_method"] or file["scoring"].mapping()["method"]),
        service_field=_service_field(notice["service_field"]),
        budget=notice["budget_yuan"].fen(),
        ceiling=notice["ceiling_yuan"].fen(),
        lots=tuple(_lots(file["lots"])),
        qualification=tuple(_qualification(file["qualification"])),
        credit_channels=file["credit_check"].mapping()["channels"].texts(),
        conformity=tuple(_conformity(file["conformity_review"])),
        substantive=tuple(
            SubstantiveRequirement(item.mapping()["text"].text(), item["mark"].text())
            for item in file["substantive_requirements"].items()
        ),
        requirement=_requirement(file["requirement"].mapping()),
        contract=read_contract(file["contract"]),
        committee=_committee(file["evaluation"].mapping()),
        rubric=rubric,
        scoring_total=rubric.total if rubric is not None else None,
        price=price,
        award=_award(file["award"].mapping(), file["lot_rules"].mapping()),
        sme_deduction=notice["sme_price_deduction"].share() or Fraction(0),
        sme_industry=notice["sme_industry"].text(),
        sme_reserved=notice["sme_reserved"].flag(),
        joint_venture=notice["joint_venture"].flag(),
        bid_deposit=_security(notice["bid_deposit"]),
        performance_bond=_security(notice["performance_bond"]),
        bid_validity=_days(notice["bid_validity_days"]),
        documents_issued=notice["documents_issued"].day(),
        documents_until=notice["documents_until"].day(),
        bids_close=notice["bids_close"].moment(),
        opening_at=notice["opening_at"].moment(),
        faults=tuple(_own_remarks(mapping)),
        missing=tuple(_missing(file)),
        notes={key: mapping[key] for key in ("source", "status", "changes", "based_on", "remark") if key in mapping},
    )
    if problems:
        raise BadInput(problems, "采购文件有误")
    return tender


def _rubric(file: Slot, problems: list[Finding]) -> Rubric | None:
    scoring = file["scoring"]
    if not scoring:
        return None
    if not isinstance(scoring.value, Mapping):
        scoring.problem("须为“键: 值”的形式")
        return None
    try:
        return read_rubric(scoring.value)
    except BadInput as refusal:
        problems += [
            Finding(f"scoring.{f.field}".rstrip("."), f.zh, f.cites, f.have, f.need, f.cure) for f in refusal.findings
        ]
        return None


def _method(slot: Slot) -> Method | None:
    try:
        return method_named(slot.text()) if slot else None
    except ValueError as error:
        slot.problem(str(error))
        return None


def _evaluation_method(slot: Slot) -> EvaluationMethod | None:
    try:
        return evaluation_method_named(slot.text()) if slot else None
    except ValueError as error:
        slot.problem(str(error))
        return None


def _service_field(slot: Slot) -> ServiceField | None:
    try:
        return service_field_named(slot.text()) if slot else None
    except ValueError as error:
        slot.problem(str(error))
        return None


def _lots(slot: Slot) -> Iterator[Lot]:
    for n, item in enumerate(slot.items(), 1):
        if isinstance(item.value, str):
            yield Lot(item.value)
            continue
        item = item.mapping()
        name = item["id"].text() or item["lot"].text() or str(n)
        yield Lot(name, (item["budget"] or item["budget_yuan"]).fen(), item["name"].text(), item["this_file"].flag(True))


def _qualification(slot: Slot) -> Iterator[QualificationCondition]:
    for n, item in enumerate(slot.items(), 1):
        if isinstance(item.value, str):
            yield QualificationCondition(str(n), item.text())
            continue
        item = item.mapping()
        yield QualificationCondition(item["nr"].text() or str(n), item["text"].text(), item["proof"].text())


def _conformity(slot: Slot) -> Iterator[ConformityItem]:
    for n, item in enumerate(slot.items(), 1):
        if isinstance(item.value, str):
            yield ConformityItem(str(n), item.text())
            continue
        item = item.mapping()
        yield ConformityItem(item["nr"].text() or str(n), item["fail_if"].text(), item["note"].text())


def _requirement(slot: Slot) -> Requirement:
    return Requirement(
        staff=tuple(_staff(slot["staff"])),
        services=tuple(
            ServiceItem(item.mapping()["name"].text(), item["content"].text(), item["quantity"].text())
            for item in slot["services"].items()
        ),
        cost_rules=tuple(
            CostRule(
                item.mapping()["item"].text(), item["unit"].text(), item["min"].number(), item["max"].number(),
                item["value"].number(), item["basis"].text(),
            )
            for item in slot["cost_rules"].items()
        ),
        price_form=slot["price_form"].text(),
    )  # fmt: skip


def _staff(slot: Slot) -> Iterator[StaffRequirement]:
    for item in slot.items():
        item = item.mapping()
        yield StaffRequirement(
            item["item"].text(), item["value"].text(), item["min"].number(), item["max"].number(),
            item["unit"].text(), item["soft"].flag(),
        )  # fmt: skip


def _committee(slot: Slot) -> CommitteeTerms:
    terms = slot["committee"].mapping()
    return CommitteeTerms(
        terms["min"].count(1), terms["odd"].flag(True), terms["experts_share_min"].share(), slot["tie"].texts()
    )  # fmt: skip


def _price(file: Slot, notice: Slot, rubric: Rubric | None) -> PriceTerms:
    slot = file["price"].mapping()
    form = PriceForm.TOTAL
    if slot["form"]:
        try:
            form = PriceForm(slot["form"].text())
        except ValueError:
            slot["form"].problem("报价形式无法识别", need="total 或 discount_rate")
    ceiling, budget = slot["ceiling"], slot["budget"]
    if form is PriceForm.TOTAL:
        ceiling, budget = ceiling or notice["ceiling_yuan"], budget or notice["budget_yuan"]
    numbers = {}
    for name, place in (("ceiling", ceiling), ("budget", budget), ("floor", slot["floor"])):
        found = place.number()
        if found is not None and found <= 0:
            place.problem("须大于0")
            found = None
        numbers[name] = found
    low = slot["abnormal_low"].mapping()
    raised = {test.value: share for test in LowPriceTest if (share := low[test.value].share()) is not None}
    if low:
        for key in low.value:
            if key not in {test.value for test in LowPriceTest}:
                low[str(key)].problem("低价审查比例的名称无法识别", need="of_mean、of_second_lowest、of_ceiling")
    section = rubric.price if rubric is not None else None
    return PriceTerms(
        form, section.weight if section is not None else None, numbers["ceiling"], numbers["budget"], raised, numbers["floor"]
    )  # fmt: skip


def _award(slot: Slot, lot_rules: Slot) -> AwardTerms:
    least = slot["min_valid"].count(1) or lot_rules["min_valid_bidders_per_lot"].count(1)
    return AwardTerms(
        winners=slot["winners"].count(1) or 1,
        candidates=slot["candidates"].count(1) or 3,
        min_valid=least or 3,
        decimals=slot["decimals"].count(),
        lots_by_rank=tuple(_lots(slot["lots_by_rank"])),
    )


def _security(slot: Slot) -> Fraction:
    """A deposit or bond: false = none; a share of the budget or contract. ``true`` without a figure is a problem."""
    if isinstance(slot.value, bool):
        if slot.value:
            slot.problem("须写明比例", need="如 0.02")
        return Fraction(0)
    return slot.share() or Fraction(0)


def _days(slot: Slot) -> Period | None:
    length = slot.count(1)
    return None if length is None else Period(length, Unit.DAY)


# --- what the file says about itself ----------------------------------------------------------------------------------

_REMARKS = {
    "fault": "文件自注缺陷",
    "source_faults": "原文件缺陷",
    "template_fault": "所附合同格式不是本项目的合同",
    "grade_gap": "等级分数段之间有空档",
    "gap": "条款有空白",
}


def _own_remarks(value: Any, place: str = "") -> Iterator[Finding]:
    """Everything the file itself marks as a fault, wherever it stands (the ``cases`` apart)."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if not place and key in ("cases", "expected_results"):
                continue
            here = f"{place}.{key}" if place else str(key)
            if key in _REMARKS and below:
                texts = below if isinstance(below, list | tuple) else [below]
                for n, text in enumerate(texts, 1):
                    where = place if key in ("fault", "gap") else here.replace("grade_gap", "grades")
                    yield Finding(
                        f"{where}[{n}]" if len(texts) > 1 else where, f"{_REMARKS[key]}: {text}", cites=DEFECT
                    )  # fmt: skip
            else:
                yield from _own_remarks(below, here)
    elif isinstance(value, list | tuple):
        for n, below in enumerate(value, 1):
            yield from _own_remarks(below, f"{place}[{n}]")


_NEEDED = (
    ("name", "项目名称"), ("notice.purchaser", "采购人"), ("notice.method", "采购方式"), ("notice.budget_yuan", "预算金额"),
    ("qualification", "投标人资格要求"), ("credit_check", "信用查询的渠道、截止时点和使用规则"),
    ("conformity_review", "投标无效情形（符合性审查）"), ("requirement.services", "服务需求"), ("contract.term", "合同履行期限"),
    ("contract.payment", "付款方式"), ("contract.acceptance", "验收标准和方式"), ("evaluation.committee", "评标委员会的组成"),
    ("price", "报价要求"), ("scoring", "评标标准"),
)  # fmt: skip
"""What tender documents must hold (87号令 第十三条, 第二十条), with the name of each in Chinese."""


def _missing(file: Slot) -> Iterator[Finding]:
    for place, zh in _NEEDED:
        slot = file
        for key in place.split("."):
            slot = slot[key]
        if slot.value in (None, "", [], {}):
            yield Finding(place, f"缺少: {zh}", cites=DOCUMENTS)
    notice = file["notice"].mapping()
    if notice["ceiling_yuan"].value is None and "ceiling_yuan" in notice:
        yield Finding("notice.ceiling_yuan", "最高限价为空: 设定的须公布具体金额, 不设的须删去此项", cites="财政部令第87号 第十二条")
    for key, value in dict(notice.value or {}).items():
        if value is None and key not in ("budget_yuan", "ceiling_yuan", "purchaser", "method", "sme_industry"):
            yield Finding(f"notice.{key}", "公告事项为空", cites="财政部令第87号 第十三条", binding=False)
    for n, item in enumerate(file["requirement"].mapping()["services"].items(), 1):
        if isinstance(item.value, Mapping) and item.value.get("quantity") is None:
            yield Finding(
                f"requirement.services[{n}]", f"未写明数量: {item['name'].text()}", cites="财政部令第87号 第十一条", binding=False
            )  # fmt: skip
    status = file["status"].mapping()
    if status["complete"].value is False:
        yield Finding("status", f"来源文件不完整: {status['missing'].text() or '未说明缺什么'}", cites=DOCUMENTS)
    for item in status["masked_in_source"].items():
        yield Finding("status.masked_in_source", f"来源文件遮盖了: {item.text()}", binding=False)
