"""The answers of the desk as pages: conclusion first, then working, then articles; the address reproduces the answer.

``.json`` behind the address, or asking for JSON, gives the same answer to machines. Everything is a GET: nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from app.lawdesk.asking import CHALLENGE, COMMITTEE, METHOD, SCORING, TERM, TIMETABLE, Field, given, question
from app.lawdesk.kept import kept
from app.lawdesk.pieces import drawer
from app.lawdesk.place import room
from app.web import navigation
from app.web.clock import clock as now
from app.web.freshness import fresh
from kernel.refusal import BadInput, Finding, Refusal
from law.coverage import SECTIONS, STATES, rule_of, sheet, shown_rule
from law.region import region
from law.table import kept as kept_with_the_law
from procurement.desk.answer import Answer, Article, articles, as_mapping
from procurement.desk.choice import choose
from procurement.desk.clock import FACTS, clock
from procurement.desk.course import METHODS
from procurement.desk.month import months
from procurement.desk.need import read_need
from procurement.desk.panel import compose, read_panel
from procurement.desk.scoring import check, read_table
from procurement.desk.telling import rows_mapping
from procurement.desk.term import judge, read_deal
from procurement.desk.timetable import Change, Moved, Plan, Row, backward, breaches, forward, recompute

navigation.add("法规", "lawdesk.index", 6)
navigation.open_to_all("法规服务", "lawdesk.index")


@dataclass(frozen=True)
class Desk:
    """One question of the desk: its page, its fields, and who answers."""

    id: str
    zh: str
    lead: str
    fields: tuple[Field, ...]
    needs: str


DESKS = {
    desk.id: desk
    for desk in (
        Desk("method", "采购方式", "这个项目可以用哪些方式采购, 要谁批准, 其他方式为什么不行。", METHOD, "amount"),
        Desk(
            "timetable",
            "全程时间表",
            "从意向公开到档案保存的每一个日期: 正推、倒推, 变化之后重算。",
            TIMETABLE,
            "method",
        ),
        Desk(
            "committee", "评审组成", "几个人、几名专家、谁应当回避、最早哪天抽取, 有人退出怎么办。", COMMITTEE, "method"
        ),
        Desk("scoring", "评分办法", "价格分够不够、有没有禁止的因素、资格条件有没有又被评分。", SCORING, "items"),
        Desk("term", "合同期限与资金", "一年还是三年、补充合同、保证金、付款和验收。", TERM, ""),
        Desk("challenge", "质疑投诉时钟", "最后一日是哪天, 之后每一步是哪天, 画在小日历上。", CHALLENGE, "published"),
    )
}


@room.get("/law")
@kept
def index() -> Response:
    return fresh(render_template("lawdesk/index.html", questions=DESKS.values(), total=len(sheet())))


@room.get("/law/method")
@room.get("/law/method.json", endpoint="method_json")
@kept
def method() -> Response:
    return _answered("method")


@room.get("/law/committee")
@room.get("/law/committee.json", endpoint="committee_json")
@kept
def committee() -> Response:
    return _answered("committee")


@room.get("/law/scoring")
@room.get("/law/scoring.json", endpoint="scoring_json")
@kept
def scoring() -> Response:
    return _answered("scoring")


@room.get("/law/term")
@room.get("/law/term.json", endpoint="term_json")
@kept
def term() -> Response:
    return _answered("term")


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
    "method": lambda asked: choose(read_need(asked, now().date())),
    "committee": lambda asked: compose(read_panel(asked, now().date())),
    "scoring": lambda asked: check(read_table(asked, now().date())),
    "term": lambda asked: judge(read_deal(asked, now().date())),
}
"""Who answers the four questions that have an answer of one form."""


def _answered(id: str) -> Response:
    """One of the four."""
    desk = DESKS[id]
    asked, problems = _asked(desk)
    found = None
    if not problems and complete(desk, asked):
        try:
            found = ANSWERS[id](asked)
        except Refusal as refusal:
            problems = refusal.findings or (Finding("", refusal.message),)
    if _for_machines():
        return _told(as_mapping(found) if found else None, problems)
    return _page(desk, problems, answer=found, lasting=lasting(desk, asked) if found else "")


def complete(desk: Desk, asked: Mapping[str, Any]) -> bool:
    """Whether enough was asked to be answered."""
    if desk.id == "timetable":
        return "issued" in asked or "contract" in asked
    return bool(asked) and (not desk.needs or desk.needs in asked)


@room.get("/law/timetable")
@room.get("/law/timetable.json", endpoint="timetable_json")
@kept
def timetable() -> Response:
    desk = DESKS["timetable"]
    asked, problems = _asked(desk)
    rows: tuple[Row, ...] = ()
    moved: tuple[Moved, ...] = ()
    wrong: tuple[Finding, ...] = ()
    place = None
    if not problems and complete(desk, asked):
        try:
            place = region(asked.get("region", ""))
            rows, moved, wrong = days_of(asked, place.place.id)
        except Refusal as refusal:
            problems = refusal.findings or (Finding("", refusal.message),)
    if _for_machines():
        return _told(rows_mapping(rows, moved, place) if rows else None, problems)
    provisional = sorted({year for row in rows for year in row.provisional})
    return _page(
        desk, problems, rows=rows, moved=moved, wrong=wrong, back="contract" in asked, place=place, provisional=provisional,
        articles=_cited(tuple(row.cites for row in rows)), lasting=lasting(desk, asked) if rows else "",
    )  # fmt: skip


@kept_with_the_law(256)
def _cited(cites: tuple[str, ...]) -> tuple[Article, ...]:
    return articles(*cites)


def days_of(asked: Mapping[str, Any], place: str) -> tuple[tuple[Row, ...], tuple[Moved, ...], tuple[Finding, ...]]:
    """The timetable that was asked for: its rows, what moved and why, and what breaks a limit. Raises Refusal."""
    name = asked.get("method", "open_tendering")
    if name not in METHODS:
        raise BadInput([Finding("method", "采购方式无法识别", have=name, need="、".join(METHODS))])
    found = METHODS[name]
    if "contract" in asked:
        return backward(found, _day(asked["contract"], "contract"), place=place), (), ()
    start = _day(asked["issued"], "issued")
    actual = {"bids_close": _day(asked["bids_close"], "bids_close")} if "bids_close" in asked else {}
    changes = [
        Change(each["kind"], _day(each["on"], "change"), _day(each["to"], "change") if each["to"] else None)
        for each in asked.get("change", ())
    ]
    if not actual and not changes:
        return forward(found, start, place=place), (), ()
    plan = Plan(found, start, place, actual)
    wrong = breaches(plan)
    _, rows, moved = recompute(plan, changes)
    return rows, moved, wrong


@room.get("/law/challenge")
@room.get("/law/challenge.json", endpoint="challenge_json")
@kept
def challenge() -> Response:
    desk = DESKS["challenge"]
    asked, problems = _asked(desk)
    found = None
    if not problems and complete(desk, asked):
        try:
            found = clock_of(asked)
        except Refusal as refusal:
            problems = refusal.findings or (Finding("", refusal.message),)
    if _for_machines():
        return _told(rows_mapping(found.results["rows"]) if found else None, problems)
    return _page(
        desk, problems, answer=found, months=months(found.results["rows"]) if found else (),
        lasting=lasting(desk, asked) if found else "",
    )  # fmt: skip


def clock_of(asked: Mapping[str, Any]) -> Answer:
    """The challenge clock that was asked for. Raises Refusal."""
    facts = {name: _day(asked[name], name) for name in FACTS if name in asked}
    place = region(asked.get("region", "")).place.id
    return clock(asked.get("event", "result_notice"), _day(asked["published"], "published"), facts=facts, place=place)


# --- the rules ----------------------------------------------------------------------------------------------------------


@room.get("/law/rules")
@room.get("/law/rules.json", endpoint="rules_json")
@kept
def rules() -> Response:
    wanted = (request.args.get("q") or "").strip()[:40]
    state = request.args.get("state", "")
    found = [
        rule for rule in sheet().values()
        if (not wanted or any(wanted.lower() in text.lower() for text in (rule.id, rule.zh, rule.cites)))
        and (state not in STATES or rule.state == state)
    ]  # fmt: skip
    if _for_machines():
        return fresh(
            jsonify(
                [
                    {"id": rule.id, "zh": rule.zh, "citation": rule.cites, "status": rule.status, "state": rule.state}
                    for rule in found
                ]
            )
        )
    groups = [(zh, [rule for rule in found if rule.section == section]) for section, zh in SECTIONS.items()]
    return fresh(
        render_template(
            "lawdesk/rules.html",
            groups=[group for group in groups if group[1]],
            q=wanted,
            state=state,
            states=STATES,
            found=found,
        )
    )


@room.get("/law/rules/<path:id>")
def rule(id: str) -> Response:
    wanted = id.removesuffix(".json")
    told = shown_rule(wanted)
    if _for_machines() or id.endswith(".json"):
        return fresh(jsonify(told))
    return fresh(
        render_template("lawdesk/rule.html", rule=rule_of(wanted), told=told, sections=SECTIONS, states=STATES)
    )


# --- what all pages share -------------------------------------------------------------------------------------------------


def _asked(desk: Desk) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    try:
        return question(desk.fields, request.args), ()
    except BadInput as refusal:
        return {}, refusal.findings


def _day(text: Any, name: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadInput([Finding(name, "日期须写作 2026-09-24", have=str(text)[:30])], "日期无法识别") from None


def _for_machines() -> bool:
    wants = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return request.path.endswith(".json") or wants == "application/json"


def _told(value: Any, problems: tuple[Finding, ...]) -> Response:
    if problems or value is None:
        said = [{"field": found.field, "what": found.zh, "have": str(found.have or "") or None} for found in problems]
        return fresh(jsonify({"error": "填写有误" if problems else "请先提出问题", "findings": said}), status=422)
    return fresh(jsonify(value))


def lasting(desk: Desk, asked: Mapping[str, Any]) -> str:
    """The address that reproduces this answer: what was typed, and the day whose law was asked."""
    args: dict[str, Any] = {key: request.args.getlist(key) for key in request.args if any(request.args.getlist(key))}
    if any(field.name == "date" for field in desk.fields) and "date" not in asked:
        args["date"] = now().date().isoformat()
    return f"{url_for(f'lawdesk.{desk.id}', _external=True)}?{urlencode(args, doseq=True)}"


def _page(desk: Desk, problems: tuple[Finding, ...], **what: Any) -> Response:
    typed = given(desk.fields, request.args)
    query = urlencode([(key, each) for key in request.args for each in request.args.getlist(key)])
    machine, printed = (f"{url_for(end)}?{query}" for end in (f"lawdesk.{desk.id}_json", f"jobs.law_{desk.id}"))
    wrong = {each.field.split("[")[0].split(".")[0]: each for each in problems}
    more = any(typed[field.name] for field in desk.fields if field.more)
    page = render_template(
        f"lawdesk/{desk.id if desk.id in ('timetable', 'challenge') else 'answer'}.html",
        desk=desk, typed=typed, problems=problems, wrong_fields=wrong, machine=machine, printed=printed, more=more, drawn=drawer(), **what,
    )  # fmt: skip
    return fresh(page, status=422 if problems else 200)
