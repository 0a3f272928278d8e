"""规范化 JSON: one value has one text; what has no one spelling has none."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from kernel.canonical import canonical_json, sha256_hex
from kernel.period import SHANGHAI

NOW = datetime(2025, 2, 10, 9, 0, tzinfo=SHANGHAI)


def test_one_value_has_one_text() -> None:
    assert canonical_json({"乙": Decimal("1.50"), "a": (True, None, NOW, NOW.date())}) == (
        '{"a":[true,null,"2025-02-10T09:00:00+08:00","2025-02-10"],"乙":"1.50"}'
    )


@pytest.mark.parametrize(
    "value", [0.1, {"a": float("nan")}, {1: "a"}, object(), datetime(2025, 1, 1), Decimal("Infinity")]  # noqa: DTZ001
)
def test_what_has_no_one_spelling_is_not_recorded(value: Any) -> None:
    with pytest.raises(ValueError, match=r"规范化|文本|时区"):
        canonical_json({"x": value} if not isinstance(value, dict) else value)


def test_the_hash_is_that_of_the_utf_8_bytes() -> None:
    """As ``printf '%s' 采 | sha256sum`` prints it."""
    assert sha256_hex("采") == "0b79ffa0fd810a7401eb6493b7bcffae35c3f09c36221e943b4a12205269da67"
