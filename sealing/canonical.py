"""JSON with one spelling: what is signed is bytes, and nobody re-serialises before verifying.

UTF-8, keys in ASCII and sorted, no spaces; texts, integers of at most 2^53 - 1 in size, booleans, lists, objects. No null, no
float, no key twice. A subset of RFC 8785, so that a browser's ``JSON.stringify`` of sorted keys gives the same bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

MOST = 2**53 - 1


class Malformed(ValueError):
    """Not the object that it should be; the text says what is wrong, in Chinese."""


def encode(value: Any) -> bytes:
    """The bytes of ``value``. Raises Malformed for what has no one spelling.

    >>> encode({"b": [True, 1], "a": "采"}).decode()
    '{"a":"采","b":[true,1]}'
    """
    _check(value, 0)
    try:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("文本中有不成对的代理字符") from None


def decode(raw: bytes) -> dict[str, Any]:
    """The object that ``raw`` spells. Raises Malformed unless ``raw`` is its one spelling."""
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse, parse_int=_whole
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise Malformed("不是 UTF-8 的 JSON") from None
    if not isinstance(value, dict):
        raise Malformed("须为 JSON 对象")
    if encode(value) != raw:
        raise Malformed("不是规范写法（键须排序, 不得有空格）")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("键重复")
    return found


def _refuse(text: str) -> Any:
    raise Malformed(f"不得使用小数: {text[:20]}")


def _whole(text: str) -> int:
    if len(text) > 17:
        raise Malformed("整数过大")
    return int(text)


def _check(value: Any, depth: int) -> None:
    if depth > 16:
        raise Malformed("层次过深")
    if isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > MOST:
            raise Malformed("整数过大")
    elif isinstance(value, list):
        for each in value:
            _check(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise Malformed("键须为 ASCII 文本")
            _check(each, depth + 1)
    else:
        raise Malformed(f"不允许的类型: {type(value).__name__}")


def fields(value: Any, form: Mapping[str, type], what: str) -> dict[str, Any]:
    """``value`` if it is an object with exactly the keys of ``form``, each of its type; True is no integer.

    Raises Malformed naming every key that is missing, unknown or of another type.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{what}: 须为 JSON 对象")
    wrong = [f"缺少 {key}" for key in form if key not in value]
    wrong += [f"多出 {key}" for key in value if key not in form]
    wrong += [
        f"{key} 须为 {kind.__name__}" for key, kind in form.items() if key in value and type(value[key]) is not kind
    ]
    if wrong:
        raise Malformed(f"{what}: {'、'.join(wrong)}")
    return value


def sha256(*parts: bytes) -> bytes:
    """SHA-256 of the joined parts, 32 bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: Any, length: int | None, what: str) -> bytes:
    """The bytes, of exactly ``length`` where it is given. Raises Malformed; padding bits that are not zero are refused."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        raise Malformed(f"{what}: 不是 base64") from None
    if to_base64(raw) != text or (length is not None and len(raw) != length):
        raise Malformed(f"{what}: 长度或写法不符")
    return raw


def is_digest(text: Any) -> bool:
    """Whether ``text`` is a SHA-256 in lower hex."""
    return isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)
