"""日期: the days that a file names for its own steps, against the timetable of its method."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from law.calendar import NoArrangement
from law.day import LawAt
from procurement.clauses.document import Document
from procurement.clauses.finding import ClauseFinding, Severity
from procurement.clauses.plain import plain
from procurement.method import Method
from procurement.timetable import before_the_deadline

_DAY = r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:\d{1,2}(?::|时|点)(?:\d{1,2})?)?"
_CLOCK = re.compile(r"(\d{1,2})(?::|时|点)(\d{1,2})?")
_OFFERED = re.compile(
    rf"(?:获取|领取|发售|下载|购买|提供)[^。;\n]{{0,20}}?(?:时间|期限"
    rf"|期)[^。;\n\d]{{0,14}}{_DAY}[^。;\n\d]{{0,20}}(?:{_DAY})?"
)
_ISSUED = re.compile(rf"(?:公告(?:发布)?(?:日期|时间)|发布(?:日期|时间)|公告期限)[^。;\n\d]{{0,10}}{_DAY}")
_CLOSES = re.compile(rf"(?:(?:投标|响应文件|提交)[^。;\n\d]{{0,14}}截止|截止时间|截标)[^。;\n\d]{{0,24}}{_DAY}")
_OPENS = re.compile(rf"开标(?:时间|日期)?[^。;\n\d]{{0,20}}{_DAY}")
_NOT_DATES = re.compile(r"业绩|社保|合同签订|成立|至今")


@dataclass(frozen=True)
class Said:
    """A day and its place in the plain text; ``clock``: the time of day that is written with it."""

    day: date
    span: tuple[int, int]
    clock: str


def method_of(document: Document) -> Method:
    """The method that the file names most often; open tendering where it names none."""
    text = document.text
    counts = {
        Method.CONSULTATION: text.count("竞争性磋商"),
        Method.NEGOTIATION: text.count("竞争性谈判"),
        Method.INVITED: text.count("邀请招标"),
        Method.OPEN: text.count("公开招标"),
    }
    best = max(counts, key=lambda method: counts[method])
    return best if counts[best] else Method.OPEN


def date_findings(document: Document, law: LawAt) -> Iterator[ClauseFinding]:
    """Documents offered too briefly, a deadline too early, an opening at another moment."""
    clause = plain(document.text)
    text = clause.plain
    offered = _first(_OFFERED, text, 1)
    until = _first(_OFFERED, text, 4)
    issued = _first(_ISSUED, text, 1) or offered
    closes, opens = _first(_CLOSES, text, 1), _first(_OPENS, text, 1)
    start = offered or issued
    if start is not None:
        yield from _against_the_law(document, law, start, until, closes, lambda said: clause.span(*said.span))
    if closes is not None and opens is not None:
        earlier = opens.day != closes.day or (opens.clock and closes.clock and opens.clock != closes.clock)
        if earlier:
            yield ClauseFinding(
                "87-39",
                Severity.VIOLATION,
                f"开标时间（{opens.day} {opens.clock}）不是投标截止时间（{closes.day} {closes.clock}）",
                "改为: 开标时间与投标截止时间为同一时间",
                "财政部令第87号 第三十九条",
                clause.span(*opens.span),
            )
    if issued is not None and closes is not None and closes.day <= issued.day:
        yield ClauseFinding(
            "L-35",
            Severity.VIOLATION,
            f"投标截止时间（{closes.day}）不在公告日期（{issued.day}）之后",
            "核对日期",
            "政府采购法 第三十五条",
            clause.span(*closes.span),
        )


def _against_the_law(
    document: Document, law: LawAt, start: Said, until: Said | None, closes: Said | None, place: object
) -> Iterator[ClauseFinding]:
    """Each limit of the method, where the file names the day that it is about."""
    assert callable(place)
    try:
        limits = before_the_deadline(start.day, law, method_of(document))
    except NoArrangement:
        return
    said = {"documents_until": until, "bids_close": closes}
    rules = {"documents_until": "87-18", "bids_close": "L-35"}
    for limit in limits:
        day = said[limit.step]
        if day is not None and start.day <= day.day < limit.day:
            yield ClauseFinding(
                rules[limit.step],
                Severity.VIOLATION,
                f"{limit.zh}写的是{day.day}, 自{start.day}起算最早应为{limit.day}（{limit.period}）",
                f"改为{limit.day}或者以后",
                limit.cites,
                place(day),
            )


def _first(form: re.Pattern[str], text: str, group: int) -> Said | None:
    for found in form.finditer(text):
        if _NOT_DATES.search(found[0]) or found[group] is None:
            continue
        try:
            day = date(int(found[group]), int(found[group + 1]), int(found[group + 2]))
        except ValueError:
            continue
        end = found.end(group + 2)
        end += text[end : end + 1] == "日"
        clock = _CLOCK.search(text, end, end + 9)
        said = f"{int(clock[1]):02d}:{int(clock[2] or 0):02d}" if clock else ""
        return Said(day, (found.start(group), end), said)
    return None
