"""Instruments 文件: the laws, orders and notices the house cites, with their numbers, dates and state of checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from law.rule import STATUSES
from law.table import BadTable, Table, entries, kept


@dataclass(frozen=True)
class Instrument:
    """One text of law.

    name        how the house cites it: ``政府采购法``, ``财政部令第87号``, ``财库〔2026〕2号``
    articles    how many articles it has; 0: parts but no articles; None: not counted by us
    since       in force from; until: the last day in force, None while it still is
    url         the official page, "" where none is known to us
    status      V read in full; V2 secondary source; Mh/Mm/Ml from memory
    """

    name: str
    title: str
    number: str
    names: tuple[str, ...]
    issuer: str
    since: date
    until: date | None
    articles: int | None
    url: str
    status: str
    note: str

    def in_force(self, on: date) -> bool:
        """Whether it is in force on the day."""
        return self.since <= on and (self.until is None or on <= self.until)

    def __str__(self) -> str:
        return self.name


_ENTRIES = {
    "title", "number", "names", "issuer", "since", "until", "articles", "unnumbered", "url", "status", "note"
}  # fmt: skip


@kept()
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by the name it is cited with. Raises BadTable for an entry that is wrong."""
    return {name: _instrument(name, entry) for name, entry in entries("instruments").items()}


@kept()
def instrument_names() -> Mapping[str, Instrument]:
    """Every name that resolves: the citing name, short names, number and full title, the longest first."""
    found: dict[str, Instrument] = {}
    for instrument in instruments().values():
        for name in {instrument.name, *instrument.names, instrument.number, instrument.title} - {""}:
            if found.setdefault(name, instrument) is not instrument:
                raise BadTable(f"文件名称重复: {name}")
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _instrument(name: str, entry: Table) -> Instrument:
    if unknown := set(entry) - _ENTRIES:
        raise BadTable(f"文件 {name}: 多出 {sorted(unknown)}")
    if missing := {"title", "issuer", "since", "status"} - set(entry):
        raise BadTable(f"文件 {name}: 缺少 {sorted(missing)}")
    if entry["status"] not in STATUSES:
        raise BadTable(f"文件 {name}: 未知核对状态 {entry['status']!r}")
    return Instrument(
        name=name,
        title=entry["title"],
        number=entry.get("number", name),
        names=tuple(entry.get("names", ())),
        issuer=entry["issuer"],
        since=entry["since"],
        until=entry.get("until"),
        articles=0 if entry.get("unnumbered") else entry.get("articles"),
        url=entry.get("url", ""),
        status=entry["status"],
        note=entry.get("note", ""),
    )
