"""前后矛盾: a count that is not what was listed, words and figures that differ, one fact with two values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kernel.points import shortest_text
from procurement.clauses.document import Document
from procurement.clauses.finding import ClauseFinding, Severity
from procurement.clauses.number import N, number
from procurement.clauses.plain import Clause, plain

_MOST = 200
_FAR = 1200
"""Characters within which a list and its count belong together."""
_65 = "财政部令第87号 第六十五条"
_COUNT = re.compile(
    rf"(?P<where>上述|以上|前述|上列|以下|下列|如下)(?P<all>全部|所有)?(?P<n>{N})(?:个)?(?:点|项|条|款|个?方面|类|种"
    "|个(?:内容|条件|部分|要素))(?P<after>要求|内容|条件|证书|材料|资料)?"
)
_ITEMS = (
    re.compile(r"(?:^|[\n;:。,|])(\d{1,2})[、.](?!\d)"),
    re.compile(r"(?:^|[\n;:。,|])\((\d{1,2})\)"),
    re.compile(r"([①-⑳])"),
    re.compile(r"(?:^|[\n;:。,|])\(([一二三四五六七八九十]{1,2})\)"),
    re.compile(r"(?:^|[\n;:。|])([一二三四五六七八九十]{1,2})、"),
)
_BOTH = re.compile(
    r"(?<![\d.一二三四五六七八九十百])([一二三四五六七八九十百两]{1,4})\((\d{1,3})\)(?:个|名|人|日|天|年|月|份|次|家"
    r"|工作日|%|分|项)|(?<![\d.])(\d{1,3})\(([一二三四五六七八九十百两]{1,4})\)(?:个|名|人|日|天|年|月|份|次|家"
    "|工作日|项)"
)
_FACTS = (
    ("投标有效期", re.compile(rf"投标有效期(?:为|:|是)?(?:从|自)?[^。;\n|\d]{{0,16}}?({N})个?(?:日历)?(?:日|天)")),
    ("评标委员会人数", re.compile(rf"(?:评标|评审)委员会[^。;\n|]{{0,20}}由({N})(?:人|名)(?:以上)?")),
    ("中标候选人数", re.compile(rf"推荐({N})(?:名|个|家)(?:中标|成交)候选")),
    (
        "预算金额",
        re.compile(r"(?:项目|采购)?预算(?:金额|总额)?(?:\([^)]*\))?(?:为|:|\|)?(?:人民币)?(\d+(?:\.\d+)?万?元)"),
    ),
    ("最高限价", re.compile(r"最高(?:投标)?限价(?:\([^)]*\))?(?:为|:|\|)(?:人民币)?(\d+(?:\.\d+)?万?元)")),
    ("服务期限", re.compile(rf"服务期限?(?:为|:|\|)(?:自合同签订之日起)?({N}(?:个月|年|天))")),
)


def passage_contradictions(clause: Clause) -> Iterator[ClauseFinding]:
    """What a passage says against itself."""
    for start, end, why, rewrite in (*_wrong_counts(clause), *_words_against_figures(clause)):
        yield ClauseFinding("87-65", Severity.RISK, why, rewrite, _65, clause.span(start, end))


def _wrong_counts(clause: Clause) -> Iterator[tuple[int, int, str, str]]:
    """ "上述四点" after a list of six. Partial counts ("满足任意四点") beside a full one are no contradiction."""
    said = list(_COUNT.finditer(clause.plain))[:_MOST]
    for found in said:
        before = found["where"] in ("上述", "以上", "前述", "上列")
        text = (
            clause.plain[max(0, found.start() - _FAR) : found.start()]
            if before
            else clause.plain[found.end() : found.end() + _FAR]
        )
        listed = _listed(text, last=before)
        n = number(found["n"])
        if listed < 2 or n == listed or n > 30 or "任意" in clause.plain[max(0, found.start() - 4) : found.end() + 2]:
            continue
        if any(number(other["n"]) == listed for other in said) or re.search(
            rf"(?:全部|任意|{listed}(?:项|点))", clause.plain
        ):
            continue
        where = "前面" if before else "后面"
        yield (
            found.start(),
            found.end(),
            f"{where}列了{listed}项, 这里写的是{shortest_text(n)}项",
            "核对列举的项数, 使两处一致",
        )


def _listed(text: str, last: bool) -> int:
    """How many items the nearest list has: the highest number of a run that begins with one."""
    best = 0
    for form in _ITEMS:
        runs: list[int] = []
        for found in form.finditer(text):
            sign = found[1]
            n = ord(sign) - 0x245F if "①" <= sign <= "⑳" else int(sign) if sign.isdigit() else int(number(sign))
            if n == 1:
                runs.append(1)
            elif runs and n == runs[-1] + 1:
                runs[-1] = n
        if runs:
            best = max(best, runs[-1] if last else runs[0])
    return best


def _words_against_figures(clause: Clause) -> Iterator[tuple[int, int, str, str]]:
    """五（6）人."""
    for found in _BOTH.finditer(clause.plain):
        words, figures = (found[1], found[2]) if found[1] else (found[4], found[3])
        if number(words) != number(figures):
            yield found.start(), found.end(), f"大写是{words}, 数字是{figures}", "使大写与数字一致"


def fact_contradictions(document: Document) -> Iterator[ClauseFinding]:
    """A fact that is said twice with two values; several lots have several."""
    clause = plain(document.text)
    for name, form in _FACTS:
        seen: dict[str, int] = {}
        for found in form.finditer(clause.plain):
            value = _value(found[1])
            if value in seen or not value:
                continue
            if seen and not re.search(
                r"(?:采购)?包|标段|分包|每人|人均|单价|每年|首年",
                clause.plain[max(0, found.start() - 30) : found.end() + 12],
            ):
                first = next(iter(seen))
                yield ClauseFinding(
                    "87-65",
                    Severity.HINT,
                    f"{name}前后不一致: {document.place(clause.span(seen[first], seen[first] + 1)[0])}是{first}, "
                    f"这里是{value}",
                    "核对后改为同一个数",
                    _65,
                    clause.span(*found.span()),
                )
            seen[value] = found.start()


def _value(text: str) -> str:
    """The same amount in one way of writing."""
    unit = re.search(r"(万?元|个月|年|天|日)$", text)
    bare = text[: unit.start()] if unit else text
    try:
        n = number(bare)
    except (ValueError, KeyError):
        return ""
    if unit and unit[0] == "万元":
        n, suffix = n * 10000, "元"
    elif unit and unit[0] == "年":
        n, suffix = n * 12, "个月"
    else:
        suffix = unit[0] if unit else ""
    return f"{shortest_text(n)}{suffix}"
