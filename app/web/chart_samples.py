"""Every kind of chart in every state, for the living page: nothing, one value, as usual, many, long names. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from reports.chart import (
    Bar,
    Chart,
    Moment,
    Money,
    MoneyOfYear,
    Rated,
    Raters,
    Record,
    Scores,
    Standing,
    State,
    Timeline,
    Web,
)

LONG = "服务对象满意度、利益相关方评价与可持续社会影响力"
DIMENSIONS = (
    Bar("决策", Fraction(45, 4), Fraction(15)), Bar("过程", Fraction(88, 5), Fraction(20)), Bar("产出", Fraction(158, 5), Fraction(35)),
    Bar("效益", Fraction(20), Fraction(30)),
)  # fmt: skip
UNUSUAL = (
    Bar(LONG, Fraction(9), Fraction(10)), Bar("不适用的维度", None, Fraction(5)), Bar("含加分", Fraction(11), Fraction(10)),
    Bar("<b>&", Fraction(0), Fraction(5)),
)  # fmt: skip
MANY = tuple(Bar(f"指标{nr}", Fraction(nr % 6 + 4), Fraction(10)) for nr in range(1, 10))
START = date(2025, 1, 6)
WAY: tuple[tuple[str, int, int, State], ...] = (
    ("采购需求", 0, 0, "done"), ("采购意向公开", 2, 30, "done"), ("招标公告", 35, 56, "done"), ("投标截止", 56, 0, "now"), ("开标", 56, 0, "ahead"),
    ("评审", 57, 0, "ahead"), ("合同签订的最后期限与备案", 95, 0, "ahead"), ("履约", 115, 480, "ahead"),
)  # fmt: skip


def chart_samples() -> list[tuple[str, list[tuple[str, Chart]]]]:
    """(kind, [(state, chart)])."""
    way = tuple(
        Moment(name, START + timedelta(first), state, START + timedelta(last) if last else None) for name, first, last, state in WAY
    )
    late = Moment("答复质疑", START + timedelta(60), "missed", note="政府采购法 第五十三条")
    unsure = Timeline((*way[2:4], late, Moment("评估", None, "ahead")))
    return [
        ("各维度得分: 雷达", [
            ("常见", Web(DIMENSIONS)), ("多项", Web(MANY)), ("长名称", Web((*DIMENSIONS, UNUSUAL[0]))), ("不足三项, 画成条形", Web(DIMENSIONS[:1])),
        ]),
        ("各维度得分: 条形", [
            ("常见", Scores(DIMENSIONS)), ("长名称、不适用、加分、零分", Scores(UNUSUAL)), ("一项", Scores(DIMENSIONS[:1])), ("没有", Scores(())),
        ]),
        ("各评分人", [("常见", _raters(5, 4)), ("多人", _raters(11, 2)), ("一人", _raters(1, 2)), ("没有", Raters((), ()))]),
        ("办理时间", [
            ("办理中", Timeline(way, today=START + timedelta(56))), ("有逾期, 有未定", unsure), ("一步", Timeline(way[:1])), ("没有", Timeline(())),
        ]),
        ("各年度资金", [("三年", _money(3)), ("一年", _money(1)), ("没有", Money(()))]),
        ("历年评估得分", [("两个项目", _standing(2, 3)), ("多个项目", _standing(5, 3)), ("一次", _standing(1, 1)), ("没有", Standing(()))]),
    ]  # fmt: skip


def _raters(raters: int, items: int) -> Raters:
    names = tuple(f"{'张李王赵钱孙周吴郑冯陈'[nr]}评审" for nr in range(raters))
    found = []
    for row, bar in enumerate((*DIMENSIONS, UNUSUAL[0])[-items:]):
        points = [None if nr == 3 and row == 1 else bar.full * (60 + (nr * 13 + row * 7) % 36) / 100 for nr in range(raters)]
        given = [each for each in points if each is not None]
        found.append(Rated(bar.name, bar.full, tuple(points), sum(given, Fraction(0)) / len(given)))
    return Raters(names, tuple(found))


def _money(years: int) -> Money:
    paid, due = (230_966_667, 69_290_000, 0), (0, 92_386_667, 0)
    return Money(tuple(MoneyOfYear(f"第{nr + 1}年度", 230_966_667, paid[nr], due[nr]) for nr in range(years)))


def _standing(contracts: int, years: int) -> Standing:
    found = []
    for nr in range(contracts):
        for year in range(years):
            points = Fraction(7450 + (nr * 467 + year * 713) % 2200, 100)
            grade = "优" if points >= 90 else "良" if points >= 80 else "合格"
            on = date(2022 + year + nr % 2, 1 + nr * 2, 15)
            found.append(Record(f"cp-{2021 + nr}-000{nr + 1}", f"第{year + 1}年度绩效评估", on, points, f"{float(points):.2f}", grade))
    return Standing(tuple(found))
