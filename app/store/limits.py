"""Limits 列的容量: what no column can hold is refused in words, alike on both databases, before either of them is asked.

Forms ask for lengths where people type; this is the floor beneath them, for what comes out of files and commands.
SQLite would keep a text of any length, PostgreSQL would break off with an error of its own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text, inspect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from kernel.refusal import BadInput, Finding


def refuse_what_does_not_fit(session: Session, *_: Any) -> None:
    """Before a flush: raise BadInput naming every value that is longer or larger than its column."""
    wrong = []
    for row in (*session.new, *session.dirty):
        held = row.__dict__  # what is not loaded is not changed
        for name, longest, largest in _columns(type(row)):
            value = held.get(name)
            if longest and isinstance(value, str) and len(value) > longest:
                wrong.append(Finding(name, f"内容过长, 最长{longest}字", have=f"{len(value)}字"))
            elif largest and isinstance(value, int) and abs(value) > largest:
                wrong.append(Finding(name, "数字过大, 请核对"))
    if wrong:
        raise BadInput(wrong, "内容超过可以保存的长度")


@cache
def _columns(kind: type[Any]) -> tuple[tuple[str, int, int], ...]:
    """(attribute, longest text, largest number) of every column of ``kind`` that has a limit."""
    found = []
    for attribute in inspect(kind).column_attrs:
        of = attribute.columns[0].type
        if isinstance(of, TypeDecorator):
            of = of.impl_instance
        if isinstance(of, String) and not isinstance(of, Text) and of.length:
            found.append((attribute.key, of.length, 0))
        elif isinstance(of, Integer):
            found.append((attribute.key, 0, 2**63 - 1 if isinstance(of, BigInteger) else 2**31 - 1))
    return tuple(found)
