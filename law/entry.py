"""Entries 补录: what administrators add to the law of the tree, with its source: a year, a threshold, a value.

An entry has the form that the tables of the tree have, and is read by the same readers, so nothing malformed is ever laid
over them. ``lay`` makes of approved entries, in the order of their approval, the value that ``law.table.lay_over`` puts in
force. Old values stay: an entry holds from its day only, and an error is corrected by a later entry of the same day.

    folder          name        key              what is entered
    holidays        the year    ""               the arrangement of that year
    jurisdictions   the place   "threshold"      an amount for level, kind and goods, from a day on
    jurisdictions   the place   a parameter      the place's own value from a day on
    parameters      ""          a parameter      the national value from a day on
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from kernel.canonical import canonical_json, sha256_hex
from kernel.money import yuan_text
from kernel.refusal import BadInput, Finding, Missing
from law.calendar import PROVISIONAL, NoArrangement
from law.citation import UnknownCitation, resolve_all
from law.coverage import value_text
from law.holiday import arrangement, festivals
from law.instrument import instrument_names
from law.jurisdiction import GOODS, KINDS, LEVELS, jurisdiction, known
from law.parameter import histories
from law.table import SHIPPED, BadTable, InForce, Table, laid_over, names, table

NATION = "national"
ENTERED = "entered"
"""The name of the table of instruments that only entries cite."""


class Kind(StrEnum):
    """What may be entered."""

    YEAR = "year"
    THRESHOLD = "threshold"
    VALUE = "value"

    @property
    def zh(self) -> str:
        return {"year": "年度放假安排", "threshold": "数额标准", "value": "期限、比例、金额等数值"}[self.value]


@dataclass(frozen=True)
class Source:
    """Where it is written: the text's title, its number 文号, who issued it and when, and its official address."""

    title: str
    number: str
    issuer: str
    issued: date
    url: str


@dataclass(frozen=True)
class Entry:
    """One thing entered.

    body    canonical: dates as ISO texts, so that it has one spelling
    number  its place in the register; 0 before it has one
    read    whether the approver read the official text: then it decides (V), otherwise it only warns (Mh)
    """

    folder: str
    name: str
    key: str
    body: Mapping[str, Any]
    source: Source
    number: int = 0
    read: bool = False

    @property
    def kind(self) -> Kind:
        if self.folder == "holidays":
            return Kind.YEAR
        return Kind.THRESHOLD if self.key == "threshold" else Kind.VALUE

    @property
    def place(self) -> str:
        """The jurisdiction whose law it is."""
        return self.name if self.folder == "jurisdictions" else NATION

    @property
    def status(self) -> str:
        return "V" if self.read else "Mh"

    @property
    def cites(self) -> str:
        return f"{self.source.number} {self.body.get('article', '')}".strip()

    @property
    def valid_from(self) -> date:
        """The first day on which the law is another: of a year, the first day that its notice moves."""
        if self.kind is Kind.YEAR:
            days = [day for each in self.body["holiday"] for day in (each["from"], *each["make_up"])]
            return date.fromisoformat(min(days))
        return date.fromisoformat(self.body["since"])

    @property
    def zh(self) -> str:
        """What is entered, as people call it."""
        if self.kind is Kind.YEAR:
            return f"{self.name}年放假安排"
        where = jurisdiction(self.place).zh
        if self.kind is Kind.THRESHOLD:
            return f"{where}{LEVELS[self.body['level']]}{GOODS[self.body['goods']]}{KINDS[self.body['kind']]}"
        return f"{where}: {known()[self.key].zh}"

    @property
    def says(self) -> str:
        """What it sets, in one sentence."""
        if self.kind is Kind.YEAR:
            held, moved = self.body["holiday"], sum(len(each["make_up"]) for each in self.body["holiday"])
            return f"{'、'.join(each['zh'] for each in held)}放假, 调休上班{moved}日"
        if self.kind is Kind.THRESHOLD:
            until = f"至{self.body['until']}" if "until" in self.body else ""
            return f"{self.body['since']}起{until} {yuan_text(100 * self.body['yuan'])}"
        with laid_over(lay([self])):
            value = next(each for each in _history(self).values if each.since == self.valid_from)
            return f"{self.body['since']}起 {value_text(value)}"

    def same(self) -> str:
        """The fingerprint of what is entered and where it is written."""
        source = [self.source.title, self.source.number, self.source.issuer, self.source.issued.isoformat(), self.source.url]
        return sha256_hex(canonical_json([self.folder, self.name, self.key, self.body, source]))


