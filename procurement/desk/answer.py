"""An answer 答复: the conclusion first, then the working, then what stands in the way, then the articles.

Everything is frozen and plain, so that a page, a command and a test read the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any

from kernel.period import Period
from kernel.points import percent_text, shortest_text
from kernel.refusal import Finding
from law.citation import UnknownCitation, resolve_all
from law.parameter import Parameter

STATUS_ZH = {
    "V": "已核对原文",
    "V2": "二手资料确认, 原文未读",
    "Mh": "凭记忆（把握较大）, 待核对原文",
    "Mm": "凭记忆（把握中等）, 待核对原文",
    "Ml": "凭记忆（把握较小）, 待核对原文",
    "D": "由其他规定推得",
}
"""How well a rule was checked, in words."""

WAITS = "该规则尚待核对官方原文, 仅作提示, 不作为否决依据"
"""What is said of every finding whose rule is known from memory only."""


class Severity(StrEnum):
    """How much a point weighs: it breaks the law, it may, or it is worth knowing."""

    BREACH = "breach"
    RISK = "risk"
    NOTE = "note"

    @property
    def zh(self) -> str:
        return {"breach": "违反", "risk": "风险", "note": "提示"}[self.value]


@dataclass(frozen=True)
class Article:
    """Where something is written: the instrument with title and number, how well it was checked, its official page."""

    cites: str
    title: str
    number: str
    status: str
    url: str = ""

    @property
    def status_zh(self) -> str:
        return STATUS_ZH[self.status]


@dataclass(frozen=True)
class Point:
    """One thing found: what, have and need, by which rule and article, who can cure it, how, and by when."""

    rule: str
    zh: str
    cites: str
    status: str
    severity: Severity
    have: str = ""
    need: str = ""
    who: str = "采购人"
    cure: str = ""
    until: date | None = None

    @property
    def waits(self) -> bool:
        """Whether the rule is known from memory only: it warns and decides nothing."""
        return self.status.startswith("M")


@dataclass(frozen=True)
class Answer:
    """What the desk says. ``results``: the numbers of the conclusion by name, plain values for machines."""

    question: str
    conclusion: str
    working: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    articles: tuple[Article, ...] = ()
    results: Mapping[str, Any] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()

    @property
    def lawful(self) -> bool:
        """Whether nothing found is a breach."""
        return all(point.severity is not Severity.BREACH for point in self.points)


def point(
    rule: str,
    zh: str,
    cites: str,
    status: str = "V",
    severity: Severity = Severity.BREACH,
    *,
    until: date | None = None,
    **more: Any,
) -> Point:  # fmt: skip
    """A point; a rule from memory only never breaks anything: its severity becomes a note, and the sentence says why."""
    told = {key: _text(value) for key, value in more.items()}
    if status.startswith("M"):
        return Point(rule, f"{zh}（{WAITS}）", cites, status, Severity.NOTE, until=until, **told)
    return Point(rule, zh, cites, status, severity, until=until, **told)


def from_finding(finding: Finding, rule: str, status: str = "V", **more: Any) -> Point:
    """A finding of the rooms' own rules as a point of the desk: what binds there is a breach here, the rest a risk."""
    where = f"{finding.field.removeprefix('scoring: ')}: " if finding.field.startswith("scoring: ") else ""
    return Point(
        rule, where + finding.zh, finding.cites, status, Severity.BREACH if finding.binding else Severity.RISK,
        have=_text(finding.have), need=_text(finding.need), cure=finding.cure, **more,
    )  # fmt: skip


def articles(*cites: str) -> tuple[Article, ...]:
    """Every article that is cited, once, in order. A citation that does not resolve is our bug and raises."""
    found: dict[str, Article] = {}
    for text in cites:
        if not text:
            continue
        for each in resolve_all(text):
            instrument = each.instrument
            found.setdefault(
                str(each), Article(str(each), instrument.title, instrument.number, instrument.status, instrument.url)
            )
    return tuple(found.values())


def articles_of(points: Iterable[Point], *cites: str) -> tuple[Article, ...]:
    """The articles of the points and of whatever else was used."""
    return articles(*cites, *(each.cites for each in points))


def resolves(cites: str) -> bool:
    """Whether a citation leads somewhere."""
    try:
        resolve_all(cites)
    except UnknownCitation:
        return False
    return True


def used(parameter: Parameter) -> str:
    """A number of the law as a line of working: what, how much, where written, since when, how well checked."""
    value = parameter.value
    text = f"{value // 100:,}元" if parameter.unit == "yuan" and isinstance(value, int) else _text(value)
    if isinstance(value, Fraction):
        text = percent_text(value)
    return (
        f"{parameter.zh}: {text}（{parameter.cites}, {parameter.since.isoformat()}起; {STATUS_ZH[parameter.status]}"
        f"{f'; 本平台补录第{parameter.entry}号' if parameter.entry else ''}）"
    )


def as_mapping(answer: Answer) -> dict[str, Any]:
    """The answer as JSON holds it: dates as ISO texts, exact numbers as texts."""
    return {
        "question": answer.question,
        "conclusion": answer.conclusion,
        "lawful": answer.lawful,
        **{key: plain(value) for key, value in answer.results.items()},
        "working": list(answer.working),
        "findings": [finding_mapping(each) for each in answer.points],
        "articles": [
            {
                "citation": each.cites, "title": each.title, "number": each.number, "status": each.status,
                "status_zh": each.status_zh, "source": each.url or None,
            }
            for each in answer.articles
        ],
        "cautions": list(answer.cautions),
    }  # fmt: skip


def tidy(value: Mapping[str, Any], keys: Iterable[str], aliases: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """A question with its keys under the names the desk knows, and what is said of keys that nobody reads ("" = none).

    Amounts may be written in 万元. What is not used is told, so that a slip of the pen does not pass for an answer.
    """
    known, found, unread = set(keys), {}, []
    for key, each in value.items():
        name = key if key in known else aliases.get(key, key)
        if name in known:
            found[name] = _in_yuan(each)
        else:
            unread.append(str(key)[:40])
    if not unread:
        return found, ""
    return found, f"没有使用的项: {'、'.join(unread)}（可用的项: {'、'.join(sorted(known))}）"


def _in_yuan(value: Any) -> Any:
    """``"150万元"`` as yuan; anything else as it is."""
    match = re.fullmatch(r"([\d.,]+)\s*万元?", value.strip()) if isinstance(value, str) else None
    if match is None:
        return value
    try:
        return str(Decimal(match[1].replace(",", "")) * 10000)
    except InvalidOperation:
        return value


def finding_mapping(found: Point) -> dict[str, Any]:
    """One point as JSON holds it."""
    return {
        "rule": found.rule,
        "severity": found.severity.zh,
        "what": found.zh,
        "have": found.have or None,
        "need": found.need or None,
        "citation": found.cites,
        "status": found.status,
        "who": found.who,
        "cure": found.cure or None,
        "by": found.until.isoformat() if found.until else None,
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Fraction):
        return shortest_text(value)
    if isinstance(value, Period):
        return str(value)
    return value.isoformat() if isinstance(value, date) else str(value)
