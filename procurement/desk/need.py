"""What is to be bought 采购需求要素: the facts on which the method depends, read from a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kernel.money import Fen
from kernel.refusal import BadInput, Finding
from law.jurisdiction import GOODS, LEVELS
from law.region import Region, region
from procurement.desk.answer import tidy
from procurement.desk.counting import stray_days
from procurement.method import Method, method_named
from procurement.slot import Slot

GROUNDS = {
    "limited_range": "具有特殊性, 只能从有限范围的供应商处采购",
    "cost_out_of_proportion": "公开招标的费用占采购项目总价值的比例过大",
    "failed_tender": "招标后没有供应商投标、没有合格标的或者重新招标未能成立",
    "complex": "技术复杂或者性质特殊, 不能确定详细规格或者具体要求",
    "price_not_computable": "不能事先计算出价格总额",
    "urgent": "不可预见且非采购人原因造成的紧急需要",
    "only_supplier": "只能从唯一供应商处采购",
    "only_one_bid": "只有一家供应商投标",
    "addition": "须保证原项目一致性或者服务配套, 继续从原供应商处添购",
    "research": "市场竞争不充分的科研项目以及需要扶持的科技成果转化项目",
    "users_choose": "为本部门以外的服务对象提供服务, 需要两家以上供应商由服务对象自主选择",
    "uniform_goods": "规格标准统一、现货货源充足且价格变化幅度小的货物",
}
"""The facts that open a method besides the amount."""


@dataclass(frozen=True)
class Purchase:
    """An earlier purchase in the year. ``excused``: the budget was adjusted or the method was approved (R-28)."""

    on: date
    amount: Fen
    method: Method
    item: str = ""
    excused: bool = False


@dataclass(frozen=True)
class Need:
    """What is to be bought. ``catalogue`` None = not said; ``bids``: how many remained of a failed tender."""

    object: str
    amount: Fen
    on: date
    region: Region
    level: str
    item: str = ""
    catalogue: bool | None = None
    public_service: bool = True
    grounds: frozenset[str] = frozenset()
    earlier: tuple[Purchase, ...] = ()
    bids: int | None = None
    documents_at_fault: bool = False
    addition_of: Fen | None = None
    planned_start: date | None = None
    budgeted: bool = True
    approved: bool = False
    sme_reserved: bool = False
    own_open_threshold: Fen | None = None
    own_limit: Fen | None = None
    unread: str = ""


_KEYS = (
    "object", "amount", "region", "level", "date", "item", "catalogue", "public_service", "urgent", "grounds", "earlier", "bids",
    "documents_at_fault", "addition_of", "planned_start", "budgeted", "approved", "sme_reserved", "open_tender_threshold",
    "procurement_threshold",
)  # fmt: skip
_ALIASES = {
    "amount_yuan": "amount", "budget": "amount", "budget_yuan": "amount", "urgency": "urgent", "emergency": "urgent",
    "in_catalogue": "catalogue", "catalogue_hit": "catalogue", "earlier_purchases": "earlier", "purchases": "earlier",
    "category": "item", "on": "date", "type": "object",
}  # fmt: skip
_OBJECTS = {"服务": "services", "货物": "goods", "工程": "works", "service": "services"}
_LEVELS = {zh: id for id, zh in LEVELS.items()} | {"省": "province", "市": "city", "县": "county", "区": "county"}


def read_need(value: Mapping[str, Any], otherwise: date) -> Need:
    """A question as JSON gives it; amounts in yuan. ``otherwise``: the day where none is given. Raises BadInput with
    everything that is wrong."""
    tidied, unread = tidy(value, _KEYS, _ALIASES)
    slot = Slot(tidied)
    kind = slot["object"].text() or "services"
    kind = _OBJECTS.get(kind, "services" if "服务" in kind else kind)
    if kind not in GOODS:
        slot["object"].problem("采购对象须为 services、goods、works 之一")
    amount = slot["amount"].fen()
    if amount is None and not slot.problems:
        slot["amount"].problem("未填写金额（元）")
    place = _region(slot)
    level = slot["level"].text()
    level = _LEVELS.get(level, level) or place.level or "city"
    if level not in LEVELS:
        slot["level"].problem(f"预算级次须为 {'、'.join(LEVELS)} 之一")
    grounds = set(slot["grounds"].texts()) | _urgency(slot["urgent"])
    for each in sorted(grounds - set(GROUNDS)):
        slot.problems.append(Finding("grounds", "情形无法识别", have=each, need="、".join(GROUNDS)))
    catalogue = slot["catalogue"]
    item = slot["item"].text()
    need = Need(
        kind, amount or 1, slot["date"].day() or otherwise, place, level, item,
        catalogue.flag() if catalogue else None, slot["public_service"].flag(kind == "services"), frozenset(grounds),
        tuple(_purchase(each, item, otherwise) for each in slot["earlier"].items()), slot["bids"].count(),
        slot["documents_at_fault"].flag(), slot["addition_of"].fen(), slot["planned_start"].day(), slot["budgeted"].flag(True),
        slot["approved"].flag(), slot["sme_reserved"].flag(), slot["open_tender_threshold"].fen(),
        slot["procurement_threshold"].fen(), unread,
    )  # fmt: skip
    slot.problems += stray_days(date=need.on, planned_start=need.planned_start)
    if slot.problems:
        raise BadInput(slot.problems, "采购方式: 填写有误")
    return need


def _urgency(slot: Slot) -> set[str]:
    """``true``, or words: 不可预见, unforeseeable; what the buyer brought about himself is no urgency of the law."""
    if isinstance(slot.value, str):
        said = slot.value.strip().lower()
        if said in ("", "no", "none", "false", "否", "无", "normal", "foreseeable", "可预见"):
            return set()
        if said in ("yes", "true", "是", "unforeseeable", "不可预见", "urgent", "紧急", "emergency"):
            return {"urgent"}
    return {"urgent"} if slot.flag() else set()


def _region(slot: Slot) -> Region:
    try:
        return region(slot["region"].text())
    except BadInput as wrong:
        slot.problems.extend(wrong.findings)
        return region()


def _purchase(slot: Slot, item: str, otherwise: date) -> Purchase:
    try:
        method = method_named(slot["method"].text() or "竞争性磋商")
    except ValueError as wrong:
        slot["method"].problem(str(wrong))
        method = Method.OPEN
    excused = slot["excused"].flag() or slot["adjusted"].flag() or slot["approved"].flag()
    amount = slot["amount"].fen()
    if amount is None:
        slot["amount"].problem("未填写金额（元）")
    return Purchase(slot["date"].day() or otherwise, amount or 0, method, slot["item"].text() or item, excused)
