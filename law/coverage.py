"""Coverage 规则覆盖: every line of the rule sheet, with the function that judges it and its worked cases, or why none can.

law/sheet/<section>.toml
["L-35"]
zh        = "自招标文件发出至投标截止不少于二十日"     # in our words
cites     = "政府采购法 第三十五条"
status    = "V"
functions = ["procurement.desk.timetable.rows"]      # module.name
cases     = ["tests/cases/desk-limits.toml::…"]      # file::name of the case, or of a test
reason    = "…"                                      # what stays with people; alone: why software cannot judge it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from kernel.points import percent_text
from kernel.refusal import Missing
from law.citation import resolve_all
from law.parameter import History, Parameter, histories
from law.rule import STATUSES
from law.table import BadTable, names, table

SECTIONS = {
    "methods": "采购方式",
    "time": "期限计算",
    "committee": "评审组成",
    "scoring": "评审、价格与无效",
    "sme": "中小企业",
    "qualification": "供应商资格",
    "documents": "文件、保证金与开标",
    "award": "结果与合同",
    "performance": "履约",
    "remedy": "询问、质疑、投诉",
    "clauses": "禁止条款",
}
STATES = {"implemented": "已实现", "partly": "部分由人判断", "listed": "软件不能判断"}


@dataclass(frozen=True)
class SheetRule:
    """One line of the rule sheet."""

    id: str
    section: str
    zh: str
    cites: str
    status: str
    functions: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    reason: str = ""

    @property
    def state(self) -> str:
        """implemented, partly (something stays with people), or listed (software cannot judge it)."""
        if not self.functions:
            return "listed"
        return "partly" if self.reason else "implemented"

    @property
    def decides(self) -> bool:
        """False for what is known from memory only: it warns and waits to be checked."""
        return not self.status.startswith("M")


@cache
def sheet() -> Mapping[str, SheetRule]:
    """Every rule by id, in the order of the sections. Raises BadTable for an entry that is wrong."""
    found: dict[str, SheetRule] = {}
    for section in SECTIONS:
        for id, entry in table("sheet", section).items():
            unknown = set(entry) - {"zh", "cites", "status", "functions", "cases", "reason"}
            if unknown or id in found or entry.get("status") not in STATUSES:
                raise BadTable(f"sheet/{section}.toml: “{id}”有误（多出 {sorted(unknown)}, 重复或者状态未知）")
            rule = SheetRule(
                id, section, entry["zh"], entry["cites"], entry["status"], tuple(entry.get("functions", ())),
                tuple(entry.get("cases", ())), entry.get("reason", ""),
            )  # fmt: skip
            if not rule.functions and not rule.reason:
                raise BadTable(f"sheet/{section}.toml: “{id}”既没有函数也没有理由")
            found[id] = rule
    if stray := set(names("sheet")) - set(SECTIONS):
        raise BadTable(f"sheet: 未列入的表 {sorted(stray)}")
    return found


@cache
def aliases() -> Mapping[str, str]:
    """Every single id that a combined line stands for: ``94-22`` → ``94-21/22/26``, ``214-20`` → ``214-19..21``."""
    found: dict[str, str] = {}
    for id in sheet():
        prefix, _, rest = id.rpartition("-")
        span = re.fullmatch(r"(\d+)\.\.(\d+)", rest)
        parts = [str(n) for n in range(int(span[1]), int(span[2]) + 1)] if span else rest.split("/")
        if len(parts) > 1:
            found |= {f"{prefix}-{part}": id for part in parts if f"{prefix}-{part}" not in sheet()}
    return found


def rule_of(id: str) -> SheetRule:
    """The rule of this id. Raises Missing, naming ids that look like it."""
    wanted = re.sub(r"[（(][一-鿿\w]+[)）]$", "", id.strip())  # R-20(4) is an item of R-20
    found = sheet().get(wanted) or sheet().get(aliases().get(wanted, "")) or _any_case(wanted)
    if found is None:
        near = [each for each in sheet() if each.split("-")[0] == wanted.split("-")[0]][:12]
        raise Missing(
            f"没有编号为“{wanted[:40]}”的规则"
            + (f"; 相近的有 {'、'.join(near)}" if near else "; flask law coverage 列出全部编号")
        )
    return found


def _any_case(id: str) -> SheetRule | None:
    return next((rule for key, rule in sheet().items() if key.lower() == id.lower()), None)


def numbers_of(id: str) -> tuple[History, ...]:
    """The numbers of the law that belong to a rule, with all their values."""
    return tuple(history for history in histories().values() if any(value.sheet == id for value in history.values))


def shown_rule(id: str) -> dict[str, Any]:
    """A rule for machines: sentence, articles with source, status, functions, cases, and what its numbers were when."""
    rule = rule_of(id)
    return {
        **_told(rule),
        "decides": rule.decides,
        "articles": [
            {
                "citation": str(each), "title": each.instrument.title, "number": each.instrument.number, "status": each.instrument.status,
                "in_force_since": each.instrument.since.isoformat(), "source": each.instrument.url or None,
            }
            for each in resolve_all(rule.cites)
        ],
        "numbers": [
            {
                "id": history.id, "zh": history.zh,
                "values": [
                    {"since": value.since.isoformat(), "value": value_text(value), "citation": value.cites, "status": value.status}
                    | ({"entry": value.entry} if value.entry else {})
                    for value in history.values
                ],
                "until": history.until.isoformat() if history.until else None,
            }
            for history in numbers_of(rule.id)
        ],
    }  # fmt: skip


def value_text(value: Parameter) -> str:
    """A value as people read it."""
    if isinstance(value.value, Fraction):
        return str(value.value) if 100 % value.value.denominator else percent_text(value.value)
    if value.unit == "yuan" and isinstance(value.value, int):
        return f"{value.value // 100:,}元"
    return f"{value.value}分钟" if value.unit == "minute" else str(value.value)


def _told(rule: SheetRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "section": SECTIONS[rule.section],
        "zh": rule.zh,
        "citation": rule.cites,
        "status": rule.status,
        "state": rule.state,
        "state_zh": STATES[rule.state],
        "functions": list(rule.functions),
        "cases": list(rule.cases),
        "reason": rule.reason or None,
    }


def coverage() -> dict[str, Any]:
    """The whole table for machines, with how many are in which state."""
    rules = list(sheet().values())
    return {
        "total": len(rules),
        **{state: sum(rule.state == state for rule in rules) for state in STATES},
        "rules": [_told(rule) for rule in rules],
    }


def markdown() -> str:
    """``docs/law-index.md``: the table as people read it."""
    rules = list(sheet().values())
    count = {state: sum(rule.state == state for rule in rules) for state in STATES}
    lines = [
        "# Law index 规则索引",
        "",
        "Generated from `law/sheet/*.toml` by `flask law coverage --markdown`; a test keeps it equal. Every line of the rule sheet is",
        "either judged by a function with worked cases, or listed with the reason why software cannot judge it. Status: V read in the",
        "full text, V2 secondary source, M from memory (warns only, waits to be checked), D derived. `docs/law.md` says how it works.",
        "",
        f"{len(rules)} rules: {count['implemented']} judged, {count['partly']} judged in part, {count['listed']} left to people.",
    ]
    for section, zh in SECTIONS.items():
        lines += [
            "",
            f"## {zh}",
            "",
            "| id | rule 规则 | written in 依据 | status | judged by 由谁判断 |",
            "|---|---|---|---|---|",
        ]
        for rule in rules:
            if rule.section != section:
                continue
            by = [f"`{each}`" for each in rule.functions]
            if rule.cases:
                first = rule.cases[0].rpartition("/")[2].replace("|", "／")
                by.append(f"{len(rule.cases)} cases, e.g. {first}" if len(rule.cases) > 1 else f"case {first}")
            if rule.reason:
                by.append(f"人: {rule.reason}" if rule.functions else f"— {rule.reason}")
            lines.append(f"| `{rule.id}` | {rule.zh} | {rule.cites} | {rule.status} | {'<br>'.join(by)} |")
    return "\n".join(lines) + "\n"
