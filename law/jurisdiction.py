"""Jurisdictions 地区: what a place sets itself, laid over the national law 国家规定.

A file ``law/jurisdictions/<id>.toml`` holds

    zh, level, within                 its name, and the jurisdiction it lies in ("national" for all but the nation)
    known, unknown                    lists of sentences: what was found of its own rules, and what was not
    [parameters.<id>]                 as in ``law.parameter``; overrides the national parameter of that name
    [[threshold]]                     level, kind, goods, since, until, yuan, cites, status, guideline, note
    [bands.<id>]                      grade bands as written: since, until, cites, status, and grades from the best

Thresholds are a table and never constants: a province may set three levels (政府采购法实施条例 第五条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from kernel.money import Fen, fen_from_yuan
from kernel.points import points
from kernel.refusal import Missing
from law.parameter import History, Parameter, histories, read_history
from law.table import kept, names, table

LEVELS = {"central": "中央", "province": "省级", "city": "市级", "county": "县级"}
KINDS = {"open_tender": "公开招标数额标准", "procurement": "分散采购限额标准"}
GOODS = {"goods": "货物", "services": "服务", "works": "工程"}


@dataclass(frozen=True)
class Threshold:
    """An amount from which a rule applies 数额标准. "以上" includes the amount itself.

    amount     fen 分
    guideline  True: only what national guidance asks of local tables; the place's own amount is not held, so warn
    entry      the number of the entry it comes from, 0 for the tables of the tree
    """

    region: str
    level: str
    kind: str
    goods: str
    amount: Fen
    cites: str
    status: str
    since: date
    until: date | None = None
    guideline: bool = False
    note: str = ""
    entry: int = 0

    @property
    def binding(self) -> bool:
        """Whether a comparison with it decides; otherwise it warns."""
        return not self.guideline and not self.status.startswith("M")

    def reached_by(self, amount: Fen) -> bool:
        """Whether ``amount`` is at or above it 达到数额标准 (财政部令第87号 第八十六条: 以上 includes it)."""
        return amount >= self.amount


@dataclass(frozen=True)
class Band:
    """One grade 等级: from ``low`` to ``high`` points, each end included or not, as written."""

    zh: str
    low: Fraction
    high: Fraction
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True)
class Bands:
    """Grade bands with their source, from the best down. A score between two bands is in none: nothing is moved."""

    id: str
    zh: str
    bands: tuple[Band, ...]
    cites: str
    status: str
    since: date
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, eq=False)
class Jurisdiction:
    """A place with its own rules and, beneath them, those of the place it lies in."""

    id: str
    zh: str
    level: str
    within: Jurisdiction | None
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    own: Mapping[str, History]
    thresholds: tuple[Threshold, ...]
    grades: tuple[Bands, ...]

    def parameter(self, id: str, on: date) -> Parameter | None:
        """The value in force here on a day: the place's own, else that of the place it lies in. KeyError: no such."""
        if id not in known():
            raise KeyError(f"没有名为 {id!r} 的参数")
        own = self.own[id].on(on) if id in self.own else None
        if own is not None:
            return own
        if self.within is not None:
            return self.within.parameter(id, on)
        return histories()[id].on(on) if id in histories() else None

    def threshold(self, level: str, kind: str, goods: str, on: date) -> Threshold:
        """The threshold of a budget level here on a day; where the place's own is not held, the national guideline.

        Raises Missing when neither is held: the amount must then be given by a person. KeyError for an unknown level,
        kind or object.
        """
        for key, allowed in ((level, LEVELS), (kind, KINDS), (goods, GOODS)):
            if key not in allowed:
                raise KeyError(f"{key!r}: 须为 {'、'.join(allowed)} 之一")
        for each in self.thresholds:
            if (each.level, each.kind, each.goods) == (level, kind, goods) and _in_force(each.since, each.until, on):
                return each
        if self.within:
            found = self.within.threshold(level, kind, goods, on)
            return replace(found, region=self.id)
        raise Missing(
            f"未收录{LEVELS[level]}{GOODS[goods]}的{KINDS[kind]}（{on.isoformat()}）: "
            "请按本地公布的集中采购目录及标准填写金额和依据"
        )

    def bands(self, id: str, on: date) -> Bands:
        """The grade bands of that name in force on a day, here or in the place this lies in. Raises Missing."""
        for each in self.grades:
            if each.id == id and _in_force(each.since, each.until, on):
                return each
        if self.within:
            return self.within.bands(id, on)
        raise Missing(f"{on.isoformat()}没有生效的等级标准: {id}")


@kept()
def jurisdiction(id: str) -> Jurisdiction:
    """The jurisdiction of that name. Raises Missing, naming those that are held."""
    if id not in names("jurisdictions"):
        held = "、".join(names("jurisdictions"))
        raise Missing(f"未收录地区“{id}”的规定（已收录: {held}）; 尚无本地规定的, 请用 national")
    entry = table("jurisdictions", id)
    within = entry.get("within")
    return Jurisdiction(
        id=id,
        zh=entry["zh"],
        level=entry["level"],
        within=jurisdiction(within) if within else None,
        known=tuple(entry.get("known", ())),
        unknown=tuple(entry.get("unknown", ())),
        own={key: read_history(key, each) for key, each in entry.get("parameters", {}).items()},
        thresholds=tuple(_threshold(id, each) for each in entry.get("threshold", ())),
        grades=tuple(_bands(key, each) for key, each in entry.get("bands", {}).items()),
    )


def jurisdictions() -> tuple[Jurisdiction, ...]:
    """All jurisdictions that are held."""
    return tuple(jurisdiction(name) for name in names("jurisdictions"))


@kept()
def known() -> Mapping[str, History]:
    """Every parameter that is held for any place, by id; national ones where both are."""
    local = {id: history for place in jurisdictions() for id, history in place.own.items()}
    return {**local, **histories()}


def _in_force(since: date, until: date | None, on: date) -> bool:
    return since <= on and (until is None or on <= until)


def _threshold(region: str, entry: Mapping[str, Any]) -> Threshold:
    return Threshold(
        region=region,
        level=entry["level"],
        kind=entry["kind"],
        goods=entry["goods"],
        amount=fen_from_yuan(entry["yuan"]),
        cites=entry["cites"],
        status=entry["status"],
        since=entry["since"],
        until=entry.get("until"),
        guideline=entry.get("guideline", False),
        note=entry.get("note", ""),
        entry=entry.get("entry", 0),
    )


def _bands(id: str, entry: Mapping[str, Any]) -> Bands:
    return Bands(
        id=id,
        zh=entry["zh"],
        bands=tuple(
            Band(
                each["zh"],
                points(each["low"]),
                points(each["high"]),
                each.get("low_included", True),
                each.get("high_included", True),
            )
            for each in entry["grades"]
        ),
        cites=entry["cites"],
        status=entry["status"],
        since=entry["since"],
        until=entry.get("until"),
        note=entry.get("note", ""),
    )
