"""What the tenders put on the workbench: drafts to publish, bids to open when time has closed them, and the newest lines."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.accounts import Actor
from app.procurement.tenders import history
from app.procurement.tenders.line import STATIONS, line_of
from app.procurement.tenders.queries import closing_between, of_buyer_in, stage_now, tenders_for
from app.web.outlook import Coming, Waiting, foresee, horizon, tell, wait_for
from app.web.workbench import Task, Underway, register, show_underway
from kernel.role import Role
from procurement.stage import Stage
from procurement.tender import TENDER


def to_publish_or_open(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """A buyer's drafts, and the tenders whose bids may be opened now. One statement."""
    if actor.organisation_id is None:
        return []
    tasks = []
    for each in of_buyer_in(session, actor.organisation_id, Stage.DRAFT, Stage.TENDERING, Stage.CLOSED):
        stage = stage_now(each.stage, each.bids_close, now)
        if stage is Stage.DRAFT:
            url = url_for("tenders.show", ocid=each.ocid)
            detail = "采购文件还是草稿; 核对系统列出的问题后发布公告, 投标期限从发布起算。"
            tasks.append(Task(None, f"发布招标公告: {each.title}", detail, "财政部令第87号 第十三条", url, 30, "核对并发布"))
        elif stage is Stage.CLOSED:
            url = url_for("openings.show", ocid=each.ocid)
            detail = "投标已截止, 应当在同一时间开标。"
            tasks.append(Task(each.bids_close, f"开标: {each.title}", detail, "财政部令第87号 第三十九条", url, 15, "去开标"))
    return tasks


ENDINGS = ("terminate", "fail", "next_candidate")
"""Acts that end a tender or lead it back: nobody is waited for to do them."""


def suppliers_may_answer(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """The buyer's open tenders wait for the deadline; whether anybody has answered, nobody knows. One statement."""
    bidding = STATIONS["bidding"]
    return [
        Waiting(
            "、".join(role.zh for role in bidding.who), bidding.duty, each.title, url_for("tenders.show", ocid=each.ocid),
            each.published_at, each.bids_close, bidding.cites,
        )
        for each in of_buyer_in(session, actor.organisation_id or 0, Stage.TENDERING)
        if stage_now(each.stage, each.bids_close, now) is Stage.TENDERING
    ]  # fmt: skip


def bids_close(session: Session, actor: Actor, now: datetime) -> list[Coming]:
    """Tenders that time closes until tomorrow: the own ones of a buyer, all of them for who supervises. One statement."""
    [step] = TENDER.steps_from(Stage.TENDERING, Role.CLOCK)
    buyer_id = actor.organisation_id if actor.role is Role.BUYER else None
    return [
        Coming(close, step.zh, title, url_for("tenders.show", ocid=ocid), step.cites)
        for ocid, title, close in closing_between(session, now, horizon(now), buyer_id=buyer_id)
    ]


NEWEST = 3
"""How many lines the workbench shows; the list of tenders has them all."""


def newest_lines(session: Session, actor: Actor, now: datetime) -> list[Underway]:
    """Where the newest tenders on the reader's list stand. One statement."""
    states = {"done": "done", "now": "now", "stopped": "now"}
    return [
        Underway(
            each.title, url_for("tenders.show", ocid=each.ocid),
            [(step.zh, states.get(step.state, ""), step.when) for step in line_of(each, now)],
        )
        for each in tenders_for(session, actor, limit=NEWEST)[:NEWEST]
    ]  # fmt: skip


register(Role.BUYER, to_publish_or_open)
for role in (Role.BUYER, Role.SUPPLIER, Role.FINANCE, Role.OVERSEER):
    show_underway(role, newest_lines)
wait_for([Role.BUYER], suppliers_may_answer)
foresee([Role.BUYER, Role.FINANCE, Role.OVERSEER], bids_close)
tell([Role.BUYER, Role.FINANCE, Role.OVERSEER, Role.SUPPLIER], history.news)
