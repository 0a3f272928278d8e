"""Tallies 计数: how many notices there are of each kind, region, method and field; kept as notices are written.

A notice adds one to sixteen rows: to its own values, and to every combination of them with ``ANY``. So a reader who asks for
nothing but such values finds each count in one row, however many notices there are and however many values.
"""

from __future__ import annotations

from itertools import product

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.disclosure.models import NoticeRow, TallyRow

KEY = ("kind", "jurisdiction", "method", "service_field")
ANY = "*"
"""Stands for all values of a column together."""


def count(session: Session, row: NoticeRow) -> None:
    """One notice more. One statement."""
    values = [(ANY, str(getattr(row, name) or "")) for name in KEY]
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    # In one order, whatever the notice: two writers that touch the same rows wait for one another and never in a ring.
    rows = [{**dict(zip(KEY, key, strict=True)), "number": 1} for key in sorted(product(*values))]
    statement = make(TallyRow).values(rows)
    session.execute(statement.on_conflict_do_update(index_elements=KEY, set_={"number": TallyRow.number + 1}))


def rebuild(session: Session) -> None:
    """Count all notices anew, for an administrator or after notices were written in bulk."""
    table = NoticeRow.__table__
    each = select(*(func.coalesce(table.c[name], "").label(name) for name in KEY), func.count().label("number"))
    each = each.group_by(*KEY).cte("tallied")
    sums = []
    for kept in product((True, False), repeat=len(KEY)):
        columns: list[ColumnElement[str]] = [each.c[name] for name, keep in zip(KEY, kept, strict=True) if keep]
        key = [each.c[name] if keep else literal(ANY).label(name) for name, keep in zip(KEY, kept, strict=True)]
        sums.append(select(*key, func.sum(each.c.number)).group_by(*columns).having(func.count() > 0))
    session.execute(delete(TallyRow))
    session.execute(insert(TallyRow).from_select([*KEY, "number"], union_all(*sums)))
