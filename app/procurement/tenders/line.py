"""The line 流程线: one picture of a procurement from need to feedback, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kernel.period import SHANGHAI
from kernel.role import Role


@dataclass(frozen=True)
class Station:
    """One step of the line: its id, Chinese name, who must act, what they do, and where that is written."""

    id: str
    zh: str
    who: tuple[Role, ...]
    duty: str
    cites: str


LINE = (
    Station("need", "需求", (Role.BUYER,), "确定采购需求、评审因素与合同条款", "财库〔2021〕22号 第十一条"),
    Station("intention", "意向", (Role.BUYER,), "公开采购意向", "财库〔2020〕10号"),
    Station("notice", "公告", (Role.BUYER,), "发布招标公告并提供招标文件", "财政部令第87号 第十三条"),
    Station("bidding", "投标", (Role.SUPPLIER,), "在截止时间前递交投标文件", "政府采购法 第三十五条"),
    Station("opening", "开标", (Role.BUYER,), "在截止时间当众开标、唱标", "财政部令第87号 第三十九条"),
    Station("review", "评审", (Role.BUYER, Role.EXPERT), "资格审查、符合性审查、评分与排序", "财政部令第87号 第五十五条"),
    Station("award", "中标", (Role.BUYER,), "确定中标人并公告结果", "财政部令第87号 第六十八条"),
    Station("contract", "合同", (Role.BUYER, Role.SUPPLIER), "自中标通知书发出之日起三十日内签订合同", "政府采购法 第四十六条"),
    Station("fulfilment", "履约", (Role.SUPPLIER,), "按合同提供服务, 采购人组织验收", "政府采购法实施条例 第四十五条"),
    Station("evaluation", "评估", (Role.EVALUATION_BODY, Role.EVALUATOR), "第三方绩效评估", "民发〔2015〕88号"),
    Station("feedback", "结果应用", (Role.BUYER, Role.FINANCE), "评估结果用于付款、续签和以后的采购", "民发〔2015〕88号"),
)  # fmt: skip
STATIONS = {station.id: station for station in LINE}

STOPPED = ("unsuccessful", "terminated")
"""Stages from which the line does not go on."""


@dataclass(frozen=True)
class LineStep:
    """One step as a page shows it. state: done 已完成, now 当前, next 未到, stopped 终止, missing 未登记."""

    station: Station
    state: str
    when: str = ""

    @property
    def zh(self) -> str:
        return self.station.zh

    @property
    def word(self) -> str:
        """What a reader without sight hears beside the name."""
        return {"done": "已完成", "now": "当前", "next": "未到", "stopped": "已终止", "missing": "未登记"}[self.state]


class OnTheLine(Protocol):
    """What ``line_of`` reads of a tender: a row or a line of a list."""

    stage: str
    reached: dict[str, str]
    bids_close: datetime | None


def line_of(tender: OnTheLine, now: datetime) -> tuple[LineStep, ...]:
    """The line of one tender as of ``now``: bidding ends by the clock, whether or not anybody has written it down."""
    reached = dict(tender.reached)
    if tender.bids_close is not None and tender.stage != "draft" and now >= tender.bids_close:
        reached.setdefault("bidding", tender.bids_close.isoformat())
    furthest = max((index for index, station in enumerate(LINE) if station.id in reached), default=-1)
    steps, current_found = [], False
    for index, station in enumerate(LINE):
        if station.id in reached:
            steps.append(LineStep(station, "done", day_text(reached[station.id], now)))
        elif index < furthest:
            steps.append(LineStep(station, "missing", "未登记"))
        elif not current_found:
            current_found = True
            stopped = tender.stage in STOPPED
            steps.append(LineStep(station, "stopped" if stopped else "now", _until(tender, station, stopped)))
        else:
            steps.append(LineStep(station, "next"))
    return tuple(steps)


def current(steps: tuple[LineStep, ...]) -> LineStep | None:
    """The step that is being worked on; None when the whole line is done."""
    return next((step for step in steps if step.state in ("now", "stopped")), None)


def _until(tender: OnTheLine, station: Station, stopped: bool) -> str:
    if stopped:
        return "终止"
    if station.id == "bidding" and tender.bids_close is not None:
        close = tender.bids_close.astimezone(SHANGHAI)
        return f"{close.month}月{close.day}日 {close:%H:%M} 止"
    return ""


def day_text(moment: str, now: datetime) -> str:
    """A day as the line prints it: without the year in the current one; it may break behind the year."""
    day = datetime.fromisoformat(moment)
    if day.tzinfo is not None:
        day = day.astimezone(SHANGHAI)
    year = "" if day.year == now.astimezone(SHANGHAI).year else f"{day.year}年 "
    return f"{year}{day.month}月{day.day}日"
