"""The result notice 中标结果公告 in words, and the terms that begin with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.procurement.awards.models import AwardRow
from app.web.filters import day
from kernel.money import yuan_text
from kernel.period import aware
from kernel.refusal import Refusal
from law.day import LawAt
from procurement import timetable
from procurement.timetable import Limit


def notice_lines(award: AwardRow) -> list[tuple[str, str]]:
    """The fields of an announced notice as (name, text), in the order of 财政部令第87号 第六十九条; [] before it."""
    held: Mapping[str, Any] = award.notice
    if not held:
        return []
    organiser = f"{held['organiser']} {held['organiser_contact']}".strip()
    lines = [
        ("项目名称", held["title"]),
        ("项目编号", held["tender"]),
        ("采购人", f"{held['buyer']}（{held['buyer_contact']}）"),
        ("采购代理机构（组织单位）", organiser or "采购人自行组织"),
        ("中标人", held["winner"]),
        ("中标人地址", held["winner_address"]),
        ("中标金额", f"{yuan_text(held['amount'])}（每年）"),
        ("中标人总得分", held["total"]),
        ("主要标的", held["subject"]),
        ("服务范围和要求", held["scope"] or "见招标文件"),
        ("服务期限", held["period"] or "见招标文件"),
        ("评审专家", "、".join(held["experts"])),
        ("代理服务费", held["agency_fee"] or "不收取"),
        ("公告期限", f"1个工作日, 至 {day(date.fromisoformat(held['notice_ends']))}"),
        ("附件", "、".join(held["attachments"])),
    ]
    if held["draw"]:
        lines.append(("并列候选人的抽取", held["draw"]))
    reasons = [reason for reason in award.decision["passed_over"].values() if reason]
    if reasons:
        lines.append(("未按排名次序确定的理由", "；".join(reasons)))
    return lines


@dataclass(frozen=True)
class Term:
    """One term that follows the award. ``limit`` None: the year has no official arrangement of working days yet."""

    zh: str
    limit: Limit | None
    day: date | None
    cites: str


def terms(award: AwardRow, law: LawAt) -> list[Term]:
    """What follows the notice, with its last days: 质疑, 签订合同, 公告合同, 备案. [] before it is announced.

    The two terms that begin with the signature are counted from the last day for signing: the latest they can end.
    """
    if award.announced_at is None:
        return []
    announced = aware(award.announced_at).date()
    found = [_term("中标结果公告期限届满", lambda: timetable.notice_ends(announced, law))]
    found.append(_term("对中标结果提出质疑, 截至", lambda: timetable.challenge(announced, law)))
    signing = _term("签订合同, 截至", lambda: timetable.contract(announced, law))
    found.append(signing)
    if signing.day is not None:
        signed = signing.day
        found.append(_term("公告合同, 最迟（按最后一日签订计）", lambda: timetable.contract_notice(signed, law)))
        found.append(_term("合同副本备案, 最迟（按最后一日签订计）", lambda: timetable.contract_filing(signed, law)))
    return found


def _term(zh: str, count: Any) -> Term:
    try:
        limit: Limit = count()
    except Refusal as refusal:  # working days of a year without an official arrangement are not guessed
        return Term(f"{zh}（{refusal.message}）", None, None, "")
    return Term(zh, limit, limit.day, limit.cites)
