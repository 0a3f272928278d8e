"""What the reviews put on the buyer's workbench: bids that are opened wait for 资格审查, qualified ones for a committee."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.tenders import history
from app.procurement.tenders.history import Chapter
from app.procurement.tenders.queries import of_buyer_in
from app.web.workbench import Task, register
from kernel.role import Role
from procurement.stage import Stage


def to_review_or_form(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """The buyer's opened and qualified tenders. One statement."""
    if actor.organisation_id is None:
        return []
    tasks = []
    for each in of_buyer_in(session, actor.organisation_id, Stage.OPENED, Stage.QUALIFIED):
        if each.stage is Stage.OPENED:
            detail = "开标后由采购人审查投标人的资格; 合格投标人不足三家的不得评标。"
            url = url_for("qualifications.show", ocid=each.ocid)
            tasks.append(Task(None, f"资格审查: {each.title}", detail, "财政部令第87号 第四十四条", url, 60, "去审查"))
        else:
            detail = "从评审专家库随机抽取专家, 全部成员声明无回避情形后组建评标委员会。"
            url = url_for("committees.show", ocid=each.ocid)
            tasks.append(Task(None, f"组建评标委员会: {each.title}", detail, "财政部令第87号 第四十七条", url, 20, "去组建"))
    return tasks


# The log has a review under its tender.
history.add(Chapter("tenders", {"review.sign": "签署审查结论"}, history.inside, history.own_rows, "qualifications.show"))
register(Role.BUYER, to_review_or_form)
