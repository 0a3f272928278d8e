"""Methods of procurement 采购方式: each with its own minimum of suppliers and its own way to evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kernel.refusal import Finding


class EvaluationMethod(StrEnum):
    """How offers are compared 评审方法."""

    COMPREHENSIVE = "comprehensive"  # 综合评分法
    LOWEST_PRICE = "lowest_price"  # 最低评标价法 / 最低价
    NEGOTIATED = "negotiated"  # 与专业人员商定合理价格
    PRICE_FIRST = "price_first"  # 价格优先法
    QUALITY_FIRST = "quality_first"  # 质量优先法

    @property
    def zh(self) -> str:
        return _EVALUATION_ZH[self]


_EVALUATION_ZH = {
    EvaluationMethod.COMPREHENSIVE: "综合评分法",
    EvaluationMethod.LOWEST_PRICE: "最低评标价法",
    EvaluationMethod.NEGOTIATED: "商定合理价格",
    EvaluationMethod.PRICE_FIRST: "价格优先法",
    EvaluationMethod.QUALITY_FIRST: "质量优先法",
}


class Method(StrEnum):
    """The methods the law knows (政府采购法 第二十六条) and those the Ministry of Finance added."""

    OPEN = "open"  # 公开招标
    INVITED = "invited"  # 邀请招标
    NEGOTIATION = "negotiation"  # 竞争性谈判
    CONSULTATION = "consultation"  # 竞争性磋商
    SINGLE_SOURCE = "single_source"  # 单一来源采购
    QUOTATION = "quotation"  # 询价
    FRAMEWORK = "framework"  # 框架协议采购

    @property
    def terms(self) -> MethodTerms:
        """What the law fixes for this method."""
        return _TERMS[self]

    @property
    def zh(self) -> str:
        return self.terms.zh

    @property
    def min_suppliers(self) -> int:
        """The fewest suppliers that must answer and remain, without the exceptions that need an approval."""
        return self.terms.min_suppliers

    @property
    def evaluation_methods(self) -> tuple[EvaluationMethod, ...]:
        return self.terms.evaluation

    @property
    def is_tender(self) -> bool:
        """Whether the rules for tendering 招标 (财政部令第87号) govern it."""
        return self in (Method.OPEN, Method.INVITED)


@dataclass(frozen=True)
class MethodTerms:
    """One row of the table of methods. ``committee`` is the smallest committee, 0 where the law names none."""

    zh: str
    min_suppliers: int
    evaluation: tuple[EvaluationMethod, ...]
    committee: int
    cites: str
    services: bool = True
    also: tuple[str, ...] = ()


_COMPREHENSIVE = EvaluationMethod.COMPREHENSIVE
_LOWEST = EvaluationMethod.LOWEST_PRICE
_NEGOTIATED = EvaluationMethod.NEGOTIATED
_FIRST = (EvaluationMethod.PRICE_FIRST, EvaluationMethod.QUALITY_FIRST)

# fmt: off
_TERMS = {
    # method: name, fewest suppliers, evaluation, smallest committee, written in
    Method.OPEN:          MethodTerms("公开招标",   3, (_COMPREHENSIVE, _LOWEST), 5, "财政部令第87号 第四十三条"),
    Method.INVITED:       MethodTerms("邀请招标",   3, (_COMPREHENSIVE, _LOWEST), 5, "政府采购法 第三十四条"),
    Method.NEGOTIATION:   MethodTerms("竞争性谈判", 3, (_LOWEST,),        3, "政府采购法 第三十八条", also=("谈判",)),
    Method.CONSULTATION:  MethodTerms("竞争性磋商", 3, (_COMPREHENSIVE,), 3, "财库〔2014〕214号 第二十一条", also=("磋商",)),
    Method.SINGLE_SOURCE: MethodTerms("单一来源",   1, (_NEGOTIATED,),    1, "财政部令第74号 第四十一条", also=("单一来源采购",)),
    Method.QUOTATION:     MethodTerms("询价",       3, (_LOWEST,),        3, "政府采购法 第三十二条", False, ("询价采购",)),
    Method.FRAMEWORK:     MethodTerms("框架协议",   2, _FIRST,            0, "财政部令第110号 第二十七条", also=("框架协议采购",)),
}
# fmt: on


METHOD_NAMES = {
    Method.OPEN: "open_tendering",
    Method.INVITED: "selective_tendering",
    Method.NEGOTIATION: "negotiation",
    Method.CONSULTATION: "consultation",
    Method.SINGLE_SOURCE: "single_source",
    Method.QUOTATION: "quotation",
    Method.FRAMEWORK: "framework",
}
"""How commands name a method, in the field's English (OCDS)."""


def method_named(zh: str) -> Method:
    """The method with this Chinese name (or enum value, or the name a command gives).

    Raises ValueError, with the names that are known, for an unknown one.
    """
    name = zh.strip()
    for method, terms in _TERMS.items():
        if name in (terms.zh, method.value, METHOD_NAMES[method], *terms.also):
            return method
    raise ValueError(f"采购方式无法识别: “{name}”, 可用: {'、'.join(m.zh for m in Method)}")


def evaluation_method_named(zh: str) -> EvaluationMethod:
    """The evaluation method with this Chinese name (or enum value). Raises ValueError for an unknown one."""
    name = zh.strip()
    for method, text in _EVALUATION_ZH.items():
        if name in (text, method.value):
            return method
    raise ValueError(f"评审方法无法识别: “{name}”, 可用: {'、'.join(_EVALUATION_ZH.values())}")


def fits_services(method: Method, evaluation: EvaluationMethod | None) -> Iterable[Finding]:
    """What is wrong with buying a service by ``method``, evaluated by ``evaluation``."""
    if not method.terms.services:
        yield Finding(
            "notice.method", "询价只用于规格标准统一、现货货源充足且价格变化幅度小的货物, 不能采购服务",
            cites="政府采购法 第三十二条", have=method.zh, cure="改用公开招标或者竞争性磋商等方式",
        )  # fmt: skip
    if evaluation is not None and evaluation not in method.evaluation_methods:
        allowed = "或".join(e.zh for e in method.evaluation_methods)
        yield Finding(
            "notice.evaluation_method", f"{method.zh}须采用{allowed}",
            cites=_EVALUATION_CITES[method], have=evaluation.zh, need=allowed,
        )  # fmt: skip


_EVALUATION_CITES = {
    Method.OPEN: "财政部令第87号 第五十三条",
    Method.INVITED: "财政部令第87号 第五十三条",
    Method.NEGOTIATION: "政府采购法 第三十八条",
    Method.CONSULTATION: "财库〔2014〕214号 第二十四条",
    Method.SINGLE_SOURCE: "财政部令第74号 第四十一条",
    Method.QUOTATION: "政府采购法 第四十条",
    Method.FRAMEWORK: "财政部令第110号 第二十五条",
}
