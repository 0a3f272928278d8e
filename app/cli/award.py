"""``flask award``: rank the cases of a tender case file, check its documents. Pure: no web application, no database.

Exit codes: 0 fine, 1 faults found and listed, 2 bad input (message on stderr).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from app.cli.answer import FAULTS, FINE, answer, refuse_with, text_of
from kernel.period import SHANGHAI
from kernel.refusal import Finding, Refusal
from procurement.case import CaseFile, day_of_law, faults_of, keeps_from_scoring, read_case_file, results
from rubric.reading import load_yaml


@click.group("award")
def award() -> None:
    """评审: 案例文件排序、采购文件检查。"""


@award.command("rank")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="以哪一日的规定检查采购文件（默认取文件中的日期）")
def rank(file: Path, on: datetime | None) -> None:
    """按案例文件 FILE 评审排序, 输出每个案例的结果; 采购文件有缺陷而不能评审的, 列出全部缺陷。"""
    try:
        mapping = load_yaml(text_of(file))
        read = read_case_file(mapping)
        if keeps_from_scoring(read.tender) or not read.cases:
            _faults(read, mapping, on)
        found = results(read)
    except Refusal as refusal:
        refuse_with(refusal)
    answer(found)


@award.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="以哪一日的规定检查（默认取文件中的日期）")
def check(file: Path, on: datetime | None) -> None:
    """检查采购文件 FILE 能否发布: 列出全部缺陷和缺项及其位置、依据。"""
    try:
        mapping = load_yaml(text_of(file))
        _faults(read_case_file(mapping), mapping, on)
    except Refusal as refusal:
        refuse_with(refusal)


def _faults(file: CaseFile, mapping: Mapping[str, Any], on: datetime | None) -> NoReturn:
    """Answer with everything wrong in the documents; exit 1 when any of it binds or there is nothing to rank."""
    tender = file.tender
    day = on.date() if on is not None else day_of_law(mapping, otherwise=_today())
    found = faults_of(tender, day)
    binding = sum(1 for f in found if f.binding)
    answer(
        {
            "id": tender.ocid,
            "title": tender.title,
            "stage": tender.stage.zh,
            "law_of": day.isoformat(),
            "publishable": not binding,
            "scorable": not keeps_from_scoring(tender),
            "cases": len(file.cases),
            "faults": [_fault(f) for f in found],
        },
        FAULTS if binding or not file.cases else FINE,
    )


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def _fault(found: Finding) -> dict[str, Any]:
    told: dict[str, Any] = {"place": found.field, "zh": found.zh, "cites": found.cites, "blocking": found.binding}
    for name in ("have", "need"):
        value = getattr(found, name)
        if value is not None:
            told[name] = str(value)
    if found.cure:
        told["cure"] = found.cure
    return told
