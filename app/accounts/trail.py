"""The trail 办理记录: what the transparency log says about a matter, told to a reader who may know of it.

A room says, per table, which acts may be told in which words, and gives a select of the rows that this reader may know of.
What no room names is never told: a new act is silent until somebody has thought about who may hear of it. Facts of a line
and people's names stay in the log; told are the moment, the act, the role and organisation that acted, and the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, String, and_, bindparam, cast, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import OrganisationRow
from app.store.prepared import Prepared
from app.transparency.models import LogLine
from kernel.period import aware
from kernel.role import Role


@dataclass(frozen=True)
class Trace:
    """The acts on the rows of one table that a reader may know of.

    kind     the table, as the log names subjects
    acts     act → Chinese words; others are not told
    rows     select of three texts: ``subject_id`` (as the log has it), ``key`` (for the page's address), ``title``
    page     endpoint that shows such a row, "" for none; ``by``: its one argument, given ``key``
    """

    kind: str
    acts: Mapping[str, str]
    rows: Select[Any]
    page: str = ""
    by: str = ""


@dataclass(frozen=True)
class Passed:
    """One act that happened. ``organisation`` "" where nobody's; ``delegated``: done on somebody's behalf 委托代理.

    times  how often it happened in a row, where a page tells it once (``in_a_row``)
    """

    sequence: int
    at: datetime
    zh: str
    role: Role | None
    organisation: str
    cites: str
    title: str
    page: str
    by: str
    key: str
    delegated: bool = False
    times: int = 1

    @property
    def doer(self) -> str:
        """Who acted, as a page prints it: the organisation, else the role."""
        return self.organisation or (self.role.zh if self.role else "")


def passed(
    session: Session, traces: Sequence[Trace], *, limit: int, since: datetime | None = None,
    besides: int | None = None, newest_first: bool = False,
) -> list[Passed]:
    """What the log says along ``traces``, in its order. One statement, each branch by the index on the log's subjects.

    since    only what happened after this moment
    besides  leave out what this person did
    """  # fmt: skip
    if not traces:
        return []
    statement = _statement(traces, limit, newest_first, since=since and aware(since).isoformat(), besides=besides)
    return _told(traces, session.execute(statement))


class Trail:
    """What may be told again and again along the same traces: ``passed``, the newest first, its statement built once.

    traces  their rows may hold ``bindparam``s: who asks is then given with each question
    """

    def __init__(self, traces: Sequence[Trace], *, limit: int) -> None:
        self._traces = traces
        self._statement = Prepared(
            lambda: _statement(traces, limit, newest_first=True, since=bindparam("since"), besides=bindparam("besides", type_=Integer))
        )

    def passed(self, session: Session, *, since: datetime, besides: int | None, **asks: Any) -> list[Passed]:
        """What happened after ``since`` by others than ``besides``. One statement."""
        if not self._traces:
            return []
        rows = self._statement.rows(session, since=aware(since).isoformat(), besides=besides or 0, **asks)
        return _told(self._traces, rows)


def _statement(traces: Sequence[Trace], limit: int, newest_first: bool, *, since: Any, besides: Any) -> Select[Any]:
    parts = union_all(*(_part(number, trace, since, besides) for number, trace in enumerate(traces))).subquery()
    order = parts.c.sequence.desc() if newest_first else parts.c.sequence
    return (
        select(
            parts.c.sequence, parts.c.at, parts.c.act, parts.c.role, parts.c.cites, parts.c.facts, parts.c.trace,
            parts.c.key, parts.c.title, OrganisationRow.name,
        )
        .outerjoin(OrganisationRow, OrganisationRow.id == parts.c.organisation_id)
        .order_by(order)
        .limit(limit)
    )  # fmt: skip


def _told(traces: Sequence[Trace], rows: Iterable[Any]) -> list[Passed]:
    found = []
    for sequence, at, act, role, cites, facts, number, key, title, organisation in rows:
        trace = traces[number]
        found.append(Passed(
            sequence, datetime.fromisoformat(at), trace.acts[act], Role(role) if role else None, organisation or "", cites,
            title, trace.page, trace.by, key, '"on_behalf_of":' in facts,
        ))  # fmt: skip
    return found


def in_a_row(lines: Sequence[Passed]) -> list[Passed]:
    """The same lines, those told as one that several people of one house did on one day, one after the other."""
    told: list[Passed] = []
    for line in lines:
        last = told[-1] if told else None
        if last and _said(last) == _said(line):
            told[-1] = replace(line, times=last.times + 1)
        else:
            told.append(line)
    return told


def _said(line: Passed) -> tuple[object, ...]:
    return line.zh, line.doer, line.role, line.cites, line.key, line.delegated, line.at.date()


def as_text(column: Any) -> Any:
    """A row's number as the log names it."""
    return cast(column, String)


def _part(number: int, trace: Trace, since: Any, besides: Any) -> Select[Any]:
    # The rows lead, and each is looked up among the log's subjects. Were the table's name a constant of this condition, SQLite,
    # which keeps no statistics, might walk all its lines instead.
    rows = trace.rows.add_columns(literal(trace.kind).label("kind")).cte(f"rows_{number}").prefix_with("MATERIALIZED")
    subject, key, title, kind = rows.c
    statement = (
        select(
            LogLine.sequence, LogLine.at, LogLine.act, LogLine.role, LogLine.cites, LogLine.facts, LogLine.organisation_id,
            literal(number).label("trace"), key.label("key"), title.label("title"),
        )
        .join(rows, and_(LogLine.subject_kind == kind, LogLine.subject_id == subject))
        .where(LogLine.act.in_(list(trace.acts)))
    )  # fmt: skip
    if since is not None:
        # Lines stand in the log in the order of time: from the first one after ``since`` on, the index on subjects alone tells
        # which subjects have any.
        first = select(LogLine.sequence).where(LogLine.at > since).order_by(LogLine.at, LogLine.sequence).limit(1).scalar_subquery()
        statement = statement.where(LogLine.sequence >= first, LogLine.at > since)
    if besides is not None:
        statement = statement.where(or_(LogLine.person_id.is_(None), LogLine.person_id != besides))
    return statement
