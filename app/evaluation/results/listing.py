"""The list of evaluation results 评估结果: its columns, and the filters that an address asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.web.listing import Column, Listing
from app.web.plain_text import number
from evaluation.kind import Kind
from evaluation.result import ResultStage

TONES = {"final": "good", "applied": "good", "withdrawn": "stop", "objected": "warn"}


def _year(line: Any) -> str:
    return f"第{line.year}年度" if line.year else "立项"


RESULTS = Listing(
    "评估结果", "results",
    (
        Column("title", "项目", lambda line: line.title, link=lambda line: url_for("results.show", result_id=line.id), width=44, fixed=True),
        Column("supplier", "机构", lambda line: line.supplier_name, width=26),
        Column("buyer", "购买主体", lambda line: line.buyer_name, width=26, shown=False),
        Column("kind", "评估", lambda line: line.kind.zh, width=12),
        Column("year", "年度", _year, width=10),
        Column("points", "得分", lambda line: line.shown, width=10),
        Column("total", "满分", lambda line: str(line.total), width=10, shown=False),
        Column("grade", "等级", lambda line: line.grade or "无等级", width=10),
        Column("stage", "环节", lambda line: line.stage.zh, tone=lambda line: TONES.get(line.stage.value, "info"), width=14),
        Column("published", "公示", lambda line: line.published_at, width=17),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a reader asks of the list; what cannot be read is left out. ``text``: part of a project's or an agency's name."""

    text: str = ""
    kind: Kind | None = None
    grade: str = ""
    year: int = 0
    stage: ResultStage | None = None

    def said(self) -> list[tuple[str, str]]:
        """(filter, value) of every filter in force, for people."""
        pairs = (
            ("文字", self.text), ("评估", self.kind.zh if self.kind else ""), ("等级", self.grade),
            ("年度", f"第{self.year}年度" if self.year else ""), ("环节", self.stage.zh if self.stage else ""),
        )  # fmt: skip
        return [pair for pair in pairs if pair[1]]


def asked(args: Mapping[str, str]) -> Asked:
    """The question in an address."""
    return Asked(
        text=" ".join(args.get("q", "")[:100].split()),
        kind=Kind(args["kind"]) if args.get("kind") in list(Kind) else None,
        grade=args.get("grade", "")[:40].strip(),
        year=number(args.get("year", "")),
        stage=ResultStage(args["stage"]) if args.get("stage") in list(ResultStage) else None,
    )
