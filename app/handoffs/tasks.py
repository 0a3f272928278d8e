"""What the evaluations of a procurement put on its page: under way, published, applied, as far as the reader may know."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.evaluation.results import queries as results
from app.evaluation.schemes import queries as schemes
from app.procurement.tenders import dossier, history
from app.procurement.tenders.dossier import Item
from app.procurement.tenders.history import Chapter
from kernel.role import Role

if TYPE_CHECKING:
    from app.procurement.tenders.models import TenderRow

WRITTEN = "财政部令第102号 第二十一条"


def evaluations(session: Session, row: TenderRow, actor: Actor, now: datetime) -> list[Item]:
    """The evaluations of a tender, by year: a result where there is one to read, else the scheme. One statement."""
    items = []
    for line in results.evaluations_of(session, row.ocid, actor):
        title = f"第{line.year}年度{line.kind.zh}" if line.year else f"{line.kind.zh}（{line.supplier}）"
        if line.result_id is None:
            items.append(Item("评估", title, url_for("schemes.show", scheme_id=line.scheme_id), line.supplier, line.state, "info", WRITTEN))
        else:
            said = f"{line.shown} 分, {'等级 ' + line.grade if line.grade else '无等级'}"
            url = url_for("results.show", result_id=line.result_id)
            items.append(Item("评估", title, url, said, line.state, "good" if line.published else "info", WRITTEN))
    return items


def _who_may_read_a_scheme(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.role is Role.EXPERT else and_(history.everybody(actor), schemes.may_read(actor))


dossier.add(evaluations)
history.add(Chapter(
    "evaluation_results",
    {
        "result.publish": "公示评估结果", "result.finalise": "确定评估结果", "result.withdraw": "撤销评估结果",
        "result.apply": "应用评估结果",
    },
    history.everybody, lambda: history.of_tenders(*results.rows_of_procurement()), "results.show", "result_id", news=False,
))  # fmt: skip
history.add(Chapter(
    "evaluation_schemes", {"scheme.approve": "批准评估方案", "scheme.publish": "告知评估方案", "scheme.begin": "开始评估"},
    _who_may_read_a_scheme, lambda: history.of_tenders(*schemes.rows_of_procurement()), "schemes.show", "scheme_id", news=False,
))  # fmt: skip
