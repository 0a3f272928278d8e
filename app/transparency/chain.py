"""The chain: write lines at the end of it, and find out whether somebody touched it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.transparency.models import LogHead, LogLine
from kernel.canonical import canonical_json, sha256_hex
from kernel.period import aware

GENESIS = "0" * 64
"""What the first line follows."""

PAGE = 1000


class Doer(Protocol):
    """Whoever acts: ids and the role, never a name. Names may be corrected or erased, the chain may not.

    The role is None only for somebody who is just coming in.
    """

    @property
    def person_id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int | None: ...
    @property
    def role(self) -> StrEnum | None: ...


@dataclass(frozen=True)
class Entry:
    """What is to be recorded of one act; its place in the chain is given when it is written."""

    at: str
    person_id: int | None
    organisation_id: int | None
    role: str
    act: str
    subject_kind: str
    subject_id: str
    cites: str
    facts: str


@dataclass(frozen=True)
class Verdict:
    """What verify found. ``first_bad`` is the number at which the chain no longer holds; None when all of it holds."""

    lines: int
    head: str
    first_bad: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.first_bad is None


def entry(
    act: str, subject: tuple[str, str], *, by: Doer, at: datetime, cites: str = "", facts: Any = None
) -> Entry:
    """The entry for ``act`` (``noun.act``) on ``subject`` (kind, id). Raises ValueError for what has no one spelling.

    Who acts for somebody else 委托代理 is named together with them: ``on_behalf_of`` in the facts.
    """
    delegator = getattr(by, "delegator_id", None)
    if delegator is not None:
        facts = {**(facts or {}), "on_behalf_of": delegator}
    return Entry(
        at=aware(at).isoformat(),
        person_id=by.person_id,
        organisation_id=by.organisation_id,
        role=by.role.value if by.role else "",
        act=act,
        subject_kind=subject[0],
        subject_id=subject[1],
        cites=cites,
        facts=canonical_json({} if facts is None else facts),
    )


def append(session: Session, entries: Iterable[Entry]) -> None:
    """Write ``entries`` at the end of the chain, in order, inside the caller's transaction.

    Locks the head row until that transaction ends, so call it last: three statements, whatever their number.
    """
    entries = list(entries)
    if not entries:
        return
    sequence, previous = session.execute(
        select(LogHead.sequence, LogHead.hash).where(LogHead.id == 1).with_for_update()
    ).one()
    lines = []
    for each in entries:
        sequence += 1
        line = {"sequence": sequence, **_plain(each), "previous_hash": previous}
        line["hash"] = previous = _hash(line)
        lines.append(line)
    session.execute(insert(LogLine), lines)
    session.execute(update(LogHead).where(LogHead.id == 1).values(sequence=sequence, hash=previous))


def verify(session: Session) -> Verdict:
    """Walk the whole chain and say whether it holds: nothing edited, deleted, inserted, reordered or cut off.

    Constant memory; one statement per thousand lines.
    """
    head = session.execute(select(LogHead.sequence, LogHead.hash).where(LogHead.id == 1)).one_or_none()
    if head is None:
        return Verdict(0, GENESIS, 1, "日志尾记录缺失")
    expected, previous = 0, GENESIS
    for line in _lines(session):
        expected += 1
        found = line.pop("hash")
        if line["sequence"] != expected:
            return Verdict(expected - 1, previous, expected, f"缺少第 {expected} 行")
        if line["previous_hash"] != previous:
            return Verdict(expected - 1, previous, expected, f"第 {expected} 行与前一行不衔接")
        if _hash(line) != found:
            return Verdict(expected - 1, previous, expected, f"第 {expected} 行内容被改动")
        previous = found
    if expected < head.sequence:
        return Verdict(expected, previous, expected + 1, f"尾部缺少第 {expected + 1} 至 {head.sequence} 行")
    if (expected, previous) != (head.sequence, head.hash):
        return Verdict(expected, previous, max(expected, 1), "最后一行与日志尾记录不符")
    return Verdict(expected, previous)


HASHED = ("sequence", *(field.name for field in fields(Entry)), "previous_hash")


def _lines(session: Session) -> Iterator[dict[str, Any]]:
    """Every line by number, as plain dicts, a thousand at a time."""
    columns = [getattr(LogLine, name) for name in (*HASHED, "hash")]
    after: int | None = None
    while True:
        page = select(*columns).order_by(LogLine.sequence).limit(PAGE)
        rows = session.execute(page if after is None else page.where(LogLine.sequence > after)).mappings().all()
        for row in rows:
            after = row["sequence"]
            yield dict(row)
        if len(rows) < PAGE:
            return


def _plain(each: Entry) -> dict[str, Any]:
    return {field.name: getattr(each, field.name) for field in fields(Entry)}


def _hash(line: dict[str, Any]) -> str:
    return sha256_hex(canonical_json(line))
