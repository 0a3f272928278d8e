"""Prepared statements 预备语句: a question that every page asks, built once, and asked with parameters.

To build a large statement anew costs more than most answers do. What is written as ``bindparam("name")`` is given each time;
everything else is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.orm import Session

Answers = dict[tuple[Any, ...], Sequence[Row[Any]]]

_answers: ContextVar[Answers | None] = ContextVar("answers", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Within this, the same question with the same parameters is asked once: for one page that only reads, with one session,
    and that several rooms write together."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


class Prepared:
    """A select whose answer is plain columns. ``build`` is called at the first question, when every table is known."""

    def __init__(self, build: Callable[[], Select[Any]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> Select[Any]:
        return self._build()

    def rows(self, session: Session, **given: Any) -> Sequence[Row[Any]]:
        """The answer. Raises StatementError when something is not given."""
        answers = _answers.get()
        if answers is None:
            return self._ask(session, given)
        question = (self, *given.items())
        if question not in answers:
            answers[question] = self._ask(session, given)
        return answers[question]

    def _ask(self, session: Session, given: dict[str, Any]) -> Sequence[Row[Any]]:
        return session.connection().execute(self._statement, given).fetchall()
