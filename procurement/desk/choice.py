"""Which method 采购方式: what is open to this purchase, whose approval it needs, and why the others are closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from kernel.money import Fen, yuan_text
from kernel.points import percent_text
from kernel.refusal import Missing
from law import law_at
from law.calendar import PROVISIONAL
from law.day import LawAt
from law.jurisdiction import GOODS, LEVELS, Threshold
from procurement.desk.answer import Answer, Point, Severity, articles_of, point
from procurement.desk.counting import shown
from procurement.desk.need import GROUNDS, Need
from procurement.method import METHOD_NAMES, Method


@dataclass(frozen=True)
class Option:
    """One method for this purchase: open or not, and why."""

    method: Method
    open: bool
    why: tuple[str, ...]
    approvals: tuple[str, ...] = ()
    min_suppliers: int = 0
    exception: str = ""
    evaluation: tuple[str, ...] = ()
    cites: str = ""
    duties: tuple[str, ...] = field(default=())


# --- the answer ---------------------------------------------------------------------------------------------------------


def choose(need: Need) -> Answer:
    """Which methods are open, with approvals, fewest suppliers, evaluation, and why the others are closed."""
    law = law_at(need.on, need.region.place.id)
    open_tender = _threshold(need, law, "open_tender", need.own_open_threshold)
    limit = _threshold(need, law, "procurement", need.own_limit)
    reached = open_tender is not None and open_tender.reached_by(need.amount)
    applies = need.catalogue or limit is None or limit.reached_by(need.amount)
    working = [_compared(need, open_tender, "公开招标数额标准"), _compared(need, limit, "分散采购限额标准")]
    points: list[Point] = []
    split, lines = splitting(need, open_tender)
    working += lines
    points += split
    points += _duties(need, law)
    options = tuple(_option(method, need, law, reached or bool(split)) for method in Method)
    can = [option for option in options if option.open]
    binding = all(each is not None and each.binding for each in (open_tender, limit))
    cautions = [need.region.caution] if need.region.caution else []
    for each in (open_tender, limit):
        if each is not None and not each.binding:
            why = "国家指引" if each.guideline else "凭记忆的数额"
            cautions.append(f"{yuan_text(each.amount)}为{why}（{each.cites}）, 须以当地公布的标准为准")
    if open_tender is None or limit is None:
        cautions.append("未收录当日当地的数额标准, 请填写 open_tender_threshold、procurement_threshold（元）及其依据")
    return Answer(
        question=f"{GOODS[need.object]} {yuan_text(need.amount)} {need.region.zh}{LEVELS[need.level]} {need.on.isoformat()}",
        conclusion=_conclusion(need, can, reached, bool(split), bool(applies), binding),
        working=tuple(filter(None, working)),
        points=tuple(points),
        articles=articles_of(
            points, "政府采购法 第二条、第二十六条、第二十七条", *(o.cites for o in options),
            *(each.cites for each in (open_tender, limit) if each is not None and each.entry),
        ),
        results={
            "law_applies": bool(applies),
            "open_tender_required": bool(reached or split),
            "methods": [_option_mapping(option) for option in options],
            "open": [METHOD_NAMES[option.method] for option in can],
        },
        cautions=tuple(filter(None, (*cautions, need.unread))),
    )  # fmt: skip


def _threshold(need: Need, law: LawAt, kind: str, own: Fen | None) -> Threshold | None:
    try:
        found = law.threshold(need.region.place.id, need.level, kind, need.object)
    except Missing:
        found = None
    if own is not None:
        given = found or Threshold(
            need.region.place.id, need.level, kind, need.object, own, "政府采购法实施条例 第五条", "V", need.on
        )
        return replace(
            given, amount=own, cites="政府采购法实施条例 第五条", guideline=False, status="V", note="由提问者填写"
        )
    return found


def _compared(need: Need, threshold: Threshold | None, zh: str) -> str:
    if threshold is None:
        return f"{zh}: 未收录"
    reached = "达到" if threshold.reached_by(need.amount) else "未达到"
    entered = f"; 本平台补录第{threshold.entry}号" if threshold.entry else ""
    return f"{zh} {yuan_text(threshold.amount)}（{threshold.cites}{entered}）; 本项目 {yuan_text(need.amount)}, {reached}（“以上”含本数）"


def splitting(need: Need, threshold: Threshold | None) -> tuple[list[Point], list[str]]:
    """化整为零: the year's purchases of the item without open tender, this one included, beyond the threshold (R-28).

    超过 excludes the number: exactly the threshold is no splitting; what reaches it alone must be tendered anyway.
    """
    same = [
        each for each in need.earlier
        if each.on.year == need.on.year and each.item == need.item and each.method is not Method.OPEN and not each.excused
    ]  # fmt: skip
    if not same or threshold is None:
        return [], []
    total = sum(each.amount for each in same) + need.amount
    line = (
        f"{need.on.year}年同一预算项目同一品目以公开招标以外方式采购: "
        + " + ".join(yuan_text(each.amount) for each in same) + f" + 本次 {yuan_text(need.amount)} = {yuan_text(total)}"
    )  # fmt: skip
    if total <= threshold.amount or need.approved:
        return [], [f"{line}, 未超过公开招标数额标准, 或者已经批准"]
    doubt = "" if threshold.binding else "（所用数额为国家指引, 须以当地标准核对）"
    found = point(
        "R-28",
        f"一个财政年度内以公开招标以外的方式重复采购同一品目, 累计超过公开招标数额标准, 属于化整为零{doubt}",
        "政府采购法 第二十八条；政府采购法实施条例 第二十八条",
        severity=Severity.BREACH if threshold.binding else Severity.RISK,
        have=yuan_text(total),
        need=f"不超过{yuan_text(threshold.amount)}",
        cure="合并公开招标; 或者经预算调整、经批准采用其他方式",
    )
    return [found], [line]


def _duties(need: Need, law: LawAt) -> Iterable[Point]:
    """What has to be done whatever the method is."""
    if not need.budgeted:
        yield point(
            "L-33", "未列入部门预算的项目不得采购", "政府采购法 第三十三条", cure="先行列入部门预算或者追加预算"
        )
    if "urgent" not in need.grounds and "intention_publication" in law:
        ahead = law.period("intention_publication")
        last = PROVISIONAL.before(need.planned_start, ahead) if need.planned_start else None
        yield point(
            "10", f"采购活动开始前{ahead}公开采购意向（原则上）", law.parameter("intention_publication").cites, "V2", Severity.NOTE,
            need=f"最迟 {shown(last)}" if last else "", until=last,
        )  # fmt: skip
    if need.object == "services" and need.public_service:
        yield point(
            "22-11", "向社会公众提供的公共服务须开展需求调查（一般不少于3家）、重点审查, 合同须经法律顾问审核",
            "财库〔2021〕22号 第十条、第十一条、第二十三条、第三十三条", severity=Severity.NOTE,
        )  # fmt: skip
        yield point(
            "R-15",
            "确定公共服务项目的需求应当征求社会公众的意见",
            "政府采购法实施条例 第十五条",
            severity=Severity.NOTE,
        )
    yield from _small_firms(need, law)


def _small_firms(need: Need, law: LawAt) -> Iterable[Point]:
    most = law.get("sme_reserved_budget")
    if most is None or need.object == "works":
        return
    if need.sme_reserved:
        yield point(
            "SO-SME", "专门面向中小企业采购会排除社会组织: 社会团体、社会服务机构、基金会和事业单位不是中小企业",
            "财库〔2020〕46号 第二条、第六条", "V", Severity.RISK, cure="可依据第六条, 对按照政策从社会组织采购的项目不预留",
        )  # fmt: skip
    elif need.object == "services" and need.public_service:
        yield point(
            "46-6", "按照政策从事业单位、社会组织采购的, 可以不预留中小企业份额; 在采购计划中说明", "财库〔2020〕46号 第六条",
            severity=Severity.NOTE,
        )  # fmt: skip
    else:
        least, small = law.share("sme_reserved_share_min"), law.share("sme_reserved_small_share_min")
        parts = f"预留{percent_text(least)}以上, 其中小微企业不低于{percent_text(small)}"
        share = "全部预留" if need.amount <= most else parts
        yield point(
            "46-7/8", f"适宜由中小企业提供的, 应当{share}", "财库〔2020〕46号 第七条、第八条", severity=Severity.NOTE
        )


_SERVICE_CITES = "财库〔2014〕214号 第三条"
_APPROVAL = (
    "主管预算单位同意（财政部令第74号 第四条）",
    "采购活动开始前, 设区的市、自治州以上人民政府财政部门批准（政府采购法 第二十七条）",
)


def _option(method: Method, need: Need, law: LawAt, must_tender: bool) -> Option:
    grounds = need.grounds
    reasons, closed, cites = _grounds_of(method, need)
    is_open = bool(reasons) and not closed
    approvals: tuple[str, ...] = ()
    urgent_rules = "urgent" in grounds and need.on >= date(2026, 10, 1)
    if method is not Method.OPEN and must_tender and is_open:
        if urgent_rules:
            approvals = ("紧急采购: 无须财政部门批准采购方式, 事后备查（财库〔2026〕12号, 二手资料, 原文未读）",)
        elif method is not Method.FRAMEWORK:
            approvals = _APPROVAL
    if method is Method.FRAMEWORK and is_open:
        approvals = ("采购方案报本级财政部门备案（财政部令第110号 第八条）",)
    if not reasons and not closed:
        closed = (_CLOSED[method],)
    fewest, exception = _fewest(method, need, law)
    duties: tuple[str, ...] = ()
    if method is Method.SINGLE_SOURCE and "only_supplier" in grounds and must_tender:
        duties = (f"报批前公示不少于{law.period('single_source_publicity')}（政府采购法实施条例 第三十八条）",)
    if method is Method.INVITED and is_open:
        factor = law.get("invited_pool_factor", 2)
        duties = (
            f"备选供应商不少于拟抽取数的{factor}倍, 随机抽取, 采购人两名以上工作人员监督（财政部令第87号 第十四条）",
        )
    if need.approved and approvals:
        approvals = (*approvals, "提问称已获批准: 批准文件归档")
    return Option(
        method,
        is_open,
        closed or reasons,
        approvals,
        fewest,
        exception,
        tuple(e.zh for e in method.evaluation_methods),
        cites,
        duties,
    )


_CLOSED = {
    Method.OPEN: "",
    Method.INVITED: "未说明供应商范围有限或者公开招标费用占比过大（政府采购法 第二十九条）",
    Method.NEGOTIATION: "未说明招标失败、技术复杂、紧急或者不能事先计算价格总额（政府采购法 第三十条）",
    Method.CONSULTATION: "不属于政府购买服务, 也未说明技术复杂、价格不可算或者科研等情形（财库〔2014〕214号 第三条）",
    Method.SINGLE_SOURCE: "未说明唯一供应商、不可预见的紧急或者添购（政府采购法 第三十一条）",
    Method.QUOTATION: "询价只用于规格标准统一、现货货源充足、价格变化小的货物（政府采购法 第三十二条）",
    Method.FRAMEWORK: "未说明多频次小额, 或者需要两家以上供应商由服务对象选择（财政部令第110号 第三条）",
}


def _grounds_of(method: Method, need: Need) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Why it is open, why it is closed in spite of that, and where it is written."""
    has = need.grounds

    def told(*names: str) -> tuple[str, ...]:
        return tuple(GROUNDS[name] for name in names if name in has)

    match method:
        case Method.OPEN:
            return ("公开招标为主要采购方式",), (), "政府采购法 第二十六条"
        case Method.INVITED:
            return told("limited_range", "cost_out_of_proportion"), (), "政府采购法 第二十九条"
        case Method.NEGOTIATION:
            faulty = "failed_tender" in has and need.documents_at_fault
            closed = (
                ("招标文件存在不合理条款或者程序有误的, 应当修改后重新招标（财政部令第87号 第四十三条）",)
                if faulty
                else ()
            )
            return (
                told("failed_tender", "complex", "urgent", "price_not_computable"),
                closed,
                "政府采购法 第三十条；财政部令第74号 第二十七条",
            )
        case Method.CONSULTATION:
            own = ("政府购买服务项目",) if need.object == "services" and need.public_service else ()
            return (*own, *told("complex", "price_not_computable", "research")), (), _SERVICE_CITES
        case Method.SINGLE_SOURCE:
            return _single_source(need, told)
        case Method.QUOTATION:
            if need.object != "goods":
                return told("uniform_goods"), (_CLOSED[Method.QUOTATION],), "政府采购法 第三十二条"
            return told("uniform_goods"), (), "政府采购法 第三十二条"
        case Method.FRAMEWORK:
            return told("users_choose"), (), "财政部令第110号 第三条"


