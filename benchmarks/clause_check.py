"""Clause check 条款体检: CPU of one 100-page tender file (160,000 characters), and of texts made to be slow.

    python -m benchmarks.clause_check

Prints JSON. ``limit_seconds`` is what issue and tests hold it to; exit code 1 when the file takes longer.
"""

from __future__ import annotations

import json
import sys
import time
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from law import law_at
from procurement.clauses import check
from procurement.clauses.document import document_of
from procurement.clauses.whole import check_document

ROOT = Path(__file__).resolve().parent.parent
CHARACTERS = 160_000
LIMIT_SECONDS = 2.0
LAW = law_at(date(2026, 11, 22))

HOSTILE = (
    "得", "(1)", "非常优优优优", "本市", "12345", "质疑,", "较合理得", "优得", "90-", "保证金", "政策终止", "不得", "经同意转", "(评审为优",
    "级部门", "月社保", "本区网点得3分", "荣誉得2分", "上述四点", "1、", "提供质疑应参与供应商潜在", "支付30%第一期", "五(6)人", "预算为5万元",
    "获取时间2026年1月1日", "|", "\n", "电子平台", "基准价平均", "通知书", "|10|", "预算3元投标保证金9万元", "保证金现金",
)  # fmt: skip
"""Repeated without an end, each would be slow for a pattern that steps back."""


def a_file() -> str:
    """A tender file of our own clauses, half of them broken, in paragraphs and tables."""
    clauses = []
    for path in sorted((ROOT / "tests" / "cases" / "clauses").glob("*.toml")):
        read = tomllib.loads(path.read_text("utf-8"))
        clauses += [text for pair in zip((text for _, text in read["broken"]), read["clean"], strict=False) for text in pair]
    lines, count, n = ["第一章 招标公告", "项目名称：某区社会工作服务项目"], 0, 0
    while count < CHARACTERS:
        text = clauses[n % len(clauses)]
        line = f"{n} | 评审因素 | {text} | {n % 9 + 1}" if n % 4 == 0 else f"{n % 30 + 1}、{text}"
        lines.append(line)
        count, n = count + len(line) + 1, n + 1
    return "\n".join(lines)[:CHARACTERS]


def seconds(act: Callable[[], object]) -> float:
    """CPU of this process."""
    begun = time.process_time()
    act()
    return round(time.process_time() - begun, 3)


def measured() -> dict[str, object]:
    text = a_file()
    document = document_of(text)
    check_document(document_of(text[:4000]), LAW)  # patterns are compiled once, at the first use
    whole = seconds(lambda: check_document(document, LAW))
    hostile = {unit: max(_both(unit)) for unit in HOSTILE}
    return {
        "characters": len(text),
        "findings": len(check_document(document, LAW).findings),
        "cpu_seconds": whole,
        "limit_seconds": LIMIT_SECONDS,
        "slowest_hostile": sorted(((took, unit) for unit, took in hostile.items()), reverse=True)[:5],
    }


def _both(unit: str) -> tuple[float, float]:
    text = unit * (CHARACTERS // len(unit))
    return seconds(lambda: check(text, LAW)), seconds(lambda: check_document(document_of(text), LAW))


if __name__ == "__main__":
    result = measured()
    print(json.dumps(result, ensure_ascii=False, indent=2))
    sys.exit(result["cpu_seconds"] > LIMIT_SECONDS)  # type: ignore[operator]
