"""``flask evaluation``: what an evaluation's figures say. Pure: no web application, no database.

Exit codes: 0 fine, 1 the rubric has faults (they are listed, the figures too), 2 bad input (message on stderr).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.answer import FAULTS, FINE, answer, refuse_with, text_of
from app.cli.working import points_or_none, told_fault, told_score
from kernel.points import exact_text, percent_text
from kernel.refusal import BadInput, Finding, Refusal

if TYPE_CHECKING:
    from evaluation.case import Worked
    from rubric.agreement import Agreement



@click.group("evaluation")
def evaluation() -> None:
    """评估: 案例计分、评分一致性、抽样。"""


@evaluation.command("score")
@click.argument("file", metavar="CASE", type=click.Path(path_type=Path))
def score(file: Path) -> None:
    """计算评估案例 CASE（YAML）: 各指标、各主体、各阶段得分, 等级, 自评对照, 问卷, 结果应用, 连同全部过程。"""
    from evaluation.case import read_case, work_out
    from rubric.reading import load_yaml

    try:
        mapping = load_yaml(text_of(file))
        if isinstance(mapping, dict) and isinstance(mapping.get("rubric"), str):
            mapping = {**mapping, "rubric": load_yaml(_rubric_text(mapping["rubric"], file))}
        found = work_out(read_case(mapping))
    except Refusal as refusal:
        refuse_with(refusal)
    blocking = any(fault.blocking for fault in found.faults)
    answer(_worked(found), FAULTS if blocking else FINE)


def _rubric_text(name: str, case: Path) -> str:
    """A file beside the case where the name has a suffix; else a rubric that ships with the product."""
    from rubric import library

    return text_of(case.parent / name) if name.endswith((".yaml", ".yml", ".json")) else library.text(name)


@evaluation.command("draw")
@click.argument("file", metavar="LIST", type=click.Path(path_type=Path))
@click.option("--seed", help="公布的随机种子; 不给则新生成一个, 只输出承诺而不抽取")
@click.option("--size", type=int, required=True, help="抽取数量")
@click.option("--subject", required=True, help="为哪个项目抽取, 如 cp-2025-0001")
@click.option("--seed-hash", help="事先公布的种子 SHA-256; 给出则核对")
@click.option("--list-hash", help="事先公布的清单 SHA-256; 给出则核对")
def draw(file: Path, seed: str | None, size: int, subject: str, seed_hash: str | None, list_hash: str | None) -> None:
    """从清单 LIST（CSV, 列 id 和可选的 stratum）抽取; 先公布承诺, 后公布种子, 任何人可重抽核对。"""
    import secrets

    from evaluation.sampling import Commitment, Unit, committed, draw_sample, frame_of

    try:
        broken: list[Finding] = []
        rows = _table(text_of(file), ("id",), ("stratum",), broken)
        if broken:
            raise BadInput(broken)
        frame = frame_of(subject, [Unit(row["id"], row.get("stratum", "")) for _, row in rows], size)
        fresh = seed is None
        secret = secrets.token_urlsafe(16) if seed is None else seed
        promise = committed(frame, secret)
        told: dict[str, Any] = {
            "subject": subject, "listed": len(frame.units), "size": size, "seed_hash": promise.seed_hash,
            "list_hash": promise.frame_hash, "seed": secret,
        }  # fmt: skip
        if fresh:
            answer({**told, "note": "请先公布 seed_hash 和 list_hash, 抽取时再公布 seed"})
        sample = draw_sample(frame, secret, Commitment(seed_hash or promise.seed_hash, list_hash or promise.frame_hash))
    except Refusal as refusal:
        refuse_with(refusal)
    shares = [{"stratum": name, "listed": listed, "drawn": drawn} for name, listed, drawn in sample.shares]
    answer({**told, "strata": shares, "drawn": list(sample.drawn), "lots": dict(sample.lots())})


@evaluation.command("agreement")
@click.argument("file", type=click.Path(path_type=Path))
def agreement(file: Path) -> None:
    """检查评分表 FILE（CSV, 列 unit,rater,value, 空格为缺失）的评分一致性; 无定义的统计量列出原因。"""
    from rubric.agreement import agreement as judge
    from rubric.agreement import ratings

    try:
        found = judge(ratings(_lines(text_of(file))))
    except Refusal as refusal:
        refuse_with(refusal)
    answer(_told(found))


def _lines(text: str) -> Iterator[tuple[str, str, float | None]]:
    """The lines of a file of marks. Raises BadInput with everything wrong with it."""
    found: list[Finding] = []
    lines: list[tuple[str, str, float | None]] = []
    for number, row in _table(text, ("unit", "rater", "value"), (), found):
        unit, rater, value = row["unit"], row["rater"], row["value"]
        if not unit or not rater:
            found.append(Finding(f"第 {number} 行", zh="缺被评单位或评分人"))
            continue
        try:
            lines.append((unit, rater, float(value) if value else None))
        except ValueError:
            found.append(Finding(f"第 {number} 行", have=value, zh="评分不是数"))
    if found:
        raise BadInput(found)
    return iter(lines)


def _table(
    text: str, needed: Sequence[str], wanted: Sequence[str], found: list[Finding]
) -> list[tuple[int, dict[str, str]]]:
    """Lines of a CSV file with their numbers: the columns ``needed`` and those of ``wanted`` that are there.

    Lines of another width go into ``found``. Raises BadInput where it is no such table at all.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise BadInput((), f"不是可用的 CSV 文件（第 {reader.line_num} 行: {error}）") from None
    head = rows[0][1] if rows else []
    if bad := [name for name in needed if head.count(name) != 1] + [name for name in wanted if head.count(name) > 1]:
        raise BadInput((), f"首行须有 {','.join(needed)} 列, 各一次; 有误的列: {', '.join(bad)}")
    places = {name: head.index(name) for name in (*needed, *wanted) if name in head}
    lines = []
    for number, row in rows[1:]:
        if any(row) and len(row) != len(head):
            found.append(Finding(f"第 {number} 行", have=len(row), need=len(head), zh="列数与首行不同"))
        elif any(row):
            lines.append((number, {name: row[at] for name, at in places.items()}))
    return lines