def _single_source(need: Need, told: Any) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    cites = "政府采购法 第三十一条"
    reasons, closed = list(told("only_supplier", "urgent")), []
    if "addition" in need.grounds:
        most = need.addition_of // 10 if need.addition_of else None
        if most is None:
            closed.append("添购须填写原合同金额（addition_of）")
        elif need.amount <= most:
            reasons.append(f"{GROUNDS['addition']}: {yuan_text(need.amount)} 不超过原合同百分之十 {yuan_text(most)}")
        else:
            closed.append(f"添购 {yuan_text(need.amount)} 超过原合同百分之十 {yuan_text(most)}")
    if "only_one_bid" in need.grounds and "only_supplier" not in need.grounds:
        closed.append("只有一家投标不能证明只有唯一供应商, 不得径行转为单一来源")
    return tuple(reasons), () if reasons else tuple(closed), cites


def _fewest(method: Method, need: Need, law: LawAt) -> tuple[int, str]:
    """The fewest suppliers, and the two-supplier exceptions."""
    if method is Method.NEGOTIATION and "failed_tender" in need.grounds and need.bids == 2:
        return law.count("negotiation_min_suppliers_after_failed_tender"), (
            "公开招标只有两家投标或者实质性响应的, 经批准可以与该两家谈判; "
            "申请须附公告证明、质疑情况说明和专家论证意见（财政部令第74号 第二十七条、第二十八条）"
        )
    if method is Method.CONSULTATION:
        if "research" in need.grounds:
            return law.get(
                "consultation_min_suppliers_research", 2
            ), "科研项目、科技成果转化项目可以两家（财库〔2014〕214号 第二十一条）"
        if need.object == "services" and need.public_service and "consultation_min_suppliers_public_service" in law:
            return method.min_suppliers, (
                "政府购买服务项目磋商过程中符合要求的只有两家的, 可以继续; 只有一家的终止（财库〔2015〕124号）"
            )
    return method.min_suppliers, ""


