"""Wording 用语: places in a case file and exact numbers, as pages print them."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction

from flask import Blueprint

from kernel.period import aware
from kernel.points import shortest_text

PLACES = {
    "notice": "公告信息", "lots": "采购包", "lot_rules": "分包规则", "qualification": "资格条件", "credit_check": "信用查询",
    "qualification_review": "资格审查", "conformity_review": "符合性审查", "substantive_requirements": "实质性要求",
    "requirement": "采购需求", "staff": "人员要求", "services": "服务内容", "cost_rules": "成本要求", "contract": "合同条款",
    "term": "期限", "renewal": "续签", "payment": "付款", "acceptance": "验收", "evaluation": "评审办法", "committee": "评审委员会",
    "price": "价格", "award": "定标", "scoring": "评分标准", "sections": "部分", "leaves": "评审因素", "parts": "评分点",
    "weight": "分值", "weights": "分值合计", "total": "总分", "rule": "评分规则", "budget_yuan": "预算", "ceiling_yuan": "最高限价",
    "ceiling": "最高限价", "budget": "预算", "method": "方式", "bids_close": "投标截止时间", "documents_until": "招标文件提供至",
    "name": "名称", "status": "文件状态", "source": "来源", "agency_fee": "代理费", "remark": "备注", "purchaser": "采购人",
    "grades": "等级", "sme_industry": "所属行业", "sme_price_deduction": "小微企业价格扣除", "template_fault": "合同格式",
    "source_faults": "原文件缺陷", "masked_in_source": "来源遮盖", "bid_deposit": "投标保证金", "channels": "查询渠道",
    "committee_min": "人数", "min": "最低", "max": "最高", "sign_within": "签订期限", "min_valid": "最少有效投标人", "id": "编号",
    "evaluation_method": "评审方法", "floor": "最低限价", "bid_validity_days": "投标有效期", "missing": "缺少的内容",
}  # fmt: skip
"""Names of the blocks of a case file in Chinese; whatever is not named is shown as it is written in the file."""

_NUMBERED = re.compile(r"^(?P<name>[^\[]*)\[(?P<number>\d+)\]$")


def place(field: str) -> str:
    """Where in the file a finding is, for somebody who looks for it there.

    >>> place("scoring.sections[2].leaves[1].weight")
    '评分标准 › 部分[2] › 评审因素[1] › 分值'
    >>> place("scoring: T8 团队成员")
    '评分标准 › T8 团队成员'
    """
    if not field:
        return "全文"
    field, _, label = field.partition(": ")
    steps = []
    for step in field.split("."):
        if match := _NUMBERED.match(step):
            steps.append(f"{PLACES.get(match['name'], match['name'])}[{match['number']}]")
        elif step.isdecimal():
            steps.append(f"第{step}项")
        else:
            steps.append(PLACES.get(step, step))
    return " › ".join([*steps, label] if label else steps)


def exact(value: Fraction | None) -> str:
    """Points or another exact number, in as few signs as say exactly it."""
    return "—" if value is None else shortest_text(Fraction(value))


def amount(value: Fraction) -> str:
    """A number of a requirement: a share below one as a percentage, anything else as it is.

    >>> amount(Fraction(1, 5)), amount(Fraction(80))
    ('20%', '80')
    """
    return f"{shortest_text(value * 100)}%" if 0 < value < 1 else shortest_text(value)


def moment(text: str | None) -> str:
    """A kept ISO time as a page prints it, to the second: the order of arrival may hang on it."""
    if not text:
        return "—"
    at = aware(datetime.fromisoformat(text))
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}"


def teach(room: Blueprint) -> None:
    """Make the words known to the templates of the whole product."""
    for filter in (place, exact, amount, moment):
        room.add_app_template_filter(filter)
