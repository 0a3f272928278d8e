"""Answers on paper 答复文书: the question of an address, answered and composed; and how much typesetting one reader may ask for.

Typesetting takes the machine for a second or so: one at a time in each worker, and so many a quarter of an hour from one network
address. What was made before is handed out uncounted (``app.jobs.law_answers``).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import request
from werkzeug.urls import uri_to_iri

from app.accounts.admission import count_try, must_wait
from app.lawdesk.asking import Field, question
from app.lawdesk.pages import ANSWERS, DESKS, Desk, clock_of, complete, days_of, lasting
from app.store import reading, unit_of_work
from app.web.clock import clock as now
from app.web.identity import address_hash
from kernel.canonical import sha256_hex
from kernel.refusal import BadInput, Missing, Refusal
from law.region import region
from procurement.desk.month import months
from reports.compose.law_answer import Question, answer_document, clock_document, timetable_document
from reports.document import Document

_AT_ONCE = threading.BoundedSemaphore(1)
_WAIT = 10.0
ISO = re.compile(r"\d{4}-\d\d-\d\d")


class TooMany(Refusal):
    """生成过多: typesetting waits; the pages and JSON do not."""

    status = 429
    zh = "正在生成的文件较多, 请稍后再试; 网页和 JSON 不受影响"


@contextmanager
def typesetting() -> Iterator[None]:
    """Inside the block something is typeset for this request. Raises TooMany before it begins."""
    place, at = sha256_hex(f"law-paper/{address_hash()}"), now()
    if must_wait(reading(), place, at):
        raise TooMany("此网络地址短时间内生成的文件较多, 请十五分钟后再试; 网页和 JSON 不受影响")
    with unit_of_work() as work:
        count_try(work.session, place, at)
    if not _AT_ONCE.acquire(timeout=_WAIT):
        raise TooMany
    try:
        yield
    finally:
        _AT_ONCE.release()


def paper(id: str) -> Document:
    """The answer to the question in the address of this request. Raises Missing for no such question, a Refusal where it cannot
    be answered, BadInput where too little was asked."""
    desk = DESKS.get(id)
    if desk is None:
        raise Missing("没有这个问题")
    asked = question(desk.fields, request.args)
    if not complete(desk, asked):
        raise BadInput((), "请先提出问题")
    if id == "timetable":
        place = region(asked.get("region", ""))
        rows, moved, wrong = days_of(asked, place.place.id)
        cautions = (place.caution,) if place.caution else ()
        return timetable_document(_told(desk, asked), rows, moved=moved, wrong=wrong, back="contract" in asked, cautions=cautions)
    if id == "challenge":
        answer = clock_of(asked)
        return clock_document(_told(desk, asked), answer, months(answer.results["rows"]))
    found = ANSWERS[id](asked)
    return answer_document(_told(desk, asked), found)


def _told(desk: Desk, asked: Mapping[str, Any]) -> Question:
    """The day on the paper is the day whose law was asked; of a question that names none, today."""
    day = date.fromisoformat(asked["date"]) if ISO.fullmatch(asked.get("date", "")) else now().date()
    facts = tuple((field.zh, _typed(field) or (day.isoformat() if field.name == "date" else "")) for field in desk.fields)
    return Question(desk.zh, facts, day, uri_to_iri(lasting(desk, asked)))


def _typed(field: Field) -> str:
    """What was typed, in the words of the form."""
    zh = dict(field.choices)
    if field.kind == "several":
        return "、".join(zh[each] for each in request.args.getlist(field.name) if each in zh)
    text = (request.args.get(field.name) or "").strip()
    if field.kind == "choice":  # what is not said is not printed; a list without an empty line begins with what counts then
        return zh.get(text or field.choices[0][0], "") if text or field.choices[0][0] else ""
    return text
