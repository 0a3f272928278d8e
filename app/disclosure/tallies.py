"""Tallies 计数: how many notices there are of each kind, region, method and field; kept as notices are written.

A reader who asks for nothing else gets exact counts from these few rows, however many notices there are.
"""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.disclosure.models import NoticeRow, TallyRow

_KEY = ("kind", "jurisdiction", "method", "service_field")


def count(session: Session, row: NoticeRow) -> None:
    """One notice more."""
    key = {name: str(getattr(row, name) or "") for name in _KEY}
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = make(TallyRow).values(**key, number=1)
    session.execute(statement.on_conflict_do_update(index_elements=_KEY, set_={"number": TallyRow.number + 1}))


def rebuild(session: Session) -> None:
    """Count all notices anew, for an administrator or after notices were written in bulk."""
    table = NoticeRow.__table__
    key = [func.coalesce(table.c[name], "") for name in _KEY]
    session.execute(delete(TallyRow))
    session.execute(insert(TallyRow).from_select([*_KEY, "number"], select(*key, func.count()).group_by(*key)))