def _worked(found: Worked) -> dict[str, Any]:
    """Every figure of a case, exact ones as texts."""
    scored, case = found.scored, found.case
    told: dict[str, Any] = {
        "id": case.id,
        "name": case.name,
        "kind": case.kind.zh,
        "score": str(scored.shown),
        "score_exact": exact_text(scored.exact),
        "total": points_or_none(scored.total),
        "grade": scored.grade,
        "gap": scored.gap,
        "vetoes": list(scored.vetoes),
        "own_score": str(scored.own_shown),
        "own_score_exact": exact_text(scored.own),
        "stages": [
            {"kind": kind.zh, "weight": exact_text(share), "percentage": exact_text(percentage)}
            for kind, share, percentage in scored.stages
        ],
        "working": told_score(scored.score),
        "faults": [told_fault(fault) for fault in found.faults],
    }
    if found.reading is not None:
        told["questionnaire"] = {
            "returned": found.reading.returned,
            "valid": found.reading.valid,
            "response": percent_text(found.reading.response, 2),
            "satisfied": found.reading.satisfied,
            "share": percent_text(found.reading.share, 2),
            "share_exact": exact_text(found.reading.share),
            "margin": percent_text(Fraction(found.reading.margin), 2),
            "needed": found.reading.needed,
            "remarks": list(found.reading.remarks),
        }
    if found.own is not None:
        told["self_evaluation"] = {
            **told_score(found.own),
            "differences": [
                {"id": each.leaf, "name": each.name, "self": points_or_none(each.own), "panel": points_or_none(each.panel)}
                for each in found.differences
            ],
        }
    if found.payment is not None:
        rate = found.payment.rate
        told["payment"] = {
            "deduction_fen": found.payment.deduction_fen,
            "rate_exact": None if rate is None else exact_text(rate),
            "working": found.payment.working,
        }
    if found.renewal is not None:
        told["renewal"] = {"outcome": found.renewal.outcome.zh, "reason": found.renewal.reason}
    if found.agreement is not None:
        told["agreement"] = _told(found.agreement)
    return told


def _told(found: Agreement) -> dict[str, Any]:
    """The answer: numbers as computed, unrounded."""
    return {
        "units": found.units,
        "raters": found.raters,
        "missing": found.missing,
        "icc": {form: asdict(estimate) for form, estimate in found.icc.items()},
        "alpha": {metric: asdict(estimate) for metric, estimate in found.alpha.items()},
        "kendall_w": None if found.kendall_w is None else asdict(found.kendall_w),
        "kappa": {"fleiss": found.fleiss_kappa, "cohen": [asdict(pair) for pair in found.cohen_kappas]},
        "severity": {each.rater: {k: v for k, v in asdict(each).items() if k != "rater"} for each in found.severity},
        "spread": {each.unit: {k: v for k, v in asdict(each).items() if k != "unit"} for each in found.spread},
        "outliers": [asdict(each) for each in found.outliers],
        "refused": [asdict(each) for each in found.refused],
    }
