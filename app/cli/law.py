"""``flask law``: the law desk on the command line. JSON in, JSON out; no web application, and a database only where there is one:
what was entered into the law there holds here too. Only the commands that enter into it build the application.

Exit codes: 0 answered (``lawful`` says whether something is wrong), 2 the question cannot be used (JSON on stderr).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from app.cli.answer import BAD_INPUT, answer
from app.cli.law_entries import COMMANDS
from app.cli.law_in_force import held
from app.cli.lint import lint
from kernel.period import SHANGHAI
from kernel.refusal import Refusal
from law.coverage import coverage, shown_rule
from law.coverage import markdown as coverage_markdown
from law.region import region as region_named
from law.table import laid_over
from procurement.desk.answer import Answer, as_mapping
from procurement.desk.choice import choose
from procurement.desk.clock import EVENTS, FACTS, clock
from procurement.desk.course import METHODS, start_of
from procurement.desk.need import read_need
from procurement.desk.panel import compose, read_panel
from procurement.desk.scoring import check, read_table
from procurement.desk.telling import days_between, rows_mapping, working_days
from procurement.desk.term import judge, read_deal
from procurement.desk.timetable import CHANGES, Change, Plan, backward, recompute
from rubric.reading import load_yaml

MOST_BYTES = 8_000_000


def refuse(message: str, findings: list[Mapping[str, Any]] | None = None) -> NoReturn:
    """Say on stderr, as JSON in Chinese, why the question cannot be used; leave with 2."""
    click.echo(json.dumps({"error": message, "findings": findings or []}, ensure_ascii=False), err=True)
    sys.exit(BAD_INPUT)


def _refuse(refusal: Refusal) -> NoReturn:
    refuse(
        refusal.message,
        [
            {"field": f.field, "what": f.zh, "have": _text(f.have), "need": _text(f.need), "citation": f.cites or None}
            for f in refusal.findings
        ],
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class LawGroup(click.Group):
    """Slips in the command line are told as JSON too."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with laid_over(held()):
                return super().invoke(ctx)
        except click.UsageError as slip:
            refuse(f"命令有误: {_slip(slip)}", [{"usage": slip.ctx.get_usage() if slip.ctx else ""}])
        except Refusal as refusal:
            _refuse(refusal)


def _slip(slip: click.UsageError) -> str:
    """A slip in the command line, in Chinese."""
    match slip:
        case click.NoSuchOption():
            return f"没有选项 {slip.option_name}"
        case click.MissingParameter() if slip.param is not None:
            return f"缺少 {'、'.join(slip.param.opts)}"
        case click.BadParameter() if slip.param is not None:
            return f"{'、'.join(slip.param.opts)}: {slip.message}"
    return f"没有此命令或者参数（{slip.message}）"


class Day(click.ParamType):
    """An ISO date."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            found = date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"日期须写作 2026-09-24, 现为 {value}", param, ctx)
        return found


DAY = Day()


@click.group("law", cls=LawGroup)
def law() -> None:
    """法规服务台: 采购方式、时间表、评审组成、评分办法、合同期限与资金、质疑投诉。"""


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def _question(file: str | None) -> dict[str, Any]:
    """The question from a file, or from stdin where none is named (JSON; YAML is read too)."""
    try:
        if file in (None, "-"):
            content = "" if sys.stdin.isatty() else sys.stdin.read(MOST_BYTES + 1)
        else:
            with Path(str(file)).open("rb") as stream:
                content = stream.read(MOST_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        refuse(f"无法读取文件 {file}: {error.strerror or error}")
    except UnicodeDecodeError:
        refuse(f"文件不是 UTF-8 文本: {file}")
    if len(content) > MOST_BYTES:
        refuse("输入过大")
    if not content.strip():
        return {}
    found = load_yaml(content)
    if not isinstance(found, dict):
        refuse("输入须为一个 JSON 对象")
    return found


def _options(found: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What the options say goes over what the file says."""
    return {**found, **{key: value for key, value in given.items() if value is not None}}


def _asked(
    read: Callable[[Mapping[str, Any], date], Any], judge_: Callable[[Any], Answer], question: Mapping[str, Any]
) -> NoReturn:
    answer(as_mapping(judge_(read(question, _today()))))


_FILE = click.argument("file", required=False)


@law.command("method")
@_FILE
@click.option("--object", "kind", help="services、goods、works")
@click.option("--amount", help="金额（元）")
@click.option("--region", help="六位行政区划代码, 如 410100")
@click.option("--level", help="central、province、city、county")
@click.option("--date", "on", type=DAY, help="以哪一日的规定判断")
def method(
    file: str | None, kind: str | None, amount: str | None, region: str | None, level: str | None, on: date | None
) -> None:
    """可用的采购方式: 读取 JSON（FILE 或标准输入）, 例如 {"object":"services","amount":1500000,"region":"410100"}。"""
    question = {} if file is None and amount is not None else _question(file)
    _asked(read_need, choose, _options(question, object=kind, amount=amount, region=region, level=level, date=on))


@law.command("committee")
@_FILE
def committee(file: str | None) -> None:
    """评审组成: 读取 JSON（FILE 或标准输入）, 例如 {"method":"open_tendering","budget":10000000,"members":[{"name":"甲"}]}。"""
    _asked(read_panel, compose, _question(file))


