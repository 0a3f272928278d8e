"""The search port 检索: put a notice's words into the index, and narrow a question for notices to those that hold them.

Two adapters with the same answers. SQLite: an FTS5 table without content, asked for phrases of our own tokens; what it
finds is exact. PostgreSQL: an array of tokens under GIN, which finds whatever holds all tokens, and a recheck that keeps
what holds them side by side. Signs that a database takes for more than they are never reach it: a question is letters,
digits and spaces.
"""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement, Integer, Select, column, exists, insert, literal_column, select, table, text
from sqlalchemy.orm import Session

from app.disclosure.models import FTS, NoticeRow, NoticeWordsRow
from app.disclosure.words import Question, plain, tokens

_FTS = table(FTS, column("rowid"), column("tokens"), column(FTS))


class Index(Protocol):
    """What either database can do. ``narrow`` joins (the index leads); ``holds`` is a condition (it follows).

    key   the notice's id as the index holds it: to order and page by, once narrowed
    """

    key: ColumnElement[int]

    def add(self, session: Session, notice_id: int, said: str) -> None: ...
    def narrow(self, statement: Select[Any], question: Question) -> Select[Any]: ...
    def holds(self, question: Question) -> ColumnElement[bool]: ...


class Fts5:
    """SQLite."""

    key: ColumnElement[int] = literal_column(f"{FTS}.rowid", Integer)

    def add(self, session: Session, notice_id: int, said: str) -> None:
        session.execute(
            text(f"INSERT INTO {FTS} (rowid, tokens) VALUES (:id, :tokens)"),
            {"id": notice_id, "tokens": " ".join(tokens(plain(said)))},
        )

    def narrow(self, statement: Select[Any], question: Question) -> Select[Any]:
        # The plus keeps SQLite from looking up each notice in the index, instead of each hit among the notices.
        lead = NoticeRow.id == literal_column(f"+{FTS}.rowid")
        return statement.join(_FTS, lead).where(_FTS.c[FTS].op("MATCH")(self._asked(question)))

    def holds(self, question: Question) -> ColumnElement[bool]:
        hit = select(_FTS.c.rowid).where(_FTS.c.rowid == NoticeRow.id, _FTS.c[FTS].op("MATCH")(self._asked(question)))
        return exists(hit.correlate(NoticeRow.__table__))

    def _asked(self, question: Question) -> str:
        return " AND ".join(term.phrase for term in question.terms)


class Gin:
    """PostgreSQL."""

    key: ColumnElement[int] = NoticeWordsRow.__table__.c.notice_id

    def add(self, session: Session, notice_id: int, said: str) -> None:
        words = plain(said)
        held = sorted({*tokens(words), *words.replace(" ", "")})
        session.execute(insert(NoticeWordsRow).values(notice_id=notice_id, tokens=held, plain=words))

    def narrow(self, statement: Select[Any], question: Question) -> Select[Any]:
        return statement.join(NoticeWordsRow, NoticeWordsRow.notice_id == NoticeRow.id).where(
            *self._conditions(question)
        )

    def holds(self, question: Question) -> ColumnElement[bool]:
        hit = select(NoticeWordsRow.notice_id).where(
            NoticeWordsRow.notice_id == NoticeRow.id, *self._conditions(question)
        )
        return exists(hit.correlate(NoticeRow.__table__))

    def _conditions(self, question: Question) -> list[ColumnElement[bool]]:
        wanted = sorted({token for term in question.terms for token in term.tokens})
        # A plain text holds no sign that LIKE reads as anything but itself.
        return [
            NoticeWordsRow.tokens.bool_op("@>")(wanted),
            *(NoticeWordsRow.plain.like(f"%{t.text}%") for t in question.terms),
        ]


def index(session: Session) -> Index:
    """The index of the database that ``session`` speaks to."""
    return Fts5() if session.get_bind().dialect.name == "sqlite" else Gin()


def rebuild(session: Session) -> int:
    """Make the index anew from the notices, for an administrator; gives how many. Constant memory."""
    port = index(session)
    if isinstance(port, Fts5):
        session.execute(text(f"INSERT INTO {FTS} ({FTS}) VALUES ('delete-all')"))
    else:
        session.execute(NoticeWordsRow.__table__.delete())
    done, after = 0, 0
    while rows := session.execute(
        select(NoticeRow.id, NoticeRow.text).where(NoticeRow.id > after).order_by(NoticeRow.id).limit(1000)
    ).all():
        for number, said in rows:
            port.add(session, number, said)
            after = number
        done += len(rows)
    return done