def lay(entries: Iterable[Entry]) -> InForce:
    """The law of the tree with ``entries`` over it, in their order: of the same day, the later one holds.

    The same entries give the same law. Raises BadTable for an entry that names a table that is not there.
    """
    over: dict[tuple[str, str], Table] = {}
    marks = []
    for entry in entries:
        with laid_over(InForce(over)):
            added = _merged(entry)
        over = {**over, **added}
        marks.append(f"{entry.same()}{entry.number}{entry.status}")
    return InForce(over, sha256_hex("\n".join(marks))) if over else SHIPPED


def _merged(entry: Entry) -> dict[tuple[str, str], Table]:
    """The tables that ``entry`` changes, as they stand with it over those in force."""
    found: dict[tuple[str, str], Table] = {}
    own = {"cites": entry.cites, "status": entry.status, "entry": entry.number}
    if entry.kind is not Kind.YEAR and entry.source.number not in instrument_names():
        entered = table("instruments", ENTERED) if ENTERED in names("instruments") else {}
        found["instruments", ENTERED] = {**entered, entry.source.number: _instrument(entry)}
    if entry.kind is Kind.YEAR:
        found["holidays", entry.name] = {
            "notice": entry.source.number, "title": entry.source.title, "issued": entry.source.issued, "status": entry.status,
            "holiday": [_dated(each) for each in entry.body["holiday"]], "entry": entry.number,
        }  # fmt: skip
        return found
    if entry.folder == "parameters":
        home = next((name for name in names("parameters") if entry.key in table("parameters", name)), None)
        if home is None:
            raise BadTable(f"没有名为 {entry.key!r} 的国家参数")
        held = table("parameters", home)
        found["parameters", home] = {**held, entry.key: _from_then_on(held[entry.key], entry, own)}
        return found
    held = table("jurisdictions", entry.name)
    if entry.kind is Kind.THRESHOLD:
        new = {**{key: each for key, each in entry.body.items() if key != "article"}, **own, "since": entry.valid_from}
        if "until" in entry.body:
            new["until"] = date.fromisoformat(entry.body["until"])
        # The first that is in force holds: the latest day in front, and of one day what was entered last.
        all_ = sorted([new, *held.get("threshold", ())], key=lambda each: each["since"], reverse=True)
        found["jurisdictions", entry.name] = {**held, "threshold": all_}
        return found
    local = held.get("parameters", {})
    first = known()[entry.key].values[0]
    base = local.get(entry.key) or {"zh": first.zh, "unit": first.unit, "cites": entry.cites, "status": entry.status, "since": {}}
    found["jurisdictions", entry.name] = {**held, "parameters": {**local, entry.key: _from_then_on(base, entry, own)}}
    return found


def _from_then_on(base: Table, entry: Entry, own: Table) -> Table:
    since = {**base["since"], entry.body["since"]: {"value": entry.body["value"], **own}}
    return {**base, "since": dict(sorted(since.items()))}


def _instrument(entry: Entry) -> Table:
    source = entry.source
    return {
        "title": source.title, "issuer": source.issuer, "since": source.issued, "url": source.url, "status": entry.status,
        "note": f"本平台补录第{entry.number}号",
    }  # fmt: skip


def _dated(holiday: Mapping[str, Any]) -> dict[str, Any]:
    day = date.fromisoformat
    return {
        "zh": holiday["zh"], "from": day(holiday["from"]), "to": day(holiday["to"]),
        "statutory": [day(each) for each in holiday["statutory"]], "make_up": [day(each) for each in holiday["make_up"]],
    }  # fmt: skip


