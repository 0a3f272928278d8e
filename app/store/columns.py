"""Column types 列类型: what both databases must hold alike. Aware time, fen, exact points, words, canonical facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from kernel.canonical import canonical_json
from kernel.period import SHANGHAI
from kernel.points import exact_text

Key = BigInteger().with_variant(Integer, "sqlite")
"""A surrogate key: SQLite numbers only an INTEGER PRIMARY KEY by itself."""

Word = TypeVar("Word", bound=StrEnum)


class AwareTime(TypeDecorator[datetime]):
    """A moment. Goes in with its zone or not at all (ValueError), is held in UTC, comes out in Beijing time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"时间须带时区（Asia/Shanghai）: {value}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).astimezone(SHANGHAI)


class ExactPoints(TypeDecorator[Fraction]):
    """Points 分值 as the text ``n/d``: exactly what was computed. Do not order by it in SQL: it is a text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | int | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Fraction | int):
            raise ValueError(f"分值须为精确分数: {value!r}")
        return exact_text(Fraction(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


class Words(TypeDecorator[Word]):
    """A StrEnum by its value. An unknown word in the database is loud (ValueError), not guessed.

    >>> stage: Mapped[Stage] = mapped_column(Words(Stage))      # doctest: +SKIP
    """

    impl = String(40)
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:
        return None if value is None else self.words(value)


class Facts(TypeDecorator[Any]):
    """A frozen structure as canonical JSON text (sorted keys, no floats): the same value has the same bytes and hash.

    Replace the value as a whole; changes inside a held dict are not noticed.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self
