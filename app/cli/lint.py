"""``flask law lint``: the clause check on the command line. JSON lines in, JSON lines out; a labelled file; a whole document.

Exit codes: 0 read (findings never fail a run: a person decides), 2 the input cannot be used.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from app.cli.answer import answer, refuse
from kernel.period import SHANGHAI
from kernel.refusal import Refusal
from law import law_at
from law.day import LawAt
from procurement.clauses import ClauseFinding, check
from procurement.clauses.measure import Figures, Labelled, Measurement, Ratio, measure
from rubric.reading import load_yaml

MOST_BYTES = 8_000_000
MOST_CHARACTERS = 2_000_000


@click.command("lint")
@click.option("--evaluate", "labelled", type=click.Path(path_type=Path), metavar="FILE", help="在标注文件（YAML）上计算召回率和查准率")
@click.option("--file", "document", type=click.Path(path_type=Path), metavar="FILE", help="检查整份采购文件（.docx、.pdf、.txt）")
@click.option("--date", "on", metavar="DATE", help="以哪一日的规定检查, 如 2026-11-22; 缺省为今天")
def lint(labelled: Path | None, document: Path | None, on: str | None) -> None:
    """条款体检: 每行一个 {"id","text"}（标准输入）, 逐行输出 {"id","findings":[…]}。"""
    if labelled is not None and document is not None:
        refuse("--evaluate 与 --file 只能填写一个")
    law = law_at(_day(on))
    try:
        if labelled is not None:
            answer(_evaluated(_labelled(labelled), law))
        if document is not None:
            answer(_whole(document, law))
    except Refusal as refusal:
        refuse("\n".join([refusal.message, *(found.sentence() for found in refusal.findings)]))
    _lines(law)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(SHANGHAI).date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        refuse(f"日期须写作 2026-09-24, 现为 {text}")


# --- JSON lines -------------------------------------------------------------------------------------------------------


def _lines(law: LawAt) -> None:
    """One answer per line, as soon as it is read. A line that cannot be used ends the run and says which one."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            asked = json.loads(line.decode("utf-8-sig"))
            id, text = asked["id"], asked["text"]
        except (ValueError, KeyError, TypeError):
            refuse(f'第{number}行不是 {{"id": …, "text": …}} 形式的 JSON')
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            refuse(f"第{number}行的 text 须为不超过{MOST_CHARACTERS}字的文本")
        found = [as_mapping(each) for each in check(text, law)]
        click.echo(json.dumps({"id": id, "findings": found}, ensure_ascii=False))
    sys.stdout.flush()


def as_mapping(found: ClauseFinding) -> dict[str, Any]:
    """A finding as JSON holds it. ``span``: start and end in the text that was given, in characters, end excluded."""
    return {
        "rule": found.rule,
        "severity": found.severity.value,
        "severity_zh": found.severity.zh,
        "why": found.why,
        "rewrite": found.rewrite,
        "cites": found.cites,
        "span": list(found.span),
    }


# --- a whole document -------------------------------------------------------------------------------------------------


def _whole(path: Path, law: LawAt) -> dict[str, Any]:
    from app.lawdesk.reading import read_document
    from procurement.clauses.whole import check_document

    read = read_document(path.name, _bytes(path))
    found = check_document(read, law)
    return {
        "file": path.name,
        "characters": read.characters,
        "subject": found.subject,
        "findings": [
            {**as_mapping(each.finding), "place": each.place, "text": each.text} for each in found.findings
        ],
    }


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        refuse(f"无法读取文件 {path}: {error.strerror or error}")


# --- measuring --------------------------------------------------------------------------------------------------------


def _labelled(path: Path) -> list[Labelled]:
    """The clauses of a labelled YAML: ``clauses`` of {id, text, label, also?}; label ``none`` is a clean clause."""
    content = _bytes(path)
    if len(content) > MOST_BYTES:
        refuse(f"文件过大: {path}")
    try:
        read = load_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        refuse(f"文件不是 UTF-8 文本: {path}")
    clauses = read.get("clauses") if isinstance(read, Mapping) else None
    if not isinstance(clauses, list) or not clauses:
        refuse(f"{path}: 没有 clauses")
    made = []
    for number, each in enumerate(clauses, 1):
        if not isinstance(each, Mapping) or not all(isinstance(each.get(key), str) for key in ("text", "label")):
            refuse(f"{path}: 第{number}条须有 id、text、label")
        also = each.get("also") or ()
        label = "" if each["label"] == "none" else each["label"]
        made.append(Labelled(str(each.get("id", number)), each["text"], label, tuple(str(rule) for rule in also)))
    return made


def _evaluated(clauses: list[Labelled], law: LawAt) -> dict[str, Any]:
    found = measure(clauses, lambda text: [each.rule for each in check(text, law)])
    broken = sum(bool(each.label) for each in clauses)
    return {
        "clauses": len(clauses),
        "labelled": broken,
        "clean": len(clauses) - broken,
        "clause": _figures(found.clause),
        "rule": _figures(found.rule),
        "family": _figures(found.family),
        "false_alarms_per_100_clean": _rounded(Ratio(len(found.false_alarms) * 100, len(clauses) - broken)),
        "by_rule": {rule: _figures(each) for rule, each in found.by_rule.items()},
        "by_family": {name: _figures(each) for name, each in found.by_family.items()},
        **_places(found),
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "recall": _rounded(figures.recall),
        "precision": _rounded(figures.precision),
        "recall_of": f"{figures.recall.right}/{figures.recall.whole}",
        "precision_of": f"{figures.precision.right}/{figures.precision.whole}",
    }


def _rounded(ratio: Ratio) -> float | None:
    return None if not ratio.whole else float(round(Fraction(ratio.right, ratio.whole), 4))


def _places(found: Measurement) -> dict[str, Any]:
    return {
        "missed": list(found.missed),
        "false_alarms": list(found.false_alarms),
        "other_rule": [{"id": id, "label": label, "found": list(rules)} for id, label, rules in found.other_rule],
    }