# --- what holds, and what would change ------------------------------------------------------------------------------------


def proved(entry: Entry, before: Sequence[Entry]) -> InForce:
    """The law with ``entry`` over ``before``, once the readers of the tree have read all that it touches.

    Raises BadInput with what the readers, or the text that is cited, have against it.
    """
    try:
        laid = lay((*before, entry))
        with laid_over(laid):
            if entry.kind is Kind.YEAR:
                arrangement(int(entry.name))
                return laid
            resolve_all(entry.cites)
            if entry.kind is Kind.VALUE and _history(entry).on(entry.valid_from) is None:
                raise BadTable(f"{_history(entry).span()}, 该日已不再施行")
            jurisdiction(entry.place)
    except (BadTable, UnknownCitation) as error:
        raise BadInput([Finding("", str(error))], "不能补录") from None
    return laid


def _history(entry: Entry) -> Any:
    return jurisdiction(entry.name).own[entry.key] if entry.folder == "jurisdictions" else histories()[entry.key]


def changes(entry: Entry, laid: InForce) -> tuple[str, ...]:
    """What becomes another under ``laid`` than it is now, as sentences; empty when nothing does."""
    if entry.kind is Kind.YEAR:
        return _moved_days(int(entry.name), laid)
    before = _value_of(entry)
    with laid_over(laid):
        after = _value_of(entry)
    return (f"{entry.body['since']}起: 此前为{before}, 改为{after}",) if before != after else ()


def _value_of(entry: Entry) -> str:
    place, day = jurisdiction(entry.place), entry.valid_from
    if entry.kind is Kind.VALUE:
        value = place.parameter(entry.key, day)
        return f"{value_text(value)}（{value.cites}）" if value else "没有规定"
    try:
        held = place.threshold(entry.body["level"], entry.body["kind"], entry.body["goods"], day)
    except Missing:
        return "未收录"
    return f"{yuan_text(held.amount)}（{held.cites}{', 国家指引' if held.guideline else ''}）"


def _moved_days(year: int, laid: InForce) -> tuple[str, ...]:
    before, firm = _work(year), arrangement(year) is not None
    with laid_over(laid):
        after = _work(year)
    told = [] if firm else [f"{year}年由暂定（只计法定节假日）变为确定"]
    for zh, days in (("由工作日变为放假", before - after), ("由休息日变为上班", after - before)):
        if days:
            told.append(f"{zh}: {'、'.join(day.isoformat() for day in sorted(days))}")
    return tuple(told)


def _work(year: int) -> frozenset[date]:
    """The working days of a year and of the December before it, as far as they are known."""
    day, found = date(year - 1, 12, 1), set()
    while day.year <= year:
        try:
            if PROVISIONAL.is_working_day(day):
                found.add(day)
        except NoArrangement:
            if day.weekday() < 5:
                found.add(day)
        day += timedelta(days=1)
    return frozenset(found)


def revived(told: Mapping[str, Any]) -> Entry:
    """The entry that a register keeps as plain values: ``body`` as canonical JSON or read already, ``issued`` as ISO text or day."""
    body, issued = told["body"], told["issued"]
    return Entry(
        told["folder"], told["name"], told["key"], json.loads(body) if isinstance(body, str) else body,
        Source(
            told["title"], told["document"], told["issuer"],
            date.fromisoformat(issued) if isinstance(issued, str) else issued, told["url"],
        ),
        number=told["id"], read=bool(told["read_in_full"]),
    )  # fmt: skip


COLUMNS = ("id", "folder", "name", "key", "body", "title", "document", "issuer", "issued", "url", "read_in_full")
"""What ``revived`` asks of a register."""


def missing_festivals(year: int, statutory: Iterable[date]) -> tuple[str, ...]:
    """The public holidays of a year that ``statutory`` leaves out, as far as the tree knows them."""
    left = set(festivals(year)) - set(statutory)
    return tuple(f"{festivals(year)[day]} {day.isoformat()}" for day in sorted(left))