def _conclusion(need: Need, can: list[Option], reached: bool, split: bool, applies: bool, binding: bool) -> str:
    said = _said(need, can, reached, split, applies)
    return said if binding else f"{said}（所用数额标准为国家指引或者待核对, 须以当地公布的为准）"


def _said(need: Need, can: list[Option], reached: bool, split: bool, applies: bool) -> str:
    others = [option.method.zh for option in can if option.method is not Method.OPEN]
    if not applies:
        return "不在集中采购目录内且未达到采购限额标准, 不适用政府采购法, 由采购人按内部控制制度采购"
    if split:
        return f"累计已超过公开招标数额标准, 应当公开招标; {'经批准方可采用: ' + '、'.join(others) if others else '没有可以报批的其他方式'}"
    if reached:
        return f"达到公开招标数额标准, 应当公开招标; {'经批准可以采用: ' + '、'.join(others) if others else '没有说明可以报批其他方式的情形'}"
    return f"可以采用: {'、'.join(['公开招标', *others])}"


def _option_mapping(option: Option) -> dict[str, Any]:
    return {
        "method": METHOD_NAMES[option.method], "zh": option.method.zh, "open": option.open, "why": list(option.why),
        "approvals": list(option.approvals), "min_suppliers": option.min_suppliers, "exception": option.exception or None,
        "evaluation": list(option.evaluation), "duties": list(option.duties), "citation": option.cites,
    }  # fmt: skip
