"""Canonical JSON 规范化 JSON: one value, one text, one hash. Sorted keys, no spaces, UTF-8, no floats.

Whatever the house hashes so that a stranger can hash it again (receipts, lines of the log, signed sheets, results) is
hashed in this form, and in no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from kernel.period import aware


def canonical_json(value: Any) -> str:
    """``value`` as its one text.

    Dates, aware times (in Beijing time), decimals and fractions become texts, enums their values, tuples lists.
    Raises ValueError for floats, naive times, keys that are no texts and anything else that has no one spelling.

    >>> canonical_json({"b": 1, "a": (Fraction(1, 3), "采")})
    '{"a":["1/3","采"],"b":1}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of ``text``, in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return aware(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"不能规范化: {value!r}")
        return f"{value:f}"
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        if odd := [key for key in value if not isinstance(key, str)]:
            raise ValueError(f"键须为文本: {odd!r}")
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(inner) for inner in value)
    raise ValueError(f"不能规范化（浮点数、未知类型）: {value!r}")
