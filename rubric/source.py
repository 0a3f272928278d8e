"""Source texts 源文本: YAML as people write it → exact plain data. Whatever is wrong is said in Chinese, with its line."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from kernel.refusal import BadInput, Finding

MOST_CHARACTERS = 4_000_000
"""A case file of a real tender has 50,000; what is far longer is no rubric."""

DEEPEST = 60

UNREADABLE = (yaml.YAMLError, UnicodeError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What PyYAML raises for texts that are no YAML; some of it is its own carelessness (``!!bool x`` is a KeyError)."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _ExactLoader(_Loader):  # type: ignore[misc]
    """Safe YAML whose decimals are ``Decimal`` read from their text, without duplicate keys and without references."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems: list[Finding] = []

    def problem(self, node: Any, zh: str) -> None:
        place = f"第{node.start_mark.line + 1}行"
        self.problems.append(Finding(place, f"{place}: {zh}"))

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        if node in self.constructed_objects or node in self.recursive_objects:
            self.problem(node, "不支持 YAML 引用（& 与 *）, 请直接写出内容")
            return None
        return super().construct_object(node, deep)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, True)
            if isinstance(key, list | dict | set):
                self.problem(key_node, "键须为文本或数字")
                continue
            if key in found:
                self.problem(key_node, f"键“{key}”重复")
            found[key] = self.construct_object(value_node, deep)
        return found

    def construct_decimal(self, node: Any) -> Any:
        text = str(node.value).replace("_", "")
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value.adjusted()) > 40:
            self.problem(node, f"数字无法使用: {node.value}")
            return None
        return value


_ExactLoader.add_constructor("tag:yaml.org,2002:float", _ExactLoader.construct_decimal)


def load_yaml(text: str) -> Any:
    """YAML text as plain data: decimals are exact, nothing is executed, nothing is guessed.

    Raises BadInput with every problem: broken YAML (line and column), duplicate keys, references, unusable numbers.

    >>> load_yaml("weight: 22.50")
    {'weight': Decimal('22.50')}
    """
    if len(text) > MOST_CHARACTERS:
        raise BadInput((Finding("", f"文件过大: {len(text)}个字符, 最多{MOST_CHARACTERS}个"),))
    loader = None
    try:
        survey(text)
        loader = _ExactLoader(text)
        data = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        place, zh = place_and_fault(error)
        raise BadInput((Finding(place, f"{place}: YAML 格式有误（{zh}）"),)) from None
    except UNREADABLE:
        raise BadInput((Finding("", "YAML 格式有误（含有不能识别的字符、日期或数字）"),)) from None
    finally:
        if loader is not None:
            loader.dispose()
    if problems := (*loader.problems, *unusable(data)):
        raise BadInput(problems, "YAML 内容有误")
    return data


def place_and_fault(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    """Where PyYAML stumbled, and over what, in Chinese. What was opened and never closed is shown where it was opened."""
    problem = error.problem or error.context or ""
    mark = error.problem_mark or error.context_mark
    if "expected ','" in problem and error.context_mark:
        mark = error.context_mark
    place = f"第{mark.line + 1}行第{mark.column + 1}列" if mark else "文件"
    if not problem.isascii():
        return place, problem
    return place, next((zh for start, zh in _ZH if problem.startswith(start)), "结构有误")


_ZH = (
    ("mapping values are not allowed", "此处不能再出现“名称:”, 可能是缩进不对或者冒号多了"),
    ("could not find expected ':'", "缺少冒号"),
    ("found a tab character", "缩进只能用空格, 不能用制表符"),
    ("found character '\\t'", "缩进只能用空格, 不能用制表符"),
    ("found character that cannot start any token", "出现了不能作为开头的字符, 如制表符或 @"),
    ("did not find expected key", "缩进不一致, 或者缺少“名称:”"),
    ("did not find expected '-'", "缩进不一致, 或者缺少横线"),
    ("expected <block end>", "缩进不一致"),
    ("did not find expected ',' or", "方括号或花括号内缺少逗号, 或者没有闭合"),
    ("expected ',' or", "方括号或花括号内缺少逗号, 或者没有闭合"),
    ("found unexpected end of stream", "引号或括号没有闭合"),
    ("could not determine a constructor", "不能使用自定义标签（!）"),
    ("found undefined tag handle", "不能使用自定义标签（!）"),
    ("found undefined alias", "不能使用别名（*）"),
    ("found unknown escape character", "双引号内的反斜线写法无法识别"),
    ("found invalid Unicode character escape", "双引号内的反斜线写法无法识别"),
    ("expected the node content", "冒号或横线后面缺少内容"),
    ("but found another document", "一个文件只能有一份内容（多了 ---）"),
)


def survey(text: str, deepest: int = DEEPEST) -> None:
    """Refuse (yaml.MarkedYAMLError) what is nested deeper than any document of ours, before anything is built from it.

    The composer written in C has no end of its own: ten thousand brackets overflow the stack and kill the process.
    """
    events, depth = _Loader(text), 0
    try:
        while events.check_event():
            event = events.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > deepest:
                    mark: Any = event.start_mark
                    raise yaml.composer.ComposerError(None, None, f"嵌套过深: 层次超过{deepest}层", mark)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    finally:
        events.dispose()


def unusable(data: Any) -> tuple[Finding, ...]:
    """What YAML can hold and neither a page nor a database: control characters, half characters, bytes, giant numbers."""
    wrong: dict[str, None] = {}
    rest = [data]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            rest += [*value, *value.values()]
        elif isinstance(value, list):
            rest += value
        elif isinstance(value, str):
            if _UNPRINTABLE.search(value):
                wrong[f"文字含有不能保存的控制字符: {_UNPRINTABLE.sub('□', value)[:40]}"] = None
        elif isinstance(value, int):
            if value.bit_length() > 200:
                wrong["整数过大"] = None
        elif value is not None and not isinstance(value, Decimal | date):
            wrong["不能使用二进制、集合等特殊类型（!!）"] = None
    return tuple(Finding("", zh) for zh in wrong)
