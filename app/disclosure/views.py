"""Public pages 信息公开: the list of notices and the page of one. No sign-in; nothing here depends on who reads."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from app.procurement.awards.notice import notice_lines
from app.procurement.awards.queries import award_row
from app.procurement.tenders.line import current, line_of
from app.procurement.tenders.queries import PAGE, notice, published, stage_now
from app.procurement.tenders.services import BRANCHES, NOTICE_FIELDS
from app.procurement.tenders.timetable import timetable
from app.store import reading
from app.web import navigation
from app.web.clock import clock
from law import law_at
from procurement.stage import Stage

room = Blueprint("disclosure", __name__)
navigation.add("公告", "disclosure.index", 5)

STAGES = tuple(stage for stage in Stage if stage is not Stage.DRAFT)


@room.get("/")
def index() -> str:
    now = clock()
    text, after = request.args.get("q", "")[:100], request.args.get("after", "")[:64]
    asked = request.args.get("stage", "")
    stage = Stage(asked) if asked in STAGES else None
    found = published(reading(), now, text=text, stage=stage, after=after)
    lines = [(each, stage_now(each.stage, each.bids_close, now), line_of(each, now)) for each in found[:PAGE]]
    onward = ""
    if len(found) > PAGE:
        onward = url_for(".index", q=text or None, stage=stage.value if stage else None, after=lines[-1][0].ocid)
    return render_template(
        "public/index.html", lines=lines, q=text, stage=stage, stages=STAGES, onward=onward, later=bool(after), now=now
    )


@room.get("/notices/<ocid>")
def show(ocid: str) -> str:
    now = clock()
    row, buyer = notice(reading(), ocid)
    award = award_row(reading(), ocid)  # decided is not announced: its notice is empty until then
    line = line_of(row, now)
    law = law_at(row.documents_issued or now.date(), row.jurisdiction)
    return render_template(
        "public/notice.html", row=row, buyer=buyer, tender=row.facts(), stage=stage_now(row.stage, row.bids_close, now),
        line=line, step=current(line), dates=timetable(row, law), fields=NOTICE_FIELDS, branches=BRANCHES,
        notice_period=law.period("notice_period"), award=notice_lines(award) if award else [],
    )  # fmt: skip
