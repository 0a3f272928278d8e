"""Case files 采购文件 (YAML) as people upload them: read safely, and with every fault of form at its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from kernel.refusal import BadInput, Finding

MOST_BYTES = 1024 * 1024
DEEPEST = 40
MOST_PLACES = 40
ONLY_FOR_TRIALS = ("cases", "expected_results")
"""Blocks of a case file that are no part of a tender: invented bids and their results."""


class _Loader(yaml.SafeLoader):
    """Plain data only. No aliases (a few lines of them can grow to gigabytes), no repeated keys, no binary fractions."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "不能使用别名（*）", self.peek_event().start_mark)
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.composer.ComposerError(None, None, f"层次超过{DEEPEST}层", self.peek_event().start_mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
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
    try:
        found = yaml.load(_decoded(data), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else "文件"
        raise _wrong(f"{where}不符合 YAML 格式: {_chinese(error.problem or '')}", "请对照示例改正后重新上传") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _wrong("文件含有不能识别的字符或内容", "请另存为 UTF-8 编码的文本后重新上传") from None
    if not isinstance(found, Mapping):
        raise _wrong("文件内容应为“名称: 内容”的结构", "请对照示例改正后重新上传")
    return plain(found)


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


_ZH = (
    ("mapping values are not allowed here", "此处不能再出现“名称:”, 可能是缩进不对或者冒号多了"),
    ("could not find expected ':'", "缺少冒号"),
    ("found character '\\t'", "缩进只能用空格, 不能用制表符"),
    ("found character that cannot start any token", "出现了不能作为开头的字符, 如制表符或 @"),
    ("did not find expected key", "缩进不一致, 或者缺少“名称:”"),
    ("expected <block end>", "缩进不一致"),
    ("did not find expected ',' or", "方括号或花括号内缺少逗号, 或者没有闭合"),
    ("expected ',' or", "方括号或花括号内缺少逗号, 或者没有闭合"),
    ("found unexpected end of stream", "引号或括号没有闭合"),
    ("could not determine a constructor", "不能使用自定义标签（!）"),
    ("expected the node content", "冒号或横线后面缺少内容"),
)


def _chinese(problem: str) -> str:
    if problem and not problem.isascii():
        return problem
    return next((zh for start, zh in _ZH if problem.startswith(start)), "结构有误")
