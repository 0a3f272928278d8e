"""Case files 采购文件 (YAML) as people upload them: read safely, and with every fault of form at its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from app.files.kinds import FileKind, Unfit, kind_of
from kernel.refusal import BadInput, Finding
from rubric.source import UNREADABLE, place_and_fault, survey, unusable

MOST_BYTES = 1024 * 1024
DEEPEST = 40
MOST_PLACES = 40
ONLY_FOR_TRIALS = ("cases", "expected_results")
"""Blocks of a case file that are no part of a tender: invented bids and their results."""

_Fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Fast):  # type: ignore[misc]
    """Plain data only. No aliases (a few lines of them can grow to gigabytes), no repeated keys, no binary fractions."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            raise yaml.constructor.ConstructorError(None, None, "不能使用别名（*）", node.start_mark)
        return super().construct_object(node, deep)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "名称须为文本", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}”重复出现", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_exact(self, node: Any) -> Decimal | str:
        text = self.construct_scalar(node).replace("_", "")
        try:
            number = Decimal(text)
        except ArithmeticError:
            return text
        # 1.0e+999999999 is a number too, and would be written out to the last nought
        return number if number.is_finite() and abs(number.adjusted()) < MOST_PLACES else text


_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_exact)


def read_case_file(data: bytes) -> dict[str, Any]:
    """The mapping that an uploaded file holds. Raises BadInput saying in Chinese what is wrong and on which line.

    UTF-8, or GB 18030 as older office software still writes it. At most 1 MiB.
    """
    if not data.strip():
        raise _wrong("文件是空的", "请选择填写好的采购文件（YAML）")
    if len(data) > MOST_BYTES:
        raise _wrong("文件超过 1 MiB", "采购文件只放结构化的内容, 附件请另行上传")
    if (other := _other_kind(data)) is not None:
        raise _wrong(f"这是{other.zh}文件, 不是采购文件", "请上传 YAML 文本; 附件请另行上传")
    text = _decoded(data)
    try:
        survey(text, DEEPEST)
        found = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        where, zh = place_and_fault(error)
        raise _wrong(f"{where}不符合 YAML 格式: {zh}", "请对照示例改正后重新上传") from None
    except UNREADABLE:
        raise _wrong("文件含有不能识别的字符或内容", "请另存为 UTF-8 编码的文本后重新上传") from None
    if odd := unusable(found):
        raise BadInput((replace(each, field="case_file") for each in odd), "采购文件无法读取")
    if not isinstance(found, Mapping):
        raise _wrong("文件内容应为“名称: 内容”的结构", "请对照示例改正后重新上传")
    return plain(found)


def _other_kind(data: bytes) -> FileKind | None:
    """What the upload is, when it is a file of another kind. Text in an older encoding is no kind, and read below."""
    try:
        kind = kind_of(data, MOST_BYTES)
    except Unfit:
        return None
    return None if kind is FileKind.TEXT else kind


def plain(value: Mapping[Any, Any]) -> dict[str, Any]:
    """A case mapping as the database keeps it: names as texts, without the blocks that are only for trials."""
    return {_name(k): _plain(v) for k, v in value.items() if k not in ONLY_FOR_TRIALS}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_name(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, float) else value


def _name(key: Any) -> str:
    if isinstance(key, bool):  # YAML 1.1 reads a bare yes/no/on/off as a truth value
        return "true" if key else "false"
    return str(key)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _wrong("文件不是文本文件", "请上传 YAML 文本（UTF-8 编码）")


def _wrong(zh: str, cure: str) -> BadInput:
    return BadInput((Finding("case_file", zh, cure=cure),), "采购文件无法读取")
