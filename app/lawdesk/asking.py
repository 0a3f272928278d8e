"""Asking 提问: what each page of the desk asks, as fields of a plain GET form, so that the address is the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from kernel.refusal import BadInput, Finding
from procurement.committee import Ground
from procurement.contract import LongTermGround
from procurement.desk.need import GROUNDS
from procurement.method import METHOD_NAMES, Method

MOST_LINES = 60
MOST_TEXT = 4000


@dataclass(frozen=True)
class Field:
    """One field. ``kind``: text, number, date, choice, yes (是/否/不填), several, lines."""

    name: str
    zh: str
    kind: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    read: Callable[[str], Any] | None = None
    more: bool = False


_YES = (("", "不填"), ("yes", "是"), ("no", "否"))
METHODS = tuple((METHOD_NAMES[method], method.zh) for method in Method if method.terms.services)
_LEVELS = (("", "按地区推定"), ("central", "中央"), ("province", "省级"), ("city", "市级"), ("county", "县级"))
_REGION = Field("region", "地区", hint="六位行政区划代码, 如 410100; 不填为全国")
_DATE = Field("date", "以哪一日的规定判断", "date", hint="不填为今天")


def _split(line: str) -> list[str]:
    return [part for part in re.split(r"[,，、\s]+", line.strip()) if part]


def _purchase(line: str) -> dict[str, Any]:
    """``2026-03-01 500000 竞争性磋商 社工站 已批准``"""
    parts = _split(line)
    excused = bool({"已批准", "预算调整"} & set(parts))
    rest = [part for part in parts if part not in ("已批准", "预算调整")]
    names = ("date", "amount", "method", "item")
    return {**dict(zip(names, rest, strict=False)), "excused": excused}


_GROUNDS = {
    "劳动关系": Ground.EMPLOYED,
    "董事": Ground.DIRECTOR,
    "监事": Ground.DIRECTOR,
    "控股": Ground.CONTROLLER,
    "亲属": Ground.FAMILY,
}


def _member(line: str) -> dict[str, Any]:
    """``张三 专家 某大学 组长``; a relation as ``劳动关系:某社工中心:2024-01-01``."""
    parts = _split(line)
    found: dict[str, Any] = {"name": parts[0] if parts else "", "relations": []}
    for part in parts[1:]:
        pieces = re.split("[:：]", part)
        if len(pieces) > 1:
            ground = _GROUNDS.get(pieces[0], Ground.OTHER)
            relation = {"ground": ground.value, "supplier": pieces[1]}
            found["relations"].append({**relation, "ended": pieces[2]} if len(pieces) > 2 else relation)
        elif part in ("专家", "评审专家", "采购人代表"):
            found["capacity"] = part
        elif part in _MARKS:
            found |= _MARKS[part]
        else:
            found["employer"] = part
    return found


_MARKS: dict[str, dict[str, bool]] = {
    "组长": {"leader": True}, "无授权函": {"authorised": False}, "自行选定": {"self_selected": True}, "法律专家": {"legal": True},
    "财政监督人员": {"finance_supervisor": True},
}  # fmt: skip


def _item(line: str) -> dict[str, Any]:
    """``服务方案 30``"""
    parts = _split(line)
    if len(parts) < 2:
        raise ValueError("每行写“名称 分值”")
    return {"name": "".join(parts[:-1]), "points": parts[-1]}


def _change(line: str) -> dict[str, Any]:
    """``澄清 2026-10-05``, ``暂停 2026-10-10 2026-10-15``"""
    parts = _split(line)
    if len(parts) < 2:
        raise ValueError("每行写“种类 日期”, 如“澄清 2026-10-05”")
    return {"kind": _CHANGES.get(parts[0], parts[0]), "on": parts[1], "to": parts[2] if len(parts) > 2 else None}


_CHANGES = {"澄清": "clarification", "修改": "clarification", "延期": "extension", "暂停": "suspension", "恢复": "resumption",
            "质疑": "challenge", "投诉": "complaint"}  # fmt: skip

METHOD = (
    Field("object", "采购对象", "choice", (("services", "服务"), ("goods", "货物"), ("works", "工程"))),
    Field("amount", "金额（元）", "number"),
    _REGION,
    Field("level", "预算级次", "choice", _LEVELS),
    _DATE,
    Field("grounds", "有哪些情形", "several", tuple(GROUNDS.items())),
    Field(
        "earlier",
        "本年度同一品目的其他采购",
        "lines",
        hint="每行: 日期 金额 方式 品目, 如“2026-03-01 500000 竞争性磋商”; 经批准的加“已批准”",
        read=_purchase,
    ),
    Field("item", "品目", more=True, hint="与上面各行的品目一致的才累计"),
    Field("catalogue", "在集中采购目录内", "choice", (("", "不清楚"), ("yes", "在"), ("no", "不在")), more=True),
    Field("public_service", "向社会公众提供的服务", "choice", _YES, more=True),
    Field("bids", "招标后剩几家", "number", more=True),
    Field("documents_at_fault", "招标文件或者程序有问题", "choice", _YES, more=True),
    Field("addition_of", "添购的原合同金额（元）", "number", more=True),
    Field("planned_start", "计划开始采购的日期", "date", more=True),
    Field("budgeted", "已列入预算", "choice", _YES, more=True),
    Field("sme_reserved", "打算专门面向中小企业", "choice", _YES, more=True),
    Field("open_tender_threshold", "当地公开招标数额标准（元）", "number", more=True, hint="本站未收录时填写"),
    Field("procurement_threshold", "当地分散采购限额（元）", "number", more=True),
)
TIMETABLE = (
    Field("method", "采购方式", "choice", METHODS),
    Field("issued", "采购文件开始提供之日", "date", hint="单一来源填公示开始之日; 与下一项填一个"),
    Field("contract", "希望签订合同之日（倒推）", "date"),
    _REGION,
    Field("bids_close", "已定的投标（响应）截止日", "date", more=True, hint="检查是否合法, 并从它推算后面的日期"),
    Field(
        "change",
        "发生的变化",
        "lines",
        more=True,
        hint="每行: 澄清 2026-10-05; 延期 2026-10-05 2026-10-20; 暂停、恢复、质疑、投诉同样",
        read=_change,
    ),
)
COMMITTEE = (
    Field("method", "采购方式", "choice", METHODS),
    Field("budget", "预算（元）", "number"),
    Field("complex", "技术复杂、专业性强", "choice", _YES),
    Field("great_impact", "社会影响较大", "choice", _YES),
    Field("at_threshold", "达到公开招标数额标准", "choice", _YES),
    Field("evaluation", "评审日期", "date"),
    Field("drawn", "抽取专家的日期", "date"),
    Field("members", "成员", "lines", hint=(
        "每行: 姓名 专家（或采购人代表） 单位; 可加 组长、自行选定、无授权函、法律专家; 关系写作 劳动关系:某机构:2024-01-01"
    ), read=_member),
    Field("suppliers", "供应商", "lines", hint="每行一家; 不填则任何供应商的关系都算", read=str),
    Field("buyer", "采购人", more=True),
    Field("agent", "代理机构", more=True),
    Field("consent", "自行选定已经主管预算单位同意", "choice", _YES, more=True),
    Field("dropout", "有成员退出", "choice", (("", "没有"), ("before", "评审开始前"), ("during", "评审过程中"), ("after", "报告签署后")), more=True),
    Field("can_fill", "能够依法补足", "choice", _YES, more=True),
    _DATE,
)  # fmt: skip
SCORING = (
    Field("method", "采购方式", "choice", METHODS),
    Field("items", "评分项", "lines", hint="每行: 名称 分值, 如“价格 10”; 价格项写作“价格”", read=_item),
    Field("qualification", "资格条件", "lines", hint="每行一项: 检查是否又被评分", read=str),
    Field("sme_deduction", "对小微企业的价格扣除", "text", hint="如 10%"),
    Field("sme_industry", "所属行业", more=True),
    Field("sme_reserved", "专门面向中小企业", "choice", _YES, more=True),
    Field("ceiling", "最高限价（元）", "number", more=True),
    Field("floor", "最低限价（元）", "number", more=True),
    Field(
        "prices", "通过符合性审查的报价（元）", "lines", more=True, hint="每行一个: 看哪些须启动异常低价审查", read=str
    ),
    _DATE,
)
TERM = (
    Field("years", "合同年数（含续签）", "number"),
    Field("grounds", "已具备的条件", "several", tuple((ground.value, ground.zh) for ground in LongTermGround)),
    Field("year_evaluated", "上一年度已经评价", "choice", _YES),
    Field("next_year_budgeted", "下一年度已列预算", "choice", _YES),
    Field("amount", "合同金额（元）", "number"),
    Field("supplements", "各补充合同金额（元）", "lines", hint="每行一个", read=str),
    Field("budget", "项目预算（元）", "number"),
    Field("bid_deposit", "投标保证金（元）", "number"),
    Field("performance_deposit", "履约保证金（元）", "number"),
    Field("notice", "通知书发出之日", "date"),
    Field("signed", "合同签订之日", "date"),
    Field("invoice", "收到发票之日", "date"),
    Field("users_took_part", "服务对象参与了验收", "choice", _YES),
    Field("acceptance_published", "验收结果已公告", "choice", _YES),
    Field("supplier", "供应商是中小企业", "choice", (("", "不填"), ("sme", "是"), ("other", "否")), more=True),
    Field("delivered", "服务交付之日", "date", more=True),
    Field("changed", "合同变更之日", "date", more=True),
    Field("accepted", "验收之日", "date", more=True),
    _DATE,
)
CHALLENGE = (
    Field("event", "质疑什么", "choice", (
        ("result_notice", "中标（成交）结果: 公告发布"), ("document_notice", "采购文件: 公告发布"),
        ("documents_received", "采购文件: 收到文件"), ("process_step", "采购过程: 环节结束"),
    )),
    Field("published", "发生或者公告之日", "date"),
    Field("challenged", "质疑提出之日", "date", more=True),
    Field("answered", "答复作出之日", "date", more=True),
    Field("complained", "投诉提出之日", "date", more=True),
    _REGION,
)  # fmt: skip


def question(fields: tuple[Field, ...], args: MultiDict[str, str]) -> dict[str, Any]:
    """What was asked, in the form of the command's JSON; empty fields are left out. Raises BadInput, field by field."""
    found: dict[str, Any] = {}
    problems: list[Finding] = []
    for field in fields:
        try:
            value = _value(field, args)
        except ValueError as wrong:
            problems.append(Finding(field.name, str(wrong), have=(args.get(field.name) or "")[:60]))
            continue
        if value not in (None, "", []):
            found[field.name] = value
    if problems:
        raise BadInput(problems, "填写有误")
    return found


def _value(field: Field, args: MultiDict[str, str]) -> Any:
    if field.kind == "several":
        return [each for each in args.getlist(field.name) if each in dict(field.choices)]
    text = (args.get(field.name) or "").strip()
    if len(text) > MOST_TEXT:
        raise ValueError(f"过长: 不超过{MOST_TEXT}字")
    if field.kind == "choice":
        return (
            {"yes": True, "no": False}.get(text, text)
            if field.choices in (_YES,) or field.name == "catalogue"
            else text
        )
    if field.kind == "lines":
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValueError(f"最多{MOST_LINES}行")
        return [field.read(line) if field.read else line for line in lines]
    if field.kind == "number":
        return text.replace(",", "").replace("，", "") or None
    return text


def given(fields: tuple[Field, ...], args: MultiDict[str, str]) -> Mapping[str, Any]:
    """What the form shows again: the texts as they were typed."""
    return {
        field.name: tuple(args.getlist(field.name)) if field.kind == "several" else args.get(field.name, "")
        for field in fields
    }