@law.command("rubric")
@_FILE
@click.option("--date", "on", type=DAY, help="以哪一日的规定检查")
def rubric(file: str | None, on: date | None) -> None:
    """评分办法检查: 读取采购文件、评分标准或者 {"items":[{"name":"价格","points":10}]}（FILE 或标准输入）。"""
    _asked(read_table, check, _options(_question(file), date=on))


@law.command("term")
@_FILE
def term(file: str | None) -> None:
    """合同期限与资金: 读取 JSON（FILE 或标准输入）, 例如 {"years":3,"grounds":["budget_secured"],"amount":1000000}。"""
    _asked(read_deal, judge, _question(file))


@law.command("timetable")
@click.option("--method", "name", required=True, help="、".join(METHODS))
@click.option("--issued", type=DAY, help="采购文件开始提供（单一来源: 公示开始）之日")
@click.option("--region", default="", help="六位行政区划代码, 如 410100")
@click.option("--backward-from", "contract", type=DAY, help="希望签订合同之日: 倒推各环节最迟日期")
@click.option("--actual", multiple=True, metavar="EVENT=DATE", help="已经确定的日期, 如 bids_close=2026-10-20")
@click.option(
    "--change",
    multiple=True,
    metavar="KIND@DATE[:DATE]",
    help=f"发生的变化（{'、'.join(CHANGES)}）, 如 suspension@2026-10-10:2026-10-15",
)
def timetable(
    name: str, issued: date | None, region: str, contract: date | None, actual: tuple[str, ...], change: tuple[str, ...]
) -> None:
    """全程时间表: 从意向公开到档案保存的每一个日期, 可正推、倒推和在变化之后重算。"""
    if name not in METHODS:
        refuse(f"采购方式无法识别: {name}", [{"field": "method", "have": name, "need": "、".join(METHODS)}])
    place = region_named(region)
    if contract is not None:
        told = rows_mapping(backward(METHODS[name], contract, place=place.place.id), (), place)
        for row in told if issued is not None else ():
            if row["event"] == start_of(
                METHODS[name]
            ):  # a start that is given too is judged against the last possible one
                row |= {"issued": str(issued), "in_time": str(issued) <= row["date"]}
        answer(told)
    if issued is None:
        refuse("请填写 --issued 或者 --backward-from", [{"field": "issued", "need": "如 2026-09-24"}])
    plan = Plan(METHODS[name], issued, place.place.id, dict(_actual(each) for each in actual))
    _, rows, moved = recompute(plan, [_change(each) for each in change])
    answer(rows_mapping(rows, moved, place))


def _actual(text: str) -> tuple[str, date]:
    event, _, day = text.partition("=")
    return event.strip(), _day(day, "--actual")


def _change(text: str) -> Change:
    kind, _, days = text.partition("@")
    first, _, second = days.partition(":")
    return Change(kind.strip(), _day(first, "--change"), _day(second, "--change") if second else None)


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        refuse(f"{where}: 日期须写作 2026-09-24, 现为 {text or '空'}")


@law.command("clock")
@click.option("--event", required=True, help="、".join(EVENTS))
@click.option("--published", "--on", "published", type=DAY, required=True, help="事件发生或者公告发布之日")
@click.option("--region", default="", help="六位行政区划代码, 如 410100")
@click.option(
    "--fact", multiple=True, metavar="FACT=DATE", help=f"已经发生的（{'、'.join(FACTS)}）, 如 challenged=2026-11-25"
)
def clock_(event: str, published: date, region: str, fact: tuple[str, ...]) -> None:
    """质疑投诉时钟: 质疑的最后一日和此后的每一步。"""
    place = region_named(region)
    found = clock(event, published, facts=dict(_actual(each) for each in fact), place=place.place.id)
    answer(rows_mapping(found.results["rows"], (), place))


@law.command("workdays")
@click.option("--from", "first", type=DAY, required=True, help="起算之日（不计入）")
@click.option("--add", "number", type=int, help="加多少个工作日（可为负数）", metavar="N")
@click.option("--to", "last", type=DAY, help="到哪一日（计入）")
def workdays(first: date, number: int | None, last: date | None) -> None:
    """工作日推算: 加若干个工作日, 或者两日之间有多少个工作日。"""
    if (number is None) == (last is None):
        refuse("--add 与 --to 须填写其中一个")
    if number is not None and abs(number) > 2000:
        refuse("--add 过大", [{"field": "add", "have": number, "need": "绝对值不超过2000"}])
    answer(working_days(first, number) if number is not None else days_between(first, last or first))


@law.command("show")
@click.argument("id")
def show(id: str) -> None:
    """一条规则: 内容、依据、核对状态、数值沿革、实现的函数和样例。"""
    answer(shown_rule(id))


@law.command("coverage")
@click.option("--markdown", is_flag=True, help="输出 docs/law-index.md 的内容")
def coverage_(markdown: bool) -> None:
    """全部规则的实现情况: 由哪个函数判断、见哪个样例, 或者为什么软件不能判断。"""
    if markdown:
        click.echo(coverage_markdown(), nl=False)
        return
    answer(coverage())


law.add_command(lint)
for entering in COMMANDS:
    law.add_command(entering)
