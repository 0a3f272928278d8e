"""Prepared statements 预备语句: a question that every page asks, built once, and asked with parameters.

To build a large statement anew costs more than most answers do. What is written as ``bindparam("name")`` is given each time;
everything else is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session


class Prepared:
    """A select whose answer is plain columns. ``build`` is called at the first question, when every table is known."""

    def __init__(self, build: Callable[[], Select[Any]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> Select[Any]:
        return self._build()

    def rows(self, session: Session, **given: Any) -> Sequence[Row[Any]]:
        """The answer. Raises StatementError when something is not given."""
        return session.connection().execute(self._statement, given).fetchall()
