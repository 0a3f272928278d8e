"""Public pages 信息公开: home, the list of notices, one procurement, one notice, the agencies. No sign-in.

Nothing here depends on who reads; what an address answers is the same for everybody, and may be kept for a minute.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.disclosure import history, open_data, publishing, queries, structured, subscribing
from app.disclosure.columns import AGENCIES, NOTICES
from app.disclosure.counting import counts
from app.disclosure.filters import REGIONS, Asked, Sort, asked, day_in
from app.disclosure.kinds import NoticeKind
from app.disclosure.place import room
from app.disclosure.suggesting import instead, suggestions
from app.disclosure.way import public_way
from app.disclosure.words import LONGEST_QUESTION, excerpt, pieces
from app.procurement.suppliers import queries as suppliers
from app.procurement.suppliers.charts import standing_chart
from app.procurement.tenders.line import current, line_of
from app.procurement.tenders.timetable import timetable
from app.store import reading
from app.web import navigation
from app.web.clock import clock
from app.web.freshness import fresh
from app.web.plain_text import number
from kernel.refusal import Missing
from law import law_at
from procurement.method import Method
from procurement.service_field import ServiceField
from procurement.stage import Stage

__all__ = ["open_data", "room", "subscribing"]
publishing.listen()
navigation.add("公告", "disclosure.notices", 5)
navigation.open_to_all("法规服务台", "lawdesk.index")  # shown where the policy knows it

FILES = (("Excel", ".notices_xlsx"), ("CSV", ".notices_csv"))

OFFERED = tuple(method for method in Method if method.terms.services)
"""Methods by which services are bought."""

PLACES = {id: zh for id, zh in REGIONS.items() if id != "national"}
"""Regions that a line of a list names: where only the national rules are held, nothing is said."""


@room.get("/")
def index() -> Response:
    now = clock()
    newest = queries.lines(reading(), Asked(), now, limit=8)[:8]
    page = render_template(
        "public/index.html", deadlines=queries.deadlines(reading(), now), newest=newest, kinds=list(NoticeKind),
        regions=PLACES, now=now, data=structured.site(),
    )  # fmt: skip
    return fresh(page)


@room.get("/notices")
def notices() -> Response:
    now, wanted, columns = clock(), asked(request.args), NOTICES.wanted(request.args)
    as_table = columns.chosen or request.args.get("view") == "table"
    session = reading()
    found = queries.lines(session, wanted, now)
    shown, onward, table = found[: queries.PAGE], "", None
    look: dict[str, Any] = {"view": "table", **columns.args} if as_table else {}
    if as_table:
        files = [(word, url_for(endpoint, **wanted.first_page(), **columns.args)) for word, endpoint in FILES]
        table = NOTICES.page(columns, found, queries.PAGE, lambda line: line.id, files=files)
    elif len(found) > queries.PAGE:
        onward = url_for(".notices", **{**wanted.args(), "after": str(shown[-1].id)})
    words = [] if found or not wanted.question else instead(session, wanted.question)
    marks = wanted.question.marks
    page = render_template(
        "public/notices.html", lines=shown, onward=onward, table=table, look=look, asked=wanted, count=counts(session, wanted, now),
        kind_words=_words(NoticeKind), method_words=_words(OFFERED), field_words=_words(ServiceField), regions=REGIONS,
        places=PLACES, sorts=list(Sort), words=words, now=now,
        marked=lambda text: pieces(text, marks), excerpt=lambda line: excerpt(_beside_the_title(line), marks),
    )  # fmt: skip
    return fresh(page)


@room.get("/notices/suggest")
def suggest() -> Response:
    """What one may be typing, as JSON: {"q": what was typed, "suggestions": [{"text", "what"}]}."""
    typed = " ".join(request.args.get("q", "")[:LONGEST_QUESTION].split())
    found = [asdict(each) for each in suggestions(reading(), typed)]
    return fresh(json.dumps({"q": typed, "suggestions": found}, ensure_ascii=False), "application/json")


@room.get("/notices/<ocid>")
def show(ocid: str) -> Response:
    now = clock()
    row, buyer = queries.tender(reading(), ocid)
    day = day_in(request.args.get("as_of", ""))
    moment = min(history.end_of(day), now) if day else now
    past = day is not None and day < now.date()
    known = history.then(queries.notices_of(reading(), ocid), row.reached, row.opened_at, moment)
    if known is None:
        if past:
            return fresh(render_template("public/not_yet.html", row=row, day=day))
        raise Missing("没有这份公告")
    line = line_of(known, moment)
    law = law_at(row.documents_issued or now.date(), row.jurisdiction)
    award, contract = known.in_force(NoticeKind.AWARD), known.in_force(NoticeKind.CONTRACT)
    stage = known.stage if past else _stage_today(row.stage, known.stage)
    events = history.happened(known, row.opened_at)
    page = render_template(
        "public/procurement.html", row=row, buyer=buyer, tender=row.facts(), stage=stage, line=line, step=current(line),
        dates=timetable(row, law) if not past else [], known=known, award=award, contract=contract,
        notice=known.in_force(NoticeKind.TENDER) or known.notices[0], ended=known.ended_by,
        results=[each for each in known.notices if each.kind is NoticeKind.EVALUATION and each.in_force(moment)],
        corrections=[each for each in reversed(known.notices) if each.kind is NoticeKind.CORRECTION],
        events=events, way=public_way(known, events), past=past, day=day, today=now.date(), Stage=Stage,
        data=structured.procurement(row.title, row.ocid, known.notices),
    )  # fmt: skip
    return fresh(page)


@room.get("/notices/<ocid>/<int:number>")
def notice(ocid: str, number: int) -> Response:
    row = queries.notice(reading(), ocid, number)
    return fresh(render_template("public/notice.html", notice=row, regions=REGIONS))


@room.get("/agencies")
def agencies() -> Response:
    text, wanted = " ".join(request.args.get("q", "")[:100].split()), AGENCIES.wanted(request.args)
    found = suppliers.agencies(
        reading(), queries.named_suppliers(), text=text, after=number(wanted.after), limit=wanted.limit(suppliers.PAGE)
    )
    if wanted.form:
        return fresh(AGENCIES.file(wanted, found, said=[("文字", text)] if text else []))
    page = AGENCIES.page(wanted, found, suppliers.PAGE, lambda line: line.id)
    return fresh(render_template("public/agencies.html", page=page, q=text))


@room.get("/agencies/<uscc>")
def agency(uscc: str) -> Response:
    session = reading()
    row = suppliers.agency(session, queries.named_suppliers(), uscc)
    standings = suppliers.standings_of(session, row.id)
    page = render_template(
        "public/agency.html", row=row, standings=standings, standing=standing_chart(standings),
        lines=queries.notices_with(session, row.id), data=structured.agency(row.name, row.uscc),
    )  # fmt: skip
    return fresh(page)


def _words(values: Iterable[Any]) -> list[tuple[str, str]]:
    """(value in an address, Chinese word) of each."""
    return [(value.value, value.zh) for value in values]


def _stage_today(stage: Stage, told: Stage) -> Stage:
    """Today's own stage, which knows steps between two notices too; what time alone has closed is closed."""
    return told if stage is Stage.TENDERING else stage


def _beside_the_title(line: queries.Line) -> str:
    """What of a notice's text the list does not show anyway: its title, number, buyer and supplier stand in front."""
    shown = {line.title, line.ocid, line.buyer, line.supplier}
    return " ".join(part for part in line.text.split("\n") if part not in shown)
