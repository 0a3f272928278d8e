"""Filters 筛选: what a reader asks of the list, read from the address and written back into one. Nothing else is asked.

An odd value (a day that does not exist, a kind that nobody publishes) is left out, as if it had not been asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.disclosure.kinds import NoticeKind
from app.disclosure.words import LONGEST_QUESTION, Question, plain, question
from kernel.money import Fen, fen_from_yuan, yuan
from kernel.period import SHANGHAI
from law.jurisdiction import jurisdictions
from procurement.method import Method
from procurement.service_field import ServiceField

HIGHEST = 10**15
"""Fen that an amount in an address may have at most."""


class Sort(StrEnum):
    """Orders of the list: each by what every reader may know of every notice."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DEADLINE = "deadline"

    @property
    def zh(self) -> str:
        return {"newest": "最新公布在前", "oldest": "最早公布在前", "deadline": "截止时间近的在前"}[self.value]


@dataclass(frozen=True)
class Asked:
    """One question to the list of notices.

    field          what the service is for 服务领域
    since, until   days of publication, both included
    low, high      amounts in fen, both included; notices that say no amount are then left out
    buyer          part of a buyer's name, or all of it
    open           only tenders that may still be answered
    after          id of the last notice of the page before; 0 for the first page
    """

    text: str = ""
    kind: NoticeKind | None = None
    region: str = ""
    method: Method | None = None
    field: ServiceField | None = None
    low: Fen | None = None
    high: Fen | None = None
    since: date | None = None
    until: date | None = None
    buyer: str = ""
    open: bool = False
    sort: Sort = Sort.NEWEST
    after: int = 0

    @property
    def question(self) -> Question:
        return question(self.text)

    @property
    def only_open(self) -> bool:
        """Deadlines are of tenders that may still be answered: the others have none to come."""
        return self.open or self.sort is Sort.DEADLINE

    @property
    def begins(self) -> datetime | None:
        return datetime.combine(self.since, time(), SHANGHAI) if self.since else None

    @property
    def ends(self) -> datetime | None:
        """The first moment that is too late."""
        return datetime.combine(self.until + timedelta(days=1), time(), SHANGHAI) if self.until else None

    @property
    def filters(self) -> bool:
        """Whether anything is left out at all."""
        return bool(replace(self, after=0, sort=Sort.NEWEST).args()) or self.sort is Sort.DEADLINE

    def args(self) -> dict[str, str]:
        """The same as parts of an address, in one order, without what was not asked: one question, one address."""
        said = {
            "q": self.text, "kind": self.kind, "region": self.region, "method": self.method, "field": self.field,
            "low": _yuan(self.low), "high": _yuan(self.high), "since": self.since, "until": self.until, "buyer": self.buyer,
            "open": "1" if self.open else "", "sort": "" if self.sort is Sort.NEWEST else self.sort, "after": self.after or "",
        }  # fmt: skip
        return {name: str(value) for name, value in said.items() if value not in (None, "")}

    def first_page(self) -> dict[str, str]:
        """The address of the first page: what an export, a feed or another order starts from."""
        return replace(self, after=0).args()

    def without(self, name: str) -> dict[str, str]:
        """The same question with one filter less."""
        return {key: value for key, value in self.first_page().items() if key != name}

    def words(self) -> list[tuple[str, str, str]]:
        """(name in the address, what it is, value) of every filter in force, for people."""
        kind, method, field = self.kind, self.method, self.field
        said = [
            ("q", "文字", self.text), ("kind", "类型", kind.zh if kind else ""), ("region", "地区", REGIONS.get(self.region, "")),
            ("field", "服务领域", field.zh if field else ""),
            ("method", "采购方式", method.zh if method else ""), ("low", "金额不低于", _shown(self.low)),
            ("high", "金额不高于", _shown(self.high)), ("since", "公布自", _text(self.since)), ("until", "公布至", _text(self.until)),
            ("buyer", "采购人", self.buyer), ("open", "", "还可以投标" if self.open else ""),
        ]  # fmt: skip
        return [each for each in said if each[2]]


def _regions() -> dict[str, str]:
    return {each.id: each.zh for each in jurisdictions()}


REGIONS: Mapping[str, str] = _regions()
"""Names of the regions whose rules are held, by id."""


def asked(args: Mapping[str, str]) -> Asked:
    """The question in an address."""
    text = " ".join(args.get("q", "")[:LONGEST_QUESTION].split())
    after = args.get("after", "")
    sort = args.get("sort", "")
    return Asked(
        text=text if plain(text) else "",
        kind=NoticeKind(args["kind"]) if args.get("kind") in list(NoticeKind) else None,
        region=args["region"] if args.get("region") in REGIONS else "",
        method=Method(args["method"]) if args.get("method") in list(Method) else None,
        field=ServiceField(args["field"]) if args.get("field") in list(ServiceField) else None,
        low=_fen(args.get("low", "")),
        high=_fen(args.get("high", "")),
        since=_day(args.get("since", "")),
        until=_day(args.get("until", "")),
        buyer=" ".join(args.get("buyer", "")[:200].split()),
        open=args.get("open") == "1",
        sort=Sort(sort) if sort in list(Sort) else Sort.NEWEST,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) <= 18 else 0,
    )


def day_in(text: str) -> date | None:
    """The day in an address (``2025-03-06``); None for anything else."""
    return _day(text)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2200 else None


def _fen(text: str) -> Fen | None:
    try:
        fen = fen_from_yuan(text[:20]) if text.strip() else None
    except ValueError:
        return None
    return fen if fen is not None and 0 <= fen <= HIGHEST else None


def _yuan(fen: Fen | None) -> str:
    return "" if fen is None else f"{yuan(fen):f}".removesuffix(".00")


def _shown(fen: Fen | None) -> str:
    return "" if fen is None else f"{yuan(fen):,f}元".replace(".00元", "元")


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
